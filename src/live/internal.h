#ifndef LIVE_INTERNAL_H
#define LIVE_INTERNAL_H
/* What the files of live/ share: a topic is what is watched, a watcher somebody who watches it, a transport the way in which
 * they are told. Each file calls only those to its right:
 *
 *     live.c → door.c → pass.c, poll.c, stream.c → connection.c → topic.c
 *     live.c → realtime.c → rooms.c, plain.c → arrival.c → door.c
 *     live.c, door.c → right.c → topic.c
 *     live.c → rooms.c → attendance.c → sight.c, feed.c, say.c, update.c
 *     live.c → plain.c → changes.c → feed.c, say.c, update.c → topic.c
 *
 * Topics know transports by their table only, and neither knows what is watched: that is app/live.h's. All clocks here are
 * clock_monotonic(). */
#include "app/live.h"
#include "base/again.h"
#include "base/clock.h"
#include "base/local_socket.h"
#include "base/pid_file.h"
#include "dispatch.h"
#include "live/hint.h"
#include "live/wire.h"
#include <stdbool.h>
#include <sys/queue.h>

struct arrival;
struct attendance;
struct changes;
struct connection;
struct guest;
struct realtime;
struct exchange;
struct feeding;

enum {
	LOOK_MS = 1000, /* a topic that is watched is looked at so often without a hint */
	PACE_MS = 100,	/* least distance of two changes that are told */
	/* So many of a topic's watchers are told in one go, and so long after that the next: what each is told is work for the web server, which is to
	 * do other things between. */
	TELL_SOME = 80,
	TELL_MS = 10,
	WATCHERS_PER_S = 2000,	/* answers a second that the site can bear */
	AGAIN_MS = 20,		/* least distance of two reads … */
	COST_FACTOR = 10,	/* … and this times what a read takes: a tenth of the time at most */
	COST_MAX_MS = 200,	/* one slow read does not make the next ones wait for long */
	SWEEP_MS = 250,		/* deadlines are looked at so often */
	IDLE_MS = 60000,	/* a topic nobody watches is forgotten */
	RIGHTS_MS = 1500,	/* the rights of all who watch are asked for so often, in one query a kind … */
	RIGHTS_SHARE = 20,	/* … or this times what that takes, whatever is longer */
	RIGHTS_HINTED_MS = 200, /* the same where it is known that some session has ended … */
	RIGHTS_SHARE_HINTED = 5,
	AWAY_MS = 1000,	 /* between tries while the database is away */
	TIDY_MS = 10000, /* between looks whether a topic wants tidying */
	TOPIC_BUCKETS = 256,
	PASSES = 4096,
	GUEST_BUCKETS = 1024
};

struct watcher;

/* A way to tell watchers. Each function may end the watching, and with it the watcher. */
struct transport {
	unsigned cost; /* telling one, in answers that the site has to make */
	/* Is this the way that a request by FastCGI asks for? NULL: none does. */
	bool (*fits)(const struct exchange *x);
	/* They were let in by x, and their topic has a snapshot. */
	void (*begin)(struct watcher *w, struct exchange *x);
	/* Their topic has changed. */
	void (*tell)(struct watcher *w);
	/* Time has passed, SWEEP_MS or more. */
	void (*wake)(struct watcher *w);
	/* The request by which they came, anew: an exchange of which nothing is asked yet. NULL: who is doubted has to go. */
	struct exchange *(*again)(struct watcher *w);
	/* It is over: x, such an exchange, was refused; or NULL, their session ended or we are going. */
	void (*end)(struct watcher *w, struct exchange *x);
};

/* Somebody who watches a topic; a part of whatever their transport knows of them. */
struct watcher {
	const struct transport *transport;
	struct topic *topic; /* NULL: none yet, or no more */
	LIST_ENTRY(watcher) beside;
	int64_t session_id;	 /* by which they were let in */
	bool doubted;		 /* that session has lost the right: they are to be asked for by themselves */
	char tag[LIVE_TAG_SIZE]; /* what they have */
};

/* What somebody watches, or did lately. */
struct topic {
	const struct live_kind *kind;
	int64_t id;
	struct topic *next; /* same bucket */
	LIST_HEAD(, watcher) watchers;
	struct watcher *untold;	      /* the first of those who are not told of the last change yet; NULL: all are */
	unsigned n, audience;	      /* watchers now, and what telling the last change cost, in answers */
	struct json_object *snapshot; /* NULL before the first read */
	char *json;		      /* the same as text */
	size_t len;
	char *news; /* the same with what says that it has changed, for those who are answered by it */
	size_t news_len;
	char tag[LIVE_TAG_SIZE];
	struct changes *changes; /* what became of it, one by one: changes.c; NULL: nobody is told that */
	bool hinted;
	ms_t read, cost, changed; /* last read, how long it took, when the last change began to be told */
	ms_t told;		  /* when some were told of it */
	ms_t tidied, idle;
};

/* Somebody was let in lately. */
struct pass {
	uint8_t name[16]; /* hash of row, topic and credentials */
	struct identity who;
	const struct live_kind *kind; /* what they watch, and … */
	int64_t id;		      /* … its number */
	ms_t until;
};

struct live {
	const struct live_kind *kinds; /* ends with a NULL name */
	struct db *db;
	struct loop loop;
	struct topic *topics[TOPIC_BUCKETS];
	ms_t db_retry;
	bool db_away, doubts;	  /* doubts: somebody may be doubted */
	enum db_error db_failure; /* the last: why it is away */
	ms_t rights_asked, rights_cost;
	bool rights_hinted;
	/* the process: live.c */
	struct config config; /* with a time limit of its own for the database */
	const struct origin *origin;
	struct pid_file pid;
	struct own_socket listener, hints, rt;
	struct source listening, hinted, signalled;
	void (*turn_to)(struct source *source, uint32_t what); /* a connection: live.c */
	int signals;
	bool heeds, stopping, renewing; /* heeds: hints wake it */
	int refused_for;		/* that schema's program could not start */
	ms_t swept, looked, shut;	/* shut: nobody new is let in since then; 0: the door is open */
	/* who comes in: connection.c, door.c */
	LIST_HEAD(, connection) opening, gone;
	unsigned n_connections, max_connections;
	struct worker worker;		/* as which the gates know it */
	struct wires wires;		/* who comes by HTTP/1.1 … */
	struct realtime *realtime;	/* … and what they are answered by: realtime.c */
	TAILQ_HEAD(, arrival) arrivals; /* those of them who wait for the end of the turn: arrival.c */
	struct attendance *attendance;	/* who is in its rooms: attendance.c; NULL: nobody was yet … */
	struct feeding *feed;		/* … and what they are told: feed.c */
	unsigned n_by_change;		/* sockets that are told of each change: changes.c */
	LIST_HEAD(, guest) guests[GUEST_BUCKETS];
	struct pass passes[PASSES];
};

/* ---- topic.c: what is watched ---- */
/* The topic's entry, made when missing. */
struct topic *topic_watched(struct live *live, const struct live_kind *kind, int64_t id);
/* The same where there is one; NULL: there is not. */
struct topic *topic_known(struct live *live, const struct live_kind *kind, int64_t id);
/* The first for NULL; NULL after the last. */
struct topic *topic_next(const struct live *live, const struct topic *topic);
void topic_join(struct topic *topic, struct watcher *w);
void topic_leave(struct watcher *w);
/* It has changed, perhaps. */
void topic_hint(struct live *live, const struct hint *hint);
/* Is a topic watched of which no hint has come since it was read? */
bool topics_unaware(const struct live *live);
/* Is what was read last still true, as far as the database could be asked? */
bool topic_holds(const struct live *live, const struct topic *topic);
/* Has a snapshot that is recent enough for a newcomer; reads one when it is not. False: the database failed. */
bool topic_fresh(struct live *live, struct topic *topic);
/* The database did not answer a question begun then: newcomers are sent away for a while. */
void database_failed(struct live *live, ms_t began);
/* Reads what is due and tells the watchers of changes, some now and the others in later turns. */
void topics_read_due(struct live *live);
/* Wakes all watchers, and forgets what nobody watches any more. */
void topics_sweep(struct live *live);
/* When that has something to do again; INT64_MAX: never. *any: there are topics. */
ms_t topics_due(const struct live *live, bool *any);
/* Ends all watching. */
void topics_stop(struct live *live);

/* ---- right.c: who may stay ---- */
/* Asks in one query for n watches of one kind (1 to WATCHES): may[i] is who watches i, or session_id 0 where nobody may. False: the
 * database did not answer. Rows are on its memory. */
bool rights_find(struct live *live, const struct live_kind *kind, const struct watch watches[], size_t n,
		 struct identity may[]);
/* Asks for all who watch whether they still may, at most every RIGHTS_MS; those who look as if not are doubted. */
void rights_ask(struct live *live);

#endif
