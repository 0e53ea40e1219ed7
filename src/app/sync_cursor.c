/* Numbers, big-endian, as base64url. It is not signed: whoever makes one up leaves themselves in the dark, and nobody else. */
#include "app/sync_cursor.h"
#include "rules/keys.h"
#include <string.h>

enum { CURSOR_BYTES = 54, CURSOR_KIND = 1 };

static uint8_t *put(uint8_t *at, int bytes, int64_t number)
{
	for (int i = bytes - 1; i >= 0; i--)
		*at++ = (uint8_t)((uint64_t)number >> 8 * i);
	return at;
}

static int64_t take(const uint8_t **at, int bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < bytes; i++)
		number = number << 8 | *(*at)++;
	return (int64_t)number;
}

bool sync_cursor_read(const char *text, struct sync_cursor *cursor)
{
	uint8_t bytes[CURSOR_BYTES];
	const uint8_t *at = bytes;
	size_t len;

	if (!base64url_read(text, strlen(text), bytes, sizeof bytes, &len) || len != CURSOR_BYTES ||
	    take(&at, 1) != CURSOR_KIND)
		return false;
	cursor->list = (enum sync_list)take(&at, 1);
	cursor->event_id = take(&at, 8);
	cursor->print = (uint32_t)take(&at, 4);
	cursor->since.at = take(&at, 8);
	cursor->since.log = take(&at, 8);
	cursor->next.at = take(&at, 8);
	cursor->next.log = take(&at, 8);
	cursor->after = take(&at, 8);
	return (int)cursor->list <= SYNC_NAMES && cursor->since.at >= 0 && cursor->since.log >= 0 &&
	       cursor->next.at >= 0 && cursor->next.log >= 0 && cursor->after >= 0;
}

char *sync_cursor_text(const struct sync_cursor *cursor, char out[SYNC_CURSOR_SIZE])
{
	uint8_t bytes[CURSOR_BYTES], *at = bytes;

	at = put(at, 1, CURSOR_KIND);
	at = put(at, 1, cursor->list);
	at = put(at, 8, cursor->event_id);
	at = put(at, 4, cursor->print);
	at = put(at, 8, cursor->since.at);
	at = put(at, 8, cursor->since.log);
	at = put(at, 8, cursor->next.at);
	at = put(at, 8, cursor->next.log);
	put(at, 8, cursor->after);
	return base64url(bytes, sizeof bytes, out);
}
