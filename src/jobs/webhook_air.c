/* Nobody's slowness is another's: no more than a few are under way to one address, and all are under way beside the other jobs. Who was not
 * reached at all rests, longer each time, and is then asked by one: thousands that wait for a server that is down would otherwise each knock
 * in turn, and all else would wait behind them. What was sent is noted under the lease that it was claimed by, so what a dead process
 * had sent is sent once more, and what another took up meanwhile is theirs. */
#include "jobs/webhook_air.h"
#include "app/webhook.h"
#include "base/log.h"
#include "db/db.h"
#include "store/webhook.h"
#include <unistd.h>

enum {
	TO_ONE = 8, /* under way to one address */
	IN_ALL = 64
};
#define REST_FIRST MS_SECOND
#define REST_LONGEST MS_MINUTE

/* Who was not reached the last time. */
struct resting {
	int64_t webhook_id;
	ms_t rest, until; /* so long, up to then by clock_monotonic() */
	struct resting *next;
};

/* Of this process: a child begins with none. */
static struct {
	pid_t whose;
	struct webhook_calls *calls;
	struct telling *first;
	struct resting *resting;
} air;

void air_ready(const struct config *config)
{
	if (air.whose != getpid()) {
		air.calls = NULL;
		air.first = NULL;
		air.resting = NULL;
		air.whose = getpid();
	}
	if (!air.calls)
		air.calls = webhook_calls_new(NULL, config);
}

bool air_empty(void)
{
	return !air.first;
}

/* Where it stands in the list: its end where it does not rest. */
static struct resting **resting_at(int64_t webhook_id)
{
	struct resting **at = &air.resting;

	while (*at && (*at)->webhook_id != webhook_id)
		at = &(*at)->next;
	return at;
}

/* An answer, whatever it says, ends its rest. Those that went together and were not reached are one time. */
static void see_to_rest(int64_t webhook_id, bool reached)
{
	struct resting **at = resting_at(webhook_id), *one = *at;
	const ms_t now = clock_monotonic();

	if (reached && one) {
		*at = one->next;
		talloc_free(one);
	} else if (!reached && (!one || now >= one->until)) {
		if (!one) {
			one = *at = talloc_zero(NULL, struct resting);
			one->webhook_id = webhook_id;
		}
		one->rest = one->rest ? one->rest * 2 : REST_FIRST;
		if (one->rest > REST_LONGEST)
			one->rest = REST_LONGEST;
		one->until = now + one->rest;
	}
}

int air_room(int64_t webhook_id)
{
	const struct resting *rests = *resting_at(webhook_id);
	int room = rests ? clock_monotonic() >= rests->until : TO_ONE, all = IN_ALL - (int)webhook_under_way(air.calls);

	for (const struct telling *t = air.first; t; t = t->next)
		room -= t->webhook_id == webhook_id;
	return room < all ? room : all;
}

void air_begin(struct telling *t)
{
	webhook_call(air.calls, &t->call);
	t->next = air.first;
	air.first = t;
}

bool air_note(struct db *db, const struct telling *t, const char *error, ms_t again)
{
	return delivery_note(db,
			     &(struct delivery_result){ .id = t->id,
							.lease = t->lease,
							.body = t->body,
							.customer_id = t->customer_id,
							.status = t->call.status,
							.took = t->call.took,
							.answer = t->call.answer,
							.error = error,
							.again = again },
			     clock_now());
}

struct switching {
	struct db *db;
	const struct config *config;
	int64_t id;
	const char *url, *because;
	ms_t now;
};

static bool switch_off(void *with)
{
	const struct switching *s = with;

	if (!webhook_switch_off(s->db, s->id, s->url, s->because, s->now - WEBHOOK_PATIENCE, s->now))
		return false;
	webhook_tell_off(s->db, s->config, s->id, s->because, s->now);
	return true;
}

/* One that says that it is gone is believed; one that fails is borne with for a while. */
static void see_to(struct db *db, const struct config *config, const struct telling *t)
{
	struct switching s = { db,	   config, t->webhook_id, t->url, t->call.status == 410 ? "gone" : "failing",
			       clock_now() };

	if (!*t->call.error) {
		webhook_took(db, t->webhook_id, t->url, s.now);
		return;
	}
	webhook_refused(db, t->webhook_id, t->url, s.now);
	if (db_transaction(db, switch_off, NULL, &s))
		log_warn("webhook_off", F("webhook", t->webhook_id), F("because", s.because), F("url", t->url));
}

static bool end(struct db *db, const struct config *config, struct telling *t)
{
	bool taken = !*t->call.error;
	double chance = (double)random_below(1000) / 1000;
	ms_t again = taken ? 0 : webhook_again(t->attempts, t->began, clock_now(), chance);
	struct telling **at = &air.first;
	bool good = air_note(db, t, t->call.error, again);

	if (!taken)
		log_info("webhook_not_taken", F("delivery", t->id), F("webhook", t->webhook_id),
			 F("attempts", t->attempts), F("again", again != 0), F("status", t->call.status),
			 F("error", t->call.error));
	if (good)
		see_to(db, config, t);
	see_to_rest(t->webhook_id, t->call.status != 0);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	talloc_free(t);
	return good && db_error(db) == DB_OK;
}

bool air_end_one(struct db *db, const struct config *config, int wait_ms, bool *ended)
{
	/* a call is the first member of its telling */
	struct telling *t = (struct telling *)(void *)webhook_ended(air.calls, wait_ms);

	*ended = t != NULL;
	return !t || end(db, config, t);
}

void air_finish(struct db *db, const struct config *config, int wait_ms)
{
	ms_t until = clock_monotonic() + wait_ms, left;
	bool ended;

	if (air.whose != getpid())
		return;
	while (air.first && (left = until - clock_monotonic()) > 0)
		if (!air_end_one(db, config, (int)left, &ended))
			return;
}
