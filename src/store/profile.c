/* A person's own account, with the profile of the role that is signed in. */
#include "store/profile.h"
#include "store/search.h"
#include <string.h>

#define ACCOUNT                                                                                                        \
	"SELECT a.id, a.uuid AS `uuid:uuid`, a.name, a.email, a.mobile_number, a.username, a.locale, a.photo,"         \
	" a.totp_enabled AS `second_factor:bool`, a.created_at,"

static const struct {
	const char *role, *sql;
} PROFILES[] = {
	{ "customer",
	  ACCOUNT " p.id AS customer_id, p.birth_date, p.blood_type, p.emergency_name AS `emergency_contact.name`,"
		  " p.emergency_mobile AS `emergency_contact.mobile_number`,"
		  " p.registration_fee_paid_at IS NOT NULL AS `registration_fee_paid:bool`"
		  " FROM account a JOIN customer p ON p.account_id = a.id WHERE a.id = ?" },
	{ "organizer", ACCOUNT " p.id AS organizer_id, p.company, p.about, p.logo, a.mobile_number AS contact_mobile"
			       " FROM account a JOIN organizer p ON p.id = COALESCE("
			       "(SELECT o.id FROM organizer o WHERE o.account_id = a.id),"
			       " (SELECT c.organizer_id FROM co_worker c WHERE c.account_id = a.id)) WHERE a.id = ?" },
	{ "merchant", ACCOUNT
	  " p.id AS merchant_id, p.company FROM account a JOIN merchant p ON p.account_id = a.id WHERE a.id = ?" },
	{ "usher", ACCOUNT " p.id AS usher_id FROM account a JOIN usher p ON p.account_id = a.id WHERE a.id = ?" },
	{ "admin", ACCOUNT " p.id AS admin_id FROM account a JOIN admin p ON p.account_id = a.id WHERE a.id = ?" },
};

const struct row *profile_get(struct db *db, const char *role, int64_t account_id)
{
	size_t i = 0, last = sizeof PROFILES / sizeof *PROFILES - 1;

	while (i < last && strcmp(PROFILES[i].role, role))
		i++;
	return db_one(db, PROFILES[i].sql, args(account_id));
}

bool profile_set_account(struct db *db, int64_t account_id, const char *name, const char *email, const char *locale,
			 ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET name = ?, name_words = ?, email = ?, locale = ?, updated_at = ? WHERE id = ?",
		       args(name, words_beside(db, name), email, locale, arg_time(now), account_id)) >= 0;
}

bool profile_set_customer(struct db *db, int64_t account_id, const struct customer_details *d)
{
	return db_exec(db,
		       "UPDATE customer SET birth_date = ?, blood_type = ?, emergency_name = ?, emergency_mobile = ?"
		       " WHERE account_id = ?",
		       args(d->birth_date, d->blood_type, d->emergency_name, d->emergency_mobile, account_id)) >= 0;
}

bool profile_set_organizer(struct db *db, int64_t account_id, const char *company, const char *about)
{
	return db_exec(db, "UPDATE organizer SET company = ?, company_words = ?, about = ? WHERE account_id = ?",
		       args(company, words_beside(db, company), about, account_id)) >= 0;
}

bool profile_set_photo(struct db *db, int64_t account_id, const char *sha)
{
	/* A gate that holds the guest is told of it by its own clock, the database's. */
	return db_exec(db,
		       "UPDATE account a LEFT JOIN customer k ON k.account_id = a.id"
		       " SET a.photo = ?, k.changed_at = CURRENT_TIMESTAMP(3) WHERE a.id = ?",
		       args(sha, account_id)) >= 0;
}

bool profile_set_logo(struct db *db, int64_t account_id, const char *sha)
{
	return db_exec(db, "UPDATE organizer SET logo = ? WHERE account_id = ?", args(sha, account_id)) >= 0;
}

bool picture_visible(struct db *db, const char *sha, int64_t account_id, bool works_here)
{
	if (works_here)
		return true;
	return db_int(db,
		      "SELECT EXISTS (SELECT 1 FROM account WHERE id = ? AND photo = ?)"
		      " OR EXISTS (SELECT 1 FROM dependent d JOIN customer c ON c.id = d.customer_id"
		      " WHERE c.account_id = ? AND d.photo = ?)",
		      args(account_id, sha, account_id, sha)) == 1;
}

bool picture_public(struct db *db, const char *sha)
{
	return db_int(db,
		      "SELECT EXISTS (SELECT 1 FROM event WHERE image = ? AND status <> 'draft')"
		      " OR EXISTS (SELECT 1 FROM organizer WHERE logo = ?)"
		      " OR EXISTS (SELECT 1 FROM campus WHERE logo = ?)"
		      " OR EXISTS (SELECT 1 FROM performer p JOIN event e ON e.id = p.event_id WHERE p.image = ?"
		      " AND e.status <> 'draft')",
		      args(sha, sha, sha, sha)) == 1;
}
