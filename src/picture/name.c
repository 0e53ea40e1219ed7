/* Pango sets the name and cairo draws it, for names are written in every script. */
#include "picture/name.h"
#include "picture/write.h"
#include <pango/pangocairo.h>

#define FAMILY "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew, sans-serif"

enum { RGB = 3, MARGIN = 20, CAPTION = 18, LEAST = 12 };

/* A text in the middle of a box, on one line where it can be; its letters shrink until it fits. */
static void set(cairo_t *cairo, const char *text, double top, double wide, double high, int size, int slant)
{
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	PangoFontDescription *font = pango_font_description_from_string(FAMILY);
	int tall;

	pango_font_description_set_style(font, slant ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_width(layout, (int)(wide * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	pango_layout_set_text(layout, text, -1);
	do {
		pango_font_description_set_absolute_size(font, (double)size * PANGO_SCALE);
		pango_layout_set_font_description(layout, font);
		pango_layout_get_pixel_size(layout, NULL, &tall);
	} while (tall > high && (size = size * 9 / 10) > LEAST);
	cairo_move_to(cairo, MARGIN, top + (high - tall) / 2);
	pango_cairo_show_layout(cairo, layout);
	pango_font_description_free(font);
	g_object_unref(layout);
}

static void draw(cairo_t *cairo, const char *name, const char *caption, double width, double height)
{
	const double wide = width - 2 * MARGIN, line = height - 3.0 * MARGIN;

	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	set(cairo, name, MARGIN, wide, line - 2.0 * MARGIN, 84, 1);
	cairo_rectangle(cairo, MARGIN, line, wide, 1);
	cairo_fill(cairo);
	set(cairo, caption, line, wide, height - line, CAPTION, 0);
}

/* Of cairo's pixels, which are 32 bits each, the three that are colours. */
static void copy(cairo_surface_t *from, struct picture *to)
{
	const unsigned char *data = cairo_image_surface_get_data(from);
	const size_t stride = (size_t)cairo_image_surface_get_stride(from);

	for (size_t y = 0; y < to->height; y++)
		for (size_t x = 0; x < to->width; x++) {
			const uint32_t one = *(const uint32_t *)(const void *)(data + y * stride + x * 4);
			uint8_t *pixel = to->pixels + (y * to->width + x) * RGB;

			pixel[0] = (uint8_t)(one >> 16);
			pixel[1] = (uint8_t)(one >> 8);
			pixel[2] = (uint8_t)one;
		}
}

bool name_draw(int fd, const char *name, const char *caption, unsigned width, unsigned height, int64_t *bytes)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	cairo_t *cairo = cairo_create(surface);
	struct picture *picture = talloc_zero(NULL, struct picture);
	enum picture_kind kind = PICTURE_PNG;
	bool good = cairo_status(cairo) == CAIRO_STATUS_SUCCESS;

	if (good) {
		draw(cairo, name, caption, width, height);
		cairo_surface_flush(surface);
		*picture = (struct picture){ .width = width, .height = height, .channels = RGB };
		picture->pixels = talloc_array(picture, uint8_t, width * height * RGB);
		copy(surface, picture);
		good = picture_write(fd, picture, &kind, 0, bytes);
	}
	talloc_free(picture);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	return good;
}
