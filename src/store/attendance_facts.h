#ifndef STORE_ATTENDANCE_FACTS_H
#define STORE_ATTENDANCE_FACTS_H
/* What a record counts for, as SQL: for the sums that are kept, for what is asked of them and of the rows behind them, and for the proof
 * that both say the same. */

/* The quarter of an hour, in UTC, of a time: hours of any zone begin at one. */
#define FACT_SLOT(at)                                                                                                  \
	"TIMESTAMP'1970-01-01 00:00:00' + INTERVAL FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01', " at ") / 900) * 900"     \
	" SECOND"

/* ---- records: of an attendance a ---- */

#define FACT_DEPARTMENT "COALESCE(a.department_id, 0)"
#define FACT_STANDS "a.verification_status <> 'rejected'"
#define FACT_CAME "a.status IN ('present', 'late')"
#define FACT_VERIFIED "a.verification_status = 'verified'"
/* What a row of attendance_part has, in its order, of records that are grouped. */
#define FACT_OF(status) "CAST(SUM(" FACT_STANDS " AND a.status = '" status "') AS SIGNED)"
#define FACT_VERIFIED_OF(status) "CAST(SUM(" FACT_VERIFIED " AND a.status = '" status "') AS SIGNED)"
#define FACT_SUMS                                                                                                                                                                                               \
	FACT_OF("present")                                                                                                                                                                                      \
	" AS present, " FACT_OF("late") " AS late, " FACT_OF("absent") " AS absent, " FACT_OF("excused") " AS excused, CAST(SUM(a.verification_status = 'rejected') AS SIGNED) AS rejected, " FACT_VERIFIED_OF( \
		"present") " AS present_verified, " FACT_VERIFIED_OF("late") " AS late_verified, " FACT_VERIFIED_OF("absent") " AS absent_verified, " FACT_VERIFIED_OF("excused") " AS excused_verified"
/* And one of attendance_slot. */
#define FACT_SLOT_SUMS                                                                                                 \
	"CAST(SUM(" FACT_STANDS " AND " FACT_CAME ") AS SIGNED) AS attended, CAST(SUM(" FACT_VERIFIED                  \
	" AND " FACT_CAME ") AS SIGNED) AS verified"
#define FACT_MADE "a.state = 'submitted'"

/* How long it took a record that counts, of each span of time, in ms; and which have it. */
#define TIME_MS(from, to) "TIMESTAMPDIFF(MICROSECOND, " from ", " to ") DIV 1000"
#define TIME_SELF TIME_MS("a.qr_at", "a.submitted_at")
#define TIME_MANUAL TIME_MS("a.submitted_at", "a.decided_at")
#define TIMED FACT_MADE " AND " FACT_STANDS " AND " FACT_CAME " AND "
#define TIMED_SELF TIMED "a.method = 'self' AND a.qr_at <= a.submitted_at"
#define TIMED_MANUAL TIMED "a.decided_by IS NOT NULL AND a.decided_at >= a.submitted_at"
/* Who was where, of each record that counts for or against a person's rate: their account, and were they there. */
#define PERSON FACT_MADE " AND a.status <> 'excused'"
#define PERSON_CAME FACT_STANDS " AND " FACT_CAME
/* Numbers of an event as they are kept, a time or an account of each record in TIME_BYTES: the number, the record's department (0: none), and
 * yes or no: of times is it verified, of people did they come. Numbers have their highest byte first. */
enum { TIME_BYTES = 11, TIME_MS_BYTES = 6, TIME_DEPARTMENT_BYTES = 4 };
#define PACKED(number, yes)                                                                                            \
	"GROUP_CONCAT(CONCAT(UNHEX(LPAD(HEX(" number                                                                   \
	"), 12, '0')), UNHEX(LPAD(HEX(COALESCE(a.department_id, 0)), 8, '0')),"                                        \
	" UNHEX(IF(" yes ", '01', '00'))) ORDER BY a.id SEPARATOR '')"
#define TIMES_PACKED(ms) PACKED(ms, FACT_VERIFIED)
#define PEOPLE_PACKED PACKED("a.account_id", PERSON_CAME)

/* ---- who was expected: of an event_expected x, with what came of it ---- */

/* A person's department is the one of their record, where there is one. */
#define EXPECTED_JOINS                                                                                                 \
	" LEFT JOIN attendance a ON a.event_id = x.event_id AND a.account_id = x.account_id AND " FACT_MADE            \
	" LEFT JOIN campus_member m ON m.account_id = x.account_id"
#define EXPECTED_DEPARTMENT "COALESCE(IF(a.id IS NULL, m.department_id, a.department_id), 0)"
/* Neither the roster nor a record excuses them. */
#define EXPECTED_STANDS "x.state = 'expected' AND NOT (a.status <=> 'excused')"

/* ---- are the sums s of an event e still what its rows say? ---- */

/* The last change alone is read: NOT EXISTS of a later one would go through all of the event's. */
#define SUM_HOLDS                                                                                                      \
	"s.version = e.version AND s.roster_at <=> e.roster_at AND s.change_id >= COALESCE((SELECT c.id"               \
	" FROM attendance_change c WHERE c.event_id = e.id ORDER BY c.id DESC LIMIT 1), 0)"

#endif
