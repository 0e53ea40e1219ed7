/* What is written is small, so it is made in memory first: the libraries then have one way to fail less. */
#include "picture/write.h"
#include "base/file.h"
#include <jpeglib.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>

/* What was made, of malloc(). */
struct made {
	uint8_t *bytes;
	size_t len;
};

/* ---- JPEG ---- */

struct jpeg {
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	jmp_buf failed;
	unsigned char *bytes;
	unsigned long len;
};

static _Noreturn void fail_jpeg(j_common_ptr info)
{
	longjmp(((struct jpeg *)info->client_data)->failed, 1);
}

static void on_white(const uint8_t *from, uint8_t *to, unsigned width)
{
	for (unsigned x = 0; x < width; x++, from += 4, to += 3)
		for (int c = 0; c < 3; c++)
			to[c] = (uint8_t)((from[c] * from[3] + 255 * (255 - from[3]) + 127) / 255);
}

static void write_rows(struct jpeg *jpeg, const struct picture *picture, int quality, uint8_t *row)
{
	jpeg_create_compress(&jpeg->info);
	jpeg_mem_dest(&jpeg->info, &jpeg->bytes, &jpeg->len);
	jpeg->info.image_width = picture->width;
	jpeg->info.image_height = picture->height;
	jpeg->info.input_components = 3;
	jpeg->info.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg->info);
	jpeg_set_quality(&jpeg->info, quality, TRUE);
	jpeg->info.optimize_coding = TRUE;
	jpeg_start_compress(&jpeg->info, TRUE);
	for (unsigned y = 0; y < picture->height; y++) {
		const uint8_t *from = picture->pixels + (size_t)y * picture->width * picture->channels;

		if (picture->channels == 4)
			on_white(from, row, picture->width);
		else
			memcpy(row, from, (size_t)picture->width * 3);
		jpeg_write_scanlines(&jpeg->info, &row, 1);
	}
	jpeg_finish_compress(&jpeg->info);
}

static bool make_jpeg(const struct picture *picture, int quality, struct made *made)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct jpeg *jpeg = talloc_zero(ctx, struct jpeg);
	uint8_t *row = talloc_array(ctx, uint8_t, picture->width * 3);
	volatile bool good = false;

	jpeg->info.err = jpeg_std_error(&jpeg->errors);
	jpeg->errors.error_exit = fail_jpeg;
	jpeg->info.client_data = jpeg;
	if (!setjmp(jpeg->failed)) {
		write_rows(jpeg, picture, quality, row);
		good = true;
	}
	*made = (struct made){ jpeg->bytes, jpeg->len };
	jpeg_destroy_compress(&jpeg->info);
	talloc_free(ctx);
	return good;
}

/* ---- PNG ---- */

static _Noreturn void fail_png(png_structp png, const char *why)
{
	(void)why;
	png_longjmp(png, 1);
}

static void keep(png_structp png, png_bytep bytes, size_t n)
{
	struct made *made = png_get_io_ptr(png);
	uint8_t *more = realloc(made->bytes, made->len + n);

	if (!more)
		png_error(png, "no room");
	memcpy(more + made->len, bytes, n);
	made->bytes = more;
	made->len += n;
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

static bool make_png(const struct picture *picture, int quality, struct made *made)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail_png, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	volatile bool good = false;

	(void)quality;
	if (info && !setjmp(png_jmpbuf(png))) {
		png_set_write_fn(png, made, keep, flush_nothing);
		png_set_IHDR(png, info, picture->width, picture->height, 8,
			     picture->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
			     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
		png_write_info(png, info);
		for (unsigned y = 0; y < picture->height; y++)
			png_write_row(png, picture->pixels + (size_t)y * picture->width * picture->channels);
		png_write_end(png, NULL);
		good = true;
	}
	png_destroy_write_struct(&png, &info);
	return good;
}

/* ---- WebP ---- */

static bool make_webp(const struct picture *picture, int quality, struct made *made)
{
	int width = (int)picture->width, height = (int)picture->height, row = width * (int)picture->channels;
	uint8_t *out = NULL;

	made->len = picture->channels == 4 ? WebPEncodeRGBA(picture->pixels, width, height, row, (float)quality, &out)
					   : WebPEncodeRGB(picture->pixels, width, height, row, (float)quality, &out);
	made->bytes = out;
	return made->len > 0;
}

/* ---- all ---- */

static bool (*const MAKE[PICTURE_KINDS])(const struct picture *picture, int quality, struct made *made) = {
	[PICTURE_JPEG] = make_jpeg,
	[PICTURE_PNG] = make_png,
	[PICTURE_WEBP] = make_webp,
};

bool picture_write(int fd, const struct picture *picture, enum picture_kind *kind, int quality, int64_t *bytes)
{
	struct made made = { NULL, 0 };
	bool good;

	if (*kind == PICTURE_NONE)
		*kind = picture->channels == 4 ? PICTURE_PNG : PICTURE_JPEG;
	good = *kind < PICTURE_KINDS && MAKE[*kind] && MAKE[*kind](picture, quality, &made) &&
	       write_all(fd, made.bytes, made.len);
	*bytes = (int64_t)made.len;
	free(made.bytes);
	return good;
}
