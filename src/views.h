#ifndef VIEWS_H
#define VIEWS_H
/* How often events' public pages were looked at, counted in memory that this node's workers share and written every few seconds, so
 * that a page costs no write. Nothing of who looked is kept: no cookie, no address. What a node had not written when it was killed is
 * lost. */
#include "base/clock.h"
#include <stdatomic.h>
#include <stdint.h>

enum { VIEWS_EVENTS = 512, VIEWS_WRITE_MS = 5000 };

/* All zero is empty. */
struct views {
	atomic_uint_fast64_t of[VIEWS_EVENTS]; /* an event's id and how often, in one word; 0 is free */
	atomic_int_fast64_t written;	       /* on clock_monotonic(): when somebody last took them out */
	atomic_bool any;
};

struct db;
struct exchange;

/* One more of that event. Where there is room for no more events until they are written, it is not counted. */
void views_add(struct views *views, int64_t event_id);
/* Takes one place out: its event and how often, and its place is free. False: nothing is there. */
bool views_take(struct views *views, unsigned place, int64_t *event_id, int64_t *n);

/* Is this a look at an event's page by the public? Not where it is made by a program that says so, before anybody asked (prefetched), or by
 * somebody who is signed in to a portal where events are run, as far as their browser says that. While its headers are there: before
 * it is answered. */
bool views_look(const struct exchange *x);
/* Counts the answered request where it was one. */
void views_count(const struct exchange *x);
/* Writes them where it is time to, in one process of all; the answer is sent by then. What cannot be written stays. last: whether it is
 * time or not, because this process leaves. */
void views_write(struct views *views, struct db *db, ms_t now, bool last);

#endif
