/* Long-poll: a request waits for a change, at most WAIT_MAX_S, and its answer ends it. Then the client comes again, and says by
 * the tag what it has. */
#include "gates.h"
#include "live/connection.h"
#include "reply.h"
#include <stdio.h>
#include <string.h>

enum { WAIT_MAX_S = 25 /* a client that left is often not seen before we write */ };

static bool has_news(const struct watcher *w)
{
	return strcmp(w->tag, w->topic->tag) != 0;
}

static void answer(const struct watcher *w, struct exchange *x)
{
	const struct topic *topic = w->topic;
	char same[LIVE_TAG_SIZE + 40];

	if (has_news(w))
		reply_data(x, topic->news, topic->news_len);
	else
		reply_data(x, same,
			   (size_t)snprintf(same, sizeof same, "{\"changed\":false,\"tag\":\"%s\"}", topic->tag));
}

static void answer_waiting(struct watcher *w)
{
	struct exchange *x = connection_of(w)->kept;

	exchange_turn_to(x);
	x->rq.now = clock_now();
	answer(w, x);
	exchange_end(x);
}

static bool fits(const struct exchange *x)
{
	(void)x;
	return true;
}

static void begin(struct watcher *w, struct exchange *x)
{
	struct connection *c = connection_of(w);
	int64_t wait = strcmp(x->http->method, "HEAD") ? field_int(&x->rq, "wait") : 0;

	c->deadline = c->live->loop.now + (wait < WAIT_MAX_S ? wait : WAIT_MAX_S) * MS_SECOND;
	if (!wait || has_news(w))
		answer(w, x);
	else
		c->kept = x;
}

static void tell(struct watcher *w)
{
	if (has_news(w))
		answer_waiting(w);
}

static void wake(struct watcher *w)
{
	const struct connection *c = connection_of(w);

	if (c->deadline <= c->live->loop.now)
		answer_waiting(w);
}

static void end(struct watcher *w, struct exchange *x)
{
	if (x)
		reply(x);
	else
		answer_waiting(w);
}

/* Each answer brings a whole new request. */
const struct transport POLL = {
	.cost = 2, .fits = fits, .begin = begin, .tell = tell, .wake = wake, .again = connection_again, .end = end
};
