#ifndef RULES_CAMPUS_EVENT_H
#define RULES_CAMPUS_EVENT_H
/* When attendance is taken of an event, and on which days one that repeats takes place. */
#include "base/clock.h"

enum { CAMPUS_EVENT_LONGEST = 24 * 60 }; /* minutes from its start to its end */

/* What its organizer says, in minutes; closes_after below 0: until the end. */
struct campus_times {
	ms_t starts_at, ends_at;
	int64_t opens_before, late_after, closes_after;
};
/* When marks are taken: from opens_at on, from late_at on as late ones, before closes_at. opens_at ≤ late_at ≤ closes_at. */
struct campus_window {
	ms_t opens_at, late_at, closes_at;
};
/* Who would be late when nothing is taken any more is late at no time: late_at is then closes_at. */
struct campus_window campus_window(const struct campus_times *times);

/* Of what repeats: every so many days or weeks. */
struct recurrence {
	bool weekly;
	int interval;	   /* from 1 */
	unsigned days;	   /* of a week, bit 0 is Monday; 0: the first one's */
	int count;	   /* how many; 0: see until */
	const char *until; /* a valid date, included; NULL: see count */
};
/* The times that clocks show at each (a wall time, base/clock.h), from first on, into out, which has room for max; as many as there
 * are, or max + 1 where there are more. A day whose weekday is not asked for is none, also if it is the first. By libical (RFC 5545,
 * 3.3.10). */
size_t recurrence_walls(const struct recurrence *rule, ms_t first, ms_t out[], size_t max);

#endif
