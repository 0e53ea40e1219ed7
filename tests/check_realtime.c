/* Engine.IO over its wires by a clock of ours: what is waited for and how long, how much is kept, and of what its user hears. What comes and goes
 * is looked at by bytes; what strangers make of it is tests/fuzz/fuzz_realtime.c. */
#include "check_endpoints.h"
#include "check_turns.h"
#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *realtime_suite(void);

enum {
	INTERVAL_MS = 25000,
	TIMEOUT_MS = 20000,
	CONNECT_MS = 45000,
	PAYLOAD = 1000,
	WAITS = 20,
	WAITS_BYTES = 5000,
	MOST = 3,
	TEXT = 0x81,
	BINARY = 0x82,
	PING = 0x89,
	PONG = 0x8A
};

static struct turns turns;
static char sid[ENGINE_SID]; /* of who came last */
static unsigned heard, left;
static struct sio_socket *coming;
static char events[100];		   /* the first letter of each */
static char said[TURNS_CLIENTS][64 << 10]; /* what each client took */

/* ---- a server ---- */

static void opened(struct engine *engine, const struct ask *ask)
{
	(void)ask;
	memcpy(sid, engine->sid, sizeof sid);
}

/* "!" closes; "*" is answered by much; all else by itself. */
static void message(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	static char much[600];

	ck_assert_ptr_nonnull(bytes);
	heard++;
	if (len && *bytes == '!')
		engine_close(engine, 1000);
	for (int i = 0; len && *bytes == '*' && i < 10; i++)
		engine_send(engine, true, much, sizeof much);
	engine_send(engine, binary, bytes, len);
}

static void gone(struct engine *engine)
{
	(void)engine;
	left++;
}

static const struct engine_use ECHO = {
	.opened = opened, .message = message, .gone = gone, .refused = endpoints_let_in
};

static void came(struct engine *engine, const struct ask *ask, void **user)
{
	(void)user;
	opened(engine, ask);
}

/* {"later":…}: who waits is told by the test. */
static enum sio_answer connects(struct sio_socket *socket, struct json_object *auth, struct sio_refusal *refusal)
{
	(void)refusal;
	if (!auth || !json_object_object_get_ex(auth, "later", NULL))
		return SIO_IN;
	coming = socket;
	return SIO_LATER;
}

static void event(struct sio_socket *socket, struct json_object *args, int64_t ack, const struct sio_parts *parts)
{
	(void)socket;
	(void)ack;
	(void)parts;
	strncat(events, json_object_get_string(json_object_array_get_idx(args, 0)), 1);
}

static void socket_gone(struct sio_socket *socket)
{
	(void)socket;
	left++;
}

static const struct sio_use ROOM = { .connects = connects, .event = event, .gone = socket_gone };
static const struct sio_namespace NAMESPACES[] = { { "/", &ROOM }, { NULL, NULL } };
static const struct engines LIMITS = { .loop = &turns.loop,
				       .ping_interval = INTERVAL_MS,
				       .ping_timeout = TIMEOUT_MS,
				       .max_payload = PAYLOAD,
				       .waits = WAITS,
				       .waits_bytes = WAITS_BYTES,
				       .most = MOST };
/* ---- and sockets that speak no protocol of the two ---- */

static void plain_message(struct web_socket *ws, bool binary, const char *bytes, size_t len)
{
	heard++;
	web_socket_send(ws, binary, bytes, len);
}

static void plain_gone(struct web_socket *ws)
{
	(void)ws;
	left++;
}

static void plain_silent(struct web_socket *ws)
{
	left++;
	web_socket_close(ws, 4408, "");
}

static const struct web_socket_use PLAIN = { .message = plain_message, .gone = plain_gone, .silent = plain_silent };
static struct endpoints both = { .server = { .came = came }, .plain = &PLAIN };

/* ---- clients ---- */

static void took(unsigned n, const char *bytes, size_t len)
{
	size_t have = strlen(said[n]);

	for (size_t i = 0; i < len && have + 1 < sizeof said[n]; i++)
		said[n][have++] = bytes[i] ? bytes[i] : ' ';
	said[n][have] = '\0';
}

static void setup(void)
{
	ck_assert_int_ge(sodium_init(), 0);
	turns.engines[0] = &both.engines;
	turns.engines[1] = &both.server.engines;
	turns.came = took;
	endpoints_open(&both, &LIMITS, CONNECT_MS, &ECHO, NAMESPACES);
	turns_open(&turns, MOST + 1, &both.http);
}

static void open_polling(unsigned n, const char *path)
{
	turns_get(&turns, n, turns_uri(path, "polling", NULL), "");
	turns_rest(&turns);
	ck_assert_ptr_nonnull(strstr(said[n], "\"upgrades\":[\"websocket\"]"));
	said[n][0] = '\0';
}

static void open_socket(unsigned n, const char *path)
{
	turns_upgrade(&turns, n, turns_uri(path, "websocket", NULL));
	turns_rest(&turns);
	ck_assert_ptr_nonnull(strstr(said[n], "\"upgrades\":[]"));
	said[n][0] = '\0';
}

static void open_plain(unsigned n)
{
	turns_upgrade(&turns, n, "/plain");
	turns_rest(&turns);
	ck_assert_ptr_nonnull(strstr(said[n], "HTTP/1.1 101 "));
	said[n][0] = '\0';
}

static void post(unsigned n, const char *path, const char *body)
{
	char text[2 * PAYLOAD + 512];

	turns_say(&turns, n, text,
		  (size_t)snprintf(text, sizeof text, "POST %s HTTP/1.1\r\nContent-Length: %zu\r\n\r\n%s",
				   turns_uri(path, "polling", sid), strlen(body), body));
	turns_rest(&turns);
}

static void say(unsigned n, const char *text)
{
	turns_frame(&turns, n, TEXT, text, strlen(text));
	turns_rest(&turns);
}

static bool hung_up(unsigned n)
{
	return turns.clients[n] < 0;
}

/* A close frame with this code ends what it took. */
static unsigned closed_with(unsigned n)
{
	const unsigned char *last = (const unsigned char *)said[n] + strlen(said[n]);

	while (last > (const unsigned char *)said[n] && last[-1] != 0x88)
		last--;
	return last > (const unsigned char *)said[n] ? (unsigned)(last[1] << 8 | last[2]) : 0;
}

/* ---- what its user hears ---- */

START_TEST(who_was_sent_away_is_heard_no_more)
{
	open_polling(0, "/engine.io/");
	post(0, "/engine.io/",
	     "4!\x1e"
	     "4more\x1e"
	     "bAQID");
	post(0, "/engine.io/", "4still");
	ck_assert_uint_eq(heard, 1);
	post(0, "/engine.io/", "1");
	ck_assert_uint_eq(left, 0);
	turns_pass(&turns, INTERVAL_MS);
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

/* Nor does it help them to stay that they go on to say that they are there. */
START_TEST(who_was_sent_away_goes)
{
	open_polling(0, "/engine.io/");
	post(0, "/engine.io/", "4!");
	for (int s = 0; s < 25; s++) {
		turns_pass(&turns, 1000);
		post(0, "/engine.io/", "3");
	}
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

/* A second packet would wait until the client has asked again. */
START_TEST(what_is_said_in_one_turn_is_one_answer)
{
	open_polling(0, "/engine.io/");
	turns_get(&turns, 0, turns_uri("/engine.io/", "polling", sid), "");
	turns_rest(&turns);
	post(1, "/engine.io/",
	     "4a\x1e"
	     "4b\x1e"
	     "4c");
	ck_assert_ptr_nonnull(strstr(said[0], "\r\n\r\n4a\x1e"
					      "4b\x1e"
					      "4c"));
}
END_TEST

/* ---- how much is kept ---- */

START_TEST(who_asks_for_more_than_they_take_is_lost_by_polling)
{
	open_polling(0, "/engine.io/");
	for (int i = 0; i < WAITS; i++)
		post(0, "/engine.io/", "4x");
	ck_assert_uint_eq(both.engines.n, 1);
	post(0, "/engine.io/", "4x");
	ck_assert_uint_eq(both.engines.n, 0);
	ck_assert_uint_eq(left, 1);
}
END_TEST

START_TEST(bytes_count_as_well)
{
	open_polling(0, "/engine.io/");
	post(0, "/engine.io/", "4*");
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

/* The kernel takes some first. */
START_TEST(and_by_a_socket)
{
	open_socket(0, "/engine.io/");
	turns.takes[0] = false;
	for (int i = 0; i < 2000 && both.engines.n; i++)
		say(0, "4*");
	ck_assert_uint_eq(both.engines.n, 0);
	ck_assert_uint_eq(left, 1);
}
END_TEST

/* Of nothing there are bytes too: whoever keeps them copies them. */
START_TEST(an_empty_message_is_one)
{
	unsigned before = heard;

	open_socket(0, "/engine.io/");
	turns_frame(&turns, 0, BINARY, "", 0);
	turns_rest(&turns);
	ck_assert_uint_eq(heard, before + 1);
}
END_TEST

START_TEST(pings_are_not_answered_without_end)
{
	open_socket(0, "/engine.io/");
	turns.takes[0] = false;
	for (int i = 0; i < 5000 && both.engines.n; i++) {
		turns_frame(&turns, 0, PING, "", 0);
		if (i % 100 == 0)
			turns_rest(&turns);
	}
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

/* An answer that is not taken keeps it open for a while. */
START_TEST(what_comes_to_one_that_closes_is_not_kept)
{
	const struct wire *wire;

	open_socket(0, "/engine.io/");
	turns.takes[0] = false;
	for (int i = 0; i < 2000 && wire_idle(LIST_FIRST(&turns.wires.all)); i++)
		say(0, "4x");
	wire = LIST_FIRST(&turns.wires.all);
	turns_say(&turns, 0, "\x81", 1);
	wire_end(LIST_FIRST(&turns.wires.all));
	for (int i = 0; i < 10; i++) {
		turns_say(&turns, 0, "more", 4);
		turns_rest(&turns);
		ck_assert(wire->closing && !wire->ended);
		ck_assert_uint_eq(wire->in_len, 0);
	}
}
END_TEST

START_TEST(more_than_was_said_is_refused)
{
	static char much[PAYLOAD + 2];

	memset(much, '4', PAYLOAD + 1);
	open_polling(0, "/engine.io/");
	post(0, "/engine.io/", much);
	ck_assert_ptr_nonnull(strstr(said[0], "HTTP/1.1 413 "));
	ck_assert(hung_up(0));
	open_socket(1, "/engine.io/");
	say(1, much);
	ck_assert_uint_eq(closed_with(1), 1009);
}
END_TEST

START_TEST(no_more_come_than_have_room)
{
	for (unsigned n = 0; n < MOST; n++)
		open_socket(n, "/engine.io/");
	turns_get(&turns, MOST, turns_uri("/engine.io/", "polling", NULL), "");
	turns_rest(&turns);
	ck_assert_ptr_nonnull(strstr(said[MOST], "HTTP/1.1 503 "));
	turns_get(&turns, MOST + 1, turns_uri("/engine.io/", "polling", NULL), "");
	turns_rest(&turns);
	ck_assert(hung_up(MOST + 1));
	turns_hang_up(&turns, 0);
	turns_rest(&turns);
	open_socket(MOST + 1, "/engine.io/");
}
END_TEST

/* ---- how long it is waited for ---- */

/* Pongs meanwhile, for else they are lost for want of them. */
START_TEST(who_comes_to_no_namespace_has_45_seconds)
{
	open_socket(0, "/socket.io/");
	open_socket(1, "/socket.io/");
	say(1, "40");
	turns_pass(&turns, INTERVAL_MS);
	say(0, "3");
	say(1, "3");
	turns_pass(&turns, CONNECT_MS - INTERVAL_MS - 1);
	ck_assert_uint_eq(both.server.engines.n, 2);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(closed_with(0), 1000);
	ck_assert_uint_eq(both.server.engines.n, 1);
	ck_assert(!hung_up(1));
}
END_TEST

START_TEST(who_has_left_every_namespace_does_not_stay)
{
	open_socket(0, "/socket.io/");
	say(0, "40");
	turns_pass(&turns, INTERVAL_MS);
	say(0, "3");
	say(0, "41");
	turns_pass(&turns, INTERVAL_MS);
	say(0, "3");
	turns_pass(&turns, CONNECT_MS - INTERVAL_MS - 1);
	ck_assert_uint_eq(both.server.engines.n, 1);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(closed_with(0), 1000);
	ck_assert_uint_eq(both.server.engines.n, 0);
}
END_TEST

START_TEST(what_is_said_before_the_answer_is_heard_after_it_in_order)
{
	open_socket(0, "/socket.io/");
	say(0, "40{\"later\":1}");
	say(0, "42[\"a\"]");
	say(0, "42[\"b\"]");
	ck_assert_str_eq(events, "");
	sio_connect(coming, NULL);
	turns_rest(&turns);
	ck_assert_str_eq(events, "ab");
	say(0, "42[\"c\"]");
	ck_assert_str_eq(events, "abc");
}
END_TEST

START_TEST(and_not_without_end)
{
	open_socket(0, "/socket.io/");
	say(0, "40{\"later\":1}");
	for (int i = 0; i < SIO_KEPT; i++)
		say(0, "42[\"a\"]");
	ck_assert_uint_eq(both.server.engines.n, 1);
	say(0, "42[\"a\"]");
	ck_assert_uint_eq(both.server.engines.n, 0);
	ck_assert_str_eq(events, "");
	/* Many bytes are as many messages. */
	open_socket(1, "/socket.io/");
	say(1, "40{\"later\":1}");
	for (int i = 0; i < 2 && both.server.engines.n; i++)
		say(1, talloc_asprintf(NULL, "42[\"%0600d\"]", 0));
	ck_assert_uint_eq(both.server.engines.n, 0);
}
END_TEST

START_TEST(who_begins_to_move_has_ten_seconds)
{
	open_polling(0, "/engine.io/");
	turns_upgrade(&turns, 1, turns_uri("/engine.io/", "websocket", sid));
	say(1, "2probe");
	ck_assert_ptr_nonnull(strstr(said[1], "3probe"));
	turns_pass(&turns, ENGINE_UPGRADE_MS - 1);
	ck_assert_uint_eq(closed_with(1), 0);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(closed_with(1), 1000);
	post(0, "/engine.io/", "4goes on by polling");
	ck_assert_uint_eq(heard, 1);
}
END_TEST

START_TEST(who_takes_nothing_has_30_seconds)
{
	open_socket(0, "/engine.io/");
	turns.takes[0] = false;
	for (int i = 0; i < 2000 && wire_idle(LIST_FIRST(&turns.wires.all)); i++)
		say(0, "4x");
	turns_pass(&turns, WIRE_STALL_MS - 1);
	ck_assert_uint_eq(both.engines.n, 1);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(both.engines.n + turns.wires.n, 0);
}
END_TEST

START_TEST(who_does_not_say_that_they_are_there_is_lost)
{
	open_socket(0, "/engine.io/");
	turns_pass(&turns, INTERVAL_MS);
	ck_assert_ptr_nonnull(strstr(said[0], "2"));
	say(0, "3");
	turns_pass(&turns, INTERVAL_MS);
	turns_pass(&turns, TIMEOUT_MS - 1);
	ck_assert_uint_eq(both.engines.n, 1);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

static void pong(unsigned n)
{
	turns_frame(&turns, n, PONG, "", 0);
	turns_rest(&turns);
}

/* A plain socket has no protocol to ask by, but pings, which each client answers by itself. */
START_TEST(who_answers_no_ping_is_lost)
{
	open_plain(0);
	open_plain(1);
	turns_pass(&turns, INTERVAL_MS - 1);
	ck_assert_str_eq(said[0], "");
	turns_pass(&turns, 1);
	ck_assert_str_eq(said[0], "\x89 ");
	pong(1);
	say(0, "I say much, and answer nothing");
	turns_pass(&turns, TIMEOUT_MS - 1);
	ck_assert_uint_eq(left, 0);
	turns_pass(&turns, 1);
	ck_assert_uint_eq(left, 1);
	ck_assert_uint_eq(closed_with(0), 4408);
	turns_pass(&turns, WEB_SOCKET_CLOSE_MS);
	ck_assert(hung_up(0) && !hung_up(1));
	ck_assert_uint_eq(closed_with(1), 0);
}
END_TEST

START_TEST(who_answers_stays)
{
	open_plain(0);
	for (int i = 0; i < 100; i++) {
		said[0][0] = '\0';
		turns_pass(&turns, INTERVAL_MS);
		ck_assert_str_eq(said[0], "\x89 ");
		turns_pass(&turns, TIMEOUT_MS - 1);
		pong(0);
	}
	ck_assert_uint_eq(left, 0);
	ck_assert_uint_eq(turns.wires.n, 1);
	turns_hang_up(&turns, 0);
	turns_rest(&turns);
	ck_assert_uint_eq(left, 1);
	turns_pass(&turns, INTERVAL_MS + TIMEOUT_MS);
	ck_assert_uint_eq(left, 1);
}
END_TEST

/* A byte each tenth of a second, and that many; what they are of is never whole. */
static void drip(unsigned n, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		turns_say(&turns, n, bytes + i, 1);
		turns_rest(&turns);
		turns_pass(&turns, 100);
	}
}

/* Nor is a frame whose bytes come one by one a sign that anybody is there. */
START_TEST(who_sends_a_frame_byte_by_byte_is_lost)
{
	static char bytes[600] = { (char)TEXT, (char)(0x80 | 126), 3, 0x20 }; /* 800 are to come */
	const size_t until_lost = (INTERVAL_MS + TIMEOUT_MS) / 100;

	open_socket(0, "/engine.io/");
	drip(0, bytes, until_lost - 1);
	ck_assert_uint_eq(both.engines.n, 1);
	drip(0, bytes + until_lost - 1, 1);
	ck_assert_uint_eq(both.engines.n, 0);
	ck_assert_uint_eq(heard, 0);
	open_plain(1);
	drip(1, bytes, until_lost - 1);
	ck_assert_uint_eq(left, 1);
	drip(1, bytes + until_lost - 1, 1);
	ck_assert_uint_eq(left, 2);
	ck_assert_uint_eq(closed_with(1), 4408);
	drip(1, bytes + until_lost, WEB_SOCKET_CLOSE_MS / 100);
	ck_assert(hung_up(1));
	ck_assert_uint_eq(heard, 0);
}
END_TEST

START_TEST(who_asks_byte_by_byte_has_15_seconds)
{
	static const char HEAD[] = "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\n"
				   "X-Long: 0123456789012345678901234567890123456789012345678901234567890123456789"
				   "012345678901234567890123456789012345678901234567890123456789";

	ck_assert_uint_gt(sizeof HEAD, 150);
	drip(0, HEAD, 149);
	ck_assert_uint_eq(turns.wires.n, 1);
	drip(0, HEAD + 149, 1);
	ck_assert_uint_eq(turns.wires.n, 0);
	ck_assert_uint_eq(both.engines.n, 0);
}
END_TEST

/* ---- we go ---- */

/* After "41" clients stay away: they are to come again. */
START_TEST(going_ends_the_transport_alone)
{
	open_socket(0, "/socket.io/");
	say(0, "40");
	open_polling(1, "/socket.io/");
	post(1, "/socket.io/", "40");
	turns_get(&turns, 1, turns_uri("/socket.io/", "polling", sid), ""); /* fetches its "40" */
	turns_rest(&turns);
	turns_get(&turns, 1, turns_uri("/socket.io/", "polling", sid), "");
	turns_rest(&turns);
	said[0][0] = said[1][0] = '\0';
	engines_stop(&both.server.engines);
	turns_rest(&turns);
	ck_assert_uint_eq(closed_with(0), 1012);
	ck_assert_ptr_null(strstr(said[0], "41"));
	ck_assert_ptr_nonnull(strstr(said[1], "\r\n\r\n1"));
	ck_assert_ptr_null(strstr(said[1], "41"));
	ck_assert_uint_eq(left, 2);
}
END_TEST

Suite *realtime_suite(void)
{
	Suite *suite = suite_create("realtime");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, who_was_sent_away_is_heard_no_more);
	tcase_add_test(tests, who_was_sent_away_goes);
	tcase_add_test(tests, what_is_said_in_one_turn_is_one_answer);
	tcase_add_test(tests, who_asks_for_more_than_they_take_is_lost_by_polling);
	tcase_add_test(tests, bytes_count_as_well);
	tcase_add_test(tests, and_by_a_socket);
	tcase_add_test(tests, an_empty_message_is_one);
	tcase_add_test(tests, pings_are_not_answered_without_end);
	tcase_add_test(tests, what_comes_to_one_that_closes_is_not_kept);
	tcase_add_test(tests, more_than_was_said_is_refused);
	tcase_add_test(tests, no_more_come_than_have_room);
	tcase_add_test(tests, who_comes_to_no_namespace_has_45_seconds);
	tcase_add_test(tests, who_has_left_every_namespace_does_not_stay);
	tcase_add_test(tests, what_is_said_before_the_answer_is_heard_after_it_in_order);
	tcase_add_test(tests, and_not_without_end);
	tcase_add_test(tests, who_begins_to_move_has_ten_seconds);
	tcase_add_test(tests, who_takes_nothing_has_30_seconds);
	tcase_add_test(tests, who_does_not_say_that_they_are_there_is_lost);
	tcase_add_test(tests, who_answers_no_ping_is_lost);
	tcase_add_test(tests, who_answers_stays);
	tcase_add_test(tests, who_sends_a_frame_byte_by_byte_is_lost);
	tcase_add_test(tests, who_asks_byte_by_byte_has_15_seconds);
	tcase_add_test(tests, going_ends_the_transport_alone);
	suite_add_tcase(suite, tests);
	return suite;
}
