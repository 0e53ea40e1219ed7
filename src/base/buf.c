/* Growth doubles, so a long answer costs few copies, and stops at the ceiling, so no client decides how
 * much memory a worker takes. Once something was dropped nothing more is kept: a text with a hole in it
 * would be worse than a short one. */
#include "base/buf.h"
#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 1024 /* what most heads and short answers have room in */ };

struct buf *buf_new(TALLOC_CTX *ctx, size_t max)
{
	struct buf *b = talloc_zero(ctx, struct buf);

	assert(max < SIZE_MAX / 2);
	/* Without these few bytes the process can do nothing; its parent starts another. */
	if (!b)
		abort();
	b->max = max;
	b->size = max < FIRST_SIZE ? max + 1 : FIRST_SIZE;
	b->data = talloc_size(b, b->size);
	if (!b->data)
		abort();
	b->data[0] = '\0';
	return b;
}

/* Makes room for len bytes and the NUL behind them; answers how many of them may be written. */
static size_t make_room(struct buf *b, size_t len)
{
	size_t size = b->size, take;
	char *data;

	if (b->over)
		return 0;
	take = len <= b->max - b->len ? len : b->max - b->len;
	while (size < b->len + take + 1)
		size *= 2;
	if (size > b->max + 1)
		size = b->max + 1;
	if (size != b->size) {
		data = talloc_realloc_size(b, b->data, size);
		if (!data) {
			b->over = true;
			return 0;
		}
		b->data = data;
		b->size = size;
	}
	b->over = take < len;
	return take;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	size_t take = make_room(b, len);

	if (!take)
		return;
	memcpy(b->data + b->len, bytes, take);
	b->len += take;
	b->data[b->len] = '\0';
}

void buf_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_url(struct buf *b, const char *text, const char *keep)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isascii(c) && (isalnum(c) || strchr("-._~", c) || strchr(keep, c)))
			buf_char(b, *text);
		else
			buf_printf(b, "%%%02X", c);
	}
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	size_t take, room = b->over ? 0 : b->size - b->len;
	int len;

	va_start(ap, format);
	len = vsnprintf(room ? b->data + b->len : NULL, room, format, ap);
	va_end(ap);
	assert(len >= 0);
	if ((size_t)len < room) {
		b->len += (size_t)len;
		return;
	}
	if (room)
		b->data[b->len] = '\0';
	take = make_room(b, (size_t)len);
	if (!take)
		return;
	va_start(ap, format);
	vsnprintf(b->data + b->len, take + 1, format, ap);
	va_end(ap);
	b->len += take;
}

bool buf_over(const struct buf *b)
{
	return b->over;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = false;
	b->data[0] = '\0';
}
