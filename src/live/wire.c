/* Edge-triggered: bytes are read until there are none, and what the kernel does not take waits here until it has room. Few have anything
 * that waits, so a wire at rest is its struct and no buffer. */
#include "live/wire.h"
#include "base/log.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

enum { READ = 64 << 10, DRAINS = 64 };

/* ---- going ---- */

/* A Unix socket that is closed while something of it was not read resets what was written. */
static void drain(struct wire *wire)
{
	char ignored[4096];

	for (int i = 0; i < DRAINS && recv(wire->fd, ignored, sizeof ignored, MSG_DONTWAIT) > 0; i++)
		;
}

static void leave(struct wire *wire)
{
	if (wire->ended)
		return;
	wire->ended = true;
	alarm_stop(&wire->stall);
	if (wire->waits)
		LIST_REMOVE(wire, aside);
	wire->waits = false;
	if (wire->closing)
		drain(wire);
	close(wire->fd);
	LIST_REMOVE(wire, beside);
	LIST_INSERT_HEAD(&wire->of->gone, wire, beside);
	wire->of->n--;
}

void wire_drop(struct wire *wire)
{
	leave(wire);
}

static void lose(struct wire *wire)
{
	if (wire->ended)
		return;
	leave(wire);
	if (!wire->closing && wire->use->gone)
		wire->use->gone(wire);
}

static void do_later(struct wire *wire)
{
	if (wire->ended || wire->waits)
		return;
	wire->waits = true;
	LIST_INSERT_HEAD(&wire->of->later, wire, aside);
}

void wire_fail(struct wire *wire)
{
	wire->broken = true;
	do_later(wire);
}

static void stalled(struct alarm *alarm)
{
	lose(LOOP_OF(alarm, struct wire, stall));
}

void wires_free_gone(struct wires *wires)
{
	struct wire *wire;

	while ((wire = LIST_FIRST(&wires->gone))) {
		LIST_REMOVE(wire, beside);
		free(wire->in);
		free(wire->out);
		talloc_free(wire);
	}
}

/* ---- sending ---- */

bool wire_idle(const struct wire *wire)
{
	return !wire->out;
}

/* How much the kernel takes; -1: it is over. */
static ssize_t give(struct wire *wire, const char *bytes, size_t len)
{
	size_t sent = 0;

	while (sent < len) {
		ssize_t n = send(wire->fd, bytes + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0) {
			sent += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -1;
		wire->full = true;
		break;
	}
	return (ssize_t)sent;
}

static bool keep(struct wire *wire, const char *bytes, size_t len)
{
	char *more;

	if (wire->out_len - wire->out_at + len > WIRE_OUT)
		return false;
	if (wire->out_at)
		memmove(wire->out, wire->out + wire->out_at, wire->out_len - wire->out_at);
	wire->out_len -= wire->out_at;
	wire->out_at = 0;
	more = realloc(wire->out, wire->out_len + len);
	if (!more)
		abort();
	memcpy(more + wire->out_len, bytes, len);
	wire->out = more;
	wire->out_len += len;
	if (!wire->stall.of)
		alarm_set(wire->of->loop, &wire->stall, WIRE_STALL_MS);
	return true;
}

bool wire_write(struct wire *wire, const void *bytes, size_t len)
{
	ssize_t sent = 0;

	if (wire->ended || wire->closing || wire->broken)
		return false;
	if (!wire->out)
		sent = give(wire, bytes, len);
	if (sent >= 0 && ((size_t)sent == len || keep(wire, (const char *)bytes + sent, len - (size_t)sent)))
		return true;
	wire_fail(wire);
	return false;
}

void wire_end(struct wire *wire)
{
	if (wire->ended || wire->closing)
		return;
	wire->closing = true;
	if (!wire->out)
		leave(wire);
}

static void send_rest(struct wire *wire)
{
	ssize_t sent = give(wire, wire->out + wire->out_at, wire->out_len - wire->out_at);

	if (sent < 0) {
		lose(wire);
		return;
	}
	wire->out_at += (size_t)sent;
	if (wire->out_at < wire->out_len) {
		if (sent)
			alarm_set(wire->of->loop, &wire->stall, WIRE_STALL_MS);
		return;
	}
	free(wire->out);
	wire->out = NULL;
	wire->out_len = wire->out_at = 0;
	alarm_stop(&wire->stall);
	if (wire->closing)
		leave(wire);
}

/* ---- reading ---- */

static void keep_nothing(struct wire *wire)
{
	free(wire->in);
	wire->in = NULL;
	wire->in_len = 0;
}

/* Offers what has come, and keeps what is not taken. False: no more is read, for it is over or too much waits. */
static bool offer(struct wire *wire, const char *bytes, size_t len)
{
	size_t taken = 0;

	wire->offering = true;
	while (!wire->ended && !wire->closing && !wire->paused && taken < len) {
		size_t more = wire->use->read(wire, bytes + taken, len - taken);

		if (!more)
			break;
		taken += more;
	}
	wire->offering = false;
	if (wire->ended)
		return false;
	if (!wire->closing && len - taken > WIRE_IN) {
		lose(wire);
		return false;
	}
	if (wire->closing || taken == len) { /* what comes to one that is closing is nobody's */
		keep_nothing(wire);
		return true;
	}
	if (bytes != wire->in) {
		wire->in = malloc(len - taken);
		if (!wire->in)
			abort();
	}
	memmove(wire->in, bytes + taken, len - taken);
	wire->in_len = len - taken;
	return true;
}

/* What came before is in one piece with what has come now. */
static bool take(struct wire *wire, const char *bytes, size_t len)
{
	char *all;

	if (!wire->in)
		return offer(wire, bytes, len);
	all = realloc(wire->in, wire->in_len + len);
	if (!all)
		abort();
	memcpy(all + wire->in_len, bytes, len);
	wire->in = all;
	wire->in_len += len;
	return offer(wire, wire->in, wire->in_len);
}

void wire_again(struct wire *wire)
{
	wire->again = true;
	do_later(wire);
}

void wires_settle(struct wires *wires)
{
	struct wire *wire;

	while ((wire = LIST_FIRST(&wires->later))) {
		LIST_REMOVE(wire, aside);
		wire->waits = false;
		if (wire->broken)
			lose(wire);
		else if (wire->again && wire->in) {
			wire->again = false;
			offer(wire, wire->in, wire->in_len);
		}
	}
}

static void read_all(struct wire *wire)
{
	static char bytes[READ];

	while (!wire->ended) {
		ssize_t n = recv(wire->fd, bytes, sizeof bytes, MSG_DONTWAIT);

		if (n > 0) {
			if (!wire->heard && !wire->out)
				alarm_stop(&wire->stall);
			wire->heard = true;
			if (!take(wire, bytes, (size_t)n))
				return;
		} else if (!n || (errno != EAGAIN && errno != EINTR)) {
			lose(wire);
			return;
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

static void turn(struct source *source, uint32_t what)
{
	struct wire *wire = LOOP_OF(source, struct wire, source);

	if (!wire->ended && what & EPOLLOUT && wire->full) {
		wire->full = false;
		if (wire->out)
			send_rest(wire);
		if (!wire->ended && !wire->full && !wire->closing && wire->use->room)
			wire->use->room(wire);
	}
	if (!wire->ended && what & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		read_all(wire);
}

/* ---- coming ---- */

static void add(struct wires *wires, int fd)
{
	struct wire *wire = talloc_zero(NULL, struct wire);

	if (!wire)
		abort();
	wire->source.turn = turn;
	wire->of = wires;
	wire->use = wires->first;
	wire->user = wires->user;
	wire->fd = fd;
	wire->stall.ring = stalled;
	if (!loop_watch(wires->loop, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, &wire->source)) {
		close(fd);
		talloc_free(wire);
		return;
	}
	LIST_INSERT_HEAD(&wires->all, wire, beside);
	wires->n++;
	alarm_set(wires->loop, &wire->stall, WIRE_STALL_MS);
}

/* Is the listener one that wakes us? Those who come meanwhile wait in its queue. */
static void listen_to(struct wires *wires, bool yes)
{
	struct epoll_event event = { .events = yes ? EPOLLIN : 0, .data.ptr = &wires->source };

	epoll_ctl(wires->loop->epoll, EPOLL_CTL_MOD, wires->listener, &event);
}

static void rested(struct alarm *alarm)
{
	listen_to(LOOP_OF(alarm, struct wires, rested), true);
}

/* False: there is none. */
static bool accept_one(struct wires *wires)
{
	int fd = accept4(wires->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 && wires->n < wires->most) {
		add(wires, fd);
	} else if (fd >= 0) {
		close(fd); /* the web server says that it is busy */
	} else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		log_warn("accept_failed", F("error", strerror(errno)));
		poll(NULL, 0, 10); /* out of descriptors: the listener stays readable, so do not spin */
	}
	return fd >= 0;
}

/* After a restart all come again at once, and each costs questions to the database. */
static void accept_some(struct source *source, uint32_t what)
{
	struct wires *wires = LOOP_OF(source, struct wires, source);
	unsigned n = 0;

	(void)what;
	while (n < LOOP_SOME && wires->listener >= 0 && accept_one(wires))
		n++;
	if (n < LOOP_SOME)
		return;
	listen_to(wires, false);
	alarm_set(wires->loop, &wires->rested, LOOP_SOME_MS);
}

bool wires_open(struct wires *wires, struct loop *loop, int listener, unsigned most, const struct wire_use *first,
		void *user)
{
	wires->loop = loop;
	wires->source.turn = accept_some;
	wires->rested.ring = rested;
	alarm_stop(&wires->rested);
	wires->listener = listener;
	wires->most = most;
	wires->first = first;
	wires->user = user;
	return loop_watch(loop, listener, EPOLLIN, &wires->source);
}

void wires_shut(struct wires *wires)
{
	alarm_stop(&wires->rested);
	if (wires->listener >= 0)
		epoll_ctl(wires->loop->epoll, EPOLL_CTL_DEL, wires->listener, NULL);
	wires->listener = -1;
}
