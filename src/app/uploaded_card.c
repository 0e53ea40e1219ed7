/* A card leads to its holder, who may have several tickets; which of them a scan was of is known online by what was scanned before it.
 * Of what comes late it is known by what was made before it, whenever that came: so the same scans are of the same tickets in whatever
 * batches they are sent. */
#include "app/uploaded_card.h"
#include "store/uploaded_verdict.h"
#include <stdlib.h>
#include <string.h>

/* The tickets of a customer that a scan of the card alone may be of, the oldest first: a dependent's goes by its name. */
struct hand {
	struct db *db;
	const struct gate_days *days;
	struct ticket_moves *tickets;
	size_t n;
};

/* ---- each card once ---- */

static int by_uid(const void *a, const void *b)
{
	const struct carded *one = a, *other = b;

	return strcmp(one->uid, other->uid);
}

bool uploaded_hold(struct carded scans[], size_t n)
{
	struct card_held *held = NULL;

	for (size_t i = 0; i < n; i++)
		if (!scans[i].scan || !scans[i].scan->card || !card_uid_normalise(scans[i].scan->card, scans[i].uid))
			*scans[i].uid = '\0';
	if (n)
		qsort(scans, n, sizeof *scans, by_uid);
	for (size_t i = 0; i < n; i++) {
		if (!*scans[i].uid)
			continue;
		if (!held || strcmp(held->uid, scans[i].uid) != 0) {
			held = talloc(scans[i].scan->rq->mem, struct card_held);
			if (!held)
				abort();
			if (!scan_hold_card(scans[i].scan->rq, scans[i].uid, held))
				return false;
		}
		scans[i].scan->held = held;
	}
	return true;
}

/* ---- in the order in which they were made ---- */

static int by_device(const struct uploaded *one, const struct uploaded *other)
{
	if (one->device_at != other->device_at)
		return one->device_at < other->device_at ? -1 : 1;
	return (one->seq > other->seq) - (one->seq < other->seq);
}

/* What takes others back is behind them all. */
static int by_customer(const void *a, const void *b)
{
	const struct carded *one = a, *other = b;

	if (!one->scan != !other->scan)
		return one->scan ? -1 : 1;
	if (one->customer_id != other->customer_id)
		return one->customer_id < other->customer_id ? -1 : 1;
	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return by_device(one->log, other->log);
}

/* How many are scans. */
static size_t order(struct carded scans[], size_t n)
{
	size_t made = 0;

	for (size_t i = 0; i < n; i++) {
		const struct scan *scan = scans[i].scan;
		const struct look *look = scan ? &scan->look : NULL;

		made += scan != NULL;
		scans[i].customer_id = look && look->known  ? row_int(look->row, "customer_id")
				       : scan && scan->held ? scan->held->customer_id
							    : 0;
		scans[i].at = look && scans[i].log->at < look->facts.opens ? look->facts.opens : scans[i].log->at;
	}
	if (n)
		qsort(scans, n, sizeof *scans, by_customer);
	for (size_t i = made; i-- > 1;)
		if (scans[i - 1].customer_id == scans[i].customer_id && scans[i - 1].at >= scans[i].at)
			scans[i - 1].at = scans[i].at - 1;
	return made;
}

/* ---- what is logged ---- */

static bool is_alone(const struct carded *one)
{
	return one->scan->card && !one->scan->ticket_id;
}

static bool name(struct scan *scan, int64_t ticket_id)
{
	scan->ticket_id = ticket_id;
	return (scan->look.row && row_int(scan->look.row, "id") == ticket_id) || scan_look_up(scan, 1);
}

/* Was it logged before? Then it is of the ticket that was logged. */
static bool note_known(struct carded *one, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct row row = row_at(rows, i);

		if (!same_bytes(row_cell(&row, "scan_id")->s, one->log->scan_id, UUID_BYTES) ||
		    row_is(&row, "kind", "record"))
			continue;
		one->known = true;
		if (is_alone(one) && row_is(&row, "card_uid", one->scan->look.card_uid) && !row_null(&row, "ticket_id"))
			return name(one->scan, row_int(&row, "ticket_id"));
	}
	return true;
}

static bool note_some_known(struct carded *const some[], size_t n)
{
	const struct request *rq = some[0]->scan->rq;
	uint8_t ids[DB_SOME][UUID_BYTES];
	const struct rows *rows;

	for (size_t i = 0; i < n; i++)
		memcpy(ids[i], some[i]->log->scan_id, UUID_BYTES);
	rows = uploaded_logged(rq->db, rq->who.event_id, (const uint8_t(*)[16])ids, n);
	for (size_t i = 0; i < n; i++)
		if (!note_known(some[i], rows))
			return false;
	return db_error(rq->db) == DB_OK;
}

/* ---- taking turns ---- */

static int by_id(const void *a, const void *b)
{
	const struct ticket_moves *one = a, *other = b;

	return (one->ticket_id > other->ticket_id) - (one->ticket_id < other->ticket_id);
}

static void deal(struct hand *hand, const struct rows *tickets)
{
	for (size_t i = 0; i < tickets->n; i++) {
		const struct row row = row_at(tickets, i);

		if (row_null(&row, "dependent_id") && row_is(&row, "status", "valid"))
			hand->tickets[hand->n++] = (struct ticket_moves){ .ticket_id = row_int(&row, "id") };
	}
	if (hand->n)
		qsort(hand->tickets, hand->n, sizeof *hand->tickets, by_id);
}

static bool load(struct hand *hand)
{
	for (size_t i = 0; i < hand->n; i += DB_SOME)
		if (!moves_load(hand->db, hand->days, &hand->tickets[i], hand->n - i < DB_SOME ? hand->n - i : DB_SOME))
			return false;
	return true;
}

/* The ticket that a scan moved, which is its i-th move. NULL: none of these. */
static struct ticket_moves *moved_by(const struct hand *hand, const uint8_t scan_id[16], size_t *i)
{
	for (size_t k = 0; k < hand->n; k++)
		for (*i = 0; *i < hand->tickets[k].n; ++*i)
			if (scan_number_is(hand->tickets[k].scans[*i].scan_id, scan_id))
				return &hand->tickets[k];
	return NULL;
}

/* Would a move that was made since meet this one? */
static bool meets_later(const struct ticket_moves *moves, size_t place, const struct replay_scan *move)
{
	for (size_t i = place; i < moves->n && moves->scans[i].day_began == move->day_began; i++)
		if (moves->scans[i].out == move->out && (i == place || (!move->out && !moves->scans[i].returns)))
			return true;
	return false;
}

static enum scan_rank rank_of(const struct hand *hand, const struct replay_state *state, const struct uploaded *log,
			      const struct replay_scan *move)
{
	const struct scan_facts facts = { .presence = state->presence,
					  .entries = state->entries,
					  .on_leave = state->on_leave,
					  .last_in_at = state->last_in_at,
					  .day_began = move->day_began,
					  .re_entry = hand->days->re_entry,
					  .out = log->out,
					  .leave = log->kind == UPLOADED_LEAVE || log->kind == UPLOADED_RETURN };

	return scan_rank(&facts);
}

/* How the ticket stood that the device spoke of. */
static enum scan_rank rank_said(const struct uploaded *log)
{
	static const char *const NEARLY[] = { "no_re_entry", "used_today", "not_on_leave" };
	const char *reason = log->local_reason ? log->local_reason : "";

	if (uploaded_given(log))
		return RANK_MAY;
	for (size_t i = 0; i < sizeof NEARLY / sizeof *NEARLY; i++)
		if (!strcmp(NEARLY[i], reason))
			return RANK_NEARLY;
	return (log->local_result && !strcmp(log->local_result, "already_scanned")) || !strcmp(reason, "not_inside")
		       ? RANK_THERE
		       : RANK_MAY;
}

/* The first that stood as it should; of those that stood alike rather one whose later moves go on from there. */
static struct ticket_moves *pick(const struct hand *hand, const struct uploaded *log, const struct replay_scan *move)
{
	enum { UNLIKE = 2 * RANK_THERE + 2 };
	struct ticket_moves *best = NULL;
	int least = 0;

	for (size_t i = 0; i < hand->n; i++) {
		struct ticket_moves *ticket = &hand->tickets[i];
		size_t place = replay_place(ticket->scans, ticket->n, move);
		struct replay_state state = replay(ticket->scans, place, NULL);
		enum scan_rank rank = rank_of(hand, &state, log, move);
		int by = 2 * (int)rank + (uploaded_given(log) && meets_later(ticket, place, move)) +
			 (rank == rank_said(log) ? 0 : UNLIKE);

		if (best && by >= least)
			continue;
		best = ticket;
		least = by;
	}
	return best;
}

static struct ticket_moves *with_id(const struct hand *hand, int64_t ticket_id)
{
	for (size_t i = 0; i < hand->n; i++)
		if (hand->tickets[i].ticket_id == ticket_id)
			return &hand->tickets[i];
	return NULL;
}

/* What is logged already was made when the device says, if that was before it came. */
static void set_back(const struct hand *hand, struct ticket_moves *ticket, size_t i, ms_t at)
{
	struct replay_scan move = ticket->scans[i];

	if (move.at <= at)
		return;
	move.at = at;
	move.day_began = gate_day(hand->days, at);
	moves_take(ticket, i);
	moves_add(hand->db, ticket, &move);
}

static bool take_turn(const struct hand *hand, struct carded *one)
{
	struct scan *scan = one->scan;
	struct uploaded log = *one->log;
	struct ticket_moves *ticket;
	struct replay_scan move;
	size_t i;

	log.at = one->at;
	log.facts = scan->look.facts;
	ticket = moved_by(hand, log.scan_id, &i);
	if (ticket) {
		set_back(hand, ticket, i, one->at);
		return !is_alone(one) || name(scan, ticket->ticket_id);
	}
	if (one->known)
		return true;
	move = uploaded_move(hand->days, &log);
	if (is_alone(one))
		ticket = pick(hand, &log, &move);
	else if (scan->look.known)
		ticket = with_id(hand, row_int(scan->look.row, "id"));
	if (!ticket)
		return true;
	if (uploaded_given(&log) && log.kind != UPLOADED_RECORD && !uploaded_no_ticket(&log))
		moves_add(hand->db, ticket, &move);
	return !is_alone(one) || name(scan, ticket->ticket_id);
}

static void take_back(const struct hand *hand, const struct uploaded *log)
{
	size_t i;
	struct ticket_moves *ticket = moved_by(hand, log->undoes, &i);

	if (ticket)
		moves_take(ticket, i);
}

/* ---- each customer ---- */

static size_t end_of(const struct carded scans[], size_t i, size_t n)
{
	size_t end = i + 1;

	while (end < n && scans[end].customer_id == scans[i].customer_id)
		end++;
	return end;
}

static const struct carded *first_alone(const struct carded scans[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_alone(&scans[i]) && !scans[i].known)
			return &scans[i];
	return NULL;
}

/* It is asked of those alone that share their customer with a card alone. */
static bool note_known_ones(struct carded scans[], size_t n)
{
	struct carded *some[DB_SOME];
	size_t asked = 0;

	for (size_t i = 0, end; i < n; i = end) {
		end = end_of(scans, i, n);
		if (!first_alone(&scans[i], end - i))
			continue;
		for (size_t k = i; k < end; k++) {
			some[asked++] = &scans[k];
			if (asked < DB_SOME)
				continue;
			if (!note_some_known(some, asked))
				return false;
			asked = 0;
		}
	}
	return !asked || note_some_known(some, asked);
}

/* Of a customer who has one ticket the look found it. */
static bool of_customer(struct carded scans[], size_t n, const struct carded undos[], size_t n_undos,
			const struct gate_days *days)
{
	struct hand hand = { .db = scans->scan->rq->db, .days = days };
	const struct carded *alone = first_alone(scans, n);
	const struct rows *tickets = alone && alone->scan->held ? alone->scan->held->tickets : NULL;
	size_t undone = 0;

	if (!tickets || tickets->n < 2)
		return true;
	hand.tickets = talloc_array(scans->scan->rq->mem, struct ticket_moves, (unsigned)tickets->n);
	if (!hand.tickets)
		abort();
	deal(&hand, tickets);
	if (!load(&hand))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (; undone < n_undos && by_device(undos[undone].log, scans[i].log) < 0; undone++)
			take_back(&hand, undos[undone].log);
		if (!take_turn(&hand, &scans[i]))
			return false;
	}
	return true;
}

bool uploaded_cards(struct carded scans[], size_t n, const struct gate_days *days)
{
	size_t made = order(scans, n);

	if (!note_known_ones(scans, made))
		return false;
	for (size_t i = 0, end; i < made; i = end) {
		end = end_of(scans, i, made);
		if (!of_customer(&scans[i], end - i, &scans[made], n - made, days))
			return false;
	}
	return true;
}
