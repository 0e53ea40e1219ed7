/* A topic over a WebSocket of its own: /ws/live/events/7 is what /api/live/events/7 is to those who poll. Each frame is a JSON text with a
 * type. Whoever may not watch is refused before the socket opens, for clients take one that opened for a success and come again at once. */
#include "base/json_in.h"
#include "live/connection.h"
#include "live/guest.h"
#include "live/realtime.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HERE[] = "/ws/live/", THERE[] = "/api/live/";

enum {
	HEARTBEAT_MS = 20000,
	CLOSE_ENDED = 4401,
	CLOSE_FORBIDDEN = 4403,
	CLOSE_MISSING = 4404,
	CLOSE_FULL = 4429,
	CLOSE_NO_BINARY = 1003,
	CLOSE_NO_JSON = 1007,
	CLOSE_RESTART = 1012
};

struct plain {
	struct watcher watcher;
	struct guest guest;
	struct visitor *visitor;
	struct web_socket *ws;
	char *path; /* THERE… */
	ms_t wrote;
	bool away;
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
	write_text(p, text, strlen(text));
	talloc_free(text);
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
	bool news = strcmp(w->tag, w->topic->tag) != 0, away = !news && !topic_holds(live, w->topic);

	if ((!news && away == p->away && live->loop.now - p->wrote < HEARTBEAT_MS) || !may_write(p))
		return;
	p->away = away;
	if (news)
		write_snapshot(p);
	else
		write_heartbeat(p);
}

/* ---- going ---- */

/* Nothing is known of it any more; its memory is the wire's. */
static void forget(struct plain *p)
{
	if (p->watcher.topic)
		topic_leave(&p->watcher);
	guest_leave(&p->guest);
}

static void gone(struct web_socket *ws)
{
	forget(ws->user);
}

static void close_with(struct plain *p, unsigned code, const char *said, const char *sentence)
{
	char text[512];

	if (said)
		write_text(p, text,
			   (size_t)snprintf(text, sizeof text,
					    "{\"type\":\"error\",\"code\":\"%.60s\",\"message\":\"%.300s\"}", said,
					    sentence));
	forget(p);
	web_socket_close(p->ws, code, "");
}

static void end(struct watcher *w, struct exchange *x)
{
	struct plain *p = plain_of(w);

	if (!x)
		close_with(p, CLOSE_RESTART, NULL, NULL);
	else if (x->rq.status == 401)
		close_with(p, CLOSE_ENDED, "SESSION_ENDED", "The session has ended.");
	else
		close_with(p, x->rq.status == 404 ? CLOSE_MISSING : CLOSE_FORBIDDEN, x->rq.code,
			   "You may not watch this any more.");
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

/* ---- in ---- */

static const char *type_of(struct json_object *json)
{
	struct json_object *type;

	return json_object_is_type(json, json_type_object) && json_object_object_get_ex(json, "type", &type) &&
			       json_object_is_type(type, json_type_string)
		       ? json_object_get_string(type)
		       : "";
}

static void heard(struct plain *p, const char *type)
{
	static const char UNKNOWN[] =
		"{\"type\":\"error\",\"code\":\"unknown_type\",\"message\":\"Nothing of this type is known here.\"}";

	if (!may_write(p)) /* whoever asks on and on without reading is not answered on and on */
		return;
	if (!strcmp(type, "ping"))
		write_word(p, "pong");
	else if (!strcmp(type, "resync"))
		write_snapshot(p);
	else
		write_text(p, UNKNOWN, sizeof UNKNOWN - 1);
}

static void message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	struct plain *p = ws->user;
	struct json_object *json = NULL;

	if (binary) {
		close_with(p, CLOSE_NO_BINARY, NULL, NULL);
		return;
	}
	if (json_read(bytes, len, &json) || !json) {
		close_with(p, CLOSE_NO_JSON, NULL, NULL);
		return;
	}
	heard(p, type_of(json));
	json_object_put(json);
}

static const struct web_socket_use TALK = { .message = message, .gone = gone };

/* ---- coming ---- */

bool plain_owns(const struct ask *ask)
{
	return !strncmp(ask->uri, HERE, sizeof HERE - 1);
}

static void let_in(struct plain *p, struct topic *topic, struct exchange *x, struct ask *ask)
{
	struct watcher *w = &p->watcher;
	const char *protocols = ask_says(ask, "HTTP_SEC_WEBSOCKET_PROTOCOL");

	p->visitor->ask = NULL;
	p->ws = web_socket_accept(ask->wire, ask_says(ask, "HTTP_SEC_WEBSOCKET_KEY"),
				  protocols && strstr(protocols, "gatehouse.v1") ? "gatehouse.v1" : NULL, NULL,
				  SOCKET_MESSAGE, &TALK, p);
	w->session_id = x->rq.who.session_id;
	w->transport = &PLAIN;
	topic_join(topic, w);
	begin(w, x);
}

static void upgrade(struct live *live, struct ask *ask)
{
	struct plain *p = talloc_zero(ask->wire, struct plain);
	struct exchange *x;
	struct topic *topic;

	if (!p)
		abort();
	p->visitor = visitor_new(p, live, ask);
	p->path = talloc_asprintf(p, "%s%.*s", THERE, (int)strcspn(ask->uri + sizeof HERE - 1, "?"),
				  ask->uri + sizeof HERE - 1);
	x = visitor_asks(p->visitor, p->path);
	topic = door_topic(live, x);
	if (topic && !guest_come(live, &p->guest, x->rq.who.account_id)) {
		refuse(&x->rq, 429, "TOO_MANY_SOCKETS", "You have too many connections. Close one first.");
		topic = NULL;
	}
	if (topic) {
		let_in(p, topic, x, ask);
	} else {
		visitor_turn_away(p->visitor, x);
		talloc_free(p);
		p = NULL;
	}
	exchange_end(x);
}

/* Whoever asks without an upgrade is told how else: by the address alone, for that is no secret. */
static void tell_ways(struct ask *ask)
{
	int len = (int)strcspn(ask->uri + sizeof HERE - 1, "?");
	const char *rest = ask->uri + sizeof HERE - 1;
	struct json_object *ways = json_object_new_object(), *protocols = json_object_new_array();
	const char *text;

	json_object_array_add(protocols, json_object_new_string("gatehouse.v1"));
	json_object_object_add(ways, "url", json_object_new_string(talloc_asprintf(ask, "%s%.*s", HERE, len, rest)));
	json_object_object_add(ways, "protocols", protocols);
	json_object_object_add(ways, "poll_url",
			       json_object_new_string(talloc_asprintf(ask, "%s%.*s", THERE, len, rest)));
	json_object_object_add(ways, "sse_url",
			       json_object_new_string(talloc_asprintf(ask, "%s%.*s", THERE, len, rest)));
	text = talloc_strdup(ask, json_object_to_json_string_ext(ways, JSON_C_TO_STRING_PLAIN |
									       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(ways);
	http_answer(ask, 200, "Content-Type: application/json\r\n", text, strlen(text));
}

void plain_asked(struct live *live, struct ask *ask)
{
	const char *rest = ask->uri + sizeof HERE - 1;

	if (strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789/") != strcspn(rest, "?"))
		http_answer(ask, 404, NULL, "", 0);
	else if (ask->head.upgrades)
		upgrade(live, ask);
	else if (ask->head.half)
		http_answer(ask, 426, "Sec-WebSocket-Version: 13\r\n", "", 0);
	else
		tell_ways(ask);
}
