#ifndef STORE_ATTENDANCE_FACTS_H
#define STORE_ATTENDANCE_FACTS_H
/* What a record counts for, as SQL: for the sums that are kept, for what is asked of them and of the rows behind them, and for the proof
 * that both say the same. */

/* The quarter of an hour, in UTC, of a time: hours of any zone begin at one. */
#define FACT_SLOT(at)                                                                                                  \
	"TIMESTAMP'1970-01-01 00:00:00' + INTERVAL FLOOR(TIMESTAMPDIFF(SECOND, '1970-01-01', " at ") / 900) * 900"     \
	" SECOND"

/* ---- records: of an attendance a ---- */

#define FACT_KEYS                                                                                                      \
	"COALESCE(a.department_id, 0) AS department_id, " FACT_SLOT(                                                   \
		"a.submitted_at") " AS slot, a.status, a.verification_status"
#define FACT_MADE "a.state = 'submitted'"

/* ---- who was expected: of an event_expected x, with what came of it ---- */

/* A person's department is the one of their record, where there is one. */
#define EXPECTED_JOINS                                                                                                 \
	" LEFT JOIN attendance a ON a.event_id = x.event_id AND a.account_id = x.account_id AND " FACT_MADE            \
	" LEFT JOIN campus_member m ON m.account_id = x.account_id"
#define EXPECTED_DEPARTMENT "COALESCE(IF(a.id IS NULL, m.department_id, a.department_id), 0)"
/* Neither the roster nor a record excuses them. */
#define EXPECTED_STANDS "x.state = 'expected' AND NOT (a.status <=> 'excused')"

/* ---- are the sums s of an event e still what its rows say? ---- */

#define SUM_HOLDS                                                                                                      \
	"s.version = e.version AND s.roster_at <=> e.roster_at AND NOT EXISTS (SELECT 1 FROM attendance_change c"      \
	" WHERE c.event_id = e.id AND c.id > s.change_id)"

#endif
