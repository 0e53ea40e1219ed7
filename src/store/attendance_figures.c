/* One set of facts, which every figure adds up: of an event whose sums hold those, of others its rows. A person's own are always rows.
 * The texts differ in their facts alone, by whose records they are and which count; their arguments stand in the same order. */
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

/* A table of its own, which the limit keeps it: where MariaDB 10.11 merges it into what is grouped, a statement that was prepared finds nothing
 * of events whose sums held when it ran first and hold no more. */
#define BY_ITSELF " LIMIT 100000000"

/* Two more each. */
#define EVENTS_OF_STAFF                                                                                                \
	"WITH ev AS (SELECT " EVENT "COALESCE(" SUM_HOLDS ", 0) AS kept FROM campus_event e"                           \
	" LEFT JOIN event_sum s ON s.event_id = e.id" OF_RANGE                                                         \
	" AND e.campus_id = COALESCE(?, e.campus_id) AND e.organizer_id = COALESCE(?, e.organizer_id)" BY_ITSELF "),"
#define EVENTS_OF_ONE                                                                                                  \
	"WITH ev AS (SELECT " EVENT "0 AS kept FROM campus_event e" OF_RANGE                                           \
	" AND (EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.account_id = ? AND " FACT_MADE ")"     \
	" OR EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id AND x.account_id = ?))" BY_ITSELF "),"

/* ---- facts: of an event and department, in the columns of attendance_part ---- */

/* Of facts of a department: everybody's, of an event that the account made, or of its departments'; and the filter. */
#define IN_SCOPE(department)                                                                                           \
	"(? OR ev.organizer_id = ? OR " department " IN (" SUPERVISED "?)) AND " department                            \
	" = COALESCE(?, " department ")"
#define HEAD(department) "SELECT ev.id AS event_id, " department " AS department_id, ev.starts_at, ev.rostered, "

/* Three kinds, in which the scope is asked three times: what is kept, else the records, and who was expected. */
#define KEPT_PARTS                                                                                                     \
	HEAD("k.department_id")                                                                                        \
	"k.present, k.late, k.absent, k.excused, k.rejected, k.present_verified, k.late_verified, k.absent_verified,"  \
	" k.excused_verified, k.expected FROM ev STRAIGHT_JOIN attendance_part k ON k.event_id = ev.id WHERE ev.kept"  \
	" AND " IN_SCOPE("k.department_id") " UNION ALL "
#define FOUND_PARTS(also)                                                                                              \
	HEAD(FACT_DEPARTMENT)                                                                                          \
	FACT_SUMS ", 0 AS expected FROM ev STRAIGHT_JOIN attendance a ON a.event_id = ev.id AND " FACT_MADE also       \
		  " WHERE NOT ev.kept AND " IN_SCOPE(FACT_DEPARTMENT) " GROUP BY ev.id, " FACT_DEPARTMENT              \
								      " UNION ALL "
#define FOUND_EXPECTED(also)                                                                                           \
	HEAD(EXPECTED_DEPARTMENT)                                                                                      \
	"0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*) FROM ev STRAIGHT_JOIN event_expected x ON x.event_id = ev.id" also        \
		EXPECTED_JOINS " WHERE NOT ev.kept AND ev.rostered AND " EXPECTED_STANDS                               \
	" AND " IN_SCOPE(EXPECTED_DEPARTMENT) " GROUP BY ev.id, " EXPECTED_DEPARTMENT

/* What figures ask for, of all records, or of those that are verified alone. */
#define OF_ALL                                                                                                         \
	"present, late, absent, excused, rejected, present + late AS attended, present_verified + late_verified"       \
	" AS verified, present + late - present_verified - late_verified AS pending, present + late + absent"          \
	" + excused + rejected AS people, rostered * (present + late) AS rated"
#define OF_VERIFIED                                                                                                    \
	"present_verified AS present, late_verified AS late, absent_verified AS absent, excused_verified AS excused,"  \
	" 0 AS rejected, present_verified + late_verified AS attended, present_verified + late_verified AS verified,"  \
	" 0 AS pending, present_verified + late_verified + absent_verified + excused_verified AS people,"              \
	" rostered * (present_verified + late_verified) AS rated"
#define PARTS(of, facts) " parts AS (SELECT event_id, department_id, starts_at, expected, " of " FROM (" facts ") f)"
#define SUMS                                                                                                            \
	" COUNT(DISTINCT event_id) AS events, SUM(attended) AS attended, SUM(late) AS late, SUM(verified) AS verified," \
	" SUM(pending) AS pending, SUM(rejected) AS rejected, SUM(expected) AS expected, SUM(rated) AS rated,"          \
	" SUM(absent) AS absent, SUM(excused) AS excused"

/* How many attended, by quarters of an hour; column: attended, or verified. */
#define SLOTS(column, kept, also)                                                                                      \
	" slots AS (" kept "SELECT ev.starts_at, " FACT_SLOT(                                                          \
		"a.submitted_at") " AS slot, SUM(" column                                                              \
				  ") AS n FROM ev STRAIGHT_JOIN attendance a ON a.event_id = ev.id AND " FACT_MADE     \
					  also " WHERE NOT ev.kept AND " IN_SCOPE(                                     \
						  FACT_DEPARTMENT) " GROUP BY ev.starts_at, slot HAVING n > 0)"
#define KEPT_SLOTS(column)                                                                                             \
	"SELECT ev.starts_at, k.slot, SUM(k." column ") AS n FROM ev STRAIGHT_JOIN attendance_slot k"                  \
	" ON k.event_id = ev.id WHERE ev.kept AND " IN_SCOPE(                                                          \
		"k.department_id") " GROUP BY ev.starts_at, k.slot UNION ALL "

/* Each figure in four texts: of staff and of one person, of all and of what is verified. */
#define OF_SLOTS(tail)                                                                                                 \
	{                                                                                                              \
		{ EVENTS_OF_STAFF SLOTS(FACT_STANDS " AND " FACT_CAME, KEPT_SLOTS("attended"), "") tail,               \
		  EVENTS_OF_STAFF SLOTS(FACT_VERIFIED " AND " FACT_CAME, KEPT_SLOTS("verified"), "") tail },           \
		{                                                                                                      \
			EVENTS_OF_ONE SLOTS(FACT_STANDS " AND " FACT_CAME, "", " AND a.account_id = ?") tail,          \
				EVENTS_OF_ONE SLOTS(FACT_VERIFIED " AND " FACT_CAME, "", " AND a.account_id = ?") tail \
		}                                                                                                      \
	}
#define STAFF_PARTS KEPT_PARTS FOUND_PARTS("") FOUND_EXPECTED("")
#define OWN_PARTS FOUND_PARTS(" AND a.account_id = ?") FOUND_EXPECTED(" AND x.account_id = ?")
#define OF_PARTS(tail)                                                                                                 \
	{                                                                                                              \
		{ EVENTS_OF_STAFF PARTS(OF_ALL, STAFF_PARTS) tail,                                                     \
		  EVENTS_OF_STAFF PARTS(OF_VERIFIED, STAFF_PARTS) tail },                                              \
		{                                                                                                      \
			EVENTS_OF_ONE PARTS(OF_ALL, OWN_PARTS) tail, EVENTS_OF_ONE PARTS(OF_VERIFIED, OWN_PARTS) tail  \
		}                                                                                                      \
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

/* Of one kind of facts. */
static void mark_scope(struct marks *m, const struct figures_of *of)
{
	if (of->sight == FIGURES_OWN)
		mark(m, arg(of->account_id));
	mark(m, arg(of->sight != FIGURES_THEIRS));
	mark(m, arg(of->account_id));
	mark(m, arg(of->account_id));
	mark(m, arg_id_or_null(of->department));
}

/* Of what is kept, for staff, and of so many kinds that are found. */
static void mark_facts(struct marks *m, const struct figures_of *of, int kinds)
{
	mark_events(m, of);
	for (int i = of->sight == FIGURES_OWN; i <= kinds; i++)
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

static const struct rows *ask(struct db *db, const char *const texts[2][2], const struct figures_of *of,
			      const struct marks *m)
{
	return db_query(db, texts[of->sight == FIGURES_OWN][of->verified_only], (struct args){ m->n, m->v });
}

/* ---- figures ---- */

const struct rows *figures_hours(struct db *db, const struct figures_of *of)
{
	static const char *const HOURS[2][2] =
		OF_SLOTS(" SELECT WEEKDAY(day) AS weekday, hour, SUM(n) AS n FROM (SELECT DATE(" DAY_LOCAL(
			"starts_at") ") AS day, HOUR(" DAY_LOCAL("slot") ") AS hour, n FROM slots) h GROUP BY WEEKDAY(day), hour");
	struct marks m = { .n = 0 };

	mark_facts(&m, of, 1);
	mark_clocks(&m, of);
	mark_clocks(&m, of);
	return ask(db, HOURS, of, &m);
}

const struct rows *figures_days(struct db *db, const struct figures_of *of)
{
	static const char *const DAYS[2][2] =
		OF_PARTS(" SELECT CAST(day AS CHAR) AS day, WEEKDAY(day) AS weekday," SUMS
			 " FROM (SELECT parts.*, DATE(" DAY_LOCAL(
				 "starts_at") ") AS day FROM parts) p GROUP BY day ORDER BY day");
	struct marks m = { .n = 0 };

	mark_facts(&m, of, 2);
	mark_clocks(&m, of);
	return ask(db, DAYS, of, &m);
}

static const struct rows *events_of(struct db *db, const struct figures_of *of, int64_t n)
{
	static const char *const EVENTS[2][2] = OF_PARTS(
		" SELECT e.uuid AS `id:uuid`, e.title, e.starts_at AS start_datetime, e.time_zone, expected, attended, late,"
		" pending, ROUND(100 * LEAST(rated, expected) / NULLIF(expected, 0), 2) + 0e0 AS rate FROM (SELECT event_id,"
		" SUM(expected) AS expected, SUM(attended) AS attended, SUM(late) AS late, SUM(pending) AS pending,"
		" SUM(rated) AS rated FROM parts GROUP BY event_id) p JOIN campus_event e ON e.id = p.event_id"
		" ORDER BY e.starts_at DESC, e.id DESC LIMIT ?");
	struct marks m = { .n = 0 };

	mark_facts(&m, of, 2);
	mark(&m, arg(n));
	return ask(db, EVENTS, of, &m);
}

/* From when on there are so many events in the range, of which somebody may have been at fewer; 0: there are no more. */
static ms_t newest_from(struct db *db, const struct figures_of *of, int64_t n)
{
	const struct row *event =
		db_one(db,
		       "SELECT e.starts_at FROM campus_event e WHERE e.starts_at >= ? AND e.starts_at < ?"
		       " AND e.organizer_id = COALESCE(?, e.organizer_id) ORDER BY e.starts_at DESC LIMIT 1 OFFSET ?",
		       args(arg_time(of->from), arg_time(of->to),
			    arg_id_or_null(of->sight == FIGURES_MADE ? of->account_id : 0), n));

	return event ? row_time(event, "starts_at") : 0;
}

/* The newest are looked for among few, before all of a year are added up for them. */
const struct rows *figures_events(struct db *db, const struct figures_of *of, int64_t n)
{
	static const int64_t AMONG[] = { 4, 40 };
	struct figures_of newest = *of;

	for (size_t i = 0; i < sizeof AMONG / sizeof *AMONG; i++) {
		const struct rows *rows;

		newest.from = newest_from(db, of, AMONG[i] * n);
		if (!newest.from)
			break;
		rows = events_of(db, &newest, n);
		if ((int64_t)rows->n >= n)
			return rows;
	}
	return events_of(db, of, n);
}

/* A department each; or, of the scope of some, those of few people together. Its "?": how many are few, whether the account has departments of
 * its own, the account. */
#define EACH " department_id AS department, SUM(present) AS present," SUMS " FROM parts GROUP BY department_id"
#define MERGED                                                                                                         \
	" IF(l.most < ? AND NOT (? AND l.department_id IN (" SUPERVISED "?)), 0, l.department_id) AS department,"      \
	" SUM(present) AS present," SUMS " FROM parts JOIN (SELECT department_id, MAX(GREATEST(expected, people))"     \
	" AS most FROM parts GROUP BY department_id) l ON l.department_id = parts.department_id GROUP BY department"
#define DEPARTMENTS_OF(groups)                                                                                         \
	" SELECT rated AS `rated:key`, g.department AS department_id, COALESCE(d.name, 'Other') AS department,"        \
	" events, expected, attended,"                                                                                 \
	" present, late, absent, excused, ROUND(100 * LEAST(rated, expected) / NULLIF(expected, 0), 2) + 0e0"          \
	" AS rate, verified, pending, rejected, COALESCE(100 * LEAST(rated, expected) / NULLIF(expected, 0)"           \
	" < c.attendance_threshold, 0) AS `below_threshold:bool` FROM (SELECT" groups                                  \
	") g LEFT JOIN department d ON d.id = g.department LEFT JOIN campus c ON c.id = d.campus_id"                   \
	" ORDER BY g.department = 0, d.name, g.department"

const struct rows *figures_departments(struct db *db, const struct figures_of *of)
{
	static const char *const ALL[2][2] = OF_PARTS(DEPARTMENTS_OF(EACH));
	static const char *const SOME[2][2] = OF_PARTS(DEPARTMENTS_OF(MERGED));
	struct marks m = { .n = 0 };

	mark_facts(&m, of, 2);
	if (of->sight != FIGURES_THEIRS && of->sight != FIGURES_MADE)
		return ask(db, ALL, of, &m);
	mark(&m, arg(FIGURES_FEWEST));
	mark(&m, arg(of->sight == FIGURES_THEIRS));
	mark(&m, arg(of->account_id));
	return ask(db, SOME, of, &m);
}

/* ---- how long it took ---- */

/* An event's times and people, kept or of its records, in one form: which of them are in scope is seen here. By the events' own index, so many at
 * a time. */
enum { EVENTS_AT_ONCE = 200 };
#define PACKED_OF_EVENTS(span, packed, which)                                                                          \
	"SELECT e.id AS `number:key`, e.starts_at, e.organizer_id, e.closes_at, e.roster_at, IF(COALESCE(" SUM_HOLDS   \
	", 0), k.times, (SELECT " packed " FROM attendance a WHERE a.event_id = e.id AND " which                       \
	")) AS `times:hex` FROM campus_event e LEFT JOIN event_sum s ON s.event_id = e.id"                             \
	" LEFT JOIN attendance_time k ON k.event_id = e.id AND k.span = '" span                                        \
	"' WHERE e.starts_at >= ? AND e.starts_at < ?"                                                                 \
	" AND e.campus_id = COALESCE(?, e.campus_id) AND e.uuid = COALESCE(?, e.uuid)"                                 \
	" AND e.series <=> COALESCE(?, e.series) AND e.campus_id = COALESCE(?, e.campus_id)"                           \
	" AND e.organizer_id = COALESCE(?, e.organizer_id) AND (e.starts_at > ? OR e.id > ?)"                          \
	" ORDER BY e.starts_at, e.id LIMIT ?"
#define TIMES_OF_ONE(ms, timed)                                                                                        \
	"SELECT " ms " AS ms FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE a.account_id = ?"        \
	" AND e.starts_at >= ? AND e.starts_at < ? AND e.campus_id = COALESCE(?, e.campus_id)"                         \
	" AND e.uuid = COALESCE(?, e.uuid) AND e.series <=> COALESCE(?, e.series) AND " timed                          \
	" AND COALESCE(a.department_id, 0) = COALESCE(?, a.department_id, 0)"                                          \
	" AND (NOT ? OR a.verification_status = 'verified') LIMIT 10000"

enum { OF_PEOPLE = SPAN_MANUAL + 1 }; /* in the place of a span */
struct packed {
	struct db *db;
	const struct figures_of *of;
	int span;
	const struct rows *theirs;	  /* departments (supervised_by()); NULL: all are seen */
	void (*add)(void *with, ms_t ms); /* of times */
	void (*add_person)(void *with, int64_t account_id, bool came);
	void *with;
};

static int64_t number_of(const char *bytes, size_t n)
{
	int64_t number = 0;

	while (n--)
		number = number << 8 | (uint8_t)*bytes++;
	return number;
}

static bool is_theirs(const struct packed *t, int64_t department)
{
	for (size_t i = 0; i < t->theirs->n; i++) {
		struct row row = row_at(t->theirs, i);

		if (row_int(&row, "department_id") == department)
			return true;
	}
	return false;
}

static void add_one(const struct packed *t, int64_t number, bool yes)
{
	if (t->span == OF_PEOPLE)
		t->add_person(t->with, number, yes);
	else if (yes || !t->of->verified_only)
		t->add(t->with, number);
}

static void add_packed(const struct packed *t, int64_t organizer_id, const struct cell *times)
{
	const bool all = !t->theirs || organizer_id == t->of->account_id;

	for (size_t at = 0; !times->null && at + TIME_BYTES <= times->len; at += TIME_BYTES) {
		const char *record = times->s + at;
		const int64_t department = number_of(record + TIME_MS_BYTES, TIME_DEPARTMENT_BYTES);

		if ((all || is_theirs(t, department)) && (!t->of->department || department == t->of->department))
			add_one(t, number_of(record, TIME_MS_BYTES), record[TIME_BYTES - 1]);
	}
}

/* Whose people count against them. */
static bool is_over(const struct packed *t, const struct row *event)
{
	return row_time(event, "closes_at") <= t->of->now && !row_null(event, "roster_at");
}

static size_t add_events(const struct packed *t, ms_t *starts_at, int64_t *id)
{
	static const char *const EVENTS[] = {
		PACKED_OF_EVENTS("self", TIMES_PACKED(TIME_SELF), TIMED_SELF),
		PACKED_OF_EVENTS("manual", TIMES_PACKED(TIME_MANUAL), TIMED_MANUAL),
		PACKED_OF_EVENTS("people", PEOPLE_PACKED, PERSON),
	};
	const struct figures_of *of = t->of;
	const struct rows *rows =
		db_query(t->db, EVENTS[t->span],
			 args(arg_time(*starts_at), arg_time(of->to), arg_id_or_null(of->campus),
			      of->event && t->span != OF_PEOPLE ? arg_bytes(of->event, UUID_BYTES) : arg_null(),
			      of->series, arg_id_or_null(of->sight == FIGURES_ALL ? of->campus_id : 0),
			      arg_id_or_null(of->sight == FIGURES_MADE ? of->account_id : 0), arg_time(*starts_at), *id,
			      (int)EVENTS_AT_ONCE));

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (t->span != OF_PEOPLE || is_over(t, &row))
			add_packed(t, row_int(&row, "organizer_id"), row_cell(&row, "times"));
		*starts_at = row_time(&row, "starts_at");
		*id = row_int(&row, "number");
	}
	return rows->n;
}

static void add_own(const struct packed *t)
{
	static const char *const OWN[2] = { TIMES_OF_ONE(TIME_SELF, TIMED_SELF),
					    TIMES_OF_ONE(TIME_MANUAL, TIMED_MANUAL) };
	const struct figures_of *of = t->of;
	const struct rows *rows =
		db_query(t->db, OWN[t->span],
			 args(of->account_id, arg_time(of->from), arg_time(of->to), arg_id_or_null(of->campus),
			      of->event ? arg_bytes(of->event, UUID_BYTES) : arg_null(), of->series,
			      arg_id_or_null(of->department), of->verified_only));

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		t->add(t->with, row_int(&row, "ms"));
	}
}

static void add_all(struct packed *t)
{
	TALLOC_CTX *memory = db_results(t->db), *batch = talloc_new(NULL);
	ms_t starts_at = t->of->from;
	int64_t id = 0;

	if (t->of->sight == FIGURES_THEIRS)
		t->theirs = supervised_by(t->db, t->of->account_id);
	db_memory(t->db, batch);
	if (t->of->sight == FIGURES_OWN)
		add_own(t);
	else
		while (add_events(t, &starts_at, &id) == EVENTS_AT_ONCE)
			talloc_free_children(batch);
	db_memory(t->db, memory);
	talloc_free(batch);
}

void figures_times(struct db *db, const struct figures_of *of, enum figures_span span, void (*add)(void *with, ms_t ms),
		   void *with)
{
	struct packed t = { .db = db, .of = of, .span = (int)span, .add = add, .with = with };

	add_all(&t);
}

void figures_people(struct db *db, const struct figures_of *of, void (*add)(void *with, int64_t account_id, bool came),
		    void *with)
{
	struct packed t = { .db = db, .of = of, .span = OF_PEOPLE, .add_person = add, .with = with };

	add_all(&t);
}
