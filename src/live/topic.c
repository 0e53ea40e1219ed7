/* However many watch a topic, its snapshot is read once. The first change is told at once, to some after the others; after it the
 * distance grows with the audience, for every answer brings a new request. Hints only make a look come sooner: without any, each topic that is
 * watched is looked at once a second, so nothing depends on them. */
#include "db/db.h"
#include "live/internal.h"
#include "render/json.h"
#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

static size_t bucket_of(int64_t id)
{
	return (uint64_t)id % TOPIC_BUCKETS;
}

static struct topic **place(struct live *live, const struct live_kind *kind, int64_t id)
{
	struct topic **at = &live->topics[bucket_of(id)];

	while (*at && ((*at)->id != id || (*at)->kind != kind))
		at = &(*at)->next;
	return at;
}

static int put_snapshot(struct topic *topic)
{
	json_object_put(topic->snapshot);
	return 0;
}

struct topic *topic_known(struct live *live, const struct live_kind *kind, int64_t id)
{
	return *place(live, kind, id);
}

struct topic *topic_watched(struct live *live, const struct live_kind *kind, int64_t id)
{
	struct topic **at = place(live, kind, id);

	if (!*at) {
		*at = talloc_zero(live, struct topic);
		if (!*at)
			abort();
		talloc_set_destructor(*at, put_snapshot);
		(*at)->kind = kind;
		(*at)->id = id;
		(*at)->idle = live->loop.now;
		LIST_INIT(&(*at)->watchers);
	}
	return *at;
}

struct topic *topic_next(const struct live *live, const struct topic *topic)
{
	size_t bucket = topic ? bucket_of(topic->id) + 1 : 0;

	if (topic && topic->next)
		return topic->next;
	while (bucket < TOPIC_BUCKETS && !live->topics[bucket])
		bucket++;
	return bucket < TOPIC_BUCKETS ? live->topics[bucket] : NULL;
}

void topic_join(struct topic *topic, struct watcher *w)
{
	LIST_INSERT_HEAD(&topic->watchers, w, beside);
	w->topic = topic;
	topic->n++;
}

void topic_leave(struct watcher *w)
{
	if (w->topic->untold == w)
		w->topic->untold = LIST_NEXT(w, beside);
	LIST_REMOVE(w, beside);
	w->topic->n--;
	w->topic = NULL;
}

void topic_hint(struct live *live, const struct hint *hint)
{
	for (const struct live_kind *kind = live->kinds; kind->name; kind++) {
		struct topic *topic;

		if (strcmp(kind->name, hint->kind) != 0)
			continue;
		if (!kind->snapshot) /* nothing is told of it, but who may watch */
			live->rights_hinted = true;
		topic = topic_known(live, kind, hint->id);
		if (topic)
			topic->hinted = true;
	}
}

bool topics_unaware(const struct live *live)
{
	for (const struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic))
		if (topic->n && !topic->hinted && topic->kind->snapshot)
			return true;
	return false;
}

/* ---- reading ---- */

static ms_t later(ms_t a, ms_t b)
{
	return a > b ? a : b;
}

/* When this topic should be read, watched or not. */
static ms_t due(const struct live *live, const struct topic *topic)
{
	ms_t answers = (ms_t)(topic->n > topic->audience ? topic->n : topic->audience) * 1000 / WATCHERS_PER_S;
	ms_t at = later(topic->read + later(AGAIN_MS, COST_FACTOR * topic->cost),
			topic->changed + later(PACE_MS, answers));

	if (!topic->kind->snapshot)
		return INT64_MAX;
	if (!topic->json)
		return live->db_retry;
	if (!topic->hinted)
		at = later(at, topic->read + LOOK_MS);
	return later(at, live->db_retry);
}

/* A database that hangs costs its time limit at each try; most of the time is left for those who wait. */
void database_failed(struct live *live, ms_t began)
{
	live->loop.now = clock_monotonic();
	live->db_retry = live->loop.now + later(AWAY_MS, 3 * (live->loop.now - began));
	live->db_away = true;
	live->db_failure = db_error(live->db);
	db_clear(live->db);
}

/* True: it says something new. */
static bool take(struct topic *topic, struct json_object *snapshot)
{
	const char *text, *tag = live_tag(snapshot);

	if (topic->json && !strcmp(topic->tag, tag))
		return false;
	text = json_data(snapshot, &topic->len);
	talloc_free(topic->json);
	talloc_free(topic->news);
	json_object_put(topic->snapshot);
	topic->snapshot = json_object_get(snapshot);
	topic->json = talloc_strndup(topic, text, topic->len);
	topic->news = talloc_asprintf(topic, "{\"changed\":true,%s", topic->json + 1);
	if (!topic->json || !topic->news)
		abort();
	topic->news_len = strlen(topic->news);
	memcpy(topic->tag, tag, sizeof topic->tag);
	return true;
}

/* Telling may end any watching: topic_leave() sees to who is next. */
static void tell_some(struct live *live, struct topic *topic)
{
	topic->told = live->loop.now;
	for (int i = 0; topic->untold && i < TELL_SOME; i++) {
		struct watcher *w = topic->untold;

		topic->untold = LIST_NEXT(w, beside);
		topic->audience += w->transport->cost;
		w->transport->tell(w);
	}
}

static void tell(struct live *live, struct topic *topic)
{
	topic->audience = 0;
	topic->changed = live->loop.now;
	topic->untold = LIST_FIRST(&topic->watchers);
	tell_some(live, topic);
}

static void tidy(struct live *live, struct topic *topic)
{
	if (!topic->kind->tidy || live->loop.now - topic->tidied < TIDY_MS)
		return;
	topic->tidied = live->loop.now;
	if (topic->kind->tidy(live->db, topic->id, clock_now())) /* there is more: again in a second */
		topic->tidied = live->loop.now - TIDY_MS + MS_SECOND;
	db_clear(live->db);
}

/* Reads it, began now, and tells of what is new. False: the database failed. */
static bool look(struct live *live, struct topic *topic, ms_t began)
{
	struct json_object *snapshot = topic->kind->snapshot(live->db, topic->id, clock_now());
	bool news;

	if (!snapshot) {
		database_failed(live, began);
		return false;
	}
	live->loop.now = clock_monotonic();
	live->db_away = topic->hinted = false;
	topic->read = began;
	topic->cost = live->loop.now - began < COST_MAX_MS ? live->loop.now - began : COST_MAX_MS;
	news = take(topic, snapshot);
	json_object_put(snapshot);
	if (news)
		tell(live, topic);
	tidy(live, topic);
	return true;
}

static bool read_topic(struct live *live, struct topic *topic)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	bool good;

	db_clear(live->db);
	db_memory(live->db, ctx);
	good = look(live, topic, clock_monotonic());
	db_memory(live->db, live->db);
	talloc_free(ctx);
	return good;
}

bool topic_holds(const struct live *live, const struct topic *topic)
{
	return live->loop.now - topic->read < 2 * LOOK_MS || !live->db_away;
}

bool topic_fresh(struct live *live, struct topic *topic)
{
	topic->idle = live->loop.now;
	if (topic->json && live->loop.now < due(live, topic))
		return topic_holds(live, topic);
	return live->loop.now >= live->db_retry && read_topic(live, topic);
}

void topics_read_due(struct live *live)
{
	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		if (topic->untold && topic->told + TELL_MS <= live->loop.now)
			tell_some(live, topic);
		if (topic->n && due(live, topic) <= live->loop.now)
			read_topic(live, topic);
	}
}

/* ---- time passes ---- */

static void wake(struct topic *topic)
{
	struct watcher *next;

	for (struct watcher *w = LIST_FIRST(&topic->watchers); w; w = next) {
		next = LIST_NEXT(w, beside);
		w->transport->wake(w);
	}
}

static void forget_idle(struct live *live, struct topic **at)
{
	while (*at) {
		struct topic *topic = *at;

		if (topic->n || live->loop.now - topic->idle < IDLE_MS) {
			at = &topic->next;
			continue;
		}
		*at = topic->next;
		talloc_free(topic);
	}
}

void topics_sweep(struct live *live)
{
	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		if (topic->n)
			topic->idle = live->loop.now;
		if (!topic->untold) /* or all would be told at once */
			wake(topic);
	}
	for (size_t i = 0; i < TOPIC_BUCKETS; i++)
		forget_idle(live, &live->topics[i]);
}

ms_t topics_due(const struct live *live, bool *any)
{
	ms_t at = INT64_MAX;

	*any = false;
	for (const struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		*any = true;
		if (topic->n && due(live, topic) < at)
			at = due(live, topic);
		if (topic->untold && topic->told + TELL_MS < at)
			at = topic->told + TELL_MS;
	}
	return at;
}

void topics_stop(struct live *live)
{
	unsigned n = 0;

	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic))
		while (!LIST_EMPTY(&topic->watchers)) {
			struct watcher *w = LIST_FIRST(&topic->watchers);

			w->transport->end(w, NULL);
			loop_breathe(&n);
		}
}
