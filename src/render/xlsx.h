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
struct xlsx_pictures;

/* A book that is written into the empty file fd, with sheets called name and headings as the dialect spells them. On ctx. */
struct xlsx *xlsx_new(TALLOC_CTX *ctx, int fd, const char *name, const struct dialect *dialect);
/* A line above the headings of each sheet; before there are rows. Its texts live as long as the book. */
void xlsx_before(struct xlsx *book, const char *label, const char *value);
/* Its first sheet has pictures behind its columns, which these names head (NULL ends them); before there are rows. Those of a row are given once
 * the row is there: its number is one less than xlsx_next_row() was before it. */
void xlsx_with_pictures(struct xlsx *book, struct xlsx_pictures *pictures, const char *const *names);
/* The number of the next row, from 1; of the first before there are any. */
unsigned xlsx_next_row(const struct xlsx *book);
/* A line below the last row. */
void xlsx_behind(struct xlsx *book, const char *label, const char *value);
/* Adds rows, all of which have the same columns; the first, of which there may be none, give the heading. False: the disk
 * failed, and errno says how. */
bool xlsx_rows(struct xlsx *book, const struct rows *rows);
/* Writes the end of a book that was given rows. Its bytes, all of which are in the file; 0: the disk failed, and errno says how. Afterwards it
 * is of no use any more. */
size_t xlsx_end(struct xlsx *book);

#endif
