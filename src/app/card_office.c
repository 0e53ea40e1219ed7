/* Staff's cards: they come from the maker by the batch, go to merchants as their stock, and are blocked when they are lost on the way.
 * A batch is done row by row, each by itself, with a report that says of every row what became of it and why; a dry run says the
 * same and changes nothing. */
#include "app/card_office.h"
#include "app/actions/staff.h"
#include "app/bulk.h"
#include "app/tell.h"
#include "rules/ticket_code.h"
#include "store/card.h"
#include "store/card_office.h"
#include <string.h>
#include <strings.h>

enum { ROWS_MOST = 2000, CELL = 64 };

const struct field CARDS_BULK[] = {
	{ "action", F_CHOICE, .required = true, .choices = "create,block,assign",
	  .help = "Make cards, block them, or hand them to a merchant as stock" },
	{ "uids", F_LIST, .max = ROWS_MOST, .help = "The cards' numbers" },
	{ "csv", F_LONG_TEXT, .max = 100000, .help = "The same as text: a number a line, in its first column" },
	{ "merchant_id", F_ID, .help = "assign: whose stock they are from now on; create: from the beginning" },
	{ "dry_run", F_BOOL, .help = "Say what would become of each, and change nothing" },
	FIELDS_END,
};
static const struct field CARD_ROW[] = {
	{ "line", F_INT, .help = "Which one, from 1" },
	{ "given", F_TEXT, .help = "As it was sent" },
	{ "uid", F_TEXT, .null = true, .help = "As it is kept; null: it is no number" },
	{ "result", F_CHOICE, .choices = "done,unchanged,exists,repeated,invalid,not_found,not_in_stock",
	  .help = "done: created, blocked or handed over" },
	{ "message", F_TEXT, .null = true, .help = "Why not" },
	FIELDS_NAMED("card_bulk_row"),
};
const struct field CARDS_BULK_DONE[] = {
	{ "action", F_CHOICE, .choices = "create,block,assign", .help = "What was asked for" },
	{ "dry_run", F_BOOL, .help = "true: nothing was changed" },
	{ "total", F_INT, .help = "Rows that were sent" },
	{ "done", F_INT, .help = "Of them done, or, in a dry run, those that would be" },
	{ "left", F_INT, .help = "The others" },
	{ "rows", F_LIST, .of = CARD_ROW, .help = "What became of each, in their order" },
	FIELDS_END,
};
const struct field CARD_TRANSFER[] = {
	{ "mobile_number", F_MOBILE, .names = true, .help = "The customer who gets it" },
	{ "customer_id", F_ID, .names = true, .help = "The same by their id" },
	{ "merchant_id", F_ID, .names = true, .help = "Of a card in stock: the merchant who gets it" },
	FIELDS_END,
};
const struct field CARD_TRANSFER_FORM[] = {
	{ "mobile_number", F_MOBILE, .required = true, .names = true, .help = "The customer who gets it" },
	FIELDS_END,
};
static const struct field CARD[] = {
	{ "id", F_ID, .help = "The card's row" },
	{ "uid", F_TEXT, .help = "The card's number" },
	{ "status", F_CHOICE, .choices = "stock,active,blocked,lost", .help = "How it stands" },
	{ "customer_id", F_ID, .null = true, .help = "Whose it is" },
	{ "merchant_id", F_ID, .null = true, .help = "Whose stock it is, or was" },
	{ "assigned_at", F_TIME, .null = true, .help = "When it was handed out" },
	FIELDS_NAMED("office_card"),
};
const struct field CARD_TRANSFERRED[] = {
	{ "card", F_OBJECT, .of = CARD, .help = "The card as it is now" },
	FIELDS_END,
};

/* ---- one ---- */

const char *card_uid_rule(const struct request *rq, const char *text)
{
	char uid[CARD_UID_SIZE];

	(void)rq;
	return card_uid_normalise(text, uid) ? NULL : SAID("A card's number is 4 to 16 bytes in hexadecimal digits.");
}

int64_t card_office_insert(struct request *rq)
{
	char uid[CARD_UID_SIZE] = "";
	int64_t id;

	card_uid_normalise(field_text(rq, "uid"), uid);
	id = card_new(rq->db, uid, field_given(rq, "merchant_id") ? field_int(rq, "merchant_id") : 0, rq->now);
	if (!id)
		resource_refused(rq, resource_of(rq), db_last(rq->db) == DB_DUPLICATE ? NOUN_DUPLICATE : NOUN_FAILED,
				 "nfc_card");
	return id;
}

/* Who has a card learns of what staff did with it. */
static void tell_of_card(struct request *rq, const struct row *to, const char *kind, const char *uid)
{
	struct json_object *data = json_object_new_object();

	answer_text(data, "card", uid + strlen(uid) - 4);
	tell(rq->db, rq->now, &(struct telling){ .kind = kind, .to = to, .data = data });
}

/* From here on nobody pays with it, or somebody does again. */
static void tell_how_it_stands(struct request *rq, const struct row *before, const char *status)
{
	bool was = row_is(before, "status", "active"), is = !strcmp(status, "active");

	if (!row_null(before, "customer_id") && was != is)
		tell_of_card(rq, before, is ? "card-unblocked" : "card-blocked", row_text(before, "uid"));
}

void card_office_check(struct request *rq, int64_t id)
{
	const struct row *before = id && field_given(rq, "status") ? card_locked(rq->db, id) : NULL;

	if (before)
		tell_how_it_stands(rq, before, field_text(rq, "status"));
}

static struct json_object *card_json(const struct row *card)
{
	struct json_object *object = json_object_new_object();

	for (const struct field *f = CARD; f->name; f++)
		if (f->type == F_TIME)
			answer_time(object, f->name, row_null(card, f->name) ? 0 : row_time(card, f->name));
		else if (row_null(card, f->name))
			answer_null(object, f->name);
		else if (f->type == F_ID)
			answer_int(object, f->name, row_int(card, f->name));
		else
			answer_text(object, f->name, row_text(card, f->name));
	return object;
}

static void audit_card(struct request *rq, const char *action, const struct row *before, int64_t id)
{
	const struct row *after = card_locked(rq->db, id);

	if (after)
		audit_change(rq, action, "nfc_card", id, before ? card_json(before) : NULL, card_json(after));
}

/* ---- many ---- */

enum verdict { DONE, UNCHANGED, EXISTS, REPEATED, INVALID, NOT_FOUND, NOT_IN_STOCK };
static const struct {
	const char *word, *why;
} VERDICTS[] = {
	[DONE] = { "done", NULL },
	[UNCHANGED] = { "unchanged", SAID("It is so already.") },
	[EXISTS] = { "exists", SAID("There is a card with this number already.") },
	[REPEATED] = { "repeated", SAID("This number stands further up already.") },
	[INVALID] = { "invalid", SAID("A card's number is 4 to 16 bytes in hexadecimal digits.") },
	[NOT_FOUND] = { "not_found", SAID("There is no such card.") },
	[NOT_IN_STOCK] = { "not_in_stock", SAID("This card is not in stock, so it stays where it is.") },
};

struct bulk {
	const char *action;
	int64_t merchant_id;
	bool dry;
	struct bulk_report report;
	struct json_object *seen;
};

/* What is to be done with a card (NULL: there is none of that number). */
static enum verdict verdict_of(const struct bulk *b, const struct row *card)
{
	if (!strcmp(b->action, "create"))
		return card ? EXISTS : DONE;
	if (!card)
		return NOT_FOUND;
	if (!strcmp(b->action, "block"))
		return row_is(card, "status", "blocked") || row_is(card, "status", "lost") ? UNCHANGED : DONE;
	if (!row_is(card, "status", "stock"))
		return NOT_IN_STOCK;
	return !row_null(card, "merchant_id") && row_int(card, "merchant_id") == b->merchant_id ? UNCHANGED : DONE;
}

static enum verdict carry_out(struct request *rq, const struct bulk *b, const char *uid, const struct row *card)
{
	int64_t id = card ? row_int(card, "id") : 0;

	if (!strcmp(b->action, "create")) {
		id = card_new(rq->db, uid, b->merchant_id, rq->now);
		if (id)
			audit_card(rq, "create", NULL, id);
		return id ? DONE : EXISTS;
	}
	if (!strcmp(b->action, "block")) {
		if (!card_block(rq->db, id, rq->now))
			return UNCHANGED;
		tell_how_it_stands(rq, card, "blocked");
	} else if (!card_stock_move(rq->db, id, b->merchant_id, rq->now)) {
		return NOT_IN_STOCK;
	}
	audit_card(rq, b->action, card, id);
	return DONE;
}

static enum verdict settle(struct request *rq, struct bulk *b, const char *uid)
{
	const struct row *card;
	enum verdict verdict;

	if (!uid)
		return INVALID;
	if (json_object_object_get_ex(b->seen, uid, NULL))
		return REPEATED;
	json_object_object_add(b->seen, uid, NULL);
	card = card_locked_uid(rq->db, uid);
	verdict = verdict_of(b, card);
	return verdict == DONE && !b->dry ? carry_out(rq, b, uid, card) : verdict;
}

static void add_row(struct request *rq, struct bulk *b, const char *given)
{
	char uid[CARD_UID_SIZE];
	bool fits = card_uid_normalise(given, uid);
	enum verdict verdict = settle(rq, b, fits ? uid : NULL);
	struct json_object *row = bulk_report_row(&b->report, verdict == DONE);

	answer_text(row, "given", given);
	answer_text(row, "uid", fits ? uid : NULL);
	answer_text(row, "result", VERDICTS[verdict].word);
	answer_text(row, "message", VERDICTS[verdict].why ? said_to(rq, VERDICTS[verdict].why) : NULL);
}

/* The first cell of a line, without its quotes, as long as any number is; returns where the next line begins. */
static const char *read_cell(const char *at, char cell[CELL])
{
	const char *end = at + strcspn(at, "\r\n"), *next = end + strspn(end, "\r\n");
	size_t n = 0;

	for (; at < end && !strchr(",;\t", *at) && n < CELL - 1; at++)
		if (*at != '"' && *at != '\'')
			cell[n++] = *at;
	while (n && cell[n - 1] == ' ')
		n--;
	cell[n] = '\0';
	return next;
}

/* What a column of numbers may be called on its first line. */
static bool is_heading(const char *cell)
{
	static const char *const HEADINGS[] = { "uid", "card_uid", "card uid", "card", "number", "id" };

	for (size_t i = 0; i < sizeof HEADINGS / sizeof *HEADINGS; i++)
		if (!strcasecmp(cell, HEADINGS[i]))
			return true;
	return false;
}

/* Both ways of naming the cards, as one list of texts; the caller owns it. */
static struct json_object *numbers_given(struct request *rq)
{
	struct json_object *all = json_object_new_array(), *uids = field_tree(rq, "uids");
	const char *at = field_text(rq, "csv");
	bool first = true;
	char cell[CELL];

	for (size_t i = 0; uids && i < json_object_array_length(uids); i++)
		json_object_array_add(all, json_object_get(json_object_array_get_idx(uids, i)));
	if (at && !strncmp(at, "\xEF\xBB\xBF", 3))
		at += 3;
	while (at && *at && json_object_array_length(all) <= ROWS_MOST) {
		at = read_cell(at, cell);
		if (*cell && !(first && is_heading(cell)))
			json_object_array_add(all, json_object_new_string(cell));
		first = false;
	}
	return all;
}

static bool fit(struct request *rq, const struct bulk *b, size_t n)
{
	if (!n)
		field_fault(rq, "csv", "Give at least one number.");
	else if (n > ROWS_MOST)
		field_fault(rq, "csv", "At most %d cards are done at once.", (int)ROWS_MOST);
	if (!strcmp(b->action, "assign") && !b->merchant_id)
		field_fault(rq, "merchant_id", "Say which merchant gets them.");
	else if (b->merchant_id && !card_merchant_is(rq->db, b->merchant_id))
		field_fault(rq, "merchant_id", "There is no such merchant.");
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* POST nfc-cards/bulk/, and the page, which shows the report. */
int cards_bulk(struct request *rq)
{
	struct bulk b = { .action = field_text(rq, "action"),
			  .merchant_id = field_given(rq, "merchant_id") ? field_int(rq, "merchant_id") : 0,
			  .dry = field_given(rq, "dry_run") && field_bool(rq, "dry_run") };
	struct json_object *numbers = numbers_given(rq);
	size_t n = json_object_array_length(numbers);

	if (fit(rq, &b, n)) {
		b.seen = json_object_new_object();
		b.report = bulk_report_new();
		for (size_t i = 0; i < n; i++)
			add_row(rq, &b, json_object_get_string(json_object_array_get_idx(numbers, i)));
		bulk_report_end(rq, &b.report, b.action, b.dry);
		json_object_put(b.seen);
	}
	json_object_put(numbers);
	return ANSWERED;
}

/* Whose stock it may be. */
int cards_bulk_beside(struct request *rq)
{
	answer_rows(rq->beside, "merchants", card_merchants(rq->db));
	return ANSWERED;
}

/* ---- passing one on ---- */

static int refuse_handed_out(struct request *rq)
{
	return refuse(rq, 409, "CARD_TAKEN", "This card is not in stock, so it stays where it is.");
}

static int to_merchant(struct request *rq, const struct row *card)
{
	int64_t merchant_id = field_int(rq, "merchant_id");

	if (!card_merchant_is(rq->db, merchant_id)) {
		field_fault(rq, "merchant_id", "There is no such merchant.");
		return refuse(rq, 404, "MERCHANT_NOT_FOUND", "There is no such merchant.");
	}
	if (!row_is(card, "status", "stock") || !card_stock_move(rq->db, row_int(card, "id"), merchant_id, rq->now))
		return refuse_handed_out(rq);
	return ANSWERED;
}

static int to_customer(struct request *rq, const struct row *card, const struct row *to)
{
	if (row_null(card, "customer_id") || !(row_is(card, "status", "active") || row_is(card, "status", "blocked")))
		return refuse(rq, 409, "CARD_NOT_ACTIVE",
			      "Only a card that somebody has, and has not lost, is passed on.");
	if (row_int(card, "customer_id") == row_int(to, "id"))
		return refuse(rq, 409, "CARD_THEIRS", "This card is theirs already.");
	if (row_bool(card, "carried"))
		return refuse(rq, 409, "CARD_HAS_MONEY",
			      "Money was on this card, so it stays its holder's. Block it, and hand out another one.");
	if (card_pass_on(rq->db, row_int(card, "id"), row_int(card, "customer_id"), row_int(to, "id"), rq->now))
		return ANSWERED;
	if (db_last(rq->db) == DB_DUPLICATE)
		return refuse(rq, 409, "HAS_CARD", "This customer has an active card already.");
	return refuse_handed_out(rq);
}

static const struct row *receiver_or_refuse(struct request *rq)
{
	bool by_id = field_declared(rq, "customer_id") && field_given(rq, "customer_id");
	const struct row *to;

	if (!by_id && !field_text(rq, "mobile_number")) {
		field_fault(rq, "mobile_number", "Say who gets it.");
		refuse_fields(rq);
		return NULL;
	}
	to = card_receiver(rq->db, by_id ? NULL : field_text(rq, "mobile_number"),
			   by_id ? field_int(rq, "customer_id") : 0);
	if (!to) {
		field_fault(rq, by_id ? "customer_id" : "mobile_number", "There is no such customer.");
		refuse(rq, 404, "CUSTOMER_NOT_FOUND", "There is no such customer.");
	}
	return to;
}

/* POST nfc-cards/:id/transfer/: to another customer, or a card in stock to another merchant. */
int card_office_transfer(struct request *rq)
{
	const struct row *card = card_locked(rq->db, path_id(rq, "id")), *to;

	if (!card)
		return refuse(rq, 404, "NFC_CARD_NOT_FOUND", "There is no such card.");
	if (field_declared(rq, "merchant_id") && field_given(rq, "merchant_id")) {
		to_merchant(rq, card);
	} else {
		to = receiver_or_refuse(rq);
		if (!to || (to_customer(rq, card, to), refused(rq)))
			return ANSWERED;
		tell_of_card(rq, card, "card-taken-back", row_text(card, "uid"));
		tell_of_card(rq, to, "card-passed-on", row_text(card, "uid"));
	}
	if (refused(rq))
		return ANSWERED;
	audit_card(rq, "transfer", card, row_int(card, "id"));
	card = card_locked(rq->db, row_int(card, "id"));
	if (card)
		answer_add(rq->data, "card", card_json(card));
	say(rq, "The card is passed on.");
	return ANSWERED;
}

/* GET /admin/nfc-cards/:id/transfer. */
int card_office_transfer_page(struct request *rq)
{
	const struct row *card = card_seen(rq->db, path_id(rq, "id"));

	if (!card)
		return refuse(rq, 404, "NFC_CARD_NOT_FOUND", "There is no such card.");
	answer_add(rq->data, "card", card_json(card));
	answer_text(rq->data, "holder", row_null(card, "name") ? NULL : row_text(card, "name"));
	answer_bool(rq->data, "carried", row_bool(card, "carried"));
	return ANSWERED;
}
