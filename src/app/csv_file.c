/* The file is small enough to be read whole: its ceiling is its field's. */
#include "app/csv_file.h"
#include "base/csv_in.h"
#include "base/xlsx_in.h"
#include <unistd.h>

/* On rq->mem; *len bytes. */
static char *whole(struct request *rq, const struct upload *upload, size_t *len)
{
	char *text = talloc_size(rq->mem, (size_t)upload->size + 1);
	ssize_t got;

	*len = 0;
	while (*len < (size_t)upload->size &&
	       (got = pread(upload->fd, text + *len, (size_t)upload->size - *len, (off_t)*len)) > 0)
		*len += (size_t)got;
	return text;
}

/* What a spreadsheet's cells say, as text. */
enum { SHEET_TEXT = 4 * CSV_FILE_BYTES };

static struct json_object *rows_of_file(struct request *rq, const char *name, size_t max, bool sheets)
{
	const struct upload *upload = field_file(rq, name);
	struct json_object *rows = NULL;
	const char *text, *fault = NULL;
	struct buf *csv;
	size_t len, line;

	if (!upload)
		return NULL;
	text = whole(rq, upload, &len);
	if (sheets && xlsx_is(text, len)) {
		csv = buf_new(rq->mem, SHEET_TEXT);
		fault = xlsx_csv(text, len, csv);
		text = csv->data;
		len = csv->len;
	}
	if (fault) {
		field_fault(rq, name, "%s", fault);
		return NULL;
	}
	fault = csv_read(text, len, max, &rows, &line);
	if (fault)
		field_fault(rq, name, "Line %zu: %s", line, said_to(rq, fault));
	else if (!json_object_array_length(rows))
		field_fault(rq, name, "There is no row in this file.");
	if (!fault && has_faults(rq)) {
		json_object_put(rows);
		rows = NULL;
	}
	return rows;
}

struct json_object *csv_of_file(struct request *rq, const char *name, size_t max)
{
	return rows_of_file(rq, name, max, false);
}

struct json_object *table_of_file(struct request *rq, const char *name, size_t max)
{
	return rows_of_file(rq, name, max, true);
}
