/* All that is common to every request, done once and in one order:
 *
 *     route and method · rate limit · session · role · body · CSRF · fields · idempotency key ·
 *     the action, inside a transaction where the route writes, with its audit rows and its kept answer ·
 *     commit · hints to live · reply · metrics
 *
 * Each step either lets the request through or fills a refusal. The reply is sent only after the commit. */
#include "dispatch.h"
#include "base/log.h"
#include "base/uuid.h"
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

/* ---- the request ---- */

static const char *request_id(TALLOC_CTX *mem, const char *theirs)
{
	char made[UUID_SIZE];
	uint8_t bytes[UUID_BYTES];
	size_t len = theirs ? strlen(theirs) : 0;

	if (len >= 8 && len <= 64 &&
	    strspn(theirs, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") == len)
		return talloc_strdup(mem, theirs);
	uuid_make(bytes);
	return talloc_strdup(mem, uuid_text(bytes, made));
}

static const char *locale_of(const struct exchange *x)
{
	const char *said = http_cookie(x->http, "gh_locale"), *accept = http_header(x->http, "Accept-Language");

	if (said && (!strcmp(said, "ar") || !strcmp(said, "en")))
		return !strcmp(said, "ar") ? "ar" : "en";
	if (accept && !strncmp(accept, "ar", 2))
		return "ar";
	return x->worker->config->locale;
}

static int release_trees(struct exchange *x)
{
	struct request *rq = &x->rq;

	json_object_put(rq->data);
	json_object_put(rq->errors);
	json_object_put(rq->audits);
	json_object_put(rq->fields);
	json_object_put(rq->params);
	json_object_put(x->ignored);
	return 0;
}

static struct exchange *exchange_new(struct worker *worker, struct http *http)
{
	struct exchange *x = talloc_zero(http, struct exchange);
	struct request *rq = &x->rq;
	const char *agent = http_header(http, "User-Agent"), *accept = http_header(http, "Accept");

	talloc_set_destructor(x, release_trees);
	x->worker = worker;
	x->http = http;
	rq->mem = talloc_new(x);
	rq->method = http->method;
	rq->path = http->path ? http->path : "/";
	rq->query = http->query;
	rq->id = request_id(x, http_header(http, "X-Request-ID"));
	rq->ip = http->ip;
	rq->user_agent = agent ? talloc_strndup(x, agent, utf8_prefix(agent, 200)) : "";
	rq->accept = accept ? accept : "";
	rq->config = worker->config;
	rq->now = clock_now();
	rq->db = worker->db;
	rq->http = http;
	rq->outer = x;
	rq->status = 200;
	rq->data = json_object_new_object();
	rq->fields = json_object_new_object();
	x->api = !strncmp(rq->path, "/api/", 5) || !strcmp(rq->path, "/api");
	x->locale = locale_of(x);
	db_clear(worker->db);
	db_memory(worker->db, rq->mem);
	log_request_id(rq->id);
	return x;
}

/* Forgets an attempt's answer and effects. */
static void reset(void *with)
{
	struct request *rq = &((struct exchange *)with)->rq;

	json_object_put(rq->data);
	json_object_put(rq->errors);
	json_object_put(rq->audits);
	rq->data = json_object_new_object();
	rq->errors = rq->audits = NULL;
	rq->status = 200;
	rq->code = rq->message = rq->redirect = NULL;
	rq->keep = false;
	rq->mend = NULL;
	rq->retry_after = 0;
	rq->raw = rq->send_file = rq->qr = NULL;
	rq->poster = NULL;
	rq->export = NULL;
	rq->raw_fd = 0;
	rq->n_changed = 0;
	rq->cookie_value = rq->plain_cookie = NULL;
}

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
		reset(a->x);
		rq->retry_after = 1;
		refuse(rq, 409, "IDEMPOTENCY_RUNNING", "%s", STILL_RUNNING);
	}
	return false;
}

static void reset_attempt(void *with)
{
	reset(((struct attempt *)with)->x);
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
		reset(x);
		gate_database(x);
	}
committed:
	/* Also where the outcome is unknown: an answer that was stored is guarded by its status and stays. */
	if (key && refused(rq)) {
		db_clear(rq->db);
		idempotency_drop(rq->db, key);
	}
	for (unsigned i = 0; i < rq->n_changed; i++)
		live_hint(rq->config->run_dir, rq->changed_events[i]);
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
	reset(x);
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

	if (slow && !shared_slow_enter(x->worker->shared, x->worker->slot, x->worker->gate)) {
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

/* All gates in their order; true when the action ran or a kept answer was sent (*sent). */
static void pass_gates(struct exchange *x, bool *sent)
{
	if (!gate_route(x) || !gate_rate(x))
		return;
	if (x->rq.route->who != ANYONE || !x->api)
		if (!gate_session(x))
			return;
	if (is_public(x) && reply_from_cache(x)) {
		shared_count_event(x->worker->shared, "cache_hit");
		*sent = true;
		return;
	}
	x->cache_fill = is_public(x);
	if (!gate_body(x) || !gate_csrf(x))
		return;
	if (gate_fields(x))
		run(x);
	if (refused(&x->rq))
		x->cache_fill = false;
	fill_page_again(x);
}

void dispatch(struct worker *worker, struct http *http)
{
	struct exchange *x = exchange_new(worker, http);
	ms_t began = clock_monotonic(), took;
	bool sent = false;

	pass_gates(x, &sent);
	if (!sent)
		reply(x);
	took = clock_monotonic() - began;
	shared_count(worker->shared, worker->gate, x->rq.status, took);
	if (x->rq.status >= 500 || took > MS_SECOND)
		log_warn("request", F("method", x->rq.method), F("path", x->rq.path), F("status", x->rq.status),
			 F("ms", took), F("account", x->rq.who.account_id), F("ip", x->rq.ip));
	else
		log_debug("request", F("method", x->rq.method), F("path", x->rq.path), F("status", x->rq.status),
			  F("ms", took), F("account", x->rq.who.account_id), F("ip", x->rq.ip));
	if (x->rq.status == 401 || x->rq.status == 403)
		log_info("denied", F("path", x->rq.path), F("code", x->rq.code), F("ip", x->rq.ip),
			 F("account", x->rq.who.account_id));
	log_request_id(NULL);
	db_memory(worker->db, worker);
}
