/* How far a mark is, step by step, with what there is to be done about each. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "store/attempt.h"
#include <string.h>

const struct field MARK_ASKED[] = { ATTEMPT_FIELDS, FIELDS_END };
static const struct field STEP_ANSWER[] = {
	{ "step", F_TEXT, .help = "Which" },
	{ "required", F_BOOL, .help = "Does the event ask for it" },
	{ "status", F_CHOICE, .choices = "done,missing,failed", .help = "How it stands" },
	{ "message", F_TEXT, .help = "What to do next" },
	{ "at", F_TIME, .null = true, .help = "When it was taken last" },
	FIELDS_END,
};
const struct field MARK_FEEDBACK[] = {
	{ "attendance_id", F_UUID, .help = "The record" },
	{ "state", F_CHOICE, .choices = "started,submitted", .help = "Was it submitted" },
	{ "steps", F_LIST, .of = STEP_ANSWER, .help = "Each in its order" },
	{ "next_step", F_TEXT, .help = "What comes next" },
	{ "can_submit", F_BOOL, .help = "Nothing is missing, and it was not submitted" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .null = true,
	  .help = "Is it believed" },
	{ "session_expires_at", F_TIME, .null = true, .help = "Until when steps are taken" },
	FIELDS_END,
};

static const char *standing(const struct attempt *a, enum mark_step step)
{
	const bool failed = step == STEP_LOCATION && !row_null(a->row, "place_verdict") &&
			    (row_is(a->row, "place_verdict", "outside") || row_is(a->row, "place_verdict", "unusable"));

	return failed ? "failed" : a->done & step ? "done" : "missing";
}

/* What there is to be done about it. */
static const char *advice(const struct attempt *a, enum mark_step step)
{
	static const struct {
		enum mark_step step;
		const char *missing;
	} MISSING[] = {
		{ STEP_QR, SAID("Scan the event's code.") },
		{ STEP_LOCATION, SAID("Tell where you are.") },
		{ STEP_RESCAN, SAID("Scan the event's code once more.") },
		{ STEP_FRONT, SAID("Take a photo of yourself.") },
		{ STEP_BACK, SAID("Take a photo of where you are.") },
		{ STEP_SIGNATURE, SAID("Sign.") },
	};
	const char *how = standing(a, step);

	if (!strcmp(how, "failed"))
		return mark_place_sentence(place_of_word(row_text(a->row, "place_verdict")));
	for (size_t i = 0; strcmp(how, "done") && i < STEPS_N; i++)
		if (MISSING[i].step == step)
			return MISSING[i].missing;
	return SAID("This is done.");
}

/* 0: never. */
static ms_t taken_at(const struct attempt *a, enum mark_step step, const struct rows *evidence)
{
	const char *column = step == STEP_QR	     ? "qr_at"
			     : step == STEP_LOCATION ? "place_at"
			     : step == STEP_RESCAN   ? "rescan_at"
						     : NULL;
	const char *kind = step == STEP_FRONT ? "front" : step == STEP_BACK ? "back" : "signature";

	if (column)
		return row_null(a->row, column) ? 0 : row_time(a->row, column);
	for (size_t i = 0; i < evidence->n; i++) {
		struct row row = row_at(evidence, i);

		if (row_is(&row, "kind", kind))
			return row_time(&row, "received_at");
	}
	return 0;
}

/* GET and POST attendance/verification-feedback/. */
int mark_feedback(struct request *rq)
{
	struct attempt a;
	struct json_object *steps;
	const struct rows *evidence;
	char uuid[UUID_SIZE];

	if (!attempt_find(rq, &a))
		return ANSWERED;
	evidence = attempt_evidence(rq->db, a.id);
	answer_text(rq->data, "attendance_id", uuid_text(a.uuid, uuid));
	answer_text(rq->data, "state", row_text(a.row, "state"));
	steps = answer_array(rq->data, "steps");
	for (unsigned i = 0; i < STEPS_N; i++) {
		struct json_object *step = answer_item(steps);

		answer_text(step, "step", step_word(step_at(i)));
		answer_bool(step, "required", a.required & step_at(i));
		answer_text(step, "status", standing(&a, step_at(i)));
		answer_text(step, "message", said_to(rq, advice(&a, step_at(i))));
		answer_time(step, "at", taken_at(&a, step_at(i), evidence));
	}
	answer_text(rq->data, "next_step", attempt_next(&a));
	answer_bool(rq->data, "can_submit", !a.submitted && !(a.required & ~a.done) && rq->now <= a.expires_at);
	answer_text(rq->data, "verification_status",
		    row_null(a.row, "verification_status") ? NULL : row_text(a.row, "verification_status"));
	answer_time(rq->data, "session_expires_at", a.expires_at);
	return ANSWERED;
}
