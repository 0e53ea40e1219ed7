/* Lists as files: batch after batch from the source into a file that has no name any more, sent from there. */
#include "render/sheet.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/row.h"
#include "base/uuid.h"
#include "http/paper.h"
#include "render/csv.h"
#include "render/spool.h"
#include "render/xlsx.h"
#include "render/xlsx_pictures.h"
#include "render/zip.h"
#include <string.h>

enum { BATCH_MAX = 16 << 20 };

static void csv_lines(struct buf *text, const struct fact *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		csv_line(text, lines[i].label, lines[i].value);
}

static bool put(struct buf *text, struct drawn *out)
{
	if (buf_over(text) || !write_all(out->fd, text->data, text->len))
		return false;
	out->len += text->len;
	buf_clear(text);
	return true;
}

bool sheet_csv(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct sheet *sheet = what;
	struct buf *text = buf_new(mem, BATCH_MAX);
	const struct rows *rows = sheet->rows->next(sheet->rows);

	out->fd = spool_open(mem);
	if (out->fd < 0 || !rows)
		return false;
	csv_begin(text);
	csv_lines(text, sheet->before, sheet->n_before);
	if (sheet->headings)
		csv_texts(text, sheet->headings);
	else
		csv_head(text, rows, sheet->dialect);
	if (sheet->under)
		csv_texts(text, sheet->under);
	for (; rows; rows = sheet->rows->next(sheet->rows)) {
		csv_rows(text, rows);
		if (!put(text, out))
			return false;
	}
	csv_lines(text, sheet->behind, sheet->n_behind);
	return put(text, out);
}

static void add_table(TALLOC_CTX *mem, struct zip *zip, const struct archive_paper *paper)
{
	struct buf *text = buf_new(mem, BATCH_MAX);
	const struct rows *rows = paper->rows->next(paper->rows);

	zip_part(zip, talloc_asprintf(mem, "%s.csv", paper->name));
	if (rows)
		csv_head(text, rows, paper->dialect);
	for (; rows && !buf_over(text); rows = paper->rows->next(paper->rows)) {
		csv_rows(text, rows);
		zip_add(zip, text->data, text->len);
		text->len = 0;
	}
	zip_add(zip, text->data, text->len);
}

static void add_pictures(TALLOC_CTX *mem, struct zip *zip, const struct archive_paper *paper, const struct row *row)
{
	char id[UUID_SIZE];

	uuid_text((const uint8_t *)row_cell(row, "id")->s, id);
	for (const char *const *name = paper->pictures; *name; name++) {
		struct register_picture it = { .n = 0 };

		paper->picture(paper->with, mem, row, *name, &it);
		if (!it.len)
			continue;
		zip_part(zip,
			 talloc_asprintf(mem, "%s/%s.%s", *name, id, memcmp(it.bytes, "\x89PNG", 4) ? "jpg" : "png"));
		zip_add(zip, it.bytes, it.len);
	}
}

bool sheet_archive(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct archive_paper *paper = what;
	TALLOC_CTX *own = talloc_new(mem);
	const struct rows *rows;
	struct zip *zip;

	out->fd = spool_open(mem);
	if (out->fd < 0)
		return false;
	zip = zip_new(mem, out->fd);
	if (paper->text_name) {
		zip_part(zip, paper->text_name);
		zip_add(zip, paper->text, strlen(paper->text));
	}
	add_table(own, zip, paper);
	while ((rows = paper->again->next(paper->again)) && zip_good(zip))
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			add_pictures(own, zip, paper, &row);
			talloc_free_children(own);
		}
	out->len = zip_end(zip);
	return out->len != 0;
}

/* Those of rows whose first is in that row of the sheet, from 1. */
static bool take_pictures(TALLOC_CTX *mem, const struct sheet *sheet, struct xlsx_pictures *pictures,
			  const struct rows *rows, unsigned at)
{
	const unsigned behind = (unsigned)(rows->n_columns - rows_hidden(rows));
	TALLOC_CTX *own = talloc_new(mem);
	bool good = true;

	for (size_t i = 0; i < rows->n && good; i++) {
		struct row row = row_at(rows, i);

		for (unsigned k = 0; sheet->pictures[k] && good; k++) {
			struct register_picture it = { .n = 0 };

			sheet->picture(sheet->with, own, &row, sheet->pictures[k], &it);
			good = xlsx_pictures_take(pictures, at - 1 + (unsigned)i, behind + k, sheet->pictures[k], &it);
		}
		talloc_free_children(own);
	}
	talloc_free(own);
	return good;
}

static bool take_rows(TALLOC_CTX *mem, const struct sheet *sheet, struct xlsx *book, const struct rows *rows)
{
	struct xlsx_pictures *pictures = sheet->pictures ? xlsx_pictures_new(book) : NULL;

	if (sheet->pictures && !pictures)
		return false;
	if (pictures)
		xlsx_with_pictures(book, pictures, sheet->pictures);
	for (; rows; rows = sheet->rows->next(sheet->rows)) {
		const unsigned at = xlsx_next_row(book);

		if (!xlsx_rows(book, rows) || (pictures && !take_pictures(mem, sheet, pictures, rows, at)))
			return false;
	}
	return true;
}

bool sheet_xlsx(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct sheet *sheet = what;
	const struct rows *rows = sheet->rows->next(sheet->rows);
	struct xlsx *book;

	out->fd = spool_open(mem);
	if (out->fd < 0 || !rows)
		return false;
	book = xlsx_new(mem, out->fd, sheet->name, sheet->dialect);
	for (size_t i = 0; i < sheet->n_before; i++)
		xlsx_before(book, sheet->before[i].label, sheet->before[i].value);
	if (!take_rows(mem, sheet, book, rows))
		return false;
	for (size_t i = 0; i < sheet->n_behind; i++)
		xlsx_behind(book, sheet->behind[i].label, sheet->behind[i].value);
	out->len = xlsx_end(book);
	return out->len != 0;
}
