/* One event at a time, and of it what a rule needs. Whose codes came late is asked of few: the lowest median of their events, which is kept, clears
 * nearly everybody before all codes of these events are read. */
#include "store/doubt.h"
#include "store/attendance_flag.h"

enum { AGES_DAYS = 90, DEVICE_DAYS = 30, RECENT = 10 * MS_MINUTE };

const struct rows *doubts_due(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT c.event_id, MAX(c.id) AS change_id FROM attendance_change c"
			" LEFT JOIN event_look l ON l.event_id = c.event_id WHERE c.at >= ?"
			" AND c.id > COALESCE(l.change_id, 0) GROUP BY c.event_id LIMIT 100",
			args(arg_time(now - RECENT)));
}

void doubts_seen(struct db *db, int64_t event_id, int64_t change_id, ms_t now)
{
	db_exec(db,
		"INSERT INTO event_look (event_id, change_id, looked_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE"
		" change_id = GREATEST(change_id, VALUES(change_id)), looked_at = VALUES(looked_at)",
		args(event_id, change_id, arg_time(now)));
}

const char *doubt_networks(struct db *db, int64_t event_id)
{
	const struct row *row =
		db_one(db, "SELECT c.networks FROM campus_event e JOIN campus c ON c.id = e.campus_id WHERE e.id = ?",
		       args(event_id));

	return row && !row_null(row, "networks") ? row_text(row, "networks") : NULL;
}

#define OWN_MARK                                                                                                       \
	"a.event_id = ? AND a.state = 'submitted' AND a.method IN ('self', 'offline')"                                 \
	" AND a.verification_status <> 'rejected'"

const struct rows *doubt_marks(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT a.id, a.account_id, a.latitude, a.longitude, a.ip, a.place_verdict,"
			" COALESCE((SELECT CONCAT(',', GROUP_CONCAT(f.code), ',') FROM attendance_flag f"
			" WHERE f.attendance_id = a.id), '') AS flags FROM attendance a WHERE " OWN_MARK
			" ORDER BY a.id",
			args(event_id));
}

const struct rows *doubt_devices(struct db *db, int64_t event_id, ms_t now)
{
	return db_query(db,
			"SELECT a.id, COUNT(DISTINCT IF(o.event_id = a.event_id, o.account_id, NULL)) AS here,"
			" COUNT(DISTINCT o.account_id) AS accounts FROM attendance a"
			" JOIN attendance o ON o.device = a.device AND o.created_at > ?"
			" WHERE " OWN_MARK " AND a.device IS NOT NULL GROUP BY a.id HAVING here >= 2 OR accounts >= 3",
			args(arg_time(now - DEVICE_DAYS * MS_DAY), event_id));
}

void doubt_over(struct db *db, int64_t attendance_id, const char *code)
{
	db_exec(db, "DELETE FROM attendance_flag WHERE attendance_id = ? AND code = ? AND resolution IS NULL",
		args(attendance_id, code));
	flags_weigh(db, attendance_id);
}

/* ---- how old codes are ---- */

#define AGED(q) q ".ok = 1 AND " q ".typed = 0 AND " q ".step < 4294967295 AND " q ".age_ms IS NOT NULL"

void doubt_age_keep(struct db *db, int64_t event_id, ms_t now)
{
	db_exec(db,
		"INSERT INTO event_look (event_id, age_median, looked_at) SELECT ?, (SELECT DISTINCT MEDIAN(q.age_ms) OVER ()"
		" FROM qr_scan q WHERE q.event_id = ? AND " AGED(
			"q") "), ?"
			     " ON DUPLICATE KEY UPDATE age_median = VALUES(age_median), looked_at = VALUES(looked_at)",
		args(event_id, event_id, arg_time(now)));
}

const struct rows *doubt_ages(struct db *db, int64_t event_id, ms_t now)
{
	return db_query(db,
			"SELECT a.id AS attendance_id, a.account_id, COUNT(*) AS n, AVG(q.age_ms) + 0e0 AS mean,"
			" MIN(COALESCE(l.age_median, 0)) AS least FROM attendance a STRAIGHT_JOIN qr_scan q"
			" ON q.account_id = a.account_id AND q.at > ? AND " AGED(
				"q") " LEFT JOIN event_look l"
				     " ON l.event_id = q.event_id WHERE " OWN_MARK
				     " GROUP BY a.id, a.account_id HAVING n >= 8",
			args(arg_time(now - AGES_DAYS * MS_DAY), event_id));
}

double doubt_age_of_all(struct db *db, int64_t account_id, ms_t now)
{
	const struct arg since = arg_time(now - AGES_DAYS * MS_DAY);
	const struct row *row =
		db_one(db,
		       "SELECT DISTINCT MEDIAN(q.age_ms) OVER () AS age FROM (SELECT DISTINCT s.event_id"
		       " FROM qr_scan s WHERE s.account_id = ? AND s.at > ? AND " AGED(
			       "s") ") e"
				    " STRAIGHT_JOIN qr_scan q ON q.event_id = e.event_id AND q.at > ? AND " AGED("q"),
		       args(account_id, since, since));

	return row ? row_cell(row, "age")->d : 0;
}
