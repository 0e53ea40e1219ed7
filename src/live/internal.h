#ifndef LIVE_INTERNAL_H
#define LIVE_INTERNAL_H
/* What the files of live/ share: the process, the events being watched, and their watchers. All clocks here are
 * clock_monotonic(). */
#include "base/clock.h"
#include "base/config.h"
#include "db/db.h"
#include "http/http.h"
#include "store/live.h"
#include <fcgiapp.h>
#include <stdbool.h>

enum {
	LOOK_MS = 1000,	       /* an event that is watched is looked at so often without a hint */
	PACE_MS = 100,	       /* least distance of two changes that are told */
	WATCHERS_PER_S = 2000, /* answers a second that the site can bear */
	POLL_WEIGHT = 2,       /* of them for one that brings a whole new request */
	AGAIN_MS = 20,	       /* least distance of two reads … */
	COST_FACTOR = 10,      /* … and this times what a read takes: a tenth of the time at most */
	COST_MAX_MS = 200,     /* one slow read does not make the next ones wait for long */
	SWEEP_MS = 250,	       /* deadlines are looked at so often */
	WAIT_MAX_S = 25,       /* a client that left is often not seen before we write */
	OPENING_MS = 5000,     /* for a connection's first bytes */
	HEARTBEAT_MS = 20000,
	RIGHTS_MS = 3000, /* the rights of all who watch are asked for so often, in one query … */
	RECHECKS = 200,	  /* … and at most so many that look lost are asked for by themselves in one sweep */
	STALL_MS = 30000, /* a reader that takes nothing for so long is dropped */
	PASS_MS = 5000,	  /* who comes again so soon is believed without asking the database */
	IDLE_MS = 60000,  /* an event nobody watches is forgotten */
	AWAY_MS = 1000,	  /* between tries while the database is away */
	DB_TIMEOUT_S = 3, /* of a query here, for all wait for it */
	TAIL_MS = 10000,  /* between looks at the length of a tail */
	EVENT_BUCKETS = 256,
	PASSES = 4096,
	REQUEST_ID_SIZE = 65
};

enum stage {
	OPENING, /* connected, its request not here yet */
	WAITING, /* long-poll */
	STREAM	 /* server-sent events */
};

/* One connection of the web server. */
struct watcher {
	FCGX_Request fcgi; /* never moves */
	int fd;
	enum stage stage;
	bool gone;		    /* closed; freed at the end of the turn, for epoll may still name it */
	struct event *event;	    /* NULL while OPENING */
	struct watcher *next, **at; /* in live->opening or event->watchers */
	struct watcher *next_gone;
	ms_t since;    /* connected */
	ms_t deadline; /* of the wait */
	ms_t wrote;
	int64_t session_id;	 /* by which it was let in */
	bool doubted;		 /* that session has lost the right: it is to be asked for by itself */
	ms_t stalled;		 /* 0: it takes what we write */
	bool away;		 /* a stream was told last that its numbers may not hold */
	char tag[LIVE_TAG_SIZE]; /* what the client has */
	char request_id[REQUEST_ID_SIZE];
};

/* An event that somebody watches, or did lately. */
struct event {
	int64_t id;
	struct event *next; /* same bucket */
	struct watcher *watchers;
	unsigned n, audience; /* watchers now, and what telling the last change cost, in answers */
	char *json;	      /* the snapshot as text; NULL before the first read */
	size_t len;
	char tag[LIVE_TAG_SIZE];
	bool hinted;
	ms_t read, cost, changed; /* last read, how long it took, last change told */
	ms_t tail_looked, idle;
};

/* Somebody was let in lately. */
struct pass {
	uint8_t name[16]; /* hash of credentials and event */
	int64_t session_id;
	ms_t until;
};

struct live {
	const struct config *config;
	struct config db_config; /* with a time limit of its own */
	struct db *db;
	int epoll, listener, hints, signals;
	ms_t now; /* this turn's */
	ms_t swept, db_retry, rights_asked;
	bool db_away, stopping;
	enum db_error db_failure; /* the last: why it is away */
	unsigned n_watchers, max_watchers;
	bool heeds; /* hints wake it */
	struct watcher *opening, *gone;
	struct event *events[EVENT_BUCKETS];
	struct pass passes[PASSES];
};

/* ---- watcher.c: a connection and what is written to it ---- */
/* Takes new connections from the listener, some at a time. */
void watchers_accept(struct live *live);
/* Bytes are here: reads the request's head and body once the head is whole. False: it is not yet, or it is unreadable and
 * the connection was closed. */
bool watcher_read(struct live *live, struct watcher *w);
/* Moves it to an event's list. */
void watcher_join(struct watcher *w, struct event *event);
/* Closes without a word. */
void watcher_drop(struct live *live, struct watcher *w);
void watchers_free_gone(struct live *live);
/* Sends a whole answer and closes. head: header lines or NULL. */
void watcher_answer(struct live *live, struct watcher *w, int status, const struct buf *head, const char *body,
		    size_t len);
/* The answer to a wait: the event's snapshot, or, where the client has it, changed:false. head as above. */
void watcher_answer_wait(struct live *live, struct watcher *w, const struct buf *head);
/* Begins a stream. */
void watcher_begin_stream(struct live *live, struct watcher *w, const struct buf *head);
/* Brings a stream up to date, or keeps it from falling asleep; skips one that does not take it now, drops one that has
 * not for long. */
void watcher_stream(struct live *live, struct watcher *w);
/* Tells a stream why it ends, and ends it. */
void watcher_end_stream(struct live *live, struct watcher *w, const char *code);

/* ---- event.c: what is watched ---- */
/* The event's entry, made when missing. */
struct event *watched_event(struct live *live, int64_t id);
void event_hint(struct live *live, int64_t id);
/* Is an event watched of which no hint has come since it was read? */
bool events_unaware(const struct live *live);
/* Are the numbers read last still true, as far as the database could be asked? */
bool event_holds(const struct live *live, const struct event *event);
/* Has a snapshot that is recent enough for a newcomer; reads one when it is not. False: the database failed. */
bool event_fresh(struct live *live, struct event *event);
/* The database did not answer a question begun then: newcomers are sent away for a while. */
void database_failed(struct live *live, ms_t began);
/* Reads what is due and tells the watchers of changes. */
void events_read_due(struct live *live);
/* Deadlines, heartbeats, rechecks, forgetting; at most every SWEEP_MS. */
void events_sweep(struct live *live);
/* Milliseconds until events_read_due or events_sweep has something to do; -1: nothing. */
int events_until_due(const struct live *live);
/* Answers all who wait and ends all streams. */
void events_stop(struct live *live);

/* ---- door.c: who comes in ---- */
/* Looks at the request of a watcher that was just read, and answers it, lets it wait, or refuses it. */
void door_open(struct live *live, struct watcher *w);
/* Asks anew for a watcher who waits or streams, and sends away who may watch no more. A database that is away changes
 * nothing. */
void door_recheck(struct live *live, struct watcher *w);

/* ---- right.c: who may stay ---- */
/* Asks for all who watch whether they still may, at most every RIGHTS_MS; those who look as if not are doubted. */
void rights_ask(struct live *live);

#endif
