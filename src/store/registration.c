/* What was put on a campus's list is an account without a password: it is claimed by one statement, so that of two who come at once one
 * has it. */
#include "store/registration.h"

const struct rows *registration_campuses(struct db *db)
{
	return db_query(db, "SELECT id, name FROM campus WHERE registration <> 'closed' ORDER BY name, id LIMIT 1000",
			no_args);
}

const struct rows *registration_departments(struct db *db)
{
	return db_query(
		db,
		"SELECT d.id, IF((SELECT COUNT(*) FROM campus) > 1, CONCAT_WS(' · ', c.name, d.name), d.name) AS name"
		" FROM department d JOIN campus c ON c.id = d.campus_id WHERE c.registration <> 'closed'"
		" ORDER BY c.name, d.name, d.id LIMIT 1000",
		no_args);
}

const struct row *registration_campus(struct db *db, int64_t id)
{
	return db_one(db, "SELECT id, name, registration, email_domains FROM campus WHERE id = ?", args(id));
}

int64_t registration_only_campus(struct db *db)
{
	return db_int(db, "SELECT IF(COUNT(*) = 1, MIN(id), 0) FROM campus", no_args);
}

int64_t registration_listed(struct db *db, int64_t campus_id, const char *email, const char *student_id)
{
	return db_int(db,
		      "SELECT a.id FROM account a JOIN campus_member m ON m.account_id = a.id"
		      " WHERE a.email = ? AND m.campus_id = ? AND m.student_id = ? AND m.left_at IS NULL"
		      " AND a.password_hash IS NULL AND a.status = 'active'"
		      " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role = 'student')"
		      " AND NOT EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id AND r.role <> 'student')"
		      " FOR UPDATE",
		      args(email, campus_id, student_id));
}

bool registration_claim(struct db *db, int64_t account_id, const char *username, const char *password_hash,
			const char *locale, ms_t now)
{
	return db_exec(db,
		       "UPDATE account SET username = ?, password_hash = ?, locale = ?, updated_at = ?"
		       " WHERE id = ? AND password_hash IS NULL",
		       args(username, password_hash, locale, arg_time(now), account_id)) == 1;
}

void registration_unproved(struct db *db, int64_t account_id, ms_t now)
{
	db_exec(db,
		"UPDATE campus_member SET is_verified = 0, verified_by = NULL, verified_at = NULL, email_verified = 0,"
		" updated_at = ? WHERE account_id = ?",
		args(arg_time(now), account_id));
}

void registration_proved(struct db *db, int64_t account_id, bool verifies, ms_t now)
{
	db_exec(db,
		"UPDATE campus_member SET verified_at = IF(? AND NOT is_verified, ?, verified_at),"
		" is_verified = is_verified OR ?, email_verified = 1, updated_at = ? WHERE account_id = ?",
		args(verifies, arg_time(now), verifies, arg_time(now), account_id));
}

bool registration_may_join(struct db *db, int64_t account_id)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM account a WHERE a.id = ? AND a.status = 'active'"
		      " AND a.password_hash IS NOT NULL"
		      " AND NOT EXISTS (SELECT 1 FROM campus_member m WHERE m.account_id = a.id)",
		      args(account_id)) != 0;
}
