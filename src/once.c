/* Idempotency keys, as requests bring them: what a client sends twice is done once, and answered twice. */
#include "once.h"
#include "db/db.h"
#include "gates.h"
#include "http/dialect.h"
#include "http/validate.h"
#include "outside/files.h"
#include "render/json.h"
#include "routes/routes.h"
#include "store/idempotency.h"
#include <string.h>

void once_refuse(struct exchange *x)
{
	x->rq.retry_after = 1;
	refuse(&x->rq, 409, "IDEMPOTENCY_RUNNING", "Another request with this idempotency key is still running.");
}

/* The client's key, or the "once" of a page's form, so that a form sent twice is one. Who is not signed in has none: a
 * stranger could have the answer of whoever used the same before. */
static const char *idempotency_key(const struct exchange *x)
{
	const char *key = x->api ? http_header(x->http, "Idempotency-Key") : tree_text(x->http->input, "once");

	if (!route_keeps(x->rq.route) || x->rq.who.role == NOBODY)
		return NULL;
	return key && *key ? key : NULL;
}

/* A person with two roles, or an usher at two events, is two callers. */
static bool same_caller(const struct identity *a, const struct identity *b)
{
	return a->account_id == b->account_id && a->role == b->role && a->event_id == b->event_id;
}

bool once_among(const struct exchange *x, struct exchange *const others[], size_t n)
{
	const char *text = idempotency_key(x);

	for (size_t i = 0; text && i < n; i++) {
		const char *other = idempotency_key(others[i]);

		if (other && !strcmp(text, other) && same_caller(&x->rq.who, &others[i]->rq.who))
			return true;
	}
	return false;
}

static void repeat_answer(struct exchange *x, const struct kept *key)
{
	struct request *rq = &x->rq;

	rq->status = key->status;
	rq->message = key->message;
	if (key->data)
		answer_set(rq, json_tokener_parse(key->data));
}

/* All that was sent with the key. A file is what it holds. */
static const char *body_of(const struct request *rq)
{
	const char *body = json_object_to_json_string_ext(rq->fields, JSON_C_TO_STRING_PLAIN);
	char digest[FILE_NAME_SIZE];

	for (size_t i = 0; i < rq->n_uploads; i++)
		if (file_digest(rq->uploads[i].fd, digest))
			body = talloc_asprintf(rq->mem, "%s %s %s", body, rq->uploads[i].field, digest);
	return body;
}

/* A form has no key of its own choice: it is the page's, which comes again with another form when somebody went back and changed
 * it. So there what was sent is a part of the key's name, and only the same form is the same request. */
static void name_key(struct exchange *x, const char *text, struct kept *key)
{
	struct request *rq = &x->rq;
	const char *body = body_of(rq);
	size_t len = strlen(rq->path), slash = len > 1 && rq->path[len - 1] == '/'; /* which is optional */
	char *named =
		talloc_asprintf(rq->mem, "%s %lld %s %.*s %s%s", role_name(rq->who.role), (long long)rq->who.event_id,
				rq->method, (int)(len - slash), rq->path, text, x->api ? "" : body);

	key->account_id = rq->who.account_id;
	hash_plain(named, strlen(named), key->name);
	hash_plain(body, strlen(body), key->body);
}

enum { KEY_MAX = 200 };

void once_claim_new(struct exchange *const x[], size_t n)
{
	struct exchange *owner[HTTP_TOGETHER];
	struct kept *key[HTTP_TOGETHER];
	size_t keys = 0;

	for (size_t i = 0; i < n; i++) {
		const char *text = idempotency_key(x[i]);

		if (!text || strlen(text) > KEY_MAX)
			continue;
		key[keys] = talloc_zero(x[i], struct kept);
		name_key(x[i], text, key[keys]);
		owner[keys++] = x[i];
	}
	if (keys < 2 || !idempotency_claim_new(x[0]->rq.db, key, keys, x[0]->rq.now))
		return;
	for (size_t i = 0; i < keys; i++)
		owner[i]->rq.key = (owner[i]->key = key[i])->name;
}

bool once_claim(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *text = idempotency_key(x);
	struct kept *key;

	if (!text || x->key)
		return true;
	if (strlen(text) > KEY_MAX) {
		refuse(rq, 400, "IDEMPOTENCY_KEY", "The idempotency key is longer than %d characters.", KEY_MAX);
		return false;
	}
	key = talloc_zero(x, struct kept);
	name_key(x, text, key);
	switch (idempotency_claim(rq->db, key, rq->now)) {
	case KEY_CLAIMED:
		x->key = key;
		rq->key = key->name;
		return true;
	case KEY_DONE:
		repeat_answer(x, key);
		return false;
	case KEY_MISMATCH:
		refuse(rq, rq->mount->dialect->mismatch, "IDEMPOTENCY_MISMATCH",
		       "This idempotency key was used for something else.");
		return false;
	case KEY_RUNNING:
		once_refuse(x);
		return false;
	default:
		gate_database(x);
		return false;
	}
}

bool once_keep(struct exchange *const x[], size_t n)
{
	const struct kept *kept[HTTP_TOGETHER];
	size_t n_kept = 0, len;

	for (size_t i = 0; i < n; i++) {
		const struct request *rq = &x[i]->rq;

		if (!x[i]->key || refused(rq) || rq->alone || rq->unkept)
			continue;
		x[i]->key->status = rq->status;
		x[i]->key->data = json_data(rq->data, &len);
		x[i]->key->message = rq->message;
		kept[n_kept++] = x[i]->key;
	}
	return !n_kept || idempotency_keep(x[0]->rq.db, kept, n_kept);
}

void once_release(struct exchange *x)
{
	if (!x->key || !(refused(&x->rq) || x->rq.unkept))
		return;
	db_clear(x->rq.db);
	idempotency_drop(x->rq.db, x->key);
}
