#ifndef WORKER_H
#define WORKER_H
/* One worker: a plain loop of accept and dispatch, with one database connection. */
#include "base/config.h"
#include "shared.h"

struct worker_place {
	const struct config *config;
	struct shared *shared;
	int schema; /* its program's: see db_expect_schema() */
	int listen_fd;
	unsigned slot;
	enum pool pool;
	bool alone; /* no other process of ours may exist: it also runs the jobs that are due */
};

/* Serves until SIGTERM, until the parent is gone (ask for that with PR_SET_PDEATHSIG) or until worker_requests were
 * served; the request under way is always finished. Call it with SIGTERM blocked: it is unblocked once it can be heeded.
 * Returns the exit status: 0 when it left by itself. */
int worker_run(const struct worker_place *place);

#endif
