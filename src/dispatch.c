/* All that is common to every request, done once and in one order:
 *
 *     route and method · rate limit · session · role · body · CSRF · fields · idempotency key ·
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
#include "http/validate.h"
#include "live/hint.h"
#include "render/json.h"
#include "reply.h"
#include "routes.h"
#include "session.h"
#include "shared.h"
#include "store/audit.h"
#include "store/idempotency.h"
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

static const char STILL_RUNNING[] = "Another request with this idempotency key is still running.";

struct attempt {
	struct exchange *x;
	struct kept *key; /* NULL: none was sent */
};

static bool keep_answer(struct attempt *a)
{
	struct request *rq = &a->x->rq;
	size_t len;

	return !a->key || idempotency_keep(rq->db, a->key, rq->status, json_data(rq->data, &len), rq->message);
}

static bool run_in_transaction(void *with)
{
	struct attempt *a = with;
	struct request *rq = &a->x->rq;

	rq->route->action(rq);
	if (db_error(rq->db) != DB_OK || (refused(rq) && !rq->keep))
		return false;
	keep_audits(a->x);
	if (refused(rq) || keep_answer(a))
		return true;
	/* The key went to a twin while this one was held up for longer than a claim lasts: the twin's answer counts. */
	if (db_error(rq->db) == DB_OK) {
		exchange_reset(a->x);
		rq->retry_after = 1;
		refuse(rq, 409, "IDEMPOTENCY_RUNNING", "%s", STILL_RUNNING);
	}
	return false;
}

static void reset_attempt(void *with)
{
	exchange_reset(((struct attempt *)with)->x);
}

/* A refusal that can be mended is mended once, outside the transaction. */
static bool commits(struct attempt *a)
{
	struct request *rq = &a->x->rq;

	if (db_transaction(rq->db, run_in_transaction, reset_attempt, a))
		return true;
	return db_error(rq->db) == DB_OK && rq->mend && rq->mend(rq) &&
	       db_transaction(rq->db, run_in_transaction, reset_attempt, a);
}

/* Each event that changed is told once. */
static void tell_live(struct exchange *const x[], size_t n)
{
	int64_t told = 0;

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < x[i]->rq.n_changed; k++) {
			if (x[i]->rq.changed_events[k] != told)
				live_hint(x[i]->rq.config->run_dir, x[i]->rq.changed_events[k]);
			told = x[i]->rq.changed_events[k];
		}
}

static void run_action(struct exchange *x, struct kept *key)
{
	struct request *rq = &x->rq;
	struct attempt a = { x, key };

	if (rq->route->flags & WRITES) {
		if (commits(&a))
			goto committed;
	} else {
		rq->route->action(rq);
		if (rq->route->flags & OWN_TX && db_error(rq->db) == DB_OK) {
			keep_audits(x);
			if (!refused(rq))
				keep_answer(&a);
		}
	}
	if (db_error(rq->db) != DB_OK) {
		exchange_reset(x);
		gate_database(x);
	}
committed:
	/* Also where the outcome is unknown: an answer that was stored is guarded by its status and stays. */
	if (key && refused(rq)) {
		db_clear(rq->db);
		idempotency_drop(rq->db, key);
	}
	tell_live(&x, 1);
}

/* The client's key, or the "once" of a page's form, so that a form sent twice is one. */
static const char *idempotency_key(const struct exchange *x)
{
	const char *key = x->api ? http_header(x->http, "Idempotency-Key") : tree_text(x->http->input, "once");

	if (strcmp(x->rq.method, "POST") || x->rq.route->flags & SECRET || !(x->rq.route->flags & (WRITES | OWN_TX)))
		return NULL;
	return key && *key ? key : NULL;
}

static void repeat_answer(struct exchange *x, const struct kept *key)
{
	struct request *rq = &x->rq;

	rq->status = key->status;
	rq->message = key->message;
	if (key->data)
		answer_set(rq, json_tokener_parse(key->data));
}

/* Claims the key; true when the action should run. */
static bool claim_key(struct exchange *x, const char *text, struct kept *key)
{
	struct request *rq = &x->rq;
	const char *body = json_object_to_json_string_ext(rq->fields, JSON_C_TO_STRING_PLAIN);
	size_t len = strlen(rq->path), slash = len > 1 && rq->path[len - 1] == '/'; /* which is optional */
	char *named = talloc_asprintf(rq->mem, "%s %.*s %s", rq->method, (int)(len - slash), rq->path, text);

	if (strlen(text) > 200) {
		refuse(rq, 400, "IDEMPOTENCY_KEY", "The idempotency key is longer than 200 characters.");
		return false;
	}
	key->account_id = rq->who.account_id;
	hash_plain(named, strlen(named), key->name);
	hash_plain(body, strlen(body), key->body);
	switch (idempotency_claim(rq->db, key, rq->now)) {
	case KEY_CLAIMED:
		return true;
	case KEY_DONE:
		repeat_answer(x, key);
		return false;
	case KEY_MISMATCH:
		refuse(rq, 422, "IDEMPOTENCY_MISMATCH", "This idempotency key was used for something else.");
		return false;
	case KEY_RUNNING:
		rq->retry_after = 1;
		refuse(rq, 409, "IDEMPOTENCY_RUNNING", "%s", STILL_RUNNING);
		return false;
	default:
		gate_database(x);
		return false;
	}
}

/* After a refused form its page is filled again by the action that first showed it. */
static void fill_page_again(struct exchange *x)
{
	struct request *rq = &x->rq;
	const struct route *posted = rq->route;
	int status = rq->status, retry_after = rq->retry_after;
	const char *code = rq->code, *message = rq->message;
	struct json_object *errors, *data, *own, *nothing = NULL, *ignored = NULL;

	if (x->api || !refused(rq) || status == 401 || status == 404 || status == 500 || !posted || !posted->again ||
	    (code && !strcmp(code, "CSRF")))
		return;
	errors = json_object_get(rq->errors);
	own = json_object_get(rq->data);
	db_clear(rq->db);
	exchange_reset(x);
	rq->route = route_of_page(posted);
	nothing = json_object_new_object();
	fields_validate(rq, rq->route->fields, nothing, NULL, true, &ignored);
	json_object_put(nothing);
	json_object_put(ignored);
	json_object_put(rq->errors);
	rq->errors = NULL;
	rq->route->action(rq);
	x->refilled = db_error(rq->db) == DB_OK && !refused(rq);
	data = rq->data;
	json_object_object_foreach (own, key, value)
		if (!json_object_object_get_ex(data, key, NULL))
			json_object_object_add(data, key, json_object_get(value));
	rq->route = posted;
	rq->status = status;
	rq->code = code;
	rq->message = message;
	rq->retry_after = retry_after;
	json_object_put(rq->errors);
	rq->errors = errors;
	json_object_put(own);
}

static void run(struct exchange *x)
{
	struct request *rq = &x->rq;
	bool slow = rq->route->flags & SLOW ||
		    (rq->route->flags & EXPORTS && field_given(rq, "format") && strcmp(field_text(rq, "format"), "json"));
	const char *text = idempotency_key(x);
	struct kept key;

	if (slow && !shared_slow_enter(x->worker->shared, x->worker->slot, x->worker->pool)) {
		rq->retry_after = 2;
		refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
		return;
	}
	if (!text)
		run_action(x, NULL);
	else if (claim_key(x, text, &key))
		run_action(x, &key);
	if (slow)
		shared_slow_leave(x->worker->shared, x->worker->slot);
}

static bool is_public(const struct exchange *x)
{
	return x->rq.route->flags & CACHED && x->rq.who.role == NOBODY && !http_cookie(x->http, "gh_flash") &&
	       !http_header(x->http, "Authorization");
}

/* The gates behind the route's, for all of x that are still open: theirs is closed by a refusal or by a kept answer. */
static void pass_gates(struct exchange *const x[], size_t n)
{
	struct exchange *asked[HTTP_TOGETHER];
	bool admitted[HTTP_TOGETHER];
	size_t n_asked = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i]->open && (x[i]->rq.route->who != ANYONE || !x[i]->api))
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
		x[i]->open = gate_body(x[i]) && gate_csrf(x[i]) && gate_fields(x[i]);
	}
}

_Static_assert((int)HTTP_TOGETHER <= (int)DB_SOME, "one query finds what all of them need");

/* False: each is to be answered alone. */
static bool answer_together(struct exchange *const x[], size_t n)
{
	struct request *rqs[HTTP_TOGETHER];
	struct db *db = x[0]->rq.db;
	bool stored;

	for (size_t i = 0; i < n; i++)
		rqs[i] = &x[i]->rq;
	exchange_turn_to(x[0]);
	stored = x[0]->rq.route->together(rqs, n);
	if (stored) {
		shared_count_together(x[0]->worker->shared, (unsigned)n);
		tell_live(x, n);
	}
	if (stored && db_error(db) == DB_OK)
		return true;
	for (size_t i = 0; i < n; i++)
		exchange_reset(x[i]);
	if (!stored && (db_error(db) == DB_OK || db_error(db) == DB_CONFLICT))
		return false;
	for (size_t i = 0; i < n; i++)
		gate_database(x[i]);
	return true;
}

/* An answer that is to be kept under a key is one request's own. */
static bool may_share(const struct exchange *x, const struct exchange *first)
{
	return x->open && x->rq.route == first->rq.route && x->rq.route->together && !idempotency_key(x);
}

static void finish(struct exchange *x)
{
	struct request *rq = &x->rq;
	ms_t took;

	exchange_turn_to(x);
	if (refused(rq))
		x->cache_fill = false;
	fill_page_again(x);
	if (!x->sent)
		reply(x);
	took = clock_monotonic() - x->began;
	shared_count(x->worker->shared, x->worker->pool, rq->status, took);
	if (rq->status >= 500 || took > MS_SECOND)
		log_warn("request", F("method", rq->method), F("path", rq->path), F("status", rq->status), F("ms", took),
			 F("account", rq->who.account_id), F("ip", rq->ip));
	else
		log_debug("request", F("method", rq->method), F("path", rq->path), F("status", rq->status), F("ms", took),
			  F("account", rq->who.account_id), F("ip", rq->ip));
	if (rq->status == 401 || rq->status == 403)
		log_info("denied", F("path", rq->path), F("code", rq->code), F("ip", rq->ip),
			 F("account", rq->who.account_id));
}

static void run_and_finish(struct exchange *x)
{
	exchange_turn_to(x);
	if (x->open)
		run(x);
	finish(x);
}

/* Sends the answers that there are. How many are left over, which stand first now. */
static size_t finish_answered(struct exchange *x[], size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		if (!x[i]->rq.alone) {
			finish(x[i]);
			continue;
		}
		exchange_reset(x[i]);
		x[left++] = x[i];
	}
	return left;
}

/* Those that share go first and are sent at once: what else came with them may be slow. */
static void run_all(struct exchange *const x[], size_t n)
{
	struct exchange *sharing[HTTP_TOGETHER], *alone[HTTP_TOGETHER];
	size_t n_sharing = 0, n_alone = 0;

	for (size_t i = 0; i < n; i++)
		if (may_share(x[i], x[0]))
			sharing[n_sharing++] = x[i];
		else
			alone[n_alone++] = x[i];
	if (n_sharing > 1 && answer_together(sharing, n_sharing))
		n_sharing = finish_answered(sharing, n_sharing);
	for (size_t i = 0; i < n_sharing; i++)
		run_and_finish(sharing[i]);
	for (size_t i = 0; i < n_alone; i++)
		run_and_finish(alone[i]);
}

/* A new exchange, past the gates that need no database. */
static struct exchange *take_up(struct worker *worker, struct http *http)
{
	struct exchange *x = exchange_new(worker, http);

	x->began = clock_monotonic();
	x->open = gate_route(x) && gate_rate(x);
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
	db_memory(worker->db, worker);
	return (unsigned)n;
}
