/* The gate. A look finds the tickets of the scans that wait by code or card, rules/scan.c decides each, one transaction
 * applies them. A verdict that was overtaken by another scan of the same ticket is decided again; a scan_id that is known
 * answers as it did, and a scan without one that repeats the last of this device is told so. */
#include "rules/scan.h"
#include "app/actions/gate.h"
#include "app/attendee.h"
#include "app/usher.h"
#include "base/uuid.h"
#include "rules/keyboard.h"
#include "rules/keys.h"
#include "store/scan.h"
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define CARRIER                                                                                                        \
	{ "card_id", F_TEXT, .max = 64, .help = "A card's UID" },                                                      \
		{ "code", F_TEXT, .max = 400, .help = "A ticket's code" },                                             \
		{ "ticket_id", F_ID, .help = "Which of a card's tickets" }
/* clang-format on */

const struct field SCAN_RESULT[] = {
	CARRIER,
	{ "scan_id", F_UUID, .help = "The device's own id of this scan" },
	{ "scanned_at", F_TIME, .help = "The device's clock" },
	{ "gate", F_TEXT, .max = 40, .help = "Gate" },
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

/* A scan under way: of a code or of a card. */
struct scan {
	struct request *rq;
	const char *code, *card;
	int64_t ticket_id; /* which of a card's, 0: any */
	bool out;
	bool unnumbered; /* it brought no scan_id */
	bool genuine;	 /* the code is one of ours, whole: parts */
	struct ticket_code parts;
	char as_read[TICKET_CODE_SIZE]; /* the code, where a keyboard made another text of it */
	uint8_t scan_id[UUID_BYTES];
	struct look look;
	struct verdict verdict;
};

/* Whose signature is it? *forged: the key is known, and it is not that key's. */
static bool is_genuine(struct scan *scan, const char *code, bool *forged)
{
	const struct row *key;

	*forged = false;
	if (!ticket_code_read(code, &scan->parts))
		return false;
	if (ticket_code_tagged(code))
		return true;
	key = scan_key(scan->rq->db, scan->parts.key_id);
	if (!key)
		return false;
	if (ticket_code_signed(code, (const uint8_t *)row_cell(key, "public_key")->s))
		return true;
	*forged = !ticket_code_flattened(code);
	return false;
}

static bool is_genuine_on_keyboard(const char *code, void *with)
{
	struct scan *scan = with;
	bool forged;

	if (!is_genuine(scan, code, &forged))
		return false;
	snprintf(scan->as_read, sizeof scan->as_read, "%s", code);
	return true;
}

/* The nonce finds the ticket and the row is the truth; but a code that somebody changed is refused whatever it finds. One whose
 * key nobody has, or that is not whole, was not changed by anybody who wants in: it was read badly. */
static void read_code(struct scan *scan)
{
	struct scan_facts *f = &scan->look.facts;
	bool forged;

	scan->genuine = is_genuine(scan, scan->code, &forged);
	if (!scan->genuine && keyboard_undo(scan->code, is_genuine_on_keyboard, scan)) {
		scan->genuine = true;
		scan->code = scan->as_read;
	}
	f->forged = forged && !scan->genuine;
	f->unread = !scan->genuine && !forged && ticket_code_meant(scan->code);
}

static void look_by_code(struct scan *scan, const struct rows *tickets)
{
	struct look *look = &scan->look;

	for (size_t i = 0; tickets && !look->row && i < tickets->n; i++) {
		look->found = row_at(tickets, i);
		if (same_bytes(row_cell(&look->found, "nonce")->s, scan->parts.nonce, TICKET_NONCE))
			look->row = &look->found;
	}
	look->facts.newest_code = look->row && row_int(look->row, "generation") == scan->parts.generation;
}

/* The ticket that is named. Where none is: of a scan without a number the one that it repeats, else the owner's next; a dependent's
 * goes by its name alone. */
static void choose_ticket(struct scan *scan, int64_t customer_id)
{
	const struct request *rq = scan->rq;
	struct look *look = &scan->look;
	const bool any = !scan->ticket_id;

	look->of_card = scan_tickets_of_card(
		rq->db, &(struct card_scan){ .event_id = rq->who.event_id,
					     .customer_id = customer_id,
					     .card_uid = look->card_uid,
					     .ticket_id = scan->ticket_id,
					     .session_id = any && scan->unnumbered ? rq->who.session_id : 0,
					     .since = rq->now - SCAN_REPEATS_MS,
					     .out = scan->out });
	if (!look->of_card->n)
		return;
	look->found = row_at(look->of_card, 0);
	if (any ? !row_null(&look->found, "repeated") || row_null(&look->found, "dependent_id")
		: row_int(&look->found, "id") == scan->ticket_id)
		look->row = &look->found;
}

static void look_by_card(struct scan *scan)
{
	struct look *look = &scan->look;
	struct db *db = scan->rq->db;
	const struct row *card = card_uid_normalise(scan->card, look->card_uid) ? scan_card(db, look->card_uid) : NULL;

	look->facts.by_card = true;
	look->facts.card_known = card != NULL;
	look->facts.card_active = card && row_is(card, "status", "active");
	if (look->facts.card_active && !row_null(card, "customer_id"))
		choose_ticket(scan, row_int(card, "customer_id"));
}

/* Asked of what is refused anyway, and for nothing else: a scan that counts costs no statement more. */
static void find_repeated(struct scan *scan)
{
	const struct request *rq = scan->rq;
	struct look *look = &scan->look;
	const struct row *move = scan_last_move(rq->db, row_int(look->row, "id"), 0);

	if (!move || row_int(move, "session_id") != rq->who.session_id ||
	    !row_is(move, "direction", scan->out ? "out" : "in"))
		return;
	look->since = rq->now - row_time(move, "first_scan_at");
	look->facts.repeats = look->since <= SCAN_REPEATS_MS;
	look->repeated = look->facts.repeats ? move : NULL;
}

/* False when the usher's event is gone, or the database. */
static bool fill_facts(struct scan *scan)
{
	struct look *look = &scan->look;
	struct scan_facts *f = &look->facts;
	const struct row *row = look->row;

	f->out = scan->out;
	f->now = scan->rq->now;
	f->found = row != NULL;
	f->this_event = row && row_int(row, "event_id") == scan->rq->who.event_id;
	look->event = f->this_event ? row : scan_event(scan->rq->db, scan->rq->who.event_id);
	if (!look->event)
		return false;
	f->event_live = row_is(look->event, "event_status", "published");
	f->scanning_enabled = row_bool(look->event, "scanning_enabled");
	f->opens = row_time(look->event, "starts_at") - MS_DAY;
	f->closes = row_time(look->event, "ends_at") + MS_DAY;
	f->re_entry = row_bool(look->event, "re_entry");
	if (!row)
		return true;
	f->valid = row_is(row, "status", "valid");
	f->refunded = row_is(row, "status", "refunded");
	f->presence = presence_named(row_text(row, "presence"));
	f->entries = (int)row_int(row, "entries");
	look->known = f->this_event;
	return true;
}

/* Finds what n scans hold up: the codes' tickets in one query. False when an event is gone, or the database. */
static bool look_up(struct scan scans[], size_t n)
{
	uint8_t nonces[DB_SOME][TICKET_NONCE];
	const struct rows *tickets = NULL;
	size_t coded = 0;

	for (size_t i = 0; i < n; i++) {
		scans[i].look = (struct look){ .row = NULL };
		scans[i].genuine = false;
		if (scans[i].code)
			read_code(&scans[i]);
		if (scans[i].genuine)
			memcpy(nonces[coded++], scans[i].parts.nonce, TICKET_NONCE);
	}
	if (coded)
		tickets = scan_tickets(scans->rq->db, nonces, coded);
	for (size_t i = 0; i < n; i++) {
		if (scans[i].card)
			look_by_card(&scans[i]);
		else if (scans[i].genuine)
			look_by_code(&scans[i], tickets);
		if (!fill_facts(&scans[i]))
			return false;
	}
	return true;
}

static void decide(struct scan *scan)
{
	scan->verdict = scan_verdict(&scan->look.facts);
	if (scan->verdict.late && scan->unnumbered) {
		find_repeated(scan);
		scan->verdict = scan_verdict(&scan->look.facts);
	}
}

/* Decides, and says what that does. */
static struct scan_effect effect_of(struct scan *scan)
{
	struct request *rq = scan->rq;
	const struct look *look = &scan->look;
	const struct row *ticket = look->known ? look->row : NULL;
	const char *gate = field_text(rq, "gate");
	ms_t scanned = field_time(rq, "scanned_at");

	decide(scan);
	return (struct scan_effect){ .event_id = rq->who.event_id,
				     .ticket_id = ticket ? row_int(ticket, "id") : 0,
				     .category_id = ticket ? row_int(ticket, "category_id") : 0,
				     .usher_id = rq->who.role_id,
				     .session_id = rq->who.session_id,
				     .scan_id = scan->scan_id,
				     .card_uid = *look->card_uid ? look->card_uid : NULL,
				     .gate = gate ? gate : "",
				     .direction = scan->out ? "out" : "in",
				     .result = scan->verdict.result,
				     .reason = scan->verdict.reason,
				     .presence = presence_name(look->facts.presence),
				     .name = ticket ? row_text(ticket, "holder_name") : "",
				     .moves = scan->verdict.moves,
				     .out = scan->out,
				     .generation = ticket ? row_int(ticket, "generation") : 0,
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
	return row_is(log, "result", "already_scanned") ||
	       (row_is(log, "result", "valid") && row_is(log, "direction", "out"));
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

/* What a scan was answered when it first came. of_card: who else comes with the same card now; NULL: nobody is looked for. */
static void answer_logged(struct request *rq, const uint8_t scan_id[16], const struct row *log,
			  const struct rows *of_card)
{
	struct look look = { .of_card = of_card };

	answer_scan_id(rq, scan_id, row_time(log, "at"));
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
	answer_verdict(rq, &look, row_text(log, "result"), row_text(log, "reason"),
		       was_in(log) ? 0 : row_time(log, "at"));
}

/* The answer this scan_id got when it first came; asked: what is held up to the reader now. */
static int answer_repeat(struct request *rq, const uint8_t scan_id[16], const struct look *asked)
{
	const struct row *log = scan_logged(rq->db, rq->who.event_id, scan_id);
	struct look look = { 0 };

	if (!log)
		return ANSWERED;
	if (same_scan(rq, log, asked)) {
		answer_logged(rq, scan_id, log, asked->of_card);
		return ANSWERED;
	}
	look.facts.out = asked->facts.out;
	answer_scan_id(rq, scan_id, rq->now);
	answer_verdict(rq, &look, "invalid", "scan_id_used", 0);
	return ANSWERED;
}

/* GET /gate: ready for a scan; or the verdict that one of this event got, by its number. */
int gate_show(struct request *rq)
{
	uint8_t scan_id[UUID_BYTES];
	const struct row *log = NULL;

	if (field_given(rq, "scan_id") && uuid_parse(field_text(rq, "scan_id"), scan_id))
		log = scan_logged(rq->db, rq->who.event_id, scan_id);
	if (log)
		answer_logged(rq, scan_id, log, NULL);
	return ANSWERED;
}

/* Reads what was sent. False: refused. */
static bool read_scan(struct request *rq, const char *code, const char *card, struct scan *scan)
{
	*scan = (struct scan){ .rq = rq,
			       .code = code,
			       .card = card,
			       .ticket_id = field_int(rq, "ticket_id"),
			       .out = !strcmp(field_text(rq, "direction"), "out") };
	if (!code == !card)
		field_fault(rq, "code", "Give a ticket's code or a card's number, one of them.");
	if (!usher_times(rq))
		return false;
	scan->unnumbered = !field_given(rq, "scan_id") || !uuid_parse(field_text(rq, "scan_id"), scan->scan_id);
	if (scan->unnumbered)
		uuid_make(scan->scan_id);
	return true;
}

static int answer_scan(const struct scan *scan)
{
	event_changed(scan->rq, scan->rq->who.event_id);
	answer_scan_id(scan->rq, scan->scan_id, scan->rq->now);
	answer_verdict(scan->rq, &scan->look, scan->verdict.result, scan->verdict.reason, 0);
	return ANSWERED;
}

enum { TRIES = 8 };

static int scan_carrier(struct request *rq, const char *code, const char *card)
{
	struct scan scan;

	if (!read_scan(rq, code, card, &scan))
		return ANSWERED;
	for (int i = 0; i < TRIES && look_up(&scan, 1); i++) {
		struct scan_effect effect = effect_of(&scan);

		switch (scan_apply(rq->db, &effect, 1)) {
		case SCAN_DONE:
			return answer_scan(&scan);
		case SCAN_REPEAT:
			return answer_repeat(rq, scan.scan_id, &scan.look);
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

static bool same_ticket(const struct scan *a, const struct scan *b)
{
	return a->look.known && b->look.known && row_int(a->look.row, "id") == row_int(b->look.row, "id");
}

/* Of scans that cannot be settled at once (one ticket twice, one scan_id twice) the later ones are left alone; a scan_id
 * that is known, or a ticket that another worker moved, leaves each alone. */
bool scan_results(struct request *const rqs[], size_t n)
{
	struct scan scans[DB_SOME], *apart[DB_SOME];
	struct scan_effect effects[DB_SOME];
	size_t good = 0, settled = 0;

	for (size_t i = 0; i < n; i++)
		if (read_scan(rqs[i], field_text(rqs[i], "code"), field_text(rqs[i], "card_id"), &scans[good]))
			good++;
	if (!look_up(scans, good))
		return false;
	for (size_t i = 0; i < good; i++) {
		bool first = true;

		for (size_t k = 0; first && k < settled; k++)
			first = !same_ticket(apart[k], &scans[i]) &&
				memcmp(apart[k]->scan_id, scans[i].scan_id, UUID_BYTES);
		scans[i].rq->alone = !first;
		if (first) {
			effects[settled] = effect_of(&scans[i]);
			apart[settled++] = &scans[i];
		}
	}
	if (settled && scan_apply(rqs[0]->db, effects, settled) != SCAN_DONE)
		return false;
	for (size_t i = 0; i < settled; i++)
		answer_scan(apart[i]);
	return true;
}

/* The gate page's form has one field, into which a reader types whatever it read: what looks like a card's number is
 * one, all else is a ticket's code. */
int gate_scan(struct request *rq)
{
	const char *code = field_text(rq, "code"), *card = field_text(rq, "card_id");
	char uid[CARD_UID_SIZE];

	if (code && !card && card_uid_normalise(code, uid)) {
		card = code;
		code = NULL;
	}
	return scan_carrier(rq, code, card);
}

/* Who comes with the card of the path. False when the usher's event is gone, or the database. */
static bool look_at_card(struct request *rq, struct scan *scan)
{
	scan->rq = rq;
	scan->card = path_text(rq, "card_id");
	scan->ticket_id = field_int(rq, "ticket_id");
	return look_up(scan, 1);
}

/* A verdict without effect: the one that a scan without a number would get. */
int scan_card_validate(struct request *rq)
{
	struct scan scan = { .unnumbered = true, .out = !strcmp(field_text(rq, "direction"), "out") };

	if (!usher_own_event(rq, field_int(rq, "event_id")) || !look_at_card(rq, &scan))
		return ANSWERED;
	decide(&scan);
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
	answer_others(rq->data, look);
	return ANSWERED;
}
