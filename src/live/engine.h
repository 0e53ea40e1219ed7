#ifndef LIVE_ENGINE_H
#define LIVE_ENGINE_H
/* Engine.IO 4: messages both ways over polling or WebSocket, and from the first to the second without losing any
 * (the protocol's own description, revision 4). It knows nothing of what is said. */
#include "live/beat.h"
#include "live/engine_queue.h"
#include "live/http_wire.h"
#include "live/web_socket.h"

struct engine;
struct engines;

struct engine_use {
	/* Somebody has come, by ask. */
	void (*opened)(struct engine *engine, const struct ask *ask);
	/* A message. It may send, and close. */
	void (*message)(struct engine *engine, bool binary, const char *bytes, size_t len);
	/* It is over: the engine is freed at the end of the turn. */
	void (*gone)(struct engine *engine);
	/* May who asks so come in? NULL, or the sentence with which they may not. headers: what lines the answers to them have besides, on the
	 * ask; "" for none. */
	const char *(*refused)(struct engines *engines, struct ask *ask, const char **headers);
};

enum {
	ENGINE_SEPARATOR = 0x1E, /* between the packets of a payload */
	ENGINE_PATH = 40,
	ENGINE_SID = 21,
	ENGINE_UPGRADE_MS = 10000,
	ENGINE_BUCKETS = 4096
};

/* One endpoint, and who is there. */
struct engines {
	struct loop *loop;
	char path[ENGINE_PATH]; /* "/socket.io/" */
	ms_t ping_interval, ping_timeout;
	size_t max_payload;
	size_t waits,
		waits_bytes; /* messages, and bytes of them, that may wait to be taken: who lets more wait is lost */
	const struct engine_use *use;
	void *user;
	unsigned n, most;
	LIST_HEAD(, engine) by_sid[ENGINE_BUCKETS];
	LIST_HEAD(, engine) gone;
};

struct engine {
	struct engines *of;
	void *user;
	char sid[ENGINE_SID];
	LIST_ENTRY(engine) beside;
	struct ask *poll;		 /* a request that waits for packets; NULL: none */
	struct web_socket *ws, *next_ws; /* what it goes over; what it may be moved to */
	bool probed;			 /* next_ws was asked whether it can be heard */
	bool over, ending, leaving;	 /* freed soon; closed once what waits was fetched; it said goodbye */
	bool full;			 /* more waits than may: lost at the end of the turn */
	struct engine_queue queue;
	struct beat beat;     /* by pings and pongs */
	struct alarm upgrade; /* none in time */
	struct alarm answer;  /* the request that waits has something to be answered, once all of this turn is there */
};

/* An endpoint; loop, path, times, sizes, use and most are the caller's to set before. */
void engines_open(struct engines *engines);
/* Is this request for it? */
bool engines_own(const struct engines *engines, const struct ask *ask);
/* Answers it, or keeps it until there is something to say. */
void engines_asked(struct engines *engines, struct ask *ask);
/* A request that was kept has gone. */
void engines_left(struct engines *engines, struct ask *ask);
/* All are told that we go away: they come again. */
void engines_stop(struct engines *engines);
void engines_free_gone(struct engines *engines);

/* False: it is over. Who lets too much wait is not lost at once but at the end of the turn, so that nobody goes who is being told of something. */
bool engine_send(struct engine *engine, bool binary, const char *bytes, size_t len);
/* Closes it, once what was sent has been taken; its user hears nothing more. code: of a WebSocket, 1000 for a usual end. */
void engine_close(struct engine *engine, unsigned code);
/* Bytes that wait to be taken, and messages. */
size_t engine_waits(const struct engine *engine, size_t *messages);

#endif
