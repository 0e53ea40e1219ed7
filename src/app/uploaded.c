/* Scans that a device kept while it had no network. Its clock may be wrong, but by the same all the time: it says what it shows now.
 * What each scan leads to is looked up at once; then they are settled ticket by ticket, a few in a transaction, so that a gate never
 * waits long for a ticket, and a batch that is cut off is sent again whole: what was settled is known by its scan_id. */
#include "app/uploaded_batch.h"
#include "app/uploaded_card.h"
#include "store/scan_undo.h"
#include "store/usher.h"
#include <stdlib.h>
#include <string.h>

static const struct field WINNER[] = {
	{ "scan_id", F_UUID, .help = "The scan that was before it" },
	{ "at", F_TIME, .help = "When it was made" },
	{ "usher", F_TEXT, .null = true, .help = "By whom" },
	{ "gate", F_TEXT, .help = "Where" },
	FIELDS_NAMED("scan_winner"),
};

static const struct field VERDICTS[] = {
	{ "scan_id", F_UUID, .null = true, .help = "The device's id; null: it sent none" },
	{ "seq", F_INT, .null = true, .help = "Its number" },
	{ "verdict", F_CHOICE, .choices = "accepted,duplicate,conflict,rejected",
	  .help = "accepted: logged. duplicate: known, and nothing was done. conflict: an entry that was given, and one was before it. rejected: an entry that was given to whom we would have refused, or what cannot be logged" },
	{ "result", F_CHOICE, .choices = "valid,invalid,already_scanned,not_found", .help = "What the log says" },
	{ "reason", F_TEXT, .help = "One word that says why" },
	{ "message", F_TEXT, .help = "The same as a sentence" },
	{ "ticket_id", F_ID, .null = true, .help = "The ticket; null: none of this event" },
	{ "winner", F_OBJECT, .of = WINNER, .null = true, .help = "Of a conflict: the entry that was first" },
	FIELDS_NAMED("uploaded_verdict"),
};

const struct field UPLOADED_ANSWER[] = {
	{ "items", F_LIST, .of = VERDICTS, .help = "A verdict for each, in the order of logs" },
	{ "server_time", F_TIME, .help = "Our clock" },
	{ "offset_ms", F_INT,
	  .help = "By how much the device's clock is behind it; its scans' times are put right by that" },
	FIELDS_NAMED("uploaded_scans"),
};

static int same_scan_id(const void *a, const void *b)
{
	const struct item *const *one = a, *const *other = b;

	return memcmp((*one)->log.scan_id, (*other)->log.scan_id, UUID_BYTES);
}

/* ---- looking up ---- */

/* What a look found, for a scan that was made then and there. */
static bool take_look(struct uploaded *log, struct scan *scan)
{
	struct look *look = &scan->look;

	look->facts.now = log->at;
	if (!scan_judge_turn(scan, log->at) ||
	    (look->known && row_bool(look->row, "ruled") && !scan_ask(scan->rq, look, log->gate)))
		return false;
	log->facts = look->facts;
	log->card_uid = *look->card_uid ? look->card_uid : NULL;
	log->generation = scan->genuine ? scan->parts.generation : 0;
	if (!look->known)
		return true;
	log->ticket_id = row_int(look->row, "id");
	log->category_id = row_int(look->row, "category_id");
	log->name = row_text(look->row, "holder_name");
	return true;
}

static struct scan scan_of(const struct batch *b, const struct item *item)
{
	return (struct scan){ .rq = b->rq,
			      .code = tree_text(item->sent, "code"),
			      .card = tree_text(item->sent, "card_id"),
			      .gate = item->log.gate,
			      .ticket_id = tree_int(item->sent, "ticket_id"),
			      .by_hand = !tree_text(item->sent, "code") && !tree_text(item->sent, "card_id"),
			      .out = item->log.out };
}

static bool look_up(struct batch *b)
{
	struct scan *scans = talloc_array(b->rq->mem, struct scan, (unsigned)b->n_sorted + 1);
	struct item **whose = talloc_array(b->rq->mem, struct item *, (unsigned)b->n_sorted + 1);
	struct carded *carded = talloc_array(b->rq->mem, struct carded, (unsigned)b->n_sorted + 1);
	size_t n = 0;

	if (!scans || !whose || !carded)
		abort();
	for (size_t i = 0; i < b->n_sorted; i++) {
		carded[i] = (struct carded){ .log = &b->sorted[i]->log };
		if (b->sorted[i]->log.kind == UPLOADED_UNDO)
			continue;
		scans[n] = scan_of(b, b->sorted[i]);
		carded[i].scan = &scans[n];
		whose[n++] = b->sorted[i];
	}
	if (!uploaded_hold(carded, b->n_sorted))
		return false;
	for (size_t i = 0; i < n; i += DB_SOME)
		if (!scan_look_up(&scans[i], n - i < DB_SOME ? n - i : DB_SOME))
			return false;
	if (!uploaded_cards(carded, b->n_sorted, &b->by.days))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!take_look(&whose[i]->log, &scans[i]))
			return false;
	return true;
}

/* The scan of this batch that one takes back. NULL: it is none, or of no ticket. */
static const struct uploaded *undone_here(const struct batch *b, const struct item *item)
{
	struct item key = { .log = { .seq = 0 } };
	const struct item *key_at = &key;
	struct item **other;

	memcpy(key.log.scan_id, item->log.undoes, UUID_BYTES);
	other = bsearch(&key_at, b->sorted, b->n_sorted, sizeof *b->sorted, same_scan_id);
	return other && (*other)->log.kind != UPLOADED_UNDO && (*other)->log.ticket_id ? &(*other)->log : NULL;
}

/* What takes a scan back is settled with it. Of one that was logged the log knows best: of a card's tickets the server may have taken
 * another one than the device. */
static void find_undone(const struct batch *b, struct item *item)
{
	const struct uploaded *here = undone_here(b, item);
	const struct row *row = scan_undo_target(b->rq->db, b->rq->who.event_id, item->log.undoes);

	if (here && !row) {
		item->log.ticket_id = here->ticket_id;
		item->log.category_id = here->category_id;
		item->log.name = here->name;
		item->log.card_uid = here->card_uid;
		return;
	}
	if (!row)
		return;
	item->log.ticket_id = row_int(row, "ticket_id");
	item->log.category_id = row_int(row, "category_id");
	item->log.name = row_text(row, "attendee_name");
	item->log.card_uid = row_null(row, "card_uid") ? NULL : row_text(row, "card_uid");
}

static void find_all_undone(struct batch *b)
{
	for (size_t i = 0; i < b->n_sorted; i++)
		if (b->sorted[i]->log.kind == UPLOADED_UNDO)
			find_undone(b, b->sorted[i]);
}

/* ---- settling ---- */

static int by_ticket(const void *a, const void *b)
{
	const struct item *const *one = a, *const *other = b;
	const struct uploaded *x = &(*one)->log, *y = &(*other)->log;

	if (x->ticket_id != y->ticket_id)
		return x->ticket_id < y->ticket_id ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->device_at != y->device_at)
		return x->device_at < y->device_at ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Of two moments that the device's clock, or putting it right, made one, it knows which was first. */
static void keep_order(const struct batch *b)
{
	for (size_t i = b->n_sorted; i-- > 1;) {
		struct uploaded *log = &b->sorted[i - 1]->log;
		const struct uploaded *next = &b->sorted[i]->log;

		if (log->ticket_id == next->ticket_id && log->at >= next->at)
			log->at = next->at - 1;
	}
}

/* Takes the next that go into one transaction; how many. */
static size_t next_together(const struct batch *b, size_t from, struct uploaded *into[UPLOADED_TOGETHER])
{
	size_t n = 0, tickets = 0;
	int64_t last = 0;

	for (; from + n < b->n_sorted && n < UPLOADED_TOGETHER; n++) {
		struct uploaded *log = &b->sorted[from + n]->log;

		if (log->ticket_id != last && ++tickets > DB_SOME)
			break;
		last = log->ticket_id;
		into[n] = log;
	}
	return n;
}

/* A transaction of a few at a time. False: the database failed; what was settled before stays so. */
static bool settle_all(struct batch *b)
{
	struct uploaded *logs[UPLOADED_TOGETHER];

	if (b->n_sorted)
		qsort(b->sorted, b->n_sorted, sizeof *b->sorted, by_ticket);
	keep_order(b);
	for (size_t i = 0, n; i < b->n_sorted; i += n) {
		n = next_together(b, i, logs);
		if (!uploaded_settle(b->rq->db, &b->by, logs, n))
			return false;
	}
	return true;
}

/* ---- the answer ---- */

/* What the log says in the end: of one that was settled early, what came later in the batch. */
static void look_again(struct batch *b)
{
	if (b->n_sorted)
		qsort(b->sorted, b->n_sorted, sizeof *b->sorted, uploaded_by_scan_id);
	for (size_t from = 0; from < b->n_sorted; from += DB_SOME) {
		size_t n = b->n_sorted - from < DB_SOME ? b->n_sorted - from : DB_SOME;
		uint8_t ids[DB_SOME][UUID_BYTES];
		const struct rows *rows;

		for (size_t i = 0; i < n; i++)
			memcpy(ids[i], b->sorted[from + i]->log.scan_id, UUID_BYTES);
		rows = uploaded_logged(b->rq->db, b->rq->who.event_id, (const uint8_t(*)[16])ids, n);
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < rows->n && !b->sorted[from + i]->logged; k++) {
				b->sorted[from + i]->found = row_at(rows, k);
				if (!memcmp(row_cell(&b->sorted[from + i]->found, "scan_id")->s, ids[i], UUID_BYTES))
					b->sorted[from + i]->logged = &b->sorted[from + i]->found;
			}
	}
}

static void answer_winner(struct json_object *into, const struct row *logged)
{
	char id[UUID_SIZE];
	struct json_object *winner;

	if (!logged || row_null(logged, "winner.scan_id")) {
		answer_null(into, "winner");
		return;
	}
	winner = answer_object(into, "winner");
	answer_text(winner, "scan_id", uuid_text((const uint8_t *)row_cell(logged, "winner.scan_id")->s, id));
	answer_time(winner, "at", row_time(logged, "winner.at"));
	answer_text(winner, "usher", row_null(logged, "winner.usher") ? NULL : row_text(logged, "winner.usher"));
	answer_text(winner, "gate", row_text(logged, "winner.gate"));
}

static void answer_fault(struct json_object *into, const struct item *item)
{
	answer_text(into, "scan_id", tree_text(item->sent, "scan_id"));
	if (json_object_object_get(item->sent, "seq"))
		answer_int(into, "seq", tree_int(item->sent, "seq"));
	else
		answer_null(into, "seq");
	answer_text(into, "verdict", "rejected");
	answer_text(into, "result", "invalid");
	answer_text(into, "reason", "unreadable");
	answer_text(into, "message", item->fault);
	answer_null(into, "ticket_id");
	answer_null(into, "winner");
}

/* The sentences of what only scans that come late are told. */
static const char *sentence_of(const struct uploaded *log)
{
	static const struct {
		const char *reason, *sentence;
	} LATE[] = {
		{ "refused_there", SAID("Refused at the gate.") },
		{ "not_yours", SAID("This scan is not yours to take back.") },
		{ "undoes_unknown", SAID("The scan that this takes back has not come yet. Send it again after that.") },
	};

	for (size_t i = 0; i < sizeof LATE / sizeof *LATE; i++)
		if (!strcmp(LATE[i].reason, log->reason))
			return LATE[i].sentence;
	return scan_sentence(log->reason, log->out, log->again);
}

static void answer_item_of(const struct request *rq, struct json_object *into, const struct item *item)
{
	static const char *const VERDICTS_SAID[] = { [UPLOADED_OPEN] = "rejected",
						     [UPLOADED_ACCEPTED] = "accepted",
						     [UPLOADED_DUPLICATE] = "duplicate",
						     [UPLOADED_CONFLICT] = "conflict",
						     [UPLOADED_REJECTED] = "rejected" };
	const struct item *settled = item->twin ? item->twin : item;
	const struct uploaded *log = &settled->log;
	int64_t ticket_id = log->verdict == UPLOADED_DUPLICATE && settled->logged
				    ? row_int(settled->logged, "ticket_id")
				    : log->ticket_id;

	answer_text(into, "scan_id", tree_text(item->sent, "scan_id"));
	if (json_object_object_get(item->sent, "seq"))
		answer_int(into, "seq", tree_int(item->sent, "seq"));
	else
		answer_null(into, "seq");
	answer_text(into, "verdict", item->twin && log->id ? "duplicate" : VERDICTS_SAID[log->verdict]);
	answer_text(into, "result", log->result);
	answer_text(into, "reason", log->reason);
	answer_text(into, "message", said_to(rq, sentence_of(log)));
	if (ticket_id)
		answer_int(into, "ticket_id", ticket_id);
	else
		answer_null(into, "ticket_id");
	answer_winner(into, settled->logged);
}

static void answer_all(const struct batch *b)
{
	struct request *rq = b->rq;
	struct json_object *items = answer_array(rq->data, "items");

	for (size_t i = 0; i < b->n; i++) {
		if (b->items[i].fault)
			answer_fault(answer_item(items), &b->items[i]);
		else
			answer_item_of(rq, answer_item(items), &b->items[i]);
	}
	answer_time(rq->data, "server_time", rq->now);
	answer_int(rq->data, "offset_ms", b->offset);
}

/* POST sync/logs/. 200 whatever came of each. */
int scan_upload(struct request *rq)
{
	struct batch b = { .rq = rq,
			   .by = { .usher_id = rq->who.role_id,
				   .session_id = rq->who.session_id,
				   .device_id = field_text(rq, "device_id"),
				   .now = rq->now },
			   .offset = rq->now - field_time(rq, "device_time") };
	const struct row *event = scan_event(rq->db, rq->who.event_id);
	bool settled;

	if (!event || !gate_days(rq->db, rq->who.event_id, &b.by.days))
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	b.opens = row_time(event, "starts_at") - MS_DAY;
	b.by.lead = usher_leads(rq->db, rq->who.role_id, rq->who.event_id);
	uploaded_read(&b, field_tree(rq, "logs"));
	if (!look_up(&b))
		return ANSWERED;
	find_all_undone(&b);
	settled = settle_all(&b);
	event_changed(rq, rq->who.event_id);
	if (db_error(rq->db) != DB_OK) /* what was not settled has no verdict */
		return ANSWERED;
	if (!settled) {
		rq->retry_after = 1;
		return refuse(rq, 503, "BUSY", "Other scans of these tickets are under way. Send them again.");
	}
	look_again(&b);
	answer_all(&b);
	return ANSWERED;
}
