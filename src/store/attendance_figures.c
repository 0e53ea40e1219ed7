/* One set of facts, which every figure adds up: of an event whose sums hold those, of others its rows. A person's own are always rows.
 * The texts differ by whose records they are in their facts alone; their arguments stand in the same order. */
#include "store/attendance_figures.h"
#include "store/attendance_facts.h"
#include "store/supervises.h"
#include <string.h>

enum { ROOM = 96, TIMES_UNTIL_DAYS = 700 };

/* ---- which events: the range, the filters, and those taken away or called off only where somebody was there ---- */

/* Its "?": from, to, campus, uuid, series. */
#define OF_RANGE                                                                                                       \
	" WHERE e.starts_at >= ? AND e.starts_at < ? AND e.campus_id = COALESCE(?, e.campus_id)"                       \
	" AND e.uuid = COALESCE(?, e.uuid) AND e.series <=> COALESCE(?, e.series)"                                     \
	" AND (e.deleted_at IS NULL AND e.is_active OR EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id"     \
	" AND " FACT_MADE "))"
#define EVENT "e.id, e.starts_at, e.organizer_id, e.roster_at IS NOT NULL AS rostered, "

/* Two more each. */
#define EVENTS_OF_STAFF                                                                                                \
	"WITH ev AS (SELECT " EVENT "COALESCE(" SUM_HOLDS ", 0) AS kept FROM campus_event e"                           \
	" LEFT JOIN event_sum s ON s.event_id = e.id" OF_RANGE                                                         \
	" AND e.campus_id = COALESCE(?, e.campus_id) AND e.organizer_id = COALESCE(?, e.organizer_id)),"
#define EVENTS_OF_ONE                                                                                                  \
	"WITH ev AS (SELECT " EVENT "0 AS kept FROM campus_event e" OF_RANGE                                           \
	" AND (EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.account_id = ? AND " FACT_MADE ")"     \
	" OR EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id AND x.account_id = ?))),"

/* ---- facts ---- */

/* Of facts f: everybody's, of an event that the account made, or of its departments'; and the filter. */
#define IN_SCOPE                                                                                                       \
	"(? OR f.organizer_id = ? OR " SUPERVISES(                                                                     \
		"?", "f.department_id") ") AND f.department_id = COALESCE(?, f.department_id)"
#define VERIFIED "AND (NOT ? OR f.verification_status = 'verified')"
#define HEAD "SELECT ev.id AS event_id, ev.starts_at, ev.organizer_id, ev.rostered, "

#define FACTS(sums, also)                                                                                              \
	" facts AS (SELECT * FROM (" sums HEAD FACT_KEYS                                                               \
	", 1 AS n FROM ev STRAIGHT_JOIN attendance a ON a.event_id = ev.id AND " FACT_MADE also                        \
	" WHERE NOT ev.kept) f WHERE " IN_SCOPE " " VERIFIED ")"
#define EXPECTED(sums, also)                                                                                           \
	", expected AS (SELECT * FROM (" sums HEAD EXPECTED_DEPARTMENT                                                 \
	" AS department_id, 1 AS n FROM ev STRAIGHT_JOIN event_expected x ON x.event_id = ev.id" also EXPECTED_JOINS   \
	" WHERE NOT ev.kept AND ev.rostered AND " EXPECTED_STANDS ") f WHERE " IN_SCOPE ")"

#define KEPT_FACTS                                                                                                     \
	HEAD "k.department_id, k.slot, k.status, k.verification_status, k.n"                                           \
	     " FROM ev STRAIGHT_JOIN attendance_sum k ON k.event_id = ev.id WHERE ev.kept UNION ALL "
#define KEPT_EXPECTED                                                                                                  \
	HEAD "k.department_id, k.expected AS n"                                                                        \
	     " FROM ev STRAIGHT_JOIN event_expected_sum k ON k.event_id = ev.id WHERE ev.kept UNION ALL "

/* ---- sums of facts, an event and department each ---- */

#define CAME "status IN ('present', 'late')"
#define STANDS "verification_status <> 'rejected'"
#define PARTS                                                                                                                 \
	", parts AS (SELECT event_id, department_id, MIN(starts_at) AS starts_at, MIN(organizer_id) AS organizer_id,"         \
	" SUM(n) AS people, SUM(n * (" STANDS " AND " CAME ")) AS attended, SUM(n * (" STANDS                                 \
	" AND status = 'present')) AS present, SUM(n * (" STANDS " AND status = 'late')) AS late,"                            \
	" SUM(n * (" STANDS " AND status = 'absent')) AS absent, SUM(n * (" STANDS                                            \
	" AND status = 'excused')) AS excused, SUM(n * (" CAME " AND verification_status = 'verified')) AS verified,"         \
	" SUM(n * (" CAME " AND verification_status = 'pending')) AS pending, SUM(n * (verification_status"                   \
	" = 'rejected')) AS rejected, SUM(n * (rostered AND " STANDS " AND " CAME                                             \
	")) AS rated, SUM(wanted) AS expected FROM (SELECT event_id, department_id,"                                          \
	" starts_at, organizer_id, rostered, status, verification_status, n, 0 AS wanted FROM facts"                          \
	" UNION ALL SELECT event_id, department_id, starts_at, organizer_id, rostered, 'none', 'none', 0, n FROM expected) u" \
	" GROUP BY event_id, department_id)"
#define SUMS                                                                                                            \
	" COUNT(DISTINCT event_id) AS events, SUM(attended) AS attended, SUM(late) AS late, SUM(verified) AS verified," \
	" SUM(pending) AS pending, SUM(rejected) AS rejected, SUM(expected) AS expected, SUM(rated) AS rated,"          \
	" SUM(absent) AS absent, SUM(excused) AS excused"

/* Each figure in two texts: of staff, and of one person. */
#define OF_FACTS(tail)                                                                                                 \
	{                                                                                                              \
		EVENTS_OF_STAFF FACTS(KEPT_FACTS, "") tail, EVENTS_OF_ONE FACTS("", " AND a.account_id = ?") tail      \
	}
#define OF_PARTS(tail)                                                                                                 \
	{                                                                                                              \
		EVENTS_OF_STAFF FACTS(KEPT_FACTS, "") EXPECTED(KEPT_EXPECTED, "") PARTS tail,                          \
			EVENTS_OF_ONE FACTS("", " AND a.account_id = ?") EXPECTED("", " AND x.account_id = ?")         \
				PARTS tail                                                                             \
	}

/* ---- arguments ---- */

struct marks {
	struct arg v[ROOM];
	size_t n;
};

static void mark(struct marks *m, struct arg value)
{
	m->v[m->n++] = value;
}

static void mark_events(struct marks *m, const struct figures_of *of)
{
	mark(m, arg_time(of->from));
	mark(m, arg_time(of->to));
	mark(m, arg_id_or_null(of->campus));
	mark(m, of->event ? arg_bytes(of->event, UUID_BYTES) : arg_null());
	mark(m, arg_text(of->series));
	if (of->sight == FIGURES_OWN) {
		mark(m, arg(of->account_id));
		mark(m, arg(of->account_id));
		return;
	}
	mark(m, arg_id_or_null(of->sight == FIGURES_ALL ? of->campus_id : 0));
	mark(m, arg_id_or_null(of->sight == FIGURES_MADE ? of->account_id : 0));
}

static void mark_scope(struct marks *m, const struct figures_of *of)
{
	if (of->sight == FIGURES_OWN)
		mark(m, arg(of->account_id));
	mark(m, arg(of->sight != FIGURES_THEIRS));
	mark(m, arg(of->account_id));
	mark(m, arg(of->account_id));
	mark(m, arg_id_or_null(of->department));
}

static void mark_facts(struct marks *m, const struct figures_of *of)
{
	mark_events(m, of);
	mark_scope(m, of);
	mark(m, arg(of->verified_only));
}

static void mark_parts(struct marks *m, const struct figures_of *of)
{
	mark_facts(m, of);
	mark_scope(m, of);
}

/* Of old ranges the clocks of then; a record may have been made by hand some time after. */
static void mark_clocks(struct marks *m, const struct figures_of *of)
{
	const ms_t until =
		of->now - of->to < TIMES_UNTIL_DAYS * MS_DAY && of->now > of->to ? of->now : of->to + 30 * MS_DAY;

	day_args(m->v + m->n, of->zone, until);
	m->n += DAY_ARGS;
}

static const struct rows *ask(struct db *db, const char *const texts[2], const struct figures_of *of,
			      const struct marks *m)
{
	return db_query(db, texts[of->sight == FIGURES_OWN], (struct args){ m->n, m->v });
}

/* ---- figures ---- */

const struct rows *figures_hours(struct db *db, const struct figures_of *of)
{
	static const char *const HOURS[2] =
		OF_FACTS(" SELECT WEEKDAY(day) AS weekday, hour, SUM(n) AS n FROM (SELECT DATE(" DAY_LOCAL(
			"starts_at") ") AS day, HOUR(" DAY_LOCAL("slot") ") AS hour, n FROM facts WHERE " STANDS
									 " AND " CAME
									 ") h GROUP BY WEEKDAY(day), hour");
	struct marks m = { .n = 0 };

	mark_facts(&m, of);
	mark_clocks(&m, of);
	mark_clocks(&m, of);
	return ask(db, HOURS, of, &m);
}

const struct rows *figures_days(struct db *db, const struct figures_of *of)
{
	static const char *const DAYS[2] =
		OF_PARTS(" SELECT CAST(day AS CHAR) AS day, WEEKDAY(day) AS weekday," SUMS
			 " FROM (SELECT parts.*, DATE(" DAY_LOCAL(
				 "starts_at") ") AS day FROM parts) p GROUP BY day ORDER BY day");
	struct marks m = { .n = 0 };

	mark_parts(&m, of);
	mark_clocks(&m, of);
	return ask(db, DAYS, of, &m);
}

const struct rows *figures_events(struct db *db, const struct figures_of *of, int64_t n)
{
	static const char *const EVENTS[2] = OF_PARTS(
		" SELECT e.uuid AS `id:uuid`, e.title, e.starts_at AS start_datetime, e.time_zone, expected, attended, late,"
		" pending, ROUND(100 * LEAST(rated, expected) / NULLIF(expected, 0), 2) + 0e0 AS rate FROM (SELECT event_id,"
		" SUM(expected) AS expected, SUM(attended) AS attended, SUM(late) AS late, SUM(pending) AS pending,"
		" SUM(rated) AS rated FROM parts GROUP BY event_id) p JOIN campus_event e ON e.id = p.event_id"
		" ORDER BY e.starts_at DESC, e.id DESC LIMIT ?");
	struct marks m = { .n = 0 };

	mark_parts(&m, of);
	mark(&m, arg(n));
	return ask(db, EVENTS, of, &m);
}

/* Its "?": whether any are merged, the account, whether it has departments of its own. */
#define MERGED "IF(? AND most < ? AND NOT (? AND " SUPERVISES("?", "s.department_id") "), 0, department_id)"

const struct rows *figures_departments(struct db *db, const struct figures_of *of)
{
	static const char *const DEPARTMENTS[2] = OF_PARTS(
		" SELECT rated AS `rated:key`, g.department AS department_id, COALESCE(d.name, 'Other') AS department,"
		" events, expected, attended,"
		" present, late, absent, excused, ROUND(100 * LEAST(rated, expected) / NULLIF(expected, 0), 2) + 0e0"
		" AS rate, verified, pending, rejected, COALESCE(100 * LEAST(rated, expected) / NULLIF(expected, 0)"
		" < c.attendance_threshold, 0) AS `below_threshold:bool`"
		" FROM (SELECT department, SUM(present) AS present," SUMS " FROM (SELECT s.*, " MERGED
		" AS department FROM (SELECT parts.*, MAX(GREATEST(expected, people))"
		" OVER (PARTITION BY department_id) AS most FROM parts) s) t GROUP BY department) g"
		" LEFT JOIN department d ON d.id = g.department LEFT JOIN campus c ON c.id = d.campus_id"
		" ORDER BY g.department = 0, d.name, g.department");
	struct marks m = { .n = 0 };

	mark_parts(&m, of);
	mark(&m, arg(of->sight == FIGURES_THEIRS || of->sight == FIGURES_MADE));
	mark(&m, arg(FIGURES_FEWEST));
	mark(&m, arg(of->sight == FIGURES_THEIRS));
	mark(&m, arg(of->account_id));
	return ask(db, DEPARTMENTS, of, &m);
}

/* ---- how long it took ---- */

/* Those that attended, and were not rejected. */
#define TIMES(ms, what, also)                                                                                          \
	" times AS (SELECT " ms " AS ms FROM (SELECT ev.organizer_id, COALESCE(a.department_id, 0) AS department_id,"  \
	" a.verification_status, a.qr_at, a.submitted_at, a.decided_at FROM ev STRAIGHT_JOIN attendance a"             \
	" ON a.event_id = ev.id AND " FACT_MADE also                                                                   \
	" AND a.verification_status <> 'rejected' AND a.status IN ('present', 'late') AND " what ") f WHERE " IN_SCOPE \
	" " VERIFIED ")"
#define MS_FROM(from, to) "TIMESTAMPDIFF(MICROSECOND, " from ", " to ") DIV 1000"
#define SELF_ALSO "a.method = 'self' AND a.qr_at <= a.submitted_at"
#define MANUAL_ALSO "a.decided_by IS NOT NULL AND a.decided_at >= a.submitted_at"
#define OF_TIMES(tail)                                                                                                 \
	{                                                                                                              \
		{ EVENTS_OF_STAFF TIMES(MS_FROM("f.qr_at", "f.submitted_at"), SELF_ALSO, "") tail,                     \
		  EVENTS_OF_ONE TIMES(MS_FROM("f.qr_at", "f.submitted_at"), SELF_ALSO, " AND a.account_id = ?")        \
			  tail },                                                                                      \
		{                                                                                                      \
			EVENTS_OF_STAFF TIMES(MS_FROM("f.submitted_at", "f.decided_at"), MANUAL_ALSO, "") tail,        \
				EVENTS_OF_ONE TIMES(MS_FROM("f.submitted_at", "f.decided_at"), MANUAL_ALSO,            \
						    " AND a.account_id = ?") tail                                      \
		}                                                                                                      \
	}

const struct rows *figures_times(struct db *db, const struct figures_of *of, enum figures_span span,
				 const ms_t edges[FIGURES_EDGES])
{
	static const char *const BINS[2][2] =
		OF_TIMES(" SELECT INTERVAL(ms, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS bin, COUNT(*) AS n, SUM(ms) AS ms,"
			 " MIN(ms) AS least, MAX(ms) AS most FROM times GROUP BY bin ORDER BY bin");
	struct marks m = { .n = 0 };

	_Static_assert(FIGURES_EDGES == 10, "the statement has as many");
	mark_facts(&m, of);
	for (size_t i = 0; i < FIGURES_EDGES; i++)
		mark(&m, arg(edges[i]));
	return ask(db, BINS[span], of, &m);
}

const struct rows *figures_time_ranks(struct db *db, const struct figures_of *of, enum figures_span span,
				      const int64_t ranks[FIGURES_RANKS])
{
	static const char *const RANKS[2][2] =
		OF_TIMES(" SELECT place, ms FROM (SELECT ms, ROW_NUMBER() OVER (ORDER BY ms) AS place FROM times) r"
			 " WHERE place IN (?, ?, ?, ?, ?, ?)");
	struct marks m = { .n = 0 };

	_Static_assert(FIGURES_RANKS == 6, "the statement has as many");
	mark_facts(&m, of);
	for (size_t i = 0; i < FIGURES_RANKS; i++)
		mark(&m, arg(ranks[i]));
	return ask(db, RANKS[span], of, &m);
}
