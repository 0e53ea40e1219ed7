/* What dispatch() does for a worker's requests, done here for the one route that waits: path, method, session, right,
 * fields. Whoever was let in is believed for five seconds more, for after each change all who wait come back at once and
 * would otherwise cost a session's look-up each. With RIGHTS_MS that keeps what we promise: nobody watches for longer than ten
 * seconds after the right was lost. */
#include "app/live.h"
#include "base/list.h"
#include "base/log.h"
#include "base/uuid.h"
#include "live/internal.h"
#include "render/json.h"
#include "session.h"
#include "trouble.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MAX = 4096, BODY_MAX = 4096 };

static const char PREFIX[] = "/api/live/events/";

/* One request on its way in. */
struct asking {
	struct live *live;
	struct watcher *w;
	struct http *http;
	struct buf *head; /* of the answer */
	int64_t event_id;
	bool head_only, stream;
	const char *since;
	int64_t wait_s;
};

/* ---- refusals ---- */

static const struct refusal BAD_PATH = { 400, 0, "BAD_PATH", "This address cannot be read." };
static const struct refusal NO_SUCH_PATH = { 404, 0, "NOT_FOUND", "There is nothing at this address." };
static const struct refusal NO_SUCH_EVENT = { 404, 0, "EVENT_NOT_FOUND", "There is no such event." };
static const struct refusal NO_SUCH_METHOD = { 405, 0, "METHOD_NOT_ALLOWED", "This address answers GET only." };
static const struct refusal EXPIRED = { 401, 0, "TOKEN_EXPIRED", "The access token has expired. Refresh it." };
static const struct refusal NOT_SIGNED_IN = { 401, 0, "TOKEN_INVALID", "Sign in first." };
static const struct refusal FULL = { 503, 2, "BUSY", "Too many people are waiting here. Try again in a moment." };
static const struct refusal BAD_FIELDS = { 422, 0, "VALIDATION_ERROR", "Some of what was sent needs another look." };

static void refuse_with(struct asking *a, const struct refusal *refusal, struct json_object *errors)
{
	struct response head = { .head = a->head };
	struct buf *body = buf_new(a->http, BODY_MAX);
	char number[16];

	if (refusal->retry_after) {
		snprintf(number, sizeof number, "%d", refusal->retry_after);
		response_header(&head, "Retry-After", number);
	}
	if (refusal->status == 405)
		response_header(&head, "Allow", "GET, HEAD, OPTIONS");
	json_refusal(body, refusal->status, refusal->code, refusal->sentence, errors, a->w->request_id, clock_now(),
		     NULL);
	watcher_answer(a->live, a->w, refusal->status, a->head, body->data, body->len);
}

/* ---- who ---- */

static struct pass *pass_of(struct live *live, const uint8_t name[HASH_BYTES])
{
	uint32_t number;

	memcpy(&number, name + 16, sizeof number);
	return &live->passes[number % PASSES];
}

/* All that decides: the credentials as they came, and the event. */
static void pass_name(const struct http *http, int64_t event_id, uint8_t name[HASH_BYTES])
{
	const char *bearer = http_header(http, "Authorization"), *cookie = http_header(http, "Cookie");
	char *text =
		talloc_asprintf((TALLOC_CTX *)(uintptr_t)http, "%lld %d %zu %s %s", (long long)event_id, http->https,
				bearer ? strlen(bearer) : 0, bearer ? bearer : "", cookie ? cookie : "");

	hash_plain(text, strlen(text), name);
}

/* A person may hold several portals' cookies, and any of them may do. NULL when they may watch, by *session_id. */
static const struct refusal *ask_database(struct live *live, const struct http *http, int64_t event_id,
					  int64_t *session_id)
{
	static const enum role ROLES[] = { STAFF, ORGANIZER, USHER, CUSTOMER | MERCHANT };
	const struct refusal *why = &NOT_SIGNED_IN;
	ms_t now = clock_now();

	for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
		struct identity who;
		enum session_fault fault = session_find(live->db, http, now, ROLES[i], &who);

		if (fault == SESSION_OK && live_may_watch(&who, event_id, live_owner(live->db, event_id))) {
			*session_id = who.session_id;
			return NULL;
		}
		if (db_error(live->db) != DB_OK)
			return database_refusal(db_error(live->db));
		if (fault == SESSION_OK)
			why = &NO_SUCH_EVENT;
		else if (fault == SESSION_EXPIRED && why == &NOT_SIGNED_IN)
			why = &EXPIRED;
		if (http_header(http, "Authorization"))
			break;
	}
	return why;
}

/* The pass of that name becomes what the database says. */
static const struct refusal *ask_for_pass(struct live *live, const struct http *http, int64_t event_id,
					  const uint8_t name[HASH_BYTES], struct pass *pass)
{
	const struct refusal *why;
	ms_t began = clock_monotonic();

	if (!memcmp(pass->name, name, sizeof pass->name))
		pass->until = 0;
	db_clear(live->db);
	db_memory(live->db, (TALLOC_CTX *)(uintptr_t)http);
	why = ask_database(live, http, event_id, &pass->session_id);
	if (why && why->status == 503)
		database_failed(live, began);
	db_clear(live->db);
	db_memory(live->db, live->db);
	if (!why) {
		memcpy(pass->name, name, sizeof pass->name);
		pass->until = live->now + PASS_MS;
	}
	return why;
}

/* NULL: w may watch. anew: whatever was believed. */
static const struct refusal *may_enter(struct live *live, struct watcher *w, const struct http *http, int64_t event_id,
				       bool anew)
{
	const struct refusal *why = NULL;
	uint8_t name[HASH_BYTES];
	struct pass *pass;

	if (live->now < live->db_retry)
		return database_refusal(live->db_failure);
	pass_name(http, event_id, name);
	pass = pass_of(live, name);
	if (anew || pass->until <= live->now || memcmp(pass->name, name, sizeof pass->name))
		why = ask_for_pass(live, http, event_id, name, pass);
	if (!why)
		w->session_id = pass->session_id;
	return why;
}

/* ---- what ---- */

/* Digits and nothing else; -1 otherwise. */
static int64_t whole_number(const char *text, size_t len)
{
	char copy[20];

	if (!len || len >= sizeof copy || strspn(text, "0123456789") < len)
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return strtoll(copy, NULL, 10);
}

static const struct refusal *read_path(struct asking *a)
{
	const char *path = a->http->path, *id;
	size_t len;

	if (!path)
		return &BAD_PATH;
	if (strncmp(path, PREFIX, sizeof PREFIX - 1))
		return &NO_SUCH_PATH;
	id = path + sizeof PREFIX - 1;
	len = strcspn(id, "/");
	if (!len || (id[len] == '/' && id[len + 1]))
		return &NO_SUCH_PATH;
	a->event_id = whole_number(id, len);
	return a->event_id > 0 ? NULL : &NO_SUCH_EVENT;
}

static const char *value_of(struct json_object *input, const char *name)
{
	struct json_object *value = json_object_object_get(input, name);

	return value ? json_object_get_string(value) : NULL;
}

/* since and wait; an EventSource says what it has by Last-Event-ID. */
static const struct refusal *read_fields(struct asking *a)
{
	struct json_object *input = a->http->input = json_object_new_object();
	const char *fault, *wait, *accept = http_header(a->http, "Accept");
	const char *last = http_header(a->http, "Last-Event-ID");

	if (form_parse(a->http->query, strlen(a->http->query), input, &a->http->repeated, &fault) != BODY_OK)
		return &BAD_FIELDS;
	a->stream = accept && strstr(accept, "text/event-stream") && !a->head_only;
	a->since = value_of(input, "since");
	if (!a->since)
		a->since = last ? last : "";
	wait = value_of(input, "wait");
	a->wait_s = wait && *wait ? whole_number(wait, strlen(wait)) : WAIT_MAX_S;
	if (a->wait_s < 0)
		return &BAD_FIELDS;
	if (a->wait_s > WAIT_MAX_S)
		a->wait_s = WAIT_MAX_S;
	if (a->head_only)
		a->wait_s = 0;
	return NULL;
}

static void refuse_fields_of(struct asking *a)
{
	struct json_object *errors = json_object_new_object(), *list = json_object_new_array();

	json_object_array_add(list, json_object_new_string("wait is a number of seconds, 0 to 25."));
	json_object_object_add(errors, "wait", list);
	refuse_with(a, &BAD_FIELDS, errors);
	json_object_put(errors);
}

/* ---- coming in ---- */

static void set_request_id(struct watcher *w, const char *theirs)
{
	size_t len = theirs ? strlen(theirs) : 0;
	uint8_t bytes[UUID_BYTES];

	if (len >= 8 && len < sizeof w->request_id &&
	    strspn(theirs, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") == len) {
		memcpy(w->request_id, theirs, len + 1);
		return;
	}
	uuid_make(bytes);
	uuid_text(bytes, w->request_id);
}

/* Scripts of the configured origins may read this (WHATWG Fetch, CORS). */
static void allow_origin(struct asking *a)
{
	struct response head = { .head = a->head };
	const char *origin = http_header(a->http, "Origin");

	response_header(&head, "Vary", "Origin, Authorization, Accept, Cookie");
	if (!origin || !list_has(a->live->config->cors_origins, ',', origin))
		return;
	response_header(&head, "Access-Control-Allow-Origin", origin);
	response_header(&head, "Access-Control-Expose-Headers", "X-Request-ID, Retry-After");
	if (strcmp(a->http->method, "OPTIONS"))
		return;
	response_header(&head, "Access-Control-Allow-Methods", "GET, OPTIONS");
	response_header(&head, "Access-Control-Allow-Headers", "Authorization, X-Request-ID, Last-Event-ID");
	response_header(&head, "Access-Control-Max-Age", "600");
}

static void settle(struct asking *a)
{
	struct live *live = a->live;
	struct watcher *w = a->w;
	struct event *event = watched_event(live, a->event_id);

	if (!event_fresh(live, event)) {
		refuse_with(a, database_refusal(live->db_failure), NULL);
		return;
	}
	snprintf(w->tag, sizeof w->tag, "%s", a->since);
	watcher_join(w, event);
	w->deadline = live->now + a->wait_s * MS_SECOND;
	if (a->stream) {
		watcher_begin_stream(live, w, a->head);
	} else if (!a->wait_s || strcmp(w->tag, event->tag)) {
		watcher_answer_wait(live, w, a->head);
	} else {
		w->stage = WAITING;
	}
}

static struct asking asking_of(struct live *live, struct watcher *w)
{
	struct http *http = http_from_fcgi(NULL, &w->fcgi, live->config);
	struct asking a = { .live = live, .w = w, .http = http, .head = buf_new(http, HEAD_MAX) };

	if (!*w->request_id)
		set_request_id(w, http_header(http, "X-Request-ID"));
	log_request_id(w->request_id);
	allow_origin(&a);
	return a;
}

static void asked(const struct asking *a)
{
	log_request_id(NULL);
	talloc_free(a->http);
}

void door_recheck(struct live *live, struct watcher *w)
{
	struct asking a = asking_of(live, w);
	const struct refusal *why = may_enter(live, w, a.http, w->event->id, true);

	w->doubted = why && why->status >= 500; /* then it is asked again */
	if (why && !w->doubted && w->stage == STREAM)
		watcher_end_stream(live, w, why->code);
	else if (why && !w->doubted)
		refuse_with(&a, why, NULL);
	asked(&a);
}

void door_open(struct live *live, struct watcher *w)
{
	struct asking a = asking_of(live, w);
	const struct http *http = a.http;
	const struct refusal *why;

	a.head_only = !strcmp(http->method, "HEAD");
	why = read_path(&a);
	if (!why && !strcmp(http->method, "OPTIONS")) {
		watcher_answer(live, w, 204, a.head, "", 0);
		goto done;
	}
	if (!why && !a.head_only && strcmp(http->method, "GET"))
		why = &NO_SUCH_METHOD;
	if (!why && live->n_watchers > live->max_watchers)
		why = &FULL;
	if (!why)
		why = may_enter(live, w, http, a.event_id, false);
	if (!why)
		why = read_fields(&a);
	if (why == &BAD_FIELDS)
		refuse_fields_of(&a);
	else if (why)
		refuse_with(&a, why, NULL);
	else
		settle(&a);
done:
	asked(&a);
}
