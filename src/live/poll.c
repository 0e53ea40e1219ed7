/* Long-poll: a request waits for a change, at most WAIT_MAX_S, and its answer ends it. Then the client comes again, and says by
 * the tag what it has. */
#include "gates.h"
#include "live/connection.h"
#include "reply.h"
#include <string.h>

enum {
	WAIT_MAX_S = 25, /* a client that left is often not seen before we write */
	ANSWER_MAX = 1 << 20
};

static bool has_news(const struct watcher *w)
{
	return strcmp(w->tag, w->topic->tag) != 0;
}

static void answer(const struct watcher *w, struct exchange *x)
{
	const struct topic *topic = w->topic;
	struct buf *data = buf_new(x->rq.mem, ANSWER_MAX);

	if (has_news(w)) {
		buf_text(data, "{\"changed\":true,");
		buf_add(data, topic->json + 1, topic->len - 1);
	} else {
		buf_printf(data, "{\"changed\":false,\"tag\":\"%s\"}", topic->tag);
	}
	reply_data(x, data->data, data->len);
}

/* The gates that say how it is answered let it through before. */
static void answer_waiting(struct watcher *w)
{
	struct exchange *x = connection_again(w);

	if (gate_route(x) && gate_body(x) && gate_fields(x))
		answer(w, x);
	else
		reply(x);
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

	c->deadline = c->live->now + (wait < WAIT_MAX_S ? wait : WAIT_MAX_S) * MS_SECOND;
	if (!wait || has_news(w))
		answer(w, x);
}

static void tell(struct watcher *w)
{
	if (has_news(w))
		answer_waiting(w);
}

static void wake(struct watcher *w)
{
	const struct connection *c = connection_of(w);

	if (c->deadline <= c->live->now)
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
