/* A topic over a WebSocket of its own: /ws/live/events/7 is what /api/live/events/7 is to those who poll. Each frame is a JSON text with a
 * type. An event of a campus has addresses that its old clients know, and there each change is told by itself. Whoever may not watch is refused before the socket opens, for clients take one that opened for a success and come again at once. */
#include "base/json_in.h"
#include "live/address.h"
#include "live/changes.h"
#include "live/connection.h"
#include "live/guest.h"
#include "live/pace.h"
#include "live/realtime.h"
#include "live/say.h"
#include "live/ticket.h"
#include "trouble.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEARTBEAT_MS = 20000,
	AUTH_MS = 10000, /* within which who said that they sign in by a message must have */
	CLOSE_ENDED = 4401,
	CLOSE_FORBIDDEN = 4403,
	CLOSE_MISSING = 4404,
	CLOSE_LATE = 4408,
	CLOSE_FULL = 4429,
	CLOSE_NO_BINARY = 1003,
	CLOSE_NO_JSON = 1007,
	CLOSE_RESTART = 1012,
	CLOSE_LATER = 1013
};

struct plain {
	struct watcher watcher;
	struct guest guest;
	struct visitor *visitor;
	struct web_socket *ws;
	char *path;			 /* the address for those who poll */
	bool by_change, listens, closed; /* closed: they know that the event has */
	int64_t seen;			 /* of the topic's changes: changes.c */
	ms_t wrote;
	bool away;
	struct pace pace;
	struct alarm signing_in; /* set: their first message is waited for */
};

static struct plain *plain_of(struct watcher *w)
{
	return LOOP_OF(w, struct plain, watcher);
}

/* ---- out ---- */

static bool may_write(struct plain *p)
{
	size_t messages;

	return web_socket_waits(p->ws, &messages) < SOCKET_WAITS_BYTES && messages < SOCKET_WAITS;
}

static void write_text(struct plain *p, const char *text, size_t len)
{
	p->wrote = p->visitor->live->loop.now;
	web_socket_send(p->ws, false, text, len);
}

static void write_word(struct plain *p, const char *type)
{
	char text[64];

	write_text(p, text, (size_t)snprintf(text, sizeof text, "{\"type\":\"%s\"}", type));
}

static void write_snapshot(struct plain *p)
{
	const struct topic *topic = p->watcher.topic;
	char *text = talloc_asprintf(p, "{\"type\":\"snapshot\",%s", topic->json + 1);

	if (!text)
		abort();
	memcpy(p->watcher.tag, topic->tag, sizeof p->watcher.tag);
	p->seen = changes_from(topic);
	write_text(p, text, strlen(text));
	talloc_free(text);
}

static struct json_object *shown(const struct plain *p, const char *name)
{
	return json_object_object_get(p->watcher.topic->snapshot, name);
}

/* change: JSON; NULL: what became of it is not told, but how all of it stands. */
static void write_change(struct plain *p, const char *change)
{
	const struct topic *topic = p->watcher.topic;
	char *text = talloc_asprintf(p, "{\"type\":\"%s\",\"event_id\":%s,%s%s%s\"counts\":%s,\"tag\":\"%s\"}",
				     change ? "attendance_update" : "counts", say_text(shown(p, "event_id")),
				     change ? "\"attendance\":" : "", change ? change : "", change ? "," : "",
				     say_text(shown(p, "counts")), topic->tag);

	if (!text)
		abort();
	write_text(p, text, strlen(text));
	talloc_free(text);
}

static void write_changes(struct plain *p, bool news)
{
	const char *change;
	bool told = false;

	while (may_write(p) && (change = changes_next(p->watcher.topic, &p->seen))) {
		write_change(p, change);
		told = true;
	}
	if (news && !told)
		write_change(p, NULL);
	memcpy(p->watcher.tag, p->watcher.topic->tag, sizeof p->watcher.tag);
}

/* Once, when it has. */
static void write_closed(struct plain *p)
{
	const char *phase = json_object_get_string(shown(p, "phase"));

	if (p->closed || !phase || strcmp(phase, "closed") != 0)
		return;
	p->closed = true;
	write_word(p, "event_closed");
}

static void write_heartbeat(struct plain *p)
{
	char text[96], at[ISO_SIZE];

	if (p->away)
		write_word(p, "away");
	else
		write_text(p, text,
			   (size_t)snprintf(text, sizeof text, "{\"type\":\"heartbeat\",\"at\":\"%s\"}",
					    clock_iso(clock_now(), at)));
}

static void go_on(struct watcher *w)
{
	struct plain *p = plain_of(w);
	struct live *live = p->visitor->live;
	const bool news = strcmp(w->tag, w->topic->tag) != 0, away = !news && !topic_holds(live, w->topic);

	if (p->by_change && *w->tag && may_write(p))
		write_changes(p, news);
	if ((!news && away == p->away && live->loop.now - p->wrote < HEARTBEAT_MS) || !may_write(p))
		return;
	p->away = away;
	if (strcmp(w->tag, w->topic->tag) != 0)
		write_snapshot(p);
	else if (!news)
		write_heartbeat(p);
	if (p->by_change)
		write_closed(p);
}

/* ---- going ---- */

/* Nothing is known of it any more; its memory is the wire's. */
static void forget(struct plain *p)
{
	alarm_stop(&p->signing_in);
	if (p->watcher.topic)
		topic_leave(&p->watcher);
	guest_leave(&p->guest);
	if (p->listens)
		changes_leave(p->visitor->live);
	p->listens = false;
}

static void gone(struct web_socket *ws)
{
	forget(ws->user);
}

static void write_error(struct plain *p, const char *code, const char *sentence)
{
	struct json_object *error = json_object_new_object();
	const char *text;

	json_object_object_add(error, "type", json_object_new_string("error"));
	json_object_object_add(error, "code", json_object_new_string(code));
	json_object_object_add(error, "message", json_object_new_string(sentence));
	text = say_text(error);
	write_text(p, text, strlen(text));
	json_object_put(error);
}

/* said: the error's code; NULL: none is written. */
static void close_with(struct plain *p, unsigned code, const char *said, const char *sentence)
{
	if (said)
		write_error(p, said, sentence);
	forget(p);
	web_socket_close(p->ws, code, "");
}

/* What a refusal's status is as a goodbye. */
static unsigned goodbye_of(int status)
{
	switch (status) {
	case 401:
		return CLOSE_ENDED;
	case 403:
		return CLOSE_FORBIDDEN;
	case 404:
		return CLOSE_MISSING;
	case 429:
		return CLOSE_FULL;
	default:
		return CLOSE_LATER;
	}
}

static void end(struct watcher *w, struct exchange *x)
{
	struct plain *p = plain_of(w);

	if (!x)
		close_with(p, CLOSE_RESTART, NULL, NULL);
	else if (x->rq.status == 401)
		close_with(p, CLOSE_ENDED, "SESSION_ENDED", "The session has ended.");
	else
		close_with(p, goodbye_of(x->rq.status), x->rq.code, "You may not watch this any more.");
}

static struct exchange *again(struct watcher *w)
{
	struct plain *p = plain_of(w);

	return visitor_asks(p->visitor, p->path);
}

static void begin(struct watcher *w, struct exchange *x)
{
	(void)x;
	go_on(w);
}

static const struct transport PLAIN = {
	.cost = 1, .begin = begin, .tell = go_on, .wake = go_on, .again = again, .end = end
};

/* ---- who it is ---- */

static const char *type_of(struct json_object *json)
{
	struct json_object *type;

	return json_object_is_type(json, json_type_object) && json_object_object_get_ex(json, "type", &type) &&
			       json_object_is_type(type, json_type_string)
		       ? json_object_get_string(type)
		       : "";
}

/* They may watch, as far as x says; else it is a refusal. */
static struct topic *topic_for(struct plain *p, struct exchange *x)
{
	struct live *live = p->visitor->live;
	struct topic *topic = door_topic(live, x);

	if (!topic)
		return NULL;
	if (!guest_come(live, &p->guest, x->rq.who.account_id)) {
		refuse(&x->rq, 429, "TOO_MANY_SOCKETS", "You have too many connections. Close one first.");
		return NULL;
	}
	p->listens = p->by_change && changes_listen(live);
	if (p->listens == p->by_change)
		return topic;
	guest_leave(&p->guest);
	refuse_database(&x->rq, live->db_failure);
	return NULL;
}

static void let_in(struct plain *p, struct topic *topic, struct exchange *x)
{
	struct watcher *w = &p->watcher;

	w->session_id = x->rq.who.session_id;
	w->transport = &PLAIN;
	topic_join(topic, w);
	begin(w, x);
}

static void too_late(struct alarm *alarm)
{
	close_with(LOOP_OF(alarm, struct plain, signing_in), CLOSE_LATE, "AUTH_TIMEOUT", "Nobody signed in in time.");
}

/* {"type":"auth","token":"…"}; NULL: it is something else. */
static const char *token_in(struct json_object *json)
{
	struct json_object *token;

	return !strcmp(type_of(json), "auth") && json_object_object_get_ex(json, "token", &token) &&
			       json_object_is_type(token, json_type_string)
		       ? json_object_get_string(token)
		       : NULL;
}

/* By the first message; a cookie that came along is not asked for then. */
static void sign_in(struct plain *p, struct json_object *json)
{
	struct exchange *x;
	struct topic *topic;

	alarm_stop(&p->signing_in);
	p->visitor->token = NULL;
	visitor_token(p->visitor, token_in(json));
	if (!p->visitor->token) {
		close_with(p, CLOSE_ENDED, "TOKEN_INVALID", "Sign in first.");
		return;
	}
	x = visitor_asks(p->visitor, p->path);
	topic = topic_for(p, x);
	if (topic)
		let_in(p, topic, x);
	else
		close_with(p, goodbye_of(x->rq.status), x->rq.code, x->rq.message);
	exchange_end(x);
}

/* ---- in ---- */

static void heard(struct plain *p, const char *type)
{
	if (!may_write(p)) /* whoever asks on and on without reading is not answered on and on */
		return;
	if (!strcmp(type, "ping"))
		write_word(p, "pong");
	else if (!strcmp(type, "resync"))
		write_snapshot(p);
	else
		write_error(p, "unknown_type", "Nothing of this type is known here.");
}

/* False: they say too much, and are told so once; whoever goes on all the same is sent away. */
static bool within_pace(struct plain *p)
{
	enum pace_verdict verdict = pace_take(&p->pace, p->visitor->live->loop.now);

	if (verdict == PACE_GONE)
		close_with(p, CLOSE_FULL, NULL, NULL);
	else if (verdict == PACE_TOO_MUCH)
		write_error(p, "throttled", "That is too much at once.");
	return verdict == PACE_FINE;
}

static void message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	struct plain *p = ws->user;
	struct json_object *json = NULL;

	if (binary) {
		close_with(p, CLOSE_NO_BINARY, NULL, NULL);
		return;
	}
	if (!within_pace(p))
		return;
	if (json_read(bytes, len, &json) || !json) {
		close_with(p, CLOSE_NO_JSON, NULL, NULL);
		return;
	}
	if (p->signing_in.of)
		sign_in(p, json);
	else
		heard(p, type_of(json));
	json_object_put(json);
}

static void silent(struct web_socket *ws)
{
	close_with(ws->user, CLOSE_LATE, "PONG_TIMEOUT", "No ping was answered in time.");
}

static const struct web_socket_use TALK = { .message = message, .gone = gone, .silent = silent };

/* ---- coming ---- */

bool plain_owns(const struct ask *ask)
{
	return address_of(ask) != NULL;
}

static struct plain *plain_new(struct live *live, struct ask *ask, const struct address *at, const char *name)
{
	struct plain *p = talloc_zero(ask->wire, struct plain);
	const char *ticket = ask_value(ask, "ticket");

	if (!p)
		abort();
	p->visitor = visitor_new(p, live, ask);
	p->by_change = at->by_change;
	p->path = talloc_asprintf(p, "%s%s", at->there, name);
	p->signing_in.ring = too_late;
	if (ticket)
		visitor_token(p->visitor, ticket_token(live, ask, ticket));
	return p;
}

static void accept_ws(struct plain *p, struct ask *ask)
{
	const char *protocols = ask_says(ask, "HTTP_SEC_WEBSOCKET_PROTOCOL");

	p->visitor->ask = NULL;
	p->ws = web_socket_accept(ask->wire, ask_says(ask, "HTTP_SEC_WEBSOCKET_KEY"),
				  protocols && strstr(protocols, "gatehouse.v1") ? "gatehouse.v1" : NULL, NULL,
				  SOCKET_MESSAGE, &TALK, p);
	web_socket_beat(p->ws, REALTIME_PING_MS, REALTIME_PONG_MS);
}

static void upgrade(struct live *live, struct ask *ask, const struct address *at, const char *name)
{
	struct plain *p = plain_new(live, ask, at, name);
	struct exchange *x = visitor_asks(p->visitor, p->path);
	struct topic *topic = topic_for(p, x);

	if (topic) {
		accept_ws(p, ask);
		let_in(p, topic, x);
	} else {
		visitor_turn_away(p->visitor, x);
		talloc_free(p);
	}
	exchange_end(x);
}

/* For clients that can put a token neither in a header nor, for logs' sake, in an address. */
static void upgrade_first(struct live *live, struct ask *ask, const struct address *at, const char *name)
{
	struct plain *p = plain_new(live, ask, at, name);

	accept_ws(p, ask);
	alarm_set(&live->loop, &p->signing_in, AUTH_MS);
}

static bool signs_in_later(struct ask *ask)
{
	const char *way = ask_value(ask, "auth");

	return way && !strcmp(way, "message");
}

void plain_asked(struct live *live, struct ask *ask)
{
	const struct address *at = address_of(ask);
	const char *name = address_name(ask, at);

	if (!name)
		http_answer(ask, 404, NULL, "", 0);
	else if (ask->head.upgrades && signs_in_later(ask))
		upgrade_first(live, ask, at, name);
	else if (ask->head.upgrades)
		upgrade(live, ask, at, name);
	else if (ask->head.half)
		http_answer(ask, 426, "Sec-WebSocket-Version: 13\r\n", "", 0);
	else
		address_tell(ask, at, name);
}
