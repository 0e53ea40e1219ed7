/* The gate. A look finds the tickets of the scans that wait by code or card, rules/scan.c decides each, one transaction
 * applies them. A verdict that was overtaken by another scan of the same ticket is decided again; a scan_id that is known
 * answers as it did, and a scan without one that repeats the last of this device is told so. */
#include "app/actions/gate.h"
#include "app/scan_fields.h"
#include "app/scan_settle.h"
#include "app/usher.h"
#include <stdio.h>
#include <string.h>

const struct field SCAN_RESULT[] = {
	SCAN_CARRIER,
	SCAN_NUMBERED,
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" },
	FIELDS_END,
};
const struct field SCAN_CARD[] = {
	{ "card_id", F_TEXT, .required = true, .max = 64, .help = "A card's UID" },
	FIELDS_END,
};
const struct field SCAN_VALIDATE[] = {
	{ "event_id", F_ID, .help = "The usher's event" },
	{ "ticket_id", F_ID, .help = "Which of the card's tickets" },
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" },
	FIELDS_END,
};
const struct field SCAN_ATTENDEE[] = {
	{ "ticket_id", F_ID, .help = "Which of the card's tickets" },
	FIELDS_END,
};

void scan_answer_id(struct request *rq, const uint8_t scan_id[16], ms_t at)
{
	char text[UUID_SIZE];

	answer_text(rq->data, "scan_id", uuid_text(scan_id, text));
	answer_time(rq->data, "at", at);
}

/* Does the verdict alone say that the ticket had been in? Of scans at the same moment the clock cannot tell. */
static bool was_in(const struct row *log)
{
	return row_is(log, "result", "already_scanned") ||
	       (row_is(log, "result", "valid") && row_is(log, "direction", "out"));
}

/* Is it the scan that was logged? A "valid" of one ticket must not be said of another that comes with the same scan_id. */
static bool same_scan(const struct scan *scan, const struct row *log)
{
	const struct look *look = &scan->look;
	int64_t logged = row_int(log, "ticket_id"), named = scan->ticket_id;
	struct row one;

	if (!row_is(log, "direction", look->facts.out ? "out" : "in") || !row_is(log, "card_id", look->card_uid) ||
	    !row_is(log, "kind", scan_kind(scan)))
		return false;
	if (*look->card_uid)
		return !named || !logged || named == logged;
	/* By then the next of the order's tickets may be the only one that may go. */
	if (*scan->reference && logged)
		return row_with_id(look->of_card, "id", logged, &one) && (!named || named == logged);
	return logged == (look->known ? row_int(look->row, "id") : 0);
}

/* What a scan was answered when it first came. of_card: who else comes with the same card now; NULL: nobody is looked for. */
static void answer_logged(struct request *rq, const uint8_t scan_id[16], const struct row *log,
			  const struct rows *of_card)
{
	struct look look = { .of_card = of_card };

	scan_answer_id(rq, scan_id, row_time(log, "at"));
	look.row = row_null(log, "ticket_id") ? NULL : scan_ticket(rq->db, row_int(log, "ticket_id"));
	look.known = look.row != NULL;
	look.facts.by_card = !row_null(log, "card_id");
	look.facts.out = row_is(log, "direction", "out");
	if (look.facts.by_card)
		card_uid_normalise(row_text(log, "card_id"), look.card_uid);
	if (look.known && row_is(log, "reason", "just_scanned_here"))
		look.repeated = scan_last_move(rq->db, row_int(log, "ticket_id"), row_int(log, "id"));
	if (look.repeated)
		look.since = row_time(log, "at") - row_time(look.repeated, "first_scan_at");
	if (look.known && row_bool(look.row, "ruled")) {
		look.facts.now = row_time(log, "at");
		scan_ask(rq, &look, row_text(log, "gate"));
	}
	answer_verdict(rq, &look, row_text(log, "result"), row_text(log, "reason"),
		       was_in(log) ? 0 : row_time(log, "at"));
}

/* The device knows it by the number that it sent. */
static const uint8_t *number_sent(const struct scan *scan, uint8_t into[UUID_BYTES])
{
	memcpy(into, scan->scan_id, UUID_BYTES);
	if (scan->aside)
		scan_number_aside(into);
	return into;
}

/* The answer this scan_id got when it first came. */
static int answer_repeat(const struct scan *scan)
{
	struct request *rq = scan->rq;
	const struct row *log = scan_logged(rq->db, rq->who.event_id, scan->scan_id);
	struct look look = { 0 };
	uint8_t sent[UUID_BYTES];

	if (!log)
		return ANSWERED;
	number_sent(scan, sent);
	if (same_scan(scan, log)) {
		answer_logged(rq, sent, log, scan->look.of_card);
		return ANSWERED;
	}
	look.facts.out = scan->out;
	scan_answer_id(rq, sent, rq->now);
	answer_verdict(rq, &look, "invalid", "scan_id_used", 0);
	return ANSWERED;
}

void scan_answer_logged(struct request *rq, const struct row *log)
{
	answer_logged(rq, (const uint8_t *)row_cell(log, "scan_id")->s, log, NULL);
}

/* GET /gate: ready for a scan; or the verdict that one of this event got, by its number. */
int gate_show(struct request *rq)
{
	uint8_t scan_id[UUID_BYTES];
	const struct row *log = NULL;

	if (field_given(rq, "scan_id") && uuid_parse(field_text(rq, "scan_id"), scan_id))
		log = scan_settled(rq->db, rq->who.event_id, scan_id);
	if (log && !row_is(log, "kind", "record"))
		answer_logged(rq, scan_id, log, NULL);
	return ANSWERED;
}

void scan_carry(struct request *rq, struct scan *scan, const char *code, const char *card)
{
	scan->code = code;
	scan->card = card;
	if (!code == !card)
		field_fault(rq, "code", "Give a ticket's code or a card's number, one of them.");
}

bool scan_begin(struct request *rq, struct scan *scan)
{
	scan->rq = rq;
	scan->gate = field_text(rq, "gate");
	if (!usher_times(rq))
		return false;
	scan->unnumbered = !field_given(rq, "scan_id") || !uuid_parse(field_text(rq, "scan_id"), scan->scan_id);
	if (scan->unnumbered)
		uuid_make(scan->scan_id);
	return true;
}

/* Reads what was sent. False: refused. */
static bool read_scan(struct request *rq, const char *code, const char *card, struct scan *scan)
{
	*scan = (struct scan){ .ticket_id = field_int(rq, "ticket_id"),
			       .out = !strcmp(field_text(rq, "direction"), "out") };
	scan_carry(rq, scan, code, card);
	return scan_begin(rq, scan);
}

static int answer_scan(const struct scan *scan)
{
	uint8_t sent[UUID_BYTES];

	event_changed(scan->rq, scan->rq->who.event_id);
	scan_answer_id(scan->rq, number_sent(scan, sent), scan->counted);
	answer_verdict(scan->rq, &scan->look, scan->verdict.result, scan->verdict.reason, 0);
	return ANSWERED;
}

enum { TRIES = 8 };

/* Was its number only recorded so far? Then it is settled under another; where that is taken too, it has none. */
static bool recorded_before(struct scan *scan)
{
	const struct row *log = scan_logged(scan->rq->db, scan->rq->who.event_id, scan->scan_id);

	if (!log || scan->aside || !row_is(log, "kind", "record"))
		return false;
	scan_number_aside(scan->scan_id);
	scan->aside = true;
	return true;
}

int scan_settle(struct scan *scan)
{
	struct request *rq = scan->rq;

	for (int i = 0; i < TRIES && scan_look_up(scan, 1); i++) {
		struct scan_effect effect = scan_effect_of(scan);

		switch (scan_apply(rq->db, &effect, 1)) {
		case SCAN_DONE:
			return answer_scan(scan);
		case SCAN_REPEAT:
			if (recorded_before(scan))
				continue;
			return answer_repeat(scan);
		case SCAN_LOST:
			continue;
		default:
			return ANSWERED;
		}
	}
	rq->retry_after = 1;
	return refuse(rq, 503, "BUSY", "Other scans of this ticket are under way. Scan it again.");
}

static int scan_carrier(struct request *rq, const char *code, const char *card)
{
	struct scan scan;

	return read_scan(rq, code, card, &scan) ? scan_settle(&scan) : ANSWERED;
}

/* POST scan/result/. Always 200, for a refusal is an answer. */
int scan_result(struct request *rq)
{
	return scan_carrier(rq, field_text(rq, "code"), field_text(rq, "card_id"));
}

static bool same_ticket(const struct scan *a, const struct scan *b)
{
	return a->look.known && b->look.known && row_int(a->look.row, "id") == row_int(b->look.row, "id");
}

/* Of scans that cannot be settled at once (one ticket twice, one scan_id twice) the later ones are left alone, and those of an event
 * that has room for so many at once; a scan_id
 * that is known, or a ticket that another worker moved, leaves each alone. */
bool scan_results(struct request *const rqs[], size_t n)
{
	struct scan scans[DB_SOME], *apart[DB_SOME];
	struct scan_effect effects[DB_SOME];
	size_t good = 0, settled = 0;

	for (size_t i = 0; i < n; i++)
		if (read_scan(rqs[i], field_text(rqs[i], "code"), field_text(rqs[i], "card_id"), &scans[good]))
			good++;
	if (!scan_look_up(scans, good))
		return false;
	for (size_t i = 0; i < good; i++) {
		bool first = true;

		for (size_t k = 0; first && k < settled; k++)
			first = !same_ticket(apart[k], &scans[i]) &&
				memcmp(apart[k]->scan_id, scans[i].scan_id, UUID_BYTES);
		first = first && !scans[i].look.roomed;
		scans[i].rq->alone = !first;
		if (first) {
			effects[settled] = scan_effect_of(&scans[i]);
			apart[settled++] = &scans[i];
		}
	}
	if (settled && scan_apply(rqs[0]->db, effects, settled) != SCAN_DONE)
		return false;
	for (size_t i = 0; i < settled; i++)
		answer_scan(apart[i]);
	return true;
}

void scan_typed(struct request *rq, const char **code, const char **card)
{
	const char *tidied = *code ? held_up_tidy(*code, talloc_array(rq->mem, char, HELD_UP_SIZE)) : NULL;

	if (*code && !*card && held_up_kind(tidied) == HELD_CARD) {
		*card = tidied;
		*code = NULL;
	}
}

/* POST /gate. */
int gate_scan(struct request *rq)
{
	const char *code = field_text(rq, "code"), *card = field_text(rq, "card_id");

	scan_typed(rq, &code, &card);
	return scan_carrier(rq, code, card);
}

/* Who comes with the card of the path. False when the usher's event is gone, or the database. */
static bool look_at_card(struct request *rq, struct scan *scan)
{
	scan->rq = rq;
	scan->card = path_text(rq, "card_id");
	scan->ticket_id = field_int(rq, "ticket_id");
	return scan_look_up(scan, 1);
}

/* A verdict without effect: the one that a scan without a number would get. */
int scan_card_validate(struct request *rq)
{
	struct scan scan = { .unnumbered = true, .out = !strcmp(field_text(rq, "direction"), "out") };

	if (!usher_own_event(rq, field_int(rq, "event_id")) || !look_at_card(rq, &scan))
		return ANSWERED;
	scan_decide(&scan);
	answer_verdict(rq, &scan.look, scan.verdict.result, scan.verdict.reason, 0);
	return ANSWERED;
}

int scan_attendee(struct request *rq)
{
	struct scan scan = { .rq = rq };
	const struct look *look = &scan.look;

	if (!usher_own_event(rq, path_id(rq, "event_id")) || !look_at_card(rq, &scan))
		return ANSWERED;
	if (!look->facts.card_known)
		return refuse(rq, 404, "CARD_NOT_FOUND", "This card is not known.");
	if (!look->known)
		return refuse(rq, 404, "ATTENDEE_NOT_FOUND", "There is no ticket for this event on this card.");
	answer_attendee(rq, rq->data, look, 0);
	answer_int(rq->data, "ticket_id", row_int(look->row, "id"));
	answer_first_scan(rq, rq->data, look, 0);
	answer_others(rq, rq->data, look);
	return ANSWERED;
}
