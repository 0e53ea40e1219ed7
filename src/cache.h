#ifndef CACHE_H
#define CACHE_H
/* Public answers up to a second old, one store a worker. When the sale opens, thousands ask for the same page: each
 * worker then makes it once a second. Only what is the same for everyone who is not signed in may come here. */
#include "reply.h"

enum { ETAG_SIZE = 2 + 32 + 1 }; /* with its quotes */

struct cached {
	const char *key;
	ms_t made;
	bool page;
	const char *type;  /* of a picture; NULL: by page */
	const void *bytes; /* a page whole, or an answer's data */
	size_t len;
	const char *message;
	char tag[ETAG_SIZE]; /* of an answer's data; "" for a page */
	struct json_object *pagination;
};

/* What is kept for this request's path, query and locale; NULL when nothing fresh is. */
const struct cached *cache_get(const struct exchange *x);
/* Keeps a copy; answers of more than 256 KB are not kept. type: of a picture, else NULL; tag: NULL for a page; pagination is
 * referenced. */
void cache_put(const struct exchange *x, const char *type, const void *bytes, size_t len, const char *message,
	       const char *tag, struct json_object *pagination);

#endif
