/* Who marks needs no lock: what may be marked never changes again, so two at once write the same. */
#include "store/mark.h"
#include <string.h>

enum { MARKS_AT_ONCE = 200 };

/* clang-format off */
#define TABLE(table, moment) { \
	.name = table, .at = moment, \
	.highest = "SELECT MAX(id) FROM " table, \
	.tail = "SELECT COUNT(*) FROM (SELECT 1 FROM " table " WHERE id > ? LIMIT ?) t", \
	.range = "SELECT MIN(id) AS first, MAX(id) AS last FROM (SELECT id FROM " table " WHERE id > ? ORDER BY id LIMIT ? OFFSET ?) t", \
	.earlier = "SELECT 1 FROM " table " WHERE id > ? AND " moment " < ? LIMIT 1", \
	.add = "INSERT IGNORE INTO row_mark (what, place, id, first_at, last_at)" \
		" SELECT '" table "', ? + MAX(n), MAX(id), MIN(at), MAX(at) FROM (SELECT id, at, ROW_NUMBER() OVER (ORDER BY id) AS n FROM" \
		" (SELECT id, " moment " AS at FROM " table " WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) t) r" \
		" GROUP BY (n - 1) DIV ? HAVING COUNT(*) = ?", \
	.faults = "SELECT m.what, m.place, m.id, g.id AS id_found FROM row_mark m LEFT JOIN" \
		" (SELECT MAX(n) AS place, MAX(id) AS id, MIN(at) AS first_at, MAX(at) AS last_at FROM" \
		" (SELECT id, " moment " AS at, ROW_NUMBER() OVER (ORDER BY id) AS n FROM " table ") r GROUP BY (n - 1) DIV ?) g" \
		" ON g.place = m.place WHERE m.what = '" table "'" \
		" AND NOT (m.id <=> g.id AND m.first_at <=> g.first_at AND m.last_at <=> g.last_at) ORDER BY m.place LIMIT 1000" \
}
#define NONE "NULL"

static const struct table {
	const char *name, *at; /* at: NONE where its rows have no moment */
	const char *highest, *tail, *range, *earlier, *add, *faults;
} TABLES[] = {
	TABLE("orders", "created_at"), TABLE("payment", "created_at"), TABLE("ticket", NONE), TABLE("nfc_card", "created_at"),
	TABLE("customer", "created_at"), TABLE("scan_log", "at"), TABLE("ledger_entry", NONE),
};
/* clang-format on */
enum { N_TABLES = sizeof TABLES / sizeof *TABLES };

static const struct table *table_of(const char *name)
{
	for (size_t i = 0; i < N_TABLES; i++)
		if (!strcmp(TABLES[i].name, name))
			return &TABLES[i];
	return NULL;
}

bool marked(const char *table)
{
	return table_of(table);
}

const char *marks_moment(const char *table)
{
	const char *at = table_of(table)->at;

	return strcmp(at, NONE) ? at : NULL;
}

struct mark {
	int64_t place, id; /* 0: before all */
};

static struct mark mark_of(const struct row *row)
{
	return row ? (struct mark){ row_int(row, "place"), row_int(row, "id") } : (struct mark){ 0, 0 };
}

/* The last mark at a place or before it. */
static struct mark mark_before(struct db *db, const struct table *t, int64_t place)
{
	return mark_of(
		db_one(db, "SELECT place, id FROM row_mark WHERE what = ? AND place <= ? ORDER BY place DESC LIMIT 1",
		       args(t->name, place)));
}

/* ---- asking ---- */

/* Rows behind a mark, up to MARK_TAIL and one. */
static int64_t tail_of(struct db *db, const struct table *t, struct mark last)
{
	return db_int(db, t->tail, args(last.id, (int)MARK_TAIL + 1));
}

int64_t marks_count(struct db *db, const char *table)
{
	const struct table *t = table_of(table);
	struct mark last = mark_before(db, t, INT64_MAX);
	int64_t tail = tail_of(db, t, last);

	return db_error(db) == DB_OK && tail <= MARK_TAIL ? last.place + tail : -1;
}

bool marks_range(struct db *db, const char *table, int64_t place, int64_t n, int64_t *first, int64_t *last)
{
	const struct table *t = table_of(table);
	struct mark from = mark_before(db, t, place - 1);
	const struct row *row = db_one(db, t->range, args(from.id, n, place - 1 - from.place));

	if (!row || row_null(row, "first"))
		return false;
	*first = row_int(row, "first");
	*last = row_int(row, "last");
	return true;
}

/* Behind which id all rows are that were made from a moment on. */
static int64_t before_all_from(struct db *db, const struct table *t, ms_t from)
{
	return db_int(db,
		      "SELECT COALESCE(MAX(id), 0) FROM row_mark WHERE what = ? AND place <"
		      " COALESCE((SELECT MIN(place) FROM row_mark WHERE what = ? AND last_at >= ?), ?)",
		      args(t->name, t->name, arg_time(from), INT64_MAX));
}

void marks_between(struct db *db, const char *table, ms_t from, ms_t to, int64_t *first, int64_t *last)
{
	const struct table *t = table_of(table);
	struct mark end = mark_before(db, t, INT64_MAX);

	*first = 1;
	*last = INT64_MAX;
	if (from)
		*first = before_all_from(db, t, from) + 1;
	if (to && tail_of(db, t, end) <= MARK_TAIL && !db_one(db, t->earlier, args(end.id, arg_time(to))))
		*last = db_int(db, "SELECT COALESCE(MAX(id), 0) FROM row_mark WHERE what = ? AND first_at < ?",
			       args(t->name, arg_time(to)));
}

/* ---- keeping ---- */

/* Up to which id a table's rows were there MARK_OVERLAP_S ago; looked at anew when that is over. */
static int64_t settled(struct db *db, const struct table *t, ms_t now)
{
	const ms_t before = now - MARK_OVERLAP_S * MS_SECOND;
	int64_t highest = db_int(db, t->highest, no_args);

	db_exec(db, "INSERT IGNORE INTO row_seen (what, id, at, upto) VALUES (?, 0, ?, 0)",
		args(t->name, arg_time(before)));
	db_exec(db, "UPDATE row_seen SET upto = id, id = ?, at = ? WHERE what = ? AND at <= ?",
		args(highest, arg_time(now), t->name, arg_time(before)));
	return db_int(db, "SELECT upto FROM row_seen WHERE what = ?", args(t->name));
}

/* Up to an id, MARKS_AT_ONCE at most. True: there is more. */
static bool add(struct db *db, const struct table *t, int64_t upto)
{
	struct mark last = mark_before(db, t, INT64_MAX);

	return db_exec(db, t->add,
		       args(last.place, last.id, upto, (int)MARK_STEP * MARKS_AT_ONCE, (int)MARK_STEP,
			    (int)MARK_STEP)) == MARKS_AT_ONCE;
}

bool marks_add(struct db *db, ms_t now, bool *more)
{
	*more = false;
	for (size_t i = 0; i < N_TABLES && !*more; i++)
		*more = add(db, &TABLES[i], settled(db, &TABLES[i], now));
	return db_error(db) == DB_OK;
}

bool marks_add_all(struct db *db)
{
	for (size_t i = 0; i < N_TABLES; i++)
		while (add(db, &TABLES[i], INT64_MAX))
			;
	return db_error(db) == DB_OK;
}

/* ---- proving ---- */

const struct rows *marks_faults(struct db *db, size_t nth)
{
	return nth < N_TABLES ? db_query(db, TABLES[nth].faults, args((int)MARK_STEP)) : NULL;
}

bool marks_verify(struct db *db, int64_t *bad)
{
	const struct rows *rows;

	for (size_t i = 0; (rows = marks_faults(db, i)); i++)
		if (rows->n) {
			struct row row = row_at(rows, 0);

			*bad = row_int(&row, "place");
			return false;
		}
	return db_error(db) == DB_OK;
}

void marks_reset(struct db *db, const char *table)
{
	db_exec(db, "DELETE FROM row_mark WHERE what = ?", args(table));
}
