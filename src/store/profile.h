#ifndef STORE_PROFILE_H
#define STORE_PROFILE_H
/* What people see and change of their own account. */
#include "db/db.h"

/* As the API names it: id, uuid, name, email, mobile_number, username, locale, photo, second_factor, created_at; a
 * customer's also customer_id, birth_date, blood_type, emergency_contact.name, emergency_contact.mobile_number,
 * registration_fee_paid; an organizer's organizer_id, company, about, logo, contact_mobile; a merchant's merchant_id, company;
 * usher_id, admin_id. photo and logo are SHA-256 texts. role: "customer", …; staff's roles are all "admin" here. */
const struct row *profile_get(struct db *db, const char *role, int64_t account_id);

/* Every value as it shall be. False on failure, or when the e-mail is taken (db_last() is DB_DUPLICATE). */
bool profile_set_account(struct db *db, int64_t account_id, const char *name, const char *email, const char *locale,
			 ms_t now);
struct customer_details {
	const char *birth_date, *blood_type, *emergency_name, *emergency_mobile;
};
bool profile_set_customer(struct db *db, int64_t account_id, const struct customer_details *details);
bool profile_set_organizer(struct db *db, int64_t account_id, const char *company, const char *about);
/* A picture by its SHA-256, which stored_file has; NULL: none. */
typedef bool profile_picture_fn(struct db *db, int64_t account_id, const char *sha);
profile_picture_fn profile_set_photo, profile_set_logo;

/* Is it the picture of an event that is, or was, public, or an organizer's or a campus's logo? */
bool picture_public(struct db *db, const char *sha);
/* May the signed-in account see this uploaded picture? Staff, ushers and merchants may see every person's; others their
 * own and their dependents'. */
bool picture_visible(struct db *db, const char *sha, int64_t account_id, bool works_here);

#endif
