/* Exports: batch after batch from the database into a file that has no name any more, sent from there. The reply begins
 * only when all rows were read, so a failure half-way can still be told. */
#include "export.h"
#include "base/file.h"
#include "base/log.h"
#include "db/db.h"
#include "gates.h"
#include "render/csv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_MAX = 16 << 20 };

struct file {
	int fd;
};

static int file_close(struct file *file)
{
	if (file->fd > 0)
		close(file->fd);
	return 0;
}

static bool write_csv(struct request *rq, int fd, size_t *len)
{
	struct buf *text = buf_new(rq->mem, BATCH_MAX);
	const struct rows *rows;

	*len = 0;
	while ((rows = rq->export->next(rq->export))) {
		if (!*len)
			csv_head(text, rows);
		csv_rows(text, rows);
		if (buf_over(text) || !write_all(fd, text->data, text->len))
			return false;
		*len += text->len;
		buf_clear(text);
	}
	return db_error(rq->db) == DB_OK;
}

void export_make(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct file *file = talloc_zero(rq->mem, struct file);
	size_t len = 0;

	file->fd = open_nameless(getenv("TMPDIR"));
	talloc_set_destructor(file, file_close);
	if (file->fd > 0 && write_csv(rq, file->fd, &len)) {
		rq->raw_type = "text/csv; charset=utf-8; header=present";
		rq->raw_fd = file->fd;
		rq->raw_len = len;
		return;
	}
	if (!gate_database(x))
		return;
	log_error("export_failed", F("path", rq->path), F("error", strerror(errno)));
	rq->retry_after = 2;
	refuse(rq, 503, "EXPORT_FAILED", "This export could not be made. Try again in a moment.");
}
