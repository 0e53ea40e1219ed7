/* A code once a record: the key says so, and raising it again only tells newer numbers. */
#include "store/attendance_flag.h"
#include "rules/attendance_flag.h"
#include <assert.h>
#include <stdio.h>

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
		"SELECT code, severity, score, detail AS `detail:json`, resolution, created_at FROM attendance_flag"
		" WHERE attendance_id = ? ORDER BY FIELD(severity, 'high', 'medium', 'low', 'info'), id",
		args(attendance_id));
}
