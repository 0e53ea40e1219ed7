/* A waiting client is one connection from the web server, kept as libfcgi's request on the heap. Connections are accepted here
 * and closed here, for libfcgi would wait at both ends. A time limit on the socket is the backstop for what libfcgi does block
 * on. What was asked is kept by those alone who are answered once: whoever waits for an answer has it ready when there is news. */
#include "live/connection.h"
#include "base/log.h"
#include "db/db.h"
#include "live/head.h"
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ACCEPTS = 64, BODY_IGNORED = 64 << 10, OPENING_MS = 5000, DESK = 6 << 10 /* what most need */ };

static const struct timeval PATIENCE = { .tv_sec = 1 };

struct connection *connection_of(struct watcher *w)
{
	return (struct connection *)((char *)w - offsetof(struct connection, watcher));
}

/* ---- coming ---- */

static void add(struct live *live, int fd)
{
	struct connection *c = talloc_zero(live, struct connection);
	/* Edge-triggered: a head that is not whole stays in the queue and must not wake us again. What comes behind the request says
	 * that it is not wanted any more (FastCGI 1.0, 5.4), or is nothing that is said here. */
	uint32_t wanted = EPOLLIN | EPOLLRDHUP | EPOLLET;

	if (!c)
		abort();
	c->source.turn = live->turn_to;
	if (!loop_watch(&live->loop, fd, wanted, &c->source)) {
		talloc_free(c);
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &PATIENCE, sizeof PATIENCE);
	c->live = live;
	c->fd = fd;
	c->since = live->loop.now;
	FCGX_InitRequest(&c->fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	LIST_INSERT_HEAD(&live->opening, c, beside);
	live->n_connections++;
}

void connections_accept(struct live *live)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(live->listener.fd, NULL, NULL, SOCK_CLOEXEC);

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

static enum head_state peek(const struct connection *c)
{
	uint8_t bytes[HEAD_BYTES];
	ssize_t len = recv(c->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? HEAD_MORE : HEAD_BAD;
	return len > 0 ? head_state(bytes, (size_t)len) : HEAD_BAD;
}

/* FCGX_Accept_r takes a connection that it believes to be kept from an earlier request. */
static bool take(struct connection *c)
{
	c->fcgi.ipcFd = c->fd;
	c->fcgi.keepConnection = 1;
	if (!FCGX_Accept_r(&c->fcgi))
		return true;
	c->fd = c->fcgi.ipcFd; /* -1 when libfcgi closed it */
	return false;
}

bool connection_read(struct connection *c)
{
	enum head_state state = peek(c);
	char ignored[4096];
	int n, total = 0;

	if (state == HEAD_MORE)
		return false;
	if (state == HEAD_WHOLE)
		setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &PATIENCE, sizeof PATIENCE);
	if (state == HEAD_BAD || !take(c)) {
		connection_drop(c);
		return false;
	}
	while (total < BODY_IGNORED && (n = FCGX_GetStr(ignored, sizeof ignored, c->fcgi.in)) > 0)
		total += n;
	/* Nothing more is read, and its buffer is the half of what a watcher costs. */
	FCGX_FreeStream(&c->fcgi.in);
	return true;
}

/* ---- what was asked ---- */

/* In a piece of memory of its own, for it may be kept as long as its connection. */
struct exchange *connection_exchange(struct connection *c)
{
	TALLOC_CTX *desk = talloc_pool(c, DESK);
	struct http *http = http_from_fcgi(desk, &c->fcgi, &c->live->config);
	struct exchange *x = exchange_new(&c->live->worker, http);

	if (!c->request_id) {
		c->request_id = talloc_strdup(c, x->rq.id);
		c->trace = x->trace;
	}
	x->rq.id = c->request_id;
	x->trace = c->trace;
	x->began = c->since;
	log_request_id(x->rq.id);
	trace_turn_to(&x->trace);
	return x;
}

struct exchange *connection_again(struct watcher *w)
{
	return connection_exchange(connection_of(w));
}

void exchange_rest(struct exchange *x)
{
	struct db *db = x->rq.db;

	log_request_id(NULL);
	trace_turn_to(NULL);
	db_clear(db);
	db_memory(db, db);
}

void exchange_end(struct exchange *x)
{
	exchange_rest(x);
	talloc_free(talloc_parent(x->http));
}

/* ---- going ---- */

static void leave(struct connection *c)
{
	struct live *live = c->live;

	if (c->watcher.topic)
		topic_leave(&c->watcher);
	else
		LIST_REMOVE(c, beside);
	c->gone = true;
	LIST_INSERT_HEAD(&live->gone, c, beside);
	live->n_connections--;
}

void connection_drop(struct connection *c)
{
	if (c->gone)
		return;
	FCGX_Free(&c->fcgi, 0);
	leave(c);
}

void connection_finish(struct connection *c)
{
	/* What FCGX_Finish_r does, but that looks for the reader, which was freed. */
	FCGX_FClose(c->fcgi.err);
	FCGX_FClose(c->fcgi.out);
	FCGX_Free(&c->fcgi, 0);
	leave(c);
}

bool connection_send(struct http_server *server, struct http *http, const struct response *response)
{
	bool sent = http_write(http, response);

	(void)server;
	connection_finish(http->fcgi);
	http->fcgi = NULL;
	return sent;
}

void connections_sweep(struct live *live, bool all)
{
	struct connection *next;

	for (struct connection *c = LIST_FIRST(&live->opening); c; c = next) {
		next = LIST_NEXT(c, beside);
		if (all || live->loop.now - c->since >= OPENING_MS)
			connection_drop(c);
	}
}

void connections_free_gone(struct live *live)
{
	while (!LIST_EMPTY(&live->gone)) {
		struct connection *c = LIST_FIRST(&live->gone);

		LIST_REMOVE(c, beside);
		if (c->fd >= 0)
			close(c->fd);
		talloc_free(c);
	}
}
