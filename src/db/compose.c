/* Lists with filters, sorting and pages need SQL that is put together. Only literals of ours go into the text; what a
 * client sent goes beside it, as arguments. */
#include "db/compose.h"
#include "base/buf.h"
#include "db/internal.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MAX = 65536,
	EXACT_TO = 10000, /* counting further costs more than anyone gains by it */
	FAR = 200	  /* rows before a page, from which on its keys are sought first */
};

/* Arguments of one part of the text. */
struct values {
	struct arg *v;
	size_t n, max;
};

struct query {
	const char *select;
	struct buf *where, *order;
	struct values of_select, of_where, of_order;
	const char *order_index; /* NULL: none is named */
	bool uncounted, straight;
};

struct query *query_new(TALLOC_CTX *ctx, const char *select)
{
	struct query *q = talloc_zero(ctx, struct query);

	assert(strstr(select, "WHERE"));
	q->select = talloc_strdup(q, select);
	q->where = buf_new(q, TEXT_MAX);
	q->order = buf_new(q, TEXT_MAX);
	return q;
}

static void add_args(struct query *q, struct values *to, struct args args)
{
	if (to->n + args.n > to->max) {
		to->max = (to->n + args.n) * 2;
		to->v = talloc_realloc(q, to->v, struct arg, (unsigned)to->max);
	}
	for (size_t i = 0; i < args.n; i++)
		to->v[to->n++] = arg_copy(q, args.v[i]);
}

void query_select_args(struct query *q, struct args args)
{
	add_args(q, &q->of_select, args);
}

void query_args(struct query *q, struct args args)
{
	add_args(q, &q->of_where, args);
}

void query_where(struct query *q, const char *condition, struct args args)
{
	buf_text(q->where, "\nAND (");
	buf_text(q->where, condition);
	buf_char(q->where, ')');
	add_args(q, &q->of_where, args);
}

void query_order(struct query *q, const char *expression, bool descending, const char *tie)
{
	const char *direction = descending ? " DESC" : "";

	buf_clear(q->order);
	q->of_order.n = 0;
	buf_text(q->order, "\nORDER BY ");
	buf_text(q->order, expression);
	buf_text(q->order, direction);
	if (tie && strcmp(tie, expression) != 0) {
		buf_text(q->order, ", ");
		buf_text(q->order, tie);
		buf_text(q->order, direction);
	}
}

enum { ORDERS = 4 };

const char *query_orders(TALLOC_CTX *ctx, const char *by, const char *(*of)(void *with, const char *name), void *with)
{
	char *list = talloc_strdup(ctx, by), *out = talloc_strdup(ctx, ""), *save = NULL;
	size_t n = 0;

	for (char *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		bool descending = *name == '-';
		const char *sql = n++ < ORDERS ? of(with, name + descending) : NULL;

		if (!sql)
			return NULL;
		out = talloc_asprintf_append(out, "%s%s%s", n > 1 ? ", " : "", sql, descending ? " DESC" : "");
	}
	return n ? out : NULL;
}

void query_order_args(struct query *q, struct args args)
{
	q->of_order.n = 0;
	add_args(q, &q->of_order, args);
}

void query_before(struct query *q, const char *literal)
{
	q->select = talloc_asprintf(q, "%s%s", literal, q->select);
}

void query_order_index(struct query *q, const char *index)
{
	q->order_index = index;
}

void query_straight(struct query *q)
{
	assert(!strncmp(q->select, "SELECT ", 7));
	q->select = talloc_strdup_append_buffer(talloc_strdup(q, "SELECT STRAIGHT_JOIN "), q->select + 7);
	q->straight = true;
}

void query_uncounted(struct query *q)
{
	q->uncounted = true;
}

/* Those of the parts in the order of the text, then tail, for one call. */
static struct args args_of(struct query *q, const struct values *const parts[], size_t n, struct args tail)
{
	struct values all = { 0 };

	for (size_t i = 0; i < n; i++)
		add_args(q, &all, (struct args){ parts[i]->n, parts[i]->v });
	add_args(q, &all, tail);
	return (struct args){ all.n, all.v };
}

/* The query's text with head before and tail behind the conditions, for one call. */
static struct buf *text_of(struct query *q, const char *const before[2], const char *const behind[2])
{
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);

	buf_text(sql, before[0]);
	buf_text(sql, before[1]);
	buf_text(sql, q->where->data);
	buf_text(sql, behind[0]);
	buf_text(sql, behind[1]);
	assert(!buf_over(sql) && !buf_over(q->where) && !buf_over(q->order));
	return sql;
}

const struct rows *query_page(struct query *q, struct db *db, int64_t page, int64_t limit)
{
	struct buf *sql = text_of(q, (const char *const[]){ q->select, "" },
				  (const char *const[]){ q->order->data, "\nLIMIT ? OFFSET ?" });
	const struct values *const parts[] = { &q->of_select, &q->of_where, &q->of_order };
	const struct rows *rows;
	int64_t offset;

	if (page < 1)
		page = 1;
	if (__builtin_mul_overflow(page - 1, limit, &offset))
		offset = INT64_MAX;
	rows = db_query(db, sql->data, args_of(q, parts, 3, args(limit, offset)));
	talloc_free(sql);
	return rows;
}

/* ---- a page that is far down ---- */

/* To skip a row that is read whole, with what is joined to it, costs many times what it costs to skip its key. So the page's keys
 * come first: out of an index where one has the order, and without the joins that only add columns, which the server leaves out. */

/* Where select's own FROM begins; NULL: who knows. */
static const char *from_of(const char *select)
{
	const char *from = strstr(select, "\nFROM ");

	return from && !strstr(from + 1, "\nFROM ") ? from : NULL;
}

/* FROM and what follows, with what is said of the index behind its first table. */
static void add_from(struct buf *sql, const struct query *q)
{
	const char *from = from_of(q->select), *rest = from + strcspn(from + 1, "\n") + 1;

	buf_add(sql, from, (size_t)(rest - from));
	if (q->order_index) {
		buf_text(sql, " FORCE INDEX FOR ORDER BY (");
		buf_text(sql, q->order_index);
		buf_char(sql, ')');
	}
	buf_text(sql, rest);
}

/* The keys of a page. */
static const struct rows *keys_of(struct query *q, struct db *db, const char *key, int64_t limit, int64_t offset)
{
	const char *head = strstr(q->select, "SELECT ");
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);
	const struct values *const parts[] = { &q->of_where, &q->of_order };
	const struct rows *rows;

	buf_add(sql, q->select, (size_t)(head - q->select));
	buf_text(sql, q->straight ? "SELECT STRAIGHT_JOIN " : "SELECT ");
	buf_text(sql, key);
	buf_text(sql, " AS id");
	add_from(sql, q);
	buf_text(sql, q->where->data);
	buf_text(sql, q->order->data);
	buf_text(sql, "\nLIMIT ? OFFSET ?");
	assert(!buf_over(sql));
	rows = db_query(db, sql->data, args_of(q, parts, 2, args(limit, offset)));
	talloc_free(sql);
	return rows;
}

/* The rows of these keys, in the query's order. */
static const struct rows *rows_of(struct query *q, struct db *db, const char *key, const struct rows *keys)
{
	struct buf *among = buf_new(q, TEXT_MAX), *sql;
	const struct values *const parts[] = { &q->of_select, &q->of_where };
	struct values tail = { 0 };
	const struct rows *rows;

	buf_printf(among, "\nAND %s IN (", key);
	for (size_t i = 0; i < keys->n; i++) {
		struct row row = row_at(keys, i);

		buf_text(among, i ? ", ?" : "?");
		add_args(q, &tail, args(row_int(&row, "id")));
	}
	buf_char(among, ')');
	add_args(q, &tail, (struct args){ q->of_order.n, q->of_order.v });
	sql = text_of(q, (const char *const[]){ q->select, "" }, (const char *const[]){ among->data, q->order->data });
	assert(!buf_over(among));
	rows = db_query(db, sql->data, args_of(q, parts, 2, (struct args){ tail.n, tail.v }));
	talloc_free(sql);
	talloc_free(among);
	return rows;
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

/* What the optimizer expects: the rows it looks at in each joined table, multiplied, of which a share passes. */
static int64_t estimate(struct query *q, struct db *db, const char *count_from)
{
	struct buf *sql = text_of(q, (const char *const[]){ "EXPLAIN EXTENDED SELECT 1 ", count_from },
				  (const char *const[]){ "", "" });
	const struct rows *rows = db_query(db, sql->data, (struct args){ q->of_where.n, q->of_where.v });
	double product = 1;

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (number_of(&row, "id") == 1 && !row_null(&row, "rows"))
			product *= number_of(&row, "rows") * number_of(&row, "filtered") / 100;
	}
	talloc_free(sql);
	if (product > 1e15)
		product = 1e15;
	return (int64_t)product > EXACT_TO ? (int64_t)product : EXACT_TO + 1;
}

int64_t query_count(struct query *q, struct db *db, const char *count_from, bool *estimated)
{
	const char *head =
		q->straight ? "SELECT COUNT(*) FROM (SELECT STRAIGHT_JOIN 1 " : "SELECT COUNT(*) FROM (SELECT 1 ";
	struct buf *sql = text_of(q, (const char *const[]){ head, count_from },
				  (const char *const[]){ "\nLIMIT ?) AS counted", "" });
	const struct values *const parts[] = { &q->of_where };
	int64_t n = q->uncounted ? EXACT_TO + 1 : db_int(db, sql->data, args_of(q, parts, 1, args((int)EXACT_TO + 1)));

	talloc_free(sql);
	*estimated = n > EXACT_TO;
	return *estimated && !q->uncounted ? estimate(q, db, count_from) : n;
}

/* ---- a query as a list ---- */

enum { BATCH = 500 };

struct listed {
	struct row_list list;
	struct query *q;
	struct db *db;
	const char *count_from, *key;
};

static const struct rows *listed_page(struct row_list *list, int64_t page, int64_t limit)
{
	struct listed *of = (struct listed *)(void *)list;
	const struct rows *keys;

	if (page < 2 || limit > BATCH || (page - 1) > INT32_MAX || (page - 1) * limit < FAR || !from_of(of->q->select))
		return query_page(of->q, of->db, page, limit);
	keys = keys_of(of->q, of->db, of->key, limit, (page - 1) * limit);
	return keys->n ? rows_of(of->q, of->db, of->key, keys) : keys;
}

static int64_t listed_count(struct row_list *list, bool *estimated)
{
	struct listed *of = (struct listed *)(void *)list;

	return query_count(of->q, of->db, of->count_from, estimated);
}

static struct row_source *listed_source(struct row_list *list)
{
	struct listed *of = (struct listed *)(void *)list;
	struct query *q = of->q;
	const struct values *const parts[] = { &q->of_select, &q->of_where };
	struct buf *sql =
		text_of(q, (const char *const[]){ q->select, "" }, (const char *const[]){ "\nAND ", of->key });

	buf_printf(sql, " > ?\nORDER BY %s\nLIMIT %d", of->key, BATCH);
	return db_source(of, of->db, sql->data, args_of(q, parts, 2, no_args));
}

struct row_list *query_list(struct query *q, struct db *db, const char *count_from, const char *key)
{
	struct listed *of = talloc_zero(db->memory, struct listed);

	of->list = (struct row_list){ listed_page, listed_count, listed_source };
	of->q = talloc_steal(of, q);
	of->db = db;
	of->count_from = count_from;
	of->key = key;
	return &of->list;
}

/* "(?, ?)", once for each row. */
static void add_marks(struct buf *sql, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		buf_text(sql, i ? ", ?" : "(?");
	buf_char(sql, ')');
}

const struct rows *insert_rows(struct db *db, const char *insert, const struct args rows[], size_t n,
			       const char *returning)
{
	struct buf *sql = buf_new(NULL, TEXT_MAX);
	struct arg *all = talloc_array(sql, struct arg, (unsigned)(n * rows[0].n));
	const struct rows *made;
	size_t used = 0;

	buf_text(sql, insert);
	for (size_t i = 0; i < n; i++) {
		assert(rows[i].n == rows[0].n);
		buf_text(sql, i ? ", " : " ");
		add_marks(sql, rows[i].n);
		for (size_t k = 0; k < rows[i].n; k++)
			all[used++] = rows[i].v[k];
	}
	buf_text(sql, " RETURNING ");
	buf_text(sql, returning);
	assert(!buf_over(sql));
	made = db_query(db, sql->data, (struct args){ used, all });
	talloc_free(sql);
	return made;
}
