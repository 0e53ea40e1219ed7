/* What of a picture is kept: pictures are put together here of their parts, so that it can be said of each whether it stays. */
#include "outside/files.h"
#include "outside/picture.h"
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
		    JFIF),	/* one more */
		ROW(PLACE, ""), /* nothing at all */
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

/* ---- cut off, and worse ---- */

START_TEST(pictures_that_are_cut_off_anywhere_are_borne)
{
	static const char JPEG[] = SOI JFIF EXIF_BIG("\x06") TABLE FRAME SCAN CODED EOI;
	static const char IMAGE[] = PNG IHDR CHUNK("tEXt") CHUNK("IDAT") IEND;

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
	tcase_add_test(tests, pictures_that_are_cut_off_anywhere_are_borne);
	suite_add_tcase(suite, tests);
	return suite;
}
