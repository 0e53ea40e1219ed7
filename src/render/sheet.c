/* Lists as files: batch after batch from the source into a file that has no name any more, sent from there. */
#include "render/sheet.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/row.h"
#include "render/csv.h"
#include "render/xlsx.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH_MAX = 16 << 20 };

struct spool {
	int fd;
};

static int spool_close(struct spool *spool)
{
	if (spool->fd > 0)
		close(spool->fd);
	return 0;
}

/* A file without a name, open as long as mem; -1 where there can be none. */
static int spool_open(TALLOC_CTX *mem)
{
	struct spool *spool = talloc_zero(mem, struct spool);

	talloc_set_destructor(spool, spool_close);
	spool->fd = open_nameless(getenv("TMPDIR"));
	return spool->fd;
}

bool sheet_csv(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct sheet *sheet = what;
	struct buf *text = buf_new(mem, BATCH_MAX);
	const struct rows *rows;

	out->fd = spool_open(mem);
	if (out->fd < 0)
		return false;
	while ((rows = sheet->rows->next(sheet->rows))) {
		if (!out->len)
			csv_head(text, rows, sheet->dialect);
		csv_rows(text, rows);
		if (buf_over(text) || !write_all(out->fd, text->data, text->len))
			return false;
		out->len += text->len;
		buf_clear(text);
	}
	return true;
}

/* The library opens its book by a name: the spool's, as the process knows it. */
bool sheet_xlsx(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct sheet *sheet = what;
	const struct rows *rows;
	struct xlsx *book;
	struct stat st;

	out->fd = spool_open(mem);
	if (out->fd < 0)
		return false;
	book = xlsx_new(mem, talloc_asprintf(mem, "/proc/self/fd/%d", out->fd), sheet->name, sheet->dialect);
	if (!book)
		return false;
	while ((rows = sheet->rows->next(sheet->rows)))
		if (!xlsx_rows(book, rows))
			return false;
	if (!xlsx_end(book) || fstat(out->fd, &st))
		return false;
	out->len = (size_t)st.st_size;
	return true;
}
