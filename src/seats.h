#ifndef SEATS_H
#define SEATS_H
/* A room for one kind of slow work in one pool of workers: some seats, where the work is done, and a few places more, where
 * a worker waits for a seat. It lies in memory that all workers share. */
#include "base/clock.h"
#include <stdatomic.h>
#include <stdbool.h>

enum { SEATS_MAX = 1024 };

struct room {
	unsigned seats;	  /* places below this are seats; in those behind them one waits */
	unsigned places;  /* how many workers may be in here at most */
	bool fair;	  /* no caller may have more than three quarters of the places */
	atomic_uint turn; /* goes up when a seat may have become free: what those who wait look at */
	atomic_uint_fast64_t place[SEATS_MAX]; /* 0: free; else the caller, and the worker's slot + 1 */
	atomic_uint_fast64_t waited, refused;  /* counted since the start */
};

/* Takes a seat for the worker of that slot, within wait ms. False when none came free, and at once when there is no place
 * left to wait in, or none for this caller: a number but 0 that stands for who asks (a hash of the address); only a fair room
 * looks at it, and leaves two places to everybody. A worker that has a seat does not ask for another. */
bool room_enter(struct room *room, unsigned slot, uint32_t caller, ms_t wait);
/* That worker is in here no more, wherever it was; those who wait look again. Without effect for one that was not. */
void room_leave(struct room *room, unsigned slot);
enum room_figure { ROOM_SEATED /* now */, ROOM_WAITING /* now */, ROOM_WAITED, ROOM_REFUSED, ROOM_FIGURES };
unsigned long long room_figure(struct room *room, enum room_figure figure);

#endif
