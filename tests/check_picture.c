/* What a picture's head says, and what of a picture is kept: pictures are put together here of their parts, so that it can be said
 * of each whether it stays. */
#include "picture/head.h"
#include "picture/plain.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *picture_suite(void);

enum { ROOM = 4096 };

struct bytes {
	size_t n;
	uint8_t at[ROOM];
};

static void add(struct bytes *to, const void *from, size_t n)
{
	ck_assert_uint_le(to->n + n, ROOM);
	memcpy(to->at + to->n, from, n);
	to->n += n;
}

#define ADD(to, literal) add(to, literal, sizeof(literal) - 1)

/* What picture_plain() makes of it. */
static struct bytes plain(const struct bytes *of)
{
	struct bytes out = { 0 };
	FILE *file = tmpfile();
	int64_t size = -1;
	int fd;

	ck_assert_uint_eq(fwrite(of->at, 1, of->n, file), of->n);
	ck_assert_int_eq(fflush(file), 0);
	fd = picture_plain(fileno(file), (int64_t)of->n, &size);
	ck_assert_int_ge(fd, 0);
	out.n = (size_t)pread(fd, out.at, ROOM, 0);
	ck_assert_int_eq((int64_t)out.n, size);
	close(fd);
	fclose(file);
	return out;
}

static void is(const struct bytes *a, const struct bytes *b, int line)
{
	ck_assert_msg(a->n == b->n && !memcmp(a->at, b->at, a->n), "line %d: %zu and %zu bytes", line, a->n, b->n);
}

/* ---- JPEG ---- */

#define SOI "\xff\xd8"
#define JFIF "\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x48\0\x48\0\0"
#define ICC "\xff\xe2\0\x10ICC_PROFILE\0\x01\x01"
#define ADOBE                                                                                                          \
	"\xff\xee\0\x0e"                                                                                               \
	"Adobe\0\x64\0\0\0\0\x01"
#define TABLE "\xff\xdb\0\x05\0\x01\x02"
#define FRAME "\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0"
#define SCAN "\xff\xda\0\x08\x01\x01\0\0\x3f\0"
/* With a stuffed byte, a restart and a fill byte in it. */
#define CODED "abc\xff\0def\xff\xd0ghi"
#define EOI "\xff\xd9"
/* Of both byte orders: a directory of two entries, the second of which turns it by that; and where it was. */
#define PLACE "N 52 30 59"
#define EXIF_BIG(how)                                                                                                  \
	"\xff\xe1\0\x38"                                                                                               \
	"Exif\0\0"                                                                                                     \
	"MM\0\x2a\0\0\0\x08"                                                                                           \
	"\0\x02"                                                                                                       \
	"\x01\x0f\0\x02\0\0\0\x04"                                                                                     \
	"Cam\0"                                                                                                        \
	"\x01\x12\0\x03\0\0\0\x01\0" how "\0\0"                                                                        \
	"\0\0\0\0" PLACE
#define EXIF_LITTLE(how)                                                                                               \
	"\xff\xe1\0\x38"                                                                                               \
	"Exif\0\0"                                                                                                     \
	"II\x2a\0\x08\0\0\0"                                                                                           \
	"\x02\0"                                                                                                       \
	"\x0f\x01\x02\0\x04\0\0\0"                                                                                     \
	"Cam\0"                                                                                                        \
	"\x12\x01\x03\0\x01\0\0\0" how "\0\0\0"                                                                        \
	"\0\0\0\0" PLACE
#define TURNED(how)                                                                                                    \
	"\xff\xe1\0\x22"                                                                                               \
	"Exif\0\0"                                                                                                     \
	"MM\0\x2a\0\0\0\x08"                                                                                           \
	"\0\x01"                                                                                                       \
	"\x01\x12\0\x03\0\0\0\x01\0" how "\0\0"                                                                        \
	"\0\0\0\0"

START_TEST(what_draws_a_jpeg_stays_byte_by_byte)
{
	struct bytes whole = { 0 }, progressive = { 0 }, out;

	ADD(&whole, SOI JFIF ICC ADOBE TABLE FRAME SCAN CODED EOI);
	out = plain(&whole);
	is(&out, &whole, __LINE__);
	/* Several scans with tables between, each of which ends where the next marker stands. */
	ADD(&progressive, SOI TABLE "\xff\xc2\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0" SCAN CODED TABLE SCAN CODED
				    "\xff\xff\xff" SCAN CODED EOI);
	out = plain(&progressive);
	is(&out, &progressive, __LINE__);
}
END_TEST

START_TEST(what_was_written_beside_a_jpeg_goes)
{
	static const struct {
		int line;
		const char *beside;
		size_t n;
		const char *stays;
		size_t n_stays;
	} CASES[] = {
#define ROW(beside, stays) { __LINE__, beside, sizeof(beside) - 1, stays, sizeof(stays) - 1 }
		ROW(EXIF_BIG("\x01"), ""),
		ROW(EXIF_BIG("\x06"), TURNED("\x06")),
		ROW(EXIF_LITTLE("\x08"), TURNED("\x08")),
		ROW(EXIF_BIG("\x09"), ""), /* no such turn */
		ROW("\xff\xe1\0\x0c"
		    "Exif\0\0" PLACE,
		    ""), /* cut off */
		ROW("\xff\xe1\0\x14"
		    "Exif\0\0"
		    "MM\0\x2a\xff\xff\xff\xff"
		    "1234",
		    ""), /* its directory is nowhere */
		ROW("\xff\xe1\0\x0c"
		    "http://ns\0",
		    ""), /* XMP */
		ROW("\xff\xe2\0\x0c"
		    "MPF\0"
		    "123456",
		    ""),			 /* other pictures */
		ROW("\xff\xed\0\x0c" PLACE, ""), /* IPTC */
		ROW("\xff\xeb\0\x0c" PLACE, ""), /* who made it */
		ROW("\xff\xfe\0\x0c" PLACE, ""), /* a comment */
		ROW("\xff\xe0\0\x0c"
		    "JFXX\0"
		    "12345",
		    ""), /* a thumbnail */
		ROW("\xff\xe0\0\x13JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01"
		    "RGB",
		    JFIF),			 /* one more */
		ROW("\xff\xfe\0\x02" PLACE, ""), /* nothing at all */
#undef ROW
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct bytes picture = { 0 }, expected = { 0 }, out;

		ADD(&picture, SOI);
		add(&picture, CASES[i].beside, CASES[i].n);
		ADD(&picture, TABLE FRAME SCAN CODED EOI PLACE);
		ADD(&expected, SOI);
		add(&expected, CASES[i].stays, CASES[i].n_stays);
		ADD(&expected, TABLE FRAME SCAN CODED EOI);
		out = plain(&picture);
		is(&out, &expected, CASES[i].line);
	}
}
END_TEST

/* ---- PNG ---- */

#define PNG "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\0\0\0\0sum!"
#define CHUNK(kind)                                                                                                    \
	"\0\0\0\x04" kind "data"                                                                                       \
	"sum!"
#define IEND                                                                                                           \
	"\0\0\0\0IEND"                                                                                                 \
	"sum!"

START_TEST(what_draws_a_png_stays_byte_by_byte)
{
	struct bytes whole = { 0 }, out;

	ADD(&whole, PNG IHDR CHUNK("iCCP") CHUNK("gAMA") CHUNK("PLTE") CHUNK("tRNS") CHUNK("pHYs") CHUNK("acTL")
			    CHUNK("IDAT") CHUNK("fdAT") CHUNK("IDAT") IEND);
	out = plain(&whole);
	is(&out, &whole, __LINE__);
}
END_TEST

START_TEST(what_was_written_beside_a_png_goes)
{
	struct bytes picture = { 0 }, expected = { 0 }, out;

	ADD(&picture, PNG IHDR CHUNK("eXIf") CHUNK("tEXt") CHUNK("zTXt") CHUNK("iTXt") CHUNK("tIME") CHUNK("caBX")
			      CHUNK("iDOT") CHUNK("IDAT") CHUNK("tEXt") IEND PLACE);
	ADD(&expected, PNG IHDR CHUNK("IDAT") IEND);
	out = plain(&picture);
	is(&out, &expected, __LINE__);
}
END_TEST

/* ---- WebP ---- */

#define RIFF(size) "RIFF" size "WEBP"
#define VP8 "VP8 \x0a\0\0\0\x10\0\0\x9d\x01\x2a\x40\x01\xf0\0" /* 320 by 240 */
#define VP8L "VP8L\x05\0\0\0\x2f\x3f\xc1\x3b\0\0"
#define VP8X(flags) "VP8X\x0a\0\0\0" flags "\0\0\0\x3f\x01\0\xef\0\0"
#define SIDE(kind)                                                                                                     \
	kind "\x04\0\0\0"                                                                                              \
	     "GPS!"
#define ODD(kind)                                                                                                      \
	kind "\x03\0\0\0"                                                                                              \
	     "odd\0"
#define ANMF(size, more) "ANMF" size "\0\0\0\0\0\0\x3f\x01\0\xef\0\0\x64\0\0\0" more VP8

START_TEST(what_draws_a_webp_stays_byte_by_byte)
{
	struct bytes simple = { 0 }, extended = { 0 }, moving = { 0 }, out;

	ADD(&simple, RIFF("\x16\0\0\0") VP8);
	out = plain(&simple);
	is(&out, &simple, __LINE__);
	ADD(&extended, RIFF("\x40\0\0\0") VP8X("\x30") ODD("ICCP") ODD("ALPH") VP8);
	out = plain(&extended);
	is(&out, &extended, __LINE__);
	ADD(&moving, RIFF("\x4e\0\0\0") VP8X("\x02") "ANIM\x06\0\0\0\0\0\0\0\0\0" ANMF("\x22\0\0\0", ""));
	out = plain(&moving);
	is(&out, &moving, __LINE__);
}
END_TEST

START_TEST(what_was_written_beside_a_webp_goes)
{
	struct bytes picture = { 0 }, expected = { 0 }, moving = { 0 }, out;

	ADD(&picture, RIFF("\x4c\0\0\0") VP8X("\x1c") VP8 SIDE("EXIF") SIDE("XMP ") SIDE("JUNK") PLACE);
	ADD(&expected, RIFF("\x28\0\0\0") VP8X("\x10") VP8);
	out = plain(&picture);
	is(&out, &expected, __LINE__);
	/* In a frame too. */
	ADD(&moving, RIFF("\x58\0\0\0") VP8X("\x0a") ANMF("\x2e\0\0\0", SIDE("XMP ")) SIDE("XMP ") PLACE);
	expected.n = 0;
	ADD(&expected, RIFF("\x40\0\0\0") VP8X("\x02") ANMF("\x22\0\0\0", ""));
	out = plain(&moving);
	is(&out, &expected, __LINE__);
}
END_TEST

/* ---- GIF ---- */

#define SCREEN "GIF89a\x08\0\x08\0\x80\0\0\xff\xff\xff\0\0\0" /* with two colours */
#define CONTROL(delay) "\x21\xf9\x04\x01" delay "\0\0\0"
#define LOOP                                                                                                           \
	"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0"                                                                          \
	"\0"
#define PICTURE                                                                                                        \
	",\0\0\0\0\x08\0\x08\0\0\x02"                                                                                  \
	"\x05"                                                                                                         \
	"abcde"                                                                                                        \
	"\x01"                                                                                                         \
	"f\0"
#define TRAILER ";"

START_TEST(what_draws_a_gif_stays_byte_by_byte)
{
	struct bytes whole = { 0 }, out;

	ADD(&whole, SCREEN LOOP CONTROL("\x05") PICTURE CONTROL("\x06") PICTURE TRAILER);
	out = plain(&whole);
	is(&out, &whole, __LINE__);
}
END_TEST

START_TEST(what_was_written_beside_a_gif_goes)
{
	static const char XMP[] = "\x21\xff\x0bXMP DataXMP\x05" PLACE;
	struct bytes picture = { 0 }, expected = { 0 }, out;

	ADD(&picture, SCREEN);
	add(&picture, XMP, 14 + 1 + 5);
	ADD(&picture, "\0");
	ADD(&picture, "\x21\xfe\x05"
		      "N 52 "
		      "\0" LOOP CONTROL("\x07") "\x21\x01\x05"
						"texts"
						"\0" CONTROL("\x05") PICTURE TRAILER PLACE);
	ADD(&expected, SCREEN LOOP CONTROL("\x05") PICTURE TRAILER);
	out = plain(&picture);
	is(&out, &expected, __LINE__);
}
END_TEST

/* ---- heads ---- */

static enum picture_fault look(const void *bytes, size_t n, struct picture_head *head)
{
	return picture_look(bytes, n, head);
}

#define LOOK(literal, head) look(literal, sizeof(literal) - 1, head)

START_TEST(heads_say_kind_size_frames_and_turn)
{
	struct picture_head head;

	ck_assert_int_eq(LOOK(SOI JFIF EXIF_LITTLE("\x06") TABLE "\xff\xc2\0\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\0",
			      &head),
			 PICTURE_GOOD);
	ck_assert(head.kind == PICTURE_JPEG && head.width == 640 && head.height == 480 && head.turn == 6);
	ck_assert_int_eq(LOOK(PNG IHDR CHUNK("fcTL") CHUNK("IDAT") CHUNK("fcTL") CHUNK("fdAT") IEND, &head),
			 PICTURE_GOOD);
	ck_assert(head.kind == PICTURE_PNG && head.width == 8 && head.height == 8 && head.frames == 2 &&
		  head.turn == 1);
	ck_assert_int_eq(LOOK(RIFF("\x16\0\0\0") VP8, &head), PICTURE_GOOD);
	ck_assert(head.kind == PICTURE_WEBP && head.width == 320 && head.height == 240 && head.frames == 1);
	ck_assert_int_eq(LOOK(RIFF("\x12\0\0\0") VP8L, &head), PICTURE_GOOD);
	ck_assert(head.width == 320 && head.height == 240);
	ck_assert_int_eq(LOOK(RIFF("\x40\0\0\0") VP8X("\x02") ANMF("\x22\0\0\0", ""), &head), PICTURE_GOOD);
	ck_assert(head.width == 320 && head.height == 240 && head.frames == 1);
	ck_assert_int_eq(LOOK(SCREEN LOOP CONTROL("\x05") PICTURE CONTROL("\x06") PICTURE TRAILER, &head),
			 PICTURE_GOOD);
	ck_assert(head.kind == PICTURE_GIF && head.width == 8 && head.height == 8 && head.frames == 2);
}
END_TEST

START_TEST(pictures_have_bounds)
{
	struct picture_head head;
	struct bytes gif = { 0 };

	ck_assert_int_eq(LOOK(PNG "\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\0\0\0\0sum!", &head), PICTURE_TOO_LARGE);
	ck_assert(head.width == 20000 && head.height == 20000);
	ck_assert_int_eq(LOOK(PNG "\0\0\0\rIHDR\0\0\x40\0\0\0\0\x01\x08\0\0\0\0sum!", &head), PICTURE_GOOD);
	ck_assert_int_eq(LOOK(PNG "\0\0\0\rIHDR\0\0\x40\x01\0\0\0\x01\x08\0\0\0\0sum!", &head), PICTURE_TOO_LARGE);
	ck_assert_int_eq(LOOK(PNG "\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\0\0\0\0sum!", &head),
			 PICTURE_TOO_LARGE);
	ck_assert_int_eq(LOOK(SOI "\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\x01\x11\0", &head), PICTURE_TOO_LARGE);
	ck_assert_int_eq(LOOK(RIFF("\x16\0\0\0") "VP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff", &head),
			 PICTURE_TOO_LARGE);
	ck_assert_int_eq(LOOK("GIF89a\xff\xff\xff\xff\0\0\0" PICTURE, &head), PICTURE_TOO_LARGE);
	/* A picture that lies beside the screen makes it as large. */
	ck_assert_int_eq(LOOK(SCREEN ",\xff\xff\0\0\x08\0\x08\0\0\x02\x01"
				     "a\0",
			      &head),
			 PICTURE_TOO_LARGE);
	ADD(&gif, SCREEN);
	for (int i = 0; i <= PICTURE_FRAMES; i++) {
		ck_assert_int_eq(look(gif.at, gif.n, &head), i ? PICTURE_GOOD : PICTURE_WRONG_KIND);
		if (gif.n + 13 <= ROOM)
			ADD(&gif, ",\0\0\0\0\x01\0\x01\0\0\x02\0");
	}
}
END_TEST

START_TEST(too_many_frames_are_too_large)
{
	static char bytes[sizeof SCREEN + 12 * (PICTURE_FRAMES + 1)] = SCREEN;
	struct picture_head head;
	size_t n = sizeof SCREEN - 1;

	for (int i = 1; i <= PICTURE_FRAMES + 1; i++, n += 12)
		memcpy(bytes + n, ",\0\0\0\0\x01\0\x01\0\0\x02\0", 12);
	ck_assert_int_eq(look(bytes, n, &head), PICTURE_TOO_LARGE);
	ck_assert_int_eq(look(bytes, n - 12, &head), PICTURE_GOOD);
}
END_TEST

START_TEST(what_is_no_picture_is_none)
{
	struct picture_head head;

	ck_assert_int_eq(LOOK("<svg xmlns='http://www.w3.org/2000/svg'/>", &head), PICTURE_WRONG_KIND);
	ck_assert_int_eq(LOOK("GIF89a, it says, and means nothing by it", &head), PICTURE_WRONG_KIND);
	ck_assert_int_eq(LOOK(SOI TABLE SCAN CODED EOI FRAME, &head),
			 PICTURE_WRONG_KIND); /* no frame before its scan */
	ck_assert_int_eq(LOOK(SOI "\xff\xc0\0\x0b\x08\0\0\0\x08\x01\x01\x11\0", &head),
			 PICTURE_WRONG_KIND); /* no height */
	ck_assert_int_eq(LOOK(SOI "\xff\xc0\0\x04\x08\0", &head), PICTURE_WRONG_KIND);
	ck_assert_int_eq(LOOK(RIFF("\x16\0\0\0") "VP8 \x0a\0\0\0\0\0\0\0\0\0\0\0\0\0", &head), PICTURE_WRONG_KIND);
	ck_assert_int_eq(LOOK("RIFF\x16\0\0\0WAVEfmt and so on and on", &head), PICTURE_WRONG_KIND);
	ck_assert_int_eq(look("", 0, &head), PICTURE_WRONG_KIND);
}
END_TEST

/* ---- cut off, and worse ---- */

START_TEST(pictures_that_are_cut_off_anywhere_are_borne)
{
	static const char JPEG[] = SOI JFIF EXIF_BIG("\x06") TABLE FRAME SCAN CODED EOI;
	static const char IMAGE[] = PNG IHDR CHUNK("tEXt") CHUNK("IDAT") IEND;
	static const char WEBP[] =
		RIFF("\x78\0\0\0") VP8X("\x1c") SIDE("EXIF") ANMF("\x2e\0\0\0", SIDE("XMP ")) SIDE("XMP ");
	static const char MOVING[] = SCREEN "\x21\xfe\x05"
					    "N 52 "
					    "\0" LOOP CONTROL("\x05") PICTURE TRAILER;

	for (size_t n = 3; n < sizeof JPEG; n++) {
		struct bytes part = { 0 }, out;

		add(&part, JPEG, n);
		out = plain(&part);
		ck_assert_uint_le(out.n, part.n);
		ck_assert_ptr_null(memmem(out.at, out.n, PLACE, 5));
	}
	for (size_t n = 24; n < sizeof IMAGE; n++) {
		struct bytes part = { 0 }, out;

		add(&part, IMAGE, n);
		out = plain(&part);
		ck_assert_uint_le(out.n, part.n);
		ck_assert_ptr_null(memmem(out.at, out.n, "tEXt", 4));
	}
	for (size_t n = 20; n < sizeof WEBP; n++) {
		struct bytes part = { 0 }, out;

		add(&part, WEBP, n);
		out = plain(&part);
		ck_assert_uint_le(out.n, part.n + 1); /* made even */
		ck_assert_ptr_null(memmem(out.at, out.n, "GPS!", 4));
	}
	for (size_t n = 13; n < sizeof MOVING; n++) {
		struct bytes part = { 0 }, out;

		add(&part, MOVING, n);
		out = plain(&part);
		ck_assert_uint_le(out.n, part.n + 1); /* its end */
		ck_assert_ptr_null(memmem(out.at, out.n, "N 52", 4));
	}
}
END_TEST

Suite *picture_suite(void)
{
	Suite *suite = suite_create("picture");
	TCase *tests = tcase_create("picture");

	tcase_add_test(tests, what_draws_a_jpeg_stays_byte_by_byte);
	tcase_add_test(tests, what_was_written_beside_a_jpeg_goes);
	tcase_add_test(tests, what_draws_a_png_stays_byte_by_byte);
	tcase_add_test(tests, what_was_written_beside_a_png_goes);
	tcase_add_test(tests, what_draws_a_webp_stays_byte_by_byte);
	tcase_add_test(tests, what_was_written_beside_a_webp_goes);
	tcase_add_test(tests, what_draws_a_gif_stays_byte_by_byte);
	tcase_add_test(tests, what_was_written_beside_a_gif_goes);
	tcase_add_test(tests, heads_say_kind_size_frames_and_turn);
	tcase_add_test(tests, pictures_have_bounds);
	tcase_add_test(tests, too_many_frames_are_too_large);
	tcase_add_test(tests, what_is_no_picture_is_none);
	tcase_add_test(tests, pictures_that_are_cut_off_anywhere_are_borne);
	suite_add_tcase(suite, tests);
	return suite;
}
