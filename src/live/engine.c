/* A session has a name, and is told of packets by whatever stands: a request that waits, a WebSocket, or nothing at the moment, and then they
 * wait in a queue. While it moves to a WebSocket the request that waits gets a packet of nothing, so that the client stops asking. */
#include "live/engine.h"
#include "live/engine_inside.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <talloc.h>

enum { GOODBYE_MS = 1000 };

/* ---- the table ---- */

unsigned engine_bucket(const char *sid)
{
	unsigned hash = 5381;

	for (; *sid; sid++)
		hash = hash * 33 + (unsigned char)*sid;
	return hash % ENGINE_BUCKETS;
}

struct engine *engine_find(struct engines *engines, const char *sid)
{
	struct engine *engine;

	LIST_FOREACH(engine, &engines->by_sid[engine_bucket(sid)], beside)
	if (!strcmp(engine->sid, sid))
		return engine;
	return NULL;
}

void engines_open(struct engines *engines)
{
	for (unsigned i = 0; i < ENGINE_BUCKETS; i++)
		LIST_INIT(&engines->by_sid[i]);
	LIST_INIT(&engines->gone);
}

void engines_free_gone(struct engines *engines)
{
	struct engine *engine;

	while ((engine = LIST_FIRST(&engines->gone))) {
		LIST_REMOVE(engine, beside);
		queue_free(&engine->queue);
		talloc_free(engine);
	}
}

/* ---- going ---- */

/* Nothing stands for it any more. */
void engine_forget(struct engine *engine)
{
	if (engine->over)
		return;
	engine->over = true;
	beat_stop(&engine->beat);
	alarm_stop(&engine->upgrade);
	alarm_stop(&engine->answer);
	LIST_REMOVE(engine, beside);
	LIST_INSERT_HEAD(&engine->of->gone, engine, beside);
	engine->of->n--;
	if (engine->next_ws)
		web_socket_close(engine->next_ws, 1000, "");
	engine->next_ws = NULL;
}

/* The other side has gone, or did what it must not. */
void engine_lose(struct engine *engine)
{
	bool told = engine->over || engine->ending;
	struct web_socket *ws = engine->ws;

	engine->ws = NULL;
	engine_forget(engine);
	if (engine->poll)
		engine_answer_poll(engine, "1", 1);
	if (ws)
		web_socket_close(ws, 1000, "");
	if (!told)
		engine->of->use->gone(engine);
}

void engine_close(struct engine *engine, unsigned code)
{
	if (engine->over || engine->ending)
		return;
	engine->ending = true;
	if (!engine->ws) {
		engine_flush(engine);
		return;
	}
	web_socket_close(engine->ws, code, "");
	engine->ws = NULL;
	engine_forget(engine);
}

void engines_stop(struct engines *engines)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ENGINE_BUCKETS; i++) {
		struct engine *engine;

		while ((engine = LIST_FIRST(&engines->by_sid[i]))) {
			bool here = engine->ws || engine->poll;

			engine_flush(engine);
			if (engine->ws)
				web_socket_close(engine->ws, 1012, "");
			engine->ws = NULL;
			engine_lose(engine);
			if (here)
				loop_breathe(&n);
		}
	}
	engines_free_gone(engines);
}

/* ---- out ---- */

static const char TEXT[] = "Content-Type: text/plain; charset=UTF-8\r\n";

const char *engine_headers(struct ask *ask, const char *more)
{
	return talloc_asprintf(ask, "%s%s", TEXT, more);
}

const char *engine_extra(struct engine *engine, struct ask *ask)
{
	const char *headers = "";

	engine->of->use->refused(engine->of, ask, &headers);
	return headers;
}

void engine_answer_poll(struct engine *engine, const char *body, size_t len)
{
	struct ask *ask = engine->poll;

	engine->poll = NULL;
	http_answer(ask, 200, engine_headers(ask, engine_extra(engine, ask)), body, len);
}

static bool over_ws(struct web_socket *ws, char type, bool binary, const char *bytes, size_t len)
{
	char small[512], *text = len < sizeof small ? small : malloc(len + 1);
	bool sent;

	if (binary)
		return web_socket_send(ws, true, bytes, len);
	if (!text)
		abort();
	text[0] = type;
	memcpy(text + 1, bytes, len);
	sent = web_socket_send(ws, false, text, len + 1);
	if (text != small)
		free(text);
	return sent;
}

/* All that waits, to the request that does. */
static void flush_poll(struct engine *engine)
{
	size_t len;
	char *text = queue_payload(&engine->queue, engine->ending, &len);

	if (text)
		engine_answer_poll(engine, text, len);
	free(text);
	if (engine->ending)
		engine_forget(engine);
}

static void flush_ws(struct engine *engine)
{
	struct engine_packet *packet;

	while (engine->ws && (packet = queue_take(&engine->queue))) {
		over_ws(engine->ws, packet->type, packet->binary, packet->bytes, packet->len);
		free(packet);
	}
}

void engine_flush(struct engine *engine)
{
	if (engine->ws)
		flush_ws(engine);
	else if (engine->poll)
		flush_poll(engine);
}

void engine_answer(struct alarm *alarm)
{
	engine_flush(LOOP_OF(alarm, struct engine, answer));
}

/* Is more waiting than may? It is lost by an alarm that rings at the end of this turn. */
static bool is_full(struct engine *engine)
{
	size_t messages, bytes = engine_waits(engine, &messages);

	if (!engine->full && (messages > engine->of->waits || bytes > engine->of->waits_bytes)) {
		engine->full = true;
		beat_last(&engine->beat, 0);
	}
	return engine->full;
}

static bool put(struct engine *engine, char type, bool binary, const char *bytes, size_t len)
{
	if (engine->over || engine->ending || engine->full)
		return false;
	if (engine->ws)
		return over_ws(engine->ws, type, binary, bytes, len) && !is_full(engine);
	queue_put(&engine->queue, type, binary, bytes, len);
	/* By one answer, for whoever is answered has to ask again before they hear more. */
	if (engine->poll)
		alarm_set(engine->of->loop, &engine->answer, 0);
	return !is_full(engine);
}

bool engine_send(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	return put(engine, '4', binary, bytes, len);
}

size_t engine_waits(const struct engine *engine, size_t *messages)
{
	size_t bytes = 0;

	*messages = 0;
	if (engine->ws)
		bytes = web_socket_waits(engine->ws, messages);
	*messages += engine->queue.n;
	return bytes + engine->queue.bytes;
}

/* ---- in ---- */

/* One who is there says so; the next time we ask is as far away as ever. */
static void ponged(struct engine *engine)
{
	if (!engine->ending && !engine->full)
		beat_heard(&engine->beat);
}

void engine_silent(struct beat *beat)
{
	engine_lose(LOOP_OF(beat, struct engine, beat));
}

void engine_ping(struct beat *beat)
{
	struct engine *engine = LOOP_OF(beat, struct engine, beat);

	if (engine->ending)
		engine_lose(engine);
	else
		put(engine, '2', false, "", 0);
}

/* It has left by itself. The request that waits for packets may still be on its way, and is no fault. */
static void said_goodbye(struct engine *engine)
{
	bool told = engine->ending;

	if (!engine->poll && !engine->ws) {
		engine->ending = engine->leaving = true;
		beat_last(&engine->beat, GOODBYE_MS);
		if (!told)
			engine->of->use->gone(engine);
		return;
	}
	if (engine->poll)
		engine_answer_poll(engine, "6", 1);
	engine_lose(engine);
}

/* Its user hears of none that comes once it was closed. */
void engine_message(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	if (!engine->over && !engine->ending)
		engine->of->use->message(engine, binary, bytes, len);
}

/* One packet that came. False: it is none, or none that a client sends. */
bool engine_heard(struct engine *engine, const char *text, size_t len)
{
	if (!len)
		return false;
	switch (*text) {
	case '1':
		said_goodbye(engine);
		return true;
	case '3':
		ponged(engine);
		return true;
	case '4':
		engine_message(engine, false, text + 1, len - 1);
		return true;
	default:
		return false;
	}
}

/* ---- WebSocket ---- */

static void ws_message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	struct engine *engine = ws->user;

	if (engine->over)
		return;
	if (binary)
		engine_message(engine, true, bytes, len);
	else if (!engine_heard(engine, bytes, len))
		engine_lose(engine);
}

static void ws_gone(struct web_socket *ws)
{
	struct engine *engine = ws->user;

	if (engine->ws == ws)
		engine->ws = NULL;
	engine_lose(engine);
}

const struct web_socket_use ENGINE_TALK = { .message = ws_message, .gone = ws_gone };
