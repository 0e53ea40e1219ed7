/* Cairo and pango by way of the few words in pdf.h. The map of fonts is fontconfig's, which reads its caches at the first page
 * that a process draws and never again.
 *
 * A value (a name, a title) is a text of its own with its own direction, found by its first strong letter, so a name in Arabic
 * stands right in an English page and the other way round; which edge it stands against is the page's. */
#include "render/pdf.h"
#include "base/file.h"
#include "render/qr.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

enum { PNG_WIDE = 320 };

/* What is not in it comes from the font next to it that has the sign, as fontconfig orders them. */
#define FAMILY "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew, sans-serif"

struct pdf {
	cairo_t *cairo;
	PangoContext *pango;
	struct buf *out; /* NULL: into the file */
	int fd;
	bool right_to_left;
};

static cairo_status_t write_out(void *with, const unsigned char *bytes, unsigned len)
{
	const struct pdf *pdf = with;

	if (!pdf->out)
		return write_all(pdf->fd, bytes, len) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
	buf_add(pdf->out, bytes, len);
	return buf_over(pdf->out) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static int pdf_destroy(struct pdf *pdf)
{
	g_clear_object(&pdf->pango);
	if (pdf->cairo)
		cairo_destroy(pdf->cairo);
	return 0;
}

/* On paper a letter stands where it belongs, and not on the nearest pixel of a screen. */
static PangoContext *context_of(const struct pdf *pdf, PangoLanguage *language)
{
	PangoContext *context = pango_cairo_create_context(pdf->cairo);
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, language);
	pango_context_set_base_dir(context, pdf->right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
	return context;
}

/* Its out or fd is set already. */
static struct pdf *begin(struct pdf *pdf, const struct tongue *tongue, const char *title, const char *author)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_out, pdf, PDF_WIDE, PDF_HIGH);
	PangoLanguage *language = pango_language_from_string(tongue_locale(tongue));

	talloc_set_destructor(pdf, pdf_destroy);
	/* Of any cairo the same file, and one that every reader knows. */
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Gatehouse");
	pdf->cairo = cairo_create(surface);
	cairo_surface_destroy(surface);
	pdf->right_to_left = tongue_right_to_left(tongue);
	if (cairo_status(pdf->cairo) != CAIRO_STATUS_SUCCESS)
		return NULL;
	pdf->pango = context_of(pdf, language);
	return pdf;
}

struct pdf *pdf_new(TALLOC_CTX *ctx, struct buf *out, const struct tongue *tongue, const char *title,
		    const char *author)
{
	struct pdf *pdf = talloc_zero(ctx, struct pdf);

	pdf->out = out;
	return begin(pdf, tongue, title, author);
}

struct pdf *pdf_new_file(TALLOC_CTX *ctx, int fd, const struct tongue *tongue, const char *title, const char *author)
{
	struct pdf *pdf = talloc_zero(ctx, struct pdf);

	pdf->fd = fd;
	return begin(pdf, tongue, title, author);
}

void pdf_next(struct pdf *pdf)
{
	cairo_show_page(pdf->cairo);
}

/* The left edge of what begins at x of the page's own direction. */
static double left_of(const struct pdf *pdf, double x, double wide)
{
	return pdf->right_to_left ? PDF_WIDE - x - wide : x;
}

/* ---- text ---- */

/* Against the page's edge, or the far one. Pango turns what it is told about for a line that runs against the page. */
static PangoAlignment edge_of(const struct pdf *pdf, PangoLayout *layout, bool end)
{
	bool right = pango_layout_get_line_readonly(layout, 0)->resolved_dir == PANGO_DIRECTION_RTL;
	bool to_right = pdf->right_to_left != end;

	return to_right != (right != pdf->right_to_left) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

/* A zone's name ("Europe/Berlin") is not broken at its stroke, nor is an address. */
static void keep_together(PangoLayout *layout, const char *text)
{
	PangoAttrList *attributes = pango_attr_list_new();

	for (const char *at = text; (at = strchr(at, '/')) != NULL; at++) {
		PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);

		whole->start_index = (guint)(at - text);
		whole->end_index = whole->start_index + 2;
		pango_attr_list_insert(attributes, whole);
	}
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
}

static PangoLayout *layout_of(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style, const char *text)
{
	PangoLayout *layout = pango_layout_new(pdf->pango);

	pango_layout_set_width(layout, (int)(box.wide * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(layout, (int)(4 * PDF_HIGH * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	keep_together(layout, text);
	pango_layout_set_alignment(layout, edge_of(pdf, layout, style->end));
	return layout;
}

/* In letters of a size. Returns how high it is. */
static double set_size(PangoLayout *layout, const struct pdf_style *style, double size)
{
	PangoFontDescription *font = pango_font_description_from_string(FAMILY);
	int high;

	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_get_size(layout, NULL, &high);
	return (double)high / PANGO_SCALE;
}

double pdf_text(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style, const char *text)
{
	PangoLayout *layout = layout_of(pdf, box, style, text);
	double size = style->size, high = set_size(layout, style, size);

	while (high > box.high && style->least > 0 && size > style->least) {
		size = size * 0.9 > style->least ? size * 0.9 : style->least;
		high = set_size(layout, style, size);
	}
	if (high > box.high) {
		pango_layout_set_height(layout, (int)(box.high * PANGO_SCALE));
		high = set_size(layout, style, size);
	}
	cairo_set_source_rgb(pdf->cairo, style->grey, style->grey, style->grey);
	cairo_move_to(pdf->cairo, left_of(pdf, box.x, box.wide), box.y);
	pango_cairo_show_layout(pdf->cairo, layout);
	g_object_unref(layout);
	return high;
}

/* ---- shapes ---- */

void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2, double wide, double grey, bool dashed)
{
	static const double DASHES[] = { 3, 4 };

	cairo_save(pdf->cairo);
	cairo_set_source_rgb(pdf->cairo, grey, grey, grey);
	cairo_set_line_width(pdf->cairo, wide);
	if (dashed)
		cairo_set_dash(pdf->cairo, DASHES, 2, 0);
	cairo_move_to(pdf->cairo, left_of(pdf, x1, 0), y1);
	cairo_line_to(pdf->cairo, left_of(pdf, x2, 0), y2);
	cairo_stroke(pdf->cairo);
	cairo_restore(pdf->cairo);
}

/* All modules are one path, so that no hair shows between them. */
bool pdf_qr(struct pdf *pdf, double x, double y, double side, const char *text)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const struct qr_run *runs;
	size_t n;
	int modules = qr_runs(mem, text, &runs, &n);
	double unit = modules ? side / modules : 0;

	cairo_save(pdf->cairo);
	cairo_translate(pdf->cairo, left_of(pdf, x, side), y);
	cairo_set_source_rgb(pdf->cairo, 1, 1, 1);
	cairo_rectangle(pdf->cairo, 0, 0, side, side);
	cairo_fill(pdf->cairo);
	cairo_set_source_rgb(pdf->cairo, 0, 0, 0);
	for (size_t i = 0; i < n; i++)
		cairo_rectangle(pdf->cairo, runs[i].x * unit, runs[i].y * unit, runs[i].n * unit, unit);
	cairo_fill(pdf->cairo);
	cairo_restore(pdf->cairo);
	talloc_free(mem);
	return modules > 0;
}

/* ---- pictures ---- */

/* The part of the box in which so much is seen whole, in its middle. */
static struct pdf_box fitted(const struct pdf *pdf, struct pdf_box box, double wide, double high)
{
	double scale = box.wide / wide < box.high / high ? box.wide / wide : box.high / high;
	struct pdf_box in = { 0, box.y + (box.high - high * scale) / 2, wide * scale, high * scale };

	in.x = left_of(pdf, box.x, box.wide) + (box.wide - in.wide) / 2;
	return in;
}

struct reading {
	const unsigned char *at;
	size_t left;
};

static cairo_status_t read_some(void *with, unsigned char *into, unsigned len)
{
	struct reading *r = with;

	if (len > r->left)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(into, r->at, len);
	r->at += len;
	r->left -= len;
	return CAIRO_STATUS_SUCCESS;
}

/* Its bytes stand in the document as they are, and its pixels are never looked at. */
static cairo_surface_t *of_jpeg(const void *bytes, size_t len, unsigned width, unsigned height)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	unsigned char *copy = malloc(len);

	if (!copy)
		abort();
	memcpy(copy, bytes, len);
	if (cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, copy, len, free, copy) != CAIRO_STATUS_SUCCESS)
		free(copy);
	return surface;
}

/* No larger than it can be seen: a page of signatures would else be many megabytes. */
static cairo_surface_t *of_png(const void *bytes, size_t len)
{
	struct reading reading = { bytes, len };
	cairo_surface_t *whole = cairo_image_surface_create_from_png_stream(read_some, &reading), *small;
	double width = cairo_image_surface_get_width(whole), scale = PNG_WIDE / (width > 0 ? width : 1);
	cairo_t *cairo;

	if (cairo_surface_status(whole) != CAIRO_STATUS_SUCCESS || scale >= 1)
		return whole;
	small = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, PNG_WIDE,
					   (int)(cairo_image_surface_get_height(whole) * scale) + 1);
	cairo = cairo_create(small);
	cairo_scale(cairo, scale, scale);
	cairo_set_source_surface(cairo, whole, 0, 0);
	cairo_paint(cairo);
	cairo_destroy(cairo);
	cairo_surface_destroy(whole);
	return small;
}

void pdf_picture(struct pdf *pdf, struct pdf_box box, const void *bytes, size_t len, unsigned width, unsigned height)
{
	bool jpeg = len > 2 && !memcmp(bytes, "\xff\xd8", 2);
	cairo_surface_t *surface = jpeg ? of_jpeg(bytes, len, width, height) : of_png(bytes, len);
	struct pdf_box in;

	if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && cairo_image_surface_get_width(surface) > 0) {
		in = fitted(pdf, box, cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface));
		cairo_save(pdf->cairo);
		cairo_translate(pdf->cairo, in.x, in.y);
		cairo_scale(pdf->cairo, in.wide / cairo_image_surface_get_width(surface),
			    in.high / cairo_image_surface_get_height(surface));
		cairo_set_source_surface(pdf->cairo, surface, 0, 0);
		cairo_paint(pdf->cairo);
		cairo_restore(pdf->cairo);
	}
	cairo_surface_destroy(surface);
}

void pdf_ink(struct pdf *pdf, struct pdf_box box, const double *at, const bool *begins, size_t n)
{
	struct pdf_box in = fitted(pdf, box, 2, 1);

	cairo_save(pdf->cairo);
	cairo_set_source_rgb(pdf->cairo, 0, 0, 0);
	cairo_set_line_width(pdf->cairo, 0.7);
	cairo_set_line_cap(pdf->cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(pdf->cairo, CAIRO_LINE_JOIN_ROUND);
	for (size_t i = 0; i < n; i++)
		(begins[i] ? cairo_move_to : cairo_line_to)(pdf->cairo, in.x + at[2 * i] * in.wide,
							    in.y + at[2 * i + 1] * in.high);
	cairo_stroke(pdf->cairo);
	cairo_restore(pdf->cairo);
}

bool pdf_end(struct pdf *pdf)
{
	cairo_status_t status;

	cairo_surface_finish(cairo_get_target(pdf->cairo));
	status = cairo_status(pdf->cairo);
	return status == CAIRO_STATUS_SUCCESS && !(pdf->out && buf_over(pdf->out));
}

/* ---- what there is no font for ---- */

static char *add_script(char *list, gunichar sign)
{
	guint32 tag = g_unicode_script_to_iso15924(g_unichar_get_script(sign));
	char name[5] = { (char)(tag >> 24), (char)(tag >> 16), (char)(tag >> 8), (char)tag, '\0' };

	if (strstr(list, name))
		return list;
	return talloc_asprintf_append(list, "%s%s", *list ? ", " : "", name);
}

/* A glyph that is missing is asked for by its sign, in a layout of that sign alone. */
static bool has_glyph(PangoContext *context, const char *sign, int len)
{
	PangoLayout *layout = pango_layout_new(context);
	bool has;

	pango_layout_set_text(layout, sign, len);
	has = !pango_layout_get_unknown_glyphs_count(layout);
	g_object_unref(layout);
	return has;
}

char *pdf_scripts_missing(TALLOC_CTX *ctx, char *list, const char *text)
{
	PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
	PangoFontDescription *font = pango_font_description_from_string(FAMILY);

	if (!list)
		list = talloc_strdup(ctx, "");
	pango_context_set_font_description(context, font);
	if (!has_glyph(context, text, (int)strlen(text)))
		for (const char *at = text; *at; at = g_utf8_next_char(at))
			if (g_unichar_isalpha(g_utf8_get_char(at)) &&
			    !has_glyph(context, at, (int)(g_utf8_next_char(at) - at)))
				list = add_script(list, g_utf8_get_char(at));
	pango_font_description_free(font);
	g_object_unref(context);
	return list;
}
