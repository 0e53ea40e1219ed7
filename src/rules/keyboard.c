/* Each layout is what its keys type where an American one types these; what a layout does not name stays as it is. On an Arabic
 * keyboard one key types lam and alef, which are also two keys: such a pair is taken for the one key first, and then, for the text
 * may be too short by it, some of the pairs for two keys: one, two, three or four of them, as long as that makes few readings. Which reading is right says who asks, by a checksum. */
#include "rules/keyboard.h"
#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* A code's letters are two bytes each at most. A sixteenth of them types a pair, and each 1,024th two of them that look like one:
 * fewer than one code in a million has more than four of those. */
enum { TYPED_MAX = 400, APART_MAX = 4, READINGS_MAX = 1500 };

struct key {
	const char *typed;
	char meant;
};

/* QWERTZ, of Switzerland too. */
static const struct key GERMAN[] = {
	{ "z", 'y' }, { "y", 'z' }, { "Z", 'Y' }, { "Y", 'Z' }, { "ß", '-' }, { "'", '-' }, { "?", '_' }, { NULL, 0 },
};

/* AZERTY of France and of Belgium; capitals with their accents are what caps lock makes of the keys of digits. */
static const struct key FRENCH[] = {
	{ "q", 'a' }, { "a", 'q' }, { "w", 'z' }, { "z", 'w' }, { ",", 'm' },  { "Q", 'A' }, { "A", 'Q' }, { "W", 'Z' },
	{ "Z", 'W' }, { "?", 'M' }, { "&", '1' }, { "é", '2' }, { "\"", '3' }, { "'", '4' }, { "(", '5' }, { "-", '6' },
	{ "§", '6' }, { "è", '7' }, { "_", '8' }, { "!", '8' }, { "ç", '9' },  { "à", '0' }, { ")", '-' }, { "°", '_' },
	{ ":", '.' }, { "É", '2' }, { "È", '7' }, { "Ç", '9' }, { "À", '0' },  { NULL, 0 },
};

/* Pairs, and their ligatures, stand before the letters that they are made of. */
static const struct key ARABIC[] = {
	{ "لا", 'b' },	   { "لآ", 'B' },     { "لأ", 'G' },	 { "لإ", 'T' },	    { "\uFEFB", 'b' },
	{ "\uFEF5", 'B' }, { "\uFEF7", 'G' }, { "\uFEF9", 'T' }, { "ش", 'a' },	    { "ؤ", 'c' },
	{ "ي", 'd' },	   { "ث", 'e' },      { "ب", 'f' },	 { "ل", 'g' },	    { "ا", 'h' },
	{ "ه", 'i' },	   { "ت", 'j' },      { "ن", 'k' },	 { "م", 'l' },	    { "ة", 'm' },
	{ "ى", 'n' },	   { "خ", 'o' },      { "ح", 'p' },	 { "ض", 'q' },	    { "ق", 'r' },
	{ "س", 's' },	   { "ف", 't' },      { "ع", 'u' },	 { "ر", 'v' },	    { "ص", 'w' },
	{ "ء", 'x' },	   { "غ", 'y' },      { "ئ", 'z' },	 { "ز", '.' },	    { "\u0650", 'A' },
	{ "}", 'C' },	   { "]", 'D' },      { "\u064F", 'E' }, { "[", 'F' },	    { "أ", 'H' },
	{ "÷", 'I' },	   { "\u0640", 'J' }, { "\u060C", 'K' }, { "/", 'L' },	    { "\u2019", 'M' },
	{ "'", 'M' },	   { "آ", 'N' },      { "×", 'O' },	 { "\u061B", 'P' }, { "\u064E", 'Q' },
	{ "\u064C", 'R' }, { "\u064D", 'S' }, { "\u2018", 'U' }, { "`", 'U' },	    { "{", 'V' },
	{ "\u064B", 'W' }, { "\u0652", 'X' }, { "إ", 'Y' },	 { "~", 'Z' },	    { "٠", '0' },
	{ "١", '1' },	   { "٢", '2' },      { "٣", '3' },	 { "٤", '4' },	    { "٥", '5' },
	{ "٦", '6' },	   { "٧", '7' },      { "٨", '8' },	 { "٩", '9' },	    { NULL, 0 },
};

static const struct key AMERICAN[] = { { NULL, 0 } };

static const struct {
	const struct key *keys;
	size_t pairs; /* so many of them, at its beginning, may be two keys */
	bool caps;    /* has letters that caps lock changes */
} LAYOUTS[] = { { AMERICAN, 0, true }, { GERMAN, 0, true }, { FRENCH, 0, true }, { ARABIC, 4, false } };

enum { N_LAYOUTS = sizeof(LAYOUTS) / sizeof(*LAYOUTS) };

struct reading {
	const char *text;
	const struct key *keys;
	size_t n_pairs;		 /* of the layout */
	size_t apart[APART_MAX]; /* which pairs of the text are two keys, from 1 and rising */
	size_t n_apart;
	bool caps;
	size_t pairs; /* that the text has */
	char out[TYPED_MAX + 1];
};

static char other_case(char c)
{
	return (char)(isupper((unsigned char)c) ? tolower((unsigned char)c) : toupper((unsigned char)c));
}

static bool is_apart(const struct reading *r, size_t pair)
{
	for (size_t i = 0; i < r->n_apart; i++)
		if (r->apart[i] == pair)
			return true;
	return false;
}

/* The key that text begins with; NULL: one that types the same everywhere. */
static const struct key *key_at(struct reading *r, const char *text)
{
	for (size_t i = 0; r->keys[i].typed; i++) {
		if (strncmp(text, r->keys[i].typed, strlen(r->keys[i].typed)) != 0)
			continue;
		if (i >= r->n_pairs)
			return &r->keys[i];
		r->pairs++;
		if (!is_apart(r, r->pairs))
			return &r->keys[i];
	}
	return NULL;
}

static const char *read_keys(struct reading *r)
{
	size_t len = 0;

	r->pairs = 0;
	for (const char *at = r->text; *at && len < TYPED_MAX;) {
		const struct key *key = key_at(r, at);
		char c = key ? key->meant : *at;

		r->out[len++] = r->caps ? other_case(c) : c;
		at += key ? strlen(key->typed) : 1;
	}
	r->out[len] = '\0';
	return r->out;
}

/* The next choice of n_apart of so many pairs, in order; false: that was the last. */
static bool next_choice(struct reading *r, size_t pairs)
{
	for (size_t i = r->n_apart; i-- > 0;) {
		if (r->apart[i] >= pairs - (r->n_apart - 1 - i))
			continue;
		r->apart[i]++;
		for (size_t k = i + 1; k < r->n_apart; k++)
			r->apart[k] = r->apart[k - 1] + 1;
		return true;
	}
	return false;
}

static bool read_layout(struct reading *r, bool (*may_be)(const char *text, void *with), void *with)
{
	size_t pairs, many, all;

	r->n_apart = 0;
	if (may_be(read_keys(r), with))
		return true;
	pairs = many = r->pairs;
	all = 1 + many;
	for (size_t n = 1; n <= APART_MAX && n <= pairs && all <= READINGS_MAX; n++) {
		r->n_apart = n;
		for (size_t i = 0; i < n; i++)
			r->apart[i] = i + 1;
		do
			if (may_be(read_keys(r), with))
				return true;
		while (next_choice(r, pairs));
		many = many * (pairs - n) / (n + 1); /* so many choices there are of one pair more */
		all += many;
	}
	return false;
}

bool keyboard_undo(const char *text, bool (*may_be)(const char *text, void *with), void *with)
{
	struct reading r = { .text = text };

	if (strlen(text) > TYPED_MAX)
		return false;
	for (size_t i = 0; i < 2 * N_LAYOUTS; i++) {
		r.keys = LAYOUTS[i / 2].keys;
		r.n_pairs = LAYOUTS[i / 2].pairs;
		r.caps = i % 2;
		if (i && (!r.caps || LAYOUTS[i / 2].caps) && read_layout(&r, may_be, with))
			return true;
	}
	return false;
}
