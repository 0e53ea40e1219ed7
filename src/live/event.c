/* However many watch an event, its snapshot is read once. The first change is told at once; after it the distance grows
 * with the audience, for every answer brings a new request. Hints only make a look come sooner: without any, each event
 * that is watched is looked at once a second, so nothing depends on them. */
#include "live/internal.h"
#include "render/json.h"
#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

static struct event **place(struct live *live, int64_t id)
{
	struct event **at = &live->events[(uint64_t)id % EVENT_BUCKETS];

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

struct event *watched_event(struct live *live, int64_t id)
{
	struct event **at = place(live, id);

	if (!*at) {
		*at = calloc(1, sizeof **at);
		if (!*at)
			abort();
		(*at)->id = id;
		(*at)->idle = live->now;
	}
	return *at;
}

void event_hint(struct live *live, int64_t id)
{
	struct event *event = *place(live, id);

	if (event)
		event->hinted = true;
}

static void forget_idle(struct live *live, struct event **at)
{
	while (*at) {
		struct event *event = *at;

		if (event->n || live->now - event->idle < IDLE_MS) {
			at = &event->next;
			continue;
		}
		*at = event->next;
		free(event->json);
		free(event);
	}
}

bool events_unaware(const struct live *live)
{
	for (int i = 0; i < EVENT_BUCKETS; i++)
		for (const struct event *event = live->events[i]; event; event = event->next)
			if (event->n && !event->hinted)
				return true;
	return false;
}

/* ---- reading ---- */

static ms_t later(ms_t a, ms_t b)
{
	return a > b ? a : b;
}

/* When this event should be read, watched or not. */
static ms_t due(const struct live *live, const struct event *event)
{
	ms_t answers = (ms_t)(event->n > event->audience ? event->n : event->audience) * 1000 / WATCHERS_PER_S;
	ms_t at = later(event->read + later(AGAIN_MS, COST_FACTOR * event->cost),
			event->changed + later(PACE_MS, answers));

	if (!event->json)
		return live->db_retry;
	if (!event->hinted)
		at = later(at, event->read + LOOK_MS);
	return later(at, live->db_retry);
}

/* A database that hangs costs its time limit at each try; most of the time is left for those who wait. */
void database_failed(struct live *live, ms_t began)
{
	live->now = clock_monotonic();
	live->db_retry = live->now + later(AWAY_MS, 3 * (live->now - began));
	live->db_away = true;
	live->db_failure = db_error(live->db);
	db_clear(live->db);
}

/* Sums up a tail that has grown long, in case no `jobs` runs. */
static void shorten_tail(struct live *live, struct event *event)
{
	int64_t moved;

	if (live->now - event->tail_looked < TAIL_MS)
		return;
	event->tail_looked = live->now;
	if (scan_tail(live->db, event->id) <= SCAN_TAIL_LONG)
		return;
	moved = scan_summarise(live->db, event->id, clock_now());
	if (moved == SCAN_STEP) /* there is more: again in a second */
		event->tail_looked = live->now - TAIL_MS + MS_SECOND;
	db_clear(live->db);
}

/* True when it was read. *changed: it says something new. */
static bool read_event(struct live *live, struct event *event, bool *changed)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	ms_t began = clock_monotonic();
	struct json_object *snapshot;

	*changed = false;
	db_clear(live->db);
	db_memory(live->db, ctx);
	snapshot = live_snapshot(live->db, event->id, clock_now());
	if (snapshot) {
		live->db_away = event->hinted = false;
		event->read = began;
		*changed = !event->json || strcmp(event->tag, live_tag(snapshot)) != 0;
	} else {
		database_failed(live, began);
	}
	if (*changed) {
		const char *text = json_data(snapshot, &event->len);

		free(event->json);
		event->json = strdup(text);
		if (!event->json)
			abort();
		memcpy(event->tag, live_tag(snapshot), sizeof event->tag);
	}
	live->now = clock_monotonic();
	if (snapshot) {
		event->cost = live->now - began < COST_MAX_MS ? live->now - began : COST_MAX_MS;
		shorten_tail(live, event);
	}
	json_object_put(snapshot);
	db_memory(live->db, live->db);
	talloc_free(ctx);
	return snapshot != NULL;
}

static void tell(struct live *live, struct event *event)
{
	struct watcher *next;

	event->audience = 0;
	event->changed = live->now;
	for (struct watcher *w = event->watchers; w; w = next) {
		next = w->next;
		event->audience += w->stage == STREAM ? 1 : POLL_WEIGHT;
		if (w->stage == STREAM)
			watcher_stream(live, w);
		else if (strcmp(w->tag, event->tag))
			watcher_answer_wait(live, w, NULL);
	}
}

bool event_holds(const struct live *live, const struct event *event)
{
	return live->now - event->read < 2 * LOOK_MS || !live->db_away;
}

bool event_fresh(struct live *live, struct event *event)
{
	bool changed, good;

	event->idle = live->now;
	if (event->json && live->now < due(live, event))
		return event_holds(live, event);
	if (live->now < live->db_retry)
		return false;
	good = read_event(live, event, &changed);
	if (changed)
		tell(live, event);
	return good;
}

void events_read_due(struct live *live)
{
	bool changed;

	for (int i = 0; i < EVENT_BUCKETS; i++) {
		for (struct event *event = live->events[i]; event; event = event->next) {
			if (!event->n || due(live, event) > live->now)
				continue;
			read_event(live, event, &changed);
			if (changed)
				tell(live, event);
		}
	}
}

/* ---- time passes ---- */

static void sweep_watcher(struct live *live, struct watcher *w, int *rechecks)
{
	if (w->doubted && *rechecks > 0) {
		(*rechecks)--;
		door_recheck(live, w);
	}
	if (w->gone)
		return;
	if (w->stage == STREAM)
		watcher_stream(live, w);
	else if (w->deadline <= live->now)
		watcher_answer_wait(live, w, NULL);
}

void events_sweep(struct live *live)
{
	struct watcher *next;
	int rechecks = RECHECKS;

	if (live->now - live->swept < SWEEP_MS)
		return;
	live->swept = live->now;
	rights_ask(live);
	for (struct watcher *w = live->opening; w; w = next) {
		next = w->next;
		if (live->now - w->since >= OPENING_MS)
			watcher_drop(live, w);
	}
	for (int i = 0; i < EVENT_BUCKETS; i++) {
		for (struct event *event = live->events[i]; event; event = event->next) {
			if (event->n)
				event->idle = live->now;
			for (struct watcher *w = event->watchers; w; w = next) {
				next = w->next;
				sweep_watcher(live, w, &rechecks);
			}
		}
		forget_idle(live, &live->events[i]);
	}
}

int events_until_due(const struct live *live)
{
	ms_t at = INT64_MAX, now = clock_monotonic();
	bool any = live->n_watchers > 0;

	for (int i = 0; i < EVENT_BUCKETS; i++) {
		for (const struct event *event = live->events[i]; event; event = event->next) {
			ms_t read = event->n ? due(live, event) : INT64_MAX;

			any = true;
			if (read < at)
				at = read;
		}
	}
	if (!any)
		return -1;
	if (live->swept + SWEEP_MS < at)
		at = live->swept + SWEEP_MS;
	return at <= now ? 0 : (int)(at - now);
}

void events_stop(struct live *live)
{
	for (int i = 0; i < EVENT_BUCKETS; i++) {
		for (struct event *event = live->events[i]; event; event = event->next) {
			while (event->watchers) {
				struct watcher *w = event->watchers;

				if (w->stage == STREAM)
					watcher_end_stream(live, w, NULL);
				else
					watcher_answer_wait(live, w, NULL);
			}
		}
	}
	while (live->opening)
		watcher_drop(live, live->opening);
	watchers_free_gone(live);
}
