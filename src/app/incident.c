/* Incident reports: sent by ushers, with a picture where one was taken; seen by the event's organizer and by staff. */
#include "store/incident.h"
#include "app/actions/gate.h"
#include "app/picture.h"
#include "app/scan_look.h"
#include "app/upload.h"

#define INCIDENT_KINDS "medical,security,fraud,lost,damage,other"

const struct field INCIDENT_REPORT[] = {
	{ "category", F_CHOICE, .required = true, .choices = INCIDENT_KINDS, .help = "What it is about" },
	{ "description", F_LONG_TEXT, .required = true, .max = 4000, .help = "What happened" },
	{ "ticket_id", F_ID, .help = "Whose ticket" },
	{ "card_id", F_TEXT, .max = 64, .help = "Or whose card, its UID" },
	{ "gate", F_TEXT, .max = 40, .otherwise = "", .help = "Where" },
	{ "photo", F_FILE, .max = UPLOAD_PICTURE_BYTES, .help = UPLOAD_PICTURE_HELP },
	FIELDS_END,
};
const struct field INCIDENT_LIST[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field INCIDENT_ANSWER[] = {
	{ "id", F_ID, .help = "The report" },
	{ "category", F_CHOICE, .choices = INCIDENT_KINDS, .help = "What it is about" },
	{ "description", F_TEXT, .help = "What happened; empty once whom it is about has deleted their account" },
	{ "ticket_id", F_ID, .null = true, .help = "Whose ticket" },
	{ "card_id", F_TEXT, .null = true, .help = "Whose card, its UID" },
	{ "attendee_name", F_TEXT, .null = true, .help = "Whose name the ticket bears" },
	{ "gate", F_TEXT, .help = "Where; empty: not said" },
	{ "photo", F_TEXT, .null = true, .help = "Address of the picture" },
	{ "status", F_CHOICE, .choices = "open,closed", .help = "Was it seen to" },
	{ "note", F_TEXT, .null = true, .help = "What was done" },
	{ "created_at", F_TIME, .help = "When it was reported" },
	{ "closed_at", F_TIME, .null = true, .help = "When it was seen to" },
	FIELDS_NAMED("own_incident"),
};

/* Whose ticket it is about, by itself or by a card: of this event alone. False: refused. */
static bool find_whom(struct request *rq, struct scan *scan)
{
	scan->rq = rq;
	scan->card = field_text(rq, "card_id");
	scan->ticket_id = field_int(rq, "ticket_id");
	scan->by_hand = !scan->card && scan->ticket_id;
	if (!scan->card && !scan->by_hand)
		return true;
	if (!scan_look_up(scan, 1))
		return false;
	if (scan->card && !scan->look.facts.card_known)
		field_fault(rq, "card_id", "This card is not known.");
	else if (scan->ticket_id && !scan->look.known)
		field_fault(rq, "ticket_id", "There is no such ticket for this event.");
	return !has_faults(rq);
}

static int answer_incident(struct request *rq, int64_t id)
{
	const struct row *row = incident_get(rq->db, rq->who.role_id, rq->who.event_id, id);

	if (!row)
		return refuse(rq, 404, "INCIDENT_NOT_FOUND", "There is no such report.");
	answer_row(rq->data, row);
	answer_text(rq->data, "photo", picture_address(rq, row, "photo"));
	return ANSWERED;
}

/* POST scan/report/. */
int incident_report(struct request *rq)
{
	struct scan scan = { .rq = rq };
	struct incident incident = { .event_id = rq->who.event_id,
				     .usher_id = rq->who.role_id,
				     .gate = field_text(rq, "gate"),
				     .category = field_text(rq, "category"),
				     .description = field_text(rq, "description") };

	if (!find_whom(rq, &scan))
		return has_faults(rq) ? refuse_fields(rq) : ANSWERED;
	incident.ticket_id = scan.look.known ? row_int(scan.look.row, "id") : 0;
	incident.card_uid = *scan.look.card_uid ? scan.look.card_uid : NULL;
	incident.photo = upload_picture(rq, "photo");
	if (has_faults(rq))
		return refuse_fields(rq);
	say(rq, "The report is sent.");
	return answer_incident(rq, incident_make(rq->db, &incident, rq->now));
}

/* GET scan/report/: one's own of this event. */
int incident_index(struct request *rq)
{
	static const char *const PHOTO[] = { "photo", NULL };
	static const struct pictures PICTURES = { PHOTO, picture_signed };
	struct row_list *list = incident_list(rq->db, rq->who.role_id, rq->who.event_id);

	return answer_whole_list(rq, "reports", picture_list(rq, list, &PICTURES));
}

/* GET scan/report/:id. */
int incident_show(struct request *rq)
{
	return answer_incident(rq, path_id(rq, "id"));
}
