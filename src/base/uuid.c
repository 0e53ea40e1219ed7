/* Randomness comes from the kernel for every call: a generator of our own would be copied by fork(2) and
 * give two workers the same tokens. Only what names a thing and opens nothing is drawn ahead, on a page that the kernel wipes at
 * fork(2). */
#include "base/uuid.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

void random_bytes(void *out, size_t len)
{
	uint8_t *at = out;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		/* Going on with predictable tokens would be worse than stopping. */
		if (n <= 0)
			abort();
		at += n;
		len -= (size_t)n;
	}
}

/* Drawn ahead; all zero, and so empty, at first and in a child (MADV_WIPEONFORK, madvise(2)). */
struct drawn_ahead {
	size_t left;
	uint8_t bytes[2048];
};

/* NULL: there is no such page here. */
static struct drawn_ahead *drawn_ahead(void)
{
	static struct drawn_ahead *page;

	if (page)
		return page;
	page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && madvise(page, sizeof *page, MADV_WIPEONFORK)) {
		munmap(page, sizeof *page);
		page = MAP_FAILED;
	}
	if (page == MAP_FAILED)
		page = NULL;
	return page;
}

void random_name(void *out, size_t len)
{
	struct drawn_ahead *ahead = drawn_ahead();

	if (!ahead || len > sizeof ahead->bytes) {
		random_bytes(out, len);
		return;
	}
	if (ahead->left < len) {
		random_bytes(ahead->bytes, sizeof ahead->bytes);
		ahead->left = sizeof ahead->bytes;
	}
	ahead->left -= len;
	memcpy(out, ahead->bytes + ahead->left, len);
}

uint32_t random_below(uint32_t limit)
{
	uint32_t value, unfair;

	assert(limit > 0);
	/* 2^32 modulo limit: that many of the lowest values would come once too often. */
	unfair = -limit % limit;
	do
		random_bytes(&value, sizeof(value));
	while (value < unfair);
	return value % limit;
}

char *hex_text(const void *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = bytes;

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Two digits; false at the text's end too, which is no digit. */
static bool hex_byte(const char *text, uint8_t *out)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	if (low < 0)
		return false;
	*out = (uint8_t)(high * 16 + low);
	return true;
}

bool hex_parse(const char *text, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++, text += 2)
		if (!hex_byte(text, &out[i]))
			return false;
	return *text == '\0';
}

static void mark_version_4(uint8_t out[UUID_BYTES])
{
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x40);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

void uuid_make(uint8_t out[UUID_BYTES])
{
	random_bytes(out, UUID_BYTES);
	mark_version_4(out);
}

void uuid_name(uint8_t out[UUID_BYTES])
{
	random_name(out, UUID_BYTES);
	mark_version_4(out);
}

/* A dash stands before bytes 4, 6, 8 and 10. */
static bool dash_before(size_t i)
{
	return i == 4 || i == 6 || i == 8 || i == 10;
}

char *uuid_text(const uint8_t bytes[UUID_BYTES], char out[UUID_SIZE])
{
	char *at = out;

	for (size_t i = 0; i < UUID_BYTES; i++) {
		if (dash_before(i))
			*at++ = '-';
		hex_text(&bytes[i], 1, at);
		at += 2;
	}
	return out;
}

bool uuid_parse(const char *text, uint8_t out[UUID_BYTES])
{
	uint8_t bytes[UUID_BYTES];

	for (size_t i = 0; i < UUID_BYTES; i++, text += 2) {
		if (dash_before(i) && *text++ != '-')
			return false;
		if (!hex_byte(text, &bytes[i]))
			return false;
	}
	if (*text)
		return false;
	memcpy(out, bytes, UUID_BYTES);
	return true;
}
