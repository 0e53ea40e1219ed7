#ifndef LIVE_WEB_SOCKET_H
#define LIVE_WEB_SOCKET_H
/* WebSocket on a wire (RFC 6455): messages in and out. The frames are libwslay's. */
#include "live/beat.h"
#include "live/wire.h"

struct web_socket;

struct web_socket_use {
	/* A whole message; bytes is never NULL. It may send, and close. */
	void (*message)(struct web_socket *ws, bool binary, const char *bytes, size_t len);
	/* It is over. */
	void (*gone)(struct web_socket *ws);
	/* All that waited is sent. NULL: nobody asks. */
	void (*sent)(struct web_socket *ws);
	/* No pong came in time: it is its user's to close. Of those that web_socket_beat() was called for. */
	void (*silent)(struct web_socket *ws);
};

struct web_socket {
	const struct web_socket_use *use;
	void *user; /* the user's */
	struct wire *wire;
	struct wslay_event_context *frames;
	const char *at; /* what has come and wslay has not read */
	size_t left;
	bool reading, closed;	/* inside a message's function; no message goes out any more */
	unsigned short goodbye; /* a code that is to be said once all else is sent; 0: none */
	const char *reason;	/* with it */
	struct alarm closing;	/* the other side has so long to agree */
	struct beat beat;
};

enum {
	WEB_SOCKET_CLOSE_MS = 5000,
	WEB_SOCKET_WAITS =
		1000 /* messages, and answers to pings: who asks for more of them without taking any is lost */
};

/* Answers the upgrade of a request with this Sec-WebSocket-Key, by the sub-protocol (NULL: none) and with further header lines ("Name: value\r\n",
 * NULL: none), and takes the wire over. A message of more than max bytes closes it (1009), as does text that is not UTF-8 (1007). */
struct web_socket *web_socket_accept(struct wire *wire, const char *key, const char *protocol, const char *headers,
				     size_t max, const struct web_socket_use *use, void *user);
/* From now on the other side is asked by pings whether it is there (RFC 6455, 5.5.2), which every client answers by itself: beat_begin() has the
 * times. Nothing else that it sends counts, least of all pieces of a frame. For whoever has no such questions of their own. */
void web_socket_beat(struct web_socket *ws, ms_t interval, ms_t timeout);
/* False: it is over, or closing. */
bool web_socket_send(struct web_socket *ws, bool binary, const void *bytes, size_t len);
/* Bytes and messages that wait to be sent. */
size_t web_socket_waits(const struct web_socket *ws, size_t *messages);
/* Says goodbye, by a code of RFC 6455, 7.4, or of ours (4000 and more), and a reason of at most 120 bytes, which lives for ever. Its user hears nothing more. */
void web_socket_close(struct web_socket *ws, unsigned code, const char *reason);

#endif
