/* Exif is a TIFF: directories of entries, each with a tag, a type, how many, and where. Three directories are looked into, at most
 * once each, for a time, its offset and a place; every reach is held against how many bytes there are. */
#include "picture/taken.h"
#include "picture/format.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	OF_EXIF = 0x8769, /* where the other directories are */
	OF_PLACE = 0x8825,
	TIME = 0x9003, /* DateTimeOriginal, OffsetTimeOriginal */
	OFFSET = 0x9011,
	NORTH = 1, /* its letter; the degrees stand in the next one */
	EAST = 3,
	TEXT = 2, /* types */
	WHOLE = 4,
	RATIO = 5,
	ENTRY = 12,
	TIME_CHARS = 19,
	OFFSET_CHARS = 6
};

struct tiff {
	const uint8_t *data;
	size_t len;
	bool little;
};

static uint32_t number(const struct tiff *tiff, const uint8_t *bytes, unsigned n)
{
	return tiff->little ? little_endian(bytes, n) : big_endian(bytes, n);
}

/* Where that entry of the directory at `at` has its n values of that type, each so many bytes; NULL: it has none such. */
static const uint8_t *values(const struct tiff *tiff, size_t at, unsigned tag, unsigned type, unsigned n, unsigned size)
{
	size_t entries, place, bytes = (size_t)n * size;

	if (!at || at > tiff->len || tiff->len - at < 2)
		return NULL;
	entries = number(tiff, tiff->data + at, 2);
	for (at += 2; entries > 0 && tiff->len - at >= ENTRY; entries--, at += ENTRY) {
		const uint8_t *entry = tiff->data + at;

		if (number(tiff, entry, 2) != tag)
			continue;
		if (number(tiff, entry + 2, 2) != type || number(tiff, entry + 4, 4) < n)
			return NULL;
		if (bytes <= 4 && number(tiff, entry + 4, 4) * size <= 4)
			return entry + 8;
		place = number(tiff, entry + 8, 4);
		return place <= tiff->len && tiff->len - place >= bytes ? tiff->data + place : NULL;
	}
	return NULL;
}

/* Where a directory begins that another names; 0: nowhere. */
static size_t directory(const struct tiff *tiff, size_t at, unsigned tag)
{
	const uint8_t *value = values(tiff, at, tag, WHOLE, 1, 4);

	return value ? number(tiff, value, 4) : 0;
}

/* "2026:11:25 09:00:00" as it is, or with "+05:45". */
static void read_time(const struct tiff *tiff, size_t exif, struct picture_taken *taken)
{
	const uint8_t *time = values(tiff, exif, TIME, TEXT, TIME_CHARS, 1);
	const uint8_t *offset = values(tiff, exif, OFFSET, TEXT, OFFSET_CHARS, 1);
	char text[TIME_CHARS + OFFSET_CHARS + 1];
	size_t len;

	if (!time)
		return;
	len = (size_t)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.8s", (const char *)time, (const char *)time + 5,
			       (const char *)time + 8, (const char *)time + 11);
	if (clock_parse_wall(text, &taken->at))
		taken->timed = true;
	if (!taken->timed || !offset)
		return;
	memcpy(text + len, offset, OFFSET_CHARS);
	text[len + OFFSET_CHARS] = '\0';
	taken->zoned = clock_parse(text, &taken->at);
}

/* Degrees, minutes and seconds, each a ratio, as degrees. */
static bool read_degrees(const struct tiff *tiff, size_t at, unsigned tag, char minus, double *degrees)
{
	const uint8_t *letter = values(tiff, at, tag, TEXT, 1, 1), *value = values(tiff, at, tag + 1, RATIO, 3, 8);
	double unit = 1;

	if (!letter || !value)
		return false;
	*degrees = 0;
	for (int i = 0; i < 3; i++, value += 8, unit /= 60) {
		uint32_t parts = number(tiff, value + 4, 4);

		if (!parts)
			return false;
		*degrees += unit * number(tiff, value, 4) / parts;
	}
	if (*letter == minus)
		*degrees = -*degrees;
	return true;
}

void picture_taken(const uint8_t *data, size_t size, struct picture_taken *taken)
{
	static picture_exif_fn *const EXIF[PICTURE_KINDS] = {
		[PICTURE_JPEG] = jpeg_exif,
		[PICTURE_PNG] = png_exif,
		[PICTURE_WEBP] = webp_exif,
	};
	picture_exif_fn *exif = EXIF[picture_kind(data, size)];
	struct tiff tiff = { 0 };
	size_t first, place;

	*taken = (struct picture_taken){ 0 };
	tiff.data = exif ? exif(data, data + size, &tiff.len) : NULL;
	if (!tiff.data || tiff.len < 8 || (memcmp(tiff.data, "II*\0", 4) && memcmp(tiff.data, "MM\0*", 4)))
		return;
	tiff.little = tiff.data[0] == 'I';
	first = number(&tiff, tiff.data + 4, 4);
	read_time(&tiff, directory(&tiff, first, OF_EXIF), taken);
	place = directory(&tiff, first, OF_PLACE);
	taken->placed = read_degrees(&tiff, place, NORTH, 'S', &taken->latitude) &&
			read_degrees(&tiff, place, EAST, 'W', &taken->longitude) && fabs(taken->latitude) <= 90 &&
			fabs(taken->longitude) <= 180;
}
