/* All that is common to every request, done once and in one order:
 *
 *     route and method · rate limit · session · role · its account's rate limit · body · CSRF · fields · uploads ·
 *     a seat for what is slow · pictures · idempotency key ·
 *     the action, inside a transaction where the route writes, with its audit rows and its kept answer ·
 *     commit · hints to live · reply · metrics
 *
 * Each step either lets the request through or fills a refusal. The reply is sent only after the commit.
 *
 * Requests of a route that has .together are taken up all that wait, go through the same steps side by side, and share one
 * transaction. So the more is asked of a worker, the less each costs, and nobody is made to wait for company. */
#include "dispatch.h"
#include "base/log.h"
#include "db/db.h"
#include "gates.h"
#include "live/hint.h"
#include "once.h"
#include "page.h"
#include "render/json.h"
#include "reply.h"
#include "routes/routes.h"
#include "session.h"
#include "shared.h"
#include "store/audit.h"
#include "views.h"
#include <string.h>

/* ---- the action ---- */

static const char *plain(struct json_object *tree)
{
	return tree ? json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN) : NULL;
}

static void keep_audits(struct exchange *x)
{
	struct request *rq = &x->rq;
	size_t n = rq->audits ? json_object_array_length(rq->audits) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = json_object_array_get_idx(rq->audits, i);

		const char *before = plain(json_object_object_get(entry, "before"));
		const char *after = plain(json_object_object_get(entry, "after"));

		audit_add(rq->db, &(struct audit_entry){ .at = rq->now,
							 .account_id = rq->who.account_id,
							 .role = rq->who.role ? role_name(rq->who.role) : "",
							 .action = tree_text(entry, "action"),
							 .noun = tree_text(entry, "noun"),
							 .noun_id = tree_int(entry, "id"),
							 .before_json = before,
							 .after_json = after,
							 .ip = rq->ip,
							 .request_id = rq->id });
	}
}

static bool run_in_transaction(void *with)
{
	struct exchange *x = with;
	struct request *rq = &x->rq;

	rq->route->action(rq);
	if (db_error(rq->db) != DB_OK || (refused(rq) && !rq->keep))
		return false;
	keep_audits(x);
	if (once_keep(&x, 1))
		return true;
	/* The key went to a twin while this one was held up for longer than a claim lasts: the twin's answer counts. */
	if (db_error(rq->db) == DB_OK) {
		exchange_reset(x);
		once_refuse(x);
	}
	return false;
}

static void reset_attempt(void *with)
{
	exchange_reset(with);
}

/* A refusal that can be mended is mended once, outside the transaction. */
static bool commits(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (db_transaction(rq->db, run_in_transaction, reset_attempt, x))
		return true;
	return db_error(rq->db) == DB_OK && rq->mend && rq->mend(rq) &&
	       db_transaction(rq->db, run_in_transaction, reset_attempt, x);
}

/* What changed is told once, however many in a row changed it. */
static void tell_live(struct exchange *const x[], size_t n)
{
	struct topic_name told = { "", 0 };

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < x[i]->rq.n_changed; k++) {
			struct topic_name changed = x[i]->rq.changed[k];

			if (changed.id != told.id || strcmp(changed.kind, told.kind))
				live_hint(x[i]->rq.config->run_dir, changed.kind, changed.id);
			told = changed;
		}
}

static void run_action(struct exchange *x)
{
	struct request *rq = &x->rq;
	bool committed = false;

	if (rq->route->flags & WRITES) {
		committed = commits(x);
		if (committed && rq->afterwards && !refused(rq))
			rq->afterwards(rq);
	} else {
		rq->route->action(rq);
		if (db_error(rq->db) == DB_OK)
			keep_audits(x); /* of what was only read, too: a file that was taken */
		if (rq->route->flags & OWN_TX && db_error(rq->db) == DB_OK)
			once_keep(&x, 1);
	}
	if (!committed && db_error(rq->db) != DB_OK) {
		exchange_reset(x);
		gate_database(x);
	}
	once_release(x);
	tell_live(&x, 1);
}

/* What of this request may take long. */
static enum slow slow_kind(struct request *rq)
{
	unsigned flags = rq->route->flags;

	if (flags & HASHES)
		return SLOW_HASH;
	if (flags & HASHES_AT_GATE)
		return SLOW_GATE_HASH;
	if (flags & CALLS)
		return SLOW_CALL;
	if (brings_pictures(rq))
		return SLOW_PICTURE;
	if (flags & DRAWS)
		return SLOW_DRAW;
	if (list_format(rq) || flags & FEEDS)
		return SLOW_EXPORT;
	return SLOW_NONE;
}

/* With a seat for its kind of work. Nothing is open in the database while it waits for one. */
static void run_seated(struct exchange *x, enum slow kind)
{
	struct request *rq = &x->rq;

	if (!shared_slow_enter(x->worker->shared, x->worker->slot, x->worker->pool, kind, rq->ip)) {
		rq->retry_after = 2;
		refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
	} else if (gate_pictures(x) && once_claim(x)) {
		run_action(x);
	}
}

static bool is_public(const struct exchange *x)
{
	return x->rq.route->flags & CACHED && x->rq.who.role == NOBODY && !http_cookie(x->http, "gh_flash") &&
	       !http_header(x->http, "Authorization");
}

/* Nobody is asked who they are for what is anybody's, but on pages, which say who is signed in. */
static bool asks_who(const struct exchange *x)
{
	return x->rq.route->who != ANYONE || !(x->api || x->below_api);
}

/* The gates behind the route's, for all of x that are still open: theirs is closed by a refusal or by a kept answer. */
static void pass_gates(struct exchange *const x[], size_t n)
{
	struct exchange *asked[HTTP_TOGETHER];
	bool admitted[HTTP_TOGETHER];
	size_t n_asked = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i]->open && asks_who(x[i]))
			asked[n_asked++] = x[i];
	exchange_turn_to(x[0]);
	if (n_asked)
		gate_sessions(asked, n_asked, admitted);
	for (size_t i = 0; i < n_asked; i++)
		asked[i]->open = admitted[i];
	for (size_t i = 0; i < n; i++) {
		if (!x[i]->open)
			continue;
		exchange_turn_to(x[i]);
		if (is_public(x[i]) && reply_from_cache(x[i])) {
			shared_count_event(x[i]->worker->shared, "cache_hit");
			x[i]->sent = true;
			x[i]->open = false;
			continue;
		}
		x[i]->cache_fill = is_public(x[i]);
		x[i]->open = gates_behind_session(x[i]);
	}
}

_Static_assert((int)HTTP_TOGETHER <= (int)DB_SOME, "one query finds what all of them need");

/* Several of one route. */
struct group {
	struct exchange *x[HTTP_TOGETHER];
	size_t n;
};

static bool run_group(void *with)
{
	struct group *group = with;
	struct request *rqs[HTTP_TOGETHER];

	for (size_t i = 0; i < group->n; i++)
		rqs[i] = &group->x[i]->rq;
	if (!rqs[0]->route->together(rqs, group->n))
		return false;
	for (size_t i = 0; i < group->n; i++)
		if (!refused(rqs[i]) && !rqs[i]->alone)
			keep_audits(group->x[i]);
	/* What made its own transaction has stored it. */
	return once_keep(group->x, group->n) || !db_in_transaction(rqs[0]->db);
}

static void reset_group(void *with)
{
	struct group *group = with;

	for (size_t i = 0; i < group->n; i++)
		exchange_reset(group->x[i]);
}

/* False: each is to be answered alone. */
static bool answer_group(struct group *group)
{
	struct exchange *first = group->x[0];
	struct db *db = first->rq.db;
	bool stored;

	exchange_turn_to(first);
	if (first->rq.route->flags & WRITES)
		stored = db_transaction(db, run_group, reset_group, group);
	else
		stored = run_group(group);
	if (!stored && !db_unavailable(db) && db_error(db) != DB_UNKNOWN) {
		reset_group(group);
		return false;
	}
	if (db_error(db) != DB_OK) {
		reset_group(group);
		for (size_t i = 0; i < group->n; i++)
			gate_database(group->x[i]);
		return true;
	}
	shared_count_together(first->worker->shared, (unsigned)group->n);
	tell_live(group->x, group->n);
	return true;
}

static void finish(struct exchange *x)
{
	struct request *rq = &x->rq;
	bool misrouted;
	ms_t took;

	exchange_turn_to(x);
	misrouted = rq->route && rq->route->pool != x->worker->pool && !x->worker->alone;
	page_fill(x);
	if (refused(rq))
		x->cache_fill = false;
	if (!x->sent)
		reply(x);
	views_count(x);
	took = clock_monotonic() - x->began;
	shared_count(x->worker->shared, x->worker->pool, rq->status, took);
	if (misrouted)
		shared_count_event(x->worker->shared, "misrouted");
	if (rq->status >= 500 || took > MS_SECOND)
		log_warn("request", F("method", rq->method), F("path", rq->path), F("status", rq->status),
			 F("ms", took), F("account", rq->who.account_id), F("ip", rq->ip));
	else
		log_debug("request", F("method", rq->method), F("path", rq->path), F("status", rq->status),
			  F("ms", took), F("account", rq->who.account_id), F("ip", rq->ip));
	if (rq->status == 401 || rq->status == 403)
		log_info("denied", F("path", rq->path), F("code", rq->code), F("ip", rq->ip),
			 F("account", rq->who.account_id));
}

/* The seat is kept until the answer is sent: an export is written by the reply. */
static void run_and_finish(struct exchange *x)
{
	enum slow kind = x->open ? slow_kind(&x->rq) : SLOW_NONE;

	exchange_turn_to(x);
	if (x->open)
		run_seated(x, kind);
	finish(x);
	shared_slow_leave(x->worker->shared, x->worker->slot, x->worker->pool, kind);
}

/* Sends the answers that there are; those that are left over stand first now. Keys are given back when all are sent, as
 * long as the database answers. */
static void finish_answered(struct group *group)
{
	struct exchange *done[HTTP_TOGETHER];
	size_t left = 0, n = 0;

	for (size_t i = 0; i < group->n; i++) {
		struct exchange *x = group->x[i];

		if (x->rq.alone) {
			exchange_reset(x);
			group->x[left++] = x;
		} else {
			finish(x);
			done[n++] = x;
		}
	}
	for (size_t i = 0; i < n && !db_unavailable(done[0]->rq.db); i++)
		once_release(done[i]);
	group->n = left;
}

/* Those that share go first and are sent at once: what else came with them may be slow. */
static void run_all(struct exchange *const x[], size_t n)
{
	struct exchange *others[HTTP_TOGETHER], *sharing[HTTP_TOGETHER];
	struct group group = { .n = 0 };
	size_t n_others = 0, n_sharing = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i]->open && x[i]->rq.route == x[0]->rq.route && x[i]->rq.route->together &&
		    !once_among(x[i], sharing, n_sharing))
			sharing[n_sharing++] = x[i];
		else
			others[n_others++] = x[i];
	if (n_sharing > 1) {
		exchange_turn_to(x[0]);
		once_claim_new(sharing, n_sharing);
	}
	for (size_t i = 0; i < n_sharing; i++) {
		exchange_turn_to(sharing[i]);
		if (once_claim(sharing[i]))
			group.x[group.n++] = sharing[i];
		else
			finish(sharing[i]);
	}
	if (group.n > 1 && answer_group(&group))
		finish_answered(&group);
	for (size_t i = 0; i < group.n; i++)
		run_and_finish(group.x[i]);
	for (size_t i = 0; i < n_others; i++)
		run_and_finish(others[i]);
}

/* A new exchange, past the gates that need no database. */
static struct exchange *take_up(struct worker *worker, struct http *http)
{
	struct exchange *x = exchange_new(worker, http);

	x->open = gate_route(x) && gate_maintenance(x) && gate_rate(x);
	x->looks = x->open && views_look(x);
	return x;
}

unsigned dispatch(struct worker *worker, struct http *http)
{
	struct exchange *x[HTTP_TOGETHER];
	TALLOC_CTX *ctx = talloc_parent(http);
	size_t n = 0;

	do
		x[n++] = take_up(worker, http);
	while (n < HTTP_TOGETHER && x[n - 1]->open && x[n - 1]->rq.route->together &&
	       (http = http_accept_waiting(worker->server, ctx)));
	pass_gates(x, n);
	run_all(x, n);
	log_request_id(NULL);
	trace_turn_to(NULL);
	db_memory(worker->db, worker);
	return (unsigned)n;
}
