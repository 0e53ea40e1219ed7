/* People of the directory. A superadmin is one of them without a profile of their own, so the profile may be missing. */
#include "store/person.h"
#include "base/role.h"
#include "store/account.h"
#include "store/search.h"

const struct row *person_get(struct db *db, int64_t account_id, const char *role)
{
	return db_one(
		db,
		"SELECT a.id, a.email, COALESCE(p.first_name, '') AS first_name, COALESCE(p.last_name, '') AS last_name,"
		" a.name, CASE ? WHEN 'user' THEN 'USER' WHEN 'moderator' THEN 'MODERATOR' ELSE 'ADMIN' END AS role,"
		" a.status = 'active' AS `is_active:bool`, IF(a.status = 'active', 'active', 'inactive') AS status,"
		" p.email_verified_at IS NOT NULL AS `email_verified:bool`, a.locale, 0 AS `has_face:bool`,"
		" a.created_at, a.updated_at, "
		" (SELECT MAX(s.created_at) FROM session s WHERE s.account_id = a.id"
		" AND FIND_IN_SET(s.role, '" PEOPLE_WORDS "')) AS last_login_at"
		" FROM account a LEFT JOIN person p ON p.account_id = a.id WHERE a.id = ?",
		args(role, account_id));
}

bool person_admitted(struct db *db, int64_t account_id)
{
	return db_int(db,
		      "SELECT NOT EXISTS (SELECT 1 FROM person WHERE account_id = ? AND email_verified_at IS NULL)"
		      " OR EXISTS (SELECT 1 FROM setting WHERE name = 'people_unverified' AND value = 'allow')",
		      args(account_id)) == 1;
}

bool person_set(struct db *db, int64_t account_id, const char *first_name, const char *last_name, const char *locale,
		ms_t now)
{
	const char *name = account_full_name(db, first_name, last_name);

	return db_exec(db,
		       "UPDATE account a JOIN person p ON p.account_id = a.id"
		       " SET p.first_name = ?, p.first_name_words = ?, p.last_name = ?, p.last_name_words = ?,"
		       " p.updated_at = ?, a.locale = ?, a.updated_at = ?,"
		       " a.name = COALESCE(NULLIF(?, ''), a.name), a.name_words = COALESCE(?, a.name_words) WHERE a.id = ?",
		       args(first_name, words_beside(db, first_name), last_name, words_beside(db, last_name),
			    arg_time(now), locale, arg_time(now), name, *name ? words_beside(db, name) : NULL,
			    account_id)) >= 0;
}
