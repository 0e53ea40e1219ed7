#ifndef LIVE_HEAD_H
#define LIVE_HEAD_H
/* Is a FastCGI request's head here whole, and is it one that libfcgi can be given? */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a web server may say of one request; its own limits are far below. */
enum { HEAD_BYTES = 64 << 10 };

/* HEAD_ALONE: whole, and with it has come that nothing follows, so whoever reads it waits for nothing. */
enum head_state { HEAD_WHOLE, HEAD_ALONE, HEAD_MORE, HEAD_BAD };

/* The first len bytes of a connection (FastCGI 1.0, 3.3, 3.4 and 5.2): FCGI_BEGIN_REQUEST, then FCGI_PARAMS up to the
 * empty one, whose names and values must end where the stream does. HEAD_MORE: so far so good. Bytes behind the head do
 * not matter. */
enum head_state head_state(const uint8_t *bytes, size_t len);

#endif
