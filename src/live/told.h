#ifndef LIVE_TOLD_H
#define LIVE_TOLD_H
/* Which numbered changes were told, and from where on to look for those that are not. A number is given out before its transaction commits,
 * so one may come after higher ones: what was the highest some time ago says below which none can come any more that was begun since. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TOLD_MARKS = 160,
	TOLD_MARK_MS = 500, /* between two marks: these last 80 s */
	TOLD_NEAR_MS = 2000,
	TOLD_FAR_MS = 60000
};

struct told {
	int64_t *ids; /* told ones above the oldest mark, in order; the caller's talloc child */
	size_t n;
	struct {
		ms_t at;
		int64_t highest;
	} marks[TOLD_MARKS]; /* the oldest first */
	size_t n_marks;
};

/* Begins: all of these n, the highest first, were told, and nothing is looked for below the lowest of them; where there are fewer than were asked
 * for (whole), nothing is below. */
void told_begin(struct told *told, void *ctx, const int64_t ids[], size_t n, bool whole, ms_t now);
/* Above which number those may be that were begun at most so long ago. */
int64_t told_floor(const struct told *told, ms_t now, ms_t ago);
/* Of n numbers, the highest first, those that are new, the lowest first and at most as many as fresh has room for. Returns how many. */
size_t told_fresh(const struct told *told, const int64_t ids[], size_t n, int64_t fresh[], size_t room);
/* They are told from now on. n may be 0: nothing was new now. */
void told_add(struct told *told, void *ctx, const int64_t fresh[], size_t n, ms_t now);
/* Was it told? What is below all that is remembered was. */
bool told_has(const struct told *told, int64_t id);
/* The highest that was told. */
int64_t told_highest(const struct told *told);

#endif
