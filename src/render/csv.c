/* CSV straight from a result's cells into the buffer, with nothing allocated in between: an export is a million of these
 * lines. */
#include "render/csv.h"
#include "base/uuid.h"
#include <inttypes.h>
#include <string.h>

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

void csv_text(struct buf *out, const char *text, size_t len)
{
	bool formula = len && text[0] && strchr("=+-@\t\r\n", text[0]) && !is_number(text, len);
	bool quote = false;

	for (size_t i = 0; i < len && !quote; i++)
		quote = text[i] == '"' || text[i] == ',' || text[i] == '\r' || text[i] == '\n';
	if (quote)
		buf_char(out, '"');
	if (formula)
		buf_char(out, '\'');
	if (quote) {
		for (size_t i = 0; i < len; i++) {
			if (text[i] == '"')
				buf_char(out, '"');
			buf_char(out, text[i]);
		}
		buf_char(out, '"');
	} else {
		buf_add(out, text, len);
	}
}

static void add_cell(struct buf *out, enum col_type type, const struct cell *cell)
{
	char text[80];

	if (cell->null)
		return;
	switch (type) {
	case COL_INT:
	case COL_MONEY:
		buf_printf(out, "%" PRId64, cell->i);
		break;
	case COL_BOOL:
		buf_text(out, cell->i ? "true" : "false");
		break;
	case COL_REAL:
		buf_printf(out, "%.15g", cell->d);
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

void csv_head(struct buf *out, const struct rows *rows, const struct dialect *dialect)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < rows->n_columns; i++) {
		if (i)
			buf_char(out, ',');
		name_spelt(dialect, rows->columns[i].name, name);
		csv_text(out, name, strlen(name));
	}
	buf_text(out, "\r\n");
}

void csv_rows(struct buf *out, const struct rows *rows)
{
	for (size_t r = 0; r < rows->n; r++) {
		for (size_t i = 0; i < rows->n_columns; i++) {
			if (i)
				buf_char(out, ',');
			add_cell(out, rows->columns[i].type, &rows->cells[r * rows->n_columns + i]);
		}
		buf_text(out, "\r\n");
	}
}
