/* Blanks within are taken out of everything, for none of what we print or write on cards has one. */
#include "rules/held_up.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char CODE_LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char REFERENCE_LETTERS[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/* What nobody sees, in UTF-8: marks of direction, joiners, a byte order mark, a soft hyphen. How long it is, 0: it is none. */
static size_t unseen(const char *at)
{
	static const char *const MARKS[] = { "\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u202A",
					     "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067",
					     "\u2068", "\u2069", "\uFEFF", "\u00AD", "\u00A0" };

	if (isspace((unsigned char)*at))
		return 1;
	if ((unsigned char)*at < 0x80)
		return 0;
	for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
		if (strncmp(at, MARKS[i], strlen(MARKS[i])) == 0)
			return strlen(MARKS[i]);
	return 0;
}

static void squeeze(const char *text, char *out)
{
	while (*text) {
		size_t skip = unseen(text);

		if (skip)
			text += skip;
		else
			*out++ = *text++;
	}
	*out = '\0';
}

/* "]Q1", "]C1": how a scanner says what kind of picture it read (ISO/IEC 15424). */
static bool has_symbology(const char *text)
{
	return text[0] == ']' && isalpha((unsigned char)text[1]) && isalnum((unsigned char)text[2]);
}

static bool is_address(const char *text)
{
	return !strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8);
}

/* An address may spell the point. */
static void spell_points(char *text)
{
	for (char *at = text; (at = strstr(at, "%2E")) != NULL; at++) {
		*at = '.';
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
	}
}

/* How long the code is that begins here, with the digits behind it. */
static size_t code_length(const char *at)
{
	size_t len = strlen("GH1."), digits;

	len += strspn(at + len, CODE_LETTERS);
	digits = at[len] == '.' ? strspn(at + len + 1, "0123456789") : 0;
	return digits == TICKET_DIGITS - 1 ? len + 1 + digits : len;
}

/* Only the code of an address that has one. */
static void take_out(char *text)
{
	spell_points(text);
	for (char *at = text; (at = strstr(at, "GH1.")) != NULL; at++) {
		size_t len = code_length(at);

		if (!strchr("/?&=#", at[-1]) || len == strlen("GH1."))
			continue;
		memmove(text, at, len);
		text[len] = '\0';
		return;
	}
}

const char *held_up_tidy(const char *text, char out[HELD_UP_SIZE])
{
	if (strlen(text) >= HELD_UP_SIZE)
		return text;
	squeeze(text, out);
	if (has_symbology(out))
		memmove(out, out + 3, strlen(out + 3) + 1);
	if (is_address(out))
		take_out(out);
	return out;
}

enum { HALF = (REFERENCE_SIZE - 1) / 2 };

/* As it is printed; one of nothing but hexadecimal digits could be a card's number without it. */
static bool is_dashed(const char *text)
{
	return strlen(text) > HALF && text[HALF] == '-';
}

bool held_up_reference(const char *text, char out[REFERENCE_SIZE])
{
	size_t len = 0;

	for (const char *at = text; *at; at++) {
		if (*at == '-' && at == text + HALF)
			continue;
		if (len == REFERENCE_SIZE - 1)
			return false;
		out[len++] = (char)toupper((unsigned char)*at);
	}
	out[len] = '\0';
	return len == REFERENCE_SIZE - 1 && strspn(out, REFERENCE_LETTERS) == len;
}

enum held_up held_up_kind(const char *tidied)
{
	char whole[TICKET_CODE_SIZE], digits[TICKET_DIGITS], uid[CARD_UID_SIZE], reference[REFERENCE_SIZE];
	struct ticket_code code;

	if (ticket_code_read(ticket_code_part(tidied, whole, digits), &code))
		return HELD_CODE;
	if (is_dashed(tidied) && held_up_reference(tidied, reference))
		return HELD_REFERENCE;
	if (card_uid_normalise(tidied, uid))
		return HELD_CARD;
	return held_up_reference(tidied, reference) ? HELD_REFERENCE : HELD_UNREAD;
}
