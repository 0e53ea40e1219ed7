/* A tally is moved like a live summary: the guarded UPDATE of where it ends elects who adds. What a day is follows from the zone's
 * clocks, which SQL is told of as they were at the end of what it reads, so that whoever adds and whoever proves know the same. */
#include "store/tally.h"
#include <stdio.h>
#include <string.h>

/* What stands before the facts in a statement that adds, and behind. */
#define ADDED(sum) #sum " = " #sum " + VALUES(" #sum ")"
#define SUMMED(sum) "SUM(" #sum ")"
#define PAIRED(sum) "SUM(IF(kept, " #sum ", 0)) AS " #sum ", SUM(IF(kept, 0, " #sum ")) AS " #sum "_found"
#define DIFFERS(sum) "SUM(IF(kept, " #sum ", -" #sum ")) <> 0"

#define SALE_EACH(X, s)                                                                                                \
	X(orders) s X(tickets)                                                                                         \
	s X(gross)                                                                                                     \
	s X(discounts)                                                                                                 \
	s X(sales)                                                                                                     \
	s X(fees)                                                                                                      \
	s X(refunds)                                                                                                   \
	s X(refunded)                                                                                                  \
	s X(fees_back)
#define CARD_EACH(X, s)                                                                                                \
	X(reloads) s X(reloaded)                                                                                       \
	s X(charges)                                                                                                   \
	s X(charged)                                                                                                   \
	s X(reversals)                                                                                                 \
	s X(reversed)
#define CUSTOMER_EACH(X, s) X(customers)
#define BOOK_EACH(X, s)                                                                                                \
	X(entries) s X(amount)                                                                                         \
	s X(sales)                                                                                                     \
	s X(refunds)                                                                                                   \
	s X(taxes)                                                                                                     \
	s X(fees)                                                                                                      \
	s X(expenses)                                                                                                  \
	s X(profit)                                                                                                    \
	s X(payouts)                                                                                                   \
	s X(deposits)

#define SALE_FACTS SALE_FACTS_SOLD " UNION ALL " SALE_FACTS_BACK
#define LOCAL_DAY "DATE(" DAY_LOCAL("f.at") ")"

/* keys ends with ", " where there are any. */
#define ADD(table, keys, sums, each, facts)                                                                            \
	"INSERT INTO " table " (day, " keys sums ") SELECT " LOCAL_DAY " AS day, " keys each(                          \
		SUMMED, ", ") " FROM (" facts ") f GROUP BY " keys "1 ON DUPLICATE KEY UPDATE " each(ADDED, ", ")
#define COMPARE(table, keys, part, sums, each, facts)                                                                  \
	"SELECT CAST(day AS CHAR) AS day, " part                                                                       \
	" AS part, " each(PAIRED, ", ") " FROM (SELECT 1 AS kept, day, " keys sums " FROM " table                      \
					" WHERE day >= ? AND day < ?"                                                  \
					" UNION ALL SELECT 0, " LOCAL_DAY ", " keys sums " FROM (" facts ") f) x"      \
					" GROUP BY " keys                                                              \
					"day HAVING " each(DIFFERS, " OR ") " ORDER BY day, part LIMIT 1000"

/* facts: how often a statement asks for its range of moments. */
/* clang-format off */
static const struct kind {
	const char *name, *add, *compare, *reset, *years, *next;
	size_t ranges;
	const char *stride; /* up to which moment one statement does not take long, where days hold much */
} KINDS[TALLIES] = {
	[TALLY_SALE] = { "sale",
		ADD("sale_day", SALE_KEYS ", ", SALE_SUMS, SALE_EACH, SALE_FACTS),
		COMPARE("sale_day", SALE_KEYS ", ", "CONCAT('event ', event_id, ', organizer ', organizer_id, ', ', currency)", SALE_SUMS, SALE_EACH, SALE_FACTS),
		"DELETE FROM sale_day", "SELECT YEAR(MIN(day)) FROM sale_day WHERE day >= ?",
		"SELECT MIN(at) AS at FROM (SELECT MIN(paid_at) AS at FROM orders WHERE paid_at >= ?"
		" UNION ALL SELECT MIN(at) FROM ledger_transfer WHERE kind = 'refund' AND at >= ?) x", 2, NULL },
	[TALLY_CARD] = { "card",
		ADD("card_day", "currency, ", CARD_SUMS, CARD_EACH, CARD_FACTS),
		COMPARE("card_day", "currency, ", "currency", CARD_SUMS, CARD_EACH, CARD_FACTS),
		"DELETE FROM card_day", "SELECT YEAR(MIN(day)) FROM card_day WHERE day >= ?",
		"SELECT MIN(at) AS at FROM ledger_transfer WHERE kind IN ('reload', 'charge', 'reversal') AND at >= ?", 1, NULL },
	[TALLY_CUSTOMER] = { "customer",
		ADD("customer_day", "", "customers", CUSTOMER_EACH, CUSTOMER_FACTS),
		COMPARE("customer_day", "", "'customers'", "customers", CUSTOMER_EACH, CUSTOMER_FACTS),
		"DELETE FROM customer_day", "SELECT YEAR(MIN(day)) FROM customer_day WHERE day >= ?",
		"SELECT MIN(created_at) AS at FROM customer WHERE created_at >= ?", 1, NULL },
	[TALLY_BOOK] = { "book",
		"INSERT INTO book_day (day, " BOOK_KEYS ", " BOOK_SUMS ", first_id, last_id) SELECT " LOCAL_DAY " AS day, " BOOK_KEYS ", "
		BOOK_EACH(SUMMED, ", ") ", MIN(line), MAX(line) FROM (" BOOK_FACTS ") f GROUP BY " BOOK_KEYS ", 1 ON DUPLICATE KEY UPDATE "
		BOOK_EACH(ADDED, ", ") ", first_id = LEAST(first_id, VALUES(first_id)), last_id = GREATEST(last_id, VALUES(last_id))",
		"SELECT CAST(day AS CHAR) AS day, CONCAT(account, ', ', currency, ', ', noun, ', ', transfer) AS part, " BOOK_EACH(PAIRED, ", ")
		", MIN(IF(kept, line, NULL)) AS first_id, MIN(IF(kept, NULL, line)) AS first_id_found"
		", MAX(IF(kept, last, NULL)) AS last_id, MAX(IF(kept, NULL, last)) AS last_id_found FROM ("
		"SELECT 1 AS kept, day, " BOOK_KEYS ", " BOOK_SUMS ", first_id AS line, last_id AS last FROM book_day WHERE day >= ? AND day < ?"
		" UNION ALL SELECT 0, " LOCAL_DAY ", " BOOK_KEYS ", " BOOK_SUMS ", line, line FROM (" BOOK_FACTS ") f) x GROUP BY " BOOK_KEYS ", day HAVING "
		BOOK_EACH(DIFFERS, " OR ") " OR NOT (first_id <=> first_id_found AND last_id <=> last_id_found) ORDER BY day, part LIMIT 1000",
		"DELETE FROM book_day", "SELECT YEAR(MIN(day)) FROM book_day WHERE day >= ?",
		"SELECT MIN(at) AS at FROM ledger_transfer WHERE at >= ?", 1,
		"SELECT at FROM ledger_transfer WHERE at > ? ORDER BY at LIMIT 1 OFFSET 20000" },
};
/* clang-format on */

/* ---- where it ends ---- */

struct end {
	ms_t upto; /* 0: nothing is in */
	const char *zone;
};

static struct end end_of(struct db *db, enum tally which, const char *how)
{
	const struct row *row = db_one(db, how, args(KINDS[which].name));

	return row ? (struct end){ row_time(row, "upto"), row_text(row, "zone") } : (struct end){ 0, "" };
}

/* Before all that is added up: the year 1000, from which on the database knows dates. */
#define BEGINNING INT64_C(-30610224000000)
#define END "SELECT zone, upto FROM day_sum WHERE what = ?"

/* ---- asking ---- */

struct span *tally_span(struct span *into, const char *from, const char *to, const char *zone)
{
	ms_t unused;

	*into = (struct span){ .zone = clock_zone_known(zone) ? zone : "UTC" };
	memcpy(into->from, from, DATE_SIZE);
	memcpy(into->to, to, DATE_SIZE);
	clock_day(from, into->zone, &into->begins, &unused);
	clock_day(to, into->zone, &unused, &into->ends);
	return into;
}

/* The range of what is asked of the rows, as often as a statement wants it, each behind what tells their day, where days is set. */
static size_t range_args(const struct kind *kind, const char *zone, ms_t from, ms_t to, bool each, struct arg values[])
{
	size_t n = 0;

	for (size_t i = 0; i < kind->ranges; i++) {
		if (i == 0 || each) {
			day_args(values + n, zone, to);
			n += DAY_ARGS;
		}
		values[n++] = arg_time(from);
		values[n++] = arg_time(to);
	}
	return n;
}

static size_t args_from(const struct end *end, enum tally which, const struct span *span, struct arg values[])
{
	bool kept = end->upto && !strcmp(end->zone, span->zone);

	values[0] = arg_text(kept ? span->from : "9999-12-31");
	values[1] = arg_text(kept ? span->to : "0001-01-01");
	return 2 + range_args(&KINDS[which], span->zone, kept && end->upto > span->begins ? end->upto : span->begins,
			      span->ends, true, values + 2);
}

size_t tally_args(struct db *db, enum tally which, const struct span *span, struct arg values[])
{
	struct end end = end_of(db, which, END);

	return args_from(&end, which, span, values);
}

size_t tally_args_of_rows(enum tally which, const struct span *span, struct arg values[])
{
	return args_from(&(struct end){ 0, "" }, which, span, values);
}

ms_t tally_upto(struct db *db, enum tally which)
{
	struct end end = end_of(db, which, END);

	return end.upto ? end.upto : BEGINNING;
}

/* ---- keeping ---- */

struct adding {
	struct db *db;
	enum tally which;
	const char *zone;
	ms_t now;
	bool more;
};

/* When the next thing happened, from a moment on. 0: nothing did. */
static ms_t next_after(struct db *db, const struct kind *kind, ms_t from)
{
	struct arg values[2] = { arg_time(from), arg_time(from) };
	const struct row *row = db_one(db, kind->next, (struct args){ kind->ranges, values });

	return row ? row_time(row, "at") : 0;
}

/* What is in was added up by the clocks of another zone, or nothing is. */
static bool begin_anew(const struct adding *a)
{
	const struct kind *kind = &KINDS[a->which];

	db_exec(a->db, kind->reset, no_args);
	return db_exec(a->db,
		       "INSERT INTO day_sum (what, zone, upto) VALUES (?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE zone = VALUES(zone), upto = VALUES(upto)",
		       args(kind->name, a->zone, arg_time(BEGINNING))) > 0;
}

/* How far to go from the next thing that happened. */
static ms_t step_from(const struct adding *a, ms_t next, ms_t safe)
{
	const struct kind *kind = &KINDS[a->which];
	const struct row *row = kind->stride ? db_one(a->db, kind->stride, args(arg_time(next))) : NULL;
	ms_t upto = next + TALLY_STEP_DAYS * MS_DAY;

	if (row && row_time(row, "at") < upto)
		upto = row_time(row, "at");
	return upto < safe ? upto : safe;
}

static bool add(void *with)
{
	struct adding *a = with;
	const struct kind *kind = &KINDS[a->which];
	struct end end = end_of(a->db, a->which, END " FOR UPDATE");
	ms_t safe = a->now - TALLY_OVERLAP_S * MS_SECOND, next, upto;
	struct arg values[DAY_ARGS + 4];

	a->more = false;
	if (!end.upto || strcmp(end.zone, a->zone)) {
		a->more = true;
		return begin_anew(a);
	}
	next = next_after(a->db, kind, end.upto);
	if (!next || next >= safe)
		return true;
	upto = step_from(a, next, safe);
	a->more = upto < safe;
	if (db_exec(a->db, "UPDATE day_sum SET upto = ? WHERE what = ? AND upto = ?",
		    args(arg_time(upto), kind->name, arg_time(end.upto))) != 1)
		return false;
	db_exec(a->db, kind->add, (struct args){ range_args(kind, a->zone, end.upto, upto, false, values), values });
	return true;
}

bool tally_add(struct db *db, enum tally which, const char *zone, ms_t now, bool *more)
{
	struct adding a = { .db = db, .which = which, .zone = clock_zone_known(zone) ? zone : "UTC", .now = now };
	bool added = db_transaction(db, add, NULL, &a);

	*more = added && a.more;
	return added || db_error(db) == DB_OK;
}

/* ---- proving ---- */

/* Of what is in: the moments from from to to, as far as it goes. */
static ms_t within(const struct end *end, ms_t from, ms_t to)
{
	return to < end->upto ? to : from > end->upto ? from : end->upto;
}

/* A year by itself: in one no more clocks are moved than a statement is told of. */
static const struct rows *faults_of_year(struct db *db, enum tally which, const struct end *end, int year)
{
	char first[DATE_SIZE + 8], next[DATE_SIZE + 8];
	struct arg values[2 + DAY_ARGS + 4];
	ms_t from = 0, to = 0, unused;

	snprintf(first, sizeof first, "%04d-01-01", year);
	snprintf(next, sizeof next, "%04d-01-01", year + 1);
	clock_day(first, end->zone, &from, &unused);
	clock_day(next, end->zone, &to, &unused);
	values[0] = arg_text(first);
	values[1] = arg_text(next);
	return db_query(
		db, KINDS[which].compare,
		(struct args){ 2 + range_args(&KINDS[which], end->zone, from, within(end, from, to), false, values + 2),
			       values });
}

static int year_of(ms_t at)
{
	char date[DATE_SIZE] = "1970-01-01";
	int year = 1970;

	clock_date(at, "UTC", date);
	sscanf(date, "%d", &year);
	return year;
}

/* The next year from one on in which there are sums, or rows that are in; 10000: none. */
static int next_year(struct db *db, enum tally which, const struct end *end, int from)
{
	char day[DATE_SIZE + 8];
	ms_t begins = BEGINNING, unused, next;
	int kept, year = 10000;

	snprintf(day, sizeof day, "%04d-01-01", from);
	clock_day(day, "UTC", &begins, &unused);
	/* a day before, for it is that year already where the sun rises */
	next = end->upto ? next_after(db, &KINDS[which], begins - MS_DAY) : 0;
	if (next && next < end->upto)
		year = year_of(next) > from ? year_of(next) : from;
	kept = (int)db_int(db, KINDS[which].years, args(day));
	return kept && kept < year ? kept : year;
}

const struct rows *tally_faults(struct db *db, enum tally which)
{
	struct end end = end_of(db, which, END);
	const struct rows *rows = NULL;
	int done = 999;

	end.zone = *end.zone ? end.zone : "UTC";
	while (db_error(db) == DB_OK && !(rows && rows->n)) {
		int year = next_year(db, which, &end, done + 1);

		if (year > 9998)
			break;
		/* the clocks of a zone may show the year before */
		done = year - 1 > done ? year - 1 : done + 1;
		rows = faults_of_year(db, which, &end, done);
	}
	return rows;
}

bool tally_verify(struct db *db, int64_t *bad)
{
	for (enum tally which = 0; which < TALLIES; which++) {
		const struct rows *rows = tally_faults(db, which);
		struct row row;
		int year = 0, month = 0, day = 0;

		if (!rows || !rows->n)
			continue;
		row = row_at(rows, 0);
		sscanf(row_text(&row, "day"), "%d-%d-%d", &year, &month, &day);
		*bad = (year * 100 + month) * 100 + day;
		return false;
	}
	return true;
}

void tally_lock(struct db *db, enum tally which)
{
	end_of(db, which, END " FOR UPDATE");
}

void tally_reset(struct db *db, enum tally which)
{
	db_exec(db, KINDS[which].reset, no_args);
	db_exec(db, "DELETE FROM day_sum WHERE what = ?", args(KINDS[which].name));
}
