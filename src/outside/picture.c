/* Cameras write beside a picture where and when it was taken, programs write who edited it, and some keep the picture as it was
 * before it was cut. Whoever sends a portrait means none of that. So a copy is made of the parts that are known to draw
 * something; what is not known is left out, and so is what stands behind the picture's end. A decoder is not needed for that,
 * and not run on what strangers send.
 *
 * JPEG: ITU T.81, annex B; JFIF (T.871), ICC.1 annex B.4, Exif 2.32. PNG: the third edition of 2025. */
#include "outside/picture.h"
#include "base/file.h"
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint32_t number(const uint8_t *bytes, int n, bool little)
{
	uint32_t value = 0;

	for (int i = 0; i < n; i++)
		value = value << 8 | bytes[little ? n - 1 - i : i];
	return value;
}

/* ---- JPEG ---- */

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

static bool begins(const uint8_t *data, size_t len, const char *with, size_t n)
{
	return len >= n && !memcmp(data, with, n);
}

/* Frames, tables and scans do; of what programs add, the colours' meaning does. */
static bool draws(uint8_t kind, const uint8_t *data, size_t len)
{
	if (kind == APP2)
		return begins(data, len, "ICC_PROFILE", 12);
	if (kind == APP14)
		return begins(data, len, "Adobe", 5);
	return kind < APP0;
}

/* How Exif says that the picture is to be turned and mirrored, 1 (not at all) to 8; 0: it does not say. */
static unsigned turned(const uint8_t *data, size_t len)
{
	bool little;
	size_t at, n;

	if (!begins(data, len, "Exif\0", 6) || len < 6 + 8)
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
	if (kind == APP0 && begins(at + 2, len - 2, "JFIF", 5) && len >= 2 + JFIF_BYTES) {
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

static void plain_jpeg(const uint8_t *at, const uint8_t *end, FILE *out)
{
	uint8_t kind;

	fwrite("\xff\xd8", 1, 2, out);
	for (at += 2; (kind = next_marker(&at, end)) && kind != EOI;) {
		size_t len;

		if (kind < 0xc0 || (kind >= RST0 && kind <= SOI)) /* it stands alone */
			continue;
		len = end - at < 2 ? 0 : number(at, 2, false);
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

/* ---- PNG ---- */

enum { PNG_HEAD = 8, CHUNK_AROUND = 12 /* length, kind, check sum */ };

static bool is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A capital says that the picture cannot be drawn without. */
static bool draws_chunk(const uint8_t *kind)
{
	static const char DRAW[] = "tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT ";

	if (!(kind[0] & 0x20))
		return true;
	for (const char *one = DRAW; *one; one += 5)
		if (!memcmp(one, kind, 4))
			return true;
	return false;
}

static void plain_png(const uint8_t *at, const uint8_t *end, FILE *out)
{
	bool last = false;

	fwrite(at, 1, PNG_HEAD, out);
	for (at += PNG_HEAD; !last && end - at >= CHUNK_AROUND;) {
		size_t len = (size_t)number(at, 4, false) + CHUNK_AROUND;
		const uint8_t *kind = at + 4;

		if (!is_letter(kind[0]) || !is_letter(kind[1]) || !is_letter(kind[2]) || !is_letter(kind[3]))
			return;
		if (len > (size_t)(end - at)) /* it was cut off here */
			len = (size_t)(end - at);
		if (draws_chunk(kind))
			fwrite(at, 1, len, out);
		last = !memcmp(kind, "IEND", 4);
		at += len;
	}
}

/* ---- both ---- */

/* An open file of what out got, which is closed. */
static int finish(FILE *out, int64_t *bytes)
{
	int fd = -1;

	if (!fflush(out) && !ferror(out)) {
		*bytes = ftello(out);
		fd = *bytes < 0 ? -1 : dup(fileno(out));
	}
	fclose(out);
	return fd;
}

int picture_plain(int fd, int64_t size, int64_t *bytes)
{
	const uint8_t *from = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	int nameless = from == MAP_FAILED ? -1 : open_nameless(NULL);
	FILE *out = nameless < 0 ? NULL : fdopen(nameless, "w+");
	int plain = -1;

	if (out) {
		if (from[0] == 0xff)
			plain_jpeg(from, from + size, out);
		else
			plain_png(from, from + size, out);
		plain = finish(out, bytes);
	} else if (nameless >= 0) {
		close(nameless);
	}
	if (from != MAP_FAILED)
		munmap((void *)(uintptr_t)from, (size_t)size);
	return plain;
}
