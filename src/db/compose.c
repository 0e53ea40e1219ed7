/* Lists with filters, sorting and pages need SQL that is put together. Only literals of ours go into the text; what a
 * client sent goes beside it, as arguments. */
#include "db/compose.h"
#include "base/buf.h"
#include "db/internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MAX = 65536,
	EXACT_TO = 100000 /* counting further costs more than anyone gains by it */
};

struct query {
	const char *select;
	struct buf *where;
	struct buf *order;
	struct arg *args;
	size_t n_args, max_args;
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

void query_args(struct query *q, struct args args)
{
	if (q->n_args + args.n > q->max_args) {
		q->max_args = (q->n_args + args.n) * 2;
		q->args = talloc_realloc(q, q->args, struct arg, (unsigned)q->max_args);
	}
	for (size_t i = 0; i < args.n; i++)
		q->args[q->n_args++] = arg_copy(q, args.v[i]);
}

void query_where(struct query *q, const char *condition, struct args args)
{
	buf_text(q->where, "\nAND (");
	buf_text(q->where, condition);
	buf_char(q->where, ')');
	query_args(q, args);
}

void query_search(struct query *q, const char *const columns[], const char *text)
{
	struct buf *pattern;

	if (!text || !*text || !columns[0])
		return;
	pattern = buf_new(q, 2 * strlen(text) + 2);
	buf_char(pattern, '%');
	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			buf_char(pattern, '\\');
		buf_char(pattern, *text);
	}
	buf_char(pattern, '%');
	for (size_t i = 0; columns[i]; i++) {
		buf_text(q->where, i ? " OR " : "\nAND (");
		buf_text(q->where, columns[i]);
		buf_text(q->where, " LIKE ?");
		query_args(q, args((const char *)pattern->data));
	}
	buf_char(q->where, ')');
}

void query_order(struct query *q, const char *expression, bool descending, const char *tie)
{
	const char *direction = descending ? " DESC" : "";

	buf_clear(q->order);
	buf_text(q->order, "\nORDER BY ");
	buf_text(q->order, expression);
	buf_text(q->order, direction);
	if (tie && strcmp(tie, expression) != 0) {
		buf_text(q->order, ", ");
		buf_text(q->order, tie);
		buf_text(q->order, direction);
	}
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
	size_t n_args = q->n_args;
	const struct rows *rows;
	int64_t offset;

	if (page < 1)
		page = 1;
	if (__builtin_mul_overflow(page - 1, limit, &offset))
		offset = INT64_MAX;
	query_args(q, args(limit, offset));
	rows = db_query(db, sql->data, (struct args){ q->n_args, q->args });
	q->n_args = n_args;
	talloc_free(sql);
	return rows;
}

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
	const struct rows *rows = db_query(db, sql->data, (struct args){ q->n_args, q->args });
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
	struct buf *sql = text_of(q, (const char *const[]){ "SELECT COUNT(*) FROM (SELECT 1 ", count_from },
				  (const char *const[]){ "\nLIMIT ?) AS counted", "" });
	size_t n_args = q->n_args;
	int64_t n;

	query_args(q, args((int)EXACT_TO + 1));
	n = db_int(db, sql->data, (struct args){ q->n_args, q->args });
	q->n_args = n_args;
	talloc_free(sql);
	*estimated = n > EXACT_TO;
	return *estimated ? estimate(q, db, count_from) : n;
}

struct row_source *query_source(struct query *q, TALLOC_CTX *ctx, struct db *db, const char *key, int limit)
{
	char tail[32];
	struct buf *sql = text_of(q, (const char *const[]){ q->select, "" }, (const char *const[]){ "\nAND ", key });

	snprintf(tail, sizeof(tail), "\nLIMIT %d", limit);
	buf_text(sql, " > ?\nORDER BY ");
	buf_text(sql, key);
	buf_text(sql, tail);
	return db_source(ctx, db, sql->data, (struct args){ q->n_args, q->args });
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
