/* The first step of a mark: the code on the wall. What was shown is kept whatever comes of it, for codes that come late or often tell
 * something; and a good one makes the one row that a person has at an event, or begins its ten minutes anew. */
#include "app/actions/attendance.h"
#include "app/actions/campus.h"
#include "app/attempt.h"
#include "db/db.h"
#include "rules/campus_code.h"
#include "rules/keys.h"
#include "store/attempt.h"
#include "store/attendance_flag.h"
#include "store/campus.h"
#include "store/campus_event.h"
#include "store/guess.h"
#include <string.h>

enum {
	FAILURES = 10,		   /* a minute */
	RESCAN_MS = 90 * MS_SECOND /* from the first code to the second */
};

const struct field MARK_CODE[] = {
	{ "qr_token", F_TEXT, .max = 20000,
	  .help = "The code, the address that its picture holds, or its eight letters" },
	{ "event_id", F_UUID, .help = "Of a typed code, which event it is for; left out: one that is open now" },
	{ "latitude", F_REAL, .min = -90, .max = 90, .help = "Degrees north" },
	{ "longitude", F_REAL, .min = -180, .max = 180, .help = "Degrees east" },
	{ "accuracy", F_REAL, .min = 0, .max = 1000000000, .help = "Metres" },
	{ "device_id", F_TEXT, .max = 200, .help = "The device's own name" },
	FIELDS_END,
};
static const struct field EVENT_MARKED[] = {
	{ "id", F_UUID, .help = "The event" },
	{ "title", F_TEXT, .help = "What it is called" },
	{ "location", F_TEXT, .help = "Where it is, for people" },
	{ "start_time", F_TIME, .help = "When it starts" },
	{ "end_time", F_TIME, .help = "When it ends" },
	{ "latitude", F_REAL, .null = true, .help = "Degrees north" },
	{ "longitude", F_REAL, .null = true, .help = "Degrees east" },
	{ "location_radius", F_INT, .help = "Metres around it that are inside" },
	FIELDS_NAMED("event_marked"),
};
#define STUDENT_FIELDS                                                                                                 \
	{ "student_id", F_TEXT, .null = true, .help = "Number of a student, or of staff" },                            \
		{ "full_name", F_TEXT, .help = "Who it is" }, { "email", F_EMAIL, .null = true, .help = "E-mail" },    \
		{ "department", F_TEXT, .null = true, .help = "Its name" },                                            \
		{ "year_level", F_INT, .null = true, .help = "Year" },                                                 \
	{                                                                                                              \
		"profile_photo_url", F_TEXT, .null = true, .help = "Their picture"                                     \
	}
static const struct field STUDENT_MARKED[] = { STUDENT_FIELDS, FIELDS_NAMED("student_marked") };
const struct field STUDENT_ASKED[] = {
	{ "student_id", F_TEXT, .max = 40, .help = "Of staff, whom: by their number; left out: you" },
	FIELDS_END,
};
const struct field STUDENT_FILLED[] = { STUDENT_FIELDS, FIELDS_END };
static const struct field A_STEP[] = {
	{ .name = "", .type = F_TEXT, .help = "A step" },
	FIELDS_END,
};
const struct field MARK_BEGUN[] = {
	{ "event", F_OBJECT, .of = EVENT_MARKED, .help = "What you are marked for" },
	{ "student", F_OBJECT, .of = STUDENT_MARKED, .help = "You" },
	{ "attendance_id", F_UUID, .help = "The record" },
	{ "required_steps", F_LIST, .of = A_STEP, .help = "What it needs, in its order" },
	{ "next_step", F_TEXT, .help = "What comes next" },
	{ "session_expires_at", F_TIME, .help = "Until when steps are taken" },
	{ "phase", F_CHOICE, .choices = "open,late", .help = "Is it in time" },
	{ "server_time", F_TIME, .help = "By whose clock that is" },
	FIELDS_END,
};
const struct field MARK_CODE_REFUSED[] = {
	{ "opens_at", F_TIME, .sometimes = true, .help = "From when on codes are taken" },
	{ "timing", F_TEXT, .sometimes = true, .help = "It is too early or too late" },
	{ "duplicate", F_TEXT, .sometimes = true, .help = "You are marked already" },
	FIELDS_NAMED("mark_code_refused"),
};

/* ---- a code that is refused ---- */

/* What was shown, until it is known what becomes of it. */
struct shown {
	struct code_shown kept;
	struct campus_code code;
	const struct row *event;
	struct mark_claim *claim; /* NULL: it is shown now */
	double latitude, longitude;
};

/* The moment at which it was shown. */
static ms_t shown_at(const struct request *rq, const struct shown *shown)
{
	return shown->claim ? shown->claim->at : rq->now;
}

static void keep_shown(struct request *rq, struct shown *shown, const char *reason)
{
	shown->kept.account_id = rq->who.account_id;
	shown->kept.ip = rq->ip;
	shown->kept.user_agent = rq->user_agent;
	shown->kept.ok = !*reason;
	shown->kept.reason = reason;
	if (field_given(rq, "latitude") && field_given(rq, "longitude")) {
		shown->latitude = field_real(rq, "latitude");
		shown->longitude = field_real(rq, "longitude");
		shown->kept.latitude = &shown->latitude;
		shown->kept.longitude = &shown->longitude;
	}
	attempt_shown(rq->db, &shown->kept, rq->now);
}

/* Kept, and counted: who fails too often waits. What was scanned without a network came through no guessing. */
static bool refuse_code(struct request *rq, struct shown *shown, int status, const char *code, const char *sentence)
{
	const char *what = talloc_asprintf(rq->mem, "campus code %lld", (long long)rq->who.account_id);

	keep_shown(rq, shown, talloc_strdup(rq->mem, code));
	rq->keep = true;
	if (shown->claim || guess_count(rq->db, what, rq->now, MS_MINUTE) <= FAILURES) {
		refuse(rq, status, code, "%s", sentence);
		return false;
	}
	rq->retry_after = guess_wait(rq->db, what, rq->now, MS_MINUTE);
	refuse(rq, 429, "RATE_LIMITED", "Too many codes that are no good. Wait a minute.");
	return false;
}

/* ---- reading it ---- */

static bool typed_is(const struct row *event, const uint8_t uuid[UUID_BYTES], const char *typed, ms_t now, ms_t margin,
		     struct campus_code *out)
{
	const uint32_t step = campus_code_step(now);

	memcpy(out->event, uuid, UUID_BYTES);
	out->generation = (uint16_t)row_int(event, "qr_generation");
	out->step = row_bool(event, "qr_rotates") ? step : CAMPUS_CODE_PRINTED;
	if (campus_code_typed_fits(out, typed))
		return true;
	if (out->step == CAMPUS_CODE_PRINTED || now >= (ms_t)step * CAMPUS_STEP_MS + margin)
		return false;
	out->step--;
	return campus_code_typed_fits(out, typed);
}

/* Finds whose a typed code is: the named event's, or that of one that is open to the sender. */
static bool find_typed(struct request *rq, const char *typed, struct campus_code *out)
{
	const ms_t margin = rq->config->code_margin * MS_SECOND;
	uint8_t uuid[UUID_BYTES];
	const struct row *event;
	const struct rows *rows;

	if (field_given(rq, "event_id")) {
		uuid_parse(field_text(rq, "event_id"), uuid);
		event = attempt_event(rq->db, rq->who.account_id, uuid);
		return event && row_bool(event, "typed_code") && typed_is(event, uuid, typed, rq->now, margin, out);
	}
	rows = campus_events_typed(rq->db, rq->who.account_id, rq->now);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		memcpy(uuid, row_cell(&row, "uuid")->s, UUID_BYTES);
		if (typed_is(&row, uuid, typed, rq->now, margin, out))
			return true;
	}
	return false;
}

static bool read_code(struct request *rq, struct shown *shown)
{
	const char *text = field_text(rq, "qr_token");
	char typed[CAMPUS_TYPED_SIZE];

	if (!text || !*text) {
		refuse(rq, 400, "QR_REQUIRED", "Scan the event's code.");
		return false;
	}
	if (campus_code_read(text, &shown->code))
		return true;
	shown->kept.typed = !shown->claim && campus_code_typed_read(text, typed);
	if (shown->kept.typed &&
	    guess_sum(rq->db, talloc_asprintf(rq->mem, "campus code %lld", (long long)rq->who.account_id), rq->now,
		      MS_MINUTE) < FAILURES &&
	    find_typed(rq, typed, &shown->code))
		return true;
	return refuse_code(rq, shown, 400, "QR_INVALID", SAID("This is no code of an event here. Scan it again."));
}

/* ---- judging it ---- */

static bool is_in_time(struct request *rq, struct shown *shown)
{
	const struct row *event = shown->event;
	const char *sentence;

	if (shown_at(rq, shown) < row_time(event, "opens_at")) {
		sentence = SAID("This event takes no marks yet. Scan the code again when it has opened.");
		answer_time(rq->data, "opens_at", row_time(event, "opens_at"));
		answer_text(rq->data, "timing", said_to(rq, sentence));
		return refuse_code(rq, shown, 400, "NOT_OPEN", sentence);
	}
	if (shown_at(rq, shown) < row_time(event, "closes_at"))
		return true;
	sentence = SAID("This event takes no marks any more.");
	answer_text(rq->data, "timing", said_to(rq, sentence));
	return refuse_code(rq, shown, 400, "CLOSED", sentence);
}

/* Of a code that comes later: may it, and was it shown when the device says? */
static bool is_claimed(struct request *rq, struct shown *shown)
{
	struct mark_claim *claim = shown->claim;
	const ms_t said = claim->scanned_at + (rq->now - claim->device_time);

	if (!row_bool(shown->event, "allow_offline"))
		return refuse_code(rq, shown, 400, "OFFLINE_NOT_ALLOWED",
				   SAID("This event takes no marks that were made without a network."));
	if (!campus_code_was(&shown->code, (uint16_t)row_int(shown->event, "qr_generation")))
		return refuse_code(rq, shown, 400, "QR_INVALID",
				   SAID("This is no code of an event here. Scan it again."));
	switch (campus_code_claim(&shown->code, said, rq->now, rq->config->code_margin * MS_SECOND, &claim->at)) {
	case CLAIM_FUTURE:
		return refuse_code(rq, shown, 400, "FUTURE", SAID("By your device's clock this is still to come."));
	case CLAIM_APART:
		return refuse_code(rq, shown, 400, "QR_EXPIRED",
				   SAID("This code was not the one that was shown at that time."));
	case CLAIM_OLD:
		return refuse_code(rq, shown, 400, "TOO_LATE", SAID("A mark may come two days later, and no more."));
	case CLAIM_GOOD:
	default:
		return true;
	}
}

/* What generation it must be of: any until now, of what comes later. */
static uint16_t generation_of(const struct shown *shown)
{
	return shown->claim ? shown->code.generation : (uint16_t)row_int(shown->event, "qr_generation");
}

/* Is it good, of an event that takes marks, at which the caller is expected? */
static bool is_good(struct request *rq, struct shown *shown)
{
	const struct row *event = shown->event = attempt_event(rq->db, rq->who.account_id, shown->code.event);
	ms_t over;

	if (!event || !row_bool(event, "is_active"))
		return refuse_code(rq, shown, 400, "QR_INVALID",
				   SAID("This is no code of an event here. Scan it again."));
	shown->kept.event_id = row_int(event, "number");
	shown->kept.step = shown->code.step;
	shown->kept.age = shown->claim ? -1 : campus_code_age(&shown->code, rq->now);
	if (shown->kept.age > INT32_MAX)
		shown->kept.age = INT32_MAX;
	if (shown->claim && !is_claimed(rq, shown))
		return false;
	over = row_time(event, row_null(event, "qr_expires_at") ? "closes_at" : "qr_expires_at");
	switch (campus_code_judge(&shown->code, generation_of(shown), row_bool(event, "qr_rotates"), over,
				  shown_at(rq, shown), rq->config->code_margin * MS_SECOND)) {
	case CODE_EXPIRED:
		return refuse_code(rq, shown, 400, "QR_EXPIRED",
				   SAID("This code is too old. Scan the one that is shown now."));
	case CODE_INVALID:
		return refuse_code(rq, shown, 400, "QR_INVALID",
				   SAID("This code is dead. Scan the one that is shown now."));
	case CODE_GOOD:
	default:
		break;
	}
	if (!is_in_time(rq, shown))
		return false;
	if (campus_event_expects(rq->db, shown->kept.event_id, rq->who.account_id))
		return true;
	return refuse_code(rq, shown, 403, "NOT_EXPECTED", SAID("You are not expected at this event."));
}

/* ---- taking it ---- */

static unsigned required_of(const struct row *event)
{
	return steps_required(steps_read(row_text(event, "steps")), !row_null(event, "latitude"),
			      row_text(event, "location_mode"), row_bool(event, "rescan"));
}

/* What is done of an attempt once this code was shown: one that has lapsed begins anew but for its evidence, and a second code counts
 * when it is later than the first, soon, and comes in its turn. Where it comes too late for that it is the first of another two, for
 * nothing else could be. */
static unsigned done_after(const struct row *row, unsigned required, struct attempt_code *code, bool later)
{
	unsigned done = steps_read(row_text(row, "steps_done"));

	/* What comes later may have been before. */
	code->began = code->at > row_time(row, "session_at") + ATTEMPT_LASTS ||
		      (later && code->at < row_time(row, "qr_at")) ||
		      (required & ~done & STEP_RESCAN && code->at > row_time(row, "qr_at") + RESCAN_MS);
	if (code->began)
		return (done & ~(unsigned)(STEP_LOCATION | STEP_RESCAN)) | STEP_QR;
	code->again = required & STEP_RESCAN && step_may(required, done, STEP_RESCAN) &&
		      (int64_t)code->step > row_int(row, "qr_step") && code->at <= row_time(row, "qr_at") + RESCAN_MS;
	return done | STEP_QR | (code->again ? STEP_RESCAN : 0);
}

/* Which device it is, as a hash that tells nobody else; NULL: it does not say. */
static const uint8_t *device_of(struct request *rq)
{
	const char *name = field_given(rq, "device_id") ? field_text(rq, "device_id") : rq->device;
	uint8_t *hash = talloc_array(rq->mem, uint8_t, HASH_BYTES);
	char *whole;

	if (!name || !*name)
		return NULL;
	whole = talloc_asprintf(rq->mem, "device %s", name);
	hash_keyed(KEY_CAMPUS, whole, strlen(whole), hash);
	return hash;
}

/* The row as a mark finds it: an absence that the program wrote because none had come is an attempt again once one has. */
static const struct row *find_row(struct request *rq, const struct shown *shown, int64_t number)
{
	const struct row *row = attempt_lock(rq->db, rq->who.account_id, number);

	if (row && shown->claim && row_is(row, "state", "submitted") &&
	    attempt_reopen(rq->db, row_int(row, "id"), row_int(row, "version"), rq->now))
		row = attempt_lock(rq->db, rq->who.account_id, number);
	return row;
}

/* The attempt's row after it; NULL: refused, or to be tried again. From where something comes later is not where it was made. */
static const struct row *take_code(struct request *rq, struct shown *shown, unsigned required)
{
	const int64_t number = row_int(shown->event, "number");
	const struct row *row = find_row(rq, shown, number);
	struct attempt_code code = { .step = shown->code.step,
				     .method = shown->claim ? "offline" : "self",
				     .at = shown_at(rq, shown),
				     .ip = shown->claim ? NULL : rq->ip,
				     .user_agent = rq->user_agent,
				     .device = device_of(rq) };
	char steps[STEPS_SIZE];

	if (row && row_is(row, "state", "submitted"))
		return row;
	code.steps = steps_write(row ? done_after(row, required, &code, shown->claim) : STEP_QR, steps);
	if (row ? !attempt_renew(rq->db, row_int(row, "id"), row_int(row, "version"), &code, rq->now)
		: !attempt_make(rq->db, rq->who.account_id, shown->event, &code, rq->now)) {
		db_conflict(rq->db); /* somebody was faster: what is there now is looked at anew */
		return NULL;
	}
	if (shown->kept.typed && (!row || code.began)) {
		row = attempt_lock(rq->db, rq->who.account_id, number);
		if (row)
			flag_raise(rq->db, row_int(row, "id"), "typed_code", 0, NULL, rq->now);
	}
	return attempt_lock(rq->db, rq->who.account_id, number);
}

/* Of a whole what apps read, under the names by which they know it. */
static void answer_some(struct json_object *into, struct json_object *whole, const char *const names[][2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		answer_add(into, names[i][1], json_object_get(json_object_object_get(whole, names[i][0])));
	json_object_put(whole);
}

static void answer_student(struct request *rq, struct json_object *into, int64_t account_id)
{
	static const char *const NAMES[][2] = {
		{ "student_id", "student_id" }, { "full_name", "full_name" },
		{ "email", "email" },		{ "department", "department" },
		{ "year_level", "year_level" }, { "profile_photo_url", "profile_photo_url" }
	};
	struct json_object *whole = json_object_new_object();

	campus_user(rq, whole, account_id, rq->who.role);
	answer_some(into, whole, NAMES, sizeof NAMES / sizeof *NAMES);
}

static void answer_event(struct json_object *into, const struct row *event)
{
	static const char *const NAMES[][2] = { { "id", "id" },
						{ "title", "title" },
						{ "location", "location" },
						{ "starts_at", "start_time" },
						{ "ends_at", "end_time" },
						{ "latitude", "latitude" },
						{ "longitude", "longitude" },
						{ "location_radius", "location_radius" } };
	struct json_object *whole = json_object_new_object();

	answer_row(whole, event);
	answer_some(into, whole, NAMES, sizeof NAMES / sizeof *NAMES);
}

/* A browser that has no name yet gets one with its first code. */
static void give_device(struct request *rq)
{
	uint8_t uuid[UUID_BYTES];

	if (!wants_page(rq) || rq->device)
		return;
	uuid_make(uuid);
	rq->plain_cookie = "gh_device";
	rq->plain_value = uuid_text(uuid, talloc_array(rq->mem, char, UUID_SIZE));
	rq->plain_expires = rq->now + 400 * MS_DAY;
}

bool mark_code_along(struct request *rq, struct mark_claim *claim)
{
	struct shown shown = { .claim = claim };
	const struct row *row;
	uint8_t named[UUID_BYTES];

	if (!read_code(rq, &shown) || !is_good(rq, &shown))
		return false;
	if (attempt_names_event(rq) &&
	    (!uuid_parse(attempt_names_event(rq), named) || memcmp(named, shown.code.event, UUID_BYTES)))
		return refuse_code(rq, &shown, 400, "QR_INVALID", SAID("This code is of another event."));
	row = take_code(rq, &shown, required_of(shown.event));
	if (!row)
		return false;
	if (!row_is(row, "state", "submitted"))
		keep_shown(rq, &shown, "");
	field_fill(rq, "event_id", uuid_text(shown.code.event, talloc_array(rq->mem, char, UUID_SIZE)));
	return true;
}

/* POST attendance/verify-qr/. */
int mark_code(struct request *rq)
{
	struct shown shown = { 0 };
	const struct row *row;
	struct json_object *steps;
	unsigned required, done;
	uint8_t bytes[UUID_BYTES];
	char uuid[UUID_SIZE];

	if (!mark_place_whole(rq) || !read_code(rq, &shown) || !is_good(rq, &shown))
		return ANSWERED;
	required = required_of(shown.event);
	row = take_code(rq, &shown, required);
	if (!row)
		return ANSWERED;
	if (row_is(row, "state", "submitted")) {
		answer_text(rq->data, "duplicate", said_to(rq, SAID("You are marked for this event already.")));
		refuse_code(rq, &shown, 400, "DUPLICATE", SAID("You are marked for this event already."));
		return ANSWERED;
	}
	keep_shown(rq, &shown, "");
	give_device(rq);
	done = steps_read(row_text(row, "steps_done"));
	memcpy(bytes, row_cell(row, "uuid")->s, UUID_BYTES);
	answer_event(answer_object(rq->data, "event"), shown.event);
	answer_student(rq, answer_object(rq->data, "student"), rq->who.account_id);
	answer_text(rq->data, "attendance_id", uuid_text(bytes, uuid));
	steps = answer_array(rq->data, "required_steps");
	for (unsigned i = 0; i < STEPS_N; i++)
		if (required & step_at(i))
			json_object_array_add(steps, json_object_new_string(step_word(step_at(i))));
	answer_text(rq->data, "next_step", next_step(required, done));
	answer_time(rq->data, "session_expires_at", row_time(row, "session_at") + ATTEMPT_LASTS);
	answer_text(rq->data, "phase", rq->now < row_time(shown.event, "late_at") ? "open" : "late");
	answer_time(rq->data, "server_time", rq->now);
	return ANSWERED;
}

/* GET attendance/student-autofill/. Staff ask for others by their number; an organizer's events are no department of theirs. */
int mark_autofill(struct request *rq)
{
	const char *number = field_given(rq, "student_id") ? field_text(rq, "student_id") : NULL;
	const bool everybody = rq->who.role & (HR | CAMPUS_ADMIN);
	int64_t id = rq->who.account_id;

	if (number && rq->who.role & (SUPERVISOR | HR | CAMPUS_ADMIN))
		id = campus_member_numbered(rq->db, id, everybody, number);
	if (!id)
		return refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	answer_student(rq, rq->data, id);
	return ANSWERED;
}
