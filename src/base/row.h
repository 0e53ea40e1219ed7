#ifndef BASE_ROW_H
#define BASE_ROW_H
/* What a query answered. A result knows its columns' names and types, so it can become JSON, a CSV line
 * or a spreadsheet row without a struct written for it by hand. Filled by db/, read by everyone.
 *
 * In SQL the column's alias is the name in the API. An alias "venue.name" nests. A suffix says what the
 * database's type cannot: "featured:bool", "labels:json", "uuid:uuid" (BINARY(16)), "code:hex" (any bytes),
 * "price:money" (minor units of the row's "currency"), "fee:rate" (basis points).
 * TINYINT(1) is a boolean by itself. The suffix is not part of the name. What is asked for as JSON and is none, for it was
 * damaged, fails the statement: nobody takes it for a value that was never there. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum col_type {
	COL_INT,
	COL_BOOL,
	COL_REAL,
	COL_TEXT,
	COL_TIME,
	COL_DATE,
	COL_JSON,
	COL_UUID,
	COL_HEX,
	COL_MONEY,
	COL_RATE,
	COL_KEY /* a whole number that a list is walked by, where its rows are known by another: its first column, told to nobody */
};

struct column {
	const char *name;
	enum col_type type;
};

struct cell {
	bool null;
	int64_t i;     /* COL_INT, COL_KEY, COL_MONEY, COL_RATE, COL_BOOL, COL_TIME (ms since 1970 UTC) */
	double d;      /* COL_REAL */
	const char *s; /* the others; text is NUL-terminated, COL_UUID and COL_HEX are raw bytes */
	size_t len;
};

struct rows {
	size_t n, n_columns;
	const struct column *columns;
	const struct cell *cells; /* n * n_columns, row by row */
};

/* How many columns from the first are told to nobody: 1 where that is a COL_KEY, else 0. */
size_t rows_hidden(const struct rows *rows);

/* One row of a result. A pointer to it lives as long as the result. */
struct row {
	size_t n_columns;
	const struct column *columns;
	const struct cell *cells;
};

/* Row i of rows, i < rows->n. */
struct row row_at(const struct rows *rows, size_t i);

/* The cell of a column by name; asserts that the query has such a column. */
const struct cell *row_cell(const struct row *row, const char *name);
bool row_has(const struct row *row, const char *name);
bool row_null(const struct row *row, const char *name);
/* The value, or 0, "" (never NULL), false where the cell is NULL. */
int64_t row_int(const struct row *row, const char *name);
ms_t row_time(const struct row *row, const char *name);
bool row_bool(const struct row *row, const char *name);
const char *row_text(const struct row *row, const char *name);
/* Text equals? */
bool row_is(const struct row *row, const char *name, const char *text);

/* The currency that stands beside a column of money: "order.currency" by "order.total", else "currency"; NULL: none. */
const char *row_currency(const struct row *row, const char *column);

/* Of rows as a query answered them, the columns whose names begin with prefix ("order."), named by what follows: a joined
 * row reads as the several that were joined. On rows; the cells' texts are theirs. */
const struct rows *rows_part(const struct rows *rows, const char *prefix);

/* The first row whose column is id, into *out, which is answered; NULL where there is none. rows may be NULL. */
const struct row *row_with_id(const struct rows *rows, const char *column, int64_t id, struct row *out);

/* A long list, a batch at a time, so that memory stays constant. */
struct row_source {
	/* The next batch, valid until the following call; NULL at the end or on an error that db remembers. The first batch
	 * comes even where it has no rows: it has the columns. */
	const struct rows *(*next)(struct row_source *source);
};

/* A list that nothing was asked of yet: it can be had by pages, or whole. */
struct row_list {
	/* Its page of limit rows, in the list's order; pages count from 1. */
	const struct rows *(*page)(struct row_list *list, int64_t page, int64_t limit);
	/* Rows in all; *estimated is set where that is no exact number. */
	int64_t (*count)(struct row_list *list, bool *estimated);
	/* All of it, in the order in which it can be gone on with, which may be another. Lives as long as the list. */
	struct row_source *(*source)(struct row_list *list);
};

/* Rows that are there, as a list: every page of it is all of them. On ctx. */
struct row_list *rows_list(TALLOC_CTX *ctx, const struct rows *rows);

#endif
