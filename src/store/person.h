#ifndef STORE_PERSON_H
#define STORE_PERSON_H
/* The people directory: an account's profile there. */
#include "db/db.h"

/* A person by account, as both families of clients read a user: id (the account's), email, first_name, last_name, name, role
 * ("USER", "MODERATOR", "ADMIN"), is_active, status, email_verified, locale, has_face, created_at, updated_at, last_login_at.
 * role: which of the account's roles is meant. NULL when there is none. */
const struct row *person_get(struct db *db, int64_t account_id, const char *role);
/* May they do more than look at themselves: did they use the link in their message, or were they asked for none (a superadmin, who
 * is no person of the directory; or the setting people_unverified is "allow")? */
bool person_admitted(struct db *db, int64_t account_id);
/* What a person may change of themselves, as it shall be. False on failure. */
bool person_set(struct db *db, int64_t account_id, const char *first_name, const char *last_name, const char *locale,
		ms_t now);

#endif
