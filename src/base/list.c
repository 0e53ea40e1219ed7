/* Lists are walked in place: a setting is read at every request, and a copy for each would be waste. */
#include "base/list.h"
#include <arpa/inet.h>
#include <string.h>

const char *list_next(const char **at, char separator, size_t *len)
{
	const char *item, *end;

	while (**at == ' ')
		++*at;
	if (!**at)
		return NULL;
	item = *at;
	end = strchr(item, separator);
	if (!end)
		end = item + strlen(item);
	*at = *end ? end + 1 : end;
	while (end > item && end[-1] == ' ')
		end--;
	*len = (size_t)(end - item);
	return item;
}

bool list_has(const char *list, char separator, const char *item)
{
	const char *word;
	size_t len;

	while ((word = list_next(&list, separator, &len)))
		if (strlen(item) == len && memcmp(word, item, len) == 0)
			return true;
	return false;
}

size_t list_prefix(const char *prefixes, const char *text, size_t text_len)
{
	const char *word;
	size_t len;

	while ((word = list_next(&prefixes, ' ', &len)))
		if (text_len > len && memcmp(word, text, len) == 0)
			return len;
	return 0;
}

bool list_of_origins(const char *list)
{
	const char *item;
	size_t len, scheme;

	while ((item = list_next(&list, ',', &len))) {
		scheme = list_prefix("https:// http://", item, len);
		/* A browser's Origin has no path, so one with a path would never match. */
		if (!scheme || memchr(item + scheme, '/', len - scheme) || memchr(item, ' ', len))
			return false;
	}
	return true;
}

bool list_of_addresses(const char *list)
{
	char text[INET6_ADDRSTRLEN], raw[sizeof(struct in6_addr)];
	const char *item;
	size_t len;

	while ((item = list_next(&list, ',', &len))) {
		if (len >= sizeof(text))
			return false;
		memcpy(text, item, len);
		text[len] = '\0';
		if (inet_pton(AF_INET, text, raw) != 1 && inet_pton(AF_INET6, text, raw) != 1)
			return false;
	}
	return true;
}
