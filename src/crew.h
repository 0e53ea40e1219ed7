#ifndef CREW_H
#define CREW_H
/* The parent's workers: those that are to be there, each in its place, and those that leave, of a former self or of a pool
 * that was renewed. */
#include "base/clock.h"
#include "base/config.h"
#include "base/local_socket.h"
#include "shared.h"
#include <sys/types.h>

enum { LEAVING_MAX = 2 * SHARED_SLOTS };

struct place {
	enum pool pool;
	pid_t pid; /* 0: empty */
	ms_t started, due, delay;
};

struct leaving {
	pid_t pid;
	ms_t deadline; /* 0: not told yet */
};

struct crew {
	const struct config *config;
	struct shared *shared;
	int schema;			   /* what its workers are for: see db_expect_schema() */
	const int *lock;		   /* the parent's, which no worker keeps */
	const struct own_socket *listener; /* POOLS of them */
	bool stood;			   /* once all were there and answered */
	bool cannot_start;		   /* before that one ended before it answered */
	unsigned n_places, n_leaving;
	struct place place[SHARED_SLOTS];
	struct leaving leaving[LEAVING_MAX];
};

/* Makes a place for each worker that config wants. False when there are too many, which is logged. */
bool crew_lay_out(struct crew *crew);
/* One more that is to leave, as soon as it is not needed any more. */
void crew_see_off_also(struct crew *crew, pid_t pid);
/* All workers of pool leave, and others take their places. */
void crew_renew(struct crew *crew, enum pool pool);
/* Starts workers where there is none and it is time. */
void crew_start_due(struct crew *crew);
/* Takes note of those that ended. */
void crew_reap(struct crew *crew);
/* Tells those to leave that are not needed any more, and ends those that do not. True when all workers have answered and none
 * is left of the others but who has a request. */
bool crew_see_off(struct crew *crew);
/* Milliseconds until something is due without a signal; -1: nothing. */
ms_t crew_until_due(const struct crew *crew);
/* Sends all of them the signal; how many. */
unsigned crew_signal(const struct crew *crew, int number);

#endif
