/* Pictures decoded: made here by the libraries, or byte by byte, and read as they are wanted. */
#include "picture/plain.h"
#include "picture/read.h"
#include "picture/scale.h"
#include "picture/write.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *picture_read_suite(void);

enum { ROOM = 1 << 20, NEAR = 12 /* what a JPEG may be off by */ };

static TALLOC_CTX *ctx;
static uint8_t bytes[ROOM];

static void setup(void)
{
	ctx = talloc_new(NULL);
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* Its quarters red, green, blue and white (or, with 4 channels, nothing), from the upper left as one reads. */
static struct picture *quarters(unsigned width, unsigned height, unsigned channels)
{
	static const uint8_t COLOUR[4][4] = {
		{ 255, 0, 0, 255 }, { 0, 255, 0, 255 }, { 0, 0, 255, 255 }, { 255, 255, 255, 0 }
	};
	struct picture *picture = talloc_zero(ctx, struct picture);
	uint8_t *at;

	*picture = (struct picture){ width, height, channels, talloc_size(picture, (size_t)width * height * channels) };
	at = picture->pixels;
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++, at += channels)
			memcpy(at, COLOUR[(y >= height / 2) * 2 + (x >= width / 2)], channels);
	return picture;
}

/* What it is as a file, in bytes[]. */
static size_t written(const struct picture *picture, enum picture_kind kind)
{
	FILE *file = tmpfile();
	int64_t n = -1;

	ck_assert(picture_write(fileno(file), picture, &kind, 90, &n));
	ck_assert_int_le(n, ROOM);
	ck_assert_int_eq(pread(fileno(file), bytes, ROOM, 0), n);
	fclose(file);
	return (size_t)n;
}

static struct picture *read_so(size_t n, struct picture_wish wish)
{
	enum picture_fault fault;

	return picture_read(ctx, bytes, n, &wish, &fault);
}

static bool near(const struct picture *picture, unsigned x, unsigned y, const char *rgb)
{
	const uint8_t *pixel = picture->pixels + ((size_t)y * picture->width + x) * picture->channels;

	for (int c = 0; c < 3; c++)
		if (abs((int)pixel[c] - (int)(uint8_t)rgb[c]) > NEAR)
			return false;
	return true;
}

#define RED "\xff\0\0"
#define GREEN "\0\xff\0"
#define BLUE "\0\0\xff"
#define WHITE "\xff\xff\xff"

/* The colours at a quarter and three quarters of each side, as one reads. */
static bool shows(const struct picture *picture, const char *a, const char *b, const char *c, const char *d)
{
	unsigned left = picture->width / 4, right = picture->width * 3 / 4, top = picture->height / 4,
		 bottom = picture->height * 3 / 4;

	return near(picture, left, top, a) && near(picture, right, top, b) && near(picture, left, bottom, c) &&
	       near(picture, right, bottom, d);
}

START_TEST(each_kind_is_read_as_small_as_it_is_wanted)
{
	static const enum picture_kind KINDS[] = { PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP };
	static const unsigned SIDES[] = { 1, 7, 64, 160, 319, 320, 639, 640, 1000, 0 };

	for (size_t k = 0; k < 3; k++) {
		size_t n = written(quarters(640, 480, 3), KINDS[k]);

		for (size_t i = 0; i < sizeof SIDES / sizeof *SIDES; i++) {
			unsigned side = SIDES[i], width = side && side < 640 ? side : 640;
			struct picture *small = read_so(n, (struct picture_wish){ .longest = side, .strict = true });

			ck_assert_msg(small && small->channels == 3 && small->width == width, "%zu %u", k, side);
			ck_assert_uint_eq(small->height, side == 1 ? 1 : (480 * width + 320) / 640);
			if (side == 0 || side > 60)
				ck_assert_msg(shows(small, RED, GREEN, BLUE, WHITE), "%zu %u", k, side);
		}
	}
}
END_TEST

START_TEST(what_shows_through_does_when_it_is_small)
{
	static const enum picture_kind KINDS[] = { PICTURE_PNG, PICTURE_WEBP };

	for (size_t k = 0; k < 2; k++) {
		size_t n = written(quarters(200, 100, 4), KINDS[k]);
		struct picture *small = read_so(n, (struct picture_wish){ .longest = 100 });

		ck_assert(small && small->channels == 4 && small->width == 100 && small->height == 50);
		ck_assert_int_ge(small->pixels[3], 250);
		ck_assert_int_le(small->pixels[((size_t)40 * 100 + 80) * 4 + 3], 5);
		/* In a JPEG white is behind it. */
		n = written(small, PICTURE_JPEG);
		small = read_so(n, (struct picture_wish){ .longest = 0 });
		ck_assert(small && small->channels == 3 && near(small, 80, 40, WHITE));
		/* Where nothing shows through, alpha is not kept. */
		small = read_so(written(quarters(20, 20, 4), PICTURE_PNG),
				(struct picture_wish){ .shape_width = 1, .shape_height = 1 });
		ck_assert(small && small->channels == 4);
	}
}
END_TEST

START_TEST(the_middle_is_cut_out)
{
	size_t n = written(quarters(640, 480, 3), PICTURE_PNG);
	struct picture *cut = read_so(n, (struct picture_wish){ .longest = 120, .shape_width = 1, .shape_height = 1 });

	ck_assert(cut && cut->width == 120 && cut->height == 120 && shows(cut, RED, GREEN, BLUE, WHITE));
	cut = read_so(n, (struct picture_wish){ .longest = 320, .shape_width = 16, .shape_height = 9 });
	ck_assert(cut && cut->width == 320 && cut->height == 180 && shows(cut, RED, GREEN, BLUE, WHITE));
	cut = read_so(n, (struct picture_wish){ .shape_width = 1, .shape_height = 1000 });
	ck_assert(cut && cut->width == 1 && cut->height == 480);
}
END_TEST

/* A JPEG with Exif's word for it behind its first two bytes. */
static size_t turned(size_t n, char how)
{
	char exif[] = "\xff\xe1\0\x22"
		      "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0?\0\0\0\0\0";
	size_t len = sizeof exif;

	exif[29] = how;
	memmove(bytes + 2 + len, bytes + 2, n - 2);
	memcpy(bytes + 2, exif, len);
	return n + len;
}

START_TEST(it_is_turned_upright)
{
	/* Of the coded corners, as one reads, what is seen there (Exif 2.32, figure of Orientation). */
	static const char *const SEEN[9][4] = {
		[1] = { RED, GREEN, BLUE, WHITE }, [2] = { GREEN, RED, WHITE, BLUE }, [3] = { WHITE, BLUE, GREEN, RED },
		[4] = { BLUE, WHITE, RED, GREEN }, [5] = { RED, BLUE, GREEN, WHITE }, [6] = { BLUE, RED, WHITE, GREEN },
		[7] = { WHITE, GREEN, BLUE, RED }, [8] = { GREEN, WHITE, RED, BLUE },
	};

	for (int how = 1; how <= 8; how++) {
		size_t n = turned(written(quarters(160, 80, 3), PICTURE_JPEG), (char)how);
		struct picture *small = read_so(n, (struct picture_wish){ .longest = 80 });

		ck_assert_ptr_nonnull(small);
		ck_assert_msg(small->width == (how > 4 ? 40u : 80u) && small->height == (how > 4 ? 80u : 40u), "%d",
			      how);
		ck_assert_msg(shows(small, SEEN[how][0], SEEN[how][1], SEEN[how][2], SEEN[how][3]), "%d", how);
		small = read_so(n, (struct picture_wish){ .longest = 40, .shape_width = 4, .shape_height = 3 });
		ck_assert_msg(small->width == 40 && small->height == 30, "%d: %u %u", how, small->width, small->height);
	}
}
END_TEST

/* 160 by 80, a colour a quarter: a bar of a quarter's width, or height, is of one side alone. */
START_TEST(the_part_that_is_wanted_is_cut_out)
{
	struct picture_wish tall = { .longest = 40, .shape_width = 1, .shape_height = 2 },
			    wide = { .longest = 40, .shape_width = 8, .shape_height = 1 };

	for (int how = 1; how <= 8; how++) {
		size_t n = turned(written(quarters(160, 80, 3), PICTURE_JPEG), (char)how);
		struct picture *whole = read_so(n, (struct picture_wish){ .longest = 0 });
		const char *corner[4] = { RED, RED, RED, RED };
		unsigned x[2] = { whole->width / 4, whole->width * 3 / 4 },
			 y[2] = { whole->height / 4, whole->height * 3 / 4 };

		for (int i = 0; i < 4; i++)
			for (int c = 0; c < 4; c++) {
				static const char *const COLOURS[] = { RED, GREEN, BLUE, WHITE };

				if (near(whole, x[i % 2], y[i / 2], COLOURS[c]))
					corner[i] = COLOURS[c];
			}
		/* Upright it is wide, or tall: the bar goes along its short side, to one of the two ends. */
		for (int end = 0; end < 2; end++) {
			struct picture_wish wish = whole->width > whole->height ? tall : wide;
			struct picture *part;

			wish.across = wish.down = end ? PICTURE_END : PICTURE_START;
			part = read_so(n, wish);
			ck_assert_ptr_nonnull(part);
			if (whole->width > whole->height)
				ck_assert_msg(near(part, part->width / 2, part->height / 4, corner[end]) &&
						      near(part, part->width / 2, part->height * 3 / 4,
							   corner[2 + end]),
					      "%d %d", how, end);
			else
				ck_assert_msg(near(part, part->width / 4, part->height / 2, corner[2 * end]) &&
						      near(part, part->width * 3 / 4, part->height / 2,
							   corner[2 * end + 1]),
					      "%d %d", how, end);
		}
	}
}
END_TEST

/* ---- GIF: its codes a byte each, for none ever means more than one pixel ---- */

static size_t put(size_t n, const void *what, size_t len)
{
	memcpy(bytes + n, what, len);
	return n + len;
}

/* 128 colours, of which 0 to 3 are those of quarters(), and 4 shows through; a screen of 16 by 16, the picture at left, top. */
static size_t gif(uint8_t left, uint8_t top, uint8_t width, uint8_t height, bool interlaced)
{
	const uint8_t screen[] = { 'G', 'I', 'F', '8', '9', 'a', 16, 0, 16, 0, 0xf6, 0, 0 };
	const uint8_t control[] = { 0x21, 0xf9, 4, 1, 0, 0, 4, 0 };
	const uint8_t image[] = { ',', left, 0, top, 0, width, 0, height, 0, interlaced ? 0x40 : 0, 7 };
	uint8_t colours[3 * 128] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255 };
	size_t n = put(0, screen, sizeof screen);

	n = put(n, colours, sizeof colours);
	n = put(n, control, sizeof control);
	n = put(n, image, sizeof image);
	for (unsigned pass = interlaced ? 0 : 4; pass < 5; pass++) {
		static const unsigned FIRST[] = { 0, 4, 2, 1, 0 }, STEP[] = { 8, 8, 4, 2, 1 };

		for (unsigned y = FIRST[pass]; y < height && !(interlaced && pass == 4); y += STEP[pass]) {
			bytes[n++] = (uint8_t)(1 + width);
			bytes[n++] = 128; /* forget */
			for (unsigned x = 0; x < width; x++)
				bytes[n++] = (uint8_t)((y >= height / 2u) * 2 + (x >= width / 2u));
		}
	}
	return put(n, "\1\x81\0;", 4);
}

START_TEST(a_gif_is_its_first_picture)
{
	struct picture *seen;

	for (int interlaced = 0; interlaced < 2; interlaced++) {
		seen = read_so(gif(0, 0, 16, 16, interlaced), (struct picture_wish){ .longest = 0 });
		ck_assert(seen && seen->channels == 3 && seen->width == 16 && seen->height == 16);
		ck_assert(shows(seen, RED, GREEN, BLUE, WHITE));
	}
	/* What it does not cover shows through. */
	seen = read_so(gif(8, 4, 8, 8, false), (struct picture_wish){ .longest = 0 });
	ck_assert(seen && seen->channels == 4 && seen->pixels[3] == 0);
	ck_assert(near(seen, 9, 5, RED) && near(seen, 14, 10, WHITE) && seen->pixels[(16 * 4 + 8) * 4 + 3] == 255);
	ck_assert_ptr_null(read_so(gif(0, 0, 16, 16, false) - 100, (struct picture_wish){ .longest = 8 }));
}
END_TEST

/* ---- damaged ---- */

START_TEST(a_jpeg_that_ends_too_soon_is_grey_below_but_not_to_who_is_strict)
{
	size_t n = written(quarters(640, 480, 3), PICTURE_JPEG) * 6 / 10;
	struct picture *seen = read_so(n, (struct picture_wish){ .longest = 320 });

	ck_assert(seen && near(seen, 80, 60, RED));
	ck_assert_ptr_null(read_so(n, (struct picture_wish){ .longest = 320, .strict = true }));
}
END_TEST

START_TEST(what_is_damaged_is_told)
{
	static const enum picture_kind KINDS[] = { PICTURE_PNG, PICTURE_WEBP };

	for (size_t k = 0; k < 2; k++) {
		size_t n = written(quarters(640, 480, 4), KINDS[k]);
		enum picture_fault fault = PICTURE_GOOD;

		ck_assert_ptr_null(picture_read(ctx, bytes, n / 2, &(struct picture_wish){ .longest = 320 }, &fault));
		ck_assert_int_eq(fault, PICTURE_UNREADABLE);
	}
	ck_assert_ptr_null(
		read_so((size_t)sprintf((char *)bytes, "\xff\xd8\xff\xc0%c%c%c%c%c%c%c", 0, 8, 8, 0, 9, 0, 9),
			(struct picture_wish){ .longest = 320 }));
}
END_TEST

/* Each single byte of each kind changed: whatever comes of it, it ends. */
START_TEST(any_byte_may_be_wrong)
{
	static const enum picture_kind KINDS[] = { PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP, PICTURE_GIF };

	for (size_t k = 0; k < 4; k++) {
		size_t n = KINDS[k] == PICTURE_GIF ? gif(2, 2, 8, 8, true) : written(quarters(24, 16, 4), KINDS[k]);

		for (size_t i = 0; i < n; i++)
			for (int bit = 1; bit < 256; bit <<= 3) {
				bytes[i] ^= (uint8_t)bit;
				talloc_free(read_so(n, (struct picture_wish){ .longest = 8 }));
				bytes[i] ^= (uint8_t)bit;
			}
	}
}
END_TEST

START_TEST(a_new_pixel_is_the_mean_of_what_it_stands_for)
{
	/* 3 by 2 to 2 by 1: one and a half of each row. */
	static const uint8_t ROWS[2][9] = { { 0, 0, 0, 60, 0, 0, 120, 0, 255 }, { 30, 0, 0, 90, 0, 0, 150, 0, 255 } };
	uint8_t out[6];
	struct scaler *scaler = scaler_new(ctx, 3, 2, 2, 1, 3, out);

	scaler_row(scaler, ROWS[0]);
	scaler_row(scaler, ROWS[1]);
	scaler_row(scaler, ROWS[1]); /* there is none to come */
	/* (2·0 + 60 + 2·30 + 90) / 6 and (60 + 2·120 + 90 + 2·150) / 6 */
	ck_assert_int_eq(out[0], 35);
	ck_assert_int_eq(out[3], 115);
	ck_assert_int_eq(out[5], 170);
}
END_TEST

Suite *picture_read_suite(void)
{
	Suite *suite = suite_create("picture_read");
	TCase *tests = tcase_create("picture_read");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, each_kind_is_read_as_small_as_it_is_wanted);
	tcase_add_test(tests, what_shows_through_does_when_it_is_small);
	tcase_add_test(tests, the_middle_is_cut_out);
	tcase_add_test(tests, it_is_turned_upright);
	tcase_add_test(tests, the_part_that_is_wanted_is_cut_out);
	tcase_add_test(tests, a_gif_is_its_first_picture);
	tcase_add_test(tests, a_jpeg_that_ends_too_soon_is_grey_below_but_not_to_who_is_strict);
	tcase_add_test(tests, what_is_damaged_is_told);
	tcase_add_test(tests, any_byte_may_be_wrong);
	tcase_add_test(tests, a_new_pixel_is_the_mean_of_what_it_stands_for);
	suite_add_tcase(suite, tests);
	return suite;
}
