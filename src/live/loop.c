/* Deadlines of one kind are all equally far away, so their queue is sorted by itself. */
#include "live/loop.h"
#include <assert.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>

bool loop_watch(struct loop *loop, int fd, uint32_t events, struct source *source)
{
	struct epoll_event wanted = { .events = events, .data.ptr = source };

	return !epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &wanted);
}

void loop_breathe(unsigned *n)
{
	if (++*n % LOOP_SOME == 0)
		poll(NULL, 0, LOOP_SOME_MS);
}

static struct alarms *queue_of(struct loop *loop, ms_t delay)
{
	struct alarms *queue = loop->alarms;

	while (queue < loop->alarms + loop->n_alarms && queue->delay != delay)
		queue++;
	if (queue < loop->alarms + loop->n_alarms)
		return queue;
	assert(loop->n_alarms < ALARM_QUEUES);
	loop->n_alarms++;
	queue->delay = delay;
	TAILQ_INIT(&queue->all);
	return queue;
}

void alarm_stop(struct alarm *alarm)
{
	if (alarm->of)
		TAILQ_REMOVE(&alarm->of->all, alarm, beside);
	alarm->of = NULL;
}

void alarm_set(struct loop *loop, struct alarm *alarm, ms_t delay)
{
	struct alarms *queue = queue_of(loop, delay);

	alarm_stop(alarm);
	alarm->of = queue;
	alarm->at = loop->now + delay;
	TAILQ_INSERT_TAIL(&queue->all, alarm, beside);
}

void alarms_ring(struct loop *loop)
{
	for (unsigned i = 0; i < loop->n_alarms; i++) {
		struct alarm *alarm;

		while ((alarm = TAILQ_FIRST(&loop->alarms[i].all)) && alarm->at <= loop->now) {
			alarm_stop(alarm);
			alarm->ring(alarm);
		}
	}
}

ms_t alarms_due(const struct loop *loop)
{
	ms_t at = INT64_MAX;

	for (unsigned i = 0; i < loop->n_alarms; i++) {
		const struct alarm *first = TAILQ_FIRST(&loop->alarms[i].all);

		if (first && first->at < at)
			at = first->at;
	}
	return at;
}
