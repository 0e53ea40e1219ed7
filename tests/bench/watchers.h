#ifndef BENCH_WATCHERS_H
#define BENCH_WATCHERS_H
/* Somebody who waits for an event's counts, and the ways in which they do. */
#include "http.h"

enum { TEXT_SIZE = 32768, SAYS_SIZE = 4096, SEEN_SIZE = 8192 };

struct watcher {
	int fd;	       /* -1: none now */
	bool joined;   /* has had its first counts */
	int64_t heard; /* when news came last */
	size_t match;  /* sse: bytes of MARK that ended the last piece */
	size_t len;    /* poll, socket: bytes of text */
	char tag[80];
	char *text;
	const char *token;    /* socket: its own */
	bool asked, upgraded; /* socket: for an upgrade; and has it */
	int rooms;	      /* campus: that it has yet to come into */
	bool general;	      /* … one of these is general */
	int64_t told;	      /* … when general had news last */
	int64_t high, last;   /* … the highest number of these, and below which none is missing … */
	int missed;	      /* … how many came since it was let in to catch up … */
	int64_t missed_last;  /* … the last that was fetched of these … */
	unsigned char *seen;  /* … and a bit for each that it has had, by the number's lower bits */
	char *says;	      /* polls: what goes out before the next question, packets with \x1e between */
	char sid[24];	      /* … and its session; "": none yet */
	int64_t due;	      /* socket: when it comes again */
	struct watcher *next; /* … and who does after it */
};

/* What was said on the command line. */
struct plan {
	int port, epoll, n_joined;
	const char *token, *event_id;
	const char *path;    /* socket: of a Unix socket to go to; NULL: the port */
	const char *room;    /* campus: whose room all of them are in; NULL: it is about an event's counts */
	bool polls;	     /* … by polling, and no WebSocket */
	bool again;	     /* socket: who is closed comes again */
	bool caught_up;	     /* … and did so once: what they missed may come twice */
	int n_closed, tries; /* … how many were, and how often they tried since then */
	int64_t closed;	     /* … the first of them */
};
extern struct plan plan;

void put(int fd, const char *request, size_t len);
/* They wait now. */
void waits(struct watcher *w);
/* Counts came to them, or what happened to whom they watch. */
void news(struct watcher *w);
/* What happened to anybody came to one who is in general. */
void general_news(struct watcher *w);

/* ---- sockets.c: Socket.IO over WebSocket alone, or by polling alone ---- */
/* Connects; what follows comes by socket_turn(), for what epoll says. */
void socket_begin(struct watcher *w);
void socket_turn(struct watcher *w, uint32_t what);
/* Whoever's time has come tries again. How many ms the next one has; -1: nobody waits. */
int sockets_again(void);

#endif
