/* The unique key of event and account says who has no record yet: whoever writes one, here or on another node, writes it once, and tells of
 * it only if the row was theirs. */
#include "store/closing.h"
#include "base/uuid.h"
#include "store/attendance_change.h"

const struct rows *closings_due(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT e.id, e.campus_id, e.starts_at, e.closes_at, e.steps, e.latitude IS NOT NULL AS placed,"
			" e.location_mode, e.rescan, e.version, e.roster_at FROM campus_event e"
			" WHERE e.closes_at <= ? AND e.deleted_at IS NULL AND e.is_active AND e.roster_at IS NOT NULL"
			" AND NOT EXISTS (SELECT 1 FROM event_closing c WHERE c.event_id = e.id"
			" AND c.version = e.version AND c.roster_at = e.roster_at) ORDER BY e.closes_at LIMIT ?",
			args(arg_time(now - CLOSING_AFTER), CLOSINGS_AT_ONCE));
}

const struct rows *closing_missing(struct db *db, const struct row *event, int64_t n)
{
	return db_query(
		db,
		"SELECT x.account_id, x.state, m.department_id, a.id AS attendance_id, a.version FROM event_expected x"
		" LEFT JOIN attendance a ON a.event_id = x.event_id AND a.account_id = x.account_id"
		" LEFT JOIN campus_member m ON m.account_id = x.account_id"
		" WHERE x.event_id = ? AND (a.id IS NULL OR a.state = 'started')"
		" AND (m.left_at IS NULL OR m.left_at > ?) ORDER BY x.account_id LIMIT ?",
		args(row_int(event, "id"), arg_time(row_time(event, "closes_at")), n));
}

static bool made(struct db *db, const struct row *event, const struct row *person, const char *status, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_name(uuid);
	return db_exec(db,
		       "INSERT IGNORE INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status,"
		       " verification_status, method, event_starts_at, submitted_at, created_at, updated_at)"
		       " VALUES (?, ?, ?, ?, ?, 'submitted', ?, 'verified', 'auto', ?, ?, ?, ?)",
		       args(arg_bytes(uuid, UUID_BYTES), row_int(event, "id"), row_int(person, "account_id"),
			    row_int(event, "campus_id"),
			    row_null(person, "department_id") ? arg_null() : arg_int(row_int(person, "department_id")),
			    status, arg_time(row_time(event, "starts_at")), arg_time(now), arg_time(now),
			    arg_time(now))) == 1;
}

/* A code was scanned, and nothing came of it. */
static bool ended(struct db *db, const struct row *person, const char *status, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET state = 'submitted', status = ?, verification_status = 'verified',"
		       " method = 'auto', submitted_at = ?, version = version + 1, updated_at = ?"
		       " WHERE id = ? AND version = ? AND state = 'started'",
		       args(status, arg_time(now), arg_time(now), row_int(person, "attendance_id"),
			    row_int(person, "version"))) == 1;
}

bool closing_record(struct db *db, const struct row *event, const struct row *person, ms_t now)
{
	const char *status = row_is(person, "state", "excused") ? "excused" : "absent";
	const bool begun = !row_null(person, "attendance_id");
	int64_t id;

	if (!(begun ? ended(db, person, status, now) : made(db, event, person, status, now)))
		return false;
	id = db_int(db, "SELECT id FROM attendance WHERE event_id = ? AND account_id = ?",
		    args(row_int(event, "id"), row_int(person, "account_id")));
	db_exec(db,
		"INSERT INTO attendance_decision (attendance_id, act, to_status, to_verification, at)"
		" VALUES (?, 'close', ?, 'verified', ?)",
		args(id, status, arg_time(now)));
	attendance_changed(db, id, &(struct attendance_before){ NULL, NULL }, NULL, now);
	return db_error(db) == DB_OK;
}

const struct rows *closing_marks(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT a.id, a.steps_done, EXISTS (SELECT 1 FROM attendance_flag n WHERE n.attendance_id = a.id"
		" AND n.code = 'no_consent') AS no_consent FROM attendance a"
		" WHERE a.event_id = ? AND a.state = 'submitted' AND a.method IN ('self', 'offline')"
		" AND NOT EXISTS (SELECT 1 FROM attendance_flag f WHERE f.attendance_id = a.id"
		" AND f.code = 'incomplete') ORDER BY a.id",
		args(event_id));
}

bool closing_stands(struct db *db, int64_t attendance_id, const char *steps_done)
{
	return db_one(db, "SELECT id FROM attendance WHERE id = ? AND steps_done = ? FOR UPDATE",
		      args(attendance_id, steps_done)) != NULL;
}

bool closing_done(struct db *db, const struct row *event, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO event_closing (event_id, version, roster_at, closed_at) VALUES (?, ?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE version = VALUES(version), roster_at = VALUES(roster_at),"
		       " closed_at = VALUES(closed_at)",
		       args(row_int(event, "id"), row_int(event, "version"), arg_time(row_time(event, "roster_at")),
			    arg_time(now))) >= 0;
}
