#ifndef LIVE_CHANGES_H
#define LIVE_CHANGES_H
/* What became of an event's attendance, one by one, for sockets that are told of each change beside the numbers that follow from it: up to ten
 * a second, and beyond that numbers alone. */
#include "live/internal.h"

enum { CHANGES_A_SECOND = 10, CHANGES_KEPT = 2 * CHANGES_A_SECOND };

/* Those of one topic, as long as it is known. */
struct changes {
	int64_t n; /* so many so far; the last CHANGES_KEPT of them are here, at their number's place */
	struct change {
		ms_t at;    /* when it was read: numbers that were read before it may be without it */
		char *text; /* JSON */
	} kept[CHANGES_KEPT];
	ms_t second; /* which began then, and … */
	int told;    /* … in which so many came */
};

/* Somebody listens from now on, by a socket of an event's, so that changes are read. False: the database failed. */
bool changes_listen(struct live *live);
void changes_leave(struct live *live);
/* From which change on a newcomer is told: those that what the topic shows may be without. */
int64_t changes_from(const struct topic *topic);
/* The next change that the topic's numbers hold, after *seen, which is moved behind it; NULL: there is none. */
const char *changes_next(const struct topic *topic, int64_t *seen);

#endif
