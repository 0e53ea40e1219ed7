#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H
/* Accounts: one a person, with any of e-mail, mobile number and username; what they may do are rows of account_role, and
 * each role's profile hangs off it. Roles are named as in account_role: "customer", "organizer", … Staff's four roles
 * share the profile table admin. */
#include "db/db.h"

struct account_new {
	const char *name;
	const char *email, *mobile_number, *username; /* NULL: none; mobile in E.164 */
	const char *password_hash;		      /* PHC string; NULL: cannot sign in */
	const char *locale;			      /* NULL: "en" */
	bool mobile_verified;
};

/* Makes one. Its id; 0 on failure or when one of the three is taken (db_last() is DB_DUPLICATE). */
/* Both names as an account keeps them in one, cut to its length; on the memory of db's results. */
const char *account_full_name(struct db *db, const char *first_name, const char *last_name);
int64_t account_insert(struct db *db, const struct account_new *account, ms_t now);

/* id, uuid, name, email, mobile_number, username, password_hash, status, mobile_verified_at, locale, photo,
 * totp_secret (bytes), totp_enabled, totp_last_step, created_at, updated_at; NULL when there is none. A disabled account
 * is found too: look at status. */
const struct row *account_by_id(struct db *db, int64_t id);
/* The same; until the transaction ends, if there is one, nobody else changes it, nor gives it a role. */
const struct row *account_lock(struct db *db, int64_t id);
const struct row *account_by_mobile(struct db *db, const char *mobile_number);
const struct row *account_by_email(struct db *db, const char *email);
const struct row *account_by_username(struct db *db, const char *username);

/* ---- roles ---- */
bool account_has_role(struct db *db, int64_t account_id, const char *role);
/* All it has: role. NULL on failure. Which of them is the strongest, app/identity.h says. */
const struct rows *account_roles(struct db *db, int64_t account_id);
/* Without effect when it has the role. */
void role_grant(struct db *db, int64_t account_id, const char *role, ms_t now);
void role_revoke(struct db *db, int64_t account_id, const char *role);

/* ---- profiles ---- */
/* customer.id, organizer.id, merchant.id, usher.id or admin.id of the account; 0 when it has no such profile. */
int64_t profile_id(struct db *db, const char *role, int64_t account_id);
/* Grants the role and makes its profile where missing. company: of an organizer or merchant, else NULL. The profile's
 * id, 0 on failure. */
int64_t profile_open(struct db *db, const char *role, int64_t account_id, const char *company, ms_t now);
/* An organizer's or merchant's company. */
void profile_company(struct db *db, const char *role, int64_t account_id, const char *company);

/* What is agreed with an organizer: each is set where it is said, and stays where not. */
struct organizer_terms {
	bool sets_rate, sets_fixed, sets_number;
	const int64_t *fee_rate, *fee_fixed; /* basis points, minor units; NULL: what the site takes */
	const char *tax_number;
};
void profile_terms(struct db *db, int64_t account_id, const struct organizer_terms *terms);

/* ---- changes; each moves updated_at ---- */
/* Name and contacts as they shall be (NULL: none). False on failure or duplicate. */
bool account_rename(struct db *db, int64_t id, const char *name, const char *email, const char *mobile_number,
		    const char *username, ms_t now);
void account_set_password(struct db *db, int64_t id, const char *hash, ms_t now);
/* Its mobile number, which was proved to be theirs just now. False on failure, or when another account has it (db_last() is
 * DB_DUPLICATE). */
bool account_set_mobile(struct db *db, int64_t id, const char *mobile_number, ms_t now);
/* "active" or "disabled"; a disabled one's sessions end at once, for their query asks. */
void account_set_status(struct db *db, int64_t id, const char *status, ms_t now);
void account_set_verified(struct db *db, int64_t id, ms_t now);

/* Have so few accounts the role that they are found by it? */
bool role_is_rare(struct db *db, const char *role);

#endif
