/* What is watched, with kinds and a transport of this test's own: a second kind costs its row and its functions, and whoever
 * watches it is told, may stay or must go, as for an event. */
#include "base/local_socket.h"
#include "base/log.h"
#include "check_database.h"
#include "live/connection.h"
#include "routes/mounts.h"
#include "routes/routes.h"
#include "rules/jwt.h"
#include "rules/keys.h"
#include "session.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

Suite *topic_suite(void);

enum {
	PERSON = 1,
	STRANGER,
	SESSION_GOOD = 11,
	SESSION_ENDED,
	SESSION_OTHER,
	BONN = 1,
	PARIS,
	CLIENTS = 400,
	MANY = 3 * TELL_SOME,
	COST = 5
};

static TALLOC_CTX *ctx;
static struct live *live;

/* ---- two kinds ---- */

/* What a kind's functions answer, and how often they were asked. */
static struct {
	int64_t value;
	int reads, tidied, asked;
	bool fails, untidy;
} seat, room;

static struct json_object *snapshot_of(int64_t id, int64_t value)
{
	struct json_object *snapshot = json_object_new_object();

	json_object_object_add(snapshot, "id", json_object_new_int64(id));
	json_object_object_add(snapshot, "value", json_object_new_int64(value));
	live_stamp(snapshot, clock_now());
	return snapshot;
}

static struct json_object *seat_snapshot(struct db *db, int64_t id, ms_t now)
{
	(void)db;
	(void)now;
	seat.reads++;
	return seat.fails ? NULL : snapshot_of(id, seat.value);
}

static struct json_object *room_snapshot(struct db *db, int64_t id, ms_t now)
{
	(void)db;
	(void)now;
	room.reads++;
	return snapshot_of(id, room.value);
}

/* A seat stands in a venue; whoever is signed in may watch those in Bonn. */
static const struct rows *seat_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	seat.asked++;
	return sessions_watching(db, SESSIONS_WATCHING("v.city", " JOIN venue v ON v.id = w.topic_id"), watches, n,
				 now);
}

static bool seat_may(const struct identity *who, int64_t id, const struct row *facts)
{
	return who->account_id == PERSON && id > 0 && !strcmp(row_text(facts, "city"), "Bonn");
}

/* A room is a person's own. */
static const struct rows *room_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	room.asked++;
	return sessions_watching(db, SESSIONS_WATCHING("w.topic_id", ""), watches, n, now);
}

static bool room_may(const struct identity *who, int64_t id, const struct row *facts)
{
	return who->account_id == id && row_int(facts, "topic_id") == id;
}

static bool seat_tidy(struct db *db, int64_t id, ms_t now)
{
	(void)db;
	(void)id;
	(void)now;
	seat.tidied++;
	return seat.untidy;
}

static const struct live_kind KINDS[] = {
	{ .name = "seat",
	  .told = "taken",
	  .watching = seat_watching,
	  .may = seat_may,
	  .snapshot = seat_snapshot,
	  .tidy = seat_tidy },
	{ .name = "room", .told = "people", .watching = room_watching, .may = room_may, .snapshot = room_snapshot },
	{ .name = "guest", .watching = room_watching, .may = room_may },
	{ .name = NULL },
};
static const struct live_kind *const SEAT = &KINDS[0], *const ROOM = &KINDS[1];

/* ---- a transport ---- */

struct client {
	struct watcher watcher; /* stands first */
	int told, woken, ended;
};

static struct client *client_of(struct watcher *w)
{
	return (struct client *)w;
}

static void client_tell(struct watcher *w)
{
	client_of(w)->told++;
	memcpy(w->tag, w->topic->tag, sizeof w->tag);
}

static void client_wake(struct watcher *w)
{
	client_of(w)->woken++;
}

static void client_end(struct watcher *w, struct exchange *x)
{
	ck_assert_ptr_null(x);
	client_of(w)->ended++;
	topic_leave(w);
}

static const struct transport TEST = { .cost = COST, .tell = client_tell, .wake = client_wake, .end = client_end };

static struct client *join(const struct live_kind *kind, int64_t id, int64_t session_id)
{
	struct client *client = talloc_zero(ctx, struct client);
	struct topic *topic = topic_watched(live, kind, id);

	ck_assert(topic_fresh(live, topic));
	client->watcher.transport = &TEST;
	client->watcher.session_id = session_id;
	memcpy(client->watcher.tag, topic->tag, sizeof topic->tag);
	topic_join(topic, &client->watcher);
	return client;
}

/* ---- the world ---- */

static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, check_config(top, "gatehouse_check_topic"), "sql/migrations");
	talloc_free(top);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	memset(&seat, 0, sizeof seat);
	memset(&room, 0, sizeof room);
	live = talloc_zero(ctx, struct live);
	live->kinds = KINDS;
	live->db = db_new(live, check_config(ctx, "gatehouse_check_topic"));
	live->loop.now = clock_monotonic();
}

static void make_people(void)
{
	db_memory(live->db, ctx);
	check_script(
		live->db,
		"SET FOREIGN_KEY_CHECKS = 0;"
		"TRUNCATE session; TRUNCATE venue; TRUNCATE account_role; TRUNCATE account;"
		"SET FOREIGN_KEY_CHECKS = 1;"
		"INSERT INTO account (id, uuid, name, created_at, updated_at) VALUES"
		" (1, UNHEX(MD5('a1')), 'Ada', '2026-01-01', '2026-01-01'),"
		" (2, UNHEX(MD5('a2')), 'Bob', '2026-01-01', '2026-01-01');"
		"INSERT INTO account_role (account_id, role, granted_at) VALUES (1, 'customer', '2026-01-01'),"
		" (2, 'customer', '2026-01-01');"
		"INSERT INTO session (id, account_id, role, role_id, created_at, seen_at, expires_at, ended_at, ip, user_agent)"
		" VALUES (11, 1, 'customer', 1, '2026-01-01', '2026-01-01', '2099-01-01', NULL, '', ''),"
		" (12, 1, 'customer', 1, '2026-01-01', '2026-01-01', '2099-01-01', '2026-01-02', '', ''),"
		" (13, 2, 'customer', 2, '2026-01-01', '2026-01-01', '2099-01-01', NULL, '', '');"
		"INSERT INTO venue (id, uuid, name, city, country, time_zone, created_at, updated_at) VALUES"
		" (1, UNHEX(MD5('v1')), 'Hall', 'Bonn', 'DE', 'Europe/Berlin', '2026-01-01', '2026-01-01'),"
		" (2, UNHEX(MD5('v2')), 'Salle', 'Paris', 'FR', 'Europe/Paris', '2026-01-01', '2026-01-01')");
}

static void make_key(void)
{
	char directory[CHECK_TEMP_SIZE], path[CHECK_TEMP_SIZE + 8];
	const char *error = NULL;

	snprintf(path, sizeof path, "%s/key", check_temp(directory));
	ck_assert_msg(keys_load(path, true, &error), "%s", error);
	unlink(path);
	rmdir(directory);
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* Looks as soon as it may. */
static void look_at(const struct live_kind *kind, int64_t id)
{
	struct topic *topic = topic_watched(live, kind, id);

	topic->read = topic->changed = -MS_HOUR;
	topics_read_due(live);
}

/* ---- tests ---- */

START_TEST(topics_of_two_kinds_with_one_number_are_two)
{
	struct client *sits = join(SEAT, 7, 1), *stays = join(ROOM, 7, 1);

	ck_assert_ptr_ne(sits->watcher.topic, stays->watcher.topic);
	ck_assert_ptr_eq(topic_watched(live, SEAT, 7), sits->watcher.topic);
	ck_assert_str_eq(sits->watcher.topic->tag, stays->watcher.topic->tag); /* they say the same, for now */
	room.value = 1;
	look_at(SEAT, 7);
	look_at(ROOM, 7);
	ck_assert_int_eq(sits->told, 0);
	ck_assert_int_eq(stays->told, 1);
	ck_assert_str_ne(sits->watcher.topic->tag, stays->watcher.topic->tag);
	ck_assert_int_eq(seat.reads, 2);
	ck_assert_int_eq(room.reads, 2);
}
END_TEST

START_TEST(all_topics_are_walked_once_each)
{
	int n = 0, seats = 0;

	for (int64_t id = 1; id <= 3 * TOPIC_BUCKETS; id++)
		topic_watched(live, id % 2 ? SEAT : ROOM, id);
	for (const struct topic *topic = topic_next(live, NULL); topic; topic = topic_next(live, topic)) {
		n++;
		seats += topic->kind == SEAT;
	}
	ck_assert_int_eq(n, 3 * TOPIC_BUCKETS);
	ck_assert_int_eq(seats, 3 * TOPIC_BUCKETS / 2);
}
END_TEST

/* As a worker sends it, for a kind that only this test knows. */
static void send_hint(const char *kind, int64_t id)
{
	char *directory = check_directory(ctx), text[HINT_SIZE];
	struct sockaddr_un address;
	struct hint hint;
	const char *error;
	int fd = local_socket(directory, "hint.sock", SOCK_DGRAM, &error);
	ssize_t len;

	ck_assert_int_ge(fd, 0);
	live_hint(directory, kind, id);
	len = recv(fd, text, sizeof text, 0);
	ck_assert_int_gt(len, 0);
	ck_assert(hint_read(text, (size_t)len, &hint));
	topic_hint(live, &hint);
	close(fd);
	ck_assert(local_address(directory, "hint.sock", &address));
	ck_assert_int_eq(unlink(address.sun_path), 0);
	ck_assert_int_eq(rmdir(directory), 0);
}

START_TEST(a_hint_is_for_one_topic_of_one_kind)
{
	const struct topic *here = join(SEAT, 7, 1)->watcher.topic, *there = join(ROOM, 7, 1)->watcher.topic;

	send_hint("chair", 7);
	send_hint("seat", 8);
	ck_assert(!here->hinted && !there->hinted);
	send_hint("room", 7);
	ck_assert(!here->hinted && there->hinted);
	ck_assert(topics_unaware(live));
	send_hint("seat", 7);
	ck_assert(here->hinted);
	ck_assert(!topics_unaware(live));
}
END_TEST

static void tell_the_others(const struct topic *topic)
{
	bool any;

	while (topic->untold) {
		ck_assert_int_le(topics_due(live, &any), live->loop.now + TELL_MS);
		live->loop.now += TELL_MS;
		topics_read_due(live);
	}
}

/* A web server that has to pass a change on to all at once does nothing else meanwhile. */
START_TEST(a_change_is_told_to_some_after_the_others)
{
	struct client *clients[MANY];
	struct topic *topic;
	ms_t began;
	int told = 0;

	for (int i = 0; i < MANY; i++)
		clients[i] = join(SEAT, 7, 1);
	topic = clients[0]->watcher.topic;
	seat.value = 1;
	look_at(SEAT, 7);
	began = live->loop.now;
	topics_read_due(live); /* not yet */
	topics_sweep(live);    /* nor by the clock */
	for (int i = 0; i < MANY; i++)
		told += clients[i]->told + clients[i]->woken;
	ck_assert_int_eq(told, TELL_SOME);
	/* The next of them goes before its turn, and so does the last. */
	topic_leave(topic->untold);
	topic_leave(&clients[0]->watcher);
	tell_the_others(topic);
	ck_assert_int_eq(live->loop.now - began, (MANY - 1) / TELL_SOME * TELL_MS);
	for (int i = told = 0; i < MANY; i++)
		told += clients[i]->told;
	ck_assert_int_eq(told, MANY - 2);
	topics_sweep(live);
	ck_assert_int_eq(clients[1]->woken, 1);
}
END_TEST

START_TEST(a_change_is_told_by_the_watchers_transport_at_its_cost)
{
	struct client *clients[CLIENTS];
	struct topic *topic;
	bool any;

	for (int i = 0; i < CLIENTS; i++)
		clients[i] = join(SEAT, 7, 1);
	topic = clients[0]->watcher.topic;
	seat.value = 1;
	look_at(SEAT, 7);
	look_at(SEAT, 7); /* the same again is nothing new */
	tell_the_others(topic);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert_int_eq(clients[i]->told, 1);
	ck_assert_uint_eq(topic->audience, CLIENTS * COST);
	ck_assert_int_eq(seat.reads, 3);
	/* The next change waits for as long as the site needs for so many answers. */
	topic->changed = topic->read = live->loop.now;
	topic->cost = 0;
	topic->hinted = true;
	ck_assert_int_eq(topics_due(live, &any) - topic->changed, CLIENTS * COST * 1000 / WATCHERS_PER_S);
}
END_TEST

/* What a stream writes of a topic of this kind, without the heads of FastCGI's records. */
static const char *streamed(const struct live_kind *kind)
{
	struct connection *c = talloc_zero(ctx, struct connection);
	char *bytes = talloc_zero_size(ctx, 2000);
	int ends[2];
	ssize_t len;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	c->live = live;
	c->fd = ends[0];
	c->fcgi.out = FCGX_CreateWriter(ends[0], 1, 1000, 6 /* FCGI_STDOUT */);
	c->watcher.topic = topic_watched(live, kind, 7);
	ck_assert(topic_fresh(live, c->watcher.topic));
	STREAM.tell(&c->watcher);
	len = recv(ends[1], bytes, 1999, MSG_DONTWAIT);
	ck_assert_int_gt(len, 8);
	FCGX_FreeStream(&c->fcgi.out);
	close(ends[0]);
	close(ends[1]);
	return bytes + 8;
}

START_TEST(a_streams_events_are_named_by_their_kind)
{
	const char *taken = streamed(SEAT), *people = streamed(ROOM);

	ck_assert_msg(strstr(taken, "\nevent: taken\ndata: {\"id\":7"), "%s", taken);
	ck_assert_msg(strstr(people, "\nevent: people\ndata: {\"id\":7"), "%s", people);
}
END_TEST

/* The name of the pass for a request of this route, with nothing else that differs. */
static void name_at(const struct route *route, const char *id, bool listens, uint8_t name[HASH_BYTES])
{
	FCGX_Request request = { .envp = (char *[]){ "HTTP_AUTHORIZATION=Bearer of.one.person", NULL } };
	struct http http = { .fcgi = &request, .listens = listens };
	struct http *held = talloc_memdup(ctx, &http, sizeof http);
	struct exchange x = { .http = held, .rq = { .mem = ctx, .route = route, .params = json_object_new_object() } };

	json_object_object_add(x.rq.params, "id", json_object_new_string(id));
	pass_name(&x, name);
	json_object_put(x.rq.params);
}

START_TEST(a_pass_is_for_one_row_and_one_topic)
{
	const struct route front = { "GET", "/api/live/rooms/:id", NULL, STAFF, RATE_GATE, READS, NULL, .topic = ROOM };
	const struct route back = { "GET",	  "/api/campus/live/rooms/:id", NULL, CAMPUS, RATE_GATE, READS, NULL,
				    .topic = ROOM };
	const struct route chairs = {
		"GET", "/api/live/rooms/:id", NULL, STAFF, RATE_GATE, READS, NULL, .topic = SEAT
	};
	const struct identity who = { .role = ADMIN, .account_id = 5, .session_id = SESSION_GOOD };
	uint8_t name[HASH_BYTES], other[HASH_BYTES];

	name_at(&front, "7", false, name);
	pass_issue(live, name, &who, ROOM, 7);
	name_at(&front, "7", false, other);
	ck_assert_ptr_nonnull(pass_holder(live, other));
	ck_assert_int_eq(pass_holder(live, other)->who.account_id, 5);
	ck_assert_ptr_eq(pass_holder(live, other)->kind, ROOM);
	ck_assert_int_eq(pass_holder(live, other)->id, 7);
	name_at(&back, "7", false, other);
	ck_assert_ptr_null(pass_holder(live, other));
	name_at(&chairs, "7", false, other);
	ck_assert_ptr_null(pass_holder(live, other));
	name_at(&front, "8", false, other);
	ck_assert_ptr_null(pass_holder(live, other));
	name_at(&front, "7", true, other); /* of a socket, whose token may be over */
	ck_assert_ptr_null(pass_holder(live, other));
	live->loop.now += 5000;
	ck_assert_ptr_null(pass_holder(live, name));
	pass_issue(live, name, &who, ROOM, 7);
	pass_end(live, name);
	ck_assert_ptr_null(pass_holder(live, name));
}
END_TEST

START_TEST(what_a_kind_has_for_tidying_is_done_now_and_then)
{
	const struct topic *topic = join(SEAT, 7, 1)->watcher.topic;

	ck_assert_int_eq(seat.tidied, 1);
	look_at(SEAT, 7);
	ck_assert_int_eq(seat.tidied, 1);
	seat.untidy = true;
	topic_watched(live, SEAT, 7)->tidied -= TIDY_MS;
	look_at(SEAT, 7);
	ck_assert_int_eq(seat.tidied, 2);
	ck_assert_int_le(topic->tidied + TIDY_MS - live->loop.now, MS_SECOND); /* there was more: soon again */
	join(ROOM, 7, 1);						       /* which has nothing */
}
END_TEST

START_TEST(a_snapshot_that_fails_sends_newcomers_away_and_tells_nobody)
{
	struct client *sits = join(SEAT, 7, 1);

	seat.fails = true;
	look_at(SEAT, 7);
	ck_assert_int_eq(sits->told, 0);
	ck_assert(live->db_away);
	ck_assert_int_ge(live->db_retry - live->loop.now, AWAY_MS);
	ck_assert(!topic_holds(live, sits->watcher.topic));
	ck_assert(!topic_fresh(live, topic_watched(live, ROOM, 7)));
}
END_TEST

START_TEST(time_wakes_who_watches_and_forgets_what_nobody_does)
{
	struct client *sits = join(SEAT, 7, 1), *stays = join(ROOM, 7, 1);

	topic_leave(&stays->watcher);
	live->loop.now += IDLE_MS - MS_SECOND; /* less what joining took */
	topics_sweep(live);
	ck_assert_int_eq(sits->woken, 1);
	ck_assert_int_eq(stays->woken, 0);
	ck_assert_ptr_nonnull(topic_watched(live, ROOM, 7)->json);
	live->loop.now += IDLE_MS;
	topics_sweep(live);
	ck_assert_ptr_null(topic_watched(live, ROOM, 7)->json); /* made anew */
	ck_assert_ptr_nonnull(topic_watched(live, SEAT, 7)->json);
	topics_stop(live);
	ck_assert_int_eq(sits->ended, 1);
	ck_assert_ptr_null(sits->watcher.topic);
}
END_TEST

START_TEST(who_may_stay_is_asked_in_one_query_a_kind)
{
	static const struct {
		int line;
		bool seat;
		int64_t id, session_id;
		bool doubted;
	} CASES[] = {
		{ __LINE__, true, BONN, SESSION_GOOD, false },
		{ __LINE__, true, BONN, SESSION_GOOD, false }, /* twice the same */
		{ __LINE__, true, PARIS, SESSION_GOOD, true },
		{ __LINE__, true, 999, SESSION_GOOD, true },
		{ __LINE__, true, BONN, SESSION_ENDED, true },
		{ __LINE__, true, BONN, SESSION_OTHER, true },
		{ __LINE__, true, BONN, 999, true },
		{ __LINE__, false, PERSON, SESSION_GOOD, false },
		{ __LINE__, false, STRANGER, SESSION_GOOD, true },
		{ __LINE__, false, STRANGER, SESSION_OTHER, false },
		{ __LINE__, false, PERSON, SESSION_ENDED, true },
	};
	struct client *clients[sizeof CASES / sizeof *CASES];

	make_people();
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		clients[i] = join(CASES[i].seat ? SEAT : ROOM, CASES[i].id, CASES[i].session_id);
	live->rights_asked = live->loop.now - RIGHTS_MS;
	rights_ask(live);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg(clients[i]->watcher.doubted == CASES[i].doubted, "line %d", CASES[i].line);
	ck_assert_int_eq(seat.asked, 1);
	ck_assert_int_eq(room.asked, 1);
	rights_ask(live); /* not again so soon */
	ck_assert_int_eq(seat.asked, 1);
	/* Who gets the right back is doubted no more. */
	check_script(live->db, "UPDATE session SET ended_at = NULL WHERE id = 12");
	live->rights_asked -= RIGHTS_MS;
	rights_ask(live);
	ck_assert(!clients[4]->watcher.doubted);
}
END_TEST

/* Of a kind that has nothing to tell a hint says that rights are gone. */
START_TEST(who_may_stay_is_asked_soon_where_a_hint_says_that_somebody_may_not)
{
	const struct client *ended;

	make_people();
	ended = join(ROOM, PERSON, SESSION_ENDED);
	live->rights_asked = live->loop.now - RIGHTS_HINTED_MS;
	send_hint("room", PERSON);
	rights_ask(live);
	ck_assert_int_eq(room.asked, 0);
	send_hint("guest", 1);
	rights_ask(live);
	ck_assert_int_eq(room.asked, 1);
	ck_assert(ended->watcher.doubted);
	live->rights_asked = live->loop.now - RIGHTS_HINTED_MS; /* once for each hint */
	rights_ask(live);
	ck_assert_int_eq(room.asked, 1);
	/* What it costs bounds this too. */
	send_hint("guest", 1);
	live->rights_cost = RIGHTS_HINTED_MS;
	rights_ask(live);
	ck_assert_int_eq(room.asked, 1);
}
END_TEST

/* What comes of a token, until then good, with so much changed in its signature; by a socket, or by a request. */
static enum session_fault by_token(int64_t session_id, ms_t expires, char change, bool listens)
{
	struct claims claims = {
		.account_id = 1, .session_id = session_id, .role = "customer", .audience = "api", .expires = expires
	};
	char token[JWT_SIZE];
	struct identity who;
	struct session_ask ask = { .api = true, .wanted = CUSTOMER, .who = &who, .mount = MOUNTS };
	struct http *http;

	jwt_make(&claims, clock_now() - 2 * MS_HOUR, token);
	token[strlen(token) - 5] ^= change;
	http = http_from_head(ctx, live,
			      (char *[]){ "REQUEST_METHOD=GET", "REQUEST_URI=/api/live/", "SERVER_PROTOCOL=HTTP/1.1",
					  talloc_asprintf(ctx, "HTTP_AUTHORIZATION=Bearer %s", token), NULL },
			      check_config(ctx, "gatehouse_check_topic"));
	http->listens = listens;
	ask.http = http;
	while (!ask.mount->token_for || strcmp(ask.mount->token_for, claims.audience) != 0)
		ask.mount++;
	sessions_find(live->db, clock_now(), &ask, 1);
	ck_assert(ask.fault != SESSION_OK || who.session_id == session_id);
	return ask.fault;
}

/* Old clients come again with the token that they first had (campus apps do, and are not asked twice). */
START_TEST(a_token_that_is_over_is_good_on_a_socket_alone_as_long_as_its_session_lives)
{
	const ms_t later = clock_now() + MS_HOUR, before = clock_now() - MS_HOUR;

	make_people();
	make_key();
	ck_assert_int_eq(by_token(SESSION_GOOD, later, 0, false), SESSION_OK);
	ck_assert_int_eq(by_token(SESSION_GOOD, before, 0, false), SESSION_EXPIRED);
	ck_assert_int_eq(by_token(SESSION_GOOD, before, 0, true), SESSION_OK);
	ck_assert_int_eq(by_token(SESSION_ENDED, before, 0, true), SESSION_INVALID);
	ck_assert_int_eq(by_token(SESSION_GOOD, before, 1, true), SESSION_INVALID);
}
END_TEST

START_TEST(a_question_that_failed_sends_nobody_away)
{
	struct config gone = *check_config(ctx, "gatehouse_check_topic");
	struct client *stays;

	stays = join(ROOM, PERSON, 999);
	gone.db_socket = "/nonexistent/socket";
	live->db = db_new(live, &gone);
	live->rights_asked = live->loop.now - RIGHTS_MS;
	rights_ask(live);
	ck_assert_int_eq(room.asked, 1);
	ck_assert(!stays->watcher.doubted);
	ck_assert(live->db_away);
	ck_assert_int_eq(live->db_failure, DB_AWAY);
}
END_TEST

/* The rows of routes/live.c and the kinds of app/live.c belong together. */
START_TEST(each_address_that_is_watched_has_a_kind_that_hints_can_name)
{
	size_t n, watched = 0;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		const struct live_kind *kind = all[i].topic;
		char text[HINT_SIZE];
		struct hint hint;
		int len;

		if (!kind)
			continue;
		watched++;
		ck_assert_msg(all[i].may == live_may && (!(all[i].who & ANYONE) || kind->lesser) &&
				      strstr(all[i].path, "/:id"),
			      "%s", all[i].path);
		len = snprintf(text, sizeof text, "%s %lld\n", kind->name, (long long)INT64_MAX);
		ck_assert(hint_read(text, (size_t)len, &hint));
		ck_assert_str_eq(hint.kind, kind->name);
		ck_assert_int_eq(hint.id, INT64_MAX);
		ck_assert(kind->facts && kind->watching && kind->may && kind->snapshot && kind->missing && kind->says);
	}
	ck_assert_uint_gt(watched, 0);
}
END_TEST

Suite *topic_suite(void)
{
	Suite *suite = suite_create("topic");
	TCase *tests = tcase_create("topic");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, topics_of_two_kinds_with_one_number_are_two);
	tcase_add_test(tests, all_topics_are_walked_once_each);
	tcase_add_test(tests, a_hint_is_for_one_topic_of_one_kind);
	tcase_add_test(tests, a_change_is_told_to_some_after_the_others);
	tcase_add_test(tests, a_change_is_told_by_the_watchers_transport_at_its_cost);
	tcase_add_test(tests, a_streams_events_are_named_by_their_kind);
	tcase_add_test(tests, a_pass_is_for_one_row_and_one_topic);
	tcase_add_test(tests, what_a_kind_has_for_tidying_is_done_now_and_then);
	tcase_add_test(tests, a_snapshot_that_fails_sends_newcomers_away_and_tells_nobody);
	tcase_add_test(tests, time_wakes_who_watches_and_forgets_what_nobody_does);
	tcase_add_test(tests, who_may_stay_is_asked_in_one_query_a_kind);
	tcase_add_test(tests, who_may_stay_is_asked_soon_where_a_hint_says_that_somebody_may_not);
	tcase_add_test(tests, a_token_that_is_over_is_good_on_a_socket_alone_as_long_as_its_session_lives);
	tcase_add_test(tests, a_question_that_failed_sends_nobody_away);
	tcase_add_test(tests, each_address_that_is_watched_has_a_kind_that_hints_can_name);
	suite_add_tcase(suite, tests);
	return suite;
}
