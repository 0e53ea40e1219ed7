/* What a digit is says libunistring, which libcurl brings into every worker anyway. Text that is all ASCII, which is nearly all
 * that comes, is left alone after one look. */
#include "base/digits.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

int digit_at(const char *text, size_t *len)
{
	ucs4_t c;

	*len = 1;
	if ((unsigned char)*text < 0x80)
		return isdigit((unsigned char)*text) ? *text - '0' : -1;
	*len = (size_t)u8_mbtouc(&c, (const uint8_t *)text, strnlen(text, 4));
	return uc_decimal_value(c);
}

/* Where the Arabic sign between thousands stood, which is no character that a text may hold. */
enum { THOUSANDS = '\x1F' };

struct sign {
	char typed[4], plain[2];
};

/* Marks that direct text and nothing else (LRM, RLM, ALM); then signs of numbers on other keyboards. */
static const struct sign SIGNS[] = {
	{ "\u200E", "" },  { "\u200F", "" },  { "\u061C", "" },	 { "\u2212", "-" },    { "\uFF0D", "-" },
	{ "\uFF0B", "+" }, { "\uFF0E", "." }, { "\u066B", "." }, { "\u066C", "\x1F" },
};

enum { N_MARKS = 3, N_SIGNS = sizeof(SIGNS) / sizeof(*SIGNS) };

static const struct sign *sign_at(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(text, SIGNS[i].typed, strlen(SIGNS[i].typed)))
			return &SIGNS[i];
	return NULL;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Knows the first n of SIGNS. */
static char *plain(char *text, size_t n)
{
	const char *from = text;
	char *to = text;
	size_t len;

	if (!text || is_ascii(text))
		return text;
	while (*from) {
		int digit = digit_at(from, &len);
		const struct sign *sign = digit < 0 ? sign_at(from, n) : NULL;

		if (digit >= 0) {
			*to++ = (char)('0' + digit);
		} else if (sign) {
			len = strlen(sign->typed);
			if (*sign->plain)
				*to++ = *sign->plain;
		} else {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	*to = '\0';
	return text;
}

char *digits_plain(char *text)
{
	return plain(text, N_MARKS);
}

char *digits_joined(char *text)
{
	const char *from = text;
	char *to = text;

	if (!text)
		return NULL;
	while (*from) {
		ucs4_t c;
		size_t len = (size_t)u8_mbtouc(&c, (const uint8_t *)from, strnlen(from, 4));

		if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Zs | UC_CATEGORY_MASK_Pd)) {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	*to = '\0';
	return text;
}

/* Between thousands: digits before it, and three behind it. Elsewhere it stays, and what it stands in is no number. */
static bool parts_thousands(const char *text, const char *at)
{
	return at > text && isdigit((unsigned char)at[-1]) && !memchr(text, '.', (size_t)(at - text)) &&
	       strspn(at + 1, "0123456789") == 3;
}

char *number_plain(char *text)
{
	if (!text || strchr(text, THOUSANDS) || !plain(text, N_SIGNS))
		return text;
	for (char *at = text; (at = strchr(at, THOUSANDS)); at++)
		if (parts_thousands(text, at))
			memmove(at, at + 1, strlen(at));
	return text;
}

char *real_text(double number, char out[REAL_SIZE])
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, REAL_SIZE, "%.*g", digits, number);
		if (strtod(out, NULL) == number)
			break;
	}
	return out;
}
