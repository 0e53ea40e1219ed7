/* Server-sent events (WHATWG HTML, 9.2): one answer that goes on. libfcgi writes blocking and takes EAGAIN for a dead peer, so
 * nothing is written before poll(2) says that it fits: a Unix socket is writable only while three quarters of its buffer are
 * free, which is more than any frame of ours. */
#include "access.h"
#include "live/connection.h"
#include "reply.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
	HEARTBEAT_MS = 20000,
	STALL_MS = 30000, /* a reader that takes nothing for so long is dropped */
	RETRY_MS = 2000
};

static bool write_bytes(struct connection *c, const char *bytes, size_t len)
{
	return FCGX_PutStr(bytes, (int)len, c->fcgi.out) == (int)len;
}

static bool write_text(struct connection *c, const char *text)
{
	return write_bytes(c, text, strlen(text));
}

static bool writable(const struct connection *c)
{
	struct pollfd ask = { .fd = c->fd, .events = POLLOUT };

	return poll(&ask, 1, 0) == 1 && ask.revents & POLLOUT;
}

/* A comment would keep the connection open as well, but no script sees it: this tells a page that its numbers hold, or
 * that nobody knows, for the database is away. */
static bool write_heartbeat(struct connection *c)
{
	return write_text(c, c->away ? "event: away\ndata: {}\n\n" : "event: still\ndata: {}\n\n");
}

static bool write_snapshot(struct connection *c)
{
	const struct topic *topic = c->watcher.topic;

	return write_text(c, "id: ") && write_text(c, topic->tag) && write_text(c, "\nevent: ") &&
	       write_text(c, topic->kind->told) && write_text(c, "\ndata: ") &&
	       write_bytes(c, topic->json, topic->len) && write_text(c, "\n\n");
}

/* What it does not take now comes with the next look, and is the newest then. */
static void stall(struct connection *c)
{
	if (!c->stalled)
		c->stalled = c->live->loop.now;
	else if (c->live->loop.now - c->stalled >= STALL_MS)
		connection_drop(c);
}

static void write_frame(struct connection *c, bool news)
{
	if (!(news ? write_snapshot(c) : write_heartbeat(c)) || FCGX_FFlush(c->fcgi.out))
		connection_drop(c);
	else
		memcpy(c->watcher.tag, c->watcher.topic->tag, sizeof c->watcher.tag);
}

/* Brings it up to date, or keeps it from falling asleep. */
static void go_on(struct watcher *w)
{
	struct connection *c = connection_of(w);
	bool news = strcmp(w->tag, w->topic->tag) != 0;
	bool away = !news && !topic_holds(c->live, w->topic);

	if (!news && away == c->away && c->live->loop.now - c->wrote < HEARTBEAT_MS)
		return;
	if (!writable(c)) {
		stall(c);
		return;
	}
	c->stalled = 0;
	c->wrote = c->live->loop.now;
	c->away = away;
	write_frame(c, news);
}

static bool fits(const struct exchange *x)
{
	return strstr(x->rq.accept, "text/event-stream") && strcmp(x->http->method, "HEAD");
}

static void begin(struct watcher *w, struct exchange *x)
{
	struct connection *c = connection_of(w);
	struct response head = reply_head(x);
	char line[32];

	response_header(&head, "Content-Type", "text/event-stream; charset=utf-8");
	response_header(&head, "X-Accel-Buffering", "no");
	head.endless = true;
	http_write(x->http, &head);
	snprintf(line, sizeof line, "retry: %d\n\n", RETRY_MS);
	write_text(c, line);
	access_note(x, head.status, ACCESS_BYTES_UNKNOWN);
	c->wrote = 0; /* so that the head goes out now, with the first frame or a heartbeat */
	go_on(w);
}

static void end(struct watcher *w, struct exchange *x)
{
	struct connection *c = connection_of(w);

	if (!writable(c)) {
		connection_drop(c);
		return;
	}
	if (x) {
		write_text(c, "event: end\ndata: {\"code\":\"");
		write_text(c, x->rq.code);
		write_text(c, "\"}\n\n");
	}
	connection_finish(c);
}

const struct transport STREAM = {
	.cost = 1, .fits = fits, .begin = begin, .tell = go_on, .wake = go_on, .again = connection_again, .end = end
};
