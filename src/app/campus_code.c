/* The code on an event's wall: who may show it, what it is now, and how every one before it is made dead. It changes by the clock alone,
 * so it is kept nowhere. */
#include "rules/campus_code.h"
#include "app/actions/attendance.h"
#include "app/campus_event.h"
#include "app/live.h"
#include "store/attempt.h"
#include <string.h>

const struct field CAMPUS_CODE[] = {
	{ "event_id", F_UUID, .help = "The event" },
	{ "title", F_TEXT, .help = "What it is called" },
	{ "qr_token", F_TEXT, .help = "The code" },
	{ "qr_image", F_TEXT, .help = "A picture of its address, as a data URI of a PNG" },
	{ "qr_image_base64", F_TEXT, .help = "The same without what a data URI begins with" },
	{ "svg", F_TEXT, .help = "The same as an SVG" },
	{ "url", F_TEXT, .help = "The address that the picture holds: it opens the mark's page" },
	{ "typed_code", F_TEXT, .sometimes = true, .help = "The code for people, where it may be typed" },
	{ "expires_at", F_TIME, .help = "Until when it is taken" },
	{ "refresh_in_ms", F_INT, .null = true,
	  .help = "When the next one is shown, in milliseconds; null: it does not turn" },
	{ "counts", F_OBJECT, .of = ATTENDANCE_COUNTS, .help = "How the event stands" },
	FIELDS_END,
};

static struct campus_code code_now(const struct row *event, const uint8_t uuid[UUID_BYTES], ms_t now)
{
	struct campus_code code = { .generation = (uint16_t)row_int(event, "qr_generation"),
				    .step = row_bool(event, "qr_rotates") ? campus_code_step(now)
									  : CAMPUS_CODE_PRINTED };

	memcpy(code.event, uuid, UUID_BYTES);
	return code;
}

static void answer_times(struct request *rq, const struct row *event, const struct campus_code *code)
{
	const ms_t next = ((ms_t)code->step + 1) * CAMPUS_STEP_MS;

	if (code->step == CAMPUS_CODE_PRINTED) {
		answer_time(rq->data, "expires_at",
			    row_time(event, row_null(event, "qr_expires_at") ? "closes_at" : "qr_expires_at"));
		answer_add(rq->data, "refresh_in_ms", NULL);
		return;
	}
	answer_time(rq->data, "expires_at", next + rq->config->code_margin * MS_SECOND);
	answer_int(rq->data, "refresh_in_ms", next - rq->now);
}

/* What an event's wall shows now, but for its picture. Its address, on rq->mem. */
static const char *answer_code(struct request *rq, const struct row *event, const uint8_t uuid[UUID_BYTES],
			       char text[CAMPUS_CODE_SIZE])
{
	const struct campus_code code = code_now(event, uuid, rq->now);
	char typed[CAMPUS_TYPED_SIZE], name[UUID_SIZE];
	const char *url;

	campus_code_make(&code, text);
	url = talloc_asprintf(rq->mem, "%s/campus/m/%s", rq->config->base_url, text);
	answer_text(rq->data, "event_id", uuid_text(uuid, name));
	answer_text(rq->data, "title", row_text(event, "title"));
	answer_text(rq->data, "url", url);
	if (row_bool(event, "typed_code"))
		answer_text(rq->data, "typed_code", campus_code_typed(&code, typed));
	answer_times(rq, event, &code);
	return url;
}

/* Answers the code of an event as the eye sees it (row of event_or_404()). */
static int show(struct request *rq, const struct row *seen)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *event;
	char text[CAMPUS_CODE_SIZE];
	const char *url;

	uuid_parse(path_text(rq, "id"), uuid);
	event = attempt_event(rq->db, rq->who.account_id, uuid);
	if (!event)
		return ANSWERED;
	url = answer_code(rq, event, uuid, text);
	attendance_counts(answer_object(rq->data, "counts"), rq->db, row_int(event, "number"),
			  !row_null(seen, "roster_at"));
	answer_qr_of(rq, rq->data, talloc_strdup(rq->mem, text), url);
	return ANSWERED;
}

/* GET events/:id/qr/. */
int campus_code_show(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);

	return event ? show(rq, event) : ANSWERED;
}

/* POST events/:id/qr/refresh/. A code that was passed on is worth nothing any more. */
int campus_code_raise(struct request *rq)
{
	const struct row *event = event_own(rq);

	if (!event)
		return ANSWERED;
	if (!attempt_raise(rq->db, row_int(event, "number"), rq->now))
		return ANSWERED;
	audit_change(rq, "raise_code", "campus_event", row_int(event, "number"), NULL, NULL);
	return show(rq, event);
}

const struct field DEMO_CODE[] = {
	{ "event", F_UUID, .required = true, .names = true, .help = "The event" },
	FIELDS_END,
};

/* GET /demo/campus/code. Of a demo, for scripts, which see no wall. */
int campus_code_demo(struct request *rq)
{
	uint8_t uuid[UUID_BYTES];
	char text[CAMPUS_CODE_SIZE];
	const struct row *event = NULL;

	if (uuid_parse(field_text(rq, "event"), uuid))
		event = attempt_event(rq->db, 0, uuid);
	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	answer_code(rq, event, uuid, text);
	answer_text(rq->data, "qr_token", text);
	return ANSWERED;
}
