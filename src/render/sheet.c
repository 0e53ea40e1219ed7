/* Lists as files: batch after batch from the source into a file that has no name any more, sent from there. */
#include "render/sheet.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/row.h"
#include "render/csv.h"
#include "render/spool.h"
#include "render/xlsx.h"

enum { BATCH_MAX = 16 << 20 };

bool sheet_csv(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct sheet *sheet = what;
	struct buf *text = buf_new(mem, BATCH_MAX);
	const struct rows *rows = sheet->rows->next(sheet->rows);

	out->fd = spool_open(mem);
	if (out->fd < 0 || !rows)
		return false;
	csv_head(text, rows, sheet->dialect);
	for (; rows; rows = sheet->rows->next(sheet->rows)) {
		csv_rows(text, rows);
		if (buf_over(text) || !write_all(out->fd, text->data, text->len))
			return false;
		out->len += text->len;
		buf_clear(text);
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
	for (; rows; rows = sheet->rows->next(sheet->rows))
		if (!xlsx_rows(book, rows))
			return false;
	out->len = xlsx_end(book);
	return out->len != 0;
}
