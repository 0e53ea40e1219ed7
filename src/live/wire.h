#ifndef LIVE_WIRE_H
#define LIVE_WIRE_H
/* A connection of the web server's proxy that speaks HTTP/1.1 with us, and perhaps WebSocket after that. Bytes in and out; never waits.
 * Whoever uses one is told by a table of functions. */
#include "live/loop.h"
#include <stddef.h>

struct wire;

/* Who uses a wire. Each function may end it. None is called while something is written or answered, but at the end of that turn, so that whoever
 * tells many may do so without any of them going meanwhile. */
struct wire_use {
	/* So much has come and was not taken yet: answers how much of it is taken. Told again when more has come, or when wire_again()
	 * asks for it. */
	size_t (*read)(struct wire *wire, const char *bytes, size_t len);
	/* There may be room again for what could not be sent. NULL: nobody asks. */
	void (*room)(struct wire *wire);
	/* It is over: the other side has gone, or took nothing for too long. The wire is freed at the end of the turn. */
	void (*gone)(struct wire *wire);
};

/* What all wires of a listener have in common. */
struct wires {
	struct loop *loop;
	struct source source; /* the listener's */
	int listener;	      /* -1: closed */
	struct alarm rested;  /* nobody is taken before it rings */
	unsigned n, most;
	const struct wire_use *first; /* who uses a new one */
	void *user;
	LIST_HEAD(, wire) all, gone, later;
};

enum {
	WIRE_IN = 160 << 10,  /* bytes that may wait to be taken */
	WIRE_OUT = 512 << 10, /* and to be sent: one that takes less is closed */
	WIRE_STALL_MS = 30000 /* or one that takes nothing for so long */
};

struct wire {
	struct source source;
	struct wires *of;
	const struct wire_use *use;
	void *user; /* the user's */
	int fd;
	bool ended, closing; /* closed, and freed at the end of the turn; to be closed once all is sent */
	bool heard;	     /* something came */
	bool paused;	     /* its user takes nothing now */
	bool offering;	     /* its user is being offered what has come */
	bool full;	     /* the kernel took no more: it is told when there is room */
	bool broken, again,
		waits; /* what is done at the end of the turn: it is lost, offered again; it stands in later */
	LIST_ENTRY(wire) beside;
	LIST_ENTRY(wire) aside; /* in later */
	char *in, *out;		/* malloc; NULL: nothing waits */
	size_t in_len, out_len, out_at;
	struct alarm stall;
};

/* Takes connections from a listening socket, which is non-blocking, as long as there are fewer than most; each gets user as its user. Of
 * very many at once most wait in the socket's queue. */
bool wires_open(struct wires *wires, struct loop *loop, int listener, unsigned most, const struct wire_use *first,
		void *user);
/* Takes no new ones any more. The descriptor stays the caller's. */
void wires_shut(struct wires *wires);
/* Tells of those that broke as they were written to, and offers what was to be offered again: at the end of each turn, before those that are over
 * are freed. */
void wires_settle(struct wires *wires);
/* Frees those that are over: at the end of each turn. */
void wires_free_gone(struct wires *wires);

/* Sends, at once as far as it goes. False: it is over, or was before. */
bool wire_write(struct wire *wire, const void *bytes, size_t len);
/* Does all that was written wait no more? */
bool wire_idle(const struct wire *wire);
/* Once all is sent it is closed, and its user hears nothing more. */
void wire_end(struct wire *wire);
/* Closed now, and its user hears nothing more. */
void wire_drop(struct wire *wire);
/* What is broken: it is lost at the end of the turn. */
void wire_fail(struct wire *wire);
/* What waits to be taken is offered again, at the end of the turn. */
void wire_again(struct wire *wire);

#endif
