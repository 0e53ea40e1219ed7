/* Whether a code is ours is asked before anything else, of each key that is still read; whether it is good is the event's and the clock's
 * to say. */
#include "rules/campus_code.h"
#include "rules/keys.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

static const char PREFIX[] = "GHA1.";
static const char CONTEXT[] = "gatehouse attendance v1";
static const char PLACE[] = "/campus/m/";
/* Crockford's: without I, L, O and U. */
static const char LETTERS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum {
	PREFIX_LEN = sizeof(PREFIX) - 1,
	CONTEXT_LEN = sizeof(CONTEXT) - 1,
	MAC = 16,
	NAMES = UUID_BYTES + 2, /* what its key is of: event and generation */
	SAID = NAMES + 4,
	BYTES = SAID + MAC,
	TEXT_LEN = (BYTES * 8 + 5) / 6
};

_Static_assert(PREFIX_LEN + TEXT_LEN < CAMPUS_CODE_SIZE, "a code must fit");

static void say(const struct campus_code *code, uint8_t said[SAID])
{
	memcpy(said, code->event, UUID_BYTES);
	said[UUID_BYTES] = (uint8_t)(code->generation >> 8);
	said[UUID_BYTES + 1] = (uint8_t)code->generation;
	for (int i = 0; i < 4; i++)
		said[NAMES + i] = (uint8_t)(code->step >> (24 - 8 * i));
}

static void make_mac(const uint8_t key[KEY_BYTES], const uint8_t said[SAID], uint8_t mac[MAC])
{
	uint8_t own[KEY_BYTES], message[CONTEXT_LEN + SAID], hash[HASH_BYTES];

	crypto_generichash(own, sizeof own, said, NAMES, key, KEY_BYTES);
	memcpy(message, CONTEXT, CONTEXT_LEN);
	memcpy(message + CONTEXT_LEN, said, SAID);
	crypto_generichash(hash, sizeof hash, message, sizeof message, own, sizeof own);
	memcpy(mac, hash, MAC);
	sodium_memzero(own, sizeof own);
}

uint32_t campus_code_step(ms_t now)
{
	return (uint32_t)(now / CAMPUS_STEP_MS);
}

char *campus_code_make(const struct campus_code *code, char out[CAMPUS_CODE_SIZE])
{
	uint8_t bytes[BYTES];

	say(code, bytes);
	make_mac(key_of(KEY_CAMPUS), bytes, bytes + SAID);
	memcpy(out, PREFIX, PREFIX_LEN);
	base64url(bytes, BYTES, out + PREFIX_LEN);
	return out;
}

static bool mac_fits(const uint8_t key[KEY_BYTES], void *with)
{
	const uint8_t *bytes = with;
	uint8_t mac[MAC];

	make_mac(key, bytes, mac);
	return same_bytes(mac, bytes + SAID, MAC);
}

/* What stands behind the last "/campus/m/", or all of it. */
static const char *behind_place(const char *text)
{
	const char *code = text;

	for (const char *at = text; (at = strstr(at, PLACE)); code = at)
		at += sizeof PLACE - 1;
	return code;
}

bool campus_code_read(const char *text, struct campus_code *out)
{
	const char *code = behind_place(text);
	uint8_t bytes[BYTES];
	size_t len;

	if (strncmp(code, PREFIX, PREFIX_LEN) != 0)
		return false;
	code += PREFIX_LEN;
	len = strnlen(code, TEXT_LEN + 1);
	if (len == TEXT_LEN + 1 && code[TEXT_LEN] == '/' && !code[TEXT_LEN + 1])
		len--;
	if (len != TEXT_LEN || !base64url_read(code, len, bytes, BYTES, &len) || len != BYTES ||
	    !key_fits(KEY_CAMPUS, mac_fits, bytes))
		return false;
	memcpy(out->event, bytes, UUID_BYTES);
	out->generation = (uint16_t)(bytes[UUID_BYTES] << 8 | bytes[UUID_BYTES + 1]);
	out->step = 0;
	for (int i = 0; i < 4; i++)
		out->step = out->step << 8 | bytes[NAMES + i];
	return true;
}

/* ---- for people ---- */

static char *typed_of(const uint8_t key[KEY_BYTES], const struct campus_code *code, char out[CAMPUS_TYPED_SIZE])
{
	uint8_t said[SAID], mac[MAC];
	uint64_t bits = 0;

	say(code, said);
	make_mac(key, said, mac);
	for (int i = 0; i < CAMPUS_TYPED * 5 / 8; i++)
		bits = bits << 8 | mac[i];
	for (int i = 0; i < CAMPUS_TYPED; i++)
		out[i] = LETTERS[bits >> (5 * (CAMPUS_TYPED - 1 - i)) & 31];
	out[CAMPUS_TYPED] = '\0';
	return out;
}

char *campus_code_typed(const struct campus_code *code, char out[CAMPUS_TYPED_SIZE])
{
	return typed_of(key_of(KEY_CAMPUS), code, out);
}

/* The letter that is meant; NUL: none. */
static char letter_meant(char typed)
{
	const char letter = (char)toupper((unsigned char)typed);

	if (letter == 'O')
		return '0';
	if (letter == 'I' || letter == 'L')
		return '1';
	return letter && strchr(LETTERS, letter) ? letter : '\0';
}

bool campus_code_typed_read(const char *text, char out[CAMPUS_TYPED_SIZE])
{
	size_t n = 0;

	for (; *text; text++) {
		const char letter = letter_meant(*text);

		if (*text == ' ' || *text == '-')
			continue;
		if (!letter || n == CAMPUS_TYPED)
			return false;
		out[n++] = letter;
	}
	out[n] = '\0';
	return n == CAMPUS_TYPED;
}

struct typed {
	const struct campus_code *code;
	const char *text;
};

static bool typed_fits(const uint8_t key[KEY_BYTES], void *with)
{
	const struct typed *typed = with;
	char made[CAMPUS_TYPED_SIZE];

	return same_bytes(typed_of(key, typed->code, made), typed->text, CAMPUS_TYPED);
}

bool campus_code_typed_fits(const struct campus_code *code, const char *typed)
{
	return strlen(typed) == CAMPUS_TYPED && key_fits(KEY_CAMPUS, typed_fits, &(struct typed){ code, typed });
}

/* ---- judging ---- */

enum code_verdict campus_code_judge(const struct campus_code *code, uint16_t generation, bool rotates, ms_t expires_at,
				    ms_t now, ms_t margin)
{
	const ms_t begins = (ms_t)code->step * CAMPUS_STEP_MS;

	if (code->generation != generation || rotates == (code->step == CAMPUS_CODE_PRINTED))
		return CODE_INVALID;
	if (!rotates)
		return now < expires_at ? CODE_GOOD : CODE_EXPIRED;
	if (begins > now + margin)
		return CODE_INVALID;
	return now < begins + CAMPUS_STEP_MS + margin ? CODE_GOOD : CODE_EXPIRED;
}

enum claim_verdict campus_code_claim(const struct campus_code *code, ms_t said, ms_t now, ms_t margin, ms_t *at)
{
	const ms_t begins = (ms_t)code->step * CAMPUS_STEP_MS, ends = begins + CAMPUS_STEP_MS;

	*at = said;
	if (said > now)
		return CLAIM_FUTURE;
	if (code->step != CAMPUS_CODE_PRINTED) {
		if (said < begins - CLAIM_APART_MS || said >= ends + CLAIM_APART_MS)
			return CLAIM_APART;
		*at = said < begins ? begins : said < ends + margin ? said : ends + margin - 1;
		if (*at > now)
			return CLAIM_FUTURE;
	}
	return now - *at > CLAIM_LASTS_HOURS * MS_HOUR ? CLAIM_OLD : CLAIM_GOOD;
}

bool campus_code_was(const struct campus_code *code, uint16_t generation)
{
	return (uint16_t)(generation - code->generation) <= UINT16_MAX / 2;
}

ms_t campus_code_age(const struct campus_code *code, ms_t now)
{
	const ms_t age = now - (ms_t)code->step * CAMPUS_STEP_MS;

	return code->step == CAMPUS_CODE_PRINTED || age < 0 ? 0 : age;
}
