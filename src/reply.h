#ifndef REPLY_H
#define REPLY_H
/* From an action's answer to bytes on the wire: JSON in the mount's dialect, a page, a redirect, a file; with the headers
 * that every answer carries. Runs after the commit, never inside a transaction. */
#include "dispatch.h"
#include "http/request.h"

/* What dispatch knows besides the request. */
struct exchange {
	struct worker *worker;
	struct http *http;
	struct request rq;
	struct json_object *ignored; /* undeclared names of an API's input */
	const char *allow;           /* of a 405 */
	const char *csrf;            /* for the page's forms */
	const char *form_cookie;     /* to set, for people not signed in; NULL */
	const char *locale;
	bool api;                    /* below /api: JSON, no redirect to a sign-in page */
	bool cache_fill;             /* an answer that others may have for a second */
	bool refilled;               /* refused, and its form's page is filled again */
};

/* Renders and sends. */
void reply(struct exchange *x);

/* Public answers up to a second old, one store a worker: bounded in entries and bytes. */
struct cache;
struct cache *cache_new(TALLOC_CTX *ctx);
/* Sends the kept answer for this request, if it has one; false when it has none. */
bool reply_from_cache(struct exchange *x);

#endif
