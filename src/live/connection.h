#ifndef LIVE_CONNECTION_H
#define LIVE_CONNECTION_H
/* Watchers who come by FastCGI: a connection of the web server for each. */
#include "exchange.h"
#include "live/internal.h"
#include "rules/keys.h"
#include <fcgiapp.h>

struct connection {
	FCGX_Request fcgi;	/* never moves, and stands first: it is the request's http->fcgi */
	struct watcher watcher; /* on no topic until its request was read and let in */
	struct source source;
	struct live *live;
	int fd;
	bool gone;		       /* closed; freed at the end of the turn, for epoll may still name it */
	LIST_ENTRY(connection) beside; /* in live->opening or live->gone */
	ms_t since;		       /* connected */
	const char *request_id;	       /* NULL until it was read */
	struct trace trace;	       /* with it */
	/* poll.c */
	ms_t deadline;	       /* of the wait */
	struct exchange *kept; /* what was asked, for the answer; NULL: exchange_end() has it */
	/* stream.c */
	ms_t wrote;
	ms_t stalled; /* 0: it takes what we write */
	bool away;    /* it was told last that what it has may not hold */
};

struct connection *connection_of(struct watcher *w);
/* Takes new connections from the listener, some at a time. */
void connections_accept(struct live *live);
/* Bytes are here: reads the request's head and body once the head is whole. False: it is not yet, or it is unreadable and
 * the connection was closed. */
bool connection_read(struct connection *c);
/* The request on it, with nothing asked of it yet; exchange_end() when it was dealt with. The answer is sent by reply(), and
 * that is the end of the connection. */
struct exchange *connection_exchange(struct connection *c);
struct exchange *connection_again(struct watcher *w); /* the same, for the tables below */
/* Nothing more is done for it now: what it has of the log and the database goes. */
void exchange_rest(struct exchange *x);
void exchange_end(struct exchange *x);
/* Ends the request and closes. What was written stays readable for the web server. */
void connection_finish(struct connection *c);
/* Closes without a word. */
void connection_drop(struct connection *c);
/* Drops those that said nothing for too long, or all. */
void connections_sweep(struct live *live, bool all);
void connections_free_gone(struct live *live);
/* The worker->send of live: writes the answer and ends the connection. */
bool connection_send(struct http_server *server, struct http *http, const struct response *response);

/* ---- the ways to be told ---- */
extern const struct transport POLL, STREAM;

/* ---- pass.c: who was let in lately ---- */
/* The name of the pass for what x asks, at its route: of all that decides whether it may come in. */
void pass_name(const struct exchange *x, uint8_t name[HASH_BYTES]);
/* Who was let in by it, and to what; NULL: there is none, or no more. */
const struct pass *pass_holder(struct live *live, const uint8_t name[HASH_BYTES]);
void pass_issue(struct live *live, const uint8_t name[HASH_BYTES], const struct identity *who,
		const struct live_kind *kind, int64_t id);
void pass_end(struct live *live, const uint8_t name[HASH_BYTES]);

/* ---- door.c: who comes in ---- */
/* The topic that the request on x asks for, with a recent snapshot, if it is let in: x->rq.who is who watches. NULL after refusing. */
struct topic *door_topic(struct live *live, struct exchange *x);
/* Many are to ask for topics in this turn, n of them (2 or more), by these requests and with a session each of their own credentials:
 * asks whether they may, in one query a kind, so that door_topic() believes those who do. */
void door_expect(struct live *live, struct exchange *const x[], const int64_t session_ids[], unsigned n);
/* Looks at the request of a connection that was just read, and answers it, lets it watch, or refuses it. */
void door_open(struct connection *c);
/* Asks anew for those who are doubted, and sends away who may watch no more. A database that is away changes nothing. */
void door_recheck(struct live *live);

#endif
