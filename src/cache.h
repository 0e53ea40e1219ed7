#ifndef CACHE_H
#define CACHE_H
/* Public answers up to a second old, one store a worker. When the sale opens, thousands ask for the same page: each
 * worker then makes it once a second. Only what is the same for everyone who is not signed in may come here. */
#include "reply.h"

struct cached {
	const char *key;
	ms_t made;
	bool page;
	const char *type;  /* of a picture; NULL: by page */
	const void *bytes; /* a page whole, or an answer's data */
	size_t len;
	const char *message;
	struct json_object *pagination;
};

/* What is kept for this request's path, query and locale; NULL when nothing fresh is. */
const struct cached *cache_get(const struct exchange *x);
/* Keeps a copy; answers of more than 256 KB are not kept. pagination is referenced. */
void cache_put(const struct exchange *x, const void *bytes, size_t len, const char *message,
	       struct json_object *pagination);

#endif
