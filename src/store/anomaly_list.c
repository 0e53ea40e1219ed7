/* Who sees what of what was found: by the campus, by the event's maker, by the department, in every statement that finds one. */
#include "store/anomaly.h"
#include "store/attendance_facts.h"
#include "store/attendance_flag.h"
#include "store/supervises.h"

/* Of an anomaly or record x with its event e. Its "?": the sight is of all, campus, the account, is it a supervisor's, the account. */
#define SEEN(x)                                                                                                        \
	"(? AND " x ".campus_id = COALESCE(?, " x ".campus_id) OR e.organizer_id = ? OR ? AND " x                      \
	".department_id IN (" SUPERVISED "?))"
#define SEEN_BY(of)                                                                                                    \
	arg((of)->sight == FIGURES_ALL), arg_id_or_null((of)->campus_id), arg((of)->account_id),                       \
		arg((of)->sight == FIGURES_THEIRS), arg((of)->account_id)

/* The filters: campus, department, event, series. */
#define NARROWED(x)                                                                                                    \
	" AND " x ".campus_id = COALESCE(?, " x ".campus_id) AND (? OR " x ".department_id = ?)"                       \
	" AND (? OR e.uuid = ?) AND (? OR e.series = ?)"
#define NARROWED_BY(of)                                                                                                \
	arg_id_or_null((of)->campus), arg((of)->department == 0), arg((of)->department), arg((of)->event == NULL),     \
		(of)->event ? arg_bytes((of)->event, UUID_BYTES) : arg_null(), arg((of)->series == NULL),              \
		arg((of)->series)

#define NAME(m, u) "COALESCE(CONCAT_WS(' ', " m ".first_name, " m ".last_name), " u ".name)"
#define USER NAME("m", "u")
#define OTHER NAME("n", "w")
#define UUID_TEXT(of)                                                                                                  \
	"LOWER(CONCAT_WS('-', HEX(SUBSTR(" of ", 1, 4)), HEX(SUBSTR(" of ", 5, 2)), HEX(SUBSTR(" of ", 7, 2)),"        \
	" HEX(SUBSTR(" of ", 9, 2)), HEX(SUBSTR(" of ", 11, 6))))"
#define FOUND                                                                                                          \
	"SELECT CAST(x.id AS CHAR) AS id, x.type, x.severity, x.score, x.threshold, x.p_value,"                        \
	" e.uuid AS `event.id:uuid`, e.title AS `event.title`, x.account_id AS `user.id`, " USER                       \
	" AS `user.full_name`, x.other_id AS `other.id`, " OTHER " AS `other.full_name`,"                              \
	" x.department_id AS `department.id`, d.name AS `department.name`, x.attendance_ids AS `attendance_ids:json`," \
	" x.detail AS explanation, x.detected_at, x.status, x.reason FROM attendance_anomaly x"                        \
	" LEFT JOIN campus_event e ON e.id = x.event_id LEFT JOIN department d ON d.id = x.department_id"              \
	" LEFT JOIN account u ON u.id = x.account_id LEFT JOIN campus_member m ON m.account_id = x.account_id"         \
	" LEFT JOIN account w ON w.id = x.other_id LEFT JOIN campus_member n ON n.account_id = x.other_id"
#define FLAGGED                                                                                                                      \
	"SELECT CONCAT('flag-', f.id), f.code, f.severity, f.score, NULL, NULL, e.uuid, e.title, a.account_id, " USER                \
	", NULL, NULL, a.department_id, d.name, JSON_ARRAY(" UUID_TEXT(                                                              \
		"a.uuid") "), '', f.created_at,"                                                                                     \
			  " COALESCE(f.resolution, 'open'), NULL FROM attendance a JOIN attendance_flag f ON f.attendance_id = a.id" \
			  " JOIN campus_event e ON e.id = a.event_id JOIN account u ON u.id = a.account_id"                          \
			  " LEFT JOIN campus_member m ON m.account_id = a.account_id LEFT JOIN department d ON d.id = a.department_id"

/* Both parts take the same. */
#define PART_BY(of)                                                                                                    \
	arg_time((of)->figures.from), arg_time((of)->figures.to), arg_text((of)->type), arg_text((of)->severity),      \
		arg_text((of)->status), SEEN_BY(&(of)->figures), NARROWED_BY(&(of)->figures), arg(ANOMALIES_MOST)

const struct rows *anomalies(struct db *db, const struct anomaly_of *of)
{
	const struct arg values[] = { PART_BY(of), PART_BY(of), arg(ANOMALIES_MOST) };

	return db_query(db,
			"(" FOUND " WHERE x.detected_at >= ? AND x.detected_at < ? AND x.type = COALESCE(?, x.type)"
			" AND x.severity = COALESCE(?, x.severity) AND x.status = COALESCE(?, x.status)"
			" AND " SEEN("x") NARROWED(
				"x") " ORDER BY x.detected_at DESC, x.id DESC LIMIT ?)"
				     " UNION ALL (" FLAGGED " WHERE a.event_starts_at >= ? AND a.event_starts_at < ?"
				     " AND f.code = COALESCE(?, f.code) AND f.severity = COALESCE(?, f.severity)"
				     " AND COALESCE(f.resolution, 'open') = COALESCE(?, f.resolution, 'open')"
				     " AND " SEEN("a") NARROWED("a") " ORDER BY f.created_at DESC, f.id DESC LIMIT ?)"
								     " ORDER BY detected_at DESC, id DESC LIMIT ?",
			(struct args){ sizeof values / sizeof *values, values });
}

const struct row *anomaly_one(struct db *db, const struct figures_of *of, int64_t id)
{
	return db_one(db, FOUND " WHERE x.id = ? AND " SEEN("x"), args(id, SEEN_BY(of)));
}

#define OF_EVENT " attendance_anomaly x LEFT JOIN campus_event e ON e.id = x.event_id"

int64_t anomalies_open(struct db *db, const struct figures_of *of)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM" OF_EVENT " WHERE x.status = 'open' AND x.detected_at >= ?"
		      " AND x.detected_at < ? AND " SEEN("x") NARROWED("x"),
		      args(arg_time(of->from), arg_time(of->to), SEEN_BY(of), NARROWED_BY(of)));
}

bool anomaly_decide(struct db *db, const struct figures_of *of, int64_t id, const char *status, const char *reason,
		    ms_t now)
{
	return db_exec(db,
		       "UPDATE" OF_EVENT " SET x.status = ?, x.reason = ?, x.decided_by = ?, x.decided_at = ?"
		       " WHERE x.id = ? AND x.status = 'open' AND NOT (x.account_id <=> ?) AND NOT (x.other_id <=> ?)"
		       " AND " SEEN("x"),
		       args(status, reason, of->account_id, arg_time(now), id, of->account_id, of->account_id,
			    SEEN_BY(of))) == 1;
}

const struct row *anomaly_get(struct db *db, const struct figures_of *of, int64_t id)
{
	return db_one(db,
		      "SELECT x.status, x.type, (x.account_id <=> ? OR x.other_id <=> ?) AS own FROM" OF_EVENT
		      " WHERE x.id = ? AND " SEEN("x"),
		      args(of->account_id, of->account_id, id, SEEN_BY(of)));
}

#define OF_RECORD                                                                                                      \
	" attendance_flag f JOIN attendance a ON a.id = f.attendance_id JOIN campus_event e ON e.id = a.event_id"

bool anomaly_flag_decide(struct db *db, const struct figures_of *of, int64_t id, const char *status, const char *reason,
			 ms_t now)
{
	if (db_exec(db,
		    "UPDATE" OF_RECORD " SET f.resolution = ? WHERE f.id = ? AND f.resolution IS NULL"
		    " AND a.account_id <> ? AND " SEEN("a"),
		    args(status, id, of->account_id, SEEN_BY(of))) != 1)
		return false;
	flags_weigh(db, db_int(db, "SELECT attendance_id FROM attendance_flag WHERE id = ?", args(id)));
	return db_exec(db,
		       "INSERT INTO attendance_decision (attendance_id, act, by_id, reason, at)"
		       " SELECT f.attendance_id, 'flag', ?, ?, ? FROM attendance_flag f WHERE f.id = ?",
		       args(of->account_id, reason, arg_time(now), id)) == 1;
}

const struct row *anomaly_flag_get(struct db *db, const struct figures_of *of, int64_t id)
{
	return db_one(
		db,
		"SELECT COALESCE(f.resolution, 'open') AS status, f.code AS type, a.account_id = ? AS own FROM" OF_RECORD
		" WHERE f.id = ? AND " SEEN("a"),
		args(of->account_id, id, SEEN_BY(of)));
}
