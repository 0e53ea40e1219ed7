#ifndef LIVE_BEAT_H
#define LIVE_BEAT_H
/* Is somebody still there? They are asked some time after they last said so, and are lost when no answer comes in time. What a
 * question and an answer are is their protocol's. */
#include "live/loop.h"

struct beat {
	struct alarm alarm;
	struct loop *loop;
	ms_t interval, timeout;
	bool asked;
	void (*ask)(struct beat *beat);	 /* the question */
	void (*lost)(struct beat *beat); /* it was not answered; the beat is over */
};

/* Begins; ask and lost are the caller's to set before. interval: from an answer, or from now, to the next question; timeout: from that to its
 * answer. */
void beat_begin(struct beat *beat, struct loop *loop, ms_t interval, ms_t timeout);
/* They are there: the next question is as far away as ever. Nothing where it was not begun. */
void beat_heard(struct beat *beat);
/* They are asked no more, and lost after so long. */
void beat_last(struct beat *beat, ms_t delay);
void beat_stop(struct beat *beat);

#endif
