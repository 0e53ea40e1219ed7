/* What ushers do besides scanning, on the gate's pages. What was done is shown where scans are, by its number, so that it can be looked
 * at again, and taken back there while that may be. */
#include "app/actions/gate.h"
#include "app/gate.h"
#include "app/scan_fields.h"
#include "app/scan_settle.h"
#include "app/usher.h"
#include "base/buf.h"
#include "rules/scan.h"
#include "rules/ticket_code.h"
#include "store/guest.h"
#include <string.h>

const struct field GATE_GUESTS[] = {
	{ "search", F_TEXT, .max = 100, .lenient = true,
	  .help = "Parts of a name, an order's reference, a mobile number or an e-mail address" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field GATE_HAND[] = {
	{ "in", F_ID, .help = "The ticket that comes in" },
	{ "out", F_ID, .help = "The ticket that goes out" },
	{ "note", F_TEXT, .required = true, .max = 200, .help = "Why it is done by hand" },
	{ "override", F_BOOL, .help = "A gate lead insists, whatever the gate's rules say" },
	{ "search", F_TEXT, .max = 100, .lenient = true, .help = "What was looked for" },
	SCAN_NUMBERED,
	FIELDS_END,
};
const struct field GATE_LEAVE[] = {
	{ "action", F_CHOICE, .required = true, .choices = "leave,return", .help = "Out for a while, or back" },
	{ "code", F_TEXT, .required = true, .max = 400, .help = "A ticket's code or a card's number" },
	{ "reason", F_TEXT, .max = 200, .help = "Why" },
	SCAN_NUMBERED,
	FIELDS_END,
};
const struct field GATE_UNDO[] = {
	{ "scan_id", F_UUID, .required = true, .names = true, .help = "The scan that is taken back" },
	{ "note", F_TEXT, .max = 200, .help = "Why" },
	{ "undo_id", F_UUID, .help = "The page's own id of this" },
	{ "gate", F_TEXT, .max = 40, .lenient = true, .help = "Gate" },
	FIELDS_END,
};

/* What nothing was logged of is said on the page that it came from; all else where scans are shown. */
static int show_verdict(struct request *rq)
{
	const char *reason = tree_text(rq->data, "reason"), *scan_id = tree_text(rq->data, "scan_id");
	struct buf *to;

	if (refused(rq) || !reason || !scan_id)
		return ANSWERED;
	if (!strcmp(reason, "not_undone") || !strcmp(reason, "scan_id_used"))
		return refuse(rq, 409, "NOTHING_DONE", "%s", scan_sentence(reason, false, false));
	to = buf_new(rq->mem, 1000);
	buf_printf(to, "/gate?scan_id=%s&gate=", scan_id);
	buf_url(to, field_text(rq, "gate") ? field_text(rq, "gate") : "", "");
	rq->redirect = to->data;
	return ANSWERED;
}

/* GET /gate/guests: who is looked for, once enough was typed. */
int gate_guests(struct request *rq)
{
	const char *search = field_text(rq, "search");
	bool enough = search && strlen(search) >= 3;

	return answer_whole_list(rq, "guests",
				 rows_list(rq->mem, guests_found(rq->db, enough ? rq->who.event_id : 0, search)));
}

/* POST /gate/guests: in or out by hand. */
int gate_hand(struct request *rq)
{
	int64_t in = field_int(rq, "in"), out = field_int(rq, "out");

	if (!in == !out) {
		field_fault(rq, "in", "Choose who comes in or goes out.");
		return refuse_fields(rq);
	}
	scan_hand(rq, in ? in : out, !in, usher_leads_here(rq));
	return show_verdict(rq);
}

/* POST /gate/leaves. */
int gate_leave(struct request *rq)
{
	const char *code = field_text(rq, "code"), *card = NULL;

	scan_typed(rq, &code, &card);
	scan_on_leave(rq, code, card, 0);
	return show_verdict(rq);
}

/* POST /gate/undo. */
int gate_undo(struct request *rq)
{
	scan_undo_post(rq);
	return show_verdict(rq);
}

/* Beside a form of the gate: its event, and the number that what is done next will have. */
int gate_form_beside(struct request *rq)
{
	uint8_t next[UUID_BYTES];
	char text[UUID_SIZE];

	gate_event_beside(rq);
	uuid_make(next);
	answer_text(rq->beside, "next_scan_id", uuid_text(next, text));
	return ANSWERED;
}

/* Beside one entry of the log: may who looks at it take it back? */
int gate_log_beside(struct request *rq)
{
	const struct row *log = scan_log_get(rq->db, rq->who.event_id, path_id(rq, "id"));

	gate_form_beside(rq);
	answer_bool(rq->beside, "undoable",
		    log && row_is(log, "result", "valid") && !row_is(log, "kind", "record") &&
			    row_null(log, "undoes") && !row_bool(log, "undone") &&
			    (usher_may_undo(rq, log) || usher_leads_here(rq)));
	return ANSWERED;
}
