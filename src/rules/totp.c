/* Authenticator apps speak HMAC-SHA-1, which libsodium does not have; SHA-1 (FIPS 180-4) is small,
 * and as a keyed function over eight bytes it is still sound. It is used for nothing else. */
#include "rules/totp.h"
#include <assert.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 20, STEP_SECONDS = 30, DIGITS = 6 };

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (24 - 8 * i));
}

static uint32_t choose(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void sha1_block(uint32_t h[5], const uint8_t block[BLOCK])
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = load32(block + 4 * i);
	for (int i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t next = rotate(a, 5) + choose(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* SHA-1 of a padded key block and at most 55 bytes behind it: all that HMAC over short data needs. */
static void sha1_keyed(const uint8_t key[TOTP_SECRET], uint8_t pad, const uint8_t *data, size_t len,
		       uint8_t out[DIGEST])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	uint8_t block[BLOCK];

	assert(len <= BLOCK - 9);
	memset(block, pad, sizeof(block));
	for (int i = 0; i < TOTP_SECRET; i++)
		block[i] ^= key[i];
	sha1_block(h, block);
	memset(block, 0, sizeof(block));
	memcpy(block, data, len);
	block[len] = 0x80;
	store32(block + BLOCK - 4, (uint32_t)(BLOCK + len) * 8);
	sha1_block(h, block);
	for (int i = 0; i < 5; i++)
		store32(out + 4 * i, h[i]);
}

char *totp_text(const uint8_t secret[TOTP_SECRET], char out[TOTP_TEXT])
{
	static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *at = out;

	for (int i = 0; i < TOTP_SECRET; i += 5) {
		uint64_t five = 0;

		for (int k = 0; k < 5; k++)
			five = five << 8 | secret[i + k];
		for (int shift = 35; shift >= 0; shift -= 5)
			*at++ = ALPHABET[five >> shift & 31];
	}
	*at = '\0';
	return out;
}

uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step)
{
	uint8_t counter[8], inner[DIGEST], mac[DIGEST];
	const uint8_t *at;

	store32(counter, (uint32_t)((uint64_t)step >> 32));
	store32(counter + 4, (uint32_t)step);
	sha1_keyed(secret, 0x36, counter, sizeof(counter), inner);
	sha1_keyed(secret, 0x5c, inner, sizeof(inner), mac);
	/* Dynamic truncation, RFC 4226 §5.3. */
	at = mac + (mac[DIGEST - 1] & 15);
	return (load32(at) & 0x7fffffff) % 1000000;
}

int64_t totp_match(const uint8_t secret[TOTP_SECRET], const char *code, ms_t now, int64_t last_step)
{
	int64_t step = now / MS_SECOND / STEP_SECONDS, matched = 0;
	uint32_t given = 0;

	if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS)
		return 0;
	for (int i = 0; i < DIGITS; i++)
		given = given * 10 + (uint32_t)(code[i] - '0');
	for (int64_t at = step - 1; at <= step + 1; at++)
		if (at > last_step && totp_code(secret, at) == given)
			matched = at;
	return matched;
}
