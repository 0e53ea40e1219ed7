/* Codes of authenticator apps. The arithmetic (HMAC-SHA-1, RFC 4226) is liboath's; which steps are taken, and each once, is
 * ours. */
#include "rules/totp.h"
#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_SECONDS = 30, DIGITS = 6 };

char *totp_text(const uint8_t secret[TOTP_SECRET], char out[TOTP_TEXT])
{
	char *text;
	size_t len;

	if (oath_base32_encode((const char *)secret, TOTP_SECRET, &text, &len) != OATH_OK || len >= TOTP_TEXT)
		abort();
	memcpy(out, text, len + 1);
	free(text);
	return out;
}

uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step)
{
	char code[DIGITS + 1];

	if (oath_hotp_generate((const char *)secret, TOTP_SECRET, (uint64_t)step, DIGITS, false,
			       OATH_HOTP_DYNAMIC_TRUNCATION, code) != OATH_OK)
		abort();
	return (uint32_t)strtoul(code, NULL, 10);
}

int32_t totp_number(const char *code)
{
	int32_t number = 0;

	if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS)
		return -1;
	for (int i = 0; i < DIGITS; i++)
		number = number * 10 + (code[i] - '0');
	return number;
}

int64_t totp_match(const uint8_t secret[TOTP_SECRET], const char *code, ms_t now, int64_t last_step)
{
	int64_t step = now / MS_SECOND / STEP_SECONDS, matched = 0;
	int32_t given = totp_number(code);

	for (int64_t at = step - 1; given >= 0 && at <= step + 1; at++)
		if (at > last_step && totp_code(secret, at) == (uint32_t)given)
			matched = at;
	return matched;
}
