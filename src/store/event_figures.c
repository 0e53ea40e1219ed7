/* Read from the event's own records: there are never more of them than people in a room. */
#include "store/event_figures.h"
#include "store/attendance_facts.h"
#include "store/supervises.h"

/* Its "?": the event, whether all of it is seen, the account twice. */
#define SEEN                                                                                                           \
	" FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE a.event_id = ? AND " FACT_MADE              \
	" AND (? OR e.organizer_id = ? OR a.department_id IN (" SUPERVISED "?))"
#define CAME " AND a.status IN ('present', 'late') AND a.verification_status <> 'rejected'"
#define SEEN_BY(of) (of)->event_id, (of)->sight != FIGURES_THEIRS, (of)->account_id, (of)->account_id

const struct row *event_marks_places(struct db *db, const struct event_marks *of)
{
	return db_one(db,
		      "SELECT COALESCE(SUM(a.place_verdict = 'inside'), 0) AS inside,"
		      " COALESCE(SUM(a.place_verdict = 'probable'), 0) AS probable,"
		      " COALESCE(SUM(a.place_verdict = 'outside'), 0) AS outside,"
		      " COALESCE(SUM(a.place_verdict = 'unusable'), 0) AS unusable,"
		      " COALESCE(SUM(a.place_verdict IS NULL), 0) AS none, MIN(a.submitted_at) AS first_at,"
		      " MAX(a.submitted_at) AS last_at" SEEN CAME,
		      args(SEEN_BY(of)));
}

const struct rows *event_marks_minutes(struct db *db, const struct event_marks *of)
{
	return db_query(db,
			"SELECT CAST(TIMESTAMP'1970-01-01 00:00:00' + INTERVAL TIMESTAMPDIFF(MINUTE, '1970-01-01',"
			" a.submitted_at) MINUTE AS DATETIME(3)) AS minute, COUNT(*) AS n" SEEN CAME
			" GROUP BY 1 ORDER BY 1",
			args(SEEN_BY(of)));
}

const struct rows *event_marks_flags(struct db *db, const struct event_marks *of)
{
	return db_query(
		db,
		"SELECT f.code, COUNT(*) AS n FROM (SELECT a.id" SEEN ") r JOIN attendance_flag f"
		" ON f.attendance_id = r.id AND NOT (f.resolution <=> 'dismissed') GROUP BY f.code ORDER BY f.code",
		args(SEEN_BY(of)));
}
