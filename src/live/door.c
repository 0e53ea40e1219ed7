/* Who comes in: the route's own row and gates, as for a worker's requests, with one thing that spares the database: passes. */
#include "db/db.h"
#include "gates.h"
#include "live/connection.h"
#include "reply.h"
#include "trouble.h"
#include <string.h>

enum {
	RECHECKS = 200 /* so many who are doubted are asked for by themselves in one sweep, at most */
};

static const struct transport *const TRANSPORTS[] = { &STREAM, &POLL };

/* ---- who ---- */

/* What a web server sends here may be meant for a worker. */
static bool is_topic(struct exchange *x)
{
	if (request_topic(&x->rq))
		return true;
	refuse(&x->rq, 404, "NOT_FOUND", "There is nothing at this address.");
	return false;
}

static bool has_room(struct exchange *x, const struct live *live)
{
	if (live->n_connections + live->wires.n <= live->max_connections)
		return true;
	x->rq.retry_after = 2;
	refuse(&x->rq, 503, "BUSY", "Too many people are waiting here. Try again in a moment.");
	return false;
}

/* Asks the database, whatever was believed. False after a refusal. */
static bool ask(struct live *live, struct exchange *x, const uint8_t name[HASH_BYTES])
{
	struct exchange *const one[] = { x };
	ms_t began = clock_monotonic();
	bool admitted;

	exchange_turn_to(x);
	gate_sessions(one, 1, &admitted);
	if (db_error(live->db) != DB_OK)
		database_failed(live, began);
	if (admitted)
		pass_issue(live, name, &x->rq.who, request_topic(&x->rq), request_topic_id(&x->rq));
	else
		pass_end(live, name);
	return admitted;
}

/* The same for who comes in. */
static bool admit(struct live *live, struct exchange *x)
{
	uint8_t name[HASH_BYTES];
	const struct pass *known;

	if (live->loop.now < live->db_retry) {
		refuse_database(&x->rq, live->db_failure);
		return false;
	}
	pass_name(x, name);
	known = pass_holder(live, name);
	if (!known)
		return ask(live, x, name);
	exchange_turn_to(x);
	x->rq.who = known->who;
	x->rq.watched = known->kind;
	x->rq.watched_id = known->id;
	exchange_known(x);
	return true;
}

/* ---- many at once ---- */

/* Of those expected, the ones of a kind. */
struct expected {
	struct exchange **x;
	struct watch *watches;
	unsigned n;
};

/* What the gates would say of their role, too; a mount that asks for more of its people asks that at the door. */
static bool would_pass(const struct exchange *x, const struct identity *who)
{
	const struct route *route = x->rq.route;

	return who->session_id && who->role & route->who && has_right(who, route->right) && !x->rq.mount->admits;
}

static void issue_passes(struct live *live, TALLOC_CTX *ctx, const struct live_kind *kind, const struct expected *some)
{
	struct identity *may = talloc_array(ctx, struct identity, some->n);
	ms_t began = clock_monotonic();
	uint8_t name[HASH_BYTES];

	if (!rights_find(live, kind, some->watches, some->n, may)) {
		database_failed(live, began);
		return;
	}
	for (unsigned i = 0; i < some->n; i++) {
		if (!would_pass(some->x[i], &may[i]))
			continue;
		pass_name(some->x[i], name);
		pass_issue(live, name, &may[i], kind, some->watches[i].topic_id);
	}
}

/* The name that was asked for last. */
struct named {
	const char *name;
	int64_t id;
};

/* Those who come at once come to the same, mostly. */
static int64_t number_of(struct live *live, const struct live_kind *kind, const struct exchange *x, struct named *known)
{
	const char *name;

	if (!kind->number)
		return path_id(&x->rq, "id");
	name = path_text(&x->rq, "id");
	if (!known->name || strcmp(known->name, name) != 0)
		*known = (struct named){ name, kind->number(live->db, name) };
	return known->id;
}

static struct expected expected_of(struct live *live, TALLOC_CTX *ctx, const struct live_kind *kind,
				   struct exchange *const x[], const int64_t session_ids[], unsigned n)
{
	struct expected some = { talloc_array(ctx, struct exchange *, n), talloc_array(ctx, struct watch, n), 0 };
	struct named known = { NULL, 0 };

	for (unsigned i = 0; i < n && some.n < WATCHES; i++) {
		if (!x[i]->rq.route || x[i]->rq.route->topic != kind || !session_ids[i])
			continue;
		some.x[some.n] = x[i];
		some.watches[some.n++] = (struct watch){ session_ids[i], number_of(live, kind, x[i], &known) };
	}
	return some;
}

void door_expect(struct live *live, struct exchange *const x[], const int64_t session_ids[], unsigned n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (unsigned i = 0; i < n; i++)
		gate_route(x[i]);
	db_clear(live->db);
	db_memory(live->db, ctx);
	for (const struct live_kind *kind = live->kinds; kind->name && live->loop.now >= live->db_retry; kind++) {
		struct expected some = expected_of(live, ctx, kind, x, session_ids, n);

		if (some.n)
			issue_passes(live, ctx, kind, &some);
	}
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(ctx);
}

/* ---- coming in ---- */

/* There are no pages here, whatever was asked for. */
static void turn_away(struct exchange *x)
{
	x->api = true;
	reply(x);
}

/* Where there is no field, an EventSource says what it has by Last-Event-ID. What is longer than a tag is none. */
static void read_tag(struct watcher *w, const struct exchange *x)
{
	const char *since = field_text(&x->rq, "since");

	if (!since)
		since = http_header(x->http, "Last-Event-ID");
	if (since && strlen(since) < sizeof w->tag)
		memcpy(w->tag, since, strlen(since) + 1);
}

static const struct transport *transport_for(const struct exchange *x)
{
	const struct transport *const *at = TRANSPORTS;

	while (!(*at)->fits(x))
		at++;
	return *at;
}

struct topic *door_topic(struct live *live, struct exchange *x)
{
	struct topic *topic;

	if (!gate_route(x) || !is_topic(x) || !gate_maintenance(x) || !gate_rate(x) || !has_room(x, live) ||
	    !admit(live, x) || !gates_behind_session(x))
		return NULL;
	topic = topic_watched(live, request_topic(&x->rq), request_topic_id(&x->rq));
	if (topic_fresh(live, topic))
		return topic;
	refuse_database(&x->rq, live->db_failure);
	return NULL;
}

static void let_in(struct connection *c, struct exchange *x, struct topic *topic)
{
	struct watcher *w = &c->watcher;

	read_tag(w, x);
	w->session_id = x->rq.who.session_id;
	w->transport = transport_for(x);
	LIST_REMOVE(c, beside);
	topic_join(topic, w);
	w->transport->begin(w, x);
}

void door_open(struct connection *c)
{
	struct exchange *x = connection_exchange(c);
	struct topic *topic = door_topic(c->live, x);

	if (topic)
		let_in(c, x, topic);
	else
		turn_away(x);
	if (c->kept == x)
		exchange_rest(x);
	else
		exchange_end(x);
}

/* ---- staying ---- */

static void recheck(struct live *live, struct watcher *w)
{
	struct exchange *x = w->transport->again(w);
	uint8_t name[HASH_BYTES];
	bool stays = false;

	if (!x) { /* there is no other proof than the one that was asked for */
		w->transport->end(w, NULL);
		return;
	}

	if (gate_route(x)) {
		pass_name(x, name);
		stays = ask(live, x, name);
	}
	if (stays && request_topic(&x->rq) != w->topic->kind) { /* they may still watch, but less */
		refuse(&x->rq, 403, "FORBIDDEN", "You may not watch this any more.");
		stays = false;
	}
	w->doubted = !stays && x->rq.status >= 500; /* then it is asked again */
	if (stays)
		w->session_id = x->rq.who.session_id;
	else if (!w->doubted)
		w->transport->end(w, x);
	exchange_end(x);
}

void door_recheck(struct live *live)
{
	int left = RECHECKS;

	if (!live->doubts)
		return;
	live->doubts = false;
	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		struct watcher *next;

		for (struct watcher *w = LIST_FIRST(&topic->watchers); w && left > 0; w = next) {
			next = LIST_NEXT(w, beside);
			if (!w->doubted)
				continue;
			live->doubts = true;
			if (live->loop.now >= live->db_retry) {
				left--;
				recheck(live, w);
			}
		}
	}
}
