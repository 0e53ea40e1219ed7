/* WebP: RFC 9649. A list of chunks in a RIFF, each a kind, its length and as many bytes, padded to an even number. */
#include "picture/format.h"
#include <string.h>

enum {
	RIFF_HEAD = 12,
	CHUNK_HEAD = 8,
	FRAME_HEAD = 16, /* of an ANMF, before the chunks in it */
	HAS_XMP = 0x04,	 /* VP8X says so */
	HAS_EXIF = 0x08
};

struct chunk {
	const uint8_t *kind, *data;
	size_t len;
};

/* The chunk at *at, which then stands behind it; one that is cut off is as long as it goes. False: there is none any more. */
static bool next_chunk(const uint8_t **at, const uint8_t *end, struct chunk *chunk)
{
	size_t left = (size_t)(end - *at);

	if (left < CHUNK_HEAD)
		return false;
	left -= CHUNK_HEAD;
	*chunk = (struct chunk){ *at, *at + CHUNK_HEAD, little_endian(*at + 4, 4) };
	if (chunk->len > left)
		chunk->len = left;
	*at = chunk->data + chunk->len;
	if (chunk->len % 2 && *at < end)
		++*at;
	return true;
}

/* Where the chunks begin and, as the RIFF says, end. */
static const uint8_t *chunks_of(const uint8_t *at, const uint8_t **end)
{
	size_t says = little_endian(at + 4, 4), left = (size_t)(*end - at) - CHUNK_HEAD;

	if (says < left && says >= RIFF_HEAD - CHUNK_HEAD)
		*end = at + CHUNK_HEAD + says;
	return at + RIFF_HEAD;
}

static bool is(const struct chunk *chunk, const char *kind)
{
	return !memcmp(chunk->kind, kind, 4);
}

/* ---- the head ---- */

static void look_at_chunk(const struct chunk *chunk, struct picture_head *head)
{
	const uint8_t *data = chunk->data;

	if (is(chunk, "VP8X") && chunk->len >= 10) {
		head->width = little_endian(data + 4, 3) + 1;
		head->height = little_endian(data + 7, 3) + 1;
	} else if (is(chunk, "VP8 ") && chunk->len >= 10 && !memcmp(data + 3, "\x9d\x01\x2a", 3)) {
		head->width = little_endian(data + 6, 2) & 0x3fff;
		head->height = little_endian(data + 8, 2) & 0x3fff;
	} else if (is(chunk, "VP8L") && chunk->len >= 5 && data[0] == 0x2f) {
		head->width = (little_endian(data + 1, 4) & 0x3fff) + 1;
		head->height = (little_endian(data + 1, 4) >> 14 & 0x3fff) + 1;
	}
}

bool webp_look(const uint8_t *at, const uint8_t *end, struct picture_head *head)
{
	unsigned frames = 0;
	struct chunk chunk;

	for (at = chunks_of(at, &end); next_chunk(&at, end, &chunk);) {
		if (!head->width) {
			look_at_chunk(&chunk, head);
			if (!head->width) /* the first one says it */
				return false;
		}
		frames += is(&chunk, "ANMF");
	}
	if (frames)
		head->frames = frames;
	return true;
}

const uint8_t *webp_exif(const uint8_t *at, const uint8_t *end, size_t *len)
{
	struct chunk chunk;

	for (at = chunks_of(at, &end); next_chunk(&at, end, &chunk);)
		if (is(&chunk, "EXIF")) {
			*len = chunk.len;
			return exif_body(chunk.data, len);
		}
	return NULL;
}

/* ---- without what draws nothing ---- */

static bool draws(const struct chunk *chunk, bool in_frame)
{
	static const char KINDS[] = "ALPH VP8  VP8L VP8X ICCP ANIM ANMF ";
	const char *end = in_frame ? KINDS + 15 : KINDS + sizeof KINDS - 1;

	for (const char *one = KINDS; one < end; one += 5)
		if (is(chunk, one))
			return true;
	return false;
}

static void put_number(FILE *out, size_t number)
{
	for (int i = 0; i < 4; i++, number >>= 8)
		fputc((int)(number & 0xff), out);
}

static size_t padded(size_t len)
{
	return len + len % 2;
}

static void put_head(FILE *out, const uint8_t *kind, size_t len)
{
	fwrite(kind, 1, 4, out);
	put_number(out, len);
}

static void put_chunk(FILE *out, const struct chunk *chunk)
{
	put_head(out, chunk->kind, chunk->len);
	fwrite(chunk->data, 1, chunk->len, out);
	if (chunk->len % 2)
		fputc(0, out);
}

/* What stays of a frame's chunks; NULL: only how many bytes that is. */
static size_t put_frame_chunks(FILE *out, const uint8_t *at, const uint8_t *end)
{
	struct chunk chunk;
	size_t all = 0;

	while (next_chunk(&at, end, &chunk))
		if (draws(&chunk, true)) {
			all += CHUNK_HEAD + padded(chunk.len);
			if (out)
				put_chunk(out, &chunk);
		}
	return all;
}

static void put_frame(FILE *out, const struct chunk *frame)
{
	const uint8_t *inside = frame->data + FRAME_HEAD, *end = frame->data + frame->len;

	if (frame->len < FRAME_HEAD)
		return;
	put_head(out, frame->kind, FRAME_HEAD + put_frame_chunks(NULL, inside, end));
	fwrite(frame->data, 1, FRAME_HEAD, out);
	put_frame_chunks(out, inside, end);
}

/* What it has says its first byte. */
static void put_extended(FILE *out, const struct chunk *chunk)
{
	if (!chunk->len)
		return;
	put_head(out, chunk->kind, chunk->len);
	fputc(chunk->data[0] & ~(HAS_XMP | HAS_EXIF), out);
	fwrite(chunk->data + 1, 1, chunk->len - 1, out);
	if (chunk->len % 2)
		fputc(0, out);
}

void webp_plain(const uint8_t *at, const uint8_t *end, FILE *out)
{
	struct chunk chunk;
	off_t size;

	fwrite("RIFF\0\0\0\0WEBP", 1, RIFF_HEAD, out);
	for (at = chunks_of(at, &end); next_chunk(&at, end, &chunk);) {
		if (!draws(&chunk, false))
			continue;
		if (is(&chunk, "ANMF"))
			put_frame(out, &chunk);
		else if (is(&chunk, "VP8X"))
			put_extended(out, &chunk);
		else
			put_chunk(out, &chunk);
	}
	size = ftello(out);
	if (size < RIFF_HEAD || fseeko(out, 4, SEEK_SET))
		return;
	put_number(out, (size_t)size - CHUNK_HEAD);
}
