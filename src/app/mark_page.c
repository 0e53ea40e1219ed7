/* The pages of a mark: that which a code's address opens, that of its steps, and that which a device keeps for where there is no network. What is done on them is done by the API's own actions; here
 * is only what they show. A page that is opened changes nothing, so the code's address leads to a button. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "app/evidence.h"
#include "rules/campus_code.h"
#include "store/attempt.h"
#include "store/campus_event.h"

const struct field MARK_CONSENT[] = {
	ATTEMPT_FIELDS,
	{ "version", F_INT, .required = true, .min = 1, .max = 1000000, .help = "Of the notice that was read" },
	FIELDS_END,
};

static const char *phase_of(const struct row *event, ms_t now)
{
	if (now < row_time(event, "opens_at"))
		return "scheduled";
	if (now >= row_time(event, "closes_at"))
		return "closed";
	return now < row_time(event, "late_at") ? "open" : "late";
}

static void answer_event(struct request *rq, const struct row *event)
{
	struct json_object *into = answer_object(rq->data, "event");

	answer_row(into, event);
	answer_text(into, "phase", row_bool(event, "is_active") ? phase_of(event, rq->now) : "closed");
}

/* ---- the code's address ---- */

/* Would it be taken now? "good", "expired", or "invalid". */
static const char *word_of(struct request *rq, const struct row *event, const struct campus_code *code)
{
	const ms_t over = row_time(event, row_null(event, "qr_expires_at") ? "closes_at" : "qr_expires_at");

	switch (campus_code_judge(code, (uint16_t)row_int(event, "qr_generation"), row_bool(event, "qr_rotates"), over,
				  rq->now, rq->config->code_margin * MS_SECOND)) {
	case CODE_GOOD:
		return "good";
	case CODE_EXPIRED:
		return "expired";
	case CODE_INVALID:
	default:
		return "invalid";
	}
}

/* GET /campus/m, where a code is typed, and /campus/m/:qr_token. */
int mark_code_page(struct request *rq)
{
	const char *text = path_text(rq, "qr_token");
	struct campus_code code;
	const struct row *event = NULL;

	if (!text)
		return ANSWERED;
	answer_text(rq->data, "token", text);
	if (campus_code_read(text, &code))
		event = attempt_event(rq->db, rq->who.account_id, code.event);
	if (!event || !row_bool(event, "is_active")) {
		answer_text(rq->data, "code", "invalid");
		return ANSWERED;
	}
	answer_event(rq, event);
	answer_text(rq->data, "code",
		    campus_event_expects(rq->db, row_int(event, "number"), rq->who.account_id)
			    ? word_of(rq, event, &code)
			    : "not_expected");
	return ANSWERED;
}

/* ---- the steps ---- */

static void answer_place_told(struct request *rq, const struct row *row)
{
	struct json_object *place;

	if (row_null(row, "place_verdict"))
		return;
	place = answer_object(rq->data, "place");
	answer_text(place, "result", row_text(row, "place_verdict"));
	answer_int(place, "distance_m", (int64_t)row_cell(row, "distance")->d);
	if (!row_null(row, "accuracy"))
		answer_int(place, "accuracy_m", (int64_t)row_cell(row, "accuracy")->d);
}

/* What was done of it; "lapsed": its ten minutes are over. */
static void answer_attempt(struct request *rq, const struct row *row)
{
	if (!field_given(rq, "event_id")) /* of a form that was refused before it was read */
		field_fill(rq, "event_id", path_text(rq, "event_id"));
	mark_feedback(rq);
	if (refused(rq))
		return;
	answer_place_told(rq, row);
	if (row_is(row, "state", "submitted")) {
		answer_text(rq->data, "status", row_text(row, "status"));
		answer_time(rq->data, "submitted_at", row_time(row, "submitted_at"));
	} else if (rq->now > row_time(row, "session_at") + ATTEMPT_LASTS) {
		answer_text(rq->data, "state", "lapsed");
	}
}

/* GET /campus/later: what a device shows where there is no network, with what it may do there then. */
int mark_later_page(struct request *rq)
{
	answer_rows(rq->data, "events", campus_events_later(rq->db, rq->who.account_id, rq->now));
	answer_int(rq->data, "account", rq->who.account_id);
	consent_answer(rq, answer_object(rq->data, "consent"));
	return ANSWERED;
}

/* GET /campus/mark/:event_id. */
int mark_page(struct request *rq)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *event = NULL, *row = NULL;

	if (uuid_parse(path_text(rq, "event_id"), uuid))
		event = attempt_event(rq->db, rq->who.account_id, uuid);
	if (event)
		row = attempt_lock(rq->db, rq->who.account_id, row_int(event, "number"));
	if (!event || (!row && !campus_event_expects(rq->db, row_int(event, "number"), rq->who.account_id)))
		return refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	answer_event(rq, event);
	consent_answer(rq, answer_object(rq->data, "consent"));
	answer_text(rq->data, "state", row ? row_text(row, "state") : "none");
	if (row && !row_null(row, "uuid"))
		answer_attempt(rq, row);
	return ANSWERED;
}
