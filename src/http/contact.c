/* Mobile numbers and e-mail addresses as people type them. Both are judged by their shape alone:
 * whether somebody reads what is sent there, only a code sent there tells. */
#include "base/digits.h"
#include "http/validate.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { MIN_DIGITS = 7, MAX_DIGITS = 15, MAX_EMAIL = 254, MAX_LOCAL = 64, MAX_LABEL = 63 };

/* Bytes of what people put between digits; 0 when text begins with something else. */
static size_t separator_at(const char *text)
{
	static const char *const WIDE[] = { "\u00A0", "\u2011", "\u2013", "\u200E", "\u200F", "\u061C", "\u202F" };

	if (strchr(" -./()", *text))
		return 1;
	for (size_t i = 0; i < sizeof(WIDE) / sizeof(WIDE[0]); i++)
		if (strncmp(text, WIDE[i], strlen(WIDE[i])) == 0)
			return strlen(WIDE[i]);
	return 0;
}

/* The digits of text; false when there is anything else but separators, or too many. *plus: it
 * began with one. */
static bool gather(const char *text, char digits[32], bool *plus)
{
	size_t n = 0, len;

	*plus = false;
	while (*text) {
		int digit = digit_at(text, &len);

		if (digit >= 0) {
			if (n == 31)
				return false;
			digits[n++] = (char)('0' + digit);
			text += len;
		} else if (*text == '+' && !n && !*plus) {
			*plus = true;
			text++;
		} else if (*plus && strncmp(text, "(0)", 3) == 0) {
			text += 3; /* "+44 (0)20 …": the trunk's 0 is for callers at home */
		} else {
			len = separator_at(text);
			if (!len)
				return false;
			text += len;
		}
	}
	digits[n] = '\0';
	return n > 0;
}

bool mobile_normalise(const char *text, const char *country_code, char out[20])
{
	char digits[32], full[48];
	const char *number = digits, *code = country_code + (*country_code == '+');
	size_t len;
	bool plus;

	if (!gather(text, digits, &plus))
		return false;
	if (!plus && strncmp(number, "00", 2) == 0) {
		plus = true;
		number += 2;
	}
	if (plus) {
		snprintf(full, sizeof(full), "%s", number);
	} else {
		/* North America writes its own code in front, everybody else a 0 for the trunk. */
		if (strcmp(code, "1") == 0 && strlen(number) == 11 && *number == '1')
			number++;
		number += *number == '0';
		snprintf(full, sizeof(full), "%.4s%s", code, number);
	}
	len = strlen(full);
	if (len < MIN_DIGITS || len > MAX_DIGITS || *full == '0')
		return false;
	snprintf(out, 20, "+%.15s", full);
	return true;
}

static bool label_valid(const char *label, size_t len)
{
	if (!len || len > MAX_LABEL || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isascii((unsigned char)label[i]) || (!isalnum((unsigned char)label[i]) && label[i] != '-'))
			return false;
	return true;
}

static bool local_valid(const char *local, size_t len)
{
	if (!len || len > MAX_LOCAL || local[0] == '.' || local[len - 1] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (local[i] == '.' && local[i + 1] == '.')
			return false;
		if (!isascii((unsigned char)local[i]) ||
		    (!isalnum((unsigned char)local[i]) && !strchr(".!#$%&'*+/=?^_`{|}~-", local[i])))
			return false;
	}
	return true;
}

bool email_valid(const char *text)
{
	const char *at = strchr(text, '@'), *label;
	int labels = 0;

	if (!at || strlen(text) > MAX_EMAIL || !local_valid(text, (size_t)(at - text)))
		return false;
	for (label = at + 1;; labels++) {
		size_t len = strcspn(label, ".");

		if (!label_valid(label, len))
			return false;
		if (!label[len])
			return labels > 0;
		label += len + 1;
	}
}
