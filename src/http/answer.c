/* The tree that an action leaves, from which JSON, pages and files are made. */
#include "base/digits.h"
#include "base/uuid.h"
#include "http/dialect.h"
#include "http/mount.h"
#include "http/request.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT = 64 };

struct json_object *answer_object(struct json_object *parent, const char *key)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(parent, key, object);
	return object;
}

struct json_object *answer_array(struct json_object *parent, const char *key)
{
	struct json_object *array = json_object_new_array();

	json_object_object_add(parent, key, array);
	return array;
}

struct json_object *answer_item(struct json_object *array)
{
	struct json_object *item = json_object_new_object();

	json_object_array_add(array, item);
	return item;
}

void answer_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text ? json_object_new_string(text) : NULL);
}

void answer_int(struct json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

void answer_bool(struct json_object *object, const char *key, bool truth)
{
	json_object_object_add(object, key, json_object_new_boolean(truth));
}

void answer_time(struct json_object *object, const char *key, ms_t at)
{
	char iso[ISO_SIZE];

	answer_text(object, key, at ? clock_iso(at, iso) : NULL);
}

void answer_null(struct json_object *object, const char *key)
{
	json_object_object_add(object, key, NULL);
}

void answer_add(struct json_object *object, const char *key, struct json_object *owned)
{
	json_object_object_add(object, key, owned);
}

int answer_nothing(struct request *rq)
{
	(void)rq;
	return ANSWERED;
}

/* ---- rows ---- */

static struct json_object *hex_value(const struct cell *cell)
{
	char *hex = talloc_size(NULL, 2 * cell->len + 1);
	struct json_object *value;

	if (!hex)
		abort();
	value = json_object_new_string(hex_text(cell->s, cell->len, hex));
	talloc_free(hex);
	return value;
}

/* json-c alone would write 0.1 as 0.10000000000000001. */
struct json_object *answer_real(double d)
{
	char text[REAL_SIZE];

	return isnan(d) ? NULL : json_object_new_double_s(d, real_text(d, text));
}

static struct json_object *cell_value(enum col_type type, const struct cell *cell)
{
	char iso[ISO_SIZE], text[UUID_SIZE];
	uint8_t uuid[UUID_BYTES];

	if (cell->null)
		return NULL;
	switch (type) {
	case COL_INT:
	case COL_KEY:
	case COL_MONEY:
	case COL_RATE:
		return json_object_new_int64(cell->i);
	case COL_BOOL:
		return json_object_new_boolean(cell->i != 0);
	case COL_REAL:
		return answer_real(cell->d);
	case COL_TIME:
		return json_object_new_string(clock_iso(cell->i, iso));
	case COL_JSON:
		return tree_is_data(json_tokener_parse(cell->s)); /* db/ has seen that it is JSON */
	case COL_UUID:
		assert(cell->len == UUID_BYTES);
		memcpy(uuid, cell->s, sizeof(uuid));
		return json_object_new_string(uuid_text(uuid, text));
	case COL_HEX:
		return hex_value(cell);
	case COL_TEXT:
	case COL_DATE:
		break;
	}
	return json_object_new_string_len(cell->s, (int)cell->len);
}

/* The object that the dots of name lead to, made where missing; *name is then the last segment. */
static struct json_object *nest(struct json_object *object, const char **name)
{
	const char *dot;

	while ((dot = strchr(*name, '.'))) {
		struct json_object *next = NULL;
		char key[SEGMENT];
		size_t len = (size_t)(dot - *name);

		assert(len < sizeof(key));
		memcpy(key, *name, len);
		key[len] = '\0';
		if (!json_object_object_get_ex(object, key, &next) || !next)
			next = answer_object(object, key);
		object = next;
		*name = dot + 1;
	}
	return object;
}

void answer_row(struct json_object *object, const struct row *row)
{
	for (size_t i = 0; i < row->n_columns; i++) {
		const char *name = row->columns[i].name;
		struct json_object *at;

		if (row->columns[i].type == COL_KEY)
			continue;
		at = nest(object, &name);

		json_object_object_add(at, name, cell_value(row->columns[i].type, &row->cells[i]));
	}
}

struct json_object *answer_rows(struct json_object *object, const char *key, const struct rows *rows)
{
	struct json_object *array = json_object_new_array_ext((int)rows->n + 1);

	json_object_object_add(object, key, array);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		answer_row(answer_item(array), &row);
	}
	return array;
}

void answer_list(struct request *rq, const struct rows *rows, int64_t total, bool estimated)
{
	bool paged = list_paged(rq);
	int64_t limit = paged ? list_limit(rq) : total > 0 ? total : 1;

	if (rq->mount->dialect->past_end_missing && paged && !rows->n && list_page(rq) > 1) {
		refuse_page(rq);
		return;
	}
	answer_rows(rq->data, "items", rows);
	answer_int(rq->data, "total", total);
	answer_int(rq->data, "page", paged ? list_page(rq) : 1);
	answer_int(rq->data, "limit", limit);
	answer_int(rq->data, "total_pages", total / limit + (total % limit != 0));
	if (estimated)
		answer_bool(rq->data, "total_estimated", true);
}

const struct field LIST_SHORT[] = { FIELD_FORMAT, FIELDS_END };

struct json_object *request_asked(const struct request *rq)
{
	struct json_object *asked = json_object_new_object();

	for (const struct field *f = request_fields(rq); f && f->name; f++)
		if (field_given(rq, f->name) && strcmp(f->name, "format") != 0 && strcmp(f->name, "page") != 0 &&
		    strcmp(f->name, "limit") != 0)
			answer_add(asked, f->name, json_object_get(json_object_object_get(rq->fields, f->name)));
	return asked;
}

static void note_export(struct request *rq, const char *name, const char *format, struct row_list *list)
{
	struct json_object *taken = json_object_new_object();
	bool estimated = false;

	answer_text(taken, "format", format);
	answer_add(taken, "filter", request_asked(rq));
	answer_int(taken, "rows", list->count(list, &estimated));
	audit_change(rq, "export", name, 0, NULL, taken);
}

int answer_whole_list(struct request *rq, const char *name, struct row_list *list)
{
	const char *format = list_format(rq);
	const struct rows *first = NULL;
	bool paged = list_paged(rq), estimated = false;
	int64_t total;

	if (format) {
		if (rq->mount->audits)
			note_export(rq, name, format, list);
		answer_sheet(rq, name, format, list->source(list));
		return ANSWERED;
	}
	/* A first page that is not full is all there is. Else a search that finds little would be made twice. */
	if (paged && list_page(rq) == 1)
		first = list->page(list, 1, list_limit(rq));
	if (first && (int64_t)first->n < list_limit(rq))
		total = (int64_t)first->n;
	else
		total = list->count(list, &estimated);
	if (!first)
		first = list->page(list, paged ? list_page(rq) : 1, paged ? list_limit(rq) : total);
	answer_list(rq, first, total, estimated);
	return ANSWERED;
}

void answer_set(struct request *rq, struct json_object *owned)
{
	json_object_put(rq->data);
	rq->data = owned;
}

/* ---- what is not a tree ---- */

static void draw(struct request *rq, enum drawing_kind kind, const void *what)
{
	rq->drawing = (struct drawing){ .kind = kind, .what = what };
}

void answer_bytes(struct request *rq, const char *type, const void *bytes, size_t len)
{
	struct plain_bytes *what = talloc(rq->mem, struct plain_bytes);

	*what = (struct plain_bytes){ type, bytes, len };
	draw(rq, DRAW_BYTES, what);
}

void answer_file(struct request *rq, const char *path, const char *type)
{
	struct stored_file *what = talloc(rq->mem, struct stored_file);

	*what = (struct stored_file){ path, type };
	draw(rq, DRAW_FILE, what);
}

void answer_qr(struct request *rq, struct json_object *into, const char *text)
{
	answer_qr_of(rq, into, NULL, text);
}

void answer_qr_of(struct request *rq, struct json_object *into, const char *token, const char *text)
{
	struct qr_code *what = talloc(rq->mem, struct qr_code);

	*what = (struct qr_code){ .text = text, .into = into, .token = token };
	draw(rq, DRAW_QR, what);
}

void answer_qr_picture(struct request *rq, const char *text)
{
	answer_qr(rq, NULL, text);
	rq->drawing.form = "svg";
}

void answer_qr_small(struct request *rq, struct json_object *into, const char *text)
{
	struct qr_code *what = talloc(rq->mem, struct qr_code);

	*what = (struct qr_code){ .text = text,
				  .into = into,
				  .others = rq->drawing.kind == DRAW_QRS ? rq->drawing.what : NULL };
	draw(rq, DRAW_QRS, what);
}

void answer_poster(struct request *rq, int64_t id, const char *title, const char *category)
{
	struct poster *what = talloc(rq->mem, struct poster);

	*what = (struct poster){ id, title, category };
	draw(rq, DRAW_POSTER, what);
}

void answer_keeper(struct request *rq, const char *script, const char *const page[], const char *directory)
{
	struct kept_files *what = talloc(rq->mem, struct kept_files);

	*what = (struct kept_files){ rq->config->statics, directory, script, rq->config->templates, page };
	draw(rq, DRAW_KEEPER, what);
}

void answer_paper(struct request *rq, enum drawing_kind kind, const void *paper, const char *name)
{
	draw(rq, kind, paper);
	rq->drawing.name = name;
}

void answer_drawing(struct request *rq, const struct drawing *drawing)
{
	rq->drawing = *drawing;
}

void answer_feed(struct request *rq, const struct feed *feed)
{
	draw(rq, DRAW_FEED, talloc_memdup(rq->mem, feed, sizeof *feed));
}

void answer_sheet(struct request *rq, const char *name, const char *form, struct row_source *rows)
{
	struct sheet *what = talloc(rq->mem, struct sheet);

	*what = (struct sheet){ .rows = rows, .name = name, .dialect = rq->mount->dialect };
	draw(rq, DRAW_ROWS, what);
	rq->drawing.name = name;
	rq->drawing.form = form;
}
