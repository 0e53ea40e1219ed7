/* Whoever watches stands on a session, and a session may end, a role or an assignment be taken away, an event be handed over. A
 * query for each who watches would be thousands every few seconds; one for all of a kind costs a few milliseconds. Whom it does
 * not find is only doubted: they may hold another portal's cookie, so the door asks once more, and says why they must go. */
#include "base/log.h"
#include "db/db.h"
#include "live/internal.h"
#include <stdlib.h>
#include <string.h>

/* All who watch, those of one kind together and the same pair of session and topic together. */
struct crowd {
	struct watcher **all;
	unsigned n;
};

/* Of a crowd those who are asked for in one query. */
struct some {
	struct watcher **first;
	unsigned n;
	struct watch *watches; /* each pair once */
	unsigned n_watches;
};

static int by_watch(const void *a, const void *b)
{
	const struct watcher *x = *(struct watcher *const *)a, *y = *(struct watcher *const *)b;

	if (x->topic->kind != y->topic->kind)
		return x->topic->kind < y->topic->kind ? -1 : 1;
	if (x->session_id != y->session_id)
		return x->session_id < y->session_id ? -1 : 1;
	return (x->topic->id > y->topic->id) - (x->topic->id < y->topic->id);
}

static struct crowd gather(TALLOC_CTX *ctx, const struct live *live)
{
	struct crowd crowd = { NULL, 0 };
	unsigned n = 0;

	for (const struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic))
		n += topic->n;
	crowd.all = talloc_array(ctx, struct watcher *, n);
	for (const struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		struct watcher *w;

		LIST_FOREACH(w, &topic->watchers, beside)
		if (w->session_id)
			crowd.all[crowd.n++] = w;
	}
	qsort(crowd.all, crowd.n, sizeof *crowd.all, by_watch);
	return crowd;
}

/* Those from there on that are of one kind, but no more than one query takes. */
static struct some some_of(TALLOC_CTX *ctx, const struct crowd *crowd, unsigned from)
{
	struct some some = { .first = crowd->all + from, .watches = talloc_array(ctx, struct watch, WATCHES) };
	struct watcher **end = crowd->all + crowd->n;

	for (struct watcher **w = some.first; w < end && (*w)->topic->kind == (*some.first)->topic->kind; w++) {
		if (w == some.first || by_watch(w, w - 1)) {
			if (some.n_watches == WATCHES)
				break;
			some.watches[some.n_watches++] = (struct watch){ (*w)->session_id, (*w)->topic->id };
		}
		some.n++;
	}
	return some;
}

/* One of the query's rows. */
static void judge(const struct live_kind *kind, const struct watch watches[], size_t n, const struct row *row,
		  struct identity may[])
{
	struct identity who = { .role = role_named(row_text(row, "role")),
				.account_id = row_int(row, "account_id"),
				.role_id = row_int(row, "role_id"),
				.event_id = row_int(row, "event_id"),
				.session_id = row_int(row, "id"),
				.rights = (unsigned)row_int(row, "rights") };
	size_t place = (size_t)row_int(row, "place") - 1;

	if (place < n && kind->may(&who, watches[place].topic_id, row))
		may[place] = who;
}

bool rights_find(struct live *live, const struct live_kind *kind, const struct watch watches[], size_t n,
		 struct identity may[])
{
	ms_t now = clock_now();
	const struct rows *rows = kind->watching(live->db, watches, n, now);
	bool stale = false;

	memset(may, 0, n * sizeof *may);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		judge(kind, watches, n, &row, may);
		stale |= row_bool(&row, "stale");
	}
	if (stale) /* to watch is to use a portal: it does not fall idle meanwhile */
		sessions_seen(live->db, watches, n, now);
	return db_error(live->db) == DB_OK;
}

static void doubt(struct live *live, const struct some *some, const struct identity may[])
{
	size_t place = 0;

	for (unsigned i = 0; i < some->n; i++) {
		if (i && by_watch(&some->first[i], &some->first[i - 1]))
			place++;
		some->first[i]->doubted = !may[place].session_id;
		live->doubts |= some->first[i]->doubted;
	}
}

/* False when the database did not answer: that nobody was found means nothing then. */
static bool ask(struct live *live, TALLOC_CTX *ctx, const struct some *some)
{
	struct identity *may = talloc_array(ctx, struct identity, some->n_watches);

	if (!rights_find(live, some->first[0]->topic->kind, some->watches, some->n_watches, may))
		return false;
	doubt(live, some, may);
	return true;
}

static void ask_all(struct live *live, TALLOC_CTX *ctx)
{
	struct crowd crowd = gather(ctx, live);
	ms_t began = clock_monotonic();

	for (unsigned from = 0; from < crowd.n;) {
		struct some some = some_of(ctx, &crowd, from);

		if (!ask(live, ctx, &some)) {
			log_warn("rights_unknown", F("watchers", crowd.n), F("error", db_message(live->db)));
			database_failed(live, began);
			return;
		}
		from += some.n;
	}
}

/* What nobody's session is needed for: may nobody watch it still? One question for each topic that somebody watches so. */
static void ask_open(struct live *live, struct topic *topic)
{
	static const struct identity NONE;
	const struct row *facts = topic->kind->facts(live->db, 0, topic->id);
	const bool open = facts && topic->kind->may(&NONE, topic->id, facts);
	struct watcher *w;

	if (open || db_error(live->db) != DB_OK)
		return;
	live->doubts = true;
	LIST_FOREACH(w, &topic->watchers, beside)
	w->doubted |= !w->session_id;
}

static bool has_nobody(const struct topic *topic)
{
	const struct watcher *w;

	LIST_FOREACH(w, &topic->watchers, beside)
	if (!w->session_id)
		return true;
	return false;
}

static void ask_all_open(struct live *live)
{
	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic))
		if (topic->kind->facts && has_nobody(topic))
			ask_open(live, topic);
}

void rights_ask(struct live *live)
{
	TALLOC_CTX *ctx;

	ms_t pause = (live->rights_hinted ? RIGHTS_SHARE_HINTED : RIGHTS_SHARE) * live->rights_cost;
	ms_t least = live->rights_hinted ? RIGHTS_HINTED_MS : RIGHTS_MS;

	if (live->loop.now - live->rights_asked < (pause > least ? pause : least) || live->loop.now < live->db_retry)
		return;
	live->rights_hinted = false;
	live->rights_asked = live->loop.now;
	ctx = talloc_new(NULL);
	db_clear(live->db);
	db_memory(live->db, ctx);
	ask_all(live, ctx);
	ask_all_open(live);
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(ctx);
	live->loop.now = clock_monotonic();
	live->rights_cost = live->loop.now - live->rights_asked;
}
