/* libpng, row by row. */
#include "picture/reader.h"
#include <png.h>
#include <setjmp.h>
#include <string.h>

enum { CHUNK_BYTES = 4 << 20, CHUNKS = 64 };

struct png {
	png_structp png;
	png_infop info;
	const uint8_t *at;
	size_t left;
};

static _Noreturn void fail(png_structp png, const char *why)
{
	(void)why;
	png_longjmp(png, 1);
}

static void say_nothing(png_structp png, const char *what)
{
	(void)png;
	(void)what;
}

static void give(png_structp png, png_bytep to, size_t n)
{
	struct png *from = png_get_io_ptr(png);

	if (n > from->left)
		png_error(png, "it ends too soon");
	memcpy(to, from->at, n);
	from->at += n;
	from->left -= n;
}

/* Whatever it is coded as, it comes as RGB or RGBA of a byte each. How many passes over it there are. */
static int open_png(struct png *from)
{
	png_structp png = from->png;
	int passes;

	png_set_read_fn(png, from, give);
	png_set_user_limits(png, PICTURE_SIDE, PICTURE_SIDE);
	png_set_chunk_malloc_max(png, CHUNK_BYTES);
	png_set_chunk_cache_max(png, CHUNKS);
	png_set_benign_errors(png, 1);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION /* or nothing made up would get past the first sum */
	png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
	png_read_info(png, from->info);
	png_set_expand(png);
	png_set_scale_16(png);
	png_set_gray_to_rgb(png);
	passes = png_set_interlace_handling(png);
	png_read_update_info(png, from->info);
	return passes;
}

static bool is_as_looked(const struct png *from, const struct reader *reader)
{
	unsigned channels = png_get_channels(from->png, from->info);

	return png_get_image_width(from->png, from->info) == reader->head.width &&
	       png_get_image_height(from->png, from->info) == reader->head.height && (channels == 3 || channels == 4);
}

/* An interlaced one comes in passes over all of it, which need it in memory. */
static void read_rows(const struct png *from, struct reader *reader, int passes)
{
	unsigned channels = png_get_channels(from->png, from->info), height = reader->head.height;
	size_t row = (size_t)reader->head.width * channels, rows = passes > 1 ? height : 1;
	struct scaler *scaler = reader_begin(reader, reader->head.width, height, channels);
	uint8_t *room = talloc_zero_size(reader->ctx, rows * row);

	if (!room)
		png_error(from->png, "no room");
	for (int pass = 1; pass < passes; pass++)
		for (unsigned y = 0; y < height; y++)
			png_read_row(from->png, room + y * row, NULL);
	for (unsigned y = 0; y < height; y++) {
		uint8_t *at = room + (passes > 1 ? y * row : 0);

		png_read_row(from->png, at, NULL);
		scaler_row(scaler, at);
	}
	png_read_end(from->png, NULL);
}

bool png_read(struct reader *reader)
{
	struct png *from = talloc_zero(reader->ctx, struct png);
	volatile bool good = false;

	from->at = reader->data;
	from->left = reader->size;
	from->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, say_nothing);
	from->info = from->png ? png_create_info_struct(from->png) : NULL;
	if (from->info && !setjmp(png_jmpbuf(from->png))) {
		int passes = open_png(from);

		if (is_as_looked(from, reader)) {
			read_rows(from, reader, passes);
			good = true;
		}
	}
	png_destroy_read_struct(&from->png, &from->info, NULL);
	return good;
}
