/* The kinds of answers that are not a tree, each with the forms that it can be drawn in. To add one: its word and its struct
 * in http/drawing.h, a row here, and the function that draws it.
 *
 * What is short becomes bytes; what may be long is written to a file that has no name any more, so that its length is known
 * and a failure half-way can still be told. */
#include "render/renderer.h"
#include "base/buf.h"
#include "render/accept.h"
#include "render/feed.h"
#include "render/keeper.h"
#include "render/paper.h"
#include "render/poster.h"
#include "render/qr.h"
#include "render/sheet.h"
#include "render/spool.h"
#include <assert.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

/* Pixels of a QR code's module; of one that is to be printed small. */
enum { PICTURE_MAX = 256 << 10, PAPER_MAX = 32 << 20, MODULE = 8, MODULE_SMALL = 2 };

static bool keep(struct buf *text, bool good, struct drawn *out)
{
	out->bytes = text->data;
	out->len = text->len;
	return good;
}

static bool draw_bytes(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct plain_bytes *plain = what;

	(void)mem;
	out->type = plain->type;
	out->bytes = plain->bytes;
	out->len = plain->len;
	return true;
}

static bool draw_file(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct stored_file *file = what;

	(void)mem;
	out->type = file->type;
	out->file = file->path;
	return true;
}

static bool draw_qr_png(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *png = buf_new(mem, PICTURE_MAX);

	return keep(png, qr_png(png, ((const struct qr_code *)what)->text, MODULE), out);
}

static bool draw_qr_svg(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *svg = buf_new(mem, PICTURE_MAX);

	return keep(svg, qr_svg(svg, ((const struct qr_code *)what)->text), out);
}

static bool draw_qr_tree(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct qr_code *code = what;
	struct buf *image = buf_new(mem, PICTURE_MAX), *svg = buf_new(mem, PICTURE_MAX);

	(void)out;
	if (!qr_data_uri(image, code->text, MODULE) || !qr_svg(svg, code->text))
		return false;
	json_object_object_add(code->into, "qr_token", json_object_new_string(code->token ? code->token : code->text));
	json_object_object_add(code->into, code->token ? "qr_image" : "image", json_object_new_string(image->data));
	if (code->token)
		json_object_object_add(code->into, "qr_image_base64",
				       json_object_new_string(strchr(image->data, ',') + 1));
	json_object_object_add(code->into, "svg", json_object_new_string(svg->data));
	return true;
}

static bool draw_qrs(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	(void)out;
	for (const struct qr_code *code = what; code; code = code->others) {
		struct buf *image = buf_new(mem, PICTURE_MAX);

		if (!qr_data_uri(image, code->text, MODULE_SMALL))
			return false;
		json_object_object_add(code->into, "image", json_object_new_string(image->data));
		talloc_free(image);
	}
	return true;
}

static bool draw_poster(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	const struct poster *poster = what;
	struct buf *svg = buf_new(mem, PICTURE_MAX);

	return keep(svg, poster_svg(svg, poster->id, poster->title, poster->category), out);
}

static bool draw_keeper(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *script = buf_new(mem, PICTURE_MAX);

	return keep(script, keeper_script(script, what), out);
}

static bool draw_tickets(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *pdf = buf_new(mem, PAPER_MAX);

	return keep(pdf, paper_draw_tickets(pdf, what), out);
}

static bool draw_invoice(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *pdf = buf_new(mem, PAPER_MAX);

	return keep(pdf, paper_draw_invoice(pdf, what), out);
}

static bool draw_door_list(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct stat file;

	out->fd = spool_open(mem);
	if (out->fd < 0 || !paper_draw_door_list(out->fd, what) || fstat(out->fd, &file))
		return false;
	out->len = (size_t)file.st_size;
	return true;
}

static bool draw_register(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct stat file;

	out->fd = spool_open(mem);
	if (out->fd < 0 || !paper_draw_register(out->fd, what) || fstat(out->fd, &file))
		return false;
	out->len = (size_t)file.st_size;
	return true;
}

static bool draw_calendar(TALLOC_CTX *mem, const void *what, struct drawn *out)
{
	struct buf *text = buf_new(mem, PICTURE_MAX);

	return keep(text, paper_draw_calendar(text, what), out);
}

/* Of a kind's rows the first that fits is taken. */
static const struct renderer {
	enum drawing_kind kind;
	const char *form;   /* only for a drawing that asks for this one; NULL: any */
	const char *type;   /* media type; NULL: what is drawn says */
	bool asked;	    /* only where the client's Accept wants the type more than all else */
	const char *ending; /* of the name that it is kept under */
	bool (*draw)(TALLOC_CTX *mem, const void *what, struct drawn *out);
} RENDERERS[] = {
	{ DRAW_BYTES, NULL, NULL, false, NULL, draw_bytes },
	{ DRAW_FILE, NULL, NULL, false, NULL, draw_file },
	{ DRAW_QR, "svg", "image/svg+xml", false, NULL, draw_qr_svg },
	{ DRAW_QR, NULL, "image/png", true, NULL, draw_qr_png },
	{ DRAW_QR, NULL, "image/svg+xml", true, NULL, draw_qr_svg },
	{ DRAW_QR, NULL, NULL, false, NULL, draw_qr_tree },
	{ DRAW_QRS, NULL, NULL, false, NULL, draw_qrs },
	{ DRAW_POSTER, NULL, "image/svg+xml", false, NULL, draw_poster },
	{ DRAW_KEEPER, NULL, "text/javascript; charset=utf-8", false, NULL, draw_keeper },
	{ DRAW_ROWS, "csv", "text/csv; charset=utf-8; header=present", false, ".csv", sheet_csv },
	{ DRAW_ROWS, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, ".xlsx",
	  sheet_xlsx },
	{ DRAW_FEED, NULL, "application/json; charset=utf-8", false, NULL, feed_json },
	{ DRAW_TICKETS, NULL, "application/pdf", false, ".pdf", draw_tickets },
	{ DRAW_INVOICE, NULL, "application/pdf", false, ".pdf", draw_invoice },
	{ DRAW_DOOR_LIST, NULL, "application/pdf", false, ".pdf", draw_door_list },
	{ DRAW_REGISTER, "pdf", "application/pdf", false, ".pdf", draw_register },
	{ DRAW_ARCHIVE, "zip", "application/zip", false, ".zip", sheet_archive },
	{ DRAW_CALENDAR, NULL, "text/calendar; charset=utf-8", false, ".ics", draw_calendar },
};

static bool fits(const struct renderer *r, const struct drawing *drawing, const char *accept)
{
	return r->kind == drawing->kind && (!r->form || (drawing->form && !strcmp(r->form, drawing->form))) &&
	       (!r->asked || accept_wants(accept, r->type));
}

/* What draws it; what is known of that beforehand is in *out. */
static const struct renderer *renderer_of(TALLOC_CTX *mem, const struct drawing *drawing, const char *accept,
					  struct drawn *out)
{
	const struct renderer *r = RENDERERS, *end = RENDERERS + sizeof RENDERERS / sizeof *RENDERERS;

	while (r < end && !fits(r, drawing, accept))
		r++;
	assert(r < end);
	*out = (struct drawn){ .type = r->type, .encoded = drawing->kind == DRAW_FEED };
	if (drawing->name)
		out->name = talloc_asprintf(mem, "%s%s", drawing->name, r->ending ? r->ending : "");
	return r;
}

bool drawing_draw(TALLOC_CTX *mem, const struct drawing *drawing, const char *accept, struct drawn *out)
{
	const struct renderer *r = renderer_of(mem, drawing, accept, out);

	return r->draw(mem, drawing->what, out) && (!drawing->finished || drawing->finished(drawing->with, out->fd));
}

bool drawing_head(TALLOC_CTX *mem, const struct drawing *drawing, const char *accept, struct drawn *out)
{
	const struct renderer *r = renderer_of(mem, drawing, accept, out);

	out->unmeasured = drawing->kind == DRAW_ROWS || drawing->kind == DRAW_FEED;
	return out->unmeasured || r->draw(mem, drawing->what, out);
}

const char *drawing_type(enum drawing_kind kind, const char *form)
{
	for (size_t i = 0; i < sizeof RENDERERS / sizeof *RENDERERS; i++)
		if (RENDERERS[i].kind == kind && RENDERERS[i].form && !strcmp(RENDERERS[i].form, form))
			return RENDERERS[i].type;
	return NULL;
}
