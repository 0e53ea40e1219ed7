#ifndef BASE_BUF_H
#define BASE_BUF_H
/* A growing byte buffer with a ceiling. Past the ceiling it keeps what it has, drops the rest and
 * remembers that it did, so a writer need not check each step: it checks buf_over() once at the end. */
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

struct buf {
	char *data; /* always NUL-terminated behind len */
	size_t len, size, max;
	bool over;
};

/* An empty buffer on ctx that will hold at most max bytes. Never NULL: without memory for it the process aborts. */
struct buf *buf_new(TALLOC_CTX *ctx, size_t max);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
/* text with each byte as %XX that is neither a letter, a digit or one of "-._~" (RFC 3986, 2.3) nor one of keep. */
void buf_url(struct buf *b, const char *text, const char *keep);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* True when something did not fit and was dropped. */
bool buf_over(const struct buf *b);
void buf_clear(struct buf *b);

#endif
