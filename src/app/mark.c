/* The steps of a mark that need no file: where somebody is, and the submit. What is sent along with a submit is done first, in its
 * transaction, so that an old app which sends all at once is answered by the same rules. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "app/evidence.h"
#include "db/db.h"
#include "rules/attendance_flag.h"
#include "rules/campus_code.h"
#include "rules/mark_doubt.h"
#include "store/attempt.h"
#include "store/attendance_decision.h"
#include "store/attendance_flag.h"
#include <string.h>

/* Nearer to the pin than this is no measured place. */
#define AT_THE_PIN 0.5

/* clang-format off */
#define PLACE_FIELDS(needed)                                                                                           \
	{ "latitude", F_REAL, .required = needed, .min = -90, .max = 90, .help = "Degrees north" },                    \
	{ "longitude", F_REAL, .required = needed, .min = -180, .max = 180, .help = "Degrees east" },                  \
	{ "accuracy", F_REAL, .min = 0, .max = 1000000000, .help = "Metres, the radius that the device says" }
/* clang-format on */
const struct field MARK_LOCATION[] = { ATTEMPT_FIELDS,
				       PLACE_FIELDS(true),
				       { "captured_at", F_TIME, .help = "When it was measured, by the device's clock" },
				       FIELDS_END };
const struct field MARK_PLACED[] = {
	{ "location_verified", F_BOOL, .help = "Is it inside, or probably" },
	{ "result", F_CHOICE, .choices = "inside,probable,outside,unusable", .help = "What follows from it" },
	{ "distance_m", F_REAL, .help = "Metres to the nearest of the event's places" },
	{ "radius_m", F_INT, .help = "That place's radius" },
	{ "accuracy_m", F_REAL, .null = true, .help = "As it was sent" },
	{ "place", F_TEXT, .help = "That place's name" },
	{ "message", F_TEXT, .help = "The same for people" },
	{ "next_step", F_TEXT, .help = "What comes next" },
	FIELDS_END,
};
const struct field MARK_SUBMIT[] = {
	ATTEMPT_FIELDS,
	{ "qr_token", F_TEXT, .max = 20000, .help = "The event's code: the mark begins with it" },
	{ "device_id", F_TEXT, .max = 200, .help = "The device's own name" },
	PLACE_FIELDS(false),
	EVIDENCE_ALONG,
	{ "notes", F_LONG_TEXT, .max = 500, .help = "What you want to say of it" },
	{ "client_id", F_UUID, .help = "The app's own name of this mark: sent again it is answered again" },
	FIELDS_END,
};
static const struct field A_STEP[] = {
	{ .name = "", .type = F_TEXT, .help = "A step" },
	FIELDS_END,
};
static const struct field A_FLAG[] = {
	{ "code", F_TEXT, .help = "Which" },
	{ "severity", F_CHOICE, .choices = "info,low,medium,high", .help = "How much it weighs" },
	{ "message", F_TEXT, .help = "The same for people" },
	FIELDS_NAMED("mark_flag"),
};
const struct field MARK_SUBMITTED[] = {
	{ "message", F_TEXT, .help = "What became of it, for people" },
	{ "attendance_id", F_UUID, .help = "The record" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .help = "Is it believed" },
	{ "next_steps", F_LIST, .of = A_STEP, .help = "What is missing and may still come" },
	{ "status", F_CHOICE, .choices = "present,late,absent,excused", .help = "By when the code was scanned" },
	{ "submitted_at", F_TIME, .help = "When" },
	{ "flags", F_LIST, .of = A_FLAG, .help = "What speaks against it and may be mended" },
	FIELDS_END,
};

/* ---- where somebody is ---- */

static void answer_place(struct request *rq, const struct mark_nearest *near, enum place_verdict verdict)
{
	answer_bool(rq->data, "location_verified", verdict == PLACE_INSIDE || verdict == PLACE_PROBABLE);
	answer_text(rq->data, "result", place_word(verdict));
	answer_add(rq->data, "distance_m", json_object_new_double(near->distance));
	answer_int(rq->data, "radius_m", (int64_t)near->radius);
	answer_add(rq->data, "accuracy_m",
		   field_given(rq, "accuracy") ? json_object_new_double(field_real(rq, "accuracy")) : NULL);
	answer_text(rq->data, "place", near->name);
	answer_text(rq->data, "message", said_to(rq, mark_place_sentence(verdict)));
}

/* Stores it, also one that is refused, which counts among its tries; that the step is done is the caller's to store. False after a
 * refusal. */
static bool place_taken(struct request *rq, struct attempt *a, struct mark_nearest *near, enum place_verdict *verdict)
{
	const double latitude = field_real(rq, "latitude"), longitude = field_real(rq, "longitude");
	char steps[STEPS_SIZE];
	bool good;

	if (row_int(a->row, "place_tries") >= STEP_TRIES) {
		refuse(rq, 400, "TOO_MANY_TRIES", "This step was taken five times already.");
		return false;
	}
	*near = mark_nearest(rq, a->event, latitude, longitude);
	*verdict = place_judge(near->distance, near->radius, field_real(rq, "accuracy"),
			       &(struct place_trust){ rq->config->place_accuracy, rq->config->place_benefit });
	good = strcmp(row_text(a->event, "location_mode"), "require") || *verdict == PLACE_INSIDE ||
	       *verdict == PLACE_PROBABLE;
	a->done &= ~(unsigned)STEP_LOCATION;
	if (!attempt_place(rq->db, a->id, a->version,
			   &(struct attempt_place){ latitude, longitude,
						    field_given(rq, "accuracy") ? field_real(rq, "accuracy") : -1,
						    near->distance, a->claim ? a->claim->at : rq->now, near->name,
						    place_word(*verdict) },
			   steps_write(a->done, steps), rq->now)) {
		db_conflict(rq->db);
		return false;
	}
	a->version++;
	a->row = attempt_lock(rq->db, rq->who.account_id, row_int(a->event, "number"));
	if (!a->row)
		return false;
	if (good)
		return true;
	rq->keep = !a->claim; /* what comes later is all taken, or nothing of it */
	answer_text(rq->data, "location", said_to(rq, mark_place_sentence(*verdict)));
	refuse(rq, 400, "LOCATION", "%s", mark_place_sentence(*verdict));
	return false;
}

/* POST attendance/verify-location/. */
int mark_location(struct request *rq)
{
	struct attempt a;
	struct mark_nearest near;
	enum place_verdict verdict;

	if (!attempt_open(rq, STEP_LOCATION, &a))
		return ANSWERED;
	if (row_null(a.event, "latitude"))
		return refuse(rq, 400, "STEP_ORDER", "This event has no place to be compared with.");
	if (!place_taken(rq, &a, &near, &verdict))
		return ANSWERED;
	if (field_given(rq, "captured_at") && clock_off(field_time(rq, "captured_at"), rq->now))
		flag_raise(rq->db, a.id, "clock", (double)(field_time(rq, "captured_at") - rq->now) / MS_SECOND, NULL,
			   rq->now);
	answer_place(rq, &near, verdict);
	attempt_step_done(rq, &a, STEP_LOCATION);
	return ANSWERED;
}

/* ---- the submit ---- */

static void flag(struct request *rq, const struct attempt *a, const char *code, double score)
{
	flag_raise(rq->db, a->id, code, score, NULL, rq->now);
}

/* From where the last mark was. */
static void look_at_speed(struct request *rq, const struct attempt *a)
{
	const struct row *last = attempt_last_place(rq->db, rq->who.account_id, row_int(a->event, "number"), rq->now);
	double speed;

	if (last && speed_impossible(place_distance(row_cell(a->row, "latitude")->d, row_cell(a->row, "longitude")->d,
						    row_cell(last, "latitude")->d, row_cell(last, "longitude")->d),
				     row_cell(a->row, "accuracy")->d, row_cell(last, "accuracy")->d,
				     row_time(a->row, "place_at") - row_time(last, "place_at"), &speed))
		flag(rq, a, "impossible_speed", speed);
}

/* What the mark itself shows. */
static void raise_flags(struct request *rq, const struct attempt *a)
{
	const enum place_verdict verdict =
		row_null(a->row, "place_verdict") ? PLACE_NONE : place_of_word(row_text(a->row, "place_verdict"));
	const double distance = row_cell(a->row, "distance")->d, accuracy = row_cell(a->row, "accuracy")->d;

	const bool judged = row_is(a->event, "location_mode", "flag") || row_is(a->event, "location_mode", "require");

	if (judged && verdict == PLACE_OUTSIDE)
		flag(rq, a, "outside", distance);
	if (judged && verdict == PLACE_UNUSABLE)
		flag(rq, a, "unusable", accuracy);
	if (verdict != PLACE_NONE && !row_null(a->row, "accuracy") && accuracy <= 0)
		flag(rq, a, "accuracy_zero", 0);
	if (verdict != PLACE_NONE && distance < AT_THE_PIN)
		flag(rq, a, "at_the_pin", distance);
	if (!row_bool(a->event, "verified"))
		flag(rq, a, "unverified_account", 0);
	if (verdict != PLACE_NONE)
		look_at_speed(rq, a);
}

/* Those that its person can do something about. */
static void answer_flags(struct request *rq, const struct attempt *a)
{
	const struct rows *flags = flags_of(rq->db, a->id);
	struct json_object *list = answer_array(rq->data, "flags");

	for (size_t i = 0; i < flags->n; i++) {
		struct row row = row_at(flags, i);
		const struct flag_kind *kind = flag_kind(row_text(&row, "code"));
		struct json_object *one;

		if (!kind || !kind->mend)
			continue;
		one = answer_item(list);
		answer_text(one, "code", kind->code);
		answer_text(one, "severity", kind->severity);
		answer_text(one, "message", said_to(rq, kind->sentence));
	}
}

static void answer_mark(struct request *rq, const struct attempt *a, const struct row *row)
{
	struct json_object *next = answer_array(rq->data, "next_steps");
	char uuid[UUID_SIZE];

	answer_text(rq->data, "message",
		    said_to(rq, row_is(row, "verification_status", "verified")
					? SAID("You are marked.")
					: SAID("You are marked. A person still looks at it.")));
	answer_text(rq->data, "attendance_id", uuid_text(a->uuid, uuid));
	answer_text(rq->data, "verification_status", row_text(row, "verification_status"));
	for (unsigned i = 0; i < STEPS_N; i++)
		if (a->required & ~a->done & step_at(i))
			json_object_array_add(next, json_object_new_string(step_word(step_at(i))));
	answer_text(rq->data, "status", row_text(row, "status"));
	answer_time(rq->data, "submitted_at", row_time(row, "submitted_at"));
	answer_flags(rq, a);
}

/* May it be submitted as it stands, with the place that was sent along? */
static bool is_ready(struct request *rq, struct attempt *a)
{
	struct mark_nearest near;
	enum place_verdict verdict;

	/* Apps send their place with every submit: who told it five times before has told it. */
	const bool told = a->done & STEP_LOCATION && row_int(a->row, "place_tries") >= STEP_TRIES;

	if (field_given(rq, "latitude") && a->required & STEP_LOCATION && !told &&
	    step_may(a->required, a->done, STEP_LOCATION)) {
		if (!place_taken(rq, a, &near, &verdict))
			return false;
		a->done |= STEP_LOCATION;
	}
	if (!evidence_along(rq, a))
		return false;
	if (a->required & ~a->done & STEP_LOCATION && row_is(a->event, "location_mode", "require")) {
		answer_text(rq->data, "location", said_to(rq, SAID("Tell first where you are.")));
		refuse(rq, 400, "LOCATION", "Tell first where you are.");
		return false;
	}
	if (!(a->required & ~a->done) || !row_bool(a->event, "strict_steps"))
		return true;
	answer_text(rq->data, "next_step", attempt_next(a));
	refuse(rq, 400, "STEPS", "Something that this event asks for is missing.");
	return false;
}

/* Was this very mark submitted before? */
static bool is_again(struct request *rq, const struct attempt *a)
{
	uint8_t client_id[UUID_BYTES];
	const struct cell *had = row_cell(a->row, "client_id");

	return a->submitted && field_given(rq, "client_id") && uuid_parse(field_text(rq, "client_id"), client_id) &&
	       !had->null && had->len == UUID_BYTES && !memcmp(had->s, client_id, UUID_BYTES);
}

static bool refuse_client_id(struct request *rq)
{
	refuse(rq, 409, "CLIENT_ID_USED", "Another mark of yours has this client_id.");
	return false;
}

/* The record as it ends, by its version. False: somebody was faster, or the name of the mark is another's. */
static bool submit(struct request *rq, const struct attempt *a)
{
	uint8_t client_id[UUID_BYTES];
	char steps[STEPS_SIZE];
	const bool named = field_given(rq, "client_id") && uuid_parse(field_text(rq, "client_id"), client_id),
		   in_time = row_time(a->row, "qr_at") < row_time(a->event, "late_at");
	const struct attempt_end end = { in_time ? "present" : "late", a->claim ? "pending" : attempt_verdict(rq, a),
					 field_text(rq, "notes"), named ? client_id : NULL,
					 steps_write(a->done, steps) };

	if (attempt_submit(rq->db, a->id, a->version, &end, rq->now))
		return true;
	if (db_last(rq->db) == DB_DUPLICATE)
		return refuse_client_id(rq);
	db_conflict(rq->db);
	return false;
}

/* What a mark that came later shows besides, and what its record's history says of an absence that it took the place of. */
static void note_claim(struct request *rq, const struct attempt *a, const struct attendance_before *before)
{
	const struct mark_claim *claim = a->claim;
	struct json_object *detail = json_object_new_object(), *missing;
	char steps[STEPS_SIZE];

	answer_time(detail, "scanned_at", claim->scanned_at);
	answer_time(detail, "taken_for", claim->at);
	flag_raise(rq->db, a->id, "offline", (double)(rq->now - claim->at) / MS_SECOND, detail, rq->now);
	if (clock_off(claim->device_time, rq->now))
		flag(rq, a, "clock", (double)(claim->device_time - rq->now) / MS_SECOND);
	if (a->required & ~a->done && rq->now > row_time(a->event, "closes_at") + EVIDENCE_AFTER) {
		missing = json_object_new_object();
		json_object_object_add(missing, "missing",
				       json_tokener_parse(steps_write(a->required & ~a->done, steps)));
		flag_raise(rq->db, a->id, "incomplete", 0, missing, rq->now);
	}
	if (before->status)
		attendance_decided(rq->db, a->id,
				   &(struct decided){ .act = "submit",
						      .by = rq->who.account_id,
						      .from_status = before->status,
						      .from_verification = before->verification_status,
						      .reason = "" },
				   rq->now);
}

/* Is the code that came along one of another event, whether it is good still or not? */
static bool is_of_another(struct request *rq, const struct attempt *a)
{
	struct campus_code code;

	return campus_code_read(field_text(rq, "qr_token"), &code) &&
	       memcmp(code.event, row_cell(a->event, "id")->s, UUID_BYTES) != 0;
}

/* The attempt, and with a code that came along one that it begins. before: what stood there instead of an attempt. */
static bool find_or_begin(struct request *rq, struct attempt *a, struct mark_claim *claim,
			  struct attendance_before *before)
{
	const bool coded = field_given(rq, "qr_token"), again = coded && attempt_seek(rq, a) && is_again(rq, a);

	if (again && is_of_another(rq, a))
		return refuse_client_id(rq);
	if (coded && !again) {
		if (a->submitted)
			*before = (struct attendance_before){ row_text(a->row, "status"),
							      row_text(a->row, "verification_status") };
		if (!mark_code_along(rq, claim))
			return false;
		/* The code was shown, and its attempt is begun, whatever is still missing of it. What comes later is all taken, or nothing of it. */
		rq->keep = !claim;
	}
	if (!attempt_find(rq, a))
		return false;
	a->claim = claim;
	return true;
}

bool mark_make(struct request *rq, struct mark_claim *claim)
{
	struct attendance_before before = { NULL, NULL };
	struct attempt a;

	if (!mark_place_whole(rq) || !find_or_begin(rq, &a, claim, &before))
		return false;
	if (is_again(rq, &a)) {
		answer_mark(rq, &a, a.row);
		return true;
	}
	if (!attempt_runs(rq, 0, &a) || !is_ready(rq, &a))
		return false;
	raise_flags(rq, &a);
	if (!submit(rq, &a))
		return false;
	if (claim)
		note_claim(rq, &a, &before);
	attempt_told(rq, &a, &before);
	a.row = attempt_lock(rq->db, rq->who.account_id, row_int(a.event, "number"));
	if (a.row)
		answer_mark(rq, &a, a.row);
	return a.row;
}

/* POST attendance/submit/. */
int mark_submit(struct request *rq)
{
	mark_make(rq, NULL);
	return ANSWERED;
}
