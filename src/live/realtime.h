#ifndef LIVE_REALTIME_H
#define LIVE_REALTIME_H
/* Who comes by HTTP/1.1 on run_dir/rt.sock, which the web server's proxy hands /socket.io/ and /ws to, for FastCGI carries no upgrade:
 * WebSocket, plain or as Socket.IO, and Socket.IO's polling. */
#include "live/internal.h"
#include "live/socketio.h"
#include "live/visitor.h"

enum {
	REALTIME_PING_MS = 25000, /* on a socket of either kind, and between polls: who is there is asked so often … */
	REALTIME_PONG_MS = 20000, /* … and has so long to say so */
	SOCKET_MESSAGE = 8 << 10, /* bytes of a plain socket's message */
	SOCKET_WAITS = 100,	  /* messages that wait to be taken: news then waits until they were */
	SOCKET_WAITS_BYTES = 256 << 10
};

struct realtime {
	struct live *live;
	struct http_use http;
	struct sio_server sio;
};

/* Takes who comes, from now on. False: errno says why. */
bool realtime_open(struct live *live);
/* The same on a socket that was opened anew. */
void realtime_listen(struct live *live);
/* Nobody new is taken. */
void realtime_shut(struct live *live);
/* All are told that we go away. */
void realtime_stop(struct live *live);
/* Lets in who came in this turn. */
void realtime_settle(struct live *live);
/* Has somebody come since then? They are let in at once. */
bool realtime_hurries(const struct live *live);
void realtime_free_gone(struct live *live);
/* ---- plain.c: /ws/live/…/:id ---- */
bool plain_owns(const struct ask *ask);
void plain_asked(struct live *live, struct ask *ask);
/* ---- rooms.c: what is behind Socket.IO's "/" ---- */
extern const struct sio_namespace ROOMS[];
void rooms_came(struct engine *engine, const struct ask *ask, void **user);
void rooms_left(void *user);
const char *rooms_refused(struct engines *engines, struct ask *ask, const char **headers);

#endif
