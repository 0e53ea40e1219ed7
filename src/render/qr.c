/* QR codes as SVG and PNG from one matrix. A ticket's code must still scan from a scratched phone in the sun: level M
 * bears 15 % of damage, and the matrix stays small. */
#include "render/qr.h"
#include <png.h>
#include <qrencode.h>
#include <sodium.h>
#include <string.h>

static int code_destroy(QRcode **code)
{
	QRcode_free(*code);
	return 0;
}

/* The matrix, on ctx; NULL when the text is empty or too long. */
static const QRcode *code_make(TALLOC_CTX *ctx, const char *text)
{
	QRcode *made = *text ? QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) : NULL, **held;

	if (!made)
		return NULL;
	held = talloc(ctx, QRcode *);
	*held = made;
	talloc_set_destructor(held, code_destroy);
	return made;
}

/* Is the module dark? x and y count from the quiet zone's corner. */
static bool dark(const QRcode *code, int x, int y)
{
	x -= QR_QUIET;
	y -= QR_QUIET;
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return code->data[y * code->width + x] & 1;
}

int qr_runs(TALLOC_CTX *ctx, const char *text, const struct qr_run **runs, size_t *n)
{
	const QRcode *code = code_make(ctx, text);
	int size = code ? code->width + 2 * QR_QUIET : 0;
	struct qr_run *all = talloc_array(ctx, struct qr_run, (unsigned)(size * size));

	*runs = all;
	*n = 0;
	for (int y = 0; y < size; y++)
		for (int x = 0, end; x < size; x = end + 1) {
			for (end = x; dark(code, end, y); end++)
				;
			if (end > x)
				all[(*n)++] = (struct qr_run){ x, y, end - x };
		}
	return size;
}

bool qr_svg(struct buf *out, const char *text)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const struct qr_run *runs;
	size_t n;
	int size = qr_runs(mem, text, &runs, &n);

	if (size) {
		buf_printf(out,
			   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
			   "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
			   "<path fill=\"#000\" d=\"",
			   size, size, size, size);
		/* A run of dark modules is one step of the path, so the file stays small. */
		for (size_t i = 0; i < n; i++)
			buf_printf(out, "M%d %dh%dv1h-%dz", runs[i].x, runs[i].y, runs[i].n, runs[i].n);
		buf_text(out, "\"/></svg>");
	}
	talloc_free(mem);
	return size && !buf_over(out);
}

static void png_to_buf(png_structp png, png_bytep bytes, size_t len)
{
	buf_add(png_get_io_ptr(png), bytes, len);
}

static void png_flushed(png_structp png)
{
	(void)png;
}

/* One row of pixels of the module row y: a set bit is white. */
static void pixel_row(unsigned char *row, size_t row_len, const QRcode *code, int y, int size, unsigned scale)
{
	size_t pixel = 0;

	memset(row, 0xFF, row_len);
	for (int x = 0; x < size; x++)
		for (unsigned i = 0; i < scale; i++, pixel++)
			if (dark(code, x, y))
				row[pixel / 8] &= (unsigned char)~(0x80U >> (pixel % 8));
}

/* libpng leaves by longjmp on an error: nothing that changes after setjmp is used behind it. */
static bool write_png(png_structp png, png_infop info, const QRcode *code, unsigned scale, unsigned char *row,
		      size_t row_len)
{
	int size = code->width + 2 * QR_QUIET;

	if (setjmp(png_jmpbuf(png)))
		return false;
	png_set_IHDR(png, info, (unsigned)size * scale, (unsigned)size * scale, 1, PNG_COLOR_TYPE_GRAY,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int y = 0; y < size; y++) {
		pixel_row(row, row_len, code, y, size, scale);
		for (unsigned i = 0; i < scale; i++)
			png_write_row(png, row);
	}
	png_write_end(png, NULL);
	return true;
}

bool qr_png(struct buf *out, const char *text, unsigned scale)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const QRcode *code = scale >= 1 && scale <= 64 ? code_make(mem, text) : NULL;
	png_structp png = code ? png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL) : NULL;
	png_infop info = png ? png_create_info_struct(png) : NULL;
	bool good = false;
	size_t row_len;

	if (info) {
		row_len = ((size_t)(code->width + 2 * QR_QUIET) * scale + 7) / 8;
		png_set_write_fn(png, out, png_to_buf, png_flushed);
		good = write_png(png, info, code, scale, talloc_size(mem, row_len), row_len);
	}
	png_destroy_write_struct(&png, &info);
	talloc_free(mem);
	return good && !buf_over(out);
}

bool qr_data_uri(struct buf *out, const char *text, unsigned scale)
{
	struct buf *png = buf_new(NULL, 1024 * 1024);
	bool good = qr_png(png, text, scale);
	char *base64;
	size_t size;

	if (good) {
		size = sodium_base64_encoded_len(png->len, sodium_base64_VARIANT_ORIGINAL);
		base64 = talloc_size(png, size);
		sodium_bin2base64(base64, size, (unsigned char *)png->data, png->len, sodium_base64_VARIANT_ORIGINAL);
		buf_text(out, "data:image/png;base64,");
		buf_text(out, base64);
	}
	talloc_free(png);
	return good && !buf_over(out);
}
