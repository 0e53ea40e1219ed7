/* The generic cell rate algorithm: a bucket is one word, the time at which it will be full again. That makes a token bucket without
 * a refill, from which one compare and swap takes, and an old bucket is simply one whose time has passed. A name says in which
 * small set its bucket is. */
#include "buckets.h"
#include <sched.h>
#include <stddef.h>
#include <time.h>

/* Of a busy machine the one that makes it may be put aside for a while, which yielding alone does not outwait. */
enum { MAKING_YIELDS = 50, MAKING_NAPS = 1000 };
static const struct timespec NAP = { .tv_nsec = 100000 };

static struct bucket *bucket_of(struct bucket set[BUCKET_WAYS], uint64_t name)
{
	for (int i = 0; i < BUCKET_WAYS; i++)
		if (atomic_load(&set[i].name) == name)
			return &set[i];
	return NULL;
}

/* The one that is full, or nearest to it, is reused: a full bucket holds nothing that a new one would not. */
static struct bucket *bucket_make(struct bucket set[BUCKET_WAYS], uint64_t name)
{
	struct bucket *oldest = set;

	for (int i = 1; i < BUCKET_WAYS; i++)
		if (atomic_load(&set[i].full) < atomic_load(&oldest->full))
			oldest = &set[i];
	atomic_store(&oldest->full, 0);
	atomic_store(&oldest->name, name);
	return oldest;
}

/* The bucket of that name. One process at a time makes one in a set, or two would make two of one name. Nobody is waited for
 * in vain: who died meanwhile costs a token too many at worst. */
static struct bucket *bucket_find(struct buckets *buckets, uint64_t name)
{
	struct bucket *set = buckets->of[(name >> 32) % BUCKET_SETS], *found = bucket_of(set, name);
	atomic_bool *making = &buckets->making[(name >> 32) % BUCKET_SETS];

	if (found)
		return found;
	for (int tries = 0; atomic_exchange(making, true) && tries < MAKING_YIELDS + MAKING_NAPS; tries++)
		if (tries < MAKING_YIELDS)
			sched_yield();
		else
			nanosleep(&NAP, NULL);
	found = bucket_of(set, name);
	if (!found)
		found = bucket_make(set, name);
	atomic_store(making, false);
	return found;
}

int bucket_take(struct buckets *buckets, uint64_t name, int64_t step, ms_t now)
{
	struct bucket *bucket = bucket_find(buckets, name);
	int_fast64_t full = atomic_load(&bucket->full);
	int64_t now_us = now * 1000;

	for (;;) {
		int_fast64_t from = full < now_us ? now_us : full;
		int64_t over;

		/* The clock stepped back: begin anew rather than shut out. That another's request is a moment younger is no step. */
		if (from > now_us + BUCKET_FILLS_US + BUCKET_APART_US)
			from = now_us;
		over = from + step - (now_us + BUCKET_FILLS_US);
		if (over > 0)
			return (int)((over + 999999) / 1000000);
		if (atomic_compare_exchange_weak(&bucket->full, &full, from + step))
			return 0;
	}
}
