#ifndef ROUTES_H
#define ROUTES_H
/* The site map's row. The rows are in routes/<family>.c; table.c says how to add one. */
#include "http/request.h"

typedef int action_fn(struct request *rq);
/* Answers n requests of one route, n from 2 to HTTP_TOGETHER, as its action would answer each; those it set alone for are
 * left. False: nothing was stored, and each is to be answered alone. Inside a transaction where the route WRITES, and then
 * perhaps once more. What it allocates lives as long as all of them. */
typedef bool together_fn(struct request *const rqs[], size_t n);

/* The pools of workers that `gatehouse serve` keeps, so that one crowd does not take another's workers. */
enum pool { POOL_WEB, POOL_GATE, POOL_BOOK, POOL_OUTSIDE, POOLS };

/* Rate classes: one bucket each an address (config [limits]). */
enum rate { RATE_NONE, RATE_PUBLIC, RATE_ACCOUNT, RATE_WRITE, RATE_GATE };

enum route_flag {
	READS = 0,
	WRITES = 1 << 0,  /* runs inside a transaction, which commits unless refused */
	OWN_TX = 1 << 1,  /* makes its own short transactions: calls the outside world, or tries again by itself */
	HASHES = 1 << 2,  /* a password is hashed: a kind of slow work, see enum slow in shared.h */
	CACHED = 1 << 3,  /* answers people not signed in from up to 1 s ago */
	SECRET = 1 << 4,  /* the answer holds tokens or codes: never kept under an idempotency key, no-store */
	NO_CSRF = 1 << 5, /* a foreign server posts here and proves itself otherwise (webhooks) */
	DEMO_ONLY = 1 << 6,
	BARE = 1 << 7,	  /* the body is data itself, no envelope, for programs (health, OpenAPI, the demo outbox) */
	EXPORTS = 1 << 8, /* slow when ?format= asks for a file */
	STILL = 1 << 9,	  /* a public picture that seldom changes: anybody may keep it for a day */
	HASHES_AT_GATE = 1 << 10, /* an usher's password: seats apart from everybody else's */
	CALLS = 1 << 11		  /* slow: waits for an answer from the outside world */
};

struct route {
	const char *method; /* GET (also answers HEAD), POST, PUT, DELETE */
	const char *
		path; /* "/api/v1/public/events/:id"; ":name" takes one segment; no trailing slash, which is optional */
	action_fn *action;
	enum role who; /* a set of roles, or ANYONE; 0 fails the build's tests */
	enum rate rate;
	unsigned flags;
	const struct field *fields;
	const char *page; /* template below templates/, "event/show.html"; NULL: JSON */
	const char *then; /* a page's POST: where a success goes, "/orders/:order.id" takes values from the answer */
	action_fn *again; /* a page's POST: the action that fills the page again after a refusal */
	together_fn *together;		 /* NULL, or the same action for several that wait */
	const char *summary;		 /* one line, for OpenAPI and the docs */
	const struct resource *resource; /* set where the route was made from resources.c */
	enum pool pool;			 /* by its path, from the table in router.c; no row says it */
};

/* The table, resources' routes included; *n rows. Made once before the fork. */
const struct route *routes_all(size_t *n);
/* The pool whose socket the web server's configuration sends this route's addresses to; path as in a row. */
enum pool route_pool(const char *path);
/* The route for a method and path. NULL: *allow says which methods the path has (NULL: no such path).
 * Parameters go into *params (a json object, owned by the caller) when there are any. */
const struct route *route_match(const char *method, const char *path, struct json_object **params, const char **allow);
/* The GET row that fills the page of a refused form again: posted's .again shows its .page. Asserts that there is one. */
const struct route *route_of_page(const struct route *posted);
/* The fields of the form that a page row shows: its own when it is a POST, else those of the POST row that comes back to
 * it. NULL when it shows none. */
const struct field *route_form(const struct route *page);
/* "/organizer" … : the portal a path belongs to, and the role that signs in there. */
struct portal {
	const char *prefix; /* "" for customers */
	enum role roles;
	const char *sign_in; /* "/organizer/sign-in" */
	const char *name;    /* "organizer" */
};
const struct portal *portal_of(const char *path);

#endif
