/* libfcgi believes the lengths it is told: a wrong one makes it allocate by it, or stop the process by an assertion; and
 * it waits for what is missing. One process holds everybody here, so a head is looked through before libfcgi sees it,
 * while it still lies in the socket's queue. */
#include "live/head.h"
#include <string.h>

enum { RECORD_HEADER = 8, VERSION = 1, BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5, BEGIN_BODY = 8 };

struct record {
	unsigned type, id;
	size_t len; /* of its content, which follows its header */
	size_t whole;
};

static struct record record_at(const uint8_t *header)
{
	struct record r = { .type = header[1],
			    .id = (unsigned)header[2] << 8 | header[3],
			    .len = (size_t)header[4] << 8 | header[5] };

	r.whole = RECORD_HEADER + r.len + header[6];
	return r;
}

/* One length of a name or value: a byte, or four with the highest bit set. False: the stream ends within. */
static bool take_length(const uint8_t **at, const uint8_t *end, size_t *length)
{
	const uint8_t *p = *at;

	if (p == end)
		return false;
	if (*p < 0x80) {
		*length = *p;
		*at = p + 1;
		return true;
	}
	if (end - p < 4)
		return false;
	*length = (size_t)(p[0] & 0x7F) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	*at = p + 4;
	return true;
}

static bool pairs_fit(const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		size_t name, value;

		if (!take_length(&at, end, &name) || !take_length(&at, end, &value))
			return false;
		if (name + value > (size_t)(end - at))
			return false;
		at += name + value;
	}
	return true;
}

/* May the record at this place of a head stand there? */
static bool belongs(const uint8_t *header, bool first, unsigned id)
{
	struct record r = record_at(header);

	if (header[0] != VERSION || r.id == 0)
		return false;
	return first ? r.type == BEGIN_REQUEST && r.len == BEGIN_BODY : r.type == PARAMS && r.id == id;
}

/* What is behind the head: is it the body's end, and that alone? */
static bool is_end(const uint8_t *rest, size_t len, unsigned id)
{
	struct record r;

	if (len != RECORD_HEADER)
		return false;
	r = record_at(rest);
	return rest[0] == VERSION && r.type == STDIN && r.id == id && r.whole == RECORD_HEADER;
}

static enum head_state whole(const uint8_t *rest, size_t len, unsigned id)
{
	return is_end(rest, len, id) ? HEAD_ALONE : HEAD_WHOLE;
}

enum head_state head_state(const uint8_t *bytes, size_t len)
{
	uint8_t params[HEAD_BYTES];
	unsigned id = 0;
	size_t n = 0;

	for (size_t at = 0; len - at >= RECORD_HEADER;) {
		struct record r = record_at(bytes + at);
		bool first = at == 0;

		if (!belongs(bytes + at, first, id))
			return HEAD_BAD;
		if (r.len == 0 && !pairs_fit(params, params + n))
			return HEAD_BAD;
		if (len - at < r.whole)
			break;
		if (r.len == 0)
			return whole(bytes + at + r.whole, len - at - r.whole, id);
		if (!first && n + r.len > sizeof params)
			return HEAD_BAD;
		if (!first) {
			memcpy(params + n, bytes + at + RECORD_HEADER, r.len);
			n += r.len;
		}
		id = r.id;
		at += r.whole;
	}
	return len < HEAD_BYTES ? HEAD_MORE : HEAD_BAD;
}
