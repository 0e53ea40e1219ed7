/* Nobody marks for an event whose code they have not seen: a step finds the attempt that a good code has made, and only while that code
 * is ten minutes old at most. What is missing of a mark that was submitted may still come until ten minutes after the event closes. */
#include "app/attempt.h"
#include "db/db.h"
#include "store/attempt.h"
#include "store/attendance_flag.h"
#include <string.h>

const struct field ATTEMPT_REFUSED[] = {
	{ "next_step", F_TEXT, .sometimes = true, .help = "What comes before it" },
	{ "duplicate", F_TEXT, .sometimes = true, .help = "You are marked already" },
	{ "timing", F_TEXT, .sometimes = true, .help = "It is too early or too late" },
	{ "location", F_TEXT, .sometimes = true, .help = "The place is no good" },
	FIELDS_NAMED("attempt_refused"),
};

const char *attempt_names_event(const struct request *rq)
{
	return field_given(rq, "event_id") ? field_text(rq, "event_id")
	       : field_given(rq, "event")  ? field_text(rq, "event")
					   : NULL;
}

/* Of a mark that is sent again, whose code alone said which event it was for: that is too old by then. */
static const struct row *event_again(struct request *rq)
{
	uint8_t client_id[UUID_BYTES];

	if (!field_declared(rq, "client_id") || !field_given(rq, "client_id") ||
	    !uuid_parse(field_text(rq, "client_id"), client_id))
		return NULL;
	return attempt_event_named(rq->db, rq->who.account_id, client_id);
}

/* NULL: none is named, or there is none of that name. */
static const struct row *event_sought(struct request *rq)
{
	const char *event = attempt_names_event(rq), *name = event ? event : field_text(rq, "attendance_id");
	uint8_t uuid[UUID_BYTES];

	if (!name)
		return event_again(rq);
	if (!uuid_parse(name, uuid))
		return NULL;
	return event ? attempt_event(rq->db, rq->who.account_id, uuid)
		     : attempt_event_of(rq->db, rq->who.account_id, uuid);
}

static const struct row *event_named(struct request *rq)
{
	const struct row *event = event_sought(rq);

	if (event)
		return event;
	if (!attempt_names_event(rq) && !field_given(rq, "attendance_id")) {
		field_fault(rq, "event_id", "Say which event it is for.");
		refuse_fields(rq);
	} else {
		refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	}
	return NULL;
}

static void take_row(struct attempt *a)
{
	const struct row *row = a->row, *event = a->event;

	a->id = row_int(row, "id");
	a->version = row_int(row, "version");
	memcpy(a->uuid, row_cell(row, "uuid")->s, UUID_BYTES);
	a->done = steps_read(row_text(row, "steps_done"));
	a->submitted = row_is(row, "state", "submitted");
	a->expires_at = a->submitted ? row_time(event, "closes_at") + EVIDENCE_AFTER
				     : row_time(row, "session_at") + ATTEMPT_LASTS;
}

/* With a plain sentence by the name that old clients read. */
static bool refuse_plainly(struct request *rq, const char *name, const char *code, const char *sentence)
{
	answer_text(rq->data, name, said_to(rq, sentence));
	refuse(rq, 400, code, "%s", sentence);
	return false;
}

bool attempt_runs(struct request *rq, unsigned step, const struct attempt *a)
{
	const bool evidence = step & (STEP_FRONT | STEP_BACK | STEP_SIGNATURE);

	if (!row_bool(a->event, "is_active"))
		return refuse_plainly(rq, "timing", "CLOSED", SAID("This event does not take place."));
	if (a->submitted && !(evidence && a->required & ~a->done & step && row_is(a->row, "method", "self")))
		return refuse_plainly(rq, "duplicate", "DUPLICATE", SAID("You are marked for this event already."));
	if (rq->now <= a->expires_at)
		return true;
	if (a->submitted)
		return refuse_plainly(rq, "timing", "CLOSED",
				      SAID("It is too late: this event takes nothing any more."));
	refuse(rq, 400, "QR_REQUIRED", "Your code is older than ten minutes. Scan the code again.");
	return false;
}

static bool lock(struct request *rq, struct attempt *out)
{
	out->required = steps_required(steps_read(row_text(out->event, "steps")), !row_null(out->event, "latitude"),
				       row_text(out->event, "location_mode"), row_bool(out->event, "rescan"));
	out->row = attempt_lock(rq->db, rq->who.account_id, row_int(out->event, "number"));
	if (!out->row || row_null(out->row, "uuid"))
		return false;
	take_row(out);
	return true;
}

bool attempt_seek(struct request *rq, struct attempt *out)
{
	*out = (struct attempt){ .event = event_sought(rq) };
	return out->event && lock(rq, out);
}

bool attempt_find(struct request *rq, struct attempt *out)
{
	*out = (struct attempt){ .event = event_named(rq) };
	if (!out->event)
		return false;
	if (lock(rq, out))
		return true;
	refuse(rq, 400, "QR_REQUIRED", "Scan the event's code first.");
	return false;
}

bool attempt_open(struct request *rq, enum mark_step step, struct attempt *out)
{
	if (!attempt_find(rq, out) || !attempt_runs(rq, step, out))
		return false;
	if (step_may(out->required, out->done, step))
		return true;
	answer_text(rq->data, "next_step", attempt_next(out));
	refuse(rq, 400, "STEP_ORDER", "Another step comes before this one.");
	return false;
}

const char *attempt_next(const struct attempt *a)
{
	return a->submitted && !(a->required & ~a->done) ? "complete" : next_step(a->required, a->done);
}

const char *attempt_verdict(struct request *rq, const struct attempt *a)
{
	const struct mark_facts facts = {
		.required = a->required,
		.done = a->done,
		.place = place_of_word(row_null(a->row, "place_verdict") ? NULL : row_text(a->row, "place_verdict")),
		.location_mode = row_text(a->event, "location_mode"),
		.verified_account = row_bool(a->event, "verified"),
		.auto_verify = row_bool(a->event, "auto_verify"),
		.high_flag = flags_high(rq->db, a->id)
	};

	return mark_verdict(&facts);
}

void attempt_told(struct request *rq, const struct attempt *a, const struct attendance_before *before)
{
	attendance_changed(rq->db, a->id, before, NULL, rq->now);
	topic_changed(rq, TOPIC_CAMPUS, row_int(a->event, "number"));
}

bool attempt_step_done(struct request *rq, struct attempt *a, enum mark_step step)
{
	const char *before = row_text(a->row, "verification_status"), *after = NULL;
	char steps[STEPS_SIZE];

	a->done |= step;
	if (a->submitted && row_null(a->row, "decided_by") && !(a->required & ~a->done))
		after = attempt_verdict(rq, a);
	if (!attempt_steps(rq->db, a->id, a->version, steps_write(a->done, steps), after, rq->now)) {
		db_conflict(rq->db);
		return false;
	}
	a->version++;
	if (after && strcmp(after, before))
		attempt_told(rq, a, &(struct attendance_before){ row_text(a->row, "status"), before });
	answer_text(rq->data, "next_step", attempt_next(a));
	return true;
}
