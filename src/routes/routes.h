#ifndef ROUTES_H
#define ROUTES_H
/* The site map's row. The rows are in routes/<family>.c; table.c says how to add one. */
#include "http/mount.h"

typedef int action_fn(struct request *rq);
/* May rq->who do it? False after refusing. */
typedef bool may_fn(struct request *rq);
/* Answers n requests of one route, n from 2 to HTTP_TOGETHER, as its action would answer each; those it set alone for are
 * left. False: nothing was stored, and each is to be answered alone. Inside a transaction where the route WRITES, and then
 * perhaps once more. What it allocates lives as long as all of them. */
typedef bool together_fn(struct request *const rqs[], size_t n);

enum route_flag {
	READS = 0,
	WRITES = 1 << 0,  /* runs inside a transaction, which commits unless refused */
	OWN_TX = 1 << 1,  /* makes its own short transactions: calls the outside world, or tries again by itself */
	HASHES = 1 << 2,  /* a password is hashed: a kind of slow work, see enum slow in shared.h */
	CACHED = 1 << 3,  /* answers people not signed in from up to 1 s ago */
	SECRET = 1 << 4,  /* the answer holds tokens or codes: never kept under an idempotency key, no-store */
	NO_CSRF = 1 << 5, /* a foreign server posts here and proves itself otherwise (webhooks) */
	DEMO_ONLY = 1 << 6,
	BARE = 1 << 7,	/* the body is data itself, no envelope, for programs (health, OpenAPI, the demo outbox) */
	OWN = 1 << 8,	/* about the caller's own account: also for whom the mount does not admit to more */
	STILL = 1 << 9, /* a public picture that seldom changes: anybody may keep it for a day */
	HASHES_AT_GATE = 1 << 10, /* an usher's password: seats apart from everybody else's */
	CALLS = 1 << 11,	  /* slow: waits for an answer from the outside world */
	MAKES = 1 << 12,	  /* what was asked for is made: a success is 201, not 200 */
	LATER = 1 << 13,	  /* a success may be 202: taken up, not finished */
	WHOLE = 1 << 14,	  /* a form that sends all it has: what it leaves out was emptied */
	PROVES = 1 << 15,	  /* who sends it is known by what is sent, so it may be refused as a session is */
	ALWAYS = 1 << 16,	  /* answered in a maintenance too: about the process itself */
	/* A page's form that lost its session is carried through the portal's sign-in, which takes its fields. */
	CARRIED = 1 << 17,
	ZONED = 1 << 18, /* its action says in which zone typed times are: times_in() */
	PAYS = 1 << 19, /* its page has a form that may lead to the payment provider's own page, as no other form may */
	DRAWS = 1 << 20,  /* a PDF is drawn: a kind of slow work */
	SCANS = 1 << 21,  /* its page reads codes by itself: it may run WebAssembly */
	FEEDS = 1 << 22,  /* a list of any length, answer_feed(): slow as an export is */
	ENTIRE = 1 << 25, /* its list is never long: the answer is its rows by themselves, and has no pages */
	STRICT = 1 << 24, /* what it does not know it refuses, of an app too: a filter that is misspelt would be all */
	VIEWED = 1 << 23  /* an event's (:event_id) page for the public: how often it is looked at is counted */
};

#define BY(pool) ((pool) + 1)

struct route {
	const char *method; /* GET (also answers HEAD), POST, PUT, PATCH, DELETE */
	const char *path;   /* "/api/v1/public/events/:id"; see route_param(); no trailing slash, which is optional */
	action_fn *action;
	enum role who; /* a set of roles, or ANYONE; 0 fails the build's tests */
	enum rate rate;
	unsigned flags;
	const struct field *fields;
	const char *page; /* template below templates/, "event/show.html"; NULL: JSON */
	const char *then; /* a page's POST: where a success goes, "/orders/:order.id" takes values from the answer */
	action_fn *again; /* a page's POST: the action that fills the page again after a refusal */
	/* a page: fills rq->beside with what it shows beside the answer, after the action or .again, and outside of any
	 * transaction; it may refuse */
	action_fn *beside;
	together_fn *together; /* NULL, or the same action for several that wait */
	/* NULL, or what is asked of the person before the fields are read, also where their role may not. Somebody who is
	 * signed in to several portals is asked for as each of these people, and is the first who may. With ANYONE it
	 * is asked of nobody too, and then it alone says who may. */
	may_fn *may;
	const struct live_kind *topic; /* what is watched here; NULL: nothing */
	/* What of an organizer's co-workers may: who has one of these rights (enum right). 0: only whose account the organizer is.
	 * Not asked of what is about one's own account (OWN). */
	unsigned right;
	const char *summary; /* one line, for OpenAPI and the docs */
	/* What a success answers: an object of these, or a list of them, page by page (answer_list()); or of what a resource
	 * lists, by its path. A page's row says nothing of it. */
	const struct field *answers, *items;
	const struct field *later; /* what a success of 202 answers, where that is another (LATER) */
	const char *items_of;
	const char *one_of; /* the same of one row by itself */
	/* It takes what whose row it is may ask for of a noun of staff's, by its path (WISHED): in a PUT's fields, as a request, or in a
	 * form; a GET or PUT answers what that is now. */
	const char *asks_of;
	enum { ASKS_PUT, ASKS_REQUEST, ASKS_FORM } asks;
	const char
		*media; /* what it answers that is no tree: "image/png,image/svg+xml"; of a list its files are known */
	/* Refusals: how each may be follows from the row (openapi/answer.c), but for statuses that nothing else in it says. */
	short refuses[2];
	const struct field *tells;	 /* what a refusal may tell besides its sentence; NULL: nothing */
	const struct resource *resource; /* set where the route was made from a declared noun */
	const struct act *act;		 /* set where it is one of that resource's acts */
	int body_kb;			 /* ceiling of a body and its texts, in KB; 0: the usual, [serve] max_body_kb */
	unsigned char by;		 /* BY(POOL_BOOK): workers of another pool than the mount's */
	/* by its path, from the table of mounts; no row says them */
	const struct mount *mount;
	bool api; /* below its mount's API, not its portal */
	enum pool pool;
};

/* The table, resources' routes included; *n rows. Made once before the fork. */
const struct route *routes_all(size_t *n);
/* A parameter in a row's path: ":id" is a number from 1, ":event:uuid" a UUID, ":card:word" whatever stands there. */
enum param_type { PARAM_NUMBER, PARAM_UUID, PARAM_WORD };
struct route_param {
	const char *name; /* len bytes of the row's path */
	size_t len;
	enum param_type type;
};
/* Is this segment of a row's path, up to its "/" or end, a parameter? */
bool route_param(const char *segment, struct route_param *param);
/* A row's path as people read it, without the types of its parameters: "/events/:id". Returns out. */
const char *route_address(const char *path, char out[200]);
/* Sets what follows from where a row lies, and from what it names: once, before anybody has it. */
void route_complete(struct route *row);
/* The status that a success has unless its action says otherwise. NULL: no route. */
int route_success(const struct route *route);
/* Is a success's answer kept for who sends the same idempotency key again? Whose own key it is must be known for that. */
bool route_keeps(const struct route *route);
/* The route for a method and path. NULL: *allow says which methods the path has (NULL: no such path).
 * Parameters go into *params (a json object, owned by the caller) when there are any. */
const struct route *route_match(const char *method, const char *path, struct json_object **params, const char **allow);
/* The fields of the form that a page row shows: its own when it is a POST, else those of the POST row that comes back to
 * it. NULL when it shows none. */
const struct field *route_form(const struct route *page);
#endif
