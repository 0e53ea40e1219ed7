/* JPEG: ITU T.81, annex B; JFIF (T.871), ICC.1 annex B.4, Exif 2.32. */
#include "picture/format.h"
#include <string.h>

static uint32_t number(const uint8_t *bytes, unsigned n, bool little)
{
	return little ? little_endian(bytes, n) : big_endian(bytes, n);
}

enum {
	RST0 = 0xd0,
	RST7 = 0xd7,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	APP0 = 0xe0,
	APP1 = 0xe1,
	APP2 = 0xe2,
	APP14 = 0xee,
	JFIF_BYTES = 12, /* without its thumbnail, and how large that is */
	TURNED = 0x0112	 /* Exif's tag */
};

/* Frames, tables and scans do; of what programs add, the colours' meaning does. */
static bool draws(uint8_t kind, const uint8_t *data, size_t len)
{
	if (kind == APP2)
		return bytes_begin(data, len, "ICC_PROFILE", 12);
	if (kind == APP14)
		return BEGINS(data, len, "Adobe");
	return kind < APP0;
}

/* How Exif says that the picture is to be turned and mirrored, 1 (not at all) to 8; 0: it does not say. */
static unsigned turned(const uint8_t *data, size_t len)
{
	bool little;
	size_t at, n;

	if (!bytes_begin(data, len, "Exif\0", 6) || len < 6 + 8)
		return 0;
	data += 6;
	len -= 6;
	little = data[0] == 'I';
	at = number(data + 4, 4, little);
	if (at > len || len - at < 2)
		return 0;
	n = number(data + at, 2, little);
	for (at += 2; n > 0 && at + 12 <= len; n--, at += 12)
		if (number(data + at, 2, little) == TURNED)
			return number(data + at + 8, 2, little) <= 8 ? number(data + at + 8, 2, little) : 0;
	return 0;
}

/* Exif that says nothing else. */
static void put_turned(FILE *out, unsigned how)
{
	static const char BEFORE[] = "\xff\xe1\0\x22"
				     "Exif\0\0"
				     "MM\0\x2a\0\0\0\x08"
				     "\0\x01\x01\x12\0\x03\0\0\0\x01\0";

	fwrite(BEFORE, 1, sizeof BEFORE - 1, out);
	fputc((int)how, out);
	fwrite("\0\0\0\0\0", 1, 6, out);
}

/* A segment whose length and data stand at `at`. */
static void put_segment(FILE *out, uint8_t kind, const uint8_t *at, size_t len)
{
	if (kind == APP0 && bytes_begin(at + 2, len - 2, "JFIF", 5) && len >= 2 + JFIF_BYTES) {
		fwrite("\xff\xe0\0\x10", 1, 4, out);
		fwrite(at + 2, 1, JFIF_BYTES, out);
		fwrite("\0", 1, 2, out);
	} else if (kind == APP1 && turned(at + 2, len - 2) > 1) {
		put_turned(out, turned(at + 2, len - 2));
	} else if (draws(kind, at + 2, len - 2)) {
		fputc(0xff, out);
		fputc(kind, out);
		fwrite(at, 1, len, out);
	}
}

/* Where the coded picture that begins at `at` ends: at the next marker that is none of its own. */
static const uint8_t *scan_end(const uint8_t *at, const uint8_t *end)
{
	while (at < end && (at = memchr(at, 0xff, (size_t)(end - at))) && at + 1 < end) {
		if (at[1] != 0 && at[1] != 0xff && (at[1] < RST0 || at[1] > RST7))
			return at;
		at++;
	}
	return end;
}

/* The kind of the marker at or behind *at, which then stands behind it; 0: there is none any more. What stands before a marker
 * and is no segment is nothing. */
static uint8_t next_marker(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *p = *at;
	uint8_t kind = 0;

	while (!kind && (p = memchr(p, 0xff, (size_t)(end - p)))) {
		while (p < end && *p == 0xff)
			p++;
		if (p == end)
			return 0;
		kind = *p++;
	}
	if (kind)
		*at = p;
	return kind;
}

/* Nothing of its own follows. */
static bool stands_alone(uint8_t kind)
{
	return kind < 0xc0 || (kind >= RST0 && kind <= SOI);
}

/* Those that begin a frame, T.81 table B.1. */
static bool begins_frame(uint8_t kind)
{
	return kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 && kind != 0xcc;
}

/* A segment before the first scan: its kind, and what is in it. */
struct segment {
	uint8_t kind;
	const uint8_t *data;
	size_t len;
};

/* The one at or behind *at, which then stands behind it. False: there is none any more, or it is not whole. */
static bool next_segment(const uint8_t **at, const uint8_t *end, struct segment *segment)
{
	while ((segment->kind = next_marker(at, end)) && segment->kind != EOI && segment->kind != SOS) {
		size_t len;

		if (stands_alone(segment->kind))
			continue;
		len = end - *at < 2 ? 0 : big_endian(*at, 2);
		if (len < 2 || len > (size_t)(end - *at))
			return false;
		segment->data = *at + 2;
		segment->len = len - 2;
		*at += len;
		return true;
	}
	return false;
}

/* Its first frame is the picture. */
bool jpeg_look(const uint8_t *at, const uint8_t *end, struct picture_head *head)
{
	struct segment segment;

	for (at += 2; next_segment(&at, end, &segment);) {
		if (segment.kind == APP1 && head->turn == 1 && turned(segment.data, segment.len) > 1)
			head->turn = turned(segment.data, segment.len);
		if (begins_frame(segment.kind)) {
			if (segment.len < 6)
				return false;
			head->height = big_endian(segment.data + 1, 2);
			head->width = big_endian(segment.data + 3, 2);
			return true;
		}
	}
	return false;
}

const uint8_t *jpeg_exif(const uint8_t *at, const uint8_t *end, size_t *len)
{
	struct segment segment;

	for (at += 2; next_segment(&at, end, &segment);)
		if (segment.kind == APP1 && bytes_begin(segment.data, segment.len, "Exif\0", 6)) {
			*len = segment.len;
			return exif_body(segment.data, len);
		}
	return NULL;
}

void jpeg_plain(const uint8_t *at, const uint8_t *end, FILE *out)
{
	uint8_t kind;

	fwrite("\xff\xd8", 1, 2, out);
	for (at += 2; (kind = next_marker(&at, end)) && kind != EOI;) {
		size_t len;

		if (stands_alone(kind))
			continue;
		len = end - at < 2 ? 0 : big_endian(at, 2);
		if (len < 2 || len > (size_t)(end - at))
			return;
		put_segment(out, kind, at, len);
		at += len;
		if (kind == SOS) {
			const uint8_t *from = at;

			at = scan_end(at, end);
			fwrite(from, 1, (size_t)(at - from), out);
		}
	}
	if (kind == EOI)
		fwrite("\xff\xd9", 1, 2, out);
}
