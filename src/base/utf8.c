/* Is it UTF-8? Asked of every name and value before anything else looks at it, so that no
 * invalid byte reaches the database, a log or a page. Most text is ASCII, so eight bytes are
 * looked at together. */
#include "base/utf8.h"
#include <stdint.h>
#include <string.h>

size_t utf8_length(const char *text, size_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xBF;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	len = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (left < len)
		return 0;
	switch (p[0]) {
	case 0xE0: /* overlong below */
		low = 0xA0;
		break;
	case 0xED: /* surrogates above */
		high = 0x9F;
		break;
	case 0xF0: /* overlong below */
		low = 0x90;
		break;
	case 0xF4: /* past U+10FFFF above */
		high = 0x8F;
		break;
	default:
		break;
	}
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

bool utf8_nonchar(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (p[0] == 0xEF) /* U+FDD0 to U+FDEF, U+FFFE, U+FFFF */
		return p[1] == 0xB7 ? p[2] >= 0x90 && p[2] <= 0xAF : p[1] == 0xBF && p[2] >= 0xBE;
	/* The last two of each plane above. */
	return p[0] >= 0xF0 && (p[1] & 0x0F) == 0x0F && p[2] == 0xBF && p[3] >= 0xBE;
}

bool utf8_valid(const char *text, size_t len)
{
	size_t i = 0, step;
	uint64_t eight;

	while (i < len) {
		if (len - i >= sizeof(eight)) {
			memcpy(&eight, text + i, sizeof(eight));
			if (!(eight & UINT64_C(0x8080808080808080))) {
				i += sizeof(eight);
				continue;
			}
		}
		step = utf8_length(text + i, len - i);
		if (!step)
			return false;
		i += step;
	}
	return true;
}

size_t utf8_prefix(const char *text, size_t max)
{
	size_t len = strnlen(text, max);

	if (len == max)
		while (len && (text[len] & 0xC0) == 0x80)
			len--;
	return len;
}
