#ifndef STORE_REGISTRATION_H
#define STORE_REGISTRATION_H
/* Who comes to a campus by themselves: which campuses take them, who was put on its list before, and whose address is proved. */
#include "db/db.h"

/* Those that take somebody, by name: id, name. */
const struct rows *registration_campuses(struct db *db);
/* Their departments: id, name, before which the campus's stands where there are several. */
const struct rows *registration_departments(struct db *db);
/* id, name, registration ("open", "domain", "imported", "closed"), email_domains (JSON or NULL). NULL: there is none of that number. */
const struct row *registration_campus(struct db *db, int64_t id);
/* The campus, where there is one alone; else 0. */
int64_t registration_only_campus(struct db *db);

/* The account that the campus has a list's student of, with this address and number, and that nobody has a password of yet; 0: there is
 * none. Until the transaction ends nobody else has it. */
int64_t registration_listed(struct db *db, int64_t campus_id, const char *email, const char *student_id);
/* It is theirs who came: their user name and password; not verified until they answer from the address. False: somebody was first, or the
 * user name is another's (db_last() is DB_DUPLICATE). */
bool registration_claim(struct db *db, int64_t account_id, const char *username, const char *password_hash,
			const char *locale, ms_t now);
/* A member who has not answered from their address yet. */
void registration_unproved(struct db *db, int64_t account_id, ms_t now);
/* They did; verifies: that verifies the account too, where nobody did before. */
void registration_proved(struct db *db, int64_t account_id, bool verifies, ms_t now);
/* May this account get a role at a campus: is it somebody's who has a password, and no member's, past ones included? */
bool registration_may_join(struct db *db, int64_t account_id);

#endif
