/* What is told is judged anew for each who hears it, by what was asked of the database with the change itself: a role that was taken away is
 * heard of no more, whatever room they are in. Of who takes nothing the general room's updates are let fall, and they are told how many and from
 * where on; their own updates are not, and who lets too many wait is closed. */
#include "live/attendance.h"
#include "base/uuid.h"
#include "db/db.h"
#include "live/feed.h"
#include "live/say.h"
#include "live/sight.h"
#include "live/update.h"
#include <stdlib.h>
#include <string.h>

enum { ROOM_BUCKETS = 4096 };

struct place {
	struct attendee *of;
	LIST_ENTRY(place) mine, beside;
	int64_t account_id;	  /* whose room; 0: general, and then: */
	char event_id[UUID_SIZE]; /* of this event alone; "": of all */
	int64_t department_id;	  /* 0: of all */
	int64_t last;		  /* the highest that was told, or need not be */
	unsigned dropped;	  /* since then */
};

struct room_wish {
	int64_t account_id; /* 0: general */
	char event_id[UUID_SIZE];
	uint8_t event[UUID_BYTES];
	int64_t department_id, since_id, ack;
	ms_t since; /* since_id and this 0: nothing is missed */
};

LIST_HEAD(places, place);

struct attendance {
	struct places people[ROOM_BUCKETS], general;
	LIST_HEAD(, attendee) all;
	unsigned n;
	TAILQ_HEAD(, attendee) waiting;
	ms_t asked, cost;
};

static struct attendance *attendance_of(struct live *live)
{
	if (live->attendance)
		return live->attendance;
	live->attendance = talloc_zero(live, struct attendance);
	if (!live->attendance)
		abort();
	TAILQ_INIT(&live->attendance->waiting);
	return live->attendance;
}

static struct places *room_of(struct attendance *all, int64_t account_id)
{
	return account_id ? &all->people[(uint64_t)account_id % ROOM_BUCKETS] : &all->general;
}

/* ---- coming and going ---- */

void attendee_come(struct attendee *a, struct live *live, struct sio_socket *socket, int64_t session_id)
{
	*a = (struct attendee){ .live = live, .socket = socket, .session_id = session_id };
}

static void unlist(struct attendee *a)
{
	if (!a->listed)
		return;
	a->listed = false;
	LIST_REMOVE(a, beside);
	a->live->attendance->n--;
}

static void list(struct attendee *a)
{
	struct attendance *all = attendance_of(a->live);

	if (a->listed)
		return;
	a->listed = true;
	LIST_INSERT_HEAD(&all->all, a, beside);
	all->n++;
}

static void leave_place(struct place *place)
{
	struct attendee *a = place->of;

	LIST_REMOVE(place, mine);
	LIST_REMOVE(place, beside);
	free(place);
	if (!--a->n)
		unlist(a);
}

void attendee_leave(struct attendee *a)
{
	while (!LIST_EMPTY(&a->places))
		leave_place(LIST_FIRST(&a->places));
	if (a->wish)
		TAILQ_REMOVE(&a->live->attendance->waiting, a, behind);
	free(a->wish);
	a->wish = NULL;
	a->socket = NULL;
}

static struct place *find_place(const struct attendee *a, int64_t account_id)
{
	struct place *place;

	LIST_FOREACH(place, &a->places, mine)
	if (place->account_id == account_id)
		return place;
	return NULL;
}

static bool listened(const struct live *live)
{
	return live->attendance && live->attendance->n;
}

/* ---- how far they see ---- */

/* Where thousands listen, not for each of ten changes a second: a sixth of the time is enough. */
static bool ask(struct live *live)
{
	struct attendance *all = attendance_of(live);
	const ms_t began = clock_monotonic();
	struct attendee **some, *a;
	size_t n = 0;
	bool good;

	if (began - all->asked < RIGHTS_SHARE_HINTED * all->cost)
		return true;
	some = talloc_array(live, struct attendee *, all->n);
	if (!some)
		abort();
	LIST_FOREACH(a, &all->all, beside)
	some[n++] = a;
	good = sights_find(live, some, n);
	talloc_free(some);
	all->asked = began;
	all->cost = clock_monotonic() - began;
	return good;
}

/* ---- out ---- */

/* As it goes out by the event of that name, on ctx. */
static char *event_of(TALLOC_CTX *ctx, const char *name, struct json_object *update)
{
	char *text = talloc_asprintf(ctx, "[\"%s\",%s]", name, say_text(update));

	if (!text)
		abort();
	return text;
}

static void tell_loss(struct place *place)
{
	struct json_object *data = json_object_new_object();

	json_object_object_add(data, "dropped", json_object_new_int64(place->dropped));
	json_object_object_add(data, "since", json_object_new_int64(place->last));
	place->dropped = 0;
	say_event(place->of->socket, "attendance_resync", data);
}

static bool fits(const struct place *place, const struct row *change)
{
	char event[UUID_SIZE];

	if (place->department_id && place->department_id != row_int(change, "department_id"))
		return false;
	return !*place->event_id ||
	       !strcmp(place->event_id, uuid_text((const uint8_t *)row_cell(change, "event_id")->s, event));
}

static void tell_general(struct place *place, const struct row *change, const char *text)
{
	if (!fits(place, change) || place->of->role == STUDENT || !sight_sees(place->of, change))
		return;
	if (!say_takes(place->of->socket)) {
		place->dropped++;
		return;
	}
	if (place->dropped)
		tell_loss(place);
	place->last = row_int(change, "id");
	sio_emit(place->of->socket, text, NULL);
}

static void tell(struct live *live, const struct row *change)
{
	struct attendance *all = attendance_of(live);
	const int64_t account_id = row_int(change, "account_id");
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct json_object *update = update_of(change);
	const char *own = event_of(ctx, "attendance_update", update),
		   *general = event_of(ctx, "general_attendance_update", update);
	struct place *next;

	for (struct place *p = LIST_FIRST(room_of(all, account_id)); p; p = next) {
		next = LIST_NEXT(p, beside);
		if (p->account_id == account_id && sight_sees(p->of, change))
			sio_emit(p->of->socket, own, NULL);
	}
	for (struct place *p = LIST_FIRST(&all->general); p; p = next) {
		next = LIST_NEXT(p, beside);
		tell_general(p, change, general);
	}
	json_object_put(update);
	talloc_free(ctx);
}

void attendance_sweep(struct live *live)
{
	struct place *next;

	if (!live->attendance)
		return;
	for (struct place *p = LIST_FIRST(&live->attendance->general); p; p = next) {
		next = LIST_NEXT(p, beside);
		if (p->dropped && say_takes(p->of->socket))
			tell_loss(p);
	}
}

/* ---- in ---- */

static const char *const EVENTS[] = { "join_attendance_room", "leave_attendance_room", "join_general_attendance",
				      "leave_general_attendance", NULL };

bool attendance_owns(const char *name)
{
	for (const char *const *event = EVENTS; *event; event++)
		if (!strcmp(*event, name))
			return true;
	return false;
}

static void answer(struct attendee *a, int64_t ack, const char *code, const char *message)
{
	say_answer(a->socket, ATTENDANCE_ERROR, ack, say_verdict(!code, code, message));
}

/* A number, or the text of one; 0: neither. */
static int64_t number_in(struct json_object *json)
{
	const char *text;

	if (json_object_is_type(json, json_type_int))
		return json_object_get_int64(json) > 0 ? json_object_get_int64(json) : 0;
	if (!json_object_is_type(json, json_type_string))
		return 0;
	text = json_object_get_string(json);
	if (!*text || strlen(text) > 18 || text[strspn(text, "0123456789")])
		return 0;
	return strtoll(text, NULL, 10);
}

static struct json_object *member(struct json_object *json, const char *name)
{
	struct json_object *found;

	return json_object_is_type(json, json_type_object) && json_object_object_get_ex(json, name, &found) ? found
													    : NULL;
}

static int64_t person_in(struct json_object *args)
{
	static const char *const NAMES[] = { "employee_id", "employeeId", "user_id", NULL };
	struct json_object *json = json_object_array_get_idx(args, 1);

	for (const char *const *name = NAMES; *name; name++)
		if (member(json, *name))
			return number_in(member(json, *name));
	return number_in(json);
}

/* What they have already, and what they narrow it to. False: that is nonsense. */
static bool read_rest(struct room_wish *wish, struct json_object *json)
{
	struct json_object *since = member(json, "since"), *event = member(json, "event_id"),
			   *department = member(json, "department_id");

	wish->since_id = number_in(since);
	if (since && !wish->since_id && json_object_get_string(since)[0] != '0' &&
	    !clock_parse(json_object_get_string(since), &wish->since))
		return false;
	if (event && !uuid_parse(json_object_get_string(event), wish->event))
		return false;
	if (event)
		uuid_text(wish->event, wish->event_id);
	wish->department_id = number_in(department);
	return !department || wish->department_id;
}

static void leave_room(struct attendee *a, int64_t account_id, int64_t ack)
{
	struct place *place = find_place(a, account_id);

	if (place)
		leave_place(place);
	answer(a, ack, NULL, NULL);
}

void attendance_event(struct attendee *a, struct json_object *args, int64_t ack, unsigned others)
{
	const char *name = json_object_get_string(json_object_array_get_idx(args, 0));
	const bool general = strstr(name, "general") != NULL, joins = *name == 'j';
	struct room_wish wish = { .account_id = general ? 0 : person_in(args), .ack = ack };

	if (!general && !wish.account_id) {
		answer(a, ack, "invalid_id", "This is nobody's number.");
	} else if (!joins) {
		leave_room(a, wish.account_id, ack);
	} else if (!read_rest(&wish, json_object_array_get_idx(args, 1))) {
		answer(a, ack, "invalid", "What this is narrowed to cannot be read.");
	} else if (a->n + others >= TOPICS_MOST && !find_place(a, wish.account_id)) {
		answer(a, ack, "too_many_rooms", "You are in too many rooms. Leave one first.");
	} else {
		a->wish = malloc(sizeof *a->wish);
		if (!a->wish)
			abort();
		*a->wish = wish;
		TAILQ_INSERT_TAIL(&attendance_of(a->live)->waiting, a, behind);
		sio_hold(a->socket);
	}
}

/* ---- those who wait ---- */

static struct place *take_place(struct attendee *a, const struct room_wish *wish)
{
	struct place *place = find_place(a, wish->account_id);

	if (!place) {
		place = calloc(1, sizeof *place);
		if (!place)
			abort();
		place->of = a;
		place->account_id = wish->account_id;
		LIST_INSERT_HEAD(&a->places, place, mine);
		LIST_INSERT_HEAD(room_of(attendance_of(a->live), wish->account_id), place, beside);
		a->n++;
		list(a);
	}
	memcpy(place->event_id, wish->event_id, sizeof place->event_id);
	place->department_id = wish->department_id;
	place->last = feed_highest(a->live);
	return place;
}

/* What they missed, as far as the feed has told it: it tells the rest to them too. */
static void catch_up(struct attendee *a, const struct room_wish *wish)
{
	const struct feed_wish missed = { .account_id = wish->account_id,
					  .event = *wish->event_id ? wish->event : NULL,
					  .department_id = wish->department_id,
					  .since_id = wish->since_id,
					  .since = wish->since };
	const struct rows *rows = feed_missed(a->live->db, &a->sight, &missed);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *update;
		char *text;

		if (!feed_told(a->live, row_int(&row, "id")))
			continue;
		update = update_of(&row);
		text = event_of(NULL, wish->account_id ? "attendance_update" : "general_attendance_update", update);
		if (a->socket)
			sio_emit(a->socket, text, NULL);
		talloc_free(text);
		json_object_put(update);
	}
}

static void welcome(struct attendee *a, const struct room_wish *wish)
{
	struct json_object *data = say_verdict(true, NULL, NULL);
	char room[40] = "general";

	if (wish->account_id)
		snprintf(room, sizeof room, "attendance:%lld", (long long)wish->account_id);
	json_object_object_add(data, "room", json_object_new_string(room));
	take_place(a, wish);
	say_answer(a->socket, ATTENDANCE_ERROR, wish->ack, data);
	if (a->socket && (wish->since_id || wish->since))
		catch_up(a, wish);
}

/* asked: is it known how far they see? */
static void turn(struct attendee *a, const struct room_wish *wish, bool asked)
{
	const bool nobody = a->role == NOBODY || (a->role == STUDENT && wish->account_id != a->sight.account_id);
	bool reaches =
		asked && !nobody && (!wish->account_id || feed_reaches(a->live->db, &a->sight, wish->account_id));

	if (!asked || db_error(a->live->db) != DB_OK)
		answer(a, wish->ack, "unavailable", "Try again in a moment.");
	else if (nobody)
		answer(a, wish->ack, "permission_denied", "You may not watch this.");
	else if (!reaches)
		answer(a, wish->ack, "not_found", "There is nobody of this number whom you may watch.");
	else
		welcome(a, wish);
}

static const struct feed_use LISTENERS = { .listened = listened, .ask = ask, .tell = tell };

static void settle_some(struct live *live, struct attendee *some[], size_t n)
{
	const ms_t began = clock_monotonic();
	bool asked = feed_ready(live, &LISTENERS);
	TALLOC_CTX *ctx = talloc_new(NULL);

	db_clear(live->db);
	db_memory(live->db, ctx);
	asked = asked && sights_find(live, some, n);
	for (size_t i = 0; i < n; i++) {
		struct attendee *a = some[i];
		struct room_wish *wish = a->wish;

		TAILQ_REMOVE(&live->attendance->waiting, a, behind);
		a->wish = NULL;
		turn(a, wish, asked);
		free(wish);
	}
	if (db_error(live->db) != DB_OK)
		database_failed(live, began);
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(ctx);
	for (size_t i = 0; i < n; i++)
		if (some[i]->socket)
			sio_go_on(some[i]->socket);
}

bool attendance_hurries(const struct live *live)
{
	return live->attendance && !TAILQ_EMPTY(&live->attendance->waiting);
}

void attendance_settle(struct live *live)
{
	struct attendee **some, *a;
	size_t n = 0;

	if (!attendance_hurries(live))
		return;
	some = talloc_array(live, struct attendee *, FEED_SESSIONS);
	if (!some)
		abort();
	TAILQ_FOREACH(a, &live->attendance->waiting, behind)
	if (n < FEED_SESSIONS)
		some[n++] = a;
	settle_some(live, some, n);
	talloc_free(some);
}
