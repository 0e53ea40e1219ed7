/* Spreadsheets that others wrote: what their cells say, in whatever way that is written, and files that are none. */
#include "base/xlsx_in.h"
#include "render/zip.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *xlsx_in_suite(void);

#define WORKBOOK                                                                                                       \
	"<?xml version=\"1.0\"?><!-- > --><workbook><sheets><sheet name=\"A\" sheetId=\"4\" r:id=\"rId7\"/><sheet "    \
	"name=\"B\" sheetId=\"2\" r:id=\"rId1\"/></sheets></workbook>"
#define RELATIONS(target)                                                                                              \
	"<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/other.xml\"/><Relationship Target=\"" target     \
	"\" Id=\"rId7\"/></Relationships>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
#define TEXTS                                                                                                          \
	"<sst><si><t>email</t></si><si/><si><t xml:space=\"preserve\">Two &amp; </t><r><t>\"three\"</t></r>"           \
	"<rPh><t>aloud</t></rPh></si></sst>"

enum { FILE_MAX = 1 << 16 };

struct made {
	char bytes[FILE_MAX];
	size_t len;
};

static void make(struct made *out, const char *workbook, const char *relations, const char *texts, const char *path,
		 const char *sheet)
{
	const char *const parts[][2] = { { "xl/workbook.xml", workbook },
					 { "xl/_rels/workbook.xml.rels", relations },
					 { "xl/sharedStrings.xml", texts },
					 { path, sheet } };
	char name[] = "/tmp/check_xlsx_XXXXXX";
	int fd = mkstemp(name);
	struct zip *zip = zip_new(NULL, fd);

	unlink(name);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i][1])
			continue;
		zip_part(zip, parts[i][0]);
		zip_add(zip, parts[i][1], strlen(parts[i][1]));
	}
	out->len = zip_end(zip);
	ck_assert(out->len && out->len <= FILE_MAX);
	ck_assert_int_eq(pread(fd, out->bytes, out->len, 0), (ssize_t)out->len);
	talloc_free(zip);
	close(fd);
}

static const struct {
	int line;
	const char *rows, *csv;
} CELLS[] = {
	{ __LINE__, "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>2</v></c></row>",
	  "\"email\",\"Two & \"\"three\"\"\"" },
	{ __LINE__, "<row><c><v>12</v></c><c t=\"inlineStr\"><is><t>&#65;&#x20AC;&lt;</t></is></c></row>",
	  "\"12\",\"A€<\"" },
	{ __LINE__, "<row r='3'><c r='C3'><f>A1</f><v>7</v></c></row><row r='5'><c r='A5'><v>1</v></c></row>",
	  "\n\n,,\"7\"\n\n\"1\"" },
	{ __LINE__,
	  "<x:row><x:c r=\"A1\" t=\"str\"><x:v>a</x:v></x:c><x:c r=\"C1\"/><x:c r=\"D1\"><x:v>d</x:v></x:c></x:row>",
	  "\"a\",,,\"d\"" },
	{ __LINE__, "<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>99</v></c><c t=\"s\"><v>-1</v></c><c><v>z</v></c></row>",
	  ",,,\"z\"" },
	{ __LINE__, "", "" },
};

START_TEST(test_cells)
{
	struct made *file = talloc(NULL, struct made);
	struct buf *out = buf_new(file, 1000);
	char sheet[1000];

	snprintf(sheet, sizeof sheet, SHEET("%s"), CELLS[_i].rows);
	make(file, WORKBOOK, RELATIONS("/xl/sheets/one.xml"), TEXTS, "xl/sheets/one.xml", sheet);
	ck_assert(xlsx_is(file->bytes, file->len));
	ck_assert_ptr_null(xlsx_csv(file->bytes, file->len, out));
	/* A cell that says nothing leaves its place empty, and so does one before it. */
	ck_assert_msg(!strcmp(out->data, CELLS[_i].csv), "line %d: %s", CELLS[_i].line, out->data);
	talloc_free(file);
}
END_TEST

static const struct {
	int line;
	const char *workbook, *relations, *sheet;
} BROKEN[] = {
	{ __LINE__, NULL, RELATIONS("worksheets/one.xml"), SHEET("") },
	{ __LINE__, WORKBOOK, NULL, SHEET("") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/none.xml"), SHEET("") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"), NULL },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"), SHEET("<row r=\"2\"/><row r=\"1\"/>") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"), SHEET("<row r=\"1048576\"/>") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"), SHEET("<row><c r=\"ZZZ1\"><v>1</v></c></row>") },
	{ __LINE__, "<workbook/>", RELATIONS("worksheets/one.xml"), SHEET("") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"), SHEET("<row><c><v>1</c></row>") },
	{ __LINE__, WORKBOOK, RELATIONS("worksheets/one.xml"),
	  "<!DOCTYPE a [<!ENTITY b \"c\">]>" SHEET("<row><c t=\"str\"><v>&b;</v></c></row>") },
};

START_TEST(test_broken)
{
	struct made *file = talloc(NULL, struct made);

	make(file, BROKEN[_i].workbook, BROKEN[_i].relations, NULL, "xl/worksheets/one.xml", BROKEN[_i].sheet);
	ck_assert_msg(xlsx_csv(file->bytes, file->len, buf_new(file, 1000)) != NULL, "line %d", BROKEN[_i].line);
	talloc_free(file);
}
END_TEST

/* A few bytes that become many. */
START_TEST(test_ceilings)
{
	struct made *file = talloc(NULL, struct made);
	struct buf *sheet = buf_new(file, 20 << 20);

	buf_text(sheet, "<worksheet><sheetData><row><c t=\"str\"><v>");
	while (sheet->len < 17 << 20)
		buf_text(sheet, "                                                                ");
	buf_text(sheet, "</v></c></row></sheetData></worksheet>");
	make(file, WORKBOOK, RELATIONS("worksheets/one.xml"), NULL, "xl/worksheets/one.xml", sheet->data);
	ck_assert_ptr_nonnull(xlsx_csv(file->bytes, file->len, buf_new(file, 1000)));
	make(file, WORKBOOK, RELATIONS("worksheets/one.xml"), NULL, "xl/worksheets/one.xml",
	     SHEET("<row><c><v>123456789</v></c></row>"));
	ck_assert_ptr_nonnull(xlsx_csv(file->bytes, file->len, buf_new(file, 5)));
	ck_assert_ptr_null(xlsx_csv(file->bytes, file->len, buf_new(file, 50)));
	talloc_free(file);
}
END_TEST

/* Each beginning of one, and each with a byte that is another, in memory that ends where it ends: nothing behind it is read. */
START_TEST(test_hostile)
{
	struct made *file = talloc(NULL, struct made);
	struct buf *out = buf_new(file, 1000);
	size_t wrong = 0;

	make(file, WORKBOOK, RELATIONS("worksheets/one.xml"), TEXTS, "xl/worksheets/one.xml",
	     SHEET("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>2</v></c><c r=\"C1\"><v>&#65;</v></c></row>"));
	for (size_t len = 0; len <= file->len; len++) {
		char *some = malloc(len + !len);

		memcpy(some, file->bytes, len);
		buf_clear(out);
		wrong += xlsx_csv(some, len, out) != NULL;
		for (unsigned bit = 0; bit < 8 && len; bit++) {
			char *all = malloc(file->len);

			memcpy(all, file->bytes, file->len);
			all[len - 1] = (char)(all[len - 1] ^ 1 << bit);
			buf_clear(out);
			xlsx_csv(all, file->len, out);
			free(all);
		}
		free(some);
	}
	ck_assert_uint_eq(wrong, file->len); /* the whole one alone is one */
	talloc_free(file);
}
END_TEST

Suite *xlsx_in_suite(void)
{
	Suite *suite = suite_create("xlsx_in");
	TCase *read = tcase_create("read");

	tcase_add_loop_test(read, test_cells, 0, sizeof CELLS / sizeof *CELLS);
	tcase_add_loop_test(read, test_broken, 0, sizeof BROKEN / sizeof *BROKEN);
	tcase_add_test(read, test_ceilings);
	tcase_add_test(read, test_hostile);
	suite_add_tcase(suite, read);
	return suite;
}
