#ifndef CHECK_INPUT_H
#define CHECK_INPUT_H
/* Input as clients send it, from memory. */
#include "http/http.h"
#include "http/input.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define N(table) (sizeof(table) / sizeof((table)[0]))

static inline const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* text over and over, on ctx. */
static inline struct buf *many(TALLOC_CTX *ctx, const char *text, size_t bytes)
{
	struct buf *all = buf_new(ctx, bytes + 100);

	while (all->len < bytes)
		buf_text(all, text);
	return all;
}

/* ---- bodies ---- */

struct memory {
	struct body_source source;
	const char *p, *end;
	size_t piece; /* bytes a read at most */
	bool fails;   /* at the end, instead of ending */
};

static inline long memory_read(struct body_source *source, char *into, size_t max)
{
	struct memory *memory = (struct memory *)source;
	size_t n = (size_t)(memory->end - memory->p);

	if (!n && memory->fails)
		return -1;
	n = n < max ? n : max;
	n = n < memory->piece ? n : memory->piece;
	memcpy(into, memory->p, n);
	memory->p += n;
	return (long)n;
}

static struct config CONFIG = { .max_body_kb = 4, .max_upload_kb = 64, .files = "/tmp" };

struct post {
	const char *method, *type, *query;
	const char *body;
	size_t len, piece;
	const char *declared;
	bool fails;
	int kb; /* the route's ceiling; 0: the usual */
	enum body_wish wish;
};

static inline int release(struct http *http)
{
	json_object_put(http->input);
	json_object_put(http->repeated);
	json_object_put(http->query_names);
	return 0;
}

static inline struct http *post(TALLOC_CTX *ctx, const struct post *given)
{
	struct http *http = talloc_zero(ctx, struct http);
	struct memory memory = { .source = { memory_read },
				 .p = given->body,
				 .end = given->body + (given->len ? given->len : strlen(given->body)),
				 .piece = given->piece ? given->piece : SIZE_MAX,
				 .fails = given->fails };

	talloc_set_destructor(http, release);
	http->method = given->method ? given->method : "POST";
	http->content_type = given->type;
	http->query = given->query ? given->query : "";
	body_read(http, &CONFIG, given->kb, given->wish, &memory.source, given->declared);
	return http;
}

#endif
