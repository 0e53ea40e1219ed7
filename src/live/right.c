/* Whoever watches stands on a session, and a session may end, a role or an assignment be taken away, an event be handed over. A
 * query for each who watches would be thousands every few seconds; one for all of them costs a few milliseconds. Whom it does
 * not find is only doubted: they may hold another portal's cookie, so the door asks once more, and says why they must go. */
#include "app/live.h"
#include "base/log.h"
#include "live/internal.h"
#include "store/session.h"
#include <stdlib.h>

/* What is watched, each once and sorted, and whether it may be. */
struct standing {
	struct watch *watches;
	bool *may;
	size_t n;
};

static int by_watch(const void *a, const void *b)
{
	const struct watch *x = a, *y = b;

	if (x->session_id != y->session_id)
		return x->session_id < y->session_id ? -1 : 1;
	return (x->event_id > y->event_id) - (x->event_id < y->event_id);
}

static struct standing list_watches(TALLOC_CTX *ctx, const struct live *live)
{
	struct watch *all = talloc_array(ctx, struct watch, live->n_watchers + 1);
	size_t found = 0, n = 0;

	for (int i = 0; i < EVENT_BUCKETS; i++)
		for (const struct event *event = live->events[i]; event; event = event->next)
			for (const struct watcher *w = event->watchers; w; w = w->next)
				all[found++] = (struct watch){ w->session_id, event->id };
	qsort(all, found, sizeof *all, by_watch);
	for (size_t k = 0; k < found; k++)
		if (!n || by_watch(&all[k], &all[n - 1]))
			all[n++] = all[k];
	return (struct standing){ all, talloc_zero_array(ctx, bool, live->n_watchers + 1), n };
}

/* Its place in the list, n where it is not. */
static size_t place_of(const struct standing *standing, struct watch watch)
{
	const struct watch *at = bsearch(&watch, standing->watches, standing->n, sizeof watch, by_watch);

	return at ? (size_t)(at - standing->watches) : standing->n;
}

/* One of the query's rows. */
static void judge(const struct standing *standing, const struct row *row)
{
	struct watch watch = { row_int(row, "id"), row_int(row, "watched") };
	struct identity who = { .role = role_named(row_text(row, "role")),
				.role_id = row_int(row, "role_id"),
				.event_id = row_int(row, "event_id") };
	size_t place = place_of(standing, watch);

	if (place < standing->n)
		standing->may[place] = live_may_watch(&who, watch.event_id, row_int(row, "organizer_id"));
}

/* Asks for all of them. False when the database did not answer. */
static bool judge_all(struct live *live, const struct standing *standing)
{
	ms_t now = clock_now();

	for (size_t from = 0; from < standing->n; from += WATCHES) {
		const struct watch *some = standing->watches + from;
		size_t n = standing->n - from < WATCHES ? standing->n - from : WATCHES;
		const struct rows *rows = sessions_watching(live->db, some, n, now);
		bool stale = false;

		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			judge(standing, &row);
			stale |= row_bool(&row, "stale");
		}
		if (stale) /* to watch is to use a portal: it does not fall idle meanwhile */
			sessions_seen(live->db, some, n, now);
		if (db_error(live->db) != DB_OK) /* that nobody was found means nothing then */
			return false;
	}
	return true;
}

static void doubt(struct live *live, const struct standing *standing)
{
	for (int i = 0; i < EVENT_BUCKETS; i++)
		for (struct event *event = live->events[i]; event; event = event->next)
			for (struct watcher *w = event->watchers; w; w = w->next)
				w->doubted =
					!standing->may[place_of(standing, (struct watch){ w->session_id, event->id })];
}

void rights_ask(struct live *live)
{
	TALLOC_CTX *ctx;
	struct standing standing;
	ms_t began = clock_monotonic();

	if (!live->n_watchers || live->now - live->rights_asked < RIGHTS_MS || live->now < live->db_retry)
		return;
	live->rights_asked = live->now;
	ctx = talloc_new(NULL);
	standing = list_watches(ctx, live);
	db_clear(live->db);
	db_memory(live->db, ctx);
	if (judge_all(live, &standing)) {
		doubt(live, &standing);
	} else {
		log_warn("rights_unknown", F("watchers", live->n_watchers), F("error", db_message(live->db)));
		database_failed(live, began);
	}
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(ctx);
	live->now = clock_monotonic();
}
