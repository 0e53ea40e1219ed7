#ifndef STORE_CAMPUS_H
#define STORE_CAMPUS_H
/* The people of a campus, as its apps know them. */
#include "db/db.h"

/* A member by account: id (the account's), username, email, first_name, last_name, full_name, role ("organizer": the campus's
 * word), department (its name), department_id, campus (its name), campus_id, student_id, year_level, is_verified, is_active,
 * locale, profile_photo_url (the
 * picture's digest), date_joined. role: which of the account's roles is meant ("campus_organizer"). NULL when there is none. */
const struct row *campus_member_get(struct db *db, int64_t account_id, const char *role);
/* The campus that an account is a member of; 0: of none, or of all. */
int64_t campus_of_account(struct db *db, int64_t account_id);
/* A campus: id, name, short_code, time_zone. NULL: there is none of that number. */
const struct row *campus_get(struct db *db, int64_t id);
/* What a member may change of themselves. */
struct campus_self {
	const char *first_name, *last_name, *locale;
	const char *photo;  /* a digest; NULL: none */
	int64_t year_level; /* 0: none */
};
/* As it shall be. False on failure. */
bool campus_member_set(struct db *db, int64_t account_id, const struct campus_self *self, ms_t now);

#endif
