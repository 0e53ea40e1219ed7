/* Columns are found by name, never by position, so a query may gain a column without breaking a reader.
 * Asking for a column that the query lacks, or for another type than it has, is a bug and asserted. */
#include "base/row.h"
#include <assert.h>
#include <string.h>
#include <talloc.h>

size_t rows_hidden(const struct rows *rows)
{
	return rows->n_columns && rows->columns[0].type == COL_KEY;
}

struct row row_at(const struct rows *rows, size_t i)
{
	assert(i < rows->n);
	return (struct row){ .n_columns = rows->n_columns,
			     .columns = rows->columns,
			     .cells = rows->cells + i * rows->n_columns };
}

static const struct cell *find(const struct row *row, const char *name, enum col_type *type)
{
	for (size_t i = 0; i < row->n_columns; i++)
		if (strcmp(row->columns[i].name, name) == 0) {
			*type = row->columns[i].type;
			return &row->cells[i];
		}
	return NULL;
}

const struct cell *row_cell(const struct row *row, const char *name)
{
	enum col_type type;
	const struct cell *cell = find(row, name, &type);

	assert(cell);
	return cell;
}

bool row_has(const struct row *row, const char *name)
{
	enum col_type type;

	return find(row, name, &type) != NULL;
}

bool row_null(const struct row *row, const char *name)
{
	return row_cell(row, name)->null;
}

int64_t row_int(const struct row *row, const char *name)
{
	enum col_type type = COL_INT;
	const struct cell *cell = find(row, name, &type);

	assert(cell && (type == COL_INT || type == COL_KEY || type == COL_MONEY || type == COL_RATE ||
			type == COL_BOOL || type == COL_TIME));
	return cell->null ? 0 : cell->i;
}

ms_t row_time(const struct row *row, const char *name)
{
	enum col_type type = COL_TIME;
	const struct cell *cell = find(row, name, &type);

	assert(cell && type == COL_TIME);
	return cell->null ? 0 : cell->i;
}

bool row_bool(const struct row *row, const char *name)
{
	enum col_type type = COL_BOOL;
	const struct cell *cell = find(row, name, &type);

	assert(cell && (type == COL_BOOL || type == COL_INT));
	return !cell->null && cell->i != 0;
}

const char *row_text(const struct row *row, const char *name)
{
	enum col_type type = COL_TEXT;
	const struct cell *cell = find(row, name, &type);

	assert(cell && (type == COL_TEXT || type == COL_DATE || type == COL_JSON));
	return cell->null || !cell->s ? "" : cell->s;
}

bool row_is(const struct row *row, const char *name, const char *text)
{
	return strcmp(row_text(row, name), text) == 0;
}

const char *row_currency(const struct row *row, const char *column)
{
	const char *dot = strrchr(column, '.'), *found = NULL;
	size_t len = dot ? (size_t)(dot + 1 - column) : 0;

	for (size_t i = 0; i < row->n_columns; i++) {
		const char *name = row->columns[i].name;

		if (row->cells[i].null)
			continue;
		if (len && !strncmp(name, column, len) && !strcmp(name + len, "currency"))
			return row->cells[i].s;
		if (!strcmp(name, "currency"))
			found = row->cells[i].s;
	}
	return found;
}

const struct rows *rows_part(const struct rows *rows, const char *prefix)
{
	struct rows *part = talloc_zero(rows, struct rows);
	size_t len = strlen(prefix), n = rows->n_columns;
	struct column *columns = talloc_array(part, struct column, (unsigned)n);
	struct cell *cells = talloc_array(part, struct cell, (unsigned)(n * rows->n));
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		if (!strncmp(rows->columns[i].name, prefix, len))
			columns[part->n_columns++] =
				(struct column){ .name = rows->columns[i].name + len, .type = rows->columns[i].type };
	assert(part->n_columns);
	for (size_t i = 0; i < n * rows->n; i++)
		if (!strncmp(rows->columns[i % n].name, prefix, len))
			cells[used++] = rows->cells[i];
	part->n = rows->n;
	part->columns = columns;
	part->cells = cells;
	return part;
}

const struct row *row_with_id(const struct rows *rows, const char *column, int64_t id, struct row *out)
{
	for (size_t i = 0; i < rows->n; i++) {
		*out = row_at(rows, i);
		if (row_int(out, column) == id)
			return out;
	}
	return NULL;
}

/* ---- rows that are there, as a list ---- */

struct held {
	struct row_list list;
	struct row_source source;
	const struct rows *rows;
	bool given;
};

static const struct rows *held_page(struct row_list *list, int64_t page, int64_t limit)
{
	(void)page;
	(void)limit;
	return ((struct held *)(void *)list)->rows;
}

static int64_t held_count(struct row_list *list, bool *estimated)
{
	*estimated = false;
	return (int64_t)((struct held *)(void *)list)->rows->n;
}

static const struct rows *held_next(struct row_source *source)
{
	struct held *held = (struct held *)(void *)((char *)source - offsetof(struct held, source));

	if (held->given)
		return NULL;
	held->given = true;
	return held->rows;
}

static struct row_source *held_source(struct row_list *list)
{
	return &((struct held *)(void *)list)->source;
}

struct row_list *rows_list(TALLOC_CTX *ctx, const struct rows *rows)
{
	struct held *held = talloc_zero(ctx, struct held);

	held->list = (struct row_list){ held_page, held_count, held_source };
	held->source.next = held_next;
	held->rows = rows;
	return &held->list;
}
