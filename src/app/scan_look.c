/* Online the code's number finds the ticket and the row is the truth; the signature is asked where a code is not one of ours as it
 * was made. Where several scans wait, their tickets are found at once. */
#include "app/scan_look.h"
#include "rules/keyboard.h"
#include "rules/keys.h"
#include "store/event_key.h"
#include "store/scan_room.h"
#include <stdio.h>
#include <string.h>

enum { ASKED_MAX = 100 };

/* Whose signature is it? *forged: the key is known, and it is not that key's. */
static bool is_genuine(struct scan *scan, const char *text, bool *forged)
{
	char whole[TICKET_CODE_SIZE];
	const char *code = ticket_code_part(text, whole, scan->digits);
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

static bool is_genuine_on_keyboard(const char *text, void *with)
{
	struct scan *scan = with;
	bool forged;

	if (!is_genuine(scan, text, &forged))
		return false;
	snprintf(scan->as_read, sizeof scan->as_read, "%s", text);
	return true;
}

/* The nonce finds the ticket and the row is the truth; but a code that somebody changed is refused whatever it finds. One whose
 * key nobody has, or that is not whole, was not changed by anybody who wants in: it was read badly. */
static void read_code(struct scan *scan)
{
	struct scan_facts *f = &scan->look.facts;
	char *tidied = talloc_array(scan->rq->mem, char, HELD_UP_SIZE);
	bool forged;

	scan->code = held_up_tidy(scan->code, tidied);
	scan->genuine = is_genuine(scan, scan->code, &forged);
	if (!scan->genuine && keyboard_undo(scan->code, is_genuine_on_keyboard, scan)) {
		scan->genuine = true;
		scan->code = scan->as_read;
	}
	f->forged = forged && !scan->genuine;
	f->unread = !scan->genuine && !forged && ticket_code_meant(scan->code);
	if (scan->genuine || forged || f->unread || !held_up_reference(scan->code, scan->reference))
		*scan->reference = '\0';
}

/* A scan of it would let it through, or nearly. */
static bool may_go(const struct scan *scan, const struct row *ticket)
{
	return row_is(ticket, "status", "valid") &&
	       rank_of_ticket(ticket, scan->rq->now, scan->out, scan->leave) != RANK_THERE;
}

/* The one that is named, or the only one that may go; where none may, the first, so that it is told why. */
static void look_by_reference(struct scan *scan)
{
	struct look *look = &scan->look;
	const struct rows *tickets = scan_tickets_of_order(scan->rq->db, scan->rq->who.event_id, scan->reference);
	size_t chosen = 0, may = 0;

	for (size_t i = 0; i < tickets->n; i++) {
		const struct row ticket = row_at(tickets, i);
		bool named = row_int(&ticket, "id") == scan->ticket_id;

		if (named || (!scan->ticket_id && may_go(scan, &ticket))) {
			chosen = i;
			may++;
		}
	}
	look->of_card = tickets;
	look->facts.several = may > 1;
	if (may > 1 || !tickets->n || (scan->ticket_id && !may))
		return;
	look->found = row_at(tickets, chosen);
	look->row = &look->found;
	look->facts.newest_code = true;
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

/* The owner's next: of those that are valid, if any is, the oldest of those that may go, or nearly, or that the verdict is about; a
 * dependent's goes by its name alone. */
static bool find_next(const struct scan *scan, const struct rows *tickets, struct row *next)
{
	int64_t id = 0;
	enum scan_rank best = RANK_MAY;
	bool valid = false;

	for (size_t i = 0; i < tickets->n; i++) {
		const struct row one = row_at(tickets, i);
		enum scan_rank rank;

		if (!row_null(&one, "dependent_id") || (valid && !row_is(&one, "status", "valid")))
			continue;
		rank = rank_of_ticket(&one, scan->rq->now, scan->out, scan->leave);
		if (id && (rank > best || (rank == best && row_int(&one, "id") > id)))
			continue;
		valid = row_is(&one, "status", "valid");
		id = row_int(&one, "id");
		best = rank;
		*next = one;
	}
	return id != 0;
}

/* The ticket that is named. Where none is: of a scan without a number the one that it repeats, else the owner's next. */
static void choose_ticket(struct scan *scan)
{
	struct look *look = &scan->look;

	if (!look->of_card || !look->of_card->n)
		return;
	look->found = row_at(look->of_card, 0);
	if (scan->ticket_id ? row_with_id(look->of_card, "id", scan->ticket_id, &look->found) != NULL
			    : !row_null(&look->found, "repeated") || find_next(scan, look->of_card, &look->found))
		look->row = &look->found;
}

/* Its tickets come later: which are first among them depends on the scan. */
static void find_card(struct request *rq, const char *uid, struct card_held *held)
{
	const struct row *card;

	*held->uid = '\0';
	card = card_uid_normalise(uid, held->uid) ? scan_card(rq->db, held->uid) : NULL;
	held->known = card != NULL;
	held->active = card && row_is(card, "status", "active");
	held->customer_id = held->active && !row_null(card, "customer_id") ? row_int(card, "customer_id") : 0;
	held->tickets = NULL;
}

static const struct rows *tickets_of(const struct scan *scan, const struct card_held *held)
{
	const struct request *rq = scan->rq;

	if (!held->customer_id)
		return NULL;
	return scan_tickets_of_card(rq->db, &(struct card_scan){ .event_id = rq->who.event_id,
								 .customer_id = held->customer_id,
								 .card_uid = held->uid,
								 .ticket_id = scan->ticket_id,
								 .session_id = !scan->ticket_id && scan->unnumbered
										       ? rq->who.session_id
										       : 0,
								 .since = rq->now - SCAN_REPEATS_MS,
								 .out = scan->out,
								 .leave = scan->leave });
}

bool scan_hold_card(struct request *rq, const char *card, struct card_held *held)
{
	find_card(rq, card, held);
	held->tickets = tickets_of(&(struct scan){ .rq = rq }, held);
	return db_error(rq->db) == DB_OK;
}

/* Is the ticket that the scan names among those that were found before? Of very many not all were. */
static bool is_held(const struct scan *scan)
{
	const struct rows *tickets = scan->held->tickets;
	struct row one;

	return !tickets || tickets->n < CARD_TICKETS || !scan->ticket_id ||
	       row_with_id(tickets, "id", scan->ticket_id, &one);
}

static void look_by_card(struct scan *scan)
{
	struct look *look = &scan->look;
	struct card_held held;

	if (scan->held)
		held = *scan->held;
	else
		find_card(scan->rq, scan->card, &held);
	snprintf(look->card_uid, sizeof look->card_uid, "%s", held.uid);
	look->facts.by_card = true;
	look->facts.card_known = held.known;
	look->facts.card_active = held.active;
	look->of_card = scan->held && is_held(scan) ? held.tickets : tickets_of(scan, &held);
	choose_ticket(scan);
}

/* A ticket of another event is none. */
static void look_by_hand(struct scan *scan)
{
	struct look *look = &scan->look;
	const struct row *row = scan_ticket(scan->rq->db, scan->ticket_id);

	if (row && row_int(row, "event_id") == scan->rq->who.event_id)
		look->row = row;
	look->facts.newest_code = true;
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

/* Only of a code that leads to a ticket, and where its event asks for them. */
bool scan_judge_turn(struct scan *scan, ms_t at)
{
	struct look *look = &scan->look;
	uint8_t gate_key[TURNING_KEY], secret[TOTP_SECRET];

	look->facts.turn = TURN_NONE;
	if (!scan->code || !look->known || !row_bool(look->event, "turning"))
		return true;
	if (*scan->reference) {
		look->facts.turn = TURN_MISSING;
		return true;
	}
	look->facts.turn = TURN_WRONG;
	if (!event_gate_key(scan->rq->db, scan->parts.key_id, gate_key))
		return db_error(scan->rq->db) == DB_OK;
	turning_secret(gate_key, scan->parts.nonce, scan->parts.generation, secret);
	look->facts.turn = turning_judge(secret, scan->digits, at);
	explicit_bzero(gate_key, sizeof gate_key);
	explicit_bzero(secret, sizeof secret);
	return true;
}

static enum category_here where_and_when(const struct rows *asked, const char *gate, ms_t now)
{
	struct gate_rule rules[ASKED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < asked->n && i < ASKED_MAX; i++) {
		const struct row row = row_at(asked, i);

		if (!row_null(&row, "rule_id"))
			rules[n++] = (struct gate_rule){ row_text(&row, "gate"), row_time(&row, "opens_at"),
							 row_time(&row, "closes_at") };
	}
	return category_here(rules, n, gate, now);
}

bool scan_ask(struct request *rq, struct look *look, const char *gate)
{
	struct scan_facts *f = &look->facts;
	char today[DATE_SIZE] = "";
	struct row first;

	look->asked = scan_asked(rq->db, row_int(look->row, "id"), rq->who.role_id);
	if (!look->asked->n)
		return false;
	first = row_at(look->asked, 0);
	if (!clock_date(f->now, row_text(&first, "time_zone"), today))
		clock_date(f->now, "UTC", today);
	f->last_in_at = row_time(&first, "last_in_at");
	f->day_began = row_bool(&first, "daily")
			       ? day_began(f->now, row_text(&first, "time_zone"), (int)row_int(&first, "day_change"))
			       : 0;
	look->roomed = !row_null(&first, "room");
	f->min_age = (int)row_int(&first, "min_age");
	f->age = row_null(&first, "birth_date") ? AGE_UNKNOWN : age_on(row_text(&first, "birth_date"), today);
	f->category_here = where_and_when(look->asked, gate && *gate ? gate : row_text(&first, "usher_gate"), f->now);
	return true;
}

/* False when the usher's event is gone, or the database. */
static bool fill_facts(struct scan *scan)
{
	struct look *look = &scan->look;
	struct scan_facts *f = &look->facts;
	const struct row *row = look->row;

	f->out = scan->out;
	f->by_hand = scan->by_hand;
	f->override = scan->override;
	f->leave = scan->leave;
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
	f->on_leave = row_bool(row, "on_leave");
	look->known = f->this_event;
	return !look->known || !row_bool(row, "ruled") || scan_ask(scan->rq, look, scan->gate);
}

bool scan_look_up(struct scan scans[], size_t n)
{
	uint8_t nonces[DB_SOME][TICKET_NONCE];
	const struct rows *tickets = NULL;
	size_t coded = 0;

	for (size_t i = 0; i < n; i++) {
		scans[i].look = (struct look){ .row = NULL };
		scans[i].genuine = false;
		*scans[i].reference = '\0';
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
		else if (*scans[i].reference)
			look_by_reference(&scans[i]);
		else if (scans[i].by_hand)
			look_by_hand(&scans[i]);
		if (!fill_facts(&scans[i]) || !scan_judge_turn(&scans[i], scans[i].rq->now))
			return false;
	}
	return true;
}

static bool is_full(const struct scan *scan)
{
	const struct look *look = &scan->look;
	const struct row first = row_at(look->asked, 0);
	const struct room_day day = { .event_id = row_int(look->row, "event_id"),
				      .began = look->facts.day_began,
				      .now = scan->rq->now };

	return scan_inside(scan->rq->db, &day) >= row_int(&first, "room");
}

/* Whether there is room is asked last, and only of who would come in and does not insist: it may have to be counted. */
void scan_decide(struct scan *scan)
{
	struct scan_facts *f = &scan->look.facts;

	scan->verdict = scan_verdict(f);
	if (scan->verdict.late && scan->unnumbered) {
		find_repeated(scan);
		scan->verdict = scan_verdict(f);
	}
	if (scan->look.roomed && scan->verdict.moves && !f->out && !f->override && is_full(scan)) {
		f->full = true;
		scan->verdict = scan_verdict(f);
	}
}

const char *scan_kind(const struct scan *scan)
{
	return scan->kind ? scan->kind : "scan";
}

/* Of two scans of a ticket the one that counted later was later, whoever's clock was ahead, or asked first and had to ask again: by
 * their moments it is known what came of both. */
static ms_t moment_of(const struct scan *scan, const struct row *ticket)
{
	ms_t now = scan->rq->now, last = ticket ? row_time(ticket, "last_scan_at") : 0;

	return last >= now && last < now + MS_MINUTE ? last + 1 : now;
}

struct scan_effect scan_effect_of(struct scan *scan)
{
	struct request *rq = scan->rq;
	const struct look *look = &scan->look;
	const struct row *ticket = look->known ? look->row : NULL;
	ms_t scanned = field_declared(rq, "scanned_at") ? field_time(rq, "scanned_at") : 0;

	scan_decide(scan);
	scan->counted = moment_of(scan, ticket);
	return (struct scan_effect){ .event_id = rq->who.event_id,
				     .ticket_id = ticket ? row_int(ticket, "id") : 0,
				     .category_id = ticket ? row_int(ticket, "category_id") : 0,
				     .usher_id = rq->who.role_id,
				     .session_id = rq->who.session_id,
				     .scan_id = scan->scan_id,
				     .card_uid = *look->card_uid ? look->card_uid : NULL,
				     .gate = scan->gate ? scan->gate : "",
				     .kind = scan_kind(scan),
				     .note = scan->note ? scan->note : "",
				     .leave = scan->leave,
				     .direction = scan->out ? "out" : "in",
				     .result = scan->verdict.result,
				     .reason = scan->verdict.reason,
				     .presence = presence_name(look->facts.presence),
				     .name = ticket ? row_text(ticket, "holder_name") : "",
				     .moves = scan->verdict.moves,
				     .out = scan->out,
				     .generation = ticket ? row_int(ticket, "generation") : 0,
				     .entries = look->facts.entries,
				     .on_leave = look->facts.on_leave,
				     .roomed = look->roomed,
				     .override = scan->override,
				     .day_began = look->facts.day_began,
				     .came_in = look->facts.last_in_at,
				     .now = scan->counted,
				     .scanned_at = scanned ? scanned : rq->now };
}
