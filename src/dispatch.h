#ifndef DISPATCH_H
#define DISPATCH_H
/* All that is common to every request, done once and in one order. */
#include "base/config.h"
#include "http/http.h"
#include "shared.h"

struct db;
struct cache;
struct html;

/* What a worker keeps from request to request. */
struct worker {
	const struct config *config;
	struct db *db;
	struct html *html;
	struct http_server *server;
	/* Sends an answer and is done with the request: http_send(), but in `live`. */
	bool (*send)(struct http_server *server, struct http *http, const struct response *response);
	struct cache *cache;
	struct shared *shared; /* counters and limits shared by this node's workers */
	unsigned slot;
	enum pool pool;
	bool alone;	 /* it serves every pool's routes */
	ms_t found_open; /* when the site was last seen not to be closed */
	/* On it is all that requests allocate: a pool that is given out piece by piece and taken back at once, where a heap
	 * would look for each piece's place and leave holes between what stays. */
	TALLOC_CTX *desk;
};

enum { WORKER_DESK = 128 << 10 /* more than most need; what has no room comes from the heap */ };

/* Answers one request and sends it; beside it others that wait, where its route answers several together. How many. */
unsigned dispatch(struct worker *worker, struct http *http);

#endif
