#ifndef REPLY_H
#define REPLY_H
/* From an action's answer to bytes on the wire: JSON in the mount's dialect, a page, a redirect, a file; with the headers
 * that every answer carries. Runs after the commit, never inside a transaction. */
#include "exchange.h"

/* Renders and sends. */
void reply(struct exchange *x);
/* The same for a success of an API whose data is text already, in its dialect's shape. */
void reply_data(struct exchange *x, const char *data, size_t len);
/* The head that every answer carries, for who writes the body as it comes. */
struct response reply_head(struct exchange *x);

/* Public answers up to a second old, one store a worker: bounded in entries and bytes. */
struct cache;
struct cache *cache_new(TALLOC_CTX *ctx);
/* Sends the kept answer for this request, if it has one; false when it has none. */
bool reply_from_cache(struct exchange *x);

#endif
