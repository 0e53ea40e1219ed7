/* Lists with filters, sorting and pages need SQL that is put together. Only literals of ours go into the text; what a
 * client sent goes beside it, as arguments. */
#include "db/compose.h"
#include "base/buf.h"
#include "db/compose_inside.h"
#include <assert.h>
#include <string.h>

enum {
	EXACT_TO = 10000 /* counting further costs more than anyone gains by it */
};

struct query *query_new(TALLOC_CTX *ctx, const char *select)
{
	struct query *q = talloc_zero(ctx, struct query);

	assert(strstr(select, "WHERE"));
	q->select = talloc_strdup(q, select);
	q->where = buf_new(q, TEXT_MAX);
	q->order = buf_new(q, TEXT_MAX);
	q->tie = buf_new(q, TEXT_MAX);
	q->counted = -1;
	q->exact_to = EXACT_TO;
	return q;
}

void values_add(struct query *q, struct values *to, struct args args)
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
	values_add(q, &q->of_select, args);
}

void query_args(struct query *q, struct args args)
{
	values_add(q, &q->of_where, args);
}

void query_where(struct query *q, const char *condition, struct args args)
{
	buf_text(q->where, "\nAND (");
	buf_text(q->where, condition);
	buf_char(q->where, ')');
	values_add(q, &q->of_where, args);
}

void query_order(struct query *q, const char *expression, bool descending, const char *tie)
{
	const char *direction = descending ? " DESC" : "";

	buf_clear(q->order);
	buf_clear(q->tie);
	q->of_order.n = 0;
	buf_text(q->order, "\nORDER BY ");
	buf_text(q->order, expression);
	buf_text(q->order, direction);
	if (tie && strcmp(tie, expression) != 0) {
		buf_text(q->order, ", ");
		buf_text(q->order, tie);
		buf_text(q->order, direction);
		buf_text(q->tie, "\nORDER BY ");
		buf_text(q->tie, tie);
		buf_text(q->tie, direction);
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
	values_add(q, &q->of_order, args);
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

void query_exact_to(struct query *q, int64_t n)
{
	q->exact_to = n;
}

void query_numbered(struct query *q)
{
	assert(!q->of_select.n);
	query_select_args(q, args(0));
	q->numbered = true;
}

void query_leaders(struct query *q, const char *leaders, const char *column, const char *index)
{
	q->leaders.select = leaders;
	q->leaders.column = column;
	q->leaders.index = index;
}

void query_costly(struct query *q)
{
	q->costly = true;
}

static void add_branch(struct query *q, struct branch branch, struct args args)
{
	q->branches = talloc_realloc(q, q->branches, struct branch, (unsigned)q->n_branches + 1);
	q->branches[q->n_branches] = branch;
	values_add(q, &q->branches[q->n_branches++].values, args);
}

void query_branch(struct query *q, const char *condition, struct args args, const char *index)
{
	add_branch(q, (struct branch){ condition, index, { 0 }, true, true, false }, args);
}

void query_way(struct query *q, const char *condition, struct args args, const char *index)
{
	for (size_t i = q->n_branches; i-- > 0;)
		if (q->branches[i].counted) {
			q->branches[i].walked = false;
			break;
		}
	add_branch(q, (struct branch){ condition, index, { 0 }, false, true, false }, args);
}

void query_alike(struct query *q)
{
	assert(q->n_branches);
	q->branches[q->n_branches - 1].alike = true;
}

/* All conditions: of branches one of theirs must hold. */
void query_add_where(struct buf *sql, const struct query *q)
{
	const char *before = "\nAND (";

	buf_text(sql, q->where->data);
	for (size_t i = 0; i < q->n_branches; i++)
		if (q->branches[i].counted) {
			buf_printf(sql, "%s(%s)", before, q->branches[i].condition);
			before = " OR ";
		}
	if (q->n_branches)
		buf_char(sql, ')');
}

void query_add_where_args(struct query *q, struct values *to)
{
	values_add(q, to, (struct args){ q->of_where.n, q->of_where.v });
	for (size_t i = 0; i < q->n_branches; i++)
		if (q->branches[i].counted)
			values_add(q, to, (struct args){ q->branches[i].values.n, q->branches[i].values.v });
}

const struct rows *query_page(struct query *q, struct db *db, int64_t page, int64_t limit)
{
	struct buf *sql = buf_new(q, 4 * TEXT_MAX);
	struct values values = { 0 };
	const struct rows *rows;
	int64_t offset;

	buf_text(sql, q->select);
	query_add_where(sql, q);
	buf_text(sql, q->order->data);
	buf_text(sql, "\nLIMIT ? OFFSET ?");
	assert(!buf_over(sql));
	if (page < 1)
		page = 1;
	if (__builtin_mul_overflow(page - 1, limit, &offset))
		offset = INT64_MAX;
	values_add(q, &values, (struct args){ q->of_select.n, q->of_select.v });
	query_add_where_args(q, &values);
	values_add(q, &values, (struct args){ q->of_order.n, q->of_order.v });
	values_add(q, &values, args(limit, offset));
	rows = db_query(db, sql->data, (struct args){ values.n, values.v });
	talloc_free(sql);
	return rows;
}

/* ---- rows that are made ---- */

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
