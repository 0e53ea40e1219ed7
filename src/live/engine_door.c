/* How somebody comes in, asks for packets, sends some, and moves from polling to a WebSocket. */
#include "base/utf8.h"
#include "live/engine_inside.h"
#include "live/engine_query.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

/* ---- from polling to a WebSocket ---- */

static void give_up_next(struct engine *engine)
{
	struct web_socket *ws = engine->next_ws;

	engine->next_ws = NULL;
	engine->probed = false;
	alarm_stop(&engine->upgrade);
	if (ws)
		web_socket_close(ws, 1000, "");
}

static void no_upgrade(struct alarm *alarm)
{
	give_up_next(LOOP_OF(alarm, struct engine, upgrade));
}

/* "2probe", and then "5". */
static void next_message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	struct engine *engine = ws->user;

	if (engine->over || engine->next_ws != ws)
		return;
	if (!binary && len == 6 && !memcmp(bytes, "2probe", 6) && !engine->probed) {
		engine->probed = true;
		web_socket_send(ws, false, "3probe", 6);
		if (engine->poll)
			engine_answer_poll(engine, "6", 1);
	} else if (!binary && len == 1 && *bytes == '5' && engine->probed) {
		alarm_stop(&engine->upgrade);
		engine->next_ws = NULL;
		engine->ws = ws;
		ws->use = &ENGINE_TALK;
		if (engine->poll)
			engine_answer_poll(engine, "6", 1);
		engine_flush(engine);
	} else {
		give_up_next(engine);
	}
}

static void next_gone(struct web_socket *ws)
{
	struct engine *engine = ws->user;

	if (!engine->over && engine->next_ws == ws) {
		engine->next_ws = NULL;
		give_up_next(engine);
	}
}

static const struct web_socket_use NEXT = { .message = next_message, .gone = next_gone };

/* One that leads nowhere. */
static void nobody(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	(void)ws;
	(void)binary;
	(void)bytes;
	(void)len;
}

static void nobody_gone(struct web_socket *ws)
{
	(void)ws;
}

static const struct web_socket_use NOBODY_THERE = { .message = nobody, .gone = nobody_gone };

static struct web_socket *accept_ws(struct engines *engines, struct ask *ask, const struct web_socket_use *use,
				    struct engine *engine)
{
	return web_socket_accept(ask->wire, ask_says(ask, "HTTP_SEC_WEBSOCKET_KEY"), NULL, NULL, engines->max_payload,
				 use, engine);
}

/* ---- coming ---- */

static struct engine *engine_new(struct engines *engines)
{
	struct engine *engine = talloc_zero(NULL, struct engine);
	unsigned char name[15];

	if (!engine)
		abort();
	randombytes_buf(name, sizeof name);
	sodium_bin2base64(engine->sid, sizeof engine->sid, name, sizeof name, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	engine->of = engines;
	queue_init(&engine->queue);
	engine->beat.ask = engine_ping;
	engine->beat.lost = engine_silent;
	engine->upgrade.ring = no_upgrade;
	engine->answer.ring = engine_answer;
	LIST_INSERT_HEAD(&engines->by_sid[engine_bucket(engine->sid)], engine, beside);
	engines->n++;
	beat_begin(&engine->beat, engines->loop, engines->ping_interval, engines->ping_timeout);
	return engine;
}

static void open_one(struct engines *engines, struct ask *ask, const char *headers)
{
	struct engine *engine = engine_new(engines);
	bool ws = ask->head.upgrades;
	const char *open = talloc_asprintf(
		ask,
		"0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%lld,\"pingTimeout\":%lld,\"maxPayload\":%zu}",
		engine->sid, ws ? "" : "\"websocket\"", (long long)engines->ping_interval,
		(long long)engines->ping_timeout, engines->max_payload);

	engines->use->opened(engine, ask);
	if (!ws) {
		http_answer(ask, 200, engine_headers(ask, headers), open, strlen(open));
		return;
	}
	engine->ws = accept_ws(engines, ask, &ENGINE_TALK, engine);
	web_socket_send(engine->ws, false, open, strlen(open));
	engine_flush(engine);
}

/* A second one asks while the first waits: one of them is not of this client, or it is lost. */
static void poll_twice(struct engine *engine, struct ask *ask)
{
	engine_refuse(ask, ENGINE_REQUEST, NULL);
	engine_lose(engine);
}

static void poll(struct engine *engine, struct ask *ask)
{
	if (engine->poll) {
		poll_twice(engine, ask);
		return;
	}
	engine->poll = ask;
	ask->wire->paused = true;
	if (engine->leaving) {
		engine_answer_poll(engine, "6", 1);
		engine_forget(engine);
		return;
	}
	if (engine->probed)
		engine_answer_poll(engine, "6", 1);
	else
		engine_flush(engine);
}

/* One packet of a body; binary ones are in base64. */
static bool heard_packet(struct engine *engine, const char *text, size_t len)
{
	char *bytes;
	size_t n;
	bool good;

	if (!len || *text != 'b')
		return engine_heard(engine, text, len);
	bytes = malloc(len);
	if (!bytes)
		abort();
	good = !sodium_base642bin((unsigned char *)bytes, len, text + 1, len - 1, NULL, &n, NULL,
				  sodium_base64_VARIANT_ORIGINAL);
	if (good)
		engine_message(engine, true, bytes, n);
	free(bytes);
	return good;
}

static void post(struct engine *engine, struct ask *ask)
{
	const char *at = ask->body, *end = at + ask->head.body;
	const char *type = ask_says(ask, "CONTENT_TYPE");
	bool good = (!type || !strstr(type, "octet-stream")) && utf8_valid(at, ask->head.body);

	while (good && at <= end && !engine->over && !engine->leaving) {
		const char *mark = memchr(at, ENGINE_SEPARATOR, (size_t)(end - at));

		good = heard_packet(engine, at, (size_t)((mark ? mark : end) - at));
		at = (mark ? mark : end) + 1;
	}
	if (good) {
		http_answer(ask, 200, engine_headers(ask, engine_extra(engine, ask)), "ok", 2);
		return;
	}
	engine_refuse(ask, ENGINE_REQUEST, NULL);
	engine_lose(engine);
}

static void move_over(struct engine *engine, struct ask *ask)
{
	struct engines *engines = engine->of;

	if (engine->ws || engine->next_ws || engine->ending) {
		web_socket_close(accept_ws(engines, ask, &NOBODY_THERE, NULL), 1000, "");
		return;
	}
	engine->next_ws = accept_ws(engines, ask, &NEXT, engine);
	alarm_set(engines->loop, &engine->upgrade, ENGINE_UPGRADE_MS);
}

static void asked_of(struct engine *engine, struct ask *ask)
{
	if (ask->head.upgrades)
		move_over(engine, ask);
	else if (engine->ws)
		engine_refuse(ask, ENGINE_REQUEST, NULL);
	else if (!strcmp(ask->method, "GET"))
		poll(engine, ask);
	else if (!strcmp(ask->method, "POST"))
		post(engine, ask);
	else
		engine_refuse(ask, ENGINE_REQUEST, NULL);
}

bool engines_own(const struct engines *engines, const struct ask *ask)
{
	size_t len = strlen(engines->path);

	return !strncmp(ask->uri, engines->path, len) && (!ask->uri[len] || ask->uri[len] == '?');
}

void engines_asked(struct engines *engines, struct ask *ask)
{
	struct engine_query query;
	const char *headers = "", *refused;
	struct engine *engine;
	enum engine_fault fault;

	engine_query_read(ask->uri, &query);
	refused = engines->use->refused(engines, ask, &headers);
	if (!refused && !strcmp(ask->method, "OPTIONS")) {
		http_answer(ask, 204, headers, "", 0);
		return;
	}
	fault = refused ? ENGINE_FORBIDDEN : engine_query_fault(ask, &query);
	if (fault != ENGINE_FINE) {
		engine_refuse(ask, fault, refused);
		return;
	}
	engine = *query.sid ? engine_find(engines, query.sid) : NULL;
	if (*query.sid && !engine)
		engine_refuse(ask, ENGINE_UNKNOWN, NULL);
	else if (engine)
		asked_of(engine, ask);
	else if (engines->n >= engines->most)
		http_answer(ask, 503, "Retry-After: 2\r\n", "", 0);
	else
		open_one(engines, ask, headers);
}

void engines_left(struct engines *engines, struct ask *ask)
{
	struct engine_query query;
	struct engine *engine;

	engine_query_read(ask->uri, &query);
	engine = engine_find(engines, query.sid);
	if (!engine || engine->poll != ask)
		return;
	engine->poll = NULL;
	engine_lose(engine);
}
