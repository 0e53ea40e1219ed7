/* A code once a record: the key says so, and raising it again only tells newer numbers. */
#include "store/attendance_flag.h"
#include "rules/attendance_flag.h"
#include "store/attendance_change.h"
#include <assert.h>
#include <stdio.h>

void flags_weigh(struct db *db, int64_t attendance_id)
{
	db_exec(db, "UPDATE attendance SET worst = " FLAGS_WORST("attendance.id") " WHERE id = ?", args(attendance_id));
}

void flag_raise(struct db *db, int64_t attendance_id, const char *code, double score, struct json_object *detail,
		ms_t now)
{
	const struct flag_kind *kind = flag_kind(code);
	char number[40];

	assert(kind);
	snprintf(number, sizeof number, "%.9g", score);
	db_exec(db,
		"INSERT INTO attendance_flag (attendance_id, code, severity, score, detail, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE score = VALUES(score), detail = VALUES(detail)",
		args(attendance_id, code, kind->severity, number, detail ? json_object_to_json_string(detail) : NULL,
		     arg_time(now)));
	flags_weigh(db, attendance_id);
	json_object_put(detail);
}

bool flags_high(struct db *db, int64_t attendance_id)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM attendance_flag WHERE attendance_id = ? AND severity = 'high'"
		      " AND (resolution IS NULL OR resolution <> 'dismissed')",
		      args(attendance_id)) > 0;
}

const struct rows *flags_of(struct db *db, int64_t attendance_id)
{
	return db_query(
		db,
		"SELECT code, severity, score, COALESCE(detail, 'null') AS `detail:json`, resolution, created_at FROM attendance_flag f"
		" WHERE attendance_id = ? ORDER BY " FLAG_GRAVITY ", id",
		args(attendance_id));
}

void flags_resolve(struct db *db, int64_t attendance_id, const char *verification)
{
	db_exec(db,
		"UPDATE attendance_flag SET resolution ="
		" CASE ? WHEN 'verified' THEN 'dismissed' WHEN 'rejected' THEN 'confirmed' END"
		" WHERE attendance_id = ? AND severity <> 'info'",
		args(verification, attendance_id));
	flags_weigh(db, attendance_id);
}

static int64_t doubt(struct db *db, int64_t attendance_id, const char *code, ms_t now)
{
	const struct row *row;

	if (db_exec(db,
		    "UPDATE attendance SET verification_status = 'pending', version = version + 1, updated_at = ?"
		    " WHERE id = ? AND state = 'submitted' AND verification_status = 'verified' AND decided_by IS NULL",
		    args(arg_time(now), attendance_id)) != 1)
		return 0;
	db_exec(db,
		"INSERT INTO attendance_decision (attendance_id, act, from_status, to_status, from_verification,"
		" to_verification, reason, at) SELECT id, 'flag', status, status, 'verified', 'pending', ?, ?"
		" FROM attendance WHERE id = ?",
		args(code, arg_time(now), attendance_id));
	row = db_one(db, "SELECT event_id, status FROM attendance WHERE id = ?", args(attendance_id));
	if (!row)
		return 0;
	attendance_changed(db, attendance_id, &(struct attendance_before){ row_text(row, "status"), "verified" }, NULL,
			   now);
	return row_int(row, "event_id");
}

int64_t flag_raise_late(struct db *db, int64_t attendance_id, const char *code, double score,
			struct json_object *detail, ms_t now)
{
	flag_raise(db, attendance_id, code, score, detail, now);
	return flags_high(db, attendance_id) ? doubt(db, attendance_id, code, now) : 0;
}
