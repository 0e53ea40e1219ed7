/* Of a page that is far down the ids come first, between which its rows are and no others; then it is the first page of these. */
#include "store/marked_list.h"
#include "store/mark.h"
#include <string.h>

struct marked_list {
	struct row_list list; /* stands first */
	struct row_list *inner;
	struct db *db;
	struct noun_view view;
	struct noun_ask ask;
	int64_t n; /* rows; -1: unknown, -2: not asked for yet */
};

/* Are these all rows of a table with marks, in the order of their ids? */
static bool all_marked(const struct noun *noun, const struct noun_ask *ask)
{
	return marked(noun->table) && !noun->soft_delete && !noun->part && !noun->owner && !noun->scope &&
	       !ask->search && !ask->n_filters && !strcmp(ask->order, noun->row);
}

static int64_t rows_in(struct marked_list *of)
{
	if (of->n == -2)
		of->n = marks_count(of->db, of->view.noun->table);
	return of->n;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static const struct rows *marked_page(struct row_list *list, int64_t page, int64_t limit)
{
	struct marked_list *of = (struct marked_list *)(void *)list;
	struct noun_ask ask = of->ask;
	int64_t offset, n, first = 1, last = 0;

	if (page < 2 || of->ask.counted || rows_in(of) < 0)
		return of->inner->page(of->inner, page, limit);
	if (__builtin_mul_overflow(page - 1, limit, &offset))
		offset = INT64_MAX;
	n = offset < of->n ? least(limit, of->n - offset) : 0;
	if (n && !marks_range(of->db, of->view.noun->table, ask.descending ? of->n - offset - n + 1 : offset + 1, n,
			      &first, &last))
		n = 0;
	ask.few = true;
	noun_ask_between(&ask, first, last);
	ask.page = 1;
	ask.limit = limit;
	return noun_list(of->db, of->view, &ask);
}

static int64_t marked_count(struct row_list *list, bool *estimated)
{
	struct marked_list *of = (struct marked_list *)(void *)list;

	*estimated = false;
	if (of->ask.counted)
		return of->ask.total;
	return rows_in(of) < 0 ? of->inner->count(of->inner, estimated) : of->n;
}

static struct row_source *marked_source(struct row_list *list)
{
	struct marked_list *of = (struct marked_list *)(void *)list;

	return of->inner->source(of->inner);
}

struct row_list *marked_rows(struct db *db, struct noun_view view, const struct noun_ask *ask)
{
	struct row_list *list = noun_rows(db, view, ask);
	struct marked_list *of;

	if (!ask->counted && !all_marked(view.noun, ask))
		return list;
	of = talloc(list, struct marked_list);
	*of = (struct marked_list){ { marked_page, marked_count, marked_source }, list, db, view, *ask, -2 };
	return &of->list;
}

/* "t.at < ?" compares "at". */
static bool compares(const char *condition, const char *column)
{
	size_t len = column ? strlen(column) : 0;

	return len && !strncmp(condition, "t.", 2) && !strncmp(condition + 2, column, len) && condition[2 + len] == ' ';
}

void marked_narrow(struct db *db, const struct noun *noun, struct noun_ask *ask, const char *condition, ms_t moment,
		   bool until)
{
	int64_t first, last;

	if (!marked(noun->table) || !compares(condition, marks_moment(noun->table)))
		return;
	marks_between(db, noun->table, until ? 0 : moment, until ? moment : 0, &first, &last);
	noun_ask_between(ask, first, last);
}
