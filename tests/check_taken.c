/* When and where a camera says that it took a picture; what a picture is known by; and lines that become one. */
#include "picture/ink.h"
#include "picture/likeness.h"
#include "picture/taken.h"
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

Suite *taken_suite(void);

/* A TIFF, big-endian: at 8 a directory that names the one at 38 (Exif: time, offset) and the one at 68 (place); what they mean stands
 * behind them, from 122 on. */
#define TIFF(time, offset, north, east)                                                                                \
	"MM\0\x2a\0\0\0\x08"                                                                                           \
	"\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x26\x88\x25\0\x04\0\0\0\x01\0\0\0\x44\0\0\0\0"                           \
	"\0\x02\x90\x03\0\x02\0\0\0\x14\0\0\0\x7a\x90\x11\0\x02\0\0\0\x07\0\0\0\x8e\0\0\0\0"                           \
	"\0\x04\0\x01\0\x02\0\0\0\x02" north "\0\0\0\0\x02\0\x05\0\0\0\x03\0\0\0\x95\0\x03\0\x02\0\0\0\x02" east       \
	"\0\0\0\0\x04\0\x05\0\0\0\x03\0\0\0\xad\0\0\0\0" time "\0" offset "\0"                                         \
	"\0\0\0\x1b\0\0\0\1\0\0\0\x1e\0\0\0\1\0\0\0\x24\0\0\0\1"                                                       \
	"\0\0\0\x55\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1"
#define NOON "2026:11:25 12:00:00"
static const char HERE[] = TIFF(NOON, "+05:45", "N", "E"), THERE[] = TIFF(NOON, "      ", "S", "W");

struct bytes {
	size_t n;
	uint8_t at[400];
};

static void add(struct bytes *to, const void *from, size_t n)
{
	memcpy(to->at + to->n, from, n);
	to->n += n;
}
#define ADD(to, literal) add(to, literal, sizeof(literal) - 1)

static struct bytes jpeg(const char *tiff, size_t n)
{
	struct bytes out = { 0 };
	const uint8_t len[] = { 0, (uint8_t)(n + 8) };

	ADD(&out, "\xff\xd8\xff\xe1");
	add(&out, len, 2);
	ADD(&out, "Exif\0\0");
	add(&out, tiff, n);
	ADD(&out, "\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0");
	return out;
}

static struct bytes png(const char *tiff, size_t n)
{
	struct bytes out = { 0 };
	const uint8_t len[] = { 0, 0, 0, (uint8_t)n };

	ADD(&out, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\2\0\0\0\0\0\0\0");
	add(&out, len, 4);
	ADD(&out, "eXIf");
	add(&out, tiff, n);
	ADD(&out, "\0\0\0\0\0\0\0\0IEND\0\0\0\0");
	return out;
}

static struct bytes webp(const char *tiff, size_t n)
{
	struct bytes out = { 0 };
	const uint8_t len[] = { (uint8_t)n, 0, 0, 0 };

	ADD(&out, "RIFF\0\1\0\0WEBPVP8X\x0a\0\0\0\x08\0\0\0\xff\0\0\xff\0\0EXIF");
	add(&out, len, 4);
	add(&out, tiff, n);
	return out;
}

START_TEST(time_and_place_are_read_of_each_kind)
{
	struct bytes (*const KINDS[])(const char *tiff, size_t n) = { jpeg, png, webp };
	ms_t noon;

	ck_assert(clock_parse("2026-11-25T12:00:00Z", &noon));
	for (int i = 0; i < 3; i++) {
		struct bytes here = KINDS[i](HERE, sizeof HERE - 1), there = KINDS[i](THERE, sizeof THERE - 1);
		struct picture_taken taken;

		picture_taken(here.at, here.n, &taken);
		ck_assert_msg(taken.timed && taken.zoned && taken.placed, "%d: %d %d %d", i, taken.timed, taken.zoned,
			      taken.placed);
		ck_assert_int_eq(taken.at, noon - (5 * 60 + 45) * MS_MINUTE);
		ck_assert_double_eq_tol(taken.latitude, 27.51, 1e-9);
		ck_assert_double_eq_tol(taken.longitude, 85, 1e-9);
		picture_taken(there.at, there.n, &taken);
		ck_assert(taken.timed && !taken.zoned && taken.placed);
		ck_assert_int_eq(taken.at, noon);
		ck_assert_double_eq_tol(taken.latitude, -27.51, 1e-9);
		ck_assert_double_eq_tol(taken.longitude, -85, 1e-9);
	}
}
END_TEST

/* Each byte of it is changed, and it is cut off after each. Nothing more is read than there is (the build with sanitizers asks it), and what
 * is said is on earth. */
START_TEST(what_is_broken_is_borne)
{
	for (size_t i = 0; i < 2 * sizeof HERE - 2; i++) {
		struct bytes whole = jpeg(HERE, sizeof HERE - 1);
		struct picture_taken taken;
		uint8_t *alone;

		if (i % 2)
			whole.n -= i / 2;
		else
			whole.at[12 + i / 2] ^= 0xff;
		alone = talloc_memdup(NULL, whole.at, whole.n);
		picture_taken(alone, whole.n, &taken);
		ck_assert(!taken.placed || (taken.latitude <= 90 && taken.longitude <= 180));
		talloc_free(alone);
	}
}
END_TEST

START_TEST(what_is_none_says_nothing)
{
	static const char TEXT[] = "no picture, but a text that is long enough to have held one";
	struct bytes nowhen = jpeg(TIFF("2026:13:45 12:00:00", "+05:45", "N", "E"), sizeof HERE - 1);
	struct picture_taken taken;

	picture_taken((const uint8_t *)TEXT, sizeof TEXT - 1, &taken);
	ck_assert(!taken.timed && !taken.placed);
	picture_taken(nowhen.at, nowhen.n, &taken);
	ck_assert(!taken.timed && taken.placed);
}
END_TEST

START_TEST(telephones_pictures_are_told_by_their_brand)
{
	ck_assert(picture_is_heic((const uint8_t *)"\0\0\0\x18"
						   "ftypheic\0\0\0\0",
				  16));
	ck_assert(!picture_is_heic((const uint8_t *)"\0\0\0\x18"
						    "ftypisom\0\0\0\0",
				   16));
	ck_assert(!picture_is_heic((const uint8_t *)"\0\0\0\x18"
						    "ftyphe",
				   10));
}
END_TEST

/* ---- likeness ---- */

static struct picture *painted(unsigned width, unsigned height, unsigned (*light)(double x, double y))
{
	struct picture *picture = talloc_zero(NULL, struct picture);

	*picture = (struct picture){ .width = width, .height = height, .channels = 3 };
	picture->pixels = talloc_array(picture, uint8_t, width * height * 3);
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++)
			memset(picture->pixels + (y * width + x) * 3, (int)light((double)x / width, (double)y / height),
			       3);
	return picture;
}

static unsigned brightening(double x, double y)
{
	(void)y;
	return (unsigned)(200 * x);
}

static unsigned darkening(double x, double y)
{
	return 200 - brightening(x, y);
}

static unsigned blobs(double x, double y)
{
	return (unsigned)(x * 7 + y * 5) % 2 ? 220 : 30;
}

START_TEST(a_copy_is_known_whatever_its_size)
{
	struct picture *up = painted(90, 80, brightening), *down = painted(90, 80, darkening);
	struct picture *one = painted(900, 600, blobs), *other = painted(300, 200, blobs), *point;

	ck_assert_uint_eq(likeness_hash(up), UINT64_MAX);
	ck_assert_uint_eq(likeness_hash(down), 0);
	ck_assert_int_le(__builtin_popcountll(likeness_hash(one) ^ likeness_hash(other)), 5);
	ck_assert_int_gt(__builtin_popcountll(likeness_hash(one) ^ likeness_hash(up)), 15);
	point = painted(1, 1, blobs);
	likeness_hash(point);
	talloc_free(up);
	talloc_free(down);
	talloc_free(one);
	talloc_free(other);
	talloc_free(point);
}
END_TEST

START_TEST(ink_is_counted)
{
	struct picture *white = painted(100, 100, blobs);

	memset(white->pixels, 255, 30000);
	ck_assert_uint_eq(likeness_ink(white), 0);
	memset(white->pixels, 0, 30);
	ck_assert_uint_eq(likeness_ink(white), 1000);
	talloc_free(white);
}
END_TEST

START_TEST(lines_become_a_picture)
{
	static const double AT[] = { 0, 0, 1, 0, 0, 1, 1, 1 };
	static const bool BEGINS[] = { true, false, true, false };
	struct picture_wish wish = { 0 };
	enum picture_fault fault;
	struct picture *picture;
	int64_t bytes = 0;
	int fd = memfd_create("ink", 0);
	void *data;

	ck_assert(ink_draw(fd, AT, BEGINS, 4, 60, 30, &bytes));
	data = mmap(NULL, (size_t)bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(data, MAP_FAILED);
	picture = picture_read(NULL, data, (size_t)bytes, &wish, &fault);
	ck_assert_ptr_nonnull(picture);
	ck_assert(picture->width == 60 && picture->height == 30);
	/* Two lines along its edges, half of each of which is outside, and nothing between them. */
	ck_assert_uint_eq(likeness_ink(picture), 4 * 1000000 / 30);
	talloc_free(picture);
	munmap(data, (size_t)bytes);
	close(fd);
}
END_TEST

Suite *taken_suite(void)
{
	Suite *suite = suite_create("taken");
	TCase *tests = tcase_create("taken");

	tcase_add_test(tests, time_and_place_are_read_of_each_kind);
	tcase_add_test(tests, what_is_broken_is_borne);
	tcase_add_test(tests, what_is_none_says_nothing);
	tcase_add_test(tests, telephones_pictures_are_told_by_their_brand);
	tcase_add_test(tests, a_copy_is_known_whatever_its_size);
	tcase_add_test(tests, ink_is_counted);
	tcase_add_test(tests, lines_become_a_picture);
	suite_add_tcase(suite, tests);
	return suite;
}
