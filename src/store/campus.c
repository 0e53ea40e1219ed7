/* A campus's members: an account and what the institution knows of it. */
#include "store/campus.h"
#include "store/account.h"
#include "store/search.h"

const struct row *campus_member_get(struct db *db, int64_t account_id, const char *role)
{
	return db_one(
		db,
		"SELECT a.id, a.username, a.email, m.first_name, m.last_name,"
		" CONCAT_WS(' ', m.first_name, m.last_name) AS full_name, REPLACE(?, 'campus_', '') AS role,"
		" d.name AS department, m.department_id, c.name AS campus, m.campus_id, m.student_id, m.year_level,"
		" m.is_verified AS `is_verified:bool`, a.status = 'active' AS `is_active:bool`, a.locale,"
		" a.photo AS profile_photo_url, m.created_at AS date_joined"
		" FROM campus_member m JOIN account a ON a.id = m.account_id"
		" LEFT JOIN department d ON d.id = m.department_id LEFT JOIN campus c ON c.id = m.campus_id"
		" WHERE m.account_id = ?",
		args(role, account_id));
}

int64_t campus_of_account(struct db *db, int64_t account_id)
{
	return db_int(db, "SELECT campus_id FROM campus_member WHERE account_id = ?", args(account_id));
}

const struct row *campus_get(struct db *db, int64_t id)
{
	return db_one(db, "SELECT id, name, short_code, time_zone FROM campus WHERE id = ?", args(id));
}

bool campus_member_set(struct db *db, int64_t account_id, const struct campus_self *self, ms_t now)
{
	const char *name = account_full_name(db, self->first_name, self->last_name);

	return db_exec(db,
		       "UPDATE campus_member m JOIN account a ON a.id = m.account_id"
		       " SET m.first_name = ?, m.first_name_words = ?, m.last_name = ?, m.last_name_words = ?,"
		       " m.year_level = ?, m.updated_at = ?,"
		       " a.name = ?, a.name_words = ?, a.locale = ?,"
		       " a.photo = ?, a.updated_at = ? WHERE m.account_id = ?",
		       args(self->first_name, words_beside(db, self->first_name), self->last_name,
			    words_beside(db, self->last_name), arg_id_or_null(self->year_level), arg_time(now), name,
			    words_beside(db, name), self->locale, self->photo, arg_time(now), account_id)) >= 0;
}
