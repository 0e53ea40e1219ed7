/* Spreadsheets, a row at a time: what is behind the row that is being written has left for the file already. They are
 * written here and not by a library, because those that write row by row go through temporary files of their own and do not
 * look whether these took what they were given: from a disk that is full they make a book that lacks rows and call it good.
 *
 * The form is ECMA-376, part 1 (SpreadsheetML), of which a list needs little: texts that stand in their cells, eight styles, a
 * heading that stays in sight. */
#include "render/xlsx.h"
#include "base/buf.h"
#include "base/digits.h"
#include "base/money.h"
#include "base/rate.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "render/xlsx_pictures.h"
#include "render/zip.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SHEET_ROWS = 1048576, /* with the heading; more go on in another sheet */
	TEXT_MAX = 32767,     /* characters of a cell */
	EXACT_BITS = 53,      /* of a whole number that a cell holds as it is */
	NAME_MAX_SIZE = 28,   /* of a sheet, with room for its number */
	PLACES = 4,	      /* of money, and no more */
	LETTERS = 26,
	GATHER = 64 << 10,   /* bytes that are packed together */
	XML_MAX = 256 << 20, /* of one row at most, which is far more than rows have */
	FIRST_DAY = 61,	     /* 1900-03-01: before it spreadsheets count a day that never was */
	DAYS_END = 2958466   /* 10000-01-01 */
};

/* A part of an archive holds less than 4 GiB. */
#define SHEET_BYTES (UINT64_C(3) << 30)

/* What a cell looks like: its place in cellXfs. MONEY is that of a currency without places; those with more follow. */
enum style { PLAIN, HEADING, TIME, DATE, MONEY, RATE = MONEY + PLACES + 1 };

struct xlsx {
	struct zip *zip;
	struct buf *xml; /* of the sheet, not packed yet */
	const char *name;
	const struct dialect *dialect;
	const char **before; /* labels and values of the lines above the headings */
	unsigned n_before;
	unsigned row;		 /* the next one, from 1 */
	unsigned sheets, hidden; /* hidden: columns of a list that are told to nobody, its first ones */
	struct xlsx_pictures *pictures;
	const char *const *headed; /* their columns, behind the others */
};

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define MEDIA "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const char STYLES[] = XML_HEAD
	"<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"7\">"
	"<numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd hh:mm:ss&quot;Z&quot;\"/>"
	"<numFmt numFmtId=\"165\" formatCode=\"yyyy-mm-dd\"/><numFmt numFmtId=\"166\" formatCode=\"#,##0\"/>"
	"<numFmt numFmtId=\"167\" formatCode=\"#,##0.0\"/><numFmt numFmtId=\"168\" formatCode=\"#,##0.00\"/>"
	"<numFmt numFmtId=\"169\" formatCode=\"#,##0.000\"/><numFmt numFmtId=\"170\" formatCode=\"#,##0.0000\"/>"
	"</numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
	"<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>"
	"<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
	"<fill><patternFill patternType=\"gray125\"/></fill></fills>"
	"<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
	"<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
	"<cellXfs count=\"10\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
	"<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
#define NUMBER_FORMAT(id)                                                                                              \
	"<xf numFmtId=\"" id "\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
	NUMBER_FORMAT("164") NUMBER_FORMAT("165") NUMBER_FORMAT("166") NUMBER_FORMAT("167") NUMBER_FORMAT("168")
		NUMBER_FORMAT("169") NUMBER_FORMAT("170") NUMBER_FORMAT(
			"10") "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
			      "</styleSheet>";

static void add_part(struct xlsx *x, const char *name, const char *text)
{
	zip_part(x->zip, name);
	zip_add(x->zip, text, strlen(text));
}

/* What was gathered of the sheet goes on its way. */
static void pack(struct xlsx *x)
{
	if (buf_over(x->xml))
		abort();
	zip_add(x->zip, x->xml->data, x->xml->len);
	buf_clear(x->xml);
}

/* Names of sheets may not have these. */
static char *plain_name(char *name)
{
	for (char *s = name; *s; s++)
		if (strchr("[]:*?/\\'", *s))
			*s = '-';
	return name;
}

struct xlsx *xlsx_new(TALLOC_CTX *ctx, int fd, const char *name, const struct dialect *dialect)
{
	struct xlsx *x = talloc_zero(ctx, struct xlsx);

	x->zip = zip_new(x, fd);
	x->xml = buf_new(x, XML_MAX);
	x->name = plain_name(talloc_strndup(x, name, utf8_prefix(name, NAME_MAX_SIZE)));
	x->dialect = dialect;
	/* The first part tells programs what the archive is. */
	add_part(x, "_rels/.rels",
		 XML_HEAD "<Relationships xmlns=\"" PACKAGE
			  "relationships\"><Relationship Id=\"rId1\" Type=\"" RELATIONS
			  "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
	add_part(x, "xl/styles.xml", STYLES);
	return x;
}

/* ---- cells ---- */

/* "AB" of 27. */
static void put_column(struct buf *xml, unsigned col)
{
	if (col >= LETTERS)
		put_column(xml, col / LETTERS - 1);
	buf_char(xml, (char)('A' + col % LETTERS));
}

/* "<c r="AB7" s="2"", its end open. */
static void open_cell(struct xlsx *x, unsigned col, enum style style)
{
	buf_text(x->xml, "<c r=\"");
	put_column(x->xml, col - x->hidden);
	buf_printf(x->xml, "%u\"", x->row);
	if (style != PLAIN)
		buf_printf(x->xml, " s=\"%d\"", (int)style);
}

/* "_x0041_": who reads it takes it for the character of that number. */
static bool looks_escaped(const char *text, size_t left)
{
	return left >= 7 && text[1] == 'x' && text[6] == '_' && strspn(text + 2, "0123456789ABCDEFabcdef") >= 4;
}

/* The number of what XML has no place for, and a spreadsheet another way to write (ST_Xstring, 22.9.2.19): controls, and
 * U+FFFE and U+FFFF, which stand in rows that are older than their refusal. -1: none of these. */
static int escaped(const char *text, size_t len, size_t left)
{
	unsigned char c = (unsigned char)*text;

	if (len == 1)
		return (c < 0x20 && c != '\t' && c != '\n') || (c == '_' && looks_escaped(text, left)) ? c : -1;
	return len == 3 && !memcmp(text, "\xEF\xBF", 2) && (unsigned char)text[2] >= 0xBE
		       ? 0xFF40 + (unsigned char)text[2]
		       : -1;
}

/* One character of len bytes; 0: bytes that are none. */
static void put_char(struct buf *xml, const char *text, size_t len, size_t left)
{
	int number = escaped(text, len, left);

	if (!len)
		buf_text(xml, "\xEF\xBF\xBD");
	else if (number >= 0)
		buf_printf(xml, "_x%04X_", (unsigned)number);
	else if (*text == '&')
		buf_text(xml, "&amp;");
	else if (*text == '<')
		buf_text(xml, "&lt;");
	else if (*text == '>')
		buf_text(xml, "&gt;");
	else if (*text == '"')
		buf_text(xml, "&quot;");
	else
		buf_add(xml, text, len);
}

static void put_text(struct xlsx *x, unsigned col, enum style style, const char *text, size_t len)
{
	size_t at = 0;

	if (!len)
		return;
	open_cell(x, col, style);
	buf_text(x->xml, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
	for (size_t n = 0; at < len && n < TEXT_MAX; n++) {
		size_t one = utf8_length(text + at, len - at);

		put_char(x->xml, text + at, one, len - at);
		n += one == 4; /* which counts as two, as in UTF-16 */
		at += one ? one : 1;
	}
	buf_text(x->xml, "</t></is></c>");
}

static void put_value(struct xlsx *x, unsigned col, enum style style, const char *type, const char *value)
{
	open_cell(x, col, style);
	buf_printf(x->xml, "%s><v>%s</v></c>", type, value);
}

/* In as few digits as say it. */
static void put_real(struct xlsx *x, unsigned col, enum style style, double number)
{
	char text[REAL_SIZE];

	put_value(x, col, style, "", real_text(number, text));
}

static void put_number(struct xlsx *x, unsigned col, int64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, number);
	if (number >> EXACT_BITS == 0 || number >> EXACT_BITS == -1)
		put_value(x, col, PLAIN, "", text);
	else
		put_text(x, col, PLAIN, text, strlen(text));
}

/* Days since 1899-12-30, which is how a spreadsheet counts those that it knows; of others the text. */
static void put_moment(struct xlsx *x, unsigned col, enum style style, ms_t at, const char *text, size_t len)
{
	double serial = (double)at / (double)MS_DAY + 25569;

	if (serial >= (double)FIRST_DAY && serial < (double)DAYS_END)
		put_real(x, col, style, serial);
	else
		put_text(x, col, PLAIN, text, len);
}

static void put_time(struct xlsx *x, unsigned col, ms_t at)
{
	char text[ISO_SIZE];

	put_moment(x, col, TIME, at, clock_iso(at, text), ISO_SIZE - 1);
}

static void put_day(struct xlsx *x, unsigned col, const struct cell *cell)
{
	char text[ISO_SIZE + 8];
	ms_t at;

	snprintf(text, sizeof text, "%.10sT00:00:00Z", cell->s);
	if (clock_parse(text, &at))
		put_moment(x, col, DATE, at, cell->s, cell->len);
	else
		put_text(x, col, PLAIN, cell->s, cell->len);
}

static void put_money(struct xlsx *x, unsigned col, const struct row *row)
{
	int places = money_places(row_currency(row, row->columns[col].name));
	double amount = (double)row->cells[col].i;

	if (places < 0 || places > PLACES) {
		put_number(x, col, row->cells[col].i);
		return;
	}
	for (int i = 0; i < places; i++)
		amount /= 10;
	put_real(x, col, (enum style)(MONEY + places), amount);
}

static void put_hex(struct xlsx *x, unsigned col, const struct cell *cell)
{
	char *text = talloc_size(x, 2 * cell->len + 1);

	hex_text(cell->s, cell->len, text);
	put_text(x, col, PLAIN, text, 2 * cell->len);
	talloc_free(text);
}

static void put_cell(struct xlsx *x, unsigned col, const struct row *row)
{
	const struct cell *cell = &row->cells[col];
	char text[UUID_SIZE];

	if (cell->null)
		return;
	switch (row->columns[col].type) {
	case COL_INT:
	case COL_KEY:
		put_number(x, col, cell->i);
		break;
	case COL_BOOL:
		put_value(x, col, PLAIN, " t=\"b\"", cell->i ? "1" : "0");
		break;
	case COL_REAL:
		put_real(x, col, PLAIN, cell->d);
		break;
	case COL_MONEY:
		put_money(x, col, row);
		break;
	case COL_RATE: /* which spreadsheets know as 0.00% */
		put_real(x, col, RATE, (double)cell->i / (double)RATE_WHOLE);
		break;
	case COL_TIME:
		put_time(x, col, cell->i);
		break;
	case COL_DATE:
		put_day(x, col, cell);
		break;
	case COL_UUID:
		put_text(x, col, PLAIN, uuid_text((const uint8_t *)cell->s, text), UUID_SIZE - 1);
		break;
	case COL_HEX:
		put_hex(x, col, cell);
		break;
	case COL_TEXT:
	case COL_JSON:
		put_text(x, col, PLAIN, cell->s, cell->len);
		break;
	}
}

/* ---- sheets ---- */

static size_t width_of(const struct column *column)
{
	size_t name = strlen(column->name) + 2, wide = column->type == COL_TIME	  ? 21
						       : column->type == COL_TEXT ? 20
										  : 12;

	return name > wide ? name : wide;
}

/* high: points; 0: as its texts need. */
static void begin_row(struct xlsx *x, int high)
{
	buf_printf(x->xml, high ? "<row r=\"%u\" ht=\"%d\" customHeight=\"1\">" : "<row r=\"%u\">", x->row, high);
}

static void end_row(struct xlsx *x)
{
	buf_text(x->xml, "</row>");
	x->row++;
	if (x->xml->len >= GATHER)
		pack(x);
}

void xlsx_before(struct xlsx *x, const char *label, const char *value)
{
	x->before = talloc_realloc(x, x->before, const char *, 2 * (x->n_before + 1));
	x->before[2 * x->n_before] = label;
	x->before[2 * x->n_before++ + 1] = value;
}

void xlsx_behind(struct xlsx *x, const char *label, const char *value)
{
	begin_row(x, 0);
	put_text(x, x->hidden, HEADING, label, strlen(label));
	put_text(x, x->hidden + 1, PLAIN, value, strlen(value));
	end_row(x);
}

void xlsx_with_pictures(struct xlsx *x, struct xlsx_pictures *pictures, const char *const *names)
{
	x->pictures = pictures;
	x->headed = names;
}

unsigned xlsx_next_row(const struct xlsx *x)
{
	return x->sheets ? x->row : x->n_before + 2;
}

static void begin_sheet(struct xlsx *x, const struct rows *rows)
{
	char part[48], heading[NAME_SIZE];

	snprintf(part, sizeof part, "xl/worksheets/sheet%u.xml", ++x->sheets);
	zip_part(x->zip, part);
	buf_printf(x->xml,
		   XML_HEAD
		   "<worksheet xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS
		   "\"><sheetViews><sheetView%s workbookViewId=\"0\"><pane ySplit=\"%u\" "
		   "topLeftCell=\"A%u\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>",
		   x->sheets == 1 ? " tabSelected=\"1\"" : "", x->n_before + 1, x->n_before + 2);
	for (unsigned i = x->hidden; i < rows->n_columns; i++)
		buf_printf(x->xml, "<col min=\"%u\" max=\"%u\" width=\"%zu\" customWidth=\"1\"/>", i + 1 - x->hidden,
			   i + 1 - x->hidden, width_of(&rows->columns[i]));
	for (unsigned i = 0; x->headed && x->headed[i]; i++)
		buf_printf(x->xml, "<col min=\"%u\" max=\"%u\" width=\"%d\" customWidth=\"1\"/>",
			   (unsigned)rows->n_columns - x->hidden + i + 1, (unsigned)rows->n_columns - x->hidden + i + 1,
			   XLSX_PICTURE_WIDE);
	buf_text(x->xml, "</cols><sheetData>");
	x->row = 1;
	for (unsigned i = 0; i < x->n_before; i++)
		xlsx_behind(x, x->before[2 * i], x->before[2 * i + 1]);
	begin_row(x, 0);
	for (unsigned i = x->hidden; i < rows->n_columns; i++) {
		name_spelt(x->dialect, rows->columns[i].name, heading);
		put_text(x, i, HEADING, heading, strlen(heading));
	}
	for (unsigned i = 0; x->headed && x->headed[i]; i++)
		put_text(x, (unsigned)rows->n_columns + i, HEADING, x->headed[i], strlen(x->headed[i]));
	end_row(x);
}

static void end_sheet(struct xlsx *x)
{
	buf_text(x->xml, "</sheetData>");
	if (x->pictures && x->sheets == 1)
		buf_text(x->xml, "<drawing r:id=\"rId1\"/>");
	buf_text(x->xml, "</worksheet>");
	pack(x);
}

bool xlsx_rows(struct xlsx *x, const struct rows *rows)
{
	x->hidden = (unsigned)rows_hidden(rows);
	if (!x->sheets)
		begin_sheet(x, rows);
	for (size_t i = 0; i < rows->n && zip_good(x->zip); i++) {
		struct row row = row_at(rows, i);

		if (x->row > SHEET_ROWS || zip_part_size(x->zip) > SHEET_BYTES) {
			end_sheet(x);
			begin_sheet(x, rows);
		}
		begin_row(x, x->pictures ? XLSX_PICTURE_HIGH : 0);
		for (unsigned col = x->hidden; col < row.n_columns; col++)
			put_cell(x, col, &row);
		end_row(x);
	}
	return zip_good(x->zip);
}

/* ---- what holds the sheets together ---- */

static void add_workbook(struct xlsx *x)
{
	buf_text(x->xml, XML_HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS "\"><sheets>");
	for (unsigned i = 1; i <= x->sheets; i++) {
		buf_text(x->xml, "<sheet name=\"");
		for (const char *s = x->name; *s; s++)
			put_char(x->xml, s, 1, 1);
		if (i > 1)
			buf_printf(x->xml, " %u", i);
		buf_printf(x->xml, "\" sheetId=\"%u\" r:id=\"rId%u\"/>", i, i);
	}
	buf_text(x->xml, "</sheets></workbook>");
	zip_part(x->zip, "xl/workbook.xml");
	pack(x);
}

static void add_relations(struct xlsx *x)
{
	buf_text(x->xml, XML_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">");
	for (unsigned i = 1; i <= x->sheets; i++)
		buf_printf(x->xml,
			   "<Relationship Id=\"rId%u\" Type=\"" RELATIONS
			   "/worksheet\" Target=\"worksheets/sheet%u.xml\"/>",
			   i, i);
	buf_printf(x->xml,
		   "<Relationship Id=\"rId%u\" Type=\"" RELATIONS "/styles\" Target=\"styles.xml\"/></Relationships>",
		   x->sheets + 1);
	zip_part(x->zip, "xl/_rels/workbook.xml.rels");
	pack(x);
}

static void add_types(struct xlsx *x)
{
	buf_text(
		x->xml, XML_HEAD
		"<Types xmlns=\"" PACKAGE "content-types\">"
		"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
		"<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
		"<Override PartName=\"/xl/workbook.xml\" ContentType=\"" MEDIA "sheet.main+xml\"/>"
		"<Override PartName=\"/xl/styles.xml\" ContentType=\"" MEDIA "styles+xml\"/>");
	for (unsigned i = 1; i <= x->sheets; i++)
		buf_printf(x->xml,
			   "<Override PartName=\"/xl/worksheets/sheet%u.xml\" ContentType=\"" MEDIA "worksheet+xml\"/>",
			   i);
	if (x->pictures)
		buf_text(x->xml, XLSX_PICTURE_TYPES);
	buf_text(x->xml, "</Types>");
	zip_part(x->zip, "[Content_Types].xml");
	pack(x);
}

size_t xlsx_end(struct xlsx *x)
{
	assert(x->sheets);
	end_sheet(x);
	if (x->pictures && !xlsx_pictures_write(x->pictures, x->zip))
		return 0;
	add_workbook(x);
	add_relations(x);
	add_types(x);
	return zip_end(x->zip);
}
