/* A query as a list: its pages, how many rows it has, and all of them. Where its columns cost more than its keys, or there are several ways to its
 * rows, a page's keys come first, and its rows by these. */
#include "db/compose_inside.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	FAR = 200, /* rows before a page, from which on its keys are sought first */
	LED_FROM = 10000,
	LEADERS_FIRST = 2,
	LEADERS_MORE = 4 /* times as many, when they were too few */
};

/* ---- a page that is far down ---- */

/* To skip a row that is read whole, with what is joined to it, costs many times what it costs to skip its key. So the page's keys
 * come first: out of an index where one has the order, and without the joins that only add columns, which the server leaves out. */

/* Where select's own FROM begins; NULL: who knows. */
static const char *from_of(const char *select)
{
	const char *from = strstr(select, "\nFROM ");

	return from && !strstr(from + 1, "\nFROM ") ? from : NULL;
}

/* Of FROM's text: its first table, which stands in a line by itself, and what follows it. */
static const char *behind_first(const char *select)
{
	const char *from = from_of(select);

	return from + strcspn(from + 1, "\n") + 1;
}

/* FROM and what follows, with what is said of the index behind its first table; all of it NULL, NULL: nothing. */
static void add_from(struct buf *sql, const char *select, const char *how, const char *index)
{
	const char *from = from_of(select), *rest = behind_first(select);

	buf_add(sql, from, (size_t)(rest - from));
	if (index) {
		buf_text(sql, how);
		buf_text(sql, " (");
		buf_text(sql, index);
		buf_char(sql, ')');
	}
	buf_text(sql, rest);
}

/* What an index of a branch is forced by: it is the way to its rows, and not only their order. */
#define FORCED " FORCE INDEX"

/* FROM ((the first rows of a branch) UNION (of another) …) w, joined to the first table and all that is joined to that. */
static void add_branches(struct buf *sql, const struct query *q, const char *key)
{
	const char *from = from_of(q->select), *rest = behind_first(q->select);

	const char *before = "\nFROM (";

	for (size_t i = 0; i < q->n_branches; i++) {
		if (!q->branches[i].walked)
			continue;
		buf_printf(sql, "%s(SELECT %s AS id", before, key);
		before = "\nUNION ";
		add_from(sql, q->select, FORCED, q->branches[i].index);
		buf_text(sql, q->where->data);
		buf_printf(sql, "\nAND (%s)", q->branches[i].condition);
		buf_text(sql, q->branches[i].alike ? q->tie->data : q->order->data);
		buf_text(sql, "\nLIMIT ?)");
	}
	buf_text(sql, ") w STRAIGHT_JOIN ");
	buf_add(sql, from + strlen("\nFROM "), (size_t)(rest - from) - strlen("\nFROM "));
	buf_printf(sql, " ON %s = w.id", key);
	buf_text(sql, rest);
}

/* FROM (the first leaders) w, joined to the first table and all that is joined to that; its "?" is how many. */
static void add_leaders(struct buf *sql, const struct query *q)
{
	const char *from = from_of(q->select), *rest = behind_first(q->select);

	buf_printf(sql, "\nFROM (%s LIMIT ?) w STRAIGHT_JOIN ", q->leaders.select);
	buf_add(sql, from + strlen("\nFROM "), (size_t)(rest - from) - strlen("\nFROM "));
	buf_printf(sql, FORCED " (%s) ON %s = w.id", q->leaders.index, q->leaders.column);
	buf_text(sql, rest);
}

/* Their arguments: of each branch so many rows. */
static void add_branch_args(struct query *q, struct values *to, int64_t most)
{
	for (size_t i = 0; i < q->n_branches; i++) {
		if (!q->branches[i].walked)
			continue;
		values_add(q, to, (struct args){ q->of_where.n, q->of_where.v });
		values_add(q, to, (struct args){ q->branches[i].values.n, q->branches[i].values.v });
		values_add(q, to, (struct args){ q->of_order.n, q->of_order.v });
		values_add(q, to, args(most));
	}
}

/* ---- how many ---- */

/* A cell of EXPLAIN as a number, whatever type the server's version gives it. */
static double number_of(const struct row *row, const char *name)
{
	const struct cell *cell = row_cell(row, name);

	if (cell->null)
		return 0;
	return cell->s ? strtod(cell->s, NULL) : (double)cell->i + cell->d;
}

/* The conditions of a query, or of one of its branches (NULL: it has none), behind from. */
static void add_conditions(struct buf *sql, const struct query *q, const char *from, const struct branch *branch)
{
	buf_text(sql, from);
	buf_text(sql, q->where->data);
	if (branch)
		buf_printf(sql, "\nAND (%s)", branch->condition);
}

static void add_condition_args(struct query *q, struct values *to, const struct branch *branch)
{
	values_add(q, to, (struct args){ q->of_where.n, q->of_where.v });
	if (branch)
		values_add(q, to, (struct args){ branch->values.n, branch->values.v });
}

/* What the optimizer expects: the rows it looks at in each joined table, multiplied, of which a share passes. */
static double expected_rows(struct query *q, struct db *db, const char *count_from, const struct branch *branch)
{
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);
	struct values values = { 0 };
	const struct rows *rows;
	double product = 1;

	buf_text(sql, "EXPLAIN EXTENDED SELECT 1 ");
	add_conditions(sql, q, count_from, branch);
	add_condition_args(q, &values, branch);
	assert(!buf_over(sql));
	rows = db_query(db, sql->data, (struct args){ values.n, values.v });
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (number_of(&row, "id") == 1 && !row_null(&row, "rows"))
			product *= number_of(&row, "rows") * number_of(&row, "filtered") / 100;
	}
	talloc_free(sql);
	return product;
}

static int64_t estimate(struct query *q, struct db *db, const char *count_from)
{
	double sum = q->n_branches ? 0 : expected_rows(q, db, count_from, NULL);

	for (size_t i = 0; i < q->n_branches; i++)
		if (q->branches[i].counted)
			sum += expected_rows(q, db, count_from, &q->branches[i]);
	if (sum > 1e15)
		sum = 1e15;
	return (int64_t)sum > q->exact_to ? (int64_t)sum : q->exact_to + 1;
}

/* Of branches each row once: of one those that are in none before it. */
static void add_counted(struct buf *sql, const struct query *q, const char *count_from, size_t branch)
{
	buf_text(sql, "SELECT COUNT(*) FROM (");
	buf_text(sql, q->straight ? "SELECT STRAIGHT_JOIN 1 " : "SELECT 1 ");
	add_conditions(sql, q, count_from, q->n_branches ? &q->branches[branch] : NULL);
	for (size_t i = 0; i < branch; i++)
		if (q->branches[i].counted)
			buf_printf(sql, "\nAND (%s) IS NOT TRUE", q->branches[i].condition);
	buf_text(sql, "\nLIMIT ?) AS counted");
}

static void add_counted_args(struct query *q, struct values *to, size_t branch, int64_t most)
{
	add_condition_args(q, to, q->n_branches ? &q->branches[branch] : NULL);
	for (size_t i = 0; i < branch; i++)
		if (q->branches[i].counted)
			values_add(q, to, (struct args){ q->branches[i].values.n, q->branches[i].values.v });
	values_add(q, to, args(most));
}

/* At most so many, or a branch more. */
static int64_t counted(struct query *q, struct db *db, const char *count_from, int64_t most)
{
	size_t branch = 0;
	int64_t n = 0;

	do {
		struct buf *sql = buf_new(q, 4 * TEXT_MAX);
		struct values values = { 0 };

		if (!q->n_branches || q->branches[branch].counted) {
			add_counted(sql, q, count_from, branch);
			add_counted_args(q, &values, branch, most);
			assert(!buf_over(sql));
			n += db_int(db, sql->data, (struct args){ values.n, values.v });
		}
		talloc_free(sql);
	} while (++branch < q->n_branches && n < most);
	return n;
}

/* At most one more than are counted exactly; asked once. */
static int64_t so_many(struct query *q, struct db *db, const char *count_from)
{
	if (q->counted < 0)
		q->counted = q->uncounted ? q->exact_to + 1 : counted(q, db, count_from, q->exact_to + 1);
	return q->counted;
}

static int64_t count_of(struct query *q, struct db *db, const char *count_from, bool *estimated)
{
	const int64_t n = so_many(q, db, count_from);

	*estimated = n > q->exact_to;
	return *estimated && !q->uncounted ? estimate(q, db, count_from) : n;
}

/* ---- the keys of a page, and its rows ---- */

/* The keys of a page, by so many leaders; 0: by branches, or by what select says. */
static const struct rows *keys_by(struct query *q, struct db *db, const char *key, int64_t limit, int64_t offset,
				  int64_t leaders)
{
	const char *head = strstr(q->select, "SELECT ");
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);
	struct values values = { 0 };
	const struct rows *rows;

	buf_add(sql, q->select, (size_t)(head - q->select));
	buf_text(sql, q->straight ? "SELECT STRAIGHT_JOIN " : "SELECT ");
	buf_text(sql, key);
	buf_text(sql, " AS id");
	if (leaders) {
		add_leaders(sql, q);
		query_add_where(sql, q);
		values_add(q, &values, args(leaders));
		query_add_where_args(q, &values);
	} else if (q->n_branches) {
		add_branches(sql, q, key);
		add_branch_args(q, &values, offset + limit);
	} else {
		add_from(sql, q->select, " FORCE INDEX FOR ORDER BY", q->order_index);
		buf_text(sql, q->where->data);
		values_add(q, &values, (struct args){ q->of_where.n, q->of_where.v });
	}
	values_add(q, &values, (struct args){ q->of_order.n, q->of_order.v });
	values_add(q, &values, args(limit, offset));
	buf_text(sql, q->order->data);
	buf_text(sql, "\nLIMIT ? OFFSET ?");
	assert(!buf_over(sql));
	rows = db_query(db, sql->data, (struct args){ values.n, values.v });
	talloc_free(sql);
	return rows;
}

static bool are_so_many(struct query *q, struct db *db, int64_t leaders)
{
	struct buf *sql = buf_new(q, TEXT_MAX);
	int64_t n;

	buf_text(sql, "SELECT COUNT(*) FROM (");
	buf_text(sql, q->leaders.select);
	buf_text(sql, " LIMIT ?) w");
	assert(!buf_over(sql));
	n = db_int(db, sql->data, args(leaders));
	talloc_free(sql);
	return n == leaders;
}

/* Of the first leaders all rows stand before those of any other, so a page that they fill is the list's own. */
static const struct rows *keys_led(struct query *q, struct db *db, const char *key, int64_t limit, int64_t offset)
{
	const struct rows *rows;

	if (!q->leaders.n)
		q->leaders.n = LEADERS_FIRST;
	for (;;) {
		rows = keys_by(q, db, key, limit, offset, q->leaders.n);
		if ((int64_t)rows->n == limit || db_error(db) != DB_OK || !are_so_many(q, db, q->leaders.n))
			return rows;
		q->leaders.n *= LEADERS_MORE;
	}
}

/* The rows of n of these keys from the first one on, in the query's order; before: so many rows of the list stand before them. */
static const struct rows *rows_of(struct query *q, struct db *db, const char *key, const struct rows *keys,
				  size_t first, size_t n, int64_t before)
{
	struct buf *among = buf_new(q, TEXT_MAX), *sql = buf_new(q, 4 * TEXT_MAX);
	struct values values = { 0 };
	const struct rows *rows;

	if (q->numbered)
		q->of_select.v[0] = arg_int(before);
	values_add(q, &values, (struct args){ q->of_select.n, q->of_select.v });
	values_add(q, &values, (struct args){ q->of_where.n, q->of_where.v });
	buf_printf(among, "\nAND %s IN (", key);
	for (size_t i = 0; i < n; i++) {
		struct row row = row_at(keys, first + i);

		buf_text(among, i ? ", ?" : "?");
		values_add(q, &values, args(row_int(&row, "id")));
	}
	buf_char(among, ')');
	buf_text(sql, q->select);
	buf_text(sql, q->where->data);
	buf_text(sql, among->data);
	buf_text(sql, q->order->data);
	assert(!buf_over(among) && !buf_over(sql));
	values_add(q, &values, (struct args){ q->of_order.n, q->of_order.v });
	rows = db_query(db, sql->data, (struct args){ values.n, values.v });
	talloc_free(sql);
	talloc_free(among);
	return rows;
}

/* ---- a query as a list ---- */

enum { BATCH = 500, KEYS = 10000 };

struct listed {
	struct row_list list;
	struct query *q;
	struct db *db;
	const char *count_from, *key;
};

static const struct rows *keys_of(const struct listed *of, int64_t limit, int64_t offset)
{
	struct query *q = of->q;

	if (q->leaders.select && q->leaders.how == LED_UNKNOWN)
		q->leaders.how = so_many(q, of->db, of->count_from) > LED_FROM ? LED : LED_NOT;
	return q->leaders.how == LED ? keys_led(q, of->db, of->key, limit, offset)
				     : keys_by(q, of->db, of->key, limit, offset, 0);
}

static bool by_keys(const struct query *q, int64_t page, int64_t limit)
{
	if (q->n_branches || q->costly || q->numbered || q->leaders.select)
		return limit <= KEYS;
	return page >= 2 && limit <= BATCH && (page - 1) <= INT32_MAX && (page - 1) * limit >= FAR &&
	       from_of(q->select);
}

static const struct rows *listed_page(struct row_list *list, int64_t page, int64_t limit)
{
	struct listed *of = (struct listed *)(void *)list;
	const struct rows *keys;
	int64_t offset;

	if (!by_keys(of->q, page, limit))
		return query_page(of->q, of->db, page, limit);
	if (__builtin_mul_overflow(page - 1, limit, &offset) || offset > INT64_MAX - limit)
		offset = INT64_MAX - limit;
	keys = keys_of(of, limit, offset);
	return keys->n ? rows_of(of->q, of->db, of->key, keys, 0, keys->n, offset) : keys;
}

static int64_t listed_count(struct row_list *list, bool *estimated)
{
	struct listed *of = (struct listed *)(void *)list;

	return count_of(of->q, of->db, of->count_from, estimated);
}

/* ---- all of it ---- */

/* By ascending key, a batch at a time. Of branches the key alone is the way, for each of them would have all of its rows sorted once a batch. */
static struct row_source *source_by_key(struct listed *of)
{
	struct query *q = of->q;
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);
	struct values values = { 0 };
	const char *from = q->n_branches ? from_of(q->select) : NULL;

	buf_add(sql, q->select, from ? (size_t)(from - q->select) : strlen(q->select));
	if (from)
		add_from(sql, q->select, FORCED, "PRIMARY");
	query_add_where(sql, q);
	values_add(q, &values, (struct args){ q->of_select.n, q->of_select.v });
	query_add_where_args(q, &values);
	buf_printf(sql, "\nAND %s > ?\nORDER BY %s\nLIMIT %d", of->key, of->key, BATCH);
	assert(!buf_over(sql));
	return db_source(of, of->db, sql->data, (struct args){ values.n, values.v });
}

/* In the list's order: thousands of keys at a time, so that it is sorted once for all of these, and rows by them. */
struct ordered {
	struct row_source source;
	struct listed *of;
	TALLOC_CTX *keys_memory, *batch;
	const struct rows *keys;
	size_t at;
	int64_t before; /* keys that were given already */
	bool given;
};

static bool next_keys(struct ordered *o)
{
	struct listed *of = o->of;
	TALLOC_CTX *memory = db_results(of->db);

	if (o->keys && o->at < o->keys->n)
		return true;
	if (o->keys && o->keys->n < KEYS)
		return false;
	talloc_free_children(o->keys_memory);
	db_memory(of->db, o->keys_memory);
	o->keys = keys_of(of, KEYS, o->before);
	db_memory(of->db, memory);
	o->at = 0;
	return o->keys->n > 0;
}

static const struct rows *next_ordered(struct row_source *source)
{
	struct ordered *o = (struct ordered *)(void *)source;
	struct listed *of = o->of;
	TALLOC_CTX *memory = db_results(of->db);
	const struct rows *rows = NULL;
	const bool first = !o->given;
	size_t n;

	talloc_free_children(o->batch);
	o->given = true;
	if (next_keys(o)) {
		n = o->keys->n - o->at < BATCH ? o->keys->n - o->at : BATCH;
		db_memory(of->db, o->batch);
		rows = rows_of(of->q, of->db, of->key, o->keys, o->at, n, o->before);
		o->at += n;
		o->before += (int64_t)n;
	} else if (first) { /* its columns */
		db_memory(of->db, o->batch);
		rows = query_page(of->q, of->db, 1, 1);
	}
	db_memory(of->db, memory);
	return db_error(of->db) == DB_OK ? rows : NULL;
}

static struct ordered *ordered_new(struct listed *of)
{
	struct ordered *o = talloc_zero(of, struct ordered);

	o->source.next = next_ordered;
	o->of = of;
	o->keys_memory = talloc_new(o);
	o->batch = talloc_new(o);
	return o;
}

static struct row_source *listed_source(struct row_list *list)
{
	struct listed *of = (struct listed *)(void *)list;
	struct ordered *o;

	if (!of->q->n_branches)
		return source_by_key(of);
	/* What is few is not looked for through all. */
	o = ordered_new(of);
	if (next_keys(o) && o->keys->n == KEYS) {
		talloc_free(o);
		return source_by_key(of);
	}
	return &o->source;
}

struct row_source *query_in_order(struct row_list *list)
{
	return &ordered_new((struct listed *)(void *)list)->source;
}

struct row_list *query_list(struct query *q, struct db *db, const char *count_from, const char *key)
{
	struct listed *of = talloc_zero(db->memory, struct listed);

	assert(from_of(q->select) || !(q->n_branches || q->costly || q->numbered));
	of->list = (struct row_list){ listed_page, listed_count, listed_source };
	of->q = talloc_steal(of, q);
	of->db = db;
	of->count_from = count_from;
	of->key = key;
	return &of->list;
}
