/* Spreadsheets by libxlsxwriter, a row at a time: what is behind the row that is being written is on disk already, in a file
 * that the library keeps beside the book until the end. */
#include "render/xlsx.h"
#include "base/money.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum {
	SHEET_ROWS = LXW_ROW_MAX, /* with the heading; more go on in another sheet */
	TEXT_MAX = 32767,	  /* characters of a cell */
	EXACT_BITS = 53,	  /* of a whole number that a cell holds as it is */
	NAME_MAX_SIZE = 28,	  /* of a sheet, with room for its number */
	PLACES = 4		  /* of money, and no more */
};

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	const char *name;
	const struct dialect *dialect;
	lxw_format *heading, *time, *date, *money[PLACES + 1];
	lxw_row_t row; /* the next one */
	unsigned sheets;
};

static int drop(struct xlsx *x)
{
	lxw_workbook_free(x->book);
	return 0;
}

static lxw_format *format(struct xlsx *x, const char *number)
{
	lxw_format *made = workbook_add_format(x->book);

	format_set_num_format(made, number);
	return made;
}

/* Names of sheets may not have these. */
static char *plain_name(char *name)
{
	for (char *s = name; *s; s++)
		if (strchr("[]:*?/\\'", *s))
			*s = '-';
	return name;
}

struct xlsx *xlsx_new(TALLOC_CTX *ctx, const char *path, const char *name, const struct dialect *dialect)
{
	static const char *const MONEY[PLACES + 1] = { "#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000" };
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = getenv("TMPDIR") };
	struct xlsx *x = talloc_zero(ctx, struct xlsx);

	x->book = workbook_new_opt(path, &options);
	if (!x->book) {
		talloc_free(x);
		return NULL;
	}
	talloc_set_destructor(x, drop);
	x->name = plain_name(talloc_strndup(x, name, NAME_MAX_SIZE));
	x->dialect = dialect;
	x->heading = workbook_add_format(x->book);
	format_set_bold(x->heading);
	x->time = format(x, "yyyy-mm-dd hh:mm:ss\"Z\"");
	x->date = format(x, "yyyy-mm-dd");
	for (int places = 0; places <= PLACES; places++)
		x->money[places] = format(x, MONEY[places]);
	return x;
}

/* ---- cells ---- */

/* The bytes of it that a cell holds. */
static size_t that_fit(const char *text, size_t len)
{
	size_t end = 0;

	for (size_t n = 0; end < len && n < TEXT_MAX; n++) {
		size_t one = utf8_length(text + end, len - end);

		end += one ? one : 1;
	}
	return end;
}

static void put_text(struct xlsx *x, lxw_col_t col, const char *text, size_t len)
{
	char *cut = NULL;

	if (len > TEXT_MAX)
		text = cut = talloc_strndup(x, text, that_fit(text, len));
	worksheet_write_string(x->sheet, x->row, col, text, NULL);
	talloc_free(cut);
}

static void put_number(struct xlsx *x, lxw_col_t col, int64_t number)
{
	char text[24];

	if (number >> EXACT_BITS == 0 || number >> EXACT_BITS == -1) {
		worksheet_write_number(x->sheet, x->row, col, (double)number, NULL);
	} else {
		snprintf(text, sizeof text, "%" PRId64, number);
		put_text(x, col, text, strlen(text));
	}
}

/* Days since 1899-12-30, which is how a spreadsheet counts. */
static double serial(ms_t at)
{
	return (double)at / (double)MS_DAY + 25569;
}

static void put_day(struct xlsx *x, lxw_col_t col, const struct cell *cell)
{
	char text[ISO_SIZE + 8];
	ms_t at;

	snprintf(text, sizeof text, "%.10sT00:00:00Z", cell->s);
	if (clock_parse(text, &at))
		worksheet_write_number(x->sheet, x->row, col, serial(at), x->date);
	else
		put_text(x, col, cell->s, cell->len);
}

/* The currency that stands beside the column: "order.currency" by "order.total", else "currency". */
static const char *currency_of(const struct row *row, const char *column)
{
	const char *dot = strrchr(column, '.');
	const char *found = NULL;

	for (size_t i = 0; i < row->n_columns; i++) {
		const char *name = row->columns[i].name;
		size_t len = dot ? (size_t)(dot + 1 - column) : 0;

		if (row->cells[i].null)
			continue;
		if (len && !strncmp(name, column, len) && !strcmp(name + len, "currency"))
			return row->cells[i].s;
		if (!strcmp(name, "currency"))
			found = row->cells[i].s;
	}
	return found;
}

static void put_money(struct xlsx *x, lxw_col_t col, const struct row *row)
{
	int places = money_places(currency_of(row, row->columns[col].name));
	double amount = (double)row->cells[col].i;

	if (places < 0 || places > PLACES) {
		put_number(x, col, row->cells[col].i);
		return;
	}
	for (int i = 0; i < places; i++)
		amount /= 10;
	worksheet_write_number(x->sheet, x->row, col, amount, x->money[places]);
}

static void put_hex(struct xlsx *x, lxw_col_t col, const struct cell *cell)
{
	char *text = talloc_size(x, 2 * cell->len + 1);

	hex_text(cell->s, cell->len, text);
	put_text(x, col, text, 2 * cell->len);
	talloc_free(text);
}

static void put_cell(struct xlsx *x, lxw_col_t col, const struct row *row)
{
	const struct cell *cell = &row->cells[col];
	char text[UUID_SIZE];

	if (cell->null)
		return;
	switch (row->columns[col].type) {
	case COL_INT:
		put_number(x, col, cell->i);
		break;
	case COL_BOOL:
		worksheet_write_boolean(x->sheet, x->row, col, cell->i != 0, NULL);
		break;
	case COL_REAL:
		worksheet_write_number(x->sheet, x->row, col, cell->d, NULL);
		break;
	case COL_MONEY:
		put_money(x, col, row);
		break;
	case COL_TIME:
		worksheet_write_number(x->sheet, x->row, col, serial(cell->i), x->time);
		break;
	case COL_DATE:
		put_day(x, col, cell);
		break;
	case COL_UUID:
		put_text(x, col, uuid_text((const uint8_t *)cell->s, text), UUID_SIZE - 1);
		break;
	case COL_HEX:
		put_hex(x, col, cell);
		break;
	case COL_TEXT:
	case COL_JSON:
		put_text(x, col, cell->s, cell->len);
		break;
	}
}

/* ---- sheets ---- */

static double width_of(const struct column *column)
{
	size_t name = strlen(column->name) + 2, wide = column->type == COL_TIME	  ? 21
						       : column->type == COL_TEXT ? 20
										  : 12;

	return (double)(name > wide ? name : wide);
}

static bool begin_sheet(struct xlsx *x, const struct rows *rows)
{
	const char *name = x->name;
	char heading[NAME_SIZE];

	if (x->sheets++)
		name = talloc_asprintf(x, "%s %u", name, x->sheets);
	x->sheet = workbook_add_worksheet(x->book, name);
	if (!x->sheet)
		return false;
	x->row = 0;
	for (lxw_col_t i = 0; i < rows->n_columns; i++) {
		worksheet_set_column(x->sheet, i, i, width_of(&rows->columns[i]), NULL);
		worksheet_write_string(x->sheet, 0, i, name_spelt(x->dialect, rows->columns[i].name, heading),
				       x->heading);
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->row = 1;
	return true;
}

bool xlsx_rows(struct xlsx *x, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if ((!x->sheet || x->row == SHEET_ROWS) && !begin_sheet(x, rows))
			return false;
		for (lxw_col_t col = 0; col < row.n_columns; col++)
			put_cell(x, col, &row);
		x->row++;
	}
	return !x->sheet || !ferror(x->sheet->optimize_tmpfile);
}

bool xlsx_end(struct xlsx *x)
{
	lxw_error failed;

	if (!x->sheet)
		workbook_add_worksheet(x->book, x->name);
	talloc_set_destructor(x, NULL);
	failed = workbook_close(x->book);
	return failed == LXW_NO_ERROR;
}
