/* Ids of changes do not commit in their order, so an event is summed up only once its last change is old enough that none below it can be
 * on its way. What comes later has a higher id: then the sums hold no more, in the moment in which it commits. */
#include "store/attendance_sum.h"
#include "store/attendance_facts.h"

#define DUE                                                                                                            \
	" FROM campus_event e LEFT JOIN event_sum s ON s.event_id = e.id WHERE e.closes_at < ?"                        \
	" AND NOT EXISTS (SELECT 1 FROM attendance_change c WHERE c.event_id = e.id AND c.at >= ?)"                    \
	" AND NOT COALESCE(" SUM_HOLDS ", 0)"

const struct rows *attendance_sums_due(struct db *db, ms_t now)
{
	return db_query(db, "SELECT e.id AS event_id" DUE " ORDER BY e.id LIMIT 200",
			args(arg_time(now - SUM_AFTER), arg_time(now - SUM_OVERLAP)));
}

struct summing {
	struct db *db;
	int64_t event_id;
	ms_t now;
};

#define KEEP_PACKED(span, packed, which)                                                                               \
	"INSERT INTO attendance_time (event_id, span, times) SELECT a.event_id, '" span "', " packed                   \
	" FROM attendance a WHERE a.event_id = ? AND " which " GROUP BY a.event_id"

/* The end first: what is committed meanwhile and is in the sums already has a higher id, so that they do not hold. */
static bool sum_up(void *with)
{
	const struct summing *s = with;

	db_exec(s->db, "DELETE FROM event_sum WHERE event_id = ?", args(s->event_id));
	if (db_exec(s->db,
		    "INSERT INTO event_sum (event_id, change_id, version, roster_at, summed_at) SELECT e.id,"
		    " (SELECT COALESCE(MAX(l.id), 0) FROM attendance_change l WHERE l.event_id = e.id), e.version,"
		    " e.roster_at, ?" DUE " AND e.id = ?",
		    args(arg_time(s->now), arg_time(s->now - SUM_AFTER), arg_time(s->now - SUM_OVERLAP),
			 s->event_id)) != 1)
		return false;
	db_exec(s->db,
		"INSERT INTO attendance_part (event_id, department_id, present, late, absent, excused, rejected, present_verified,"
		" late_verified, absent_verified, excused_verified, expected) SELECT a.event_id, " FACT_DEPARTMENT
		", " FACT_SUMS ", 0 FROM attendance a WHERE a.event_id = ? AND " FACT_MADE " GROUP BY 1, 2",
		args(s->event_id));
	db_exec(s->db,
		"INSERT INTO attendance_part (event_id, department_id, present, late, absent, excused, rejected, present_verified,"
		" late_verified, absent_verified, excused_verified, expected)"
		" SELECT w.event_id, w.department_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, w.n FROM (SELECT x.event_id, " EXPECTED_DEPARTMENT
		" AS department_id, COUNT(*) AS n FROM campus_event e JOIN event_expected x ON x.event_id = e.id" EXPECTED_JOINS
		" WHERE e.id = ? AND e.roster_at IS NOT NULL AND " EXPECTED_STANDS
		" GROUP BY 1, 2) w ON DUPLICATE KEY UPDATE attendance_part.expected = w.n",
		args(s->event_id));
	db_exec(s->db,
		"INSERT INTO attendance_slot (event_id, slot, department_id, attended, verified) SELECT a.event_id, " FACT_SLOT(
			"a.submitted_at") " AS slot, " FACT_DEPARTMENT ", " FACT_SLOT_SUMS
					  " FROM attendance a WHERE a.event_id = ? AND " FACT_MADE
					  " GROUP BY 1, 2, 3 HAVING attended > 0",
		args(s->event_id));
	db_exec(s->db, KEEP_PACKED("self", TIMES_PACKED(TIME_SELF), TIMED_SELF), args(s->event_id));
	db_exec(s->db, KEEP_PACKED("manual", TIMES_PACKED(TIME_MANUAL), TIMED_MANUAL), args(s->event_id));
	db_exec(s->db, KEEP_PACKED("people", PEOPLE_PACKED, PERSON), args(s->event_id));
	return db_error(s->db) == DB_OK;
}

bool attendance_sum_up(struct db *db, int64_t event_id, ms_t now)
{
	struct summing s = { db, event_id, now };

	return db_transaction(db, sum_up, NULL, &s) || db_error(db) == DB_OK;
}

/* ---- proving ---- */

/* Parts by department and column, of which both sides are added up; of who was expected the whole, for a person without a record may belong
 * elsewhere by now. Times are compared by a number that is another for other bytes. */
#define HOLDING(of_event)                                                                                              \
	"(SELECT e.id, e.roster_at FROM event_sum s JOIN campus_event e ON e.id = s.event_id WHERE " SUM_HOLDS         \
	" AND " of_event ")"
#define COLUMNS                                                                                                        \
	"(SELECT 1 AS i, 'present' AS name UNION SELECT 2, 'late' UNION SELECT 3, 'absent' UNION SELECT 4, 'excused'"  \
	" UNION SELECT 5, 'rejected' UNION SELECT 6, 'present, verified' UNION SELECT 7, 'late, verified'"             \
	" UNION SELECT 8, 'absent, verified' UNION SELECT 9, 'excused, verified') c"
#define COLUMN_OF(r)                                                                                                   \
	"CAST(ELT(c.i, " r ".present, " r ".late, " r ".absent, " r ".excused, " r ".rejected, " r                     \
	".present_verified, " r ".late_verified, " r ".absent_verified, " r ".excused_verified) AS SIGNED)"
#define NAMED(r) r ".event_id, CONCAT_WS(', ', CONCAT('department ', " r ".department_id), c.name)"
#define PARTS_KEPT(of_event)                                                                                           \
	"SELECT k.event_id, CONCAT_WS(', ', CONCAT('department ', k.department_id), c.name) AS part, " COLUMN_OF(      \
		"k") " AS n, 0 AS found FROM " HOLDING(of_event) " h JOIN attendance_part k ON k.event_id = h.id JOIN " COLUMNS
#define PARTS_FOUND(of_event)                                                                                          \
	" UNION ALL SELECT " NAMED("r") ", 0, " COLUMN_OF(                                                             \
		"r") " FROM (SELECT a.event_id, " FACT_DEPARTMENT " AS department_id, " FACT_SUMS                      \
		     " FROM " HOLDING(of_event) " h STRAIGHT_JOIN attendance a ON a.event_id = h.id AND " FACT_MADE    \
						" GROUP BY 1, 2) r JOIN " COLUMNS
#define EXPECTED_BOTH(of_event)                                                                                                                                                                         \
	" UNION ALL SELECT k.event_id, 'expected', k.expected, 0 FROM " HOLDING(of_event) " h JOIN attendance_part k ON k.event_id = h.id UNION ALL SELECT x.event_id, 'expected', 0, 1 FROM " HOLDING( \
		of_event) " h STRAIGHT_JOIN event_expected x ON x.event_id = h.id"                                                                                                                      \
			  " AND h.roster_at IS NOT NULL" EXPECTED_JOINS " WHERE " EXPECTED_STANDS
#define SLOT_COLUMNS "(SELECT 1 AS i, 'attended' AS name UNION SELECT 2, 'verified') c"
#define SLOT_PART(r) r ".event_id, CONCAT_WS(', ', CONCAT('department ', " r ".department_id), " r ".slot, c.name)"
#define SLOT_OF(r) "CAST(ELT(c.i, " r ".attended, " r ".verified) AS SIGNED)"
#define SLOTS_BOTH(of_event)                                                                                                              \
	" UNION ALL SELECT " SLOT_PART("k") ", " SLOT_OF("k") ", 0 FROM " HOLDING(                                                        \
		of_event) " h JOIN attendance_slot k ON k.event_id = h.id JOIN " SLOT_COLUMNS                                             \
			  " UNION ALL SELECT " SLOT_PART("r") ", 0, " SLOT_OF("r") " FROM (SELECT a.event_id, " FACT_SLOT(                \
				  "a.submitted_at") " AS slot, " FACT_DEPARTMENT " AS department_id, " FACT_SLOT_SUMS                     \
						    " FROM " HOLDING(                                                                     \
							    of_event) " h STRAIGHT_JOIN attendance a ON a.event_id = h.id AND " FACT_MADE \
								      " GROUP BY 1, 2, 3) r JOIN " SLOT_COLUMNS
#define PACKED_FOUND(of_event, span, packed, which)                                                                    \
	" UNION ALL SELECT a.event_id, 'times " span "', 0, CRC32(" packed                                             \
	") FROM " HOLDING(of_event) " h STRAIGHT_JOIN attendance a ON a.event_id = h.id AND " which                    \
				    " GROUP BY a.event_id"
#define PACKED_BOTH(of_event)                                                                                          \
	" UNION ALL SELECT k.event_id, CONCAT('times ', k.span), CRC32(k.times), 0 FROM " HOLDING(                     \
		of_event) " h JOIN attendance_time k ON k.event_id = h.id" PACKED_FOUND(of_event, "self",              \
											TIMES_PACKED(TIME_SELF),       \
											TIMED_SELF)                    \
		PACKED_FOUND(of_event, "manual", TIMES_PACKED(TIME_MANUAL), TIMED_MANUAL)                              \
			PACKED_FOUND(of_event, "people", PEOPLE_PACKED, PERSON)
#define PARTS(of_event)                                                                                                \
	" FROM (" PARTS_KEPT(of_event) PARTS_FOUND(of_event) EXPECTED_BOTH(of_event) SLOTS_BOTH(of_event)              \
		PACKED_BOTH(of_event) ") p GROUP BY event_id, part HAVING SUM(n) <> SUM(found)"

const char ATTENDANCE_SUMS_WRONG[] =
	"SELECT CONCAT('event ', event_id, ', ', part, ': ', SUM(n), '; records: ', SUM(found)) AS what" PARTS(
		"e.id > 0") " LIMIT 5";

const struct rows *attendance_sum_faults(struct db *db)
{
	return db_query(db, "SELECT DISTINCT event_id FROM (SELECT event_id" PARTS("e.id > 0") ") f LIMIT 1000",
			no_args);
}

bool attendance_sum_lock(struct db *db, int64_t event_id)
{
	return db_one(db, "SELECT event_id FROM event_sum WHERE event_id = ? FOR UPDATE", args(event_id)) != NULL;
}

const struct rows *attendance_sum_parts(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT part, SUM(n) AS n, SUM(found) AS n_found" PARTS("e.id = ?") " ORDER BY part LIMIT 1000",
			args(event_id, event_id, event_id, event_id, event_id, event_id, event_id, event_id, event_id,
			     event_id));
}

void attendance_sum_reset(struct db *db, int64_t event_id)
{
	db_exec(db, "DELETE FROM event_sum WHERE event_id = ?", args(event_id));
}
