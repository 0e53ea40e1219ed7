/* Who comes in: the route's own row and gates, as for a worker's requests. Whoever was let in is believed for five seconds more,
 * for after each change all who wait come back at once and would otherwise cost a session's look-up each. With RIGHTS_MS that
 * keeps what we promise: nobody watches for longer than ten seconds after the right was lost. */
#include "db/db.h"
#include "gates.h"
#include "live/connection.h"
#include "reply.h"
#include "rules/keys.h"
#include "trouble.h"
#include <string.h>

enum {
	PASS_MS = 5000, /* who comes again so soon is believed without asking the database */
	RECHECKS = 200	/* so many who are doubted are asked for by themselves in one sweep, at most */
};

static const struct transport *const TRANSPORTS[] = { &STREAM, &POLL };

/* ---- passes ---- */

/* All that decides: the credentials as they came, and the topic. */
static void pass_name(const struct exchange *x, uint8_t name[HASH_BYTES])
{
	const char *bearer = http_header(x->http, "Authorization"), *cookie = http_header(x->http, "Cookie");
	char *text = talloc_asprintf(x->rq.mem, "%s %lld %d %zu %s %s", request_topic(&x->rq)->name,
				     (long long)path_id(&x->rq, "id"), x->http->https, bearer ? strlen(bearer) : 0,
				     bearer ? bearer : "", cookie ? cookie : "");

	hash_plain(text, strlen(text), name);
}

/* Where a pass of that name is, if there is one. */
static struct pass *pass_place(struct live *live, const uint8_t name[HASH_BYTES])
{
	uint32_t number;

	memcpy(&number, name + sizeof live->passes->name, sizeof number);
	return &live->passes[number % PASSES];
}

static bool is_pass(const struct pass *pass, const uint8_t name[HASH_BYTES])
{
	return !memcmp(pass->name, name, sizeof pass->name);
}

static void issue(struct pass *pass, const uint8_t name[HASH_BYTES], int64_t session_id, ms_t until)
{
	memcpy(pass->name, name, sizeof pass->name);
	pass->session_id = session_id;
	pass->until = until;
}

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
	if (live->n_connections <= live->max_connections)
		return true;
	x->rq.retry_after = 2;
	refuse(&x->rq, 503, "BUSY", "Too many people are waiting here. Try again in a moment.");
	return false;
}

/* Asks the database, whatever was believed. The session's id, 0 after a refusal. */
static int64_t ask(struct live *live, struct exchange *x, const uint8_t name[HASH_BYTES])
{
	struct exchange *const one[] = { x };
	struct pass *pass = pass_place(live, name);
	ms_t began = clock_monotonic();
	bool admitted;

	exchange_turn_to(x);
	gate_sessions(one, 1, &admitted);
	if (db_error(live->db) != DB_OK)
		database_failed(live, began);
	if (admitted)
		issue(pass, name, x->rq.who.session_id, live->now + PASS_MS);
	else if (is_pass(pass, name))
		pass->until = 0;
	return admitted ? x->rq.who.session_id : 0;
}

/* The same for who comes in. */
static int64_t admit(struct live *live, struct exchange *x)
{
	uint8_t name[HASH_BYTES];
	const struct pass *pass;

	if (live->now < live->db_retry) {
		refuse_database(&x->rq, live->db_failure);
		return 0;
	}
	pass_name(x, name);
	pass = pass_place(live, name);
	return pass->until > live->now && is_pass(pass, name) ? pass->session_id : ask(live, x, name);
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

static void let_in(struct connection *c, struct exchange *x, int64_t session_id)
{
	struct live *live = c->live;
	struct watcher *w = &c->watcher;
	struct topic *topic = topic_watched(live, request_topic(&x->rq), path_id(&x->rq, "id"));

	if (!topic_fresh(live, topic)) {
		refuse_database(&x->rq, live->db_failure);
		turn_away(x);
		return;
	}
	read_tag(w, x);
	w->session_id = session_id;
	w->transport = transport_for(x);
	LIST_REMOVE(c, beside);
	topic_join(topic, w);
	w->transport->begin(w, x);
}

void door_open(struct connection *c)
{
	struct exchange *x = connection_exchange(c);
	int64_t session_id = gate_route(x) && is_topic(x) && has_room(x, c->live) ? admit(c->live, x) : 0;

	if (session_id && gate_body(x) && gate_fields(x))
		let_in(c, x, session_id);
	else
		turn_away(x);
	exchange_end(x);
}

/* ---- staying ---- */

static void recheck(struct live *live, struct watcher *w)
{
	struct exchange *x = w->transport->again(w);
	uint8_t name[HASH_BYTES];
	int64_t session_id = 0;

	if (gate_route(x)) {
		pass_name(x, name);
		session_id = ask(live, x, name);
	}
	w->doubted = !session_id && x->rq.status >= 500; /* then it is asked again */
	if (session_id)
		w->session_id = session_id;
	else if (!w->doubted)
		w->transport->end(w, x);
	exchange_end(x);
}

void door_recheck(struct live *live)
{
	int left = RECHECKS;

	for (struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		struct watcher *next;

		for (struct watcher *w = LIST_FIRST(&topic->watchers); w && left > 0; w = next) {
			next = LIST_NEXT(w, beside);
			if (w->doubted && live->now >= live->db_retry) {
				left--;
				recheck(live, w);
			}
		}
	}
}
