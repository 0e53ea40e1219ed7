/* The pages of records: what they show beside what the API answers. A flag has its sentence here, a record what its reader may do of it,
 * and a room its event and how it stands. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "app/attendance.h"
#include "app/attendance_judge.h"
#include "app/attendance_map.h"
#include "app/campus_event.h"
#include "app/picture.h"
#include "app/report.h"
#include "rules/attendance_flag.h"
#include "store/attempt.h"
#include "store/attendance_decision.h"
#include "store/campus.h"
#include <string.h>

enum { REVIEWS_A_PAGE = 10 };

const struct field ATTENDANCE_HAND_ASK[] = {
	{ "user_id", F_ID, .help = "Whom to mark" },
	FIELDS_END,
};

static bool judges(const struct request *rq)
{
	return rq->who.role & (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN);
}

/* ---- one's own ---- */

/* GET /campus/my-attendance: how one stands over the days that were asked for, and how much of it the campus wants. */
int campus_mine_beside(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	const int64_t id = campus_of_account(rq->db, rq->who.account_id);
	const struct row *campus = id ? campus_get(rq->db, id) : NULL;

	report_own_sums(&wish, field_text(rq, "date_from"), field_text(rq, "date_to"),
			answer_object(rq->beside, "summary"));
	if (campus)
		answer_int(rq->beside, "threshold", row_int(campus, "attendance_threshold"));
	return ANSWERED;
}

/* ---- a record ---- */

static bool is_own(const struct request *rq, const struct row *row)
{
	return row_int(row, "student.id") == rq->who.account_id;
}

/* Each flag of it gets its sentence, and, for whose record it is, what they can do about it. */
static void add_sentences(struct request *rq, struct json_object *record, bool own)
{
	struct json_object *flags = json_object_object_get(record, "flags");

	for (size_t i = 0; flags && i < json_object_array_length(flags); i++) {
		struct json_object *flag = json_object_array_get_idx(flags, i);
		const struct flag_kind *kind = flag_kind(tree_text(flag, "code"));

		if (!kind)
			continue;
		answer_text(flag, "sentence", said_to(rq, kind->sentence));
		if (own && kind->mend)
			answer_text(flag, "mend", said_to(rq, kind->mend));
	}
}

/* Is a photo or a signature missing that the event asks for? Those alone are taken after it was submitted. */
static bool lacks_evidence(const struct row *row)
{
	const unsigned required = steps_read(row_text(row, "required_steps")),
		       done = steps_read(row_text(row, "steps_done"));

	return row_is(row, "state", "submitted") && required & ~done & (STEP_FRONT | STEP_BACK | STEP_SIGNATURE);
}

/* What a page shows of a record (row of record_or_404()) besides, into an object. */
static void add_scene(struct request *rq, struct json_object *into, const struct row *row)
{
	const bool exact = rq->who.role & (HR | CAMPUS_ADMIN);
	const struct row *scene = attendance_scene(rq->db, row_int(row, "number"));
	const bool excused = attendance_excuse_file(rq->db, row_int(row, "number")) != NULL;
	struct json_object *may = answer_object(into, "may"), *map = scene ? attendance_map(scene, exact) : NULL;

	answer_bool(may, "decide", judges(rq) && record_may_decide(rq, row));
	answer_bool(may, "appeal", record_may_appeal(rq, row));
	answer_bool(may, "hold", exact && !is_own(rq, row));
	answer_bool(into, "own", is_own(rq, row));
	answer_time(into, "appeal_until", record_may_appeal(rq, row) ? record_appeal_until(row) : 0);
	answer_bool(into, "excuse_file", excused);
	if (map)
		answer_add(into, "map", map);
	if (!scene)
		return;
	answer_bool(may, "send",
		    is_own(rq, row) && row_is(row, "method", "self") && lacks_evidence(row) &&
			    rq->now <= row_time(scene, "closes_at") + EVIDENCE_AFTER);
	answer_text(into, "time_zone", row_text(scene, "time_zone"));
	answer_text(into, "portrait", picture_address(rq, scene, "photo"));
}

/* GET /campus/attendance/:id and what comes back to it. */
int campus_record_beside(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);

	if (!row)
		return ANSWERED;
	add_sentences(rq, rq->data, is_own(rq, row));
	add_scene(rq, rq->beside, row);
	return ANSWERED;
}

static int done(struct request *rq)
{
	if (!refused(rq))
		say(rq, "Saved.");
	return ANSWERED;
}

/* POST /campus/attendance/:id/verify, and of the queue. */
int campus_record_verify(struct request *rq)
{
	attendance_verify(rq);
	return done(rq);
}

/* POST /campus/attendance/:id/excuse. */
int campus_record_excuse(struct request *rq)
{
	attendance_excuse(rq);
	return done(rq);
}

/* POST /campus/attendance/:id/appeal. */
int campus_record_appeal(struct request *rq)
{
	attendance_appealed(rq);
	return done(rq);
}

/* POST /campus/attendance/:id/hold. */
int campus_record_hold(struct request *rq)
{
	attendance_hold_set(rq);
	return done(rq);
}

/* ---- what waits ---- */

/* GET /campus/attendance/reviews: few at a time, for each shows its pictures. */
int campus_reviews(struct request *rq)
{
	if (!field_given(rq, "limit"))
		json_object_object_add(rq->fields, "limit", json_object_new_int(REVIEWS_A_PAGE));
	return attendance_review_index(rq);
}

/* Of each the whole record. */
int campus_reviews_beside(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	struct json_object *items = json_object_object_get(rq->data, "items"),
			   *into = answer_array(rq->beside, "records");
	uint8_t uuid[UUID_BYTES];

	for (size_t i = 0; items && i < json_object_array_length(items); i++) {
		const char *id = tree_text(json_object_array_get_idx(items, i), "id");
		const struct row *row = id && uuid_parse(id, uuid) ? attendance_get(rq->db, &eye, uuid, false) : NULL;
		struct json_object *one;

		if (!row)
			continue;
		one = answer_item(into);
		record_look(rq, row);
		record_answer(rq, one, row);
		add_sentences(rq, one, false);
		add_scene(rq, one, row);
	}
	return ANSWERED;
}

/* ---- a room ---- */

/* GET /campus/events/:id/room: who is here and, unless it says otherwise, who is missing. */
int campus_room(struct request *rq)
{
	if (!field_given(rq, "include"))
		field_fill(rq, "include", "missing");
	return attendance_of_event(rq);
}

/* Its event, and how that stands. */
int campus_room_beside(struct request *rq)
{
	const struct row *event = event_or_404(rq, false), *counts;
	struct json_object *into;

	if (!event)
		return ANSWERED;
	event_answer(answer_object(rq->beside, "event"), event);
	counts = attempt_counts(rq->db, row_int(event, "number"));
	into = answer_object(rq->beside, "counts");
	if (counts)
		answer_row(into, counts);
	answer_int(into, "expected", roster_size(rq->db, row_int(event, "number"), !row_null(event, "roster_at")));
	return ANSWERED;
}

/* GET /campus/events/:id/by-hand, and back to it: whom it is about, where that was said. */
int campus_hand_beside(struct request *rq)
{
	const struct row *event = event_or_404(rq, false), *person;

	if (!event || !field_given(rq, "user_id"))
		return ANSWERED;
	person = hand_person_seen(rq, event, field_int(rq, "user_id"));
	if (!person)
		return ANSWERED;
	answer_int(rq->beside, "user_id", row_int(person, "account_id"));
	answer_text(rq->beside, "full_name", row_text(person, "full_name"));
	return ANSWERED;
}
