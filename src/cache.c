/* Public answers up to a second old: a small direct-mapped table, so a flood of different queries can only displace
 * entries, never grow it. */
#include "cache.h"
#include "routes/routes.h"
#include <stdio.h>
#include <string.h>

enum { ENTRIES = 64, ENTRY_MAX = 256 << 10 };

struct cache {
	struct cached *entry[ENTRIES];
};

struct cache *cache_new(TALLOC_CTX *ctx)
{
	return talloc_zero(ctx, struct cache);
}

/* FNV-1a, 64 bits. */
static struct cached **place(struct cache *cache, const char *key)
{
	uint64_t hash = 14695981039346656037u;

	for (const char *s = key; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return &cache->entry[(hash ^ hash >> 32) % ENTRIES];
}

static const char *key_of_request(const struct exchange *x)
{
	return talloc_asprintf(x->rq.mem, "%s %s %s?%s", x->api ? "api" : "page", tongue_locale(x->rq.tongue),
			       x->rq.path, x->rq.query);
}

const struct cached *cache_get(const struct exchange *x)
{
	const char *key = key_of_request(x);
	struct cached *found = *place(x->worker->cache, key);

	if (!found || x->rq.now - found->made >= MS_SECOND || x->rq.now < found->made || strcmp(found->key, key))
		return NULL;
	return found;
}

static int forget(struct cached *entry)
{
	json_object_put(entry->pagination);
	return 0;
}

void cache_put(const struct exchange *x, const char *type, const void *bytes, size_t len, const char *message,
	       const char *tag, struct json_object *pagination)
{
	const char *key = key_of_request(x);
	struct cached **slot = place(x->worker->cache, key), *entry;

	if (len > ENTRY_MAX)
		return;
	talloc_free(*slot);
	*slot = entry = talloc_zero(x->worker->cache, struct cached);
	entry->key = talloc_strdup(entry, key);
	entry->made = x->rq.now;
	entry->page = x->rq.route->page != NULL;
	entry->type = type ? talloc_strdup(entry, type) : NULL;
	entry->bytes = talloc_memdup(entry, bytes, len);
	entry->len = len;
	entry->message = message ? talloc_strdup(entry, message) : NULL;
	snprintf(entry->tag, sizeof entry->tag, "%s", tag ? tag : "");
	entry->pagination = json_object_get(pagination);
	talloc_set_destructor(entry, forget);
}
