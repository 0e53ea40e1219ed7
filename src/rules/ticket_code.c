/* One fixed layout, so that a code is read without a parser and a phone's reader is twenty lines.
 * The signed message begins with words of its own: a signature of this key can never be taken for
 * one over anything else. */
#include "rules/ticket_code.h"
#include "base/digits.h"
#include "base/uuid.h"
#include "rules/keyboard.h"
#include "rules/keys.h"
#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

static const char PREFIX[] = "GH1.";
static const char CONTEXT[] = "gatehouse ticket v1";

enum {
	PREFIX_LEN = sizeof(PREFIX) - 1,
	CONTEXT_LEN = sizeof(CONTEXT) - 1,
	SIGNATURE = crypto_sign_BYTES,
	TAG = 6,
	TAGGED = TICKET_CODE_BYTES - TAG,
	SIGNED = TAGGED - SIGNATURE, /* what stands before the signature */
	TEXT_LEN = TICKET_CODE_BYTES / 3 * 4,
	UNTAGGED_LEN = TAGGED / 3 * 4
};

_Static_assert(TICKET_CODE_BYTES % 3 == 0 && TAGGED % 3 == 0, "base64 without a rest");
_Static_assert(PREFIX_LEN + TEXT_LEN < TICKET_CODE_SIZE, "a code must fit");
_Static_assert(EVENT_PUBLIC == crypto_sign_PUBLICKEYBYTES && EVENT_SECRET == crypto_sign_SECRETKEYBYTES, "Ed25519");

static uint8_t *put(uint8_t *at, int64_t number, int bytes)
{
	assert(number >= 0);
	for (int i = bytes - 1; i >= 0; i--)
		*at++ = (uint8_t)((uint64_t)number >> (8 * i));
	return at;
}

/* False for what our own numbers cannot hold. */
static bool take(const uint8_t **at, int bytes, int64_t max, int64_t *out)
{
	uint64_t number = 0;

	for (int i = 0; i < bytes; i++)
		number = number << 8 | *(*at)++;
	*out = (int64_t)number;
	return number <= (uint64_t)max;
}

void event_key_make(uint8_t public_key[EVENT_PUBLIC], uint8_t secret[EVENT_SECRET])
{
	uint8_t seed[crypto_sign_SEEDBYTES];

	random_bytes(seed, sizeof(seed));
	crypto_sign_seed_keypair(public_key, secret, seed);
	sodium_memzero(seed, sizeof(seed));
}

/* The secret half is the seed and, behind it, the public half again: all of it must come out of the seed. */
bool event_key_fits(const uint8_t public_key[EVENT_PUBLIC], const uint8_t secret[EVENT_SECRET])
{
	uint8_t made[EVENT_PUBLIC], whole[EVENT_SECRET];
	bool fits;

	crypto_sign_seed_keypair(made, whole, secret);
	fits = same_bytes(made, public_key, sizeof(made)) && same_bytes(whole, secret, sizeof(whole));
	sodium_memzero(whole, sizeof(whole));
	return fits;
}

static void make_tag(const uint8_t bytes[TAGGED], uint8_t tag[TAG])
{
	uint8_t hash[HASH_BYTES];

	hash_keyed(KEY_CODE, bytes, TAGGED, hash);
	memcpy(tag, hash, TAG);
}

char *ticket_code_make(const struct ticket_code *code, const uint8_t secret[EVENT_SECRET], char out[TICKET_CODE_SIZE])
{
	uint8_t message[CONTEXT_LEN + TICKET_CODE_BYTES];
	uint8_t *at = message + CONTEXT_LEN;

	assert(code->key_id <= UINT32_MAX);
	memcpy(message, CONTEXT, CONTEXT_LEN);
	at = put(at, code->key_id, 4);
	at = put(at, code->event_id, 8);
	at = put(at, code->ticket_id, 8);
	at = put(at, code->category_id, 8);
	at = put(at, code->generation, 4);
	memcpy(at, code->nonce, TICKET_NONCE);
	crypto_sign_detached(at + TICKET_NONCE, NULL, message, CONTEXT_LEN + SIGNED, secret);
	make_tag(message + CONTEXT_LEN, message + CONTEXT_LEN + TAGGED);
	memcpy(out, PREFIX, PREFIX_LEN);
	base64url(message + CONTEXT_LEN, TICKET_CODE_BYTES, out + PREFIX_LEN);
	return out;
}

/* The code's bytes behind room for the context; how many: with the tag or without. 0: it is none. */
static size_t decode(const char *text, uint8_t message[CONTEXT_LEN + TICKET_CODE_BYTES])
{
	size_t len = strnlen(text, TICKET_CODE_SIZE), text_len = len - PREFIX_LEN;

	if ((len != PREFIX_LEN + TEXT_LEN && len != PREFIX_LEN + UNTAGGED_LEN) ||
	    strncmp(text, PREFIX, PREFIX_LEN) != 0)
		return 0;
	memcpy(message, CONTEXT, CONTEXT_LEN);
	return base64url_read(text + PREFIX_LEN, text_len, message + CONTEXT_LEN, TICKET_CODE_BYTES, &len) ? len : 0;
}

bool ticket_code_read(const char *text, struct ticket_code *code)
{
	uint8_t message[CONTEXT_LEN + TICKET_CODE_BYTES];
	const uint8_t *at = message + CONTEXT_LEN;
	int64_t generation;

	memset(code, 0, sizeof(*code));
	if (!decode(text, message) || !take(&at, 4, UINT32_MAX, &code->key_id) ||
	    !take(&at, 8, INT64_MAX, &code->event_id) || !take(&at, 8, INT64_MAX, &code->ticket_id) ||
	    !take(&at, 8, INT64_MAX, &code->category_id) || !take(&at, 4, INT32_MAX, &generation)) {
		memset(code, 0, sizeof(*code));
		return false;
	}
	code->generation = (int32_t)generation;
	memcpy(code->nonce, at, TICKET_NONCE);
	return true;
}

const char *ticket_code_part(const char *text, char whole[TICKET_CODE_SIZE], char digits[TICKET_DIGITS])
{
	const size_t len = strlen(text), whole_len = len > TICKET_DIGITS ? len - TICKET_DIGITS : 0;

	*digits = '\0';
	if (!whole_len || whole_len >= TICKET_CODE_SIZE || text[whole_len] != '.' ||
	    strspn(text + whole_len + 1, "0123456789") != TICKET_DIGITS - 1)
		return text;
	memcpy(digits, text + whole_len + 1, TICKET_DIGITS);
	memcpy(whole, text, whole_len);
	whole[whole_len] = '\0';
	return whole;
}

static bool begins_as_ours(const char *text, void *with)
{
	(void)with;
	return !strncasecmp(text, PREFIX, PREFIX_LEN);
}

bool ticket_code_meant(const char *text)
{
	return begins_as_ours(text, NULL) || keyboard_undo(text, begins_as_ours, NULL);
}

bool ticket_code_flattened(const char *text)
{
	bool upper = false, lower = false;

	for (const char *at = text + strnlen(text, PREFIX_LEN); *at; at++) {
		upper = upper || isupper((unsigned char)*at);
		lower = lower || islower((unsigned char)*at);
	}
	return !upper || !lower;
}

bool ticket_code_tagged(const char *text)
{
	uint8_t message[CONTEXT_LEN + TICKET_CODE_BYTES];

	return decode(text, message) == TICKET_CODE_BYTES &&
	       hash_fits(KEY_CODE, message + CONTEXT_LEN, TAGGED, message + CONTEXT_LEN + TAGGED, TAG);
}

bool ticket_code_signed(const char *text, const uint8_t public_key[EVENT_PUBLIC])
{
	uint8_t message[CONTEXT_LEN + TICKET_CODE_BYTES];

	return decode(text, message) && crypto_sign_verify_detached(message + CONTEXT_LEN + SIGNED, message,
								    CONTEXT_LEN + SIGNED, public_key) == 0;
}

static bool read_uid(const char *text, void *out)
{
	char *uid = out;
	size_t len = 0, step;

	for (; *text; text += step) {
		int digit = digit_at(text, &step);

		if (strchr(":- ", *text))
			continue;
		if ((digit < 0 && !isxdigit((unsigned char)*text)) || len == CARD_UID_SIZE - 1)
			return false;
		uid[len++] = (char)(digit < 0 ? toupper((unsigned char)*text) : '0' + digit);
	}
	uid[len] = '\0';
	return len >= 8 && len % 2 == 0;
}

bool card_uid_normalise(const char *text, char out[CARD_UID_SIZE])
{
	return read_uid(text, out) || keyboard_undo(text, read_uid, out);
}
