#ifndef SHARED_H
#define SHARED_H
/* What this node's workers share: one anonymous mapping made before the fork. General rate limits, the seats for slow
 * work, and the counters that /metrics prints. Nothing here must survive the process: what must is in MariaDB. */
#include "base/buf.h"
#include "db/db.h"
#include "http/request.h"
#include "routes/routes.h"

enum { SHARED_SLOTS = 1024, LATENCY_BUCKETS = 12 };

struct shared;
struct views;

/* The kinds of work that take long. Each has seats of its own in each pool (KIND in shared.c), so that none stops another,
 * nor the quick requests. */
enum slow {
	SLOW_NONE,
	SLOW_HASH,	/* passwords: a core and 19 MiB for some 25 ms */
	SLOW_GATE_HASH, /* those of ushers */
	SLOW_CALL,	/* the outside world: any time, and nothing else meanwhile */
	SLOW_PICTURE,	/* pictures that were sent: it waits for who decodes them */
	SLOW_EXPORT,	/* a list of any length as a file */
	SLOW_DRAW,	/* pages of a PDF: a core for some milliseconds each */
	SLOW_KINDS
};

extern const struct pool_row {
	const char *name, *socket; /* in metrics and the log; below run_dir */
	size_t workers;		   /* offset into struct config of an int */
} POOL[POOLS];

/* How many workers config gives that pool. */
int pool_workers(const struct config *config, enum pool pool);

/* A zeroed mapping with limits from config. Never fails but by abort: there is no program without it. */
struct shared *shared_new(const struct config *config);
/* The mapping that this process made or inherited; NULL before there is one. */
struct shared *shared_of_process(void);
/* Takes one token from the bucket of (class, ip): token bucket, a minute's rate deep. 0 when there was one, else the
 * seconds to wait. Lock-free; a hash table of fixed size in which old buckets are reused. */
int shared_rate(struct shared *shared, enum rate class, const char *ip, ms_t now);
/* The same of an account, where the class has a limit for one. */
int shared_rate_account(struct shared *shared, enum rate class, int64_t account_id, ms_t now);
/* Takes a seat for work of that kind, for slot's worker, in behalf of ip; waits for one up to [serve] seat_wait_ms. False
 * when none came free. Without effect, and true, for SLOW_NONE. */
bool shared_slow_enter(struct shared *shared, unsigned slot, enum pool pool, enum slow kind, const char *ip);
void shared_slow_leave(struct shared *shared, unsigned slot, enum pool pool, enum slow kind);
/* A worker started in slot (pid) or ended (0): its marks are cleared. */
void shared_slot(struct shared *shared, unsigned slot, enum pool pool, int pid);
/* The worker in slot answers from now on; does it? */
void shared_answering(struct shared *shared, unsigned slot);
bool shared_answers(const struct shared *shared, unsigned slot);
/* The database's schema was found to be another program's (its number; 0: it is being changed), or this one's again. */
void shared_schema_moved(struct shared *shared, int version, ms_t now);
void shared_schema_back(struct shared *shared);
/* Since when (clock_monotonic()) it is another's, and which it was last; 0: it is this program's. */
ms_t shared_schema_since(const struct shared *shared);
int shared_schema_seen(const struct shared *shared);
/* Is it the caller who asks now whether that is still so? One of all, at most every 50 ms. */
bool shared_schema_turn(struct shared *shared, ms_t now);
/* Counts one answered request. */
void shared_count(struct shared *shared, enum pool pool, int status, ms_t took);
/* Counts something that happened, such as "cache_hit"; the others are counted where they happen. EVENTS in shared.c
 * lists the names with their help; another one is a bug. */
void shared_count_event(struct shared *shared, const char *name);
/* Counts a request that a failure of the database ended at now, and remembers which failure it was. */
void shared_database_failed(struct shared *shared, enum db_error error, ms_t now);
/* The failure that ended a request last, where that was in the minute before now; else DB_OK. */
enum db_error shared_database_failure(struct shared *shared, ms_t now);
/* Counts a request that came through a proxy which config does not name. True once an hour: then the log is told. */
bool shared_relayed(struct shared *shared, ms_t now);
/* Counts n requests that shared one transaction, as the event "together". */
void shared_count_together(struct shared *shared, unsigned n);
/* What of events the public looked at and is not written yet. */
struct views *shared_views(struct shared *shared);
/* Prometheus text exposition format 0.0.4. */
void shared_metrics(struct shared *shared, struct buf *out);

#endif
