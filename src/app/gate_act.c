/* What ushers do at the gate besides scanning: let in by hand, take back, send on leave and have back, and what a device only
 * records. By hand and a leave are scans, settled as those are; the log says what they were. */
#include "app/actions/gate.h"
#include "app/scan_fields.h"
#include "app/scan_settle.h"
#include "app/usher.h"
#include "store/guest.h"
#include "store/scan_undo.h"
#include "store/usher.h"
#include <string.h>

/* clang-format off */
#define NOTE_MAX 200
#define WAY { "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" }
/* clang-format on */

const struct field SCAN_BY_HAND[] = {
	{ "ticket_id", F_ID, .required = true, .help = "The ticket" },
	WAY,
	{ "note", F_TEXT, .required = true, .max = NOTE_MAX, .help = "Why it is done by hand" },
	SCAN_NUMBERED,
	{ "override", F_BOOL, .help = "A gate lead insists, whatever the gate's rules say" },
	FIELDS_END,
};
const struct field SCAN_LEAVE[] = {
	{ "action", F_CHOICE, .required = true, .choices = "leave,return", .help = "Out for a while, or back" },
	SCAN_CARRIER,
	{ "reason", F_TEXT, .max = NOTE_MAX, .help = "Why" },
	SCAN_NUMBERED,
	FIELDS_END,
};
const struct field SCAN_LEAVES[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },
	{ "state", F_CHOICE, .choices = "away,back", .help = "Only who is away, or who came back" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field SCAN_UNDO[] = {
	{ "scan_id", F_UUID, .required = true, .names = true, .help = "The scan that is taken back" },
	{ "note", F_TEXT, .max = NOTE_MAX, .help = "Why" },
	{ "undo_id", F_UUID, .help = "The device's own id of this" },
	FIELDS_END,
};
const struct field SCAN_RECORD[] = {
	SCAN_CARRIER,
	{ "result", F_CHOICE, .choices = "valid,invalid,already_scanned,not_found", .otherwise = "valid",
	  .help = "What the device said" },
	{ "reason", F_TEXT, .max = 40, .otherwise = "recorded", .help = "Why it said so, one word" },
	WAY,
	{ "note", F_TEXT, .max = NOTE_MAX, .help = "What else is to be kept" },
	SCAN_NUMBERED,
	FIELDS_END,
};
const struct field SCAN_GUESTS[] = {
	{ "search", F_TEXT, .required = true, .min = 3, .max = 100,
	  .help = "Parts of a name, an order's reference, a mobile number or an e-mail address" },
	FIELD_FORMAT,
	FIELDS_END,
};

const struct field GUEST_ANSWER[] = {
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "name", F_TEXT, .help = "Whose name it bears" },
	{ "category", F_TEXT, .help = "Its category" },
	{ "reference", F_TEXT, .help = "Its order's, as it is printed" },
	{ "mobile_end", F_TEXT, .null = true, .help = "The last four digits of its owner's number" },
	{ "status", F_CHOICE, .choices = "valid,cancelled,refunded", .help = "Is it good" },
	{ "presence", F_CHOICE, .choices = "never,inside,outside", .help = "Where it is now" },
	{ "entries", F_INT, .help = "How often it came in" },
	{ "on_leave", F_BOOL, .help = "It went out for a while" },
	{ "card_id", F_TEXT, .null = true, .help = "Its owner's card" },
	FIELDS_NAMED("guest"),
};

const struct field LEAVE_ANSWER[] = {
	{ "id", F_ID, .help = "The entry of the log" },
	{ "scan_id", F_UUID, .help = "The device's id of it" },
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "attendee_name", F_TEXT, .help = "Whose" },
	{ "category", F_TEXT, .null = true, .help = "The ticket's category" },
	{ "card_id", F_TEXT, .null = true, .help = "The card's UID; null: a code was scanned" },
	{ "left_at", F_TIME, .help = "When they left" },
	{ "reason", F_TEXT, .help = "Why; empty: not said" },
	{ "gate", F_TEXT, .help = "Where they left" },
	{ "usher", F_TEXT, .null = true, .help = "Who let them go" },
	{ "back_at", F_TIME, .null = true, .help = "When they came back; null: not yet" },
	FIELDS_NAMED("leave"),
};

int scan_hand(struct request *rq, int64_t ticket_id, bool out, bool leads)
{
	struct scan scan = { .kind = "hand",
			     .note = field_text(rq, "note"),
			     .by_hand = true,
			     .override = field_bool(rq, "override"),
			     .ticket_id = ticket_id,
			     .out = out };

	if (scan.override && !leads)
		return refuse(rq, 403, "NOT_GATE_LEAD", "Only a gate lead may insist.");
	return scan_begin(rq, &scan) ? scan_settle(&scan) : ANSWERED;
}

/* POST scan/by-hand/. */
int scan_by_hand(struct request *rq)
{
	return scan_hand(rq, field_int(rq, "ticket_id"), !strcmp(field_text(rq, "direction"), "out"),
			 usher_leads_here(rq));
}

int scan_on_leave(struct request *rq, const char *code, const char *card, int64_t ticket_id)
{
	struct scan scan = { .kind = "leave",
			     .note = field_text(rq, "reason"),
			     .leave = true,
			     .ticket_id = ticket_id,
			     .out = !strcmp(field_text(rq, "action"), "leave") };

	scan_carry(rq, &scan, code, card);
	return scan_begin(rq, &scan) ? scan_settle(&scan) : ANSWERED;
}

/* POST scan/part-time-leave/. */
int scan_leave(struct request *rq)
{
	return scan_on_leave(rq, field_text(rq, "code"), field_text(rq, "card_id"), field_int(rq, "ticket_id"));
}

/* GET scan/part-time-leave/. */
int scan_leave_index(struct request *rq)
{
	const char *state = field_text(rq, "state");
	struct leave_filter filter = { .event_id = rq->who.event_id,
				       .away = state && !strcmp(state, "away"),
				       .back = state && !strcmp(state, "back") };

	return answer_whole_list(rq, "leaves", leave_list(rq->db, &filter));
}

/* GET scan/guests/. */
int scan_guests(struct request *rq)
{
	return answer_whole_list(rq, "guests",
				 rows_list(rq->mem, guests_found(rq->db, rq->who.event_id, field_text(rq, "search"))));
}

/* ---- taking back ---- */

static int answer_not_undone(struct request *rq, const uint8_t undo_id[UUID_BYTES], const struct row *log)
{
	struct look look = { .row = row_null(log, "ticket_id") ? NULL
							       : scan_ticket(rq->db, row_int(log, "ticket_id")) };

	look.known = look.row != NULL;
	look.facts.out = row_is(log, "direction", "out");
	scan_answer_id(rq, undo_id, rq->now);
	answer_verdict(rq, &look, "invalid", "not_undone", 0);
	return ANSWERED;
}

static int undo(struct request *rq, const uint8_t undo_id[UUID_BYTES], const struct row *log)
{
	struct scan_undo how = { .event_id = rq->who.event_id,
				 .scan = row_int(log, "id"),
				 .undo_id = undo_id,
				 .usher_id = rq->who.role_id,
				 .session_id = rq->who.session_id,
				 .lead = usher_leads_here(rq),
				 .note = field_text(rq, "note") ? field_text(rq, "note") : "",
				 .now = rq->now };
	const struct row *target = scan_undo_target(rq->db, how.event_id, (const uint8_t *)row_cell(log, "scan_id")->s),
			 *done;

	how.told = target && row_bool(target, "told");
	switch (scan_undo(rq->db, &how)) {
	case UNDO_DONE:
		event_changed(rq, rq->who.event_id);
		break;
	case UNDO_BEFORE:
		break;
	case UNDO_KNOWN:
		return refuse(rq, 409, "SCAN_ID_USED", "This number belongs to another scan.");
	case UNDO_LATE:
		return answer_not_undone(rq, undo_id, log);
	default:
		return ANSWERED;
	}
	done = scan_undone_by(rq->db, rq->who.event_id, how.scan);
	if (done)
		scan_answer_logged(rq, done);
	return ANSWERED;
}

/* POST scan/undo/. What was taken back before is answered as it was then. */
int scan_undo_post(struct request *rq)
{
	uint8_t scan_id[UUID_BYTES], undo_id[UUID_BYTES];
	const struct row *log;

	uuid_make(undo_id);
	if (field_given(rq, "undo_id"))
		uuid_parse(field_text(rq, "undo_id"), undo_id);
	log = uuid_parse(field_text(rq, "scan_id"), scan_id) ? scan_settled(rq->db, rq->who.event_id, scan_id) : NULL;
	if (!log)
		return refuse(rq, 404, "SCAN_NOT_FOUND", "There is no such scan.");
	if (!row_bool(log, "undone") && !usher_may_undo(rq, log) && !usher_leads_here(rq))
		return refuse(rq, 403, "NOT_YOURS_TO_UNDO",
			      "You may take back your own scans, within two minutes. A gate lead may take back any.");
	return undo(rq, undo_id, log);
}

/* ---- what is only recorded ---- */

static int answer_record(struct request *rq, const uint8_t scan_id[UUID_BYTES])
{
	const struct row *log = scan_logged(rq->db, rq->who.event_id, scan_id);

	if (log)
		answer_row(rq->data, log);
	return ANSWERED;
}

/* POST scan/log/. Of a scan that is known in any way the answer is what there is. */
int scan_record(struct request *rq)
{
	struct scan scan = { .kind = "record",
			     .note = field_text(rq, "note"),
			     .ticket_id = field_int(rq, "ticket_id"),
			     .out = !strcmp(field_text(rq, "direction"), "out") };
	struct scan_effect effect;

	scan.by_hand = !field_given(rq, "code") && !field_given(rq, "card_id") && scan.ticket_id;
	if (!scan.by_hand)
		scan_carry(rq, &scan, field_text(rq, "code"), field_text(rq, "card_id"));
	if (!scan_begin(rq, &scan) || !scan_look_up(&scan, 1))
		return ANSWERED;
	effect = scan_effect_of(&scan);
	effect.moves = false;
	effect.result = field_text(rq, "result");
	effect.reason = field_text(rq, "reason");
	switch (scan_apply(rq->db, &effect, 1)) {
	case SCAN_DONE:
		event_changed(rq, rq->who.event_id);
		return answer_record(rq, scan.scan_id);
	case SCAN_REPEAT:
		return answer_record(rq, scan.scan_id);
	default:
		return ANSWERED;
	}
}
