#ifndef LIVE_LOOP_H
#define LIVE_LOOP_H
/* One epoll, and what waits for a time: all that the files of live/ which speak HTTP and WebSocket need of the process. They know neither
 * topics nor a database, so that they also run in a program of tests. All clocks are clock_monotonic(). */
#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* What epoll wakes us for; a part of whatever it belongs to (LOOP_OF()). */
struct source {
	void (*turn)(struct source *source,
		     uint32_t what); /* EPOLL…: bytes are here, or there is room, or the other side has gone */
};

/* Rings once. All that wait equally long stand in one queue, in which the first rings first: setting one costs nothing,
 * however many there are. */
struct alarm {
	TAILQ_ENTRY(alarm) beside;
	struct alarms *of; /* NULL: it is not set */
	ms_t at;
	void (*ring)(struct alarm *alarm);
};

enum { ALARM_QUEUES = 16 };

struct alarms {
	ms_t delay;
	TAILQ_HEAD(, alarm) all;
};

struct loop {
	int epoll;
	ms_t now; /* this turn's */
	struct alarms alarms[ALARM_QUEUES];
	unsigned n_alarms;
};

enum {
	LOOP_SOME =
		20, /* come or are sent away in one go, each of which costs the web server and the database something, … */
	LOOP_SOME_MS = 10 /* … and so long after that the next: 2,000 a second, beside whom a site goes on as before */
};

/* What a source or an alarm is a part of. */
#define LOOP_OF(part, type, member) ((type *)(void *)((char *)(part)-offsetof(type, member)))

/* Watches a descriptor for these events (EPOLLIN, EPOLLET, …). False: errno says why. */
bool loop_watch(struct loop *loop, int fd, uint32_t events, struct source *source);
/* For who sends away all as the process goes, each of whom comes again as soon: called once for each, it waits a moment after some. *n: 0
 * before the first. */
void loop_breathe(unsigned *n);
/* Sets or moves an alarm to so long from now. There are at most ALARM_QUEUES different delays in a process, which is asserted. */
void alarm_set(struct loop *loop, struct alarm *alarm, ms_t delay);
void alarm_stop(struct alarm *alarm);
/* Rings those whose time has come, each of which may set or stop any. */
void alarms_ring(struct loop *loop);
/* When the next rings; INT64_MAX: none is set. */
ms_t alarms_due(const struct loop *loop);

#endif
