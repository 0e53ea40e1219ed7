/* From an answer to bytes. The API gets its envelope, a page its template; both get the same security headers, so that
 * no action has to think of them. */
#include "reply.h"
#include "access.h"
#include "base/list.h"
#include "base/log.h"
#include "base/uuid.h"
#include "cache.h"
#include "frame.h"
#include "gates.h"
#include "http/dialect.h"
#include "outside/payment.h"
#include "render/html.h"
#include "render/json.h"
#include "render/renderer.h"
#include "routes/routes.h"
#include "rules/keys.h"
#include "session.h"
#include "spoken.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_MAX = 4 << 20, BODY_MAX = 64 << 20 };

#define CSP_HEAD "default-src 'self'; img-src 'self' data:"
#define CSP_TAIL "; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
static const char CSP[] = CSP_HEAD CSP_TAIL;
/* What a page took with the camera it may show, before it is sent. */
static const char CSP_PHOTO[] = CSP_HEAD " blob:; media-src 'self' blob:" CSP_TAIL;

static bool scans(const struct request *rq)
{
	return rq->route && rq->route->flags & SCANS;
}

/* What the page may ask its device for. */
static unsigned asks_device(const struct exchange *x)
{
	return x->api ? 0 : x->rq.mount->asks_device;
}

static const char *permissions(const struct exchange *x)
{
	const unsigned may = asks_device(x);

	if (may & DEVICE_PLACE)
		return "camera=(self), geolocation=(self), microphone=(), payment=()";
	return may & DEVICE_CAMERA ? "camera=(self), geolocation=(), microphone=(), payment=()"
				   : "camera=(), geolocation=(), microphone=(), payment=()";
}

/* Where a form may lead, by way of a redirect too: one that pays may lead to the provider's page, no other leaves this site.
 * A page that scans may compile WebAssembly, and still evaluate no text. */
static const char *policy(const struct exchange *x)
{
	const struct request *rq = &x->rq;
	bool pays = rq->route && rq->route->flags & PAYS && payment_way(rq->config) == PAY_AT_PROVIDER;

	if (pays)
		return talloc_asprintf(rq->mem, "%s %s", CSP, rq->config->payment_checkout);
	if (asks_device(x) & DEVICE_PHOTO)
		return CSP_PHOTO;
	return scans(rq) ? talloc_asprintf(rq->mem, "%s; script-src 'self' 'wasm-unsafe-eval'", CSP) : CSP;
}

static void cookie(struct response *out, const struct exchange *x, const char *name, const char *value, ms_t expires)
{
	ms_t age = *value ? (expires - x->rq.now) / MS_SECOND : 0;
	char *line = *value && !expires
			     ? talloc_asprintf(x->rq.mem, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s", name, value,
					       x->http->https ? "; Secure" : "")
			     : talloc_asprintf(x->rq.mem, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", name,
					       value, (long long)age, x->http->https ? "; Secure" : "");

	response_header(out, "Set-Cookie", line);
}

/* The origins of config that may read the API from a browser. */
static void cors(struct response *out, const struct exchange *x)
{
	const char *origin = http_header(x->http, "Origin");

	if (!x->api)
		return;
	response_header(out, "Vary", "Origin, Authorization, Cookie, Accept, Accept-Language");
	if (!x->rq.mount->cors || !origin || !list_has(x->rq.config->cors_origins, ',', origin))
		return;
	response_header(out, "Access-Control-Allow-Origin", origin);
	response_header(out, "Access-Control-Expose-Headers", "X-Request-ID, ETag, Retry-After, Content-Disposition");
	if (strcmp(x->rq.method, "OPTIONS"))
		return;
	response_header(out, "Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
	response_header(out, "Access-Control-Allow-Headers",
			"Authorization, Content-Type, Idempotency-Key, X-Request-ID, X-Timestamp, X-Device-ID, "
			"If-None-Match, Last-Event-ID, traceparent, tracestate, sentry-trace, baggage");
	response_header(out, "Access-Control-Max-Age", "600");
}

static void common_headers(struct response *out, const struct exchange *x)
{
	const struct request *rq = &x->rq;
	bool anonymous_page = !x->api && rq->who.role == NOBODY;
	char number[16];

	response_header(out, "X-Request-ID", rq->id);
	response_header(out, "Content-Language", tongue_locale(rq->tongue));
	buf_text(out->head, "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
			    "X-Frame-Options: DENY\r\nCross-Origin-Opener-Policy: same-origin\r\n");
	response_header(out, "Content-Security-Policy", policy(x));
	response_header(out, "Permissions-Policy", permissions(x));
	if (x->http->https)
		response_header(out, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
	if (rq->route && rq->route->flags & SECRET)
		response_header(out, "Cache-Control", "no-store");
	else if (rq->route && rq->route->flags & STILL && rq->status < 400)
		response_header(out, "Cache-Control", "public, max-age=86400");
	else
		response_header(out, "Cache-Control", anonymous_page ? "no-cache" : "private, no-cache");
	if (rq->retry_after) {
		snprintf(number, sizeof number, "%d", rq->retry_after);
		response_header(out, "Retry-After", number);
	}
	if (x->allow)
		response_header(out, "Allow", x->allow);
	cors(out, x);
}

static void session_cookies(struct response *out, const struct exchange *x)
{
	const struct request *rq = &x->rq;
	char name[40];

	if (x->api)
		return;
	if (rq->cookie_value)
		cookie(out, x, session_cookie_name(rq->cookie_role, x->http->https, name, sizeof name),
		       rq->cookie_value, rq->cookie_expires);
	if (rq->plain_cookie)
		cookie(out, x, rq->plain_cookie, rq->plain_value, rq->plain_expires);
	if (x->form_cookie)
		cookie(out, x, form_cookie_name(x->http->https), x->form_cookie, 0);
	if (http_cookie(x->http, "gh_flash"))
		cookie(out, x, "gh_flash", "", 0);
}

/* Does If-None-Match name this tag? A web server that compresses an answer writes its tag "…-gzip", and gets that back. */
static bool names_tag(const char *theirs, const char *tag)
{
	size_t open = strlen(tag) - 1; /* without the closing quote */

	for (const char *at = theirs; (at = strchr(at, '"')); at++)
		if (!strncmp(at, tag, open) && (at[open] == '"' || at[open] == '-'))
			return true;
	return !strcmp(theirs, "*");
}

/* A strong ETag over the data. */
static const char *tag_of(const void *data, size_t len, char tag[ETAG_SIZE])
{
	uint8_t hash[HASH_BYTES];

	hash_plain(data, len, hash);
	tag[0] = '"';
	hex_text(hash, 16, tag + 1);
	memcpy(tag + 33, "\"", 2);
	return tag;
}

/* True when the client has it already. */
static bool unchanged(struct response *out, const struct exchange *x, const char *tag)
{
	const char *theirs = http_header(x->http, "If-None-Match");

	response_header(out, "ETag", tag);
	return theirs && names_tag(theirs, tag);
}

/* Every answer leaves here, but a stream. */
static void finish(struct exchange *x, struct response *out)
{
	bool bodyless = out->status == 204 || out->status == 304 || !strcmp(x->http->method, "HEAD");
	int64_t bytes = bodyless ? 0 : out->send_file ? ACCESS_BYTES_UNKNOWN : (int64_t)out->body_len;

	x->worker->send(x->worker->server, x->http, out);
	access_note(x, out->status, bytes);
}

static void send_json(struct exchange *x, struct response *out)
{
	struct request *rq = &x->rq;
	const struct dialect *dialect = rq->mount->dialect;
	struct buf *body = buf_new(rq->mem, BODY_MAX);
	struct spoken said = spoken_of(x);
	bool bare = rq->route && rq->route->flags & BARE;
	char tag[ETAG_SIZE] = "";
	const char *data;
	size_t len;

	response_header(out, "Content-Type", "application/json; charset=utf-8");
	spoken_headers(x, out);
	if (rq->status >= 400) {
		said.errors = tree_spelt(dialect, rq->errors, x->http->sent_as);
		dialect->refusal(body, &said);
		json_object_put(said.errors);
	} else {
		if (!bare) {
			spoken_entire(&said);
			dialect->shape(&said);
		}
		rq->data = said.data;
		data = json_data(rq->data, &len);
		if (!strcmp(rq->method, "GET"))
			tag_of(data, len, tag);
		if (x->cache_fill)
			cache_put(x, NULL, data, len, rq->message, tag, said.pages);
		if (*tag && unchanged(out, x, tag))
			out->status = 304;
		else if (bare)
			buf_add(body, data, len);
		else
			dialect->success(body, data, len, &said);
		json_object_put(said.pages);
	}
	if (out->status != 304) {
		out->body = body->data;
		out->body_len = body->len;
	}
	finish(x, out);
}

static void send_drawn(struct exchange *x, struct response *out, const struct drawn *drawn)
{
	response_header(out, "Content-Type", drawn->type);
	if (drawn->name)
		response_header(out, "Content-Disposition",
				talloc_asprintf(x->rq.mem, "attachment; filename=\"%s\"", drawn->name));
	if (x->cache_fill && drawn->bytes)
		cache_put(x, drawn->type, drawn->bytes, drawn->len, NULL, NULL, NULL);
	if (drawn->encoded)
		response_header(out, "Vary", "Accept-Encoding");
	if (drawn->encoding)
		response_header(out, "Content-Encoding", drawn->encoding);
	out->body = drawn->bytes;
	out->body_fd = drawn->fd;
	out->body_len = drawn->len;
	out->endless = drawn->unmeasured;
	out->send_file = drawn->file;
	finish(x, out);
}

/* ":order.id" in a route's .then is a value of the answer; "::id" one of the path's. */
static const char *fill_target(const struct request *rq, const char *pattern)
{
	struct buf *out = buf_new(rq->mem, 2000);

	while (*pattern) {
		size_t run = strcspn(pattern, ":"), name;
		struct json_object *at = rq->data;
		char *path, *save = NULL;

		buf_add(out, pattern, run);
		pattern += run;
		if (!*pattern)
			break;
		name = strspn(++pattern, "abcdefghijklmnopqrstuvwxyz_.");
		if (*pattern == ':') {
			name = strspn(++pattern, "abcdefghijklmnopqrstuvwxyz_");
			at = rq->params;
		}
		path = talloc_strndup(rq->mem, pattern, name);
		for (char *key = strtok_r(path, ".", &save); key && at; key = strtok_r(NULL, ".", &save))
			at = json_object_object_get(at, key);
		buf_text(out, at ? json_object_get_string(at) : "");
		pattern += name;
	}
	return out->data;
}

static void send_redirect(struct exchange *x, struct response *out, const char *target)
{
	struct request *rq = &x->rq;

	out->status = 303;
	response_header(out, "Location", target);
	if (rq->message && rq->status < 400 && strlen(rq->message) < 400) {
		char *text = talloc_size(rq->mem, 4 * (strlen(rq->message) + 2) / 3 + 8);

		cookie(out, x, "gh_flash", base64url(rq->message, strlen(rq->message), text), rq->now + MS_MINUTE);
	}
	finish(x, out);
}

static void send_page(struct exchange *x, struct response *out, const char *page)
{
	struct request *rq = &x->rq;
	struct json_object *tree = page_tree(x), *frame = json_object_object_get(tree, "page");
	struct buf *body = buf_new(rq->mem, PAGE_MAX);
	const char *error = NULL;
	bool ok = html_render(x->worker->html, page, tongue_locale(rq->tongue), tree, body, &error);

	if (!ok) {
		log_error("render_failed", F("page", page), F("error", error));
		buf_clear(body);
		out->status = 500;
		rq->status = 500;
		answer_int(frame, "status", 500);
		answer_text(frame, "message", NULL);
		if (strcmp(page, "error.html"))
			ok = html_render(x->worker->html, "error.html", tongue_locale(rq->tongue), tree, body, &error);
		if (!ok)
			buf_text(body,
				 "<!doctype html><title>Error</title><p>Something went wrong here. It has been noted.");
	}
	json_object_put(tree);
	response_header(out, "Content-Type", "text/html; charset=utf-8");
	response_header(out, "Vary", "Cookie, Accept-Language");
	if (x->cache_fill && out->status == 200)
		cache_put(x, NULL, body->data, body->len, NULL, NULL, NULL);
	out->body = body->data;
	out->body_len = body->len;
	finish(x, out);
}

/* A page that needs a sign-in leads there and back again. */
static bool send_to_sign_in(struct exchange *x, struct response *out)
{
	const struct request *rq = &x->rq;
	struct buf *target;
	bool reading = request_reads(rq);

	if (x->api || rq->status != 401 || x->carried)
		return false;
	target = buf_new(rq->mem, 4000);
	buf_printf(target, "%s/sign-in", rq->mount->portal);
	if (reading) {
		buf_text(target, "?next=");
		buf_url(target, talloc_asprintf(rq->mem, "%s%s%s", rq->path, *rq->query ? "?" : "", rq->query), "/");
	}
	x->rq.message = NULL;
	send_redirect(x, out, target->data);
	return true;
}

/* Is this a page's success that leads to another page instead of being shown? */
static bool leads_on(const struct exchange *x)
{
	const struct request *rq = &x->rq;

	return !x->api && rq->status < 400 && (rq->redirect || (rq->route && rq->route->then));
}

/* A feed is written as it is read, so what stands around its data is told to it before: the dialect's success of a sign that no
 * JSON holds, and what of it is before and behind that. */
static void surround(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct feed *feed = talloc_memdup(rq->mem, rq->drawing.what, sizeof *feed);
	const char *encodings = http_header(x->http, "Accept-Encoding");
	struct buf *around = buf_new(rq->mem, PAGE_MAX);
	struct spoken said = spoken_of(x);
	char *sign;

	rq->mount->dialect->success(around, "\x01", 1, &said);
	sign = strchr(around->data, '\x01');
	*sign = '\0';
	feed->before = around->data;
	feed->behind = sign + 1;
	feed->encodings = encodings ? encodings : "";
	rq->drawing.what = feed;
}

/* Draws what the action left to be drawn, if it is to be seen. A form's page that is shown again is no picture. */
static struct drawn draw(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct drawn drawn = { .type = NULL };
	bool whole, shown = rq->status < 400 || x->refilled;

	if (!rq->drawing.kind || !shown || leads_on(x))
		return drawn;
	if (rq->drawing.kind == DRAW_FEED)
		surround(x);
	whole = (strcmp(x->http->method, "HEAD") ? drawing_draw : drawing_head)(rq->mem, &rq->drawing,
										x->refilled ? "" : rq->accept, &drawn);
	if (!gate_database(x) || whole)
		return drawn;
	log_error("drawing_failed", F("path", rq->path), F("error", strerror(errno)));
	rq->retry_after = 2;
	refuse(rq, 503, "EXPORT_FAILED", "This could not be made. Try again in a moment.");
	return drawn;
}

struct response reply_head(struct exchange *x)
{
	struct response out = { .status = x->rq.status, .head = buf_new(x->rq.mem, 32 << 10) };

	common_headers(&out, x);
	session_cookies(&out, x);
	return out;
}

/* JSON, where the route is no page: below /api, and for what speaks to programs. */
static bool speaks_json(const struct exchange *x)
{
	const struct request *rq = &x->rq;
	const struct route *route = rq->route;

	if (x->api || (route && route->flags & BARE))
		return true;
	return route && !route->page && !route->then && rq->status < 400 && !rq->redirect;
}

static void send_html(struct exchange *x, struct response *out)
{
	const struct request *rq = &x->rq;
	bool failed = rq->status >= 400;

	if (leads_on(x))
		send_redirect(x, out, rq->redirect ? rq->redirect : fill_target(rq, rq->route->then));
	else
		send_page(x, out, failed && !x->refilled ? "error.html" : rq->route->page);
}

void reply(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct drawn drawn = draw(x);
	struct response out;

	spoken_settle(x);
	out = reply_head(x);
	if (send_to_sign_in(x, &out))
		return;
	if (rq->status < 400 && drawn.type)
		send_drawn(x, &out, &drawn);
	else if (rq->status == 204)
		finish(x, &out);
	else if (speaks_json(x))
		send_json(x, &out);
	else
		send_html(x, &out);
}

void reply_data(struct exchange *x, const char *data, size_t len)
{
	struct response out = reply_head(x);
	struct buf *body = buf_new(x->rq.mem, BODY_MAX);
	struct spoken said = spoken_of(x);

	response_header(&out, "Content-Type", "application/json; charset=utf-8");
	spoken_headers(x, &out);
	x->rq.mount->dialect->success(body, data, len, &said);
	out.body = body->data;
	out.body_len = body->len;
	finish(x, &out);
}

bool reply_from_cache(struct exchange *x)
{
	const struct cached *kept = cache_get(x);
	struct response out;

	if (!kept)
		return false;
	out = reply_head(x);
	if (kept->type) {
		response_header(&out, "Content-Type", kept->type);
		out.body = kept->bytes;
		out.body_len = kept->len;
	} else if (kept->page) {
		response_header(&out, "Content-Type", "text/html; charset=utf-8");
		response_header(&out, "Vary", "Cookie, Accept-Language");
		out.body = kept->bytes;
		out.body_len = kept->len;
	} else {
		struct buf *body = buf_new(x->rq.mem, BODY_MAX);

		response_header(&out, "Content-Type", "application/json; charset=utf-8");
		if (unchanged(&out, x, kept->tag)) {
			out.status = 304;
		} else {
			struct spoken said = spoken_of(x);

			said.message = kept->message;
			said.pages = kept->pagination;
			x->rq.mount->dialect->success(body, kept->bytes, kept->len, &said);
			out.body = body->data;
			out.body_len = body->len;
		}
	}
	finish(x, &out);
	return true;
}
