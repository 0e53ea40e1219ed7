#ifndef STORE_AUDIENCE_FITS_H
#define STORE_AUDIENCE_FITS_H
/* Whom the rules of an event's audience fit, as SQL. */

/* clang-format off */
#define IS_STUDENT                                                                                                     \
	"EXISTS (SELECT 1 FROM account_role k WHERE k.account_id = m.account_id AND k.role = 'student')"
/* Does the rule u of an event e fit the member m? */
#define FITS                                                                                                           \
	"m.left_at IS NULL AND (u.rule = 'member' AND m.account_id = u.value OR m.campus_id = e.campus_id AND"         \
	" (u.rule = 'all' OR " IS_STUDENT " AND (u.rule = 'students' OR u.rule = 'department' AND m.department_id = u.value" \
	" OR u.rule = 'year_level' AND m.year_level = u.value)))"
/* clang-format on */

#endif
