/* Money's arithmetic, for a currency of two places: but what is read and shown has other habits. */
#include "base/rate.h"
#include "base/money.h"
#include <string.h>

char *rate_text(int64_t points, char *out, size_t size)
{
	char *end;

	money_decimal(points, 2, out, size);
	end = out + strlen(out);
	while (end[-1] == '0')
		end--;
	*(end[-1] == '.' ? end - 1 : end) = '\0';
	return out;
}

/* Where the number ends: before a per cent sign, ASCII's or the Arabic one, and the blanks before that. */
static size_t number_length(const char *text)
{
	static const char *const SIGNS[] = { "%", "\u066A", "\uFF05" }, *const BLANKS[] = { " ", "\u00A0", "\u202F" };
	size_t len = strlen(text), signs = 0;

	for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS && !signs; i++) {
		size_t n = strlen(SIGNS[i]);

		if (len >= n && !strcmp(text + len - n, SIGNS[i]))
			signs = n;
	}
	len -= signs;
	for (size_t i = 0; i < sizeof BLANKS / sizeof *BLANKS && signs; i++) {
		size_t n = strlen(BLANKS[i]);

		if (len >= n && !strncmp(text + len - n, BLANKS[i], n))
			return len - n;
	}
	return len;
}

bool rate_parse(const char *text, int64_t *points)
{
	size_t len = number_length(text);
	char number[40], *comma;

	if (len >= sizeof number)
		return false;
	memcpy(number, text, len);
	number[len] = '\0';
	comma = strchr(number, ',');
	if (comma)
		*comma = '.';
	return money_parse(number, "EUR", points);
}
