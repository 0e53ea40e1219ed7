/* A waiting client is one connection from the web server, kept as libfcgi's request on the heap. libfcgi writes blocking
 * and takes EAGAIN for a dead peer, so nothing is written before poll(2) says that it fits: a Unix socket is writable
 * only while three quarters of its buffer are free, which is more than any frame of ours. A time limit on the socket is
 * the backstop. Connections are accepted here and closed here, for libfcgi would wait at both ends. */
#include "base/log.h"
#include "live/head.h"
#include "live/internal.h"
#include "render/json.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ACCEPTS = 64, BODY_IGNORED = 64 << 10, ANSWER_MAX = 1 << 20, RETRY_MS = 2000 };

/* ---- lists ---- */

static void link_into(struct watcher **list, struct watcher *w)
{
	w->next = *list;
	w->at = list;
	if (w->next)
		w->next->at = &w->next;
	*list = w;
}

static void unlink_from(struct watcher *w)
{
	*w->at = w->next;
	if (w->next)
		w->next->at = w->at;
}

void watcher_join(struct watcher *w, struct event *event)
{
	unlink_from(w);
	link_into(&event->watchers, w);
	w->event = event;
	event->n++;
}

/* ---- connections ---- */

static void add(struct live *live, int fd)
{
	struct timeval limit = { .tv_sec = 1 };
	struct watcher *w = calloc(1, sizeof *w);
	/* Edge-triggered: a head that is not whole stays in the queue and must not wake us again. */
	struct epoll_event wanted = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = w };

	if (!w || epoll_ctl(live->epoll, EPOLL_CTL_ADD, fd, &wanted)) {
		free(w);
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	w->fd = fd;
	w->since = live->now;
	FCGX_InitRequest(&w->fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	link_into(&live->opening, w);
	live->n_watchers++;
}

void watchers_accept(struct live *live)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(live->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0) {
			add(live, fd);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
			log_warn("accept_failed", F("error", strerror(errno)));
			poll(NULL, 0, 10); /* out of descriptors: the listener stays readable, so do not spin */
		}
		return;
	}
}

static enum head_state peek(const struct watcher *w)
{
	uint8_t bytes[HEAD_BYTES];
	ssize_t len = recv(w->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? HEAD_MORE : HEAD_BAD;
	return len > 0 ? head_state(bytes, (size_t)len) : HEAD_BAD;
}

/* FCGX_Accept_r takes a connection that it believes to be kept from an earlier request. */
bool watcher_read(struct live *live, struct watcher *w)
{
	struct epoll_event wanted = { .events = EPOLLRDHUP, .data.ptr = w };
	enum head_state state = peek(w);
	char ignored[4096];
	int n, total = 0;

	if (state == HEAD_MORE)
		return false;
	if (state == HEAD_BAD) {
		watcher_drop(live, w);
		return false;
	}
	w->fcgi.ipcFd = w->fd;
	w->fcgi.keepConnection = 1;
	if (FCGX_Accept_r(&w->fcgi)) {
		w->fd = w->fcgi.ipcFd; /* -1 when libfcgi closed it */
		watcher_drop(live, w);
		return false;
	}
	while (total < BODY_IGNORED && (n = FCGX_GetStr(ignored, sizeof ignored, w->fcgi.in)) > 0)
		total += n;
	epoll_ctl(live->epoll, EPOLL_CTL_MOD, w->fd, &wanted);
	return true;
}

static void leave(struct live *live, struct watcher *w)
{
	unlink_from(w);
	if (w->event)
		w->event->n--;
	w->gone = true;
	w->next_gone = live->gone;
	live->gone = w;
	live->n_watchers--;
}

void watcher_drop(struct live *live, struct watcher *w)
{
	if (w->gone)
		return;
	FCGX_Free(&w->fcgi, 0);
	if (w->fd >= 0)
		close(w->fd);
	leave(live, w);
}

/* Ends the request in FastCGI's words, then closes. What was written stays readable for the web server. */
static void finish(struct live *live, struct watcher *w)
{
	w->fcgi.keepConnection = 1;
	FCGX_Finish_r(&w->fcgi);
	w->fd = w->fcgi.ipcFd;
	if (w->fd >= 0)
		close(w->fd);
	leave(live, w);
}

void watchers_free_gone(struct live *live)
{
	while (live->gone) {
		struct watcher *w = live->gone;

		live->gone = w->next_gone;
		free(w);
	}
}

/* ---- whole answers ---- */

static bool write_all(struct watcher *w, const char *bytes, size_t len)
{
	return FCGX_PutStr(bytes, (int)len, w->fcgi.out) == (int)len;
}

static bool write_text(struct watcher *w, const char *text)
{
	return write_all(w, text, strlen(text));
}

static const char *method_of(const struct watcher *w)
{
	const char *method = FCGX_GetParam("REQUEST_METHOD", w->fcgi.envp);

	return method ? method : "";
}

void watcher_answer(struct live *live, struct watcher *w, int status, const struct buf *head, const char *body,
		    size_t len)
{
	char line[128];

	snprintf(line, sizeof line, "Status: %d\r\nContent-Length: %zu\r\n", status, len);
	write_text(w, line);
	if (len)
		write_text(w, "Content-Type: application/json; charset=utf-8\r\n");
	write_text(w, "Cache-Control: private, no-cache\r\nX-Content-Type-Options: nosniff\r\nX-Request-ID: ");
	write_text(w, w->request_id);
	write_text(w, "\r\n");
	if (head)
		write_all(w, head->data, head->len);
	write_text(w, "\r\n");
	if (strcmp(method_of(w), "HEAD"))
		write_all(w, body, len);
	finish(live, w);
}

void watcher_answer_wait(struct live *live, struct watcher *w, const struct buf *head)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *data = buf_new(ctx, ANSWER_MAX), *body = buf_new(ctx, ANSWER_MAX);
	const struct event *event = w->event;

	if (!strcmp(w->tag, event->tag))
		buf_printf(data, "{\"changed\":false,\"tag\":\"%s\"}", event->tag);
	else {
		buf_text(data, "{\"changed\":true,");
		buf_add(data, event->json + 1, event->len - 1);
	}
	json_success(body, data->data, data->len, NULL, w->request_id, clock_now(), NULL, NULL);
	watcher_answer(live, w, 200, head, body->data, body->len);
	talloc_free(ctx);
}

/* ---- streams (WHATWG HTML, 9.2: server-sent events) ---- */

static bool writable(const struct watcher *w)
{
	struct pollfd ask = { .fd = w->fd, .events = POLLOUT };

	return poll(&ask, 1, 0) == 1 && ask.revents & POLLOUT;
}

void watcher_begin_stream(struct live *live, struct watcher *w, const struct buf *head)
{
	char line[64];

	w->stage = STREAM;
	write_text(w, "Status: 200\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
		      "Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n"
		      "X-Request-ID: ");
	write_text(w, w->request_id);
	write_text(w, "\r\n");
	write_all(w, head->data, head->len);
	snprintf(line, sizeof line, "\r\nretry: %d\n\n", RETRY_MS);
	write_text(w, line);
	w->wrote = 0; /* so that the head goes out now, with the first frame or a heartbeat */
	watcher_stream(live, w);
}

/* A comment would keep the connection open as well, but no script sees it: this tells a page that its numbers hold, or
 * that nobody knows, for the database is away. */
static bool write_heartbeat(struct watcher *w)
{
	return write_text(w, w->away ? "event: away\ndata: {}\n\n" : "event: still\ndata: {}\n\n");
}

static bool write_frame(struct watcher *w)
{
	const struct event *event = w->event;

	return write_text(w, "id: ") && write_text(w, event->tag) && write_text(w, "\nevent: counts\ndata: ") &&
	       write_all(w, event->json, event->len) && write_text(w, "\n\n");
}

void watcher_stream(struct live *live, struct watcher *w)
{
	bool news = strcmp(w->tag, w->event->tag) != 0;
	bool away = !news && !event_holds(live, w->event);

	if (!news && away == w->away && live->now - w->wrote < HEARTBEAT_MS)
		return;
	if (!writable(w)) {
		if (!w->stalled)
			w->stalled = live->now;
		else if (live->now - w->stalled >= STALL_MS)
			watcher_drop(live, w);
		return;
	}
	w->stalled = 0;
	w->wrote = live->now;
	w->away = away;
	if (!(news ? write_frame(w) : write_heartbeat(w)) || FCGX_FFlush(w->fcgi.out)) {
		watcher_drop(live, w);
		return;
	}
	memcpy(w->tag, w->event->tag, sizeof w->tag);
}

void watcher_end_stream(struct live *live, struct watcher *w, const char *code)
{
	if (!writable(w)) {
		watcher_drop(live, w);
		return;
	}
	if (code) {
		write_text(w, "event: end\ndata: {\"code\":\"");
		write_text(w, code);
		write_text(w, "\"}\n\n");
	}
	finish(live, w);
}
