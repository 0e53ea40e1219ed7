/* Accounts and what hangs off them. Which table holds a role's profile is a table of literals, so that no name of a table
 * is ever made from a role's name. */
#include "store/account.h"
#include "base/role.h"
#include "base/uuid.h"
#include "store/search.h"
#include <assert.h>
#include <string.h>

enum { NAME_CHARACTERS = 120 };

const char *account_full_name(struct db *db, const char *first_name, const char *last_name)
{
	const char *between = *first_name && *last_name ? " " : "";
	char *name = talloc_asprintf(db_results(db), "%s%s%s", first_name, between, last_name);
	size_t n = 0;

	for (char *at = name; *at; at++)
		if ((*at & 0xC0) != 0x80 && n++ == NAME_CHARACTERS) {
			*at = '\0';
			break;
		}
	return name;
}

int64_t account_insert(struct db *db, const struct account_new *a, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_insert(db,
			 "INSERT INTO account (uuid, email, mobile_number, username, name, name_words, password_hash,"
			 " mobile_verified_at, locale, created_at, updated_at)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(arg_bytes(uuid, sizeof uuid), a->email, a->mobile_number, a->username, a->name,
			      words_beside(db, a->name), a->password_hash,
			      arg_time_or_null(a->mobile_verified ? now : 0), a->locale ? a->locale : "en",
			      arg_time(now), arg_time(now)));
}

#define ACCOUNT                                                                                                        \
	"SELECT id, uuid AS `uuid:uuid`, name, email, mobile_number, username, password_hash, status,"                 \
	" mobile_verified_at, locale, photo, totp_secret AS `totp_secret:hex`, totp_enabled, totp_last_step,"          \
	" created_at, updated_at"                                                                                      \
	" FROM account"

const struct row *account_by_id(struct db *db, int64_t id)
{
	return db_one(db, ACCOUNT " WHERE id = ?", args(id));
}

const struct row *account_lock(struct db *db, int64_t id)
{
	if (!db_in_transaction(db)) /* it would be let go at once, and a server that is read-only takes no lock */
		return account_by_id(db, id);
	return db_one(db, ACCOUNT " WHERE id = ? FOR UPDATE", args(id));
}

const struct row *account_by_mobile(struct db *db, const char *mobile_number)
{
	return db_one(db, ACCOUNT " WHERE mobile_number = ?", args(mobile_number));
}

const struct row *account_by_email(struct db *db, const char *email)
{
	return db_one(db, ACCOUNT " WHERE email = ?", args(email));
}

const struct row *account_by_username(struct db *db, const char *username)
{
	return db_one(db, ACCOUNT " WHERE username = ?", args(username));
}

/* ---- roles ---- */

bool account_has_role(struct db *db, int64_t account_id, const char *role)
{
	return db_int(db, "SELECT COUNT(*) FROM account_role WHERE account_id = ? AND role = ?",
		      args(account_id, role)) == 1;
}

const struct rows *account_roles(struct db *db, int64_t account_id)
{
	return db_query(db, "SELECT role FROM account_role WHERE account_id = ?", args(account_id));
}

void role_grant(struct db *db, int64_t account_id, const char *role, ms_t now)
{
	db_exec(db,
		"INSERT INTO account_role (account_id, role, granted_at) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE granted_at = granted_at",
		args(account_id, role, arg_time(now)));
}

void role_revoke(struct db *db, int64_t account_id, const char *role)
{
	db_exec(db, "DELETE FROM account_role WHERE account_id = ? AND role = ?", args(account_id, role));
}

/* ---- profiles ---- */

struct profile {
	const char *role, *find, *make;
	const char *company; /* sets the company; NULL: it has none */
};

/* clang-format off */
#define STAFF_PROFILE(role, word) \
	{ word, "SELECT id FROM admin WHERE account_id = ?", "INSERT INTO admin (account_id) VALUES (?)", NULL },
/* Made by the institution, which knows more of its people than a name. */
#define MEMBER_PROFILE(role, word) { word, "SELECT id FROM campus_member WHERE account_id = ?", NULL, NULL },
#define PERSON_PROFILE(role, word) { word, "SELECT id FROM person WHERE account_id = ?", NULL, NULL },
/* clang-format on */

static const struct profile PROFILES[] = {
	{ "customer", "SELECT id FROM customer WHERE account_id = ?", "INSERT INTO customer (account_id) VALUES (?)",
	  NULL },
	{ "organizer",
	  "SELECT COALESCE((SELECT o.id FROM organizer o WHERE o.account_id = x.id),"
	  " (SELECT c.organizer_id FROM co_worker c WHERE c.account_id = x.id)) FROM (SELECT ? AS id) x",
	  "INSERT INTO organizer (account_id, company, company_words) VALUES (?, ?, ?)",
	  "UPDATE organizer SET company = ?, company_words = ? WHERE account_id = ?" },
	{ "merchant", "SELECT id FROM merchant WHERE account_id = ?",
	  "INSERT INTO merchant (account_id, company, company_words) VALUES (?, ?, ?)",
	  "UPDATE merchant SET company = ?, company_words = ? WHERE account_id = ?" },
	{ "usher", "SELECT id FROM usher WHERE account_id = ?", "INSERT INTO usher (account_id) VALUES (?)", NULL },
	STAFF_ROLES(STAFF_PROFILE) CAMPUS_ROLES(MEMBER_PROFILE) PEOPLE_ROLES(PERSON_PROFILE){ .role = NULL },
};

static const struct profile *profile_of(const char *role)
{
	const struct profile *p = PROFILES;

	while (strcmp(p->role, role)) {
		p++;
		assert(p->role);
	}
	return p;
}

int64_t profile_id(struct db *db, const char *role, int64_t account_id)
{
	return db_int(db, profile_of(role)->find, args(account_id));
}

int64_t profile_open(struct db *db, const char *role, int64_t account_id, const char *company, ms_t now)
{
	const struct profile *p = profile_of(role);
	int64_t id = profile_id(db, role, account_id);

	role_grant(db, account_id, role, now);
	if (id)
		return id;
	if (!p->company)
		return db_insert(db, p->make, args(account_id));
	company = company ? company : "";
	return db_insert(db, p->make, args(account_id, company, words_beside(db, company)));
}

void profile_company(struct db *db, const char *role, int64_t account_id, const char *company)
{
	const struct profile *p = profile_of(role);

	if (p->company)
		db_exec(db, p->company, args(company, words_beside(db, company), account_id));
}

static struct arg number_or_null(const int64_t *number)
{
	return number ? arg_int(*number) : arg_null();
}

void profile_terms(struct db *db, int64_t account_id, const struct organizer_terms *t)
{
	db_exec(db,
		"UPDATE organizer SET fee_rate = IF(?, ?, fee_rate), fee_fixed = IF(?, ?, fee_fixed),"
		" tax_number = IF(?, ?, tax_number) WHERE account_id = ?",
		args((int)t->sets_rate, number_or_null(t->fee_rate), (int)t->sets_fixed, number_or_null(t->fee_fixed),
		     (int)t->sets_number, t->tax_number ? t->tax_number : "", account_id));
}

/* ---- changes ---- */

bool account_rename(struct db *db, int64_t id, const char *name, const char *email, const char *mobile_number,
		    const char *username, ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET mobile_verified_at = IF(mobile_number <=> ?, mobile_verified_at, NULL),"
		       " name = ?, name_words = ?, email = ?, mobile_number = ?, username = ?, updated_at = ?"
		       " WHERE id = ?",
		       args(mobile_number, name, words_beside(db, name), email, mobile_number, username, arg_time(now),
			    id)) >= 0;
}

void account_set_password(struct db *db, int64_t id, const char *hash, ms_t now)
{
	db_exec(db, "UPDATE account SET password_hash = ?, updated_at = ? WHERE id = ?", args(hash, arg_time(now), id));
}

bool account_set_mobile(struct db *db, int64_t id, const char *mobile_number, ms_t now)
{
	if (db_exec(db, "UPDATE account SET mobile_number = ?, mobile_verified_at = ?, updated_at = ? WHERE id = ?",
		    args(mobile_number, arg_time(now), arg_time(now), id)) != 1)
		return false;
	/* A gate that holds the guest is told of it by its own clock, the database's. */
	db_exec(db, "UPDATE customer SET changed_at = CURRENT_TIMESTAMP(3) WHERE account_id = ?", args(id));
	return true;
}

void account_set_status(struct db *db, int64_t id, const char *status, ms_t now)
{
	db_exec(db, "UPDATE account SET status = ?, updated_at = ? WHERE id = ?", args(status, arg_time(now), id));
}

void account_set_verified(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE account SET mobile_verified_at = ?, updated_at = ? WHERE id = ?",
		args(arg_time(now), arg_time(now), id));
}

enum { RARE = 5000 };

bool role_is_rare(struct db *db, const char *role)
{
	return db_int(db, "SELECT COUNT(*) FROM (SELECT 1 FROM account_role WHERE role = ? LIMIT ?) n",
		      args(role, (int)RARE + 1)) <= RARE;
}
