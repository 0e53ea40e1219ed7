/* Names stand beside other people's names: on an usher's screen, in a list, in a log. One that shows nothing, or turns the
 * text around it, makes others be misread. What a character is says libunistring, which libcurl brings into every worker
 * anyway; where it turns text is the Unicode Bidirectional Algorithm (UAX 9, 2.1 to 2.5). The implicit marks U+200E, U+200F
 * and U+061C turn nothing and are needed where scripts meet, so they stay. */
#include "http/text.h"
#include "base/utf8.h"
#include <stddef.h>
#include <stdint.h>
#include <unictype.h>
#include <unistr.h>

#define UTF8(text) ((const uint8_t *)(text))

enum { LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029 };

const char TEXT_NOT_ALLOWED[] = "This has characters that are not allowed.";

/* C0 and C1 controls, DEL, and where a text is one line the separators of lines. */
static bool is_control(const unsigned char *p, bool lines)
{
	if (*p < 0x20)
		return !(lines && (*p == '\n' || *p == '\t'));
	if (*p == 0xC2)
		return p[1] >= 0x80 && p[1] <= 0x9F;
	return *p == 0x7F || (!lines && *p == 0xE2 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9));
}

bool text_has_forbidden(const char *text, bool lines)
{
	for (const char *p = text; *p; p++)
		if (is_control((const unsigned char *)p, lines) || utf8_nonchar(p))
			return true;
	return false;
}

/* ---- to be seen ---- */

/* Letters and symbols by their category whose picture is blank (UnicodeData.txt): Braille's pattern without dots, a note
 * without a head, hieroglyphs' gaps. */
static bool is_blank(ucs4_t c)
{
	return c == 0x2800 || c == 0x1D159 || c == 0x13441 || c == 0x13442;
}

static bool can_be_seen(ucs4_t c)
{
	return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P |
							   UC_CATEGORY_MASK_S) &&
	       !uc_is_property_default_ignorable_code_point(c) && !is_blank(c);
}

static bool shows_something(const char *text)
{
	ucs4_t c;

	for (const uint8_t *p = UTF8(text); (p = u8_next(&c, p));)
		if (can_be_seen(c))
			return true;
	return false;
}

/* ---- the direction of text ---- */

enum turn {
	NO_TURN,
	BACKWARDS,	/* LRO, RLO: draws letters in an order that they do not have */
	EMBEDS,		/* LRE, RLE */
	ENDS_EMBEDDING, /* PDF */
	ISOLATES,	/* LRI, RLI, FSI */
	ENDS_ISOLATE	/* PDI */
};

static enum turn turn_of(ucs4_t c)
{
	switch (c) {
	case 0x202D:
	case 0x202E:
		return BACKWARDS;
	case 0x202A:
	case 0x202B:
		return EMBEDS;
	case 0x202C:
		return ENDS_EMBEDDING;
	case 0x2066:
	case 0x2067:
	case 0x2068:
		return ISOLATES;
	case 0x2069:
		return ENDS_ISOLATE;
	default:
		return NO_TURN;
	}
}

/* What is open is a number that begins with 1, then a bit for each, the innermost last: 1 an isolate, 0 an embedding. */
enum { NOTHING_OPEN = 1 };
#define TOO_DEEP (UINT64_C(1) << 62)

/* False: it closes what is not open, or is one too many. */
static bool take_turn(enum turn turn, uint64_t *open)
{
	bool isolate = turn == ISOLATES || turn == ENDS_ISOLATE;

	if (turn == EMBEDS || turn == ISOLATES) {
		*open = *open << 1 | isolate;
		return *open < TOO_DEEP;
	}
	if (*open == NOTHING_OPEN || (*open & 1) != isolate)
		return false;
	*open >>= 1;
	return true;
}

/* A text of several lines may quote what runs the other way, as long as it ends that on the same line. */
static bool turns_text(const char *text, bool lines)
{
	uint64_t open = NOTHING_OPEN;
	ucs4_t c;

	for (const uint8_t *p = UTF8(text); (p = u8_next(&c, p));) {
		enum turn turn = turn_of(c);

		if ((c == '\n' || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) && open != NOTHING_OPEN)
			return true;
		if (turn != NO_TURN && (!lines || turn == BACKWARDS || !take_turn(turn, &open)))
			return true;
	}
	return open != NOTHING_OPEN;
}

const char *text_fault(const char *text, bool lines)
{
	if (text_has_forbidden(text, lines))
		return TEXT_NOT_ALLOWED;
	if (turns_text(text, lines))
		return "This has invisible signs that turn the direction of text. Leave them out.";
	if (*text && !shows_something(text))
		return "Nothing of this can be seen. Use letters, digits or signs.";
	return NULL;
}
