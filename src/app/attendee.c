/* Nothing is said of a ticket that was not found at this event. The same scan sent again is told the same, so what is said does
 * not depend on what happened to the ticket since. */
#include "app/attendee.h"
#include "app/picture.h"
#include "store/scan.h"
#include <string.h>
#include <strings.h>

/* Had the ticket been in before this scan? */
static bool in_before(const struct row *row, ms_t before)
{
	return !row_null(row, "first_scan_at") && (!before || row_time(row, "first_scan_at") < before);
}

void answer_first_scan(struct request *rq, struct json_object *into, const struct look *look, ms_t before)
{
	const struct row *row = look->repeated ? look->repeated : look->row, *usher;
	struct json_object *first;

	if (!in_before(row, before)) {
		answer_null(into, "first_scan");
		return;
	}
	first = answer_object(into, "first_scan");
	answer_time(first, "at", row_time(row, "first_scan_at"));
	usher = scan_usher(rq->db, row_int(row, "first_usher_id"));
	answer_text(first, "usher", usher ? row_text(usher, "name") : "");
	answer_text(first, "gate", row_text(row, "first_gate"));
	if (!look->repeated)
		return;
	answer_bool(first, "mine", true);
	answer_int(into, "seconds_ago", look->since > 0 ? look->since / MS_SECOND : 0);
}

/* The holder's own, where the ticket is a dependent's; else, and where that is unknown, the customer's. NULL: none. */
static const char *personal(const struct row *dependent, const struct row *row, const char *column)
{
	if (dependent && !row_null(dependent, column))
		return row_text(dependent, column);
	return row_null(row, column) ? NULL : row_text(row, column);
}

void answer_contact(struct json_object *into, const struct row *row)
{
	struct json_object *contact;

	if (row_null(row, "emergency_mobile")) {
		answer_null(into, "emergency_contact");
		return;
	}
	contact = answer_object(into, "emergency_contact");
	answer_text(contact, "name", row_text(row, "emergency_name"));
	answer_text(contact, "mobile_number", row_text(row, "emergency_mobile"));
}

void answer_attendee(struct request *rq, struct json_object *into, const struct look *look, ms_t before)
{
	const struct row *row = look->row, *dependent = NULL;
	const char *photo;

	if (!row_null(row, "dependent_id"))
		dependent = scan_dependent(rq->db, row_int(row, "dependent_id"));
	photo = personal(dependent, row, "photo");
	answer_text(into, "name", row_text(row, "holder_name"));
	answer_text(into, "photo", picture_signed(rq, photo));
	answer_text(into, "card_id",
		    *look->card_uid		? look->card_uid
		    : row_null(row, "card_uid") ? NULL
						: row_text(row, "card_uid"));
	answer_text(into, "ticket_status", row_is(row, "status", "valid") ? "valid" : "invalid");
	answer_text(into, "ticket_tier", row_text(row, "category"));
	answer_text(into, "scan_status", in_before(row, before) ? "previously_scanned" : "not_scanned");
	answer_text(into, "blood_type", personal(dependent, row, "blood_type"));
	answer_contact(into, row);
	if (row_bool(row, "show_labels"))
		answer_add(into, "labels",
			   json_tokener_parse(row_null(row, "labels") ? "[]" : row_text(row, "labels")));
	else
		answer_array(into, "labels");
	if (row_bool(row, "show_dependents") && look->facts.by_card)
		answer_rows(into, "dependents", scan_dependents(rq->db, rq->who.event_id, row_int(row, "customer_id")));
	else
		answer_array(into, "dependents");
}

enum scan_rank rank_of_ticket(const struct row *ticket, ms_t now, bool out, bool leave)
{
	struct scan_facts f = { .presence = presence_named(row_text(ticket, "presence")),
				.entries = (int)row_int(ticket, "entries"),
				.on_leave = row_bool(ticket, "on_leave"),
				.re_entry = row_bool(ticket, "re_entry"),
				.last_in_at = row_time(ticket, "last_in_at"),
				.out = out,
				.leave = leave };

	if (row_bool(ticket, "daily"))
		f.day_began = day_began(now, row_text(ticket, "time_zone"), (int)row_int(ticket, "day_change"));
	return scan_rank(&f);
}

/* A scan of it would let them through, or nearly: of re-entry and the like its verdict speaks. */
static bool may_follow(const struct request *rq, const struct look *look, const struct row *ticket)
{
	bool scanned = look->row && row_int(ticket, "id") == row_int(look->row, "id");

	return !scanned && row_is(ticket, "status", "valid") &&
	       rank_of_ticket(ticket, rq->now, look->facts.out, look->facts.leave) != RANK_THERE &&
	       (row_null(ticket, "dependent_id") || row_bool(ticket, "show_dependents"));
}

void answer_others(struct request *rq, struct json_object *into, const struct look *look)
{
	struct json_object *others = answer_array(into, "others"), *one;

	for (size_t i = 0; look->of_card && i < look->of_card->n; i++) {
		const struct row ticket = row_at(look->of_card, i);

		if (!may_follow(rq, look, &ticket))
			continue;
		one = answer_item(others);
		answer_int(one, "ticket_id", row_int(&ticket, "id"));
		answer_text(one, "name", row_text(&ticket, "holder_name"));
		answer_text(one, "category", row_text(&ticket, "category"));
	}
}

/* Where the ticket's category is let in. */
static void answer_right_gates(struct json_object *into, const struct look *look)
{
	struct json_object *gates = answer_array(into, "gates");
	const char *last = "";

	for (size_t i = 0; look->asked && i < look->asked->n; i++) {
		const struct row row = row_at(look->asked, i);

		if (strcasecmp(row_text(&row, "gate"), last) != 0)
			json_object_array_add(gates, json_object_new_string(row_text(&row, "gate")));
		last = row_text(&row, "gate");
	}
}

/* The verdict, its sentence, and of one who is let in what the usher should see to. */
static void answer_words(struct request *rq, const struct look *look, const char *result, const char *reason,
			 ms_t before)
{
	bool again = look->known && in_before(look->row, before);
	const char *note = strcmp(result, "valid") == 0 ? scan_note(&look->facts) : NULL;
	const char *said = said_to(rq, scan_sentence(reason, look->facts.out, again));
	struct json_object *notes;

	answer_text(rq->data, "result", result);
	answer_text(rq->data, "reason", reason);
	if (note)
		said = talloc_asprintf(rq->mem, "%s %s", said, said_to(rq, scan_note_sentence(note)));
	answer_text(rq->data, "message", said);
	notes = answer_array(rq->data, "notes");
	if (note)
		json_object_array_add(notes, json_object_new_string(note));
}

void answer_verdict(struct request *rq, const struct look *look, const char *result, const char *reason, ms_t before)
{
	struct json_object *ticket;

	answer_words(rq, look, result, reason, before);
	answer_text(rq->data, "direction", look->facts.out ? "out" : "in");
	if (strcmp(reason, "wrong_gate") == 0)
		answer_right_gates(rq->data, look);
	answer_others(rq, rq->data, look);
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
	answer_first_scan(rq, rq->data, look, before);
}
