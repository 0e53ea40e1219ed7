/* wslay asks for bytes and gives bytes away by callbacks, each of which may say that there is nothing now. */
#include "live/web_socket.h"
#include "rules/web_socket.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <wslay/wslay.h>

/* ---- what wslay asks for ---- */

static ssize_t recv_some(wslay_event_context_ptr frames, uint8_t *into, size_t len, int flags, void *user)
{
	struct web_socket *ws = user;

	(void)flags;
	if (!ws->left) {
		wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	if (len > ws->left)
		len = ws->left;
	memcpy(into, ws->at, len);
	ws->at += len;
	ws->left -= len;
	return (ssize_t)len;
}

/* A piece at a time, so that what waits is wslay's to count. */
static ssize_t send_some(wslay_event_context_ptr frames, const uint8_t *bytes, size_t len, int flags, void *user)
{
	struct web_socket *ws = user;

	(void)flags;
	if (ws->wire->ended || !wire_idle(ws->wire)) {
		wslay_event_set_error(frames, ws->wire->ended ? WSLAY_ERR_CALLBACK_FAILURE : WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	if (wire_write(ws->wire, bytes, len))
		return (ssize_t)len;
	wslay_event_set_error(frames, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static void on_message(wslay_event_context_ptr frames, const struct wslay_event_on_msg_recv_arg *arg, void *user)
{
	struct web_socket *ws = user;

	(void)frames;
	if (arg->opcode == WSLAY_PONG)
		beat_heard(&ws->beat);
	/* libwslay has no bytes for an empty message, and nobody copies from nowhere. */
	if (!ws->closed && !wslay_is_ctrl_frame(arg->opcode))
		ws->use->message(ws, arg->opcode == WSLAY_BINARY_FRAME, arg->msg ? (const char *)arg->msg : "",
				 arg->msg_length);
}

/* ---- going ---- */

/* Nobody is asked any more whether they are there. */
static void shut(struct web_socket *ws)
{
	ws->closed = true;
	beat_stop(&ws->beat);
}

static void over(struct web_socket *ws)
{
	bool told = ws->closed;

	shut(ws);
	alarm_stop(&ws->closing);
	wire_end(ws->wire);
	if (!told)
		ws->use->gone(ws);
}

static void gone(struct wire *wire)
{
	struct web_socket *ws = wire->user;
	bool told = ws->closed;

	shut(ws);
	alarm_stop(&ws->closing);
	if (!told)
		ws->use->gone(ws);
}

static void no_goodbye(struct alarm *alarm)
{
	wire_drop(LOOP_OF(alarm, struct web_socket, closing)->wire);
}

/* ---- both ways ---- */

/* Both have said goodbye. */
static bool is_over(const struct web_socket *ws)
{
	return !wslay_event_want_read(ws->frames) && !wslay_event_want_write(ws->frames);
}

static void flush(struct web_socket *ws)
{
	bool failed;

	if (ws->reading || ws->wire->ended || ws->wire->closing)
		return;
	failed = wslay_event_send(ws->frames) != 0;
	/* wslay would send a goodbye before what waits, and that not at all then. */
	if (!failed && ws->goodbye && !wslay_event_get_queued_msg_count(ws->frames)) {
		wslay_event_queue_close(ws->frames, ws->goodbye, (const uint8_t *)ws->reason, strlen(ws->reason));
		ws->goodbye = 0;
		failed = wslay_event_send(ws->frames) != 0;
	}
	if (failed || (!ws->closed && is_over(ws)))
		wire_fail(ws->wire);
	else if (is_over(ws))
		wire_end(ws->wire);
}

static size_t read_frames(struct wire *wire, const char *bytes, size_t len)
{
	struct web_socket *ws = wire->user;
	int error;

	ws->at = bytes;
	ws->left = len;
	ws->reading = true;
	error = wslay_event_recv(ws->frames);
	ws->reading = false;
	if (error)
		over(ws);
	else
		flush(ws);
	if (!wire->ended && wslay_event_get_queued_msg_count(ws->frames) > WEB_SOCKET_WAITS)
		wire_fail(wire);
	return len;
}

static void room(struct wire *wire)
{
	struct web_socket *ws = wire->user;

	flush(ws);
	if (!ws->closed && ws->use->sent && !wslay_event_get_queued_msg_count(ws->frames))
		ws->use->sent(ws);
}

static const struct wire_use FRAMES = { .read = read_frames, .room = room, .gone = gone };

static bool send_frame(struct web_socket *ws, uint8_t opcode, const void *bytes, size_t len)
{
	struct wslay_event_msg message = { .opcode = opcode, .msg = bytes, .msg_length = len };

	if (ws->closed || ws->wire->ended || wslay_event_queue_msg(ws->frames, &message))
		return false;
	flush(ws);
	return !ws->closed;
}

bool web_socket_send(struct web_socket *ws, bool binary, const void *bytes, size_t len)
{
	return send_frame(ws, binary ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME, bytes, len);
}

static void ping(struct beat *beat)
{
	send_frame(LOOP_OF(beat, struct web_socket, beat), WSLAY_PING, NULL, 0);
}

static void silent(struct beat *beat)
{
	struct web_socket *ws = LOOP_OF(beat, struct web_socket, beat);

	ws->use->silent(ws);
}

void web_socket_beat(struct web_socket *ws, ms_t interval, ms_t timeout)
{
	ws->beat.ask = ping;
	ws->beat.lost = silent;
	beat_begin(&ws->beat, ws->wire->of->loop, interval, timeout);
}

size_t web_socket_waits(const struct web_socket *ws, size_t *messages)
{
	*messages = wslay_event_get_queued_msg_count(ws->frames);
	return wslay_event_get_queued_msg_length(ws->frames);
}

void web_socket_close(struct web_socket *ws, unsigned code, const char *reason)
{
	if (ws->closed)
		return;
	shut(ws);
	if (ws->wire->ended)
		return;
	alarm_set(ws->wire->of->loop, &ws->closing, WEB_SOCKET_CLOSE_MS);
	ws->goodbye = (unsigned short)code;
	ws->reason = reason;
	flush(ws);
}

/* ---- coming ---- */

static int release(struct web_socket *ws)
{
	alarm_stop(&ws->closing);
	beat_stop(&ws->beat);
	wslay_event_context_free(ws->frames);
	return 0;
}

struct web_socket *web_socket_accept(struct wire *wire, const char *key, const char *protocol, const char *headers,
				     size_t max, const struct web_socket_use *use, void *user)
{
	static const struct wslay_event_callbacks CALLBACKS = { .recv_callback = recv_some,
								.send_callback = send_some,
								.on_msg_recv_callback = on_message };
	struct web_socket *ws = talloc_zero(wire, struct web_socket);
	char accept[WEB_SOCKET_ACCEPT];
	char *answer;

	if (!ws || wslay_event_context_server_init(&ws->frames, &CALLBACKS, ws))
		abort();
	talloc_set_destructor(ws, release);
	wslay_event_config_set_max_recv_msg_length(ws->frames, max);
	ws->use = use;
	ws->user = user;
	ws->wire = wire;
	ws->closing.ring = no_goodbye;
	wire->use = &FRAMES;
	wire->user = ws;
	answer = talloc_asprintf(ws,
				 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				 "Sec-WebSocket-Accept: %s\r\n%s%s%s%s\r\n",
				 web_socket_accept_key(key, accept), protocol ? "Sec-WebSocket-Protocol: " : "",
				 protocol ? protocol : "", protocol ? "\r\n" : "", headers ? headers : "");
	if (!answer)
		abort();
	wire_write(wire, answer, strlen(answer));
	talloc_free(answer);
	return ws;
}
