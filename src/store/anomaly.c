/* Rates are read from the sums that are kept, for an event is looked at when it has them; times and places from its records. */
#include "store/anomaly.h"
#include "store/attendance_facts.h"
#include <stdio.h>

enum { NUMBER = 40 };

static struct arg real(double value, char text[NUMBER])
{
	snprintf(text, NUMBER, "%.17g", value);
	return arg_text(text);
}

/* ---- what was found ---- */

void anomaly_keep(struct db *db, const struct anomaly *a, ms_t now)
{
	char score[NUMBER], threshold[NUMBER], p[NUMBER];

	db_exec(db,
		"INSERT INTO attendance_anomaly (type, subject, severity, score, threshold, p_value, campus_id, event_id,"
		" department_id, account_id, other_id, attendance_ids, detail, detected_at, computed_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
		" severity = IF(status = 'open', VALUES(severity), severity),"
		" score = IF(status = 'open', VALUES(score), score),"
		" p_value = IF(status = 'open', VALUES(p_value), p_value),"
		" attendance_ids = IF(status = 'open', VALUES(attendance_ids), attendance_ids),"
		" detail = IF(status = 'open', VALUES(detail), detail), computed_at = VALUES(computed_at)",
		args(a->type, a->subject, a->severity, real(a->score, score), real(a->threshold, threshold),
		     a->p_value ? real(*a->p_value, p) : arg_null(), a->campus_id, arg_id_or_null(a->event_id),
		     arg_id_or_null(a->department_id), arg_id_or_null(a->account_id), arg_id_or_null(a->other_id),
		     a->attendance_ids, a->detail, arg_time(now), arg_time(now)));
}

void anomaly_over(struct db *db, int64_t event_id, ms_t now)
{
	db_exec(db,
		"DELETE FROM attendance_anomaly WHERE event_id = ? AND status = 'open'"
		" AND type IN ('rate_outlier', 'burst', 'over_roster') AND computed_at < ?",
		args(event_id, arg_time(now)));
}

/* ---- events that are over ---- */

const struct rows *anomaly_events_due(struct db *db, int64_t n)
{
	return db_query(db,
			"SELECT e.id AS event_id, e.campus_id, e.starts_at, s.change_id, s.version, c.networks"
			" FROM event_sum s JOIN campus_event e ON e.id = s.event_id JOIN campus c ON c.id = e.campus_id"
			" LEFT JOIN event_anomaly_look l ON l.event_id = s.event_id WHERE e.deleted_at IS NULL"
			" AND e.is_active AND e.roster_at IS NOT NULL AND NOT (l.change_id <=> s.change_id"
			" AND l.version <=> s.version) AND " SUM_HOLDS " ORDER BY e.starts_at, e.id LIMIT ?",
			args(n));
}

bool anomaly_event_seen(struct db *db, const struct row *event, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO event_anomaly_look (event_id, change_id, version, looked_at) VALUES (?, ?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE change_id = VALUES(change_id), version = VALUES(version),"
		       " looked_at = VALUES(looked_at)",
		       args(row_int(event, "event_id"), row_int(event, "change_id"), row_int(event, "version"),
			    arg_time(now))) >= 0;
}

const struct rows *anomaly_rates(struct db *db, int64_t event_id, int64_t fewest)
{
	return db_query(db,
			"SELECT k.department_id, k.present + k.late AS rated, k.expected FROM attendance_part k"
			" WHERE k.event_id = ? AND k.department_id > 0 AND k.expected >= ?",
			args(event_id, fewest));
}

const struct rows *anomaly_rates_before(struct db *db, int64_t campus_id, int64_t department_id, ms_t before,
					int64_t fewest, int64_t n)
{
	return db_query(
		db,
		"SELECT k.present + k.late AS rated, k.expected FROM campus_event e STRAIGHT_JOIN attendance_part k"
		" ON k.event_id = e.id AND k.department_id = ? AND k.expected >= ?"
		" WHERE e.campus_id = ? AND e.starts_at < ? AND e.deleted_at IS NULL AND e.is_active"
		" ORDER BY e.starts_at DESC, e.id DESC LIMIT ?",
		args(department_id, fewest, campus_id, arg_time(before), n));
}

const struct rows *anomaly_marks(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT a.uuid AS `id:uuid`, a.account_id, a.submitted_at, a.ip FROM attendance a"
			" WHERE a.event_id = ? AND " FACT_MADE " AND a.method = 'self'"
			" AND a.verification_status <> 'rejected' AND a.status IN ('present', 'late')"
			" ORDER BY a.submitted_at, a.id LIMIT 9000",
			args(event_id));
}

const struct rows *anomaly_events_before(struct db *db, int64_t campus_id, ms_t before, int64_t n)
{
	return db_query(db,
			"SELECT e.id AS event_id FROM campus_event e JOIN event_sum s ON s.event_id = e.id"
			" WHERE e.campus_id = ? AND e.starts_at < ? AND e.deleted_at IS NULL AND e.is_active"
			" ORDER BY e.starts_at DESC, e.id DESC LIMIT ?",
			args(campus_id, arg_time(before), n));
}

const struct rows *anomaly_strangers(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT a.uuid AS `id:uuid` FROM attendance a WHERE a.event_id = ? AND " FACT_MADE
			" AND a.status IN ('present', 'late') AND a.verification_status <> 'rejected'"
			" AND NOT EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = a.event_id"
			" AND x.account_id = a.account_id) ORDER BY a.id LIMIT 1000",
			args(event_id));
}

/* ---- people ---- */

/* Whom it is asked of, w, comes first, and their records by their own index: a campus has far more of them. */
#define DROPS(people)                                                                                                  \
	"SELECT r.account_id, r.campus_id, r.department_id, COUNT(*) AS expected, CAST(SUM(r.came) AS SIGNED)"         \
	" AS attended, CAST(SUM(r.others = 0) AS SIGNED) AS absent_running, MAX(r.threshold) AS threshold"             \
	" FROM (SELECT a.account_id, m.campus_id, m.department_id, c.attendance_threshold AS threshold,"               \
	" a.status IN ('present', 'late') AND a.verification_status <> 'rejected' AS came,"                            \
	" SUM(a.status <> 'absent') OVER (PARTITION BY a.account_id ORDER BY a.event_starts_at DESC, a.id DESC)"       \
	" AS others FROM (" people ") w STRAIGHT_JOIN campus_member m ON m.account_id = w.account_id"                  \
	" AND m.left_at IS NULL STRAIGHT_JOIN campus c ON c.id = m.campus_id"                                          \
	" STRAIGHT_JOIN attendance a FORCE INDEX (attendance_account) ON a.account_id = w.account_id"                  \
	" AND a.event_starts_at >= ? AND a.campus_id = ? AND " FACT_MADE " AND a.status <> 'excused'"                  \
	" STRAIGHT_JOIN campus_event e ON e.id = a.event_id AND e.closes_at <= ? AND e.roster_at IS NOT NULL) r"       \
	" GROUP BY r.account_id HAVING absent_running >= ? OR expected >= ? AND 100 * attended < threshold * expected" \
	" ORDER BY r.account_id"

/* Each begins with its event or campus. */
#define AWAY_AT_EVENT                                                                                                  \
	"SELECT b.account_id FROM attendance b WHERE b.event_id = ? AND b.status = 'absent' AND b.account_id > ?"
#define OF_CAMPUS                                                                                                      \
	"SELECT b.account_id FROM campus_member b WHERE b.campus_id = ? AND b.left_at IS NULL AND b.account_id > ?"

int64_t anomaly_people(struct db *db, const struct drops_of *of)
{
	static const char *const LAST[2] = { "SELECT COALESCE(MAX(p.account_id), 0) FROM (" OF_CAMPUS
					     " ORDER BY b.account_id LIMIT ?) p",
					     "SELECT COALESCE(MAX(p.account_id), 0) FROM (" AWAY_AT_EVENT
					     " ORDER BY b.account_id LIMIT ?) p" };

	return db_int(db, LAST[of->event_id > 0],
		      args(of->event_id ? of->event_id : of->campus_id, of->after, (int)DROPS_PEOPLE));
}

const struct rows *anomaly_drops(struct db *db, const struct drops_of *of, int64_t until)
{
	static const char *const SQL[2] = { DROPS(OF_CAMPUS " AND b.account_id <= ?"),
					    DROPS(AWAY_AT_EVENT " AND b.account_id <= ?") };

	return db_query(db, SQL[of->event_id > 0],
			args(of->event_id ? of->event_id : of->campus_id, of->after, until, arg_time(of->since),
			     of->campus_id, arg_time(of->now), of->running, (int)DROPS_FEWEST));
}

/* ---- campuses ---- */

const struct rows *anomaly_campuses(struct db *db)
{
	return db_query(
		db,
		"SELECT c.id, c.time_zone, CAST(l.day AS CHAR) AS day FROM campus c LEFT JOIN campus_anomaly_look l"
		" ON l.campus_id = c.id ORDER BY c.id LIMIT 1000",
		no_args);
}

void anomaly_campus_seen(struct db *db, int64_t campus_id, const char *day, ms_t now)
{
	db_exec(db,
		"INSERT INTO campus_anomaly_look (campus_id, day, looked_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE"
		" day = VALUES(day), looked_at = VALUES(looked_at)",
		args(campus_id, day, arg_time(now)));
}

int64_t anomaly_department_of(struct db *db, int64_t one, int64_t other)
{
	return db_int(
		db,
		"SELECT m.department_id FROM campus_member m JOIN campus_member n ON n.department_id = m.department_id"
		" WHERE m.account_id = ? AND n.account_id = ?",
		args(one, other));
}

const struct rows *anomaly_events_since(struct db *db, int64_t campus_id, ms_t since)
{
	return db_query(db,
			"SELECT e.id AS event_id FROM campus_event e JOIN event_sum s ON s.event_id = e.id"
			" WHERE e.campus_id = ? AND e.starts_at >= ? AND e.deleted_at IS NULL AND e.is_active"
			" ORDER BY e.starts_at, e.id LIMIT 5000",
			args(campus_id, arg_time(since)));
}
