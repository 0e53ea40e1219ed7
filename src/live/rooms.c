/* What Socket.IO's clients may ask for: a topic by its name, "event:7", whose snapshots they are told from then on. They come in by a token
 * in their connect packet, or by what came with their request, and what they watch is asked of the routes that those who poll use. */
#include "base/uuid.h"
#include "live/arrival.h"
#include "live/attendance.h"
#include "live/connection.h"
#include "live/guest.h"
#include "live/pace.h"
#include "live/realtime.h"
#include "live/say.h"
#include "trouble.h"
#include <stdlib.h>
#include <string.h>

static const char TOO_MUCH[] = "That is too much at once.";

/* Whoever came, from the handshake on. Their session is watched too. */
struct person {
	struct watcher watcher;
	struct guest guest;
	struct visitor *visitor;
	struct sio_socket *socket; /* NULL: not signed in, or gone */
	struct arrival arrival;	   /* as they sign in, or ask for a topic */
	struct sio_socket *coming; /* who signs in */
	char *wish;		   /* the topic that is asked for … */
	int64_t wish_ack;	   /* … and who wants to know */
	LIST_HEAD(, seat) seats;
	unsigned n_seats;
	struct attendee attendee; /* of attendance's rooms, which count as topics do */
	struct pace pace;
};

/* A topic that they watch. */
struct seat {
	struct watcher watcher;
	struct person *person;
	LIST_ENTRY(seat) beside;
	char *name; /* "event:7" */
	char *path;
};

static struct seat *seat_of(struct watcher *w)
{
	return LOOP_OF(w, struct seat, watcher);
}

static struct person *person_arriving(struct arrival *arrival)
{
	return LOOP_OF(arrival, struct person, arrival);
}

static struct person *person_of(struct watcher *w)
{
	return LOOP_OF(w, struct person, watcher);
}

/* ---- out ---- */

static void go_on(struct watcher *w)
{
	struct seat *seat = seat_of(w);
	const struct topic *topic = w->topic;
	char *text;

	if (!strcmp(w->tag, topic->tag) || !say_takes(seat->person->socket))
		return;
	memcpy(w->tag, topic->tag, sizeof w->tag);
	text = talloc_asprintf(seat, "[\"snapshot\",{\"topic\":\"%s\",%s]", seat->name, topic->json + 1);
	if (!text)
		abort();
	sio_emit(seat->person->socket, text, NULL);
	talloc_free(text);
}

/* ---- going ---- */

static void leave_seat(struct seat *seat)
{
	if (seat->watcher.topic)
		topic_leave(&seat->watcher);
	LIST_REMOVE(seat, beside);
	seat->person->n_seats--;
	talloc_free(seat);
}

static void leave_all(struct person *person)
{
	while (!LIST_EMPTY(&person->seats))
		leave_seat(LIST_FIRST(&person->seats));
	if (person->watcher.topic)
		topic_leave(&person->watcher);
	attendee_leave(&person->attendee);
	guest_leave(&person->guest);
	arrival_leave(&person->arrival);
	person->socket = NULL;
}

void rooms_left(void *user)
{
	leave_all(user);
	talloc_free(user);
}

static void gone(struct sio_socket *socket)
{
	leave_all(sio_user(socket));
}

static void end_session(struct watcher *w, struct exchange *x)
{
	struct person *person = person_of(w);
	struct sio_socket *socket = person->socket;
	struct json_object *data = json_object_new_object();

	(void)x;
	json_object_object_add(data, "code", json_object_new_string("SESSION_ENDED"));
	say_event(socket, "session_ended", data);
	sio_end(socket);
}

/* The topic alone is over: the session may be good for others. */
static void end_seat(struct watcher *w, struct exchange *x)
{
	struct seat *seat = seat_of(w);
	struct json_object *data;

	if (x) {
		data = say_verdict(false, x->rq.code, "You may not watch this any more.");
		json_object_object_add(data, "topic", json_object_new_string(seat->name));
		say_event(seat->person->socket, "watch_error", data);
	}
	leave_seat(seat);
}

static struct exchange *again(struct watcher *w)
{
	struct seat *seat = seat_of(w);

	return visitor_asks(seat->person->visitor, seat->path);
}

static struct exchange *nothing_else(struct watcher *w)
{
	(void)w;
	return NULL;
}

static void begin(struct watcher *w, struct exchange *x)
{
	(void)x;
	go_on(w);
}

static void rest(struct watcher *w)
{
	(void)w;
}

static const struct transport SEAT = {
	.cost = 1, .begin = begin, .tell = go_on, .wake = go_on, .again = again, .end = end_seat
};
static const struct transport SESSION = {
	.cost = 0, .begin = begin, .tell = rest, .wake = rest, .again = nothing_else, .end = end_session
};

/* ---- watching ---- */

static struct seat *find_seat(const struct person *person, const char *name)
{
	struct seat *seat;

	LIST_FOREACH(seat, &person->seats, beside)
	if (!strcmp(seat->name, name))
		return seat;
	return NULL;
}

/* As it is written: one topic has one name. */
static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits <= 18 && !text[digits] && *text != '0';
}

static bool is_uuid(const char *text)
{
	uint8_t uuid[UUID_BYTES];
	char again[UUID_SIZE];

	return uuid_parse(text, uuid) && !strcmp(uuid_text(uuid, again), text);
}

/* The path of "event:7", on ctx; NULL: it is no topic's name. */
static char *path_of(TALLOC_CTX *ctx, const char *name)
{
	const char *mark = strchr(name, ':');
	size_t len = mark ? (size_t)(mark - name) : 0;

	for (const struct live_kind *kind = LIVE_KINDS; kind->name; kind++)
		if (mark && kind->path && strlen(kind->name) == len && !memcmp(kind->name, name, len))
			return (kind->number ? is_uuid : is_number)(mark + 1)
				       ? talloc_asprintf(ctx, "%s%s", kind->path, mark + 1)
				       : NULL;
	return NULL;
}

static void take_seat(struct person *person, const char *name, const char *path, struct topic *topic,
		      const struct identity *who)
{
	struct seat *seat = talloc_zero(person, struct seat);

	if (!seat)
		abort();
	seat->name = talloc_strdup(seat, name);
	seat->path = talloc_strdup(seat, path);
	seat->person = person;
	seat->watcher.session_id = who->session_id;
	seat->watcher.transport = &SEAT;
	LIST_INSERT_HEAD(&person->seats, seat, beside);
	person->n_seats++;
	topic_join(topic, &seat->watcher);
}

static struct json_object *watch(struct person *person, const char *name, const char *path)
{
	struct live *live = person->visitor->live;
	struct exchange *x = visitor_asks(person->visitor, path);
	struct topic *topic = door_topic(live, x);
	struct json_object *data = say_verdict(topic != NULL, topic ? NULL : x->rq.code, topic ? NULL : x->rq.message);

	if (topic) {
		take_seat(person, name, path, topic, &x->rq.who);
		json_object_object_add(data, "topic", json_object_new_string(name));
	}
	exchange_end(x);
	return data;
}

static const char *topic_in(struct json_object *args)
{
	struct json_object *wish = json_object_array_get_idx(args, 1), *name = wish;

	if (json_object_is_type(wish, json_type_object) && !json_object_object_get_ex(wish, "topic", &name))
		return NULL;
	return json_object_is_type(name, json_type_string) && json_object_get_string_len(name) < 60
		       ? json_object_get_string(name)
		       : NULL;
}

/* Their turn has come: the database was asked for all of this turn. */
static void wished(struct arrival *arrival)
{
	struct person *person = person_arriving(arrival);
	struct sio_socket *socket = person->socket;
	char *name = person->wish;
	struct seat *seat;

	person->wish = NULL;
	say_answer(socket, "watch_error", person->wish_ack, watch(person, name, arrival->path));
	seat = person->socket ? find_seat(person, name) : NULL;
	if (seat)
		go_on(&seat->watcher);
	talloc_free(name);
	if (person->socket)
		sio_go_on(socket);
}

static void wish(struct person *person, const char *name, int64_t ack)
{
	struct arrival *arrival = &person->arrival;

	person->wish = talloc_strdup(person, name);
	person->wish_ack = ack;
	arrival->path = person->wish ? path_of(person->wish, name) : NULL;
	if (!arrival->path) {
		TALLOC_FREE(person->wish);
		say_answer(person->socket, "watch_error", ack,
			   say_verdict(false, "NO_SUCH_TOPIC", "There is no such topic."));
		return;
	}
	arrival->session_id = person->watcher.session_id;
	arrival->turn = wished;
	sio_hold(person->socket);
	arrival_wait(arrival);
}

static void on_watch(struct person *person, const char *name, int64_t ack)
{
	if (find_seat(person, name))
		say_answer(person->socket, "watch_error", ack, say_verdict(true, NULL, NULL));
	else if (person->n_seats + person->attendee.n >= TOPICS_MOST)
		say_answer(person->socket, "watch_error", ack,
			   say_verdict(false, "TOO_MANY_TOPICS", "You watch too many topics. Leave one first."));
	else
		wish(person, name, ack);
}

static void on_unwatch(struct person *person, const char *name, int64_t ack)
{
	struct seat *seat = find_seat(person, name);

	if (seat)
		leave_seat(seat);
	say_answer(person->socket, "watch_error", ack, say_verdict(true, NULL, NULL));
}

/* ---- in ---- */

/* False: they say too much, and are told so once; whoever goes on all the same is sent away. */
static bool within_limit_of(struct person *person, bool attendance)
{
	enum pace_verdict verdict = pace_take(&person->pace, person->visitor->live->loop.now);

	if (verdict == PACE_GONE)
		sio_end(person->socket);
	else if (verdict == PACE_TOO_MUCH)
		say_event(person->socket, attendance ? ATTENDANCE_ERROR : "watch_error",
			  say_verdict(false, "throttled", TOO_MUCH));
	return verdict == PACE_FINE;
}

static void event(struct sio_socket *socket, struct json_object *args, int64_t ack, const struct sio_parts *parts)
{
	struct person *person = sio_user(socket);
	const char *name = json_object_get_string(json_object_array_get_idx(args, 0)), *topic;

	(void)parts;
	if (!within_limit_of(person, attendance_owns(name)))
		return;
	if (attendance_owns(name)) {
		attendance_event(&person->attendee, args, ack, person->n_seats);
		return;
	}
	topic = topic_in(args);
	if (strcmp(name, "watch") && strcmp(name, "unwatch"))
		say_answer(socket, "watch_error", ack,
			   say_verdict(false, "UNKNOWN_EVENT", "Nothing of this name is known here."));
	else if (!topic)
		say_answer(socket, "watch_error", ack, say_verdict(false, "NO_SUCH_TOPIC", "There is no such topic."));
	else if (*name == 'w')
		on_watch(person, topic, ack);
	else
		on_unwatch(person, topic, ack);
}

/* ---- coming ---- */

const char *rooms_refused(struct engines *engines, struct ask *ask, const char **headers)
{
	const struct sio_server *server = engines->user;
	const struct live *live = server->user;
	const char *origin = ask_says(ask, "HTTP_ORIGIN");

	*headers = "";
	if (!origin)
		return NULL;
	if (!visitor_at_home(ask, &live->config))
		return "Origin not allowed";
	*headers = talloc_asprintf(ask,
				   "Access-Control-Allow-Origin: %s\r\nAccess-Control-Allow-Credentials: true\r\n"
				   "Access-Control-Allow-Headers: Content-Type, Authorization\r\nVary: Origin\r\n",
				   origin);
	return NULL;
}

void rooms_came(struct engine *engine, const struct ask *ask, void **user)
{
	struct sio_server *server = engine->of->user;
	struct person *person = talloc_zero(engine, struct person);

	if (!person)
		abort();
	LIST_INIT(&person->seats);
	person->visitor = visitor_new(person, server->user, (struct ask *)(uintptr_t)ask);
	person->visitor->ask = NULL;
	person->arrival.visitor = person->visitor;
	*user = person;
}

static bool turned_away(struct sio_refusal *refusal, int status, const char *code, const char *message)
{
	*refusal = (struct sio_refusal){ .message = message, .code = code, .status = status };
	return false;
}

/* May they come in, by what was found? False: *refusal. */
static bool admit(struct person *person, struct sio_refusal *refusal)
{
	const struct arrival *arrival = &person->arrival;

	if (arrival->away)
		return turned_away(refusal, 503, "SERVICE_UNAVAILABLE", "Try again in a moment.");
	if (arrival->fault != SESSION_OK)
		return turned_away(refusal, 401, "TOKEN_INVALID", "Sign in first.");
	return guest_come(person->visitor->live, &person->guest, arrival->who.account_id) ||
	       turned_away(refusal, 429, "TOO_MANY_SOCKETS", "You have too many connections. Close one first.");
}

/* Each try costs a look at the database, before anybody is known: it counts as a packet. False: *refusal. */
static bool may_try(struct sio_socket *socket, struct sio_refusal *refusal)
{
	struct person *person = sio_user(socket);
	enum pace_verdict verdict = pace_take(&person->pace, person->visitor->live->loop.now);

	if (verdict == PACE_GONE)
		sio_end(socket);
	return verdict == PACE_FINE || turned_away(refusal, 429, "throttled", TOO_MUCH);
}

static void signed_in(struct arrival *arrival)
{
	struct person *person = person_arriving(arrival);
	struct live *live = person->visitor->live;
	struct sio_refusal refusal;

	if (!admit(person, &refusal)) {
		sio_connect(person->coming, &refusal);
		return;
	}
	person->socket = person->coming;
	person->watcher.session_id = arrival->who.session_id;
	person->watcher.transport = &SESSION;
	attendee_come(&person->attendee, live, person->socket, arrival->who.session_id);
	topic_join(topic_watched(live, &LIVE_KINDS[LIVE_SESSIONS], ALL_SESSIONS), &person->watcher);
	sio_connect(person->socket, NULL);
}

static enum sio_answer connects(struct sio_socket *socket, struct json_object *auth, struct sio_refusal *refusal)
{
	struct person *person = sio_user(socket);
	struct json_object *token;

	if (!may_try(socket, refusal))
		return SIO_REFUSED;
	if (auth && json_object_object_get_ex(auth, "token", &token) && json_object_is_type(token, json_type_string))
		visitor_token(person->visitor, json_object_get_string(token));
	person->coming = socket;
	person->arrival.path = NULL;
	person->arrival.turn = signed_in;
	arrival_wait(&person->arrival);
	return SIO_LATER;
}

static const struct sio_use USE = { .connects = connects, .event = event, .gone = gone };

const struct sio_namespace ROOMS[] = { { "/", &USE }, { NULL, NULL } };
