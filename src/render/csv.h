#ifndef RENDER_CSV_H
#define RENDER_CSV_H
/* Rows as CSV (RFC 4180): comma, CRLF, UTF-8 behind a byte order mark, a header line with the columns' names as in the
 * API, also where there are no rows. Times are ISO 8601 with Z, booleans true and false, UUIDs and hex as text, NULL is empty.
 * Money is as people read it, "12.50", of the currency that stands beside it (row_currency()); without one, in minor units.
 * A rate is a per cent, "2.5%", which a spreadsheet reads as the number that it is.
 *
 * A spreadsheet runs a cell that begins with = + - @ or a control character as a formula: such a cell of text gets a
 * leading apostrophe, unless all of it is a number (so "-12.50" and "+15550100001" stay as they are). */
#include "base/buf.h"
#include "base/row.h"
#include "http/dialect.h"

/* The byte order mark, where nothing stands yet. */
void csv_begin(struct buf *out);
/* A line of two cells. */
void csv_line(struct buf *out, const char *label, const char *value);
/* A line of cells, which NULL ends. */
void csv_texts(struct buf *out, const char *const cells[]);
/* The byte order mark, where nothing stands before, and the header line of the result's columns, as the dialect spells them. */
void csv_head(struct buf *out, const struct rows *rows, const struct dialect *dialect);
/* A line for each row. A long export adds batch after batch and empties out between them. */
void csv_rows(struct buf *out, const struct rows *rows);
/* One cell of len bytes, guarded and quoted where needed, without a separator. */
void csv_text(struct buf *out, const char *text, size_t len);

#endif
