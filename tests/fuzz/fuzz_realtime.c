/* Who comes by HTTP/1.1: heads, WebSocket frames, Engine.IO and Socket.IO, over real sockets through all the layers, as protocol-server.c has
 * them, but by a clock of ours. tests/fuzz/run builds and runs it.
 *
 * An input is a row of steps. A step's byte says what is done (by its upper five bits) on which of eight connections (by its lower three); where
 * that takes bytes, their number follows in a byte, and then they. So that much of it comes through the outer layers, there are steps that
 * send a request or a frame as it should be.
 *
 * Besides not crashing, each has something to hold: who is told that somebody has gone is told so once and hears nothing of them after that;
 * nobody makes us keep more than they may; and once all have hung up and time has passed nobody is left, and nothing waits. */
#include "check_endpoints.h"
#include "check_turns.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum {
	WIRES = 6, /* fewer, so that some find no room */
	ENGINES = 4,
	INTERVAL_MS = 25000,
	TIMEOUT_MS = 20000,
	CONNECT_MS = 45000,
	PAYLOAD = 10000,
	WAITS = 100,
	WAITS_BYTES = 20000,
	LATER_MS = 7,
	HOUR_MS = 3600000
};

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* ---- the server ---- */

static struct turns turns;
static char sids[2][ENGINE_SID]; /* of who came last, on each endpoint */

/* What is told of one who came. */
struct guest {
	bool gone, closed;
};

static struct guest *guest_new(void)
{
	struct guest *guest = calloc(1, sizeof *guest);

	must(guest != NULL);
	return guest;
}

static void opened(struct engine *engine, const struct ask *ask)
{
	(void)ask;
	engine->user = guest_new();
	memcpy(sids[0], engine->sid, sizeof sids[0]);
	engine_send(engine, false, "hello", 5);
}

/* Back to them; more of it, or no more at all, by its first byte. */
static void echo(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	struct guest *guest = engine->user;

	must(guest && !guest->gone && !guest->closed);
	for (int times = len && *bytes == '*' ? 40 : 1; times; times--)
		engine_send(engine, binary, bytes, len);
	if (!len || *bytes != '!')
		return;
	guest->closed = true;
	engine_close(engine, 1000);
	free(guest);
	engine->user = NULL;
}

static void gone(struct engine *engine)
{
	struct guest *guest = engine->user;

	must(guest && !guest->gone && !guest->closed);
	guest->gone = true;
	free(guest);
	engine->user = NULL;
}

static const char *refused(struct engines *engines, struct ask *ask, const char **headers)
{
	(void)engines;
	*headers = "X-Seen: 1\r\n";
	return ask_says(ask, "HTTP_ORIGIN") ? "Not from there" : NULL;
}

static const struct engine_use ECHO = { .opened = opened, .message = echo, .gone = gone, .refused = refused };

/* Of a client of Socket.IO: whose socket waits to be let in, or holds what they say. */
struct caller {
	struct alarm later;
	struct sio_socket *coming, *held;
	bool refused;
};

static const struct sio_refusal NO = { .message = "No \"you\"", .code = "NO", .status = 401 };

static void decided(struct alarm *alarm)
{
	struct caller *caller = LOOP_OF(alarm, struct caller, later);
	struct sio_socket *coming = caller->coming, *held = caller->held;

	caller->coming = caller->held = NULL;
	if (held) {
		sio_go_on(held);
		return;
	}
	if (!caller->refused)
		coming->user = guest_new();
	sio_connect(coming, caller->refused ? &NO : NULL);
}

static bool says(struct json_object *auth, const char *word)
{
	return auth && json_object_object_get_ex(auth, word, NULL);
}

static enum sio_answer connects(struct sio_socket *socket, struct json_object *auth, struct sio_refusal *refusal)
{
	struct caller *caller = sio_user(socket);

	*refusal = NO;
	if (says(auth, "later")) {
		caller->coming = socket;
		caller->refused = says(auth, "no");
		alarm_set(&turns.loop, &caller->later, LATER_MS);
		return SIO_LATER;
	}
	if (says(auth, "no"))
		return SIO_REFUSED;
	socket->user = guest_new();
	return SIO_IN;
}

static void connected(struct sio_socket *socket)
{
	sio_emit(socket, "[\"hello\"]", NULL);
}

static void hold(struct sio_socket *socket)
{
	struct caller *caller = sio_user(socket);

	caller->held = socket;
	sio_hold(socket);
	alarm_set(&turns.loop, &caller->later, LATER_MS);
}

static void event(struct sio_socket *socket, struct json_object *args, int64_t ack, const struct sio_parts *parts)
{
	const struct guest *guest = socket->user;
	const char *name = json_object_get_string(json_object_array_get_idx(args, 0));

	must(guest && !guest->gone);
	if (!strcmp(name, "end")) {
		sio_end(socket);
		return;
	}
	if (!strcmp(name, "hold"))
		hold(socket);
	sio_ack(socket, ack, "[]", parts);
	sio_emit(socket, json_object_to_json_string_ext(args, JSON_C_TO_STRING_PLAIN), parts);
}

static void left(struct sio_socket *socket)
{
	struct guest *guest = socket->user;
	struct caller *caller = sio_user(socket);

	must(guest && !guest->gone);
	free(guest);
	socket->user = NULL;
	if (caller->held != socket)
		return;
	caller->held = NULL;
	alarm_stop(&caller->later);
}

static void came(struct engine *engine, const struct ask *ask, void **user)
{
	struct caller *caller = calloc(1, sizeof *caller);

	(void)ask;
	must(caller != NULL);
	caller->later.ring = decided;
	*user = caller;
	memcpy(sids[1], engine->sid, sizeof sids[1]);
}

static void client_left(void *user)
{
	struct caller *caller = user;

	alarm_stop(&caller->later);
	free(caller);
}

static const struct sio_use ROOM = { .connects = connects, .connected = connected, .event = event, .gone = left };
static const struct sio_namespace NAMESPACES[] = { { "/", &ROOM }, { "/custom", &ROOM }, { NULL, NULL } };

static const struct engines LIMITS = { .loop = &turns.loop,
				       .ping_interval = INTERVAL_MS,
				       .ping_timeout = TIMEOUT_MS,
				       .max_payload = PAYLOAD,
				       .waits = WAITS,
				       .waits_bytes = WAITS_BYTES,
				       .most = ENGINES };
/* Back to them, as long as they take it. */
static void plain_message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	size_t messages;

	must(!ws->closed);
	if (len && *bytes == '!')
		web_socket_close(ws, 4000, "");
	else if (web_socket_waits(ws, &messages) < WAITS_BYTES && messages < WAITS)
		web_socket_send(ws, binary, bytes, len);
}

static void plain_gone(struct web_socket *ws)
{
	must(ws->closed && !ws->user);
	ws->user = ws;
}

static void plain_silent(struct web_socket *ws)
{
	must(!ws->closed);
	web_socket_close(ws, 4408, "");
}

static const struct web_socket_use PLAIN = { .message = plain_message, .gone = plain_gone, .silent = plain_silent };
static struct endpoints both = { .server = { .came = came, .left = client_left }, .plain = &PLAIN };

/* One more than may is what it is lost for. */
static bool waits_little(const struct engine *engine)
{
	size_t messages;

	return !engine || engine_waits(engine, &messages) <= WAITS_BYTES + PAYLOAD + 1000;
}

static void bounds_hold(void)
{
	const struct wire *wire;

	must(turns.wires.n <= WIRES && both.engines.n <= ENGINES && both.server.engines.n <= ENGINES);
	LIST_FOREACH(wire, &turns.wires.all, beside)
	must(wire->in_len <= WIRE_IN && wire->out_len <= WIRE_OUT && !(wire->closing && wire->in));
}

/* Once an input, for there are many buckets. */
static void queues_are_short(void)
{
	for (unsigned i = 0; i < ENGINE_BUCKETS; i++) {
		must(waits_little(LIST_FIRST(&both.engines.by_sid[i])));
		must(waits_little(LIST_FIRST(&both.server.engines.by_sid[i])));
	}
}

/* ---- steps ---- */

struct input {
	const uint8_t *at, *end;
};

static unsigned byte_of(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

/* As many as the next byte says, if they are there; 255 is 16 times as many. */
static const uint8_t *bytes_of(struct input *input, size_t *len)
{
	const uint8_t *first;
	size_t left;

	*len = byte_of(input);
	if (*len == 255)
		*len *= 16;
	first = input->at;
	left = (size_t)(input->end - first);
	if (*len > left)
		*len = left;
	input->at += *len;
	return first;
}

static const char *path_of(unsigned which)
{
	return which ? both.server.engines.path : both.engines.path;
}

static void step_raw(struct input *input, unsigned n)
{
	size_t len;
	const uint8_t *bytes = bytes_of(input, &len);

	turns_say(&turns, n, bytes, len);
}

static const char *uri_of(unsigned which, bool known, bool upgrades)
{
	return turns_uri(path_of(which), upgrades ? "websocket" : "polling", known ? sids[which] : NULL);
}

/* By who came last or somebody new; upgrading or not; or plain. */
static void step_get(struct input *input, unsigned n)
{
	unsigned how = byte_of(input);

	if (how & 8)
		turns_upgrade(&turns, n, "/plain");
	else if (how & 4)
		turns_upgrade(&turns, n, uri_of(how & 1, how & 2, true));
	else
		turns_get(&turns, n, uri_of(how & 1, how & 2, false), "");
}

/* A body of many packets, of which "~" is the separator here, for a dictionary's sake. */
static void step_post(struct input *input, unsigned n)
{
	unsigned how = byte_of(input), times = how & 2 ? 32 : 1;
	size_t len;
	const uint8_t *bytes = bytes_of(input, &len);
	char text[512], *body = malloc(len * times + 1);
	int head;

	must(body != NULL);
	for (size_t i = 0; i < len * times; i++)
		body[i] = bytes[i % len] == '~' ? ENGINE_SEPARATOR : (char)bytes[i % len];
	head = snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n%s\r\n",
			uri_of(how & 1, true, false), len * times, how & 4 ? "Connection: close\r\n" : "");
	turns_say(&turns, n, text, (size_t)head);
	if (how & 8)
		turns_rest(&turns);
	turns_say(&turns, n, body, len * times);
	free(body);
}

static void step_text(struct input *input, unsigned n)
{
	size_t len;
	const uint8_t *bytes = bytes_of(input, &len);

	turns_frame(&turns, n, 0x81, bytes, len);
}

static void step_binary(struct input *input, unsigned n)
{
	size_t len;
	const uint8_t *bytes = bytes_of(input, &len);

	turns_frame(&turns, n, 0x82, bytes, len);
}

/* Any frame, a piece of one, a ping or a goodbye; many times over. */
static void step_frame(struct input *input, unsigned n)
{
	unsigned first = byte_of(input), times = byte_of(input);
	size_t len;
	const uint8_t *bytes = bytes_of(input, &len);

	for (unsigned i = 0; i <= times; i++)
		turns_frame(&turns, n, first, bytes, len);
}

/* From polling to a WebSocket, as clients do it. */
static void step_move(struct input *input, unsigned n)
{
	unsigned how = byte_of(input);

	turns_upgrade(&turns, n, uri_of(how & 1, true, true));
	turns_rest(&turns);
	turns_frame(&turns, n, 0x81, "2probe", 6);
	if (how & 2)
		turns_rest(&turns);
	if (how & 4)
		turns_frame(&turns, n, 0x81, "5", 1);
}

static void step_hang_up(struct input *input, unsigned n)
{
	(void)input;
	turns_hang_up(&turns, n);
}

static void step_shut(struct input *input, unsigned n)
{
	(void)input;
	if (turns.clients[n] >= 0)
		shutdown(turns.clients[n], SHUT_WR);
}

/* It takes nothing any more, or does again. */
static void step_stall(struct input *input, unsigned n)
{
	(void)input;
	turns.takes[n] = !turns.takes[n];
}

static void step_time(struct input *input, unsigned n)
{
	static const ms_t TIMES[TURNS_CLIENTS] = { 1, 1000, 5000, 10000, INTERVAL_MS, TIMEOUT_MS, CONNECT_MS, 30000 };

	(void)input;
	turns_pass(&turns, TIMES[n]);
}

static void step_stop(struct input *input, unsigned n)
{
	(void)input;
	engines_stop(n & 1 ? &both.server.engines : &both.engines);
}

/* In one turn with what comes next. */
static void step_together(struct input *input, unsigned n)
{
	step_raw(input, n);
	step_text(input, (n + 1) % TURNS_CLIENTS);
}

static void (*const STEPS[])(struct input *input, unsigned n) = { step_raw,	step_get,   step_post,	step_text,
								  step_binary,	step_frame, step_move,	step_time,
								  step_hang_up, step_shut,  step_stall, step_stop,
								  step_together };

/* ---- all of it ---- */

static void end_all(void)
{
	for (unsigned n = 0; n < TURNS_CLIENTS; n++)
		turns_hang_up(&turns, n);
	turns_rest(&turns);
	for (int i = 0; i < 8; i++)
		turns_pass(&turns, HOUR_MS);
	must(!turns.wires.n && !both.engines.n && !both.server.engines.n && alarms_due(&turns.loop) == INT64_MAX);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	must(sodium_init() >= 0);
	turns.engines[0] = &both.engines;
	turns.engines[1] = &both.server.engines;
	endpoints_open(&both, &LIMITS, CONNECT_MS, &ECHO, NAMESPACES);
	turns_open(&turns, WIRES, &both.http);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };

	while (input.at < input.end) {
		unsigned step = byte_of(&input);

		STEPS[(step >> 3) % (sizeof STEPS / sizeof *STEPS)](&input, step & 7);
		turns_rest(&turns);
		bounds_hold();
	}
	queues_are_short();
	end_all();
	return 0;
}
