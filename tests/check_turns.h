#ifndef TESTS_CHECK_TURNS_H
#define TESTS_CHECK_TURNS_H
/* What speaks HTTP and WebSocket, and those who speak with it, in one process: over real sockets, in the turns that live.c takes, by a clock that
 * goes when it is told to. */
#include "live/engine.h"
#include <sys/socket.h>
#include <sys/un.h>

enum { TURNS_CLIENTS = 8 };

struct turns {
	struct loop loop;
	struct wires wires;
	struct engines *engines[2]; /* set before; NULL: none */
	struct sockaddr_un address;
	socklen_t address_len;
	int clients[TURNS_CLIENTS];				 /* descriptors; -1: none */
	bool takes[TURNS_CLIENTS];				 /* it takes what comes */
	void (*came)(unsigned n, const char *bytes, size_t len); /* what it took; NULL: nobody asks */
};

/* For so many at once. */
void turns_open(struct turns *turns, unsigned most, const struct http_use *http);
/* A client sends so much, as far as the kernel takes it; comes first, where there is none of this number. */
void turns_say(struct turns *turns, unsigned n, const void *bytes, size_t len);
/* Where Engine.IO is asked for, or for what sid names; NULL: something new. Good until the next call. */
const char *turns_uri(const char *path, const char *transport, const char *sid);
/* The head of a GET; more: further lines. */
void turns_get(struct turns *turns, unsigned n, const char *uri, const char *more);
/* The same, asking for a WebSocket. */
void turns_upgrade(struct turns *turns, unsigned n, const char *uri);
/* A masked frame of fewer than 65,536 bytes (RFC 6455, 5.2); first: its first byte. */
void turns_frame(struct turns *turns, unsigned n, unsigned first, const void *bytes, size_t len);
void turns_hang_up(struct turns *turns, unsigned n);
/* Turns until nothing happens any more. */
void turns_rest(struct turns *turns);
/* Time passes, and then the same. */
void turns_pass(struct turns *turns, ms_t ms);

#endif
