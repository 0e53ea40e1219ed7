/* The gates: what a request must pass before its action runs. Each lets it through or fills a refusal. */
#include "gates.h"
#include "app/upload.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/maintenance.h"
#include "db/db.h"
#include "http/validate.h"
#include "routes/routes.h"
#include "session.h"
#include "shared.h"
#include "store/guess.h"
#include "trouble.h"
#include <string.h>

bool gate_route(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *method = strcmp(rq->method, "HEAD") ? rq->method : "GET";

	if (!x->http->path) {
		refuse(rq, 400, "BAD_PATH", "This address cannot be read.");
		return false;
	}
	rq->method = method;
	rq->route = route_match(method, rq->path, &rq->params, &x->allow);
	if (rq->route && rq->route->flags & DEMO_ONLY && !rq->config->demo)
		rq->route = NULL;
	if (!rq->route && x->allow && !strcmp(method, "OPTIONS")) {
		rq->status = 204;
		return false;
	}
	if (!rq->route && x->allow)
		refuse(rq, 405, "METHOD_NOT_ALLOWED", "This address answers %s only.", x->allow);
	else if (!rq->route)
		refuse(rq, 404, "NOT_FOUND", "There is nothing at this address.");
	else
		rq->status = route_success(rq->route);
	/* The API's own manual is a page; what speaks to programs is none, wherever it lies, and asks for no session. */
	if (rq->route && (rq->route->page || rq->route->flags & BARE))
		x->api = !rq->route->page;
	return rq->route != NULL;
}

/* Asked of the disk by each request, but those of one millisecond: who closed the site may rely on it from the next one on. A page
 * says in how many minutes it is expected to open. */
bool gate_maintenance(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *closed = rq->mount->closed;
	ms_t until;

	if (rq->route->flags & ALWAYS || rq->now == x->worker->found_open)
		return true;
	if (!maintenance_on(rq->config->maintenance, &until)) {
		x->worker->found_open = rq->now;
		return true;
	}
	rq->retry_after = maintenance_retry_after(until, rq->now);
	if (!x->api && until > rq->now)
		answer_int(rq->data, "minutes", (until - rq->now + MS_MINUTE - 1) / MS_MINUTE);
	refuse(rq, 503, "MAINTENANCE", "%s", closed ? closed : "The site is closed for maintenance. Try again later.");
	return false;
}

/* All who come through a proxy that is not named have its address, and its rate between them. */
static void notice_relay(const struct exchange *x)
{
	if (x->rq.relayed && shared_relayed(x->worker->shared, x->rq.now))
		log_warn("proxy_not_named", F("address", x->rq.ip), F("setting", "[site] proxies"),
			 F("means", "all visitors share one rate, and logs do not say who they are"));
}

bool gate_rate(struct exchange *x)
{
	struct request *rq = &x->rq;

	notice_relay(x);
	return request_within_rate(rq, shared_rate(x->worker->shared, rq->route->rate, rq->ip, rq->now));
}

bool gate_account_rate(struct exchange *x)
{
	struct request *rq = &x->rq;

	return rq->who.role == NOBODY || request_within_rate(rq, rq->account_rate(rq, rq->who.account_id));
}

bool gate_database(struct exchange *x)
{
	struct request *rq = &x->rq;
	enum db_error error = db_error(rq->db);

	if (!refuse_database(rq, error))
		return true;
	if (error == DB_BROKEN)
		log_error("statement_failed", F("path", rq->path), F("error", db_message(rq->db)));
	else
		log_warn("database_failed", F("code", rq->code), F("path", rq->path), F("error", db_message(rq->db)));
	shared_database_failed(x->worker->shared, error, rq->now);
	if (error == DB_SCHEMA)
		shared_schema_moved(x->worker->shared, db_schema_seen(rq->db), clock_monotonic());
	return false;
}

/* Is it theirs, and for their role? Of what is not theirs a route may say that it is not there. */
static bool may(struct request *rq)
{
	if (!(rq->route->flags & OWN) && !has_right(&rq->who, rq->route->right)) {
		refuse(rq, 403, "RIGHT_MISSING", "You have not been given the right to this. Ask whoever invited you.");
		return false;
	}
	if (rq->route->may && !rq->route->may(rq))
		return false;
	if (rq->who.role & rq->route->who)
		return true;
	refuse(rq, 403, "FORBIDDEN", "This is not yours to do.");
	return false;
}

/* A mount may ask more of its people than a role, but not before what is about their own account. */
static bool admits(struct exchange *x)
{
	struct request *rq = &x->rq;
	bool yes = !rq->mount->admits || rq->route->flags & OWN || rq->mount->admits(rq);

	return gate_database(x) && yes;
}

static struct session_ask ask_of(const struct exchange *x, enum role wanted, struct identity *who)
{
	return (struct session_ask){
		.http = x->http, .mount = x->rq.mount, .api = x->below_api, .wanted = wanted, .who = who
	};
}

/* Asks for the session that was found, then for those of the other portals' cookies. */
static bool any_may(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct identity who;
	struct session_ask ask = ask_of(x, rq->route->who, &who);

	while (!may(rq)) {
		ask.wanted &= ~mount_of_role(rq->mounts, rq->who.role)->roles;
		sessions_find(rq->db, rq->now, &ask, 1);
		if (ask.fault != SESSION_OK || !(who.role & ask.wanted)) {
			gate_database(x);
			return false;
		}
		exchange_reset(x);
		rq->who = who;
	}
	return true;
}

static bool admit(struct exchange *x, enum session_fault fault)
{
	struct request *rq = &x->rq;

	if (!gate_database(x))
		return false;
	if (rq->route->who & ANYONE)
		return !rq->route->may || rq->route->may(rq);
	if (fault == SESSION_OK)
		return (rq->route->may ? any_may(x) : may(rq)) && admits(x);
	if (fault == SESSION_EXPIRED)
		refuse(rq, 401, "TOKEN_EXPIRED", "The access token has expired. Refresh it.");
	else
		refuse(rq, 401, "TOKEN_INVALID", "Sign in first.");
	return false;
}

void gate_sessions(struct exchange *const x[], size_t n, bool admitted[])
{
	struct session_ask asks[HTTP_TOGETHER];

	for (size_t i = 0; i < n; i++)
		asks[i] = ask_of(x[i], x[i]->rq.route->who, &x[i]->rq.who);
	sessions_find(x[0]->rq.db, x[0]->rq.now, asks, n);
	for (size_t i = 0; i < n; i++) {
		exchange_known(x[i]);
		admitted[i] = admit(x[i], asks[i].fault);
	}
}

bool gate_body(struct exchange *x)
{
	struct request *rq = &x->rq;

	http_read_body(x->http, rq->config, rq->route->body_kb,
		       !x->api && rq->route->again ? BODY_OR_TYPED : BODY_WHOLE);
	rq->uploads = x->http->uploads;
	rq->n_uploads = x->http->n_uploads;
	if (x->http->fault == BODY_OK)
		return true;
	if (x->http->fault == BODY_TOO_LARGE)
		refuse(rq, 413, "TOO_LARGE", "%s", x->http->fault_text);
	else if (x->http->fault == BODY_FAILED)
		refuse(rq, 500, "INTERNAL_ERROR", "%s", x->http->fault_text);
	else if (x->http->fault == BODY_TYPE)
		refuse(rq, 415, "UNSUPPORTED_TYPE", "%s", x->http->fault_text);
	else
		refuse(rq, 400, "UNREADABLE", "%s", x->http->fault_text);
	return false;
}

/* The cookie that its forms' token goes with; NULL when there is none. */
static const char *cookie_of_forms(const struct exchange *x)
{
	char name[40];

	if (x->rq.who.role == NOBODY)
		return http_cookie(x->http, form_cookie_name(x->http->https));
	return http_cookie(x->http, session_cookie_name(x->rq.who.role, x->http->https, name, sizeof name));
}

/* A page's forms carry a token that goes with the session's cookie; before sign-in, with a cookie of its own. */
void form_token(struct exchange *x)
{
	struct request *rq = &x->rq;
	char expected[TOKEN_SIZE], fresh[TOKEN_SIZE];
	const char *held;

	if (x->csrf || x->api || rq->route->flags & NO_CSRF)
		return;
	if (rq->who.role == NOBODY && rq->route->flags & CACHED) /* a page kept for everybody holds nobody's token */
		return;
	held = cookie_of_forms(x);
	if (!held)
		held = x->form_cookie = talloc_strdup(x, token_make(fresh));
	x->csrf = talloc_strdup(x, csrf_token(held, expected));
}

bool form_is_own(const struct exchange *x)
{
	const char *said = tree_text(x->http->input, "csrf"), *site = http_header(x->http, "Sec-Fetch-Site");

	return x->csrf && !x->form_cookie && said && csrf_fits(cookie_of_forms(x), said) &&
	       (!site || strcmp(site, "cross-site"));
}

bool form_was_own(const struct exchange *x)
{
	const char *said = tree_text(x->http->input, "csrf"), *site = http_header(x->http, "Sec-Fetch-Site"), *held;
	char name[40], token[TOKEN_SIZE];

	held = http_cookie(x->http, session_cookie_name(x->rq.mount->roles, x->http->https, name, sizeof name));
	if (site && strcmp(site, "same-origin"))
		return false;
	if (!held)
		return site != NULL;
	csrf_token(held, token);
	return said && strlen(said) == strlen(token) && same_bytes(said, token, strlen(token));
}

bool gate_csrf(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (x->api || rq->route->flags & NO_CSRF || !strcmp(rq->method, "GET") || form_is_own(x))
		return true;
	refuse(rq, 403, "CSRF",
	       "This form is too old or came from another site. Go back, reload the page and try again.");
	return false;
}

bool gate_fields(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (x->api)
		input_respell(x->http, rq->mount->dialect, rq->route->fields, rq->route->items);
	input_from_path(x->http, rq->params, rq->route->fields);
	fields_validate(rq, rq->route->fields, x->http->input, x->http->repeated,
			x->http->body_was_form || !strcmp(rq->method, "GET"), &x->ignored);
	if (!(rq->route->flags & ZONED))
		times_in(rq, NULL, NULL);
	if ((!x->api || rq->route->flags & STRICT) && x->ignored && strcmp(rq->method, "GET"))
		field_fault(rq, json_object_get_string(json_object_array_get_idx(x->ignored, 0)),
			    "This form has no such field.");
	if (!has_faults(rq))
		return true;
	refuse_fields(rq);
	return false;
}

/* ---- uploads ---- */

/* What came for a field that is declared as a file's. */
static bool is_wanted(const struct route *route, const struct upload *upload)
{
	for (const struct field *f = route->fields; f && f->name; f++)
		if (f->type == F_FILE && !f->table && !f->raw && !strcmp(f->name, upload->field))
			return upload->size > 0;
	return false;
}

/* Adds n to what was counted in the last hour; takes it off again when that is more than the limit. */
static bool within(struct request *rq, const char *what, int64_t n, int64_t limit)
{
	const char *counter = talloc_asprintf(rq->mem, "%s %lld", what, (long long)rq->who.account_id);
	int64_t all = guess_add(rq->db, counter, n, rq->now, MS_HOUR);

	if (all <= limit)
		return true;
	guess_take_off(rq->db, counter, n, rq->now, MS_HOUR);
	rq->retry_after = guess_wait(rq->db, counter, rq->now, MS_HOUR);
	return false;
}

bool gate_uploads(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *field = NULL;
	int64_t files = 0, kilobytes = 0;
	int minutes;

	for (size_t i = 0; i < rq->n_uploads; i++)
		if (is_wanted(rq->route, &rq->uploads[i])) {
			field = rq->uploads[i].field;
			kilobytes += (rq->uploads[i].size + 1023) / 1024;
			files++;
		}
	if (!files || (within(rq, "files", files, rq->config->upload_files_per_hour) &&
		       within(rq, "kilobytes of files", kilobytes, (int64_t)rq->config->upload_mb_per_hour * 1024)))
		return gate_database(x);
	if (!gate_database(x))
		return false;
	minutes = (rq->retry_after + 59) / 60;
	field_fault(rq, field, "Nothing was saved. Without this file, the rest can be.");
	refuse(rq, 429, "UPLOAD_LIMIT",
	       "This account has sent as many files as one may in an hour. Try again in %d min.", minutes);
	return false;
}

bool brings_pictures(const struct request *rq)
{
	for (size_t i = 0; i < rq->n_uploads; i++)
		if (is_wanted(rq->route, &rq->uploads[i]))
			return true;
	return false;
}

bool gate_pictures(struct exchange *x)
{
	for (const struct field *f = x->rq.n_uploads ? x->rq.route->fields : NULL; f && f->name; f++)
		if (f->type == F_FILE && !f->table && !f->raw && !upload_prepare(x, &x->rq, f->name))
			return false;
	return true;
}

bool gates_behind_session(struct exchange *x)
{
	form_token(x);
	return gate_account_rate(x) && gate_body(x) && gate_csrf(x) && gate_fields(x) && gate_uploads(x);
}
