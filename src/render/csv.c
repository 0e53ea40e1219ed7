/* CSV straight from a result's cells into the buffer, with nothing allocated in between: an export is a million of these
 * lines. */
#include "render/csv.h"
#include "base/digits.h"
#include "base/money.h"
#include "base/rate.h"
#include "base/uuid.h"
#include <inttypes.h>
#include <string.h>

/* Without it a spreadsheet reads UTF-8 as whatever its country's was before. */
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* Behind these a cell may begin; with a quote or a comma in it as well a text is quoted. */
static const char BREAKS[] = ";\t\r\n", QUOTED[] = ";\t\r\n\",";

static size_t digits(const char *text, size_t i, size_t len)
{
	while (i < len && text[i] >= '0' && text[i] <= '9')
		i++;
	return i;
}

/* Sign, digits, a fraction: what a spreadsheet reads as a number and nothing else. */
static bool is_number(const char *text, size_t len)
{
	size_t start = len && (text[0] == '-' || text[0] == '+'), i = digits(text, start, len);

	if (i == start)
		return false;
	if (i < len && text[i] == '.') {
		start = i + 1;
		i = digits(text, start, len);
		if (i == start)
			return false;
	}
	return i == len;
}

/* Blanks of every width, and the quote: before a sign they hide it from us, not from a spreadsheet. */
static const char *const BLANKS[] = { " ",	"\"",	  "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
				      "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
				      "\u200a", "\u200b", "\u202f", "\u205f", "\u3000", "\ufeff", NULL };
/* What a formula begins with, in every width in which a spreadsheet reads it. */
static const char *const SIGNS[] = { "=",      "+",	 "-",	   "@",	     "\uff1d", "\uff0b", "\uff0d",
				     "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b", "\u2212", NULL };

/* Bytes of that of them which text begins with; 0: none. */
static size_t begins(const char *text, size_t len, const char *const among[])
{
	for (; *among; among++) {
		size_t n = strlen(*among);

		if (n <= len && !memcmp(text, *among, n))
			return n;
	}
	return 0;
}

/* Would a spreadsheet take a cell that begins here for a formula? */
static bool is_formula(const char *text, size_t len)
{
	size_t cell = 0, blank;

	while (cell < len && !strchr(BREAKS, text[cell]))
		cell++;
	if (is_number(text, cell))
		return false;
	while ((blank = begins(text, cell, BLANKS))) {
		text += blank;
		cell -= blank;
	}
	return begins(text, cell, SIGNS) != 0;
}

/* Who separates by other signs than the comma takes no quotes for quotes in the middle of a line, so behind each of these a
 * cell may begin, and what looks like a formula there gets its apostrophe too. */
static void add_quoted(struct buf *out, const char *text, size_t len, bool guard)
{
	buf_char(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (i ? strchr(BREAKS, text[i - 1]) && is_formula(text + i, len - i) : guard)
			buf_char(out, '\'');
		if (text[i] == '"')
			buf_char(out, '"');
		buf_char(out, text[i]);
	}
	buf_char(out, '"');
}

void csv_text(struct buf *out, const char *text, size_t len)
{
	bool guard = len && (strchr("\t\r\n", text[0]) || is_formula(text, len)), quote = false;

	for (size_t i = 0; i < len && !quote; i++)
		quote = strchr(QUOTED, text[i]) != NULL;
	if (quote) {
		add_quoted(out, text, len, guard);
	} else {
		if (guard)
			buf_char(out, '\'');
		buf_add(out, text, len);
	}
}

static void add_cell(struct buf *out, const struct row *row, size_t at)
{
	const struct cell *cell = &row->cells[at];
	char text[80];
	int places;

	if (cell->null)
		return;
	switch (row->columns[at].type) {
	case COL_INT:
	case COL_KEY:
		buf_printf(out, "%" PRId64, cell->i);
		break;
	case COL_MONEY:
		places = money_places(row_currency(row, row->columns[at].name));
		buf_text(out, money_decimal(cell->i, places < 0 ? 0 : places, text, sizeof(text)));
		break;
	case COL_RATE:
		buf_printf(out, "%s%%", rate_text(cell->i, text, sizeof(text)));
		break;
	case COL_BOOL:
		buf_text(out, cell->i ? "true" : "false");
		break;
	case COL_REAL:
		buf_text(out, real_text(cell->d, text));
		break;
	case COL_TIME:
		buf_text(out, clock_iso(cell->i, text));
		break;
	case COL_UUID:
		if (cell->len == UUID_BYTES)
			buf_text(out, uuid_text((const uint8_t *)cell->s, text));
		break;
	case COL_HEX:
		for (size_t i = 0; i < cell->len; i++)
			buf_text(out, hex_text(cell->s + i, 1, text));
		break;
	case COL_TEXT:
	case COL_DATE:
	case COL_JSON:
		csv_text(out, cell->s, cell->len);
		break;
	}
}

void csv_begin(struct buf *out)
{
	if (!out->len)
		buf_text(out, BYTE_ORDER_MARK);
}

void csv_line(struct buf *out, const char *label, const char *value)
{
	csv_text(out, label, strlen(label));
	buf_char(out, ',');
	csv_text(out, value, strlen(value));
	buf_text(out, "\r\n");
}

void csv_texts(struct buf *out, const char *const cells[])
{
	for (size_t i = 0; cells[i]; i++) {
		if (i)
			buf_char(out, ',');
		csv_text(out, cells[i], strlen(cells[i]));
	}
	buf_text(out, "\r\n");
}

void csv_head(struct buf *out, const struct rows *rows, const struct dialect *dialect)
{
	char name[NAME_SIZE];

	csv_begin(out);
	for (size_t i = rows_hidden(rows); i < rows->n_columns; i++) {
		if (i > rows_hidden(rows))
			buf_char(out, ',');
		name_spelt(dialect, rows->columns[i].name, name);
		csv_text(out, name, strlen(name));
	}
	buf_text(out, "\r\n");
}

void csv_rows(struct buf *out, const struct rows *rows)
{
	for (size_t r = 0; r < rows->n; r++) {
		struct row row = row_at(rows, r);

		for (size_t i = rows_hidden(rows); i < rows->n_columns; i++) {
			if (i > rows_hidden(rows))
				buf_char(out, ',');
			add_cell(out, &row, i);
		}
		buf_text(out, "\r\n");
	}
}
