/* Finding the row of the site map that a request means. The table is short and in one piece of memory, so it is walked:
 * measured, that is a few microseconds of a request. */
#include "routes/routes.h"
#include <assert.h>
#include <json-c/json.h>
#include <string.h>

/* Does path fit pattern segment by segment? A trailing slash of path is optional. Parameters go into *params. */
static bool fits(const char *pattern, const char *path, struct json_object **params)
{
	const char *p = pattern, *s = path;

	for (;;) {
		if (*p == ':') {
			size_t name = strcspn(++p, "/"), value = strcspn(s, "/");
			char key[40];

			if (!value)
				return false;
			assert(name < sizeof key);
			memcpy(key, p, name);
			key[name] = '\0';
			if (params) {
				if (!*params)
					*params = json_object_new_object();
				json_object_object_add(*params, key, json_object_new_string_len(s, (int)value));
			}
			p += name;
			s += value;
		}
		if (!*p)
			return !*s || (*s == '/' && !s[1]);
		if (*p != *s)
			return false;
		p++;
		s++;
	}
}

/* Literal rows win over ":name" rows, whatever their order: "/events/featured" is never an id. */
static bool better(const struct route *a, const struct route *b)
{
	return !b || (strchr(b->path, ':') && (!strchr(a->path, ':') || strcspn(a->path, ":") > strcspn(b->path, ":")));
}

static const char *allowed(const char *path)
{
	static const char *const METHODS[] = { "GET", "POST", "PUT", "DELETE" };
	/* Every set of methods, so that none is built at run time: index is a bit set of METHODS. */
	static const char *const SETS[16] = { NULL,
					      "GET, HEAD, OPTIONS",
					      "POST, OPTIONS",
					      "GET, HEAD, POST, OPTIONS",
					      "PUT, OPTIONS",
					      "GET, HEAD, PUT, OPTIONS",
					      "POST, PUT, OPTIONS",
					      "GET, HEAD, POST, PUT, OPTIONS",
					      "DELETE, OPTIONS",
					      "GET, HEAD, DELETE, OPTIONS",
					      "POST, DELETE, OPTIONS",
					      "GET, HEAD, POST, DELETE, OPTIONS",
					      "PUT, DELETE, OPTIONS",
					      "GET, HEAD, PUT, DELETE, OPTIONS",
					      "POST, PUT, DELETE, OPTIONS",
					      "GET, HEAD, POST, PUT, DELETE, OPTIONS" };
	size_t n;
	const struct route *all = routes_all(&n);
	unsigned set = 0;

	for (size_t i = 0; i < n; i++)
		if (fits(all[i].path, path, NULL))
			for (unsigned w = 0; w < 4; w++)
				if (!strcmp(all[i].method, METHODS[w]))
					set |= 1u << w;
	return SETS[set];
}

const struct route *route_match(const char *method, const char *path, struct json_object **params, const char **allow)
{
	size_t n;
	const struct route *all = routes_all(&n), *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (*all[i].method == *method && fits(all[i].path, path, NULL) && !strcmp(all[i].method, method) &&
		    better(&all[i], best))
			best = &all[i];
	*allow = best ? NULL : allowed(path);
	if (best)
		fits(best->path, path, params);
	return best;
}

/* The first line that a row's path begins with, segment by segment, counts. Few workers serve the gates and the bookings, so
 * what may be slow there, passwords and the search of the log, goes to the pages' workers. What a web server does with the
 * same addresses stands in httpd/; tests/web asks each of them whether the two agree. */
static const struct {
	const char *path;
	enum pool pool;
} POOL_OF[] = {
	{ "/api/v1/payments", POOL_OUTSIDE },
	{ "/orders/:id/pay", POOL_OUTSIDE },
	{ "/orders/:id/confirm", POOL_OUTSIDE },
	{ "/api/v1/tickets/book", POOL_BOOK },
	{ "/events/:id/book", POOL_BOOK },
	{ "/gate/sign-in", POOL_WEB },
	{ "/gate/account", POOL_WEB },
	{ "/gate/logs", POOL_WEB },
	{ "/gate", POOL_GATE },
	{ "/api/usher/login", POOL_WEB },
	{ "/api/usher/scan/logs", POOL_WEB },
	{ "/api/usher", POOL_GATE },
	{ "", POOL_WEB },
};

enum pool route_pool(const char *path)
{
	for (size_t i = 0;; i++) {
		size_t len = strlen(POOL_OF[i].path);

		if (!len || (!strncmp(path, POOL_OF[i].path, len) && (path[len] == '/' || !path[len])))
			return POOL_OF[i].pool;
	}
}

static const struct portal PORTALS[] = {
	{ "/organizer", ORGANIZER, "/organizer/sign-in", "organizer" },
	{ "/merchant", MERCHANT, "/merchant/sign-in", "merchant" },
	{ "/admin", STAFF, "/admin/sign-in", "admin" },
	{ "/gate", USHER, "/gate/sign-in", "gate" },
	{ "", CUSTOMER, "/sign-in", "customer" },
};

const struct portal *portal_of(const char *path)
{
	const struct portal *portal = PORTALS;

	for (;; portal++) {
		size_t len = strlen(portal->prefix);

		if (!len || (!strncmp(path, portal->prefix, len) && (path[len] == '/' || !path[len])))
			return portal;
	}
}

/* Does get show the form that post takes? */
static bool shows_again(const struct route *get, const struct route *post)
{
	return get->page && post->page && post->again == get->action && get->resource == post->resource &&
	       !strcmp(get->page, post->page) && !strcmp(get->method, "GET") && !strcmp(post->method, "POST");
}

const struct route *route_of_page(const struct route *posted)
{
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++)
		if (shows_again(&all[i], posted))
			return &all[i];
	assert(false);
	return NULL;
}

const struct field *route_form(const struct route *page)
{
	size_t n;
	const struct route *all = routes_all(&n);

	if (!strcmp(page->method, "POST"))
		return page->fields;
	for (size_t i = 0; i < n; i++)
		if (shows_again(page, &all[i]))
			return all[i].fields;
	return NULL;
}
