/* GIF 89a: a screen, then blocks, each of which ends with a chain of short pieces. */
#include "picture/format.h"
#include <string.h>

enum {
	HEAD = 13, /* with the screen */
	IMAGE = 0x2c,
	EXTENSION = 0x21,
	TRAILER = 0x3b,
	CONTROL = 0xf9,
	APPLICATION = 0xff,
	IMAGE_HEAD = 10,
	CONTROL_BYTES = 8,
	LOOP_BYTES = 19
};

/* How many bytes the table of colours has that these flags tell of. */
static size_t table(uint8_t flags)
{
	return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* Behind the chain of pieces at `at`; end, where that is cut off. */
static const uint8_t *chain_end(const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at) {
		size_t len = 1u + *at;

		if (len > (size_t)(end - at))
			return end;
		at += len;
	}
	return at < end ? at + 1 : end;
}

/* Where the blocks begin; NULL: the head is cut off. */
static const uint8_t *blocks_of(const uint8_t *at, const uint8_t *end)
{
	size_t len = HEAD + table(at[10]);

	return len <= (size_t)(end - at) ? at + len : NULL;
}

/* Behind the block at `at`, of what kind it ever is; NULL: there is none any more, or none that is known. */
static const uint8_t *block_end(const uint8_t *at, const uint8_t *end)
{
	size_t len;

	if (at >= end)
		return NULL;
	if (*at == EXTENSION && end - at >= 2)
		return chain_end(at + 2, end);
	if (*at != IMAGE || end - at < IMAGE_HEAD)
		return NULL;
	len = IMAGE_HEAD + table(at[9]) + 1;
	return len < (size_t)(end - at) ? chain_end(at + len, end) : NULL;
}

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* A frame that does not fit the screen is as large as the picture. */
bool gif_look(const uint8_t *at, const uint8_t *end, struct picture_head *head)
{
	const uint8_t *next;
	unsigned frames = 0;

	head->width = little_endian(at + 6, 2);
	head->height = little_endian(at + 8, 2);
	at = blocks_of(at, end);
	for (; at && (next = block_end(at, end)); at = next)
		if (*at == IMAGE) {
			head->width = larger(head->width, little_endian(at + 1, 2) + little_endian(at + 5, 2));
			head->height = larger(head->height, little_endian(at + 3, 2) + little_endian(at + 7, 2));
			frames++;
		}
	head->frames = frames;
	return frames > 0;
}

/* How often it is shown again: the one thing that a program's own block says of how it is drawn. */
static bool is_loop(const uint8_t *at, size_t len)
{
	return len == LOOP_BYTES && at[1] == APPLICATION && at[2] == 11 &&
	       (!memcmp(at + 3, "NETSCAPE2.0", 11) || !memcmp(at + 3, "ANIMEXTS1.0", 11)) && at[14] == 3 && at[15] == 1;
}

static bool is_control(const uint8_t *at, size_t len)
{
	return len == CONTROL_BYTES && at[1] == CONTROL && at[2] == 4;
}

/* What is said of how a block is shown stands before it, and goes where that goes. What was cut off stays so: an end behind it would
 * be a part of it. */
void gif_plain(const uint8_t *at, const uint8_t *end, FILE *out)
{
	const uint8_t *blocks = blocks_of(at, end), *next, *control = NULL;

	fwrite(at, 1, blocks ? (size_t)(blocks - at) : HEAD, out);
	for (at = blocks; at && (next = block_end(at, end)); at = next) {
		size_t len = (size_t)(next - at);

		if (*at == IMAGE && control)
			fwrite(control, 1, CONTROL_BYTES, out);
		if (*at == IMAGE || is_loop(at, len))
			fwrite(at, 1, len, out);
		if (is_control(at, len))
			control = at;
		else if (*at == IMAGE || at[1] == 1 /* a text */)
			control = NULL;
	}
	if (at && at < end)
		fputc(TRAILER, out);
}
