/* PNG: the third edition of 2025, which has the ones that move too. */
#include "picture/format.h"
#include <string.h>

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

/* How many it shows one after the other is counted, for what it says itself may be wrong. */
bool png_look(const uint8_t *at, const uint8_t *end, struct picture_head *head)
{
	unsigned frames = 0;

	head->width = big_endian(at + 16, 4);
	head->height = big_endian(at + 20, 4);
	for (at += PNG_HEAD; end - at >= CHUNK_AROUND;) {
		size_t len = (size_t)big_endian(at, 4) + CHUNK_AROUND;

		if (!memcmp(at + 4, "IEND", 4))
			break;
		if (!memcmp(at + 4, "fcTL", 4))
			frames++;
		at += len < (size_t)(end - at) ? len : (size_t)(end - at);
	}
	if (frames > 1)
		head->frames = frames;
	return true;
}

const uint8_t *png_exif(const uint8_t *at, const uint8_t *end, size_t *len)
{
	for (at += PNG_HEAD; end - at >= CHUNK_AROUND;) {
		size_t chunk = (size_t)big_endian(at, 4) + CHUNK_AROUND;

		if (chunk > (size_t)(end - at) || !memcmp(at + 4, "IEND", 4))
			return NULL;
		if (!memcmp(at + 4, "eXIf", 4)) {
			*len = chunk - CHUNK_AROUND;
			return exif_body(at + 8, len);
		}
		at += chunk;
	}
	return NULL;
}

void png_plain(const uint8_t *at, const uint8_t *end, FILE *out)
{
	static const char END[] = "\0\0\0\0IEND\xae\x42\x60\x82";
	bool last = false;

	fwrite(at, 1, PNG_HEAD, out);
	for (at += PNG_HEAD; !last && end - at >= CHUNK_AROUND;) {
		size_t len = (size_t)big_endian(at, 4) + CHUNK_AROUND;
		const uint8_t *kind = at + 4;

		if (!is_letter(kind[0]) || !is_letter(kind[1]) || !is_letter(kind[2]) || !is_letter(kind[3]))
			return;
		if (len > (size_t)(end - at)) /* it was cut off here */
			len = (size_t)(end - at);
		last = !memcmp(kind, "IEND", 4);
		if (last && len > CHUNK_AROUND) /* nothing is in it */
			fwrite(END, 1, CHUNK_AROUND, out);
		else if (draws_chunk(kind))
			fwrite(at, 1, len, out);
		at += len;
	}
}
