/* Clients never wait, and a mask of zeros leaves a frame's bytes as they are. */
#include "check_turns.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void must(bool truth)
{
	if (!truth)
		abort();
}

void turns_open(struct turns *turns, unsigned most, const struct http_use *http)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr *address = (struct sockaddr *)&turns->address;

	turns->loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	turns->address.sun_family = AF_UNIX;
	must(!bind(listener, address,
		   sizeof turns->address.sun_family)); /* Linux gives it a name: unix(7), "autobind" */
	turns->address_len = sizeof turns->address;
	must(!getsockname(listener, address, &turns->address_len) && !listen(listener, TURNS_CLIENTS));
	must(wires_open(&turns->wires, &turns->loop, listener, most, &HTTP_REQUESTS, (void *)(uintptr_t)http));
	memset(turns->clients, -1, sizeof turns->clients);
}

/* ---- clients ---- */

void turns_hang_up(struct turns *turns, unsigned n)
{
	if (turns->clients[n] >= 0)
		close(turns->clients[n]);
	turns->clients[n] = -1;
}

static void come(struct turns *turns, unsigned n)
{
	if (turns->clients[n] >= 0)
		return;
	turns->takes[n] = true;
	turns->clients[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (connect(turns->clients[n], (struct sockaddr *)&turns->address, turns->address_len))
		turns_hang_up(turns, n);
}

void turns_say(struct turns *turns, unsigned n, const void *bytes, size_t len)
{
	come(turns, n);
	if (turns->clients[n] >= 0 && len)
		(void)!send(turns->clients[n], bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

const char *turns_uri(const char *path, const char *transport, const char *sid)
{
	static char uri[120];

	snprintf(uri, sizeof uri, "%s?EIO=4&transport=%s%s%s", path, transport, sid ? "&sid=" : "", sid ? sid : "");
	return uri;
}

void turns_get(struct turns *turns, unsigned n, const char *uri, const char *more)
{
	char text[1024];

	turns_say(turns, n, text,
		  (size_t)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", uri, more));
}

void turns_upgrade(struct turns *turns, unsigned n, const char *uri)
{
	turns_get(turns, n, uri,
		  "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
}

void turns_frame(struct turns *turns, unsigned n, unsigned first, const void *bytes, size_t len)
{
	unsigned char head[8] = { (unsigned char)first, (unsigned char)(0x80 | (len < 126 ? len : 126)) };
	bool wide = len >= 126;

	if (wide) {
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
	}
	turns_say(turns, n, head, wide ? 8 : 6);
	turns_say(turns, n, bytes, len);
}

static bool take_what_came(struct turns *turns, unsigned n)
{
	static char bytes[64 << 10];
	bool any = false;
	ssize_t got = 1;

	while (turns->clients[n] >= 0 && turns->takes[n] && got > 0) {
		got = recv(turns->clients[n], bytes, sizeof bytes, MSG_DONTWAIT);
		any |= got > 0;
		if (got > 0 && turns->came)
			turns->came(n, bytes, (size_t)got);
		if (!got)
			turns_hang_up(turns, n);
	}
	return any;
}

/* ---- turns ---- */

static bool turn(struct turns *turns)
{
	struct epoll_event events[64];
	int n = epoll_wait(turns->loop.epoll, events, 64, 0);

	for (int i = 0; i < n; i++) {
		struct source *source = events[i].data.ptr;

		source->turn(source, events[i].events);
	}
	alarms_ring(&turns->loop);
	wires_settle(&turns->wires);
	for (int i = 0; i < 2; i++)
		if (turns->engines[i])
			engines_free_gone(turns->engines[i]);
	wires_free_gone(&turns->wires);
	return n > 0;
}

void turns_rest(struct turns *turns)
{
	bool any = true;

	while (any) {
		any = turn(turns);
		for (unsigned n = 0; n < TURNS_CLIENTS; n++)
			any |= take_what_came(turns, n);
	}
}

void turns_pass(struct turns *turns, ms_t ms)
{
	turns->loop.now += ms;
	turns_rest(turns);
}
