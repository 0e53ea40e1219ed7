#ifndef RENDER_XLSX_H
#define RENDER_XLSX_H
/* Rows as a spreadsheet (Office Open XML): a heading with the columns' names as in the API, then a row each, in constant
 * memory. Times are dates (UTC, and shown so), days too; whole numbers, reals and booleans are what they are; money is in
 * major units of the row's currency; UUIDs, hex and trees are text. Text stays text, whatever it begins with: nothing becomes
 * a formula. NULL is an empty cell. */
#include "base/row.h"
#include "http/dialect.h"
#include <talloc.h>

struct xlsx;

/* A book that is written to path, with sheets called name and headings as the dialect spells them. NULL: it could not be begun. It is dropped with ctx. */
struct xlsx *xlsx_new(TALLOC_CTX *ctx, const char *path, const char *name, const struct dialect *dialect);
/* Adds rows, all of which have the same columns; the first give the heading. False: the disk failed. */
bool xlsx_rows(struct xlsx *book, const struct rows *rows);
/* Writes the book. False: the disk failed. Afterwards it is of no use any more. */
bool xlsx_end(struct xlsx *book);

#endif
