/* A campus's members: an account and what the institution knows of it. */
#include "store/campus.h"
#include "store/account.h"
#include "store/search.h"
#include "store/supervises.h"

const struct row *campus_member_get(struct db *db, int64_t account_id, const char *role)
{
	return db_one(
		db,
		"SELECT a.id, a.username, a.email, m.first_name, m.last_name,"
		" CONCAT_WS(' ', m.first_name, m.last_name) AS full_name, REPLACE(?, 'campus_', '') AS role,"
		" d.name AS department, m.department_id, c.name AS campus, m.campus_id, m.student_id, m.year_level,"
		" m.is_verified AS `is_verified:bool`, m.email_verified AS `email_verified:bool`, a.status = 'active' AS `is_active:bool`, a.locale,"
		" a.photo AS profile_photo_url, m.created_at AS date_joined"
		" FROM campus_member m JOIN account a ON a.id = m.account_id"
		" LEFT JOIN department d ON d.id = m.department_id LEFT JOIN campus c ON c.id = m.campus_id"
		" WHERE m.account_id = ?",
		args(role, account_id));
}

int64_t campus_member_numbered(struct db *db, int64_t viewer_id, bool everybody, const char *student_id)
{
	return db_int(db,
		      "SELECT m.account_id FROM campus_member m JOIN campus_member v ON v.account_id = ?"
		      " WHERE m.student_id = ? AND m.left_at IS NULL AND (m.account_id = v.account_id"
		      " OR ? AND (v.campus_id IS NULL OR v.campus_id = m.campus_id)"
		      " OR NOT ? AND m.department_id IN (" SUPERVISED "v.account_id))"
		      " ORDER BY m.account_id = v.account_id DESC, m.account_id LIMIT 1",
		      args(viewer_id, student_id, everybody, everybody));
}

int64_t campus_of_account(struct db *db, int64_t account_id)
{
	return db_int(db, "SELECT campus_id FROM campus_member WHERE account_id = ?", args(account_id));
}

const struct row *campus_get(struct db *db, int64_t id)
{
	return db_one(db, "SELECT id, name, short_code, time_zone, attendance_threshold FROM campus WHERE id = ?",
		      args(id));
}

const char *campus_logo(struct db *db, int64_t id)
{
	const struct row *row = db_one(db,
				       "SELECT COALESCE(f.thumb, f.sha256) AS file FROM campus c"
				       " JOIN stored_file f ON f.sha256 = c.logo WHERE c.id = ?",
				       args(id));

	return row ? row_text(row, "file") : NULL;
}

int64_t campus_named(struct db *db, const char *name)
{
	return db_int(db, "SELECT id FROM campus WHERE ? IN (CONCAT(id), short_code, name) ORDER BY id LIMIT 1",
		      args(name));
}

int64_t department_named(struct db *db, int64_t campus_id, const char *name)
{
	return db_int(db,
		      "SELECT id FROM department WHERE campus_id = ? AND ? IN (CONCAT(id), short_code, name)"
		      " ORDER BY id LIMIT 1",
		      args(campus_id, name));
}

bool campus_member_insert(struct db *db, int64_t account_id, const struct campus_member *m, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO campus_member (account_id, campus_id, department_id, student_id, first_name,"
		       " first_name_words, last_name, last_name_words, year_level, created_at, updated_at)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		       args(account_id, arg_id_or_null(m->campus_id), arg_id_or_null(m->department_id), m->student_id,
			    m->first_name, words_beside(db, m->first_name), m->last_name,
			    words_beside(db, m->last_name), arg_id_or_null(m->year_level), arg_time(now),
			    arg_time(now))) == 1;
}

bool campus_member_place(struct db *db, int64_t account_id, const struct campus_member *m, ms_t now)
{
	return db_exec(db,
		       "UPDATE campus_member SET campus_id = ?, department_id = ?, student_id = ?, year_level = ?,"
		       " updated_at = ? WHERE account_id = ?",
		       args(arg_id_or_null(m->campus_id), arg_id_or_null(m->department_id), m->student_id,
			    arg_id_or_null(m->year_level), arg_time(now), account_id)) >= 0;
}

void campus_member_verify(struct db *db, int64_t account_id, bool verified, int64_t by, ms_t now)
{
	db_exec(db,
		"UPDATE campus_member SET is_verified = ?, verified_by = ?, verified_at = ?, updated_at = ?"
		" WHERE account_id = ?",
		args(verified, by, arg_time(now), arg_time(now), account_id));
}

void supervisor_departments_set(struct db *db, int64_t account_id, const int64_t ids[], size_t n)
{
	db_exec(db, "DELETE FROM supervisor_department WHERE account_id = ?", args(account_id));
	for (size_t i = 0; i < n; i++)
		db_exec(db, "INSERT IGNORE INTO supervisor_department (account_id, department_id) VALUES (?, ?)",
			args(account_id, ids[i]));
}

const struct rows *supervised_by(struct db *db, int64_t account_id)
{
	return db_query(db, "SELECT s.department_id FROM (" SUPERVISED "?) s ORDER BY s.department_id LIMIT ?",
			args(account_id, 1 + SUPERVISED_MOST));
}

void campus_member_left(struct db *db, int64_t account_id, ms_t now)
{
	db_exec(db, "UPDATE campus_member SET left_at = ?, updated_at = ? WHERE account_id = ?",
		args(arg_time(now), arg_time(now), account_id));
	db_exec(db,
		"DELETE x FROM event_expected x JOIN campus_event e ON e.id = x.event_id WHERE x.account_id = ?"
		" AND e.closes_at > ? AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = x.event_id"
		" AND a.account_id = x.account_id AND a.state = 'submitted')",
		args(account_id, arg_time(now)));
}

void campus_member_back(struct db *db, int64_t account_id, ms_t now)
{
	db_exec(db,
		"UPDATE campus_member SET left_at = NULL, updated_at = ? WHERE account_id = ? AND left_at IS NOT NULL",
		args(arg_time(now), account_id));
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
