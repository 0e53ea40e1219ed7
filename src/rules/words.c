/* Unicode says what is the same: compatibility decomposition and full case folding (UAX 15, UTS 10 knows it as the primary level)
 * bring most letters together, and of the marks that then stand apart those go that a reader may leave out. A mark without which
 * a word is another one stays: vowels of Indic scripts, the voice of Kana. */
#include "rules/words.h"
#include "base/utf8.h"
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

/* Between parts of a word, as in Jean-Luc; between words stands a blank. */
enum { JOINT = '\x01', NUMBER_MIN = 5, ASCII_END = 0x80 };

/* Letters that are no other's decomposition, but that people write for one another: where a keyboard has no better, and forms of
 * Arabic letters that only spelling or language tell apart. */
static const struct {
	ucs4_t from;
	char to[4];
} LETTERS[] = {
	{ 0x00E6, "ae" }, { 0x0153, "oe" }, { 0x00F8, "o" }, { 0x0142, "l" }, { 0x0111, "d" },
	{ 0x00F0, "d" },  { 0x00FE, "th" }, { 0x0127, "h" }, { 0x0131, "i" }, { 0x0629, "ه" },
	{ 0x06C1, "ه" },  { 0x06C3, "ه" },  { 0x06BE, "ه" }, { 0x06D5, "ه" }, { 0x0649, "ي" },
	{ 0x06CC, "ي" },  { 0x06D2, "ي" },  { 0x06A9, "ك" }, { 0x0671, "ا" },
};

/* What is written as an apostrophe, or for one; and the Arabic line that stretches a word. All are left out. */
static bool is_left_out(ucs4_t c)
{
	static const ucs4_t SIGNS[] = { 0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF,
					0x05F3, 0x0640, 0x2018, 0x2019, 0x201B, 0x2032, 0xA78C };

	if (c < ASCII_END)
		return c == '\'' || c == '`';
	for (size_t i = 0; i < sizeof(SIGNS) / sizeof(*SIGNS); i++)
		if (c == SIGNS[i])
			return true;
	return uc_is_property_default_ignorable_code_point(c);
}

/* By their combining classes: 10 to 36 are points of Hebrew, Arabic and Syriac, from 200 on accents. */
static bool is_mark_left_out(ucs4_t c)
{
	int class = c < ASCII_END ? 0 : uc_combining_class(c);

	return (class >= 10 && class <= 36) || class >= 200;
}

static bool is_in_word(ucs4_t c)
{
	if (c < ASCII_END)
		return isalnum((int)c);
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M |
							   UC_CATEGORY_MASK_S);
}

static bool is_blank_sign(ucs4_t c)
{
	if (c < ASCII_END)
		return c <= ' ' || c == 0x7F;
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z | UC_CATEGORY_MASK_C);
}

/* Apostrophes go before all else, for some fall apart in a blank and a mark. */
static uint8_t *without_signs(TALLOC_CTX *ctx, const char *text)
{
	uint8_t *out = talloc_array(ctx, uint8_t, (unsigned)strlen(text) + 1), *to = out;
	ucs4_t c;

	for (const uint8_t *at = (const uint8_t *)text, *next; (next = u8_next(&c, at)); at = next)
		if (!is_left_out(c)) {
			memcpy(to, at, (size_t)(next - at));
			to += next - at;
		}
	*to = '\0';
	return out;
}

/* Most names are ASCII, and for these there is nothing to ask the tables. */
static bool fold_ascii(uint8_t *text)
{
	for (const uint8_t *at = text; *at; at++)
		if (*at >= ASCII_END)
			return false;
	for (uint8_t *at = text; *at; at++)
		*at = (uint8_t)tolower(*at);
	return true;
}

static uint8_t *folded(TALLOC_CTX *ctx, const char *text)
{
	uint8_t *plain = without_signs(ctx, text), *fold, *copy;
	size_t len = 0;

	if (fold_ascii(plain))
		return plain;
	fold = u8_casefold(plain, u8_strlen(plain), NULL, UNINORM_NFKD, NULL, &len);
	if (!fold)
		abort();
	copy = talloc_array(ctx, uint8_t, (unsigned)len + 1);
	memcpy(copy, fold, len);
	copy[len] = '\0';
	free(fold);
	return copy;
}

static uint8_t *put_letter(uint8_t *to, ucs4_t c)
{
	int digit;

	if (c < ASCII_END) {
		*to++ = (uint8_t)c;
		return to;
	}
	digit = uc_decimal_value(c);
	if (digit >= 0) {
		*to++ = (uint8_t)('0' + digit);
		return to;
	}
	for (size_t i = 0; i < sizeof(LETTERS) / sizeof(*LETTERS); i++)
		if (LETTERS[i].from == c)
			return u8_stpcpy(to, (const uint8_t *)LETTERS[i].to);
	return to + u8_uctomb(to, c, 6);
}

/* The words, parted by one blank each or, within what is written without one, by one joint. */
static char *parted(TALLOC_CTX *ctx, const char *text)
{
	const uint8_t *from = folded(ctx, text);
	char *out = talloc_array(ctx, char, (unsigned)u8_strlen(from) * 2 + 8);
	uint8_t *to = (uint8_t *)out;
	char between = '\0';
	ucs4_t c;

	for (const uint8_t *next; (next = u8_next(&c, from)); from = next) {
		if (is_mark_left_out(c) || is_left_out(c))
			continue;
		if (is_in_word(c)) {
			if (between && to > (uint8_t *)out)
				*to++ = (uint8_t)between;
			between = '\0';
			to = put_letter(to, c);
		} else if (between != ' ') {
			between = is_blank_sign(c) ? ' ' : JOINT;
		}
	}
	*to = '\0';
	return out;
}

/* A copy without this sign, of len bytes. */
static char *without(TALLOC_CTX *ctx, const char *text, size_t len, char sign)
{
	char *out = talloc_strndup(ctx, text, len), *to = out;

	for (const char *from = out; *from; from++)
		if (*from != sign)
			*to++ = *from;
	*to = '\0';
	return out;
}

/* "jean␁luc" is "jean luc jeanluc": what is written in one may be sought in parts, and the other way round. */
static char *add_word(char *all, const char *word, size_t len)
{
	char *parts = talloc_strndup(all, word, len), *joint = strchr(parts, JOINT);

	if (joint)
		all = talloc_asprintf_append_buffer(all, " %s", without(parts, parts, len, JOINT));
	talloc_free(parts);
	return all;
}

const char *words_of(TALLOC_CTX *ctx, const char *text, size_t max)
{
	char *all = parted(ctx, text), *joined = talloc_strdup(ctx, "");

	for (const char *word = all; *word;) {
		size_t len = strcspn(word, " ");

		joined = add_word(joined, word, len);
		word += len + (word[len] == ' ');
	}
	for (char *at = all; (at = strchr(at, JOINT));)
		*at = ' ';
	all = talloc_asprintf_append(all, "%s", joined);
	all[utf8_prefix(all, max)] = '\0';
	return all;
}

/* ---- what is sought ---- */

static bool is_digits(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

/* Without the zeros that only who calls at home dials. */
static const char *dialled(const char *digits)
{
	const char *rest = digits + strspn(digits, "0");

	return *rest ? rest : digits;
}

/* Keeps the longest, in order of their length. */
static void keep_word(struct sought *sought, const char *word)
{
	size_t at = sought->n, len = strlen(word);

	while (at && strlen(sought->words[at - 1]) < len)
		at--;
	if (at == SOUGHT_MAX)
		return;
	if (sought->n < SOUGHT_MAX)
		sought->n++;
	memmove(&sought->words[at + 1], &sought->words[at], (sought->n - 1 - at) * sizeof(*sought->words));
	sought->words[at] = word;
}

struct sought *words_sought(TALLOC_CTX *ctx, const char *text)
{
	struct sought *sought = talloc_zero(ctx, struct sought);
	char *all = parted(sought, text), *joined = talloc_strdup(sought, ""), *number = talloc_strdup(sought, "");
	size_t n = 0;
	bool is_number = true;

	for (char *word = all, *next; *word; word = next, n++) {
		size_t len = strcspn(word, " \x01");

		next = word + len + (word[len] != '\0');
		word[len] = '\0';
		keep_word(sought, word);
		joined = talloc_strdup_append_buffer(joined, word);
		/* "+44 (0)20 …": that 0 is for callers at home */
		if (!n || strcmp(word, "0"))
			number = talloc_strdup_append_buffer(number, word);
		is_number = is_number && is_digits(word);
	}
	for (size_t i = 0; i < sought->n; i++)
		sought->digits[i] = is_digits(sought->words[i]) ? dialled(sought->words[i]) : sought->words[i];
	if (n > 1)
		sought->joined = joined;
	if (n > 1 && is_number && strlen(number) >= NUMBER_MIN)
		sought->number = dialled(number);
	return sought;
}
