/* Members of a campus, as far as the caller's scope goes: who has one of its roles, for a profile stays when they go. */
#include "base/role.h"
#include "resources/family.h"

#define CAMPUS_ROLE                                                                                                    \
	"(SELECT REPLACE(r.role, 'campus_', '') FROM account_role r WHERE r.account_id = t.id"                         \
	" AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') ORDER BY FIND_IN_SET(r.role, '" CAMPUS_WORDS "') DESC LIMIT 1)"
/* hr and admins of one campus see that one's people. */
#define OF_THEIR_CAMPUS                                                                                                \
	"EXISTS (SELECT 1 FROM campus_member me LEFT JOIN campus_member x ON x.account_id = t.id WHERE me.id = ?"      \
	" AND (me.campus_id IS NULL OR me.campus_id = x.campus_id))"

static const struct resource_column CAMPUS_USER[] = {
	{ "username", F_TEXT, LISTED | SEARCHED | SORTED, .as = AS_CODE, .sql = "t.username", .help = "User name" },
	{ "email", F_EMAIL, LISTED | SEARCHED | SORTED, .sql = "t.email", .help = "E-mail", .label = "E-mail" },
	{ "first_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "m.first_name", .otherwise = "",
	  .help = "First name" },
	{ "last_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "m.last_name", .otherwise = "", .help = "Last name" },
	{ "full_name", F_TEXT, LISTED | SORTED, .sql = "CONCAT_WS(' ', m.first_name, m.last_name)", .otherwise = "",
	  .help = "Both" },
	{ "role", F_CHOICE, LISTED | FILTERED, .sql = CAMPUS_ROLE, .choices = "student,supervisor,organizer,hr,admin",
	  .otherwise = "", .help = "Of the campus",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id"
		    " AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') AND REPLACE(r.role, 'campus_', '') = ?)" },
	{ "department", F_TEXT, LISTED | FILTERED, .sql = "d.name",
	  .filter = "? IN (CONCAT(d.id), d.short_code, d.name)",
	  .help = "Its name; as a filter its number or code too" },
	{ "department_id", F_ID, LISTED, .sql = "m.department_id", .help = "The department" },
	{ "campus", F_TEXT, LISTED | FILTERED, .sql = "c.name", .filter = "? IN (CONCAT(c.id), c.short_code, c.name)",
	  .help = "Its name; as a filter its number or code too" },
	{ "campus_id", F_ID, LISTED, .sql = "m.campus_id", .help = "The campus" },
	{ "student_id", F_TEXT, LISTED | SEARCHED | SORTED, .as = AS_CODE, .sql = "m.student_id",
	  .help = "Number of a student, or of staff" },
	{ "year_level", F_INT, LISTED | FILTERED | SORTED, .sql = "m.year_level", .min = 1, .max = 20, .help = "Year" },
	{ "is_verified", F_BOOL, LISTED | FILTERED, .sql = "m.is_verified",
	  .help = "Has the campus looked at this account" },
	{ "is_active", F_BOOL, LISTED | FILTERED, .sql = "t.status = 'active'", .filter = "(t.status = 'active') = ?",
	  .help = "May sign in" },
	{ "locale", F_TEXT, LISTED, .sql = "t.locale", .otherwise = "", .help = "Language" },
	{ "profile_photo_url", F_FILE, LISTED, .sql = "t.photo", .help = "Address of the picture" },
	{ "date_joined", F_TIME, LISTED | SORTED | REQUIRED, .sql = "m.created_at", .help = "Since when" },
	COLUMNS_END,
};

const struct resource RESOURCES_CAMPUS[] = {
	{ "users", "user", "Members", "full_name", "account",
	  "JOIN campus_member m ON m.account_id = t.id AND " HAS_ROLE_OF(
		  "t.id", CAMPUS_WORDS) " LEFT JOIN department d ON d.id = m.department_id"
					" LEFT JOIN campus c ON c.id = m.campus_id",
	  CAMPUS_USER, HR | CAMPUS_ADMIN, NOBODY, .mount = "campus", .scope = OF_THEIR_CAMPUS, .permanent = true,
	  .order = "full_name" },
	RESOURCES_END,
};
