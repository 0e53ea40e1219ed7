/* The gate. One look finds the ticket by code or card, rules/scan.c decides, one routine applies it. A verdict that was
 * overtaken by another scan of the same ticket is decided again; a scan_id that is known answers as it did. */
#include "app/actions.h"
#include "app/usher.h"
#include "base/uuid.h"
#include "rules/scan.h"
#include "store/live.h"
#include "store/scan.h"
#include <string.h>

#define CARRIER                                                                                                        \
	{ "card_id", F_TEXT, .max = 64, .help = "A card's UID" },                                                      \
		{ "code", F_TEXT, .max = 400, .help = "A ticket's code" },                                             \
		{ "ticket_id", F_ID, .help = "Which of a card's tickets" }

const struct field SCAN_RESULT[] = {
	CARRIER,
	{ "scan_id", F_UUID, .help = "The device's own id of this scan" },
	{ "scanned_at", F_TIME, .help = "The device's clock" },
	{ "gate", F_TEXT, .max = 40, .help = "Gate" },
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" },
	FIELDS_END
};
const struct field SCAN_CARD[] = {
	{ "card_id", F_TEXT, .required = true, .max = 64, .help = "A card's UID" },
	FIELDS_END
};
const struct field SCAN_VALIDATE[] = {
	{ "event_id", F_ID, .help = "The usher's event" },
	{ "ticket_id", F_ID, .help = "Which of the card's tickets" },
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" },
	FIELDS_END
};
const struct field SCAN_ATTENDEE[] = {
	{ "ticket_id", F_ID, .help = "Which of the card's tickets" },
	FIELDS_END
};

/* What was held up to the reader, and what it led to. */
struct look {
	struct scan_facts facts;
	const struct row *row; /* the event, and the ticket where found */
	char card_uid[33];
	bool known; /* a ticket of this event was found: its holder may be shown */
};

static bool signed_by_its_key(const struct row *row, const char *text)
{
	return !row_null(row, "public_key") &&
	       ticket_code_signed(text, (const uint8_t *)row_cell(row, "public_key")->s);
}

/* The nonce finds the ticket and the row is the truth; but a code that somebody changed is refused whatever it finds. */
static void look_by_code(struct request *rq, struct look *look, const char *text)
{
	struct ticket_code code;
	bool ours = ticket_code_read(text, &code);

	if (!ours) {
		look->row = scan_by_ticket(rq->db, rq->who.event_id, 0);
		return;
	}
	look->row = scan_by_nonce(rq->db, rq->who.event_id, code.nonce, code.key_id);
	if (!look->row)
		return;
	look->facts.found = row_bool(look->row, "found");
	look->facts.forged = !signed_by_its_key(look->row, text);
	look->facts.newest_code = look->facts.found && row_int(look->row, "generation") == code.generation;
}

static void look_by_card(struct request *rq, struct look *look, const char *uid, int64_t ticket_id)
{
	const struct row *card = card_uid_normalise(uid, look->card_uid) ? scan_card(rq->db, look->card_uid) : NULL;
	int64_t id = 0;

	look->facts.by_card = true;
	look->facts.card_known = card != NULL;
	look->facts.card_active = card && row_is(card, "status", "active");
	if (look->facts.card_active && !row_null(card, "customer_id"))
		id = scan_ticket_of_card(rq->db, rq->who.event_id, row_int(card, "customer_id"), ticket_id,
					 look->facts.out);
	look->row = scan_by_ticket(rq->db, rq->who.event_id, id);
	look->facts.found = look->row && row_bool(look->row, "found");
}

static void fill_facts(struct request *rq, struct look *look)
{
	struct scan_facts *f = &look->facts;
	const struct row *row = look->row;

	f->now = rq->now;
	f->event_live = row_is(row, "event_status", "published");
	f->scanning_enabled = row_bool(row, "scanning_enabled");
	f->opens = row_time(row, "starts_at") - MS_DAY;
	f->closes = row_time(row, "ends_at") + MS_DAY;
	f->re_entry = row_bool(row, "re_entry");
	if (!f->found)
		return;
	f->this_event = row_int(row, "event_id") == rq->who.event_id;
	f->valid = row_is(row, "status", "valid");
	f->refunded = row_is(row, "status", "refunded");
	f->presence = presence_named(row_text(row, "presence"));
	f->entries = (int)row_int(row, "entries");
	look->known = f->this_event && !f->forged;
}

/* False when the usher's event is gone, or the database. */
static bool look_up(struct request *rq, struct look *look, const char *code, const char *card, int64_t ticket_id,
		    bool out)
{
	*look = (struct look){ .facts.out = out };
	if (card)
		look_by_card(rq, look, card, ticket_id);
	else
		look_by_code(rq, look, code);
	if (!look->row)
		return false;
	fill_facts(rq, look);
	return true;
}

/* Had the ticket been in before this scan? before: when the scan was made, 0: the row was read before it. */
static bool in_before(const struct row *row, ms_t before)
{
	return !row_null(row, "first_scan_at") && (!before || row_time(row, "first_scan_at") < before);
}

static void answer_first_scan(struct request *rq, struct json_object *into, const struct row *row, ms_t before)
{
	struct json_object *first;
	const struct row *usher;

	if (!in_before(row, before)) {
		answer_null(into, "first_scan");
		return;
	}
	first = answer_object(into, "first_scan");
	answer_time(first, "at", row_time(row, "first_scan_at"));
	usher = scan_usher(rq->db, row_int(row, "first_usher_id"));
	answer_text(first, "usher", usher ? row_text(usher, "name") : "");
	answer_text(first, "gate", row_text(row, "first_gate"));
}

/* The holder's own, where the ticket is a dependent's; else, and where that is unknown, the customer's. NULL: none. */
static const char *personal(const struct row *dependent, const struct row *row, const char *column)
{
	if (dependent && !row_null(dependent, column))
		return row_text(dependent, column);
	return row_null(row, column) ? NULL : row_text(row, column);
}

/* Who stands at the gate, as far as the event lets ushers see; before: see in_before(). */
static void answer_attendee(struct request *rq, struct json_object *into, const struct look *look, ms_t before)
{
	const struct row *row = look->row, *dependent = NULL;
	const char *photo;
	struct json_object *contact;

	if (!row_null(row, "dependent_id"))
		dependent = scan_dependent(rq->db, row_int(row, "dependent_id"));
	photo = personal(dependent, row, "photo");
	answer_text(into, "name", row_text(row, "holder_name"));
	answer_text(into, "photo", photo ? talloc_asprintf(rq->mem, "/files/%s", photo) : NULL);
	answer_text(into, "card_id",
		    *look->card_uid ? look->card_uid : row_null(row, "card_uid") ? NULL : row_text(row, "card_uid"));
	answer_text(into, "ticket_status", row_is(row, "status", "valid") ? "valid" : "invalid");
	answer_text(into, "ticket_tier", row_text(row, "category"));
	answer_text(into, "scan_status", in_before(row, before) ? "previously_scanned" : "not_scanned");
	answer_text(into, "blood_type", personal(dependent, row, "blood_type"));
	if (row_null(row, "emergency_mobile")) {
		answer_null(into, "emergency_contact");
	} else {
		contact = answer_object(into, "emergency_contact");
		answer_text(contact, "name", row_text(row, "emergency_name"));
		answer_text(contact, "mobile_number", row_text(row, "emergency_mobile"));
	}
	if (row_bool(row, "show_labels"))
		answer_add(into, "labels", json_tokener_parse(row_null(row, "labels") ? "[]" : row_text(row, "labels")));
	else
		answer_array(into, "labels");
	if (row_bool(row, "show_dependents") && look->facts.by_card)
		answer_rows(into, "dependents",
			    scan_dependents(rq->db, rq->who.event_id, row_int(row, "customer_id")));
	else
		answer_array(into, "dependents");
}

static void answer_verdict(struct request *rq, const struct look *look, const char *result, const char *reason,
			   ms_t before)
{
	struct json_object *ticket;

	answer_text(rq->data, "result", result);
	answer_text(rq->data, "reason", reason);
	answer_text(rq->data, "message",
		    scan_sentence(reason, look->facts.out, look->known && in_before(look->row, before)));
	answer_text(rq->data, "direction", look->facts.out ? "out" : "in");
	if (!look->known) {
		answer_null(rq->data, "attendee");
		answer_null(rq->data, "ticket");
		answer_null(rq->data, "first_scan");
		return;
	}
	answer_attendee(rq, answer_object(rq->data, "attendee"), look, before);
	ticket = answer_object(rq->data, "ticket");
	answer_int(ticket, "id", row_int(look->row, "id"));
	answer_text(ticket, "status", row_text(look->row, "status"));
	answer_text(ticket, "category", row_text(look->row, "category"));
	answer_text(ticket, "holder_name", row_text(look->row, "holder_name"));
	answer_first_scan(rq, rq->data, look->row, before);
}

static struct scan_effect effect_of(struct request *rq, const struct look *look, const struct verdict *verdict,
				    const uint8_t scan_id[16])
{
	const char *gate = field_text(rq, "gate");
	ms_t scanned = field_time(rq, "scanned_at");

	return (struct scan_effect){ .event_id = rq->who.event_id,
				     .ticket_id = look->known ? row_int(look->row, "id") : 0,
				     .category_id = look->known ? row_int(look->row, "category_id") : 0,
				     .usher_id = rq->who.role_id,
				     .scan_id = scan_id,
				     .card_uid = *look->card_uid ? look->card_uid : NULL,
				     .gate = gate ? gate : "",
				     .direction = look->facts.out ? "out" : "in",
				     .result = verdict->result,
				     .reason = verdict->reason,
				     .presence = presence_name(look->facts.presence),
				     .name = look->known ? row_text(look->row, "holder_name") : "",
				     .moves = verdict->moves,
				     .generation = look->known ? row_int(look->row, "generation") : 0,
				     .entries = look->facts.entries,
				     .now = rq->now,
				     .scanned_at = scanned ? scanned : rq->now };
}

static void answer_scan_id(struct request *rq, const uint8_t scan_id[16], ms_t at)
{
	char text[UUID_SIZE];

	answer_text(rq->data, "scan_id", uuid_text(scan_id, text));
	answer_time(rq->data, "at", at);
}

/* Does the verdict alone say that the ticket had been in? Of scans at the same moment the clock cannot tell. */
static bool was_in(const struct row *log)
{
	return row_is(log, "result", "already_scanned") || (row_is(log, "result", "valid") && row_is(log, "direction", "out"));
}

/* Is it the scan that was logged? A "valid" of one ticket must not be said of another that comes with the same scan_id. */
static bool same_scan(struct request *rq, const struct row *log, const struct look *look)
{
	int64_t logged = row_int(log, "ticket_id"), named = field_int(rq, "ticket_id");

	if (!row_is(log, "direction", look->facts.out ? "out" : "in") || !row_is(log, "card_id", look->card_uid))
		return false;
	if (*look->card_uid)
		return !named || !logged || named == logged;
	return logged == (look->known ? row_int(look->row, "id") : 0);
}

/* The answer this scan_id got when it first came; asked: what is held up to the reader now. */
static int answer_repeat(struct request *rq, const uint8_t scan_id[16], const struct look *asked)
{
	const struct row *log = scan_logged(rq->db, rq->who.event_id, scan_id);
	struct look look = { 0 };

	if (!log)
		return ANSWERED;
	if (!same_scan(rq, log, asked)) {
		look.facts.out = asked->facts.out;
		answer_scan_id(rq, scan_id, rq->now);
		answer_verdict(rq, &look, "invalid", "scan_id_used", 0);
		return ANSWERED;
	}
	answer_scan_id(rq, scan_id, row_time(log, "at"));
	look.row = scan_by_ticket(rq->db, rq->who.event_id, row_int(log, "ticket_id"));
	if (!look.row)
		return ANSWERED;
	look.known = row_bool(look.row, "found");
	look.facts.by_card = !row_null(log, "card_id");
	look.facts.out = row_is(log, "direction", "out");
	if (look.facts.by_card)
		card_uid_normalise(row_text(log, "card_id"), look.card_uid);
	answer_verdict(rq, &look, row_text(log, "result"), row_text(log, "reason"), was_in(log) ? 0 : row_time(log, "at"));
	return ANSWERED;
}

enum { TRIES = 8 };

static int scan_carrier(struct request *rq, const char *code, const char *card)
{
	bool out = !strcmp(field_text(rq, "direction"), "out");
	uint8_t scan_id[UUID_BYTES];
	struct look look;

	if (!code == !card)
		field_fault(rq, "code", "Give a ticket's code or a card's number, one of them.");
	if (has_faults(rq))
		return refuse_fields(rq);
	if (!field_given(rq, "scan_id") || !uuid_parse(field_text(rq, "scan_id"), scan_id))
		uuid_make(scan_id);
	for (int i = 0; i < TRIES && look_up(rq, &look, code, card, field_int(rq, "ticket_id"), out); i++) {
		struct verdict verdict = scan_verdict(&look.facts);
		struct scan_effect effect = effect_of(rq, &look, &verdict, scan_id);

		switch (scan_apply(rq->db, &effect)) {
		case SCAN_DONE:
			event_changed(rq, rq->who.event_id);
			answer_scan_id(rq, scan_id, rq->now);
			answer_verdict(rq, &look, verdict.result, verdict.reason, 0);
			return ANSWERED;
		case SCAN_REPEAT:
			return answer_repeat(rq, scan_id, &look);
		case SCAN_LOST:
			continue;
		default:
			return ANSWERED;
		}
	}
	rq->retry_after = 1;
	return refuse(rq, 503, "BUSY", "Other scans of this ticket are under way. Scan it again.");
}

/* POST scan/result/. Always 200, for a refusal is an answer. */
int scan_result(struct request *rq)
{
	return scan_carrier(rq, field_text(rq, "code"), field_text(rq, "card_id"));
}

/* The gate page around a scan: the event, its counts, and the id that the next scan will have. */
int gate_page(struct request *rq)
{
	const struct row *event = usher_event(rq->db, rq->who.role_id, rq->who.event_id);
	struct json_object *snapshot;
	uint8_t next[UUID_BYTES];
	char text[UUID_SIZE];

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	answer_row(answer_object(rq->data, "event"), event);
	uuid_make(next);
	answer_text(rq->data, "next_scan_id", uuid_text(next, text));
	snapshot = live_snapshot(rq->db, rq->who.event_id, rq->now);
	if (!snapshot)
		return ANSWERED;
	usher_answer_counts(rq, snapshot);
	json_object_put(snapshot);
	return ANSWERED;
}

/* The gate page's form has one field, into which a reader types whatever it read: what looks like a card's number is
 * one, all else is a ticket's code. */
int gate_scan(struct request *rq)
{
	const char *code = field_text(rq, "code"), *card = field_text(rq, "card_id");
	char uid[33];

	if (code && !card && card_uid_normalise(code, uid)) {
		card = code;
		code = NULL;
	}
	scan_carrier(rq, code, card);
	if (!refused(rq))
		gate_page(rq);
	return ANSWERED;
}

int scan_verify_card(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(field_text(rq, "card_id"), uid) ? scan_card(rq->db, uid) : NULL;

	answer_bool(rq->data, "exists", card != NULL);
	answer_text(rq->data, "status", card ? row_text(card, "status") : NULL);
	return ANSWERED;
}

int scan_card_show(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(path_text(rq, "card_id"), uid) ? scan_card(rq->db, uid) : NULL;

	if (!card)
		return refuse(rq, 404, "CARD_NOT_FOUND", "This card is not known.");
	answer_text(rq->data, "card_id", row_text(card, "uid"));
	answer_int(rq->data, "nfc_card_id", row_int(card, "id"));
	answer_text(rq->data, "status", row_text(card, "status"));
	answer_bool(rq->data, "assigned", !row_null(card, "customer_id"));
	return ANSWERED;
}

/* A verdict without effect. */
int scan_card_validate(struct request *rq)
{
	bool out = !strcmp(field_text(rq, "direction"), "out");
	struct verdict verdict;
	struct look look;

	if (!usher_own_event(rq, field_int(rq, "event_id")))
		return ANSWERED;
	if (!look_up(rq, &look, NULL, path_text(rq, "card_id"), field_int(rq, "ticket_id"), out))
		return ANSWERED;
	verdict = scan_verdict(&look.facts);
	answer_verdict(rq, &look, verdict.result, verdict.reason, 0);
	return ANSWERED;
}

int scan_attendee(struct request *rq)
{
	struct look look;

	if (!usher_own_event(rq, path_id(rq, "event_id")))
		return ANSWERED;
	if (!look_up(rq, &look, NULL, path_text(rq, "card_id"), field_int(rq, "ticket_id"), false))
		return ANSWERED;
	if (!look.facts.card_known)
		return refuse(rq, 404, "CARD_NOT_FOUND", "This card is not known.");
	if (!look.known)
		return refuse(rq, 404, "ATTENDEE_NOT_FOUND", "There is no ticket for this event on this card.");
	answer_attendee(rq, rq->data, &look, 0);
	answer_int(rq->data, "ticket_id", row_int(look.row, "id"));
	answer_first_scan(rq, rq->data, look.row, 0);
	return ANSWERED;
}
