/* The size that is wanted is known before anything is decoded, so each format decodes no more than that takes. It is turned and
 * cut when it is small. */
#include "picture/read.h"
#include "picture/reader.h"
#include <string.h>

static reader_fn *const READ[PICTURE_KINDS] = {
	[PICTURE_JPEG] = jpeg_read,
	[PICTURE_PNG] = png_read,
	[PICTURE_WEBP] = webp_read,
	[PICTURE_GIF] = gif_read,
};

/* ---- sizes ---- */

struct size {
	unsigned width, height;
};

static unsigned at_least_1(uint64_t n)
{
	return n ? (unsigned)n : 1;
}

/* The largest part of `whole` in that shape. */
static struct size part_of(struct size whole, struct size shape)
{
	uint64_t across = (uint64_t)whole.width * shape.height, down = (uint64_t)whole.height * shape.width;

	if (!shape.width || !shape.height || across == down)
		return whole;
	if (across > down)
		return (struct size){ at_least_1(down / shape.height), whole.height };
	return (struct size){ whole.width, at_least_1(across / shape.width) };
}

/* So many times `of` as `longest` is of `side`, rounded. */
static unsigned scaled(unsigned of, unsigned longest, unsigned side)
{
	return longest && longest < side ? at_least_1(((uint64_t)of * longest + side / 2) / side) : of;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* ---- on what was decoded ---- */

/* Where a part begins, of so many that are over. */
static size_t begins(unsigned over, enum picture_part part)
{
	return part == PICTURE_START ? 0 : part == PICTURE_END ? over : over / 2;
}

static void cut(struct picture *picture, unsigned width, unsigned height, const struct picture_wish *wish)
{
	size_t pixel = picture->channels, row = (size_t)width * pixel, whole = (size_t)picture->width * pixel;
	const uint8_t *from = picture->pixels + begins(picture->height - height, wish->down) * whole +
			      begins(picture->width - width, wish->across) * pixel;

	for (unsigned y = 0; y < height; y++, from += whole)
		memmove(picture->pixels + y * row, from, row);
	picture->width = width;
	picture->height = height;
}

/* Which pixel, as coded, comes to x, y of the upright picture (Exif 2.32, 4.6.4 A, Orientation). */
static size_t coded_place(const struct picture *coded, unsigned turn, unsigned x, unsigned y)
{
	unsigned right = coded->width - 1, bottom = coded->height - 1, across = turn > 4 ? y : x,
		 down = turn > 4 ? x : y;

	if (turn == 2 || turn == 3 || turn == 7 || turn == 8)
		across = right - across;
	if (turn == 3 || turn == 4 || turn == 6 || turn == 7)
		down = bottom - down;
	return (size_t)down * coded->width + across;
}

static void put_upright(struct picture *picture, unsigned turn)
{
	struct picture coded = *picture;
	uint8_t *to;

	if (turn < 2)
		return;
	if (turn > 4) {
		picture->width = coded.height;
		picture->height = coded.width;
	}
	to = picture->pixels = talloc_size(picture, (size_t)coded.width * coded.height * coded.channels);
	for (unsigned y = 0; y < picture->height; y++)
		for (unsigned x = 0; x < picture->width; x++, to += coded.channels)
			memcpy(to, coded.pixels + coded_place(&coded, turn, x, y) * coded.channels, coded.channels);
	talloc_free(coded.pixels);
}

/* Where nothing shows through, alpha says nothing. */
static void drop_alpha(struct picture *picture)
{
	size_t n = (size_t)picture->width * picture->height;
	uint8_t *pixels = picture->pixels;

	if (picture->channels != 4)
		return;
	for (size_t i = 0; i < n; i++)
		if (pixels[4 * i + 3] != 255)
			return;
	for (size_t i = 0; i < n; i++)
		memmove(pixels + 3 * i, pixels + 4 * i, 3);
	picture->channels = 3;
}

struct picture *picture_read(TALLOC_CTX *ctx, const uint8_t *data, size_t size, const struct picture_wish *wish,
			     enum picture_fault *fault)
{
	struct reader reader = { .data = data, .size = size, .strict = wish->strict };
	struct size shape = { wish->shape_width, wish->shape_height }, part;
	unsigned side, width, height;

	*fault = picture_look(data, size, &reader.head);
	if (*fault != PICTURE_GOOD)
		return NULL;
	if (reader.head.turn > 4)
		shape = (struct size){ shape.height, shape.width };
	part = part_of((struct size){ reader.head.width, reader.head.height }, shape);
	side = part.width > part.height ? part.width : part.height;
	reader.out = talloc_zero(ctx, struct picture);
	reader.out->width = reader.width = scaled(reader.head.width, wish->longest, side);
	reader.out->height = reader.height = scaled(reader.head.height, wish->longest, side);
	reader.ctx = talloc_new(NULL);
	if (!READ[reader.head.kind](&reader) || !reader.out->pixels) {
		*fault = PICTURE_UNREADABLE;
		TALLOC_FREE(reader.out);
	} else {
		width = smaller(scaled(part.width, wish->longest, side), reader.width);
		height = smaller(scaled(part.height, wish->longest, side), reader.height);
		put_upright(reader.out, reader.head.turn);
		if (reader.head.turn > 4)
			cut(reader.out, height, width, wish);
		else
			cut(reader.out, width, height, wish);
		drop_alpha(reader.out);
	}
	talloc_free(reader.ctx);
	return reader.out;
}
