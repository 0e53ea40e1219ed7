#ifndef LIVE_PACE_H
#define LIVE_PACE_H
/* How much somebody may say on a socket. */
#include "base/clock.h"
#include <stdbool.h>

enum {
	PACE_BURST = 50,    /* messages at once … */
	PACE_A_SECOND = 20, /* … and in the long run */
	PACE_BEYOND = 200   /* over that: they do not listen */
};

/* All zero before anything was said. */
struct pace {
	int64_t spent; /* messages, times 1,000 ms */
	ms_t counted;
	bool told;
};

/* PACE_TOO_MUCH: they are to be told so; PACE_IGNORED: they were told, and it is let fall; PACE_GONE: they are to be sent away. */
enum pace_verdict { PACE_FINE, PACE_TOO_MUCH, PACE_IGNORED, PACE_GONE };

/* One more message. */
enum pace_verdict pace_take(struct pace *pace, ms_t now);

#endif
