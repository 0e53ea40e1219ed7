#ifndef LIVE_HTTP1_H
#define LIVE_HTTP1_H
/* The head of an HTTP/1.1 request as our own web server hands it on (RFC 9112, 2 to 5), as CGI has it (RFC 3875), so that
 * all else reads it like any other. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum { HTTP1_HEAD = 16 << 10, HTTP1_HEADERS = 100 };

struct http1 {
	size_t len;    /* of the head, with its empty line */
	char **envp;   /* "REQUEST_METHOD=GET", …, on the context; ends with NULL */
	size_t body;   /* bytes that follow, by Content-Length */
	bool upgrades; /* it asks for a WebSocket (RFC 6455, 4.2.1): all that this needs was said */
	bool half;     /* it asks for one, and something is missing or of another version */
	bool keeps;    /* the connection may serve another request */
};

enum http1_state { HTTP1_WHOLE, HTTP1_MORE, HTTP1_BAD };

/* Reads the first len bytes of what came. HTTP1_BAD: no head of ours, or one that is too long, has a body in chunks, or says one thing
 * twice that has one meaning. Nothing is made then, nor at HTTP1_MORE. What X-Forwarded-For says last is who asked the web server, and
 * becomes REMOTE_ADDR; what stood before it is left. */
enum http1_state http1_read(TALLOC_CTX *ctx, const char *bytes, size_t len, struct http1 *head);

#endif
