/* One alarm is enough: either a question is due, or its answer is. */
#include "live/beat.h"

static void ring(struct alarm *alarm)
{
	struct beat *beat = LOOP_OF(alarm, struct beat, alarm);

	if (beat->asked) {
		beat->lost(beat);
		return;
	}
	beat->asked = true;
	alarm_set(beat->loop, &beat->alarm, beat->timeout);
	beat->ask(beat);
}

void beat_begin(struct beat *beat, struct loop *loop, ms_t interval, ms_t timeout)
{
	beat->alarm.ring = ring;
	beat->loop = loop;
	beat->interval = interval;
	beat->timeout = timeout;
	beat->asked = false;
	alarm_set(loop, &beat->alarm, interval);
}

void beat_heard(struct beat *beat)
{
	if (!beat->alarm.of)
		return;
	beat->asked = false;
	alarm_set(beat->loop, &beat->alarm, beat->interval);
}

void beat_last(struct beat *beat, ms_t delay)
{
	beat->asked = true;
	alarm_set(beat->loop, &beat->alarm, delay);
}

void beat_stop(struct beat *beat)
{
	alarm_stop(&beat->alarm);
}
