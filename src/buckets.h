#ifndef BUCKETS_H
#define BUCKETS_H
/* Buckets of tokens in memory that processes share: somebody's holds what a minute brings, and fills again as time passes. */
#include "base/clock.h"
#include <stdatomic.h>
#include <stdint.h>

#define BUCKET_FILLS_US INT64_C(60000000) /* from empty to full */
#define BUCKET_APART_US INT64_C(10000000) /* how far the clocks of requests that are served at once may be apart */

enum { BUCKET_SETS = 4096, BUCKET_WAYS = 8 };

struct bucket {
	atomic_uint_fast64_t name; /* 0 is free */
	atomic_int_fast64_t full;  /* µs since 1970: when the bucket is full again */
};

/* All zero is empty. */
struct buckets {
	struct bucket of[BUCKET_SETS][BUCKET_WAYS];
	atomic_bool making[BUCKET_SETS]; /* one of that set is being made */
};

/* Takes a token from the bucket of that name (not 0), which gets one in every step µs; made when there is none, in the place of
 * the one of its set that is full, or nearest to it. now: the request's own, which may be older than another's that has
 * taken one already. 0, or seconds until there is a token. */
int bucket_take(struct buckets *buckets, uint64_t name, int64_t step, ms_t now);

#endif
