/* A merchant takes money from a card at the counter: the card is held to the reader, the amount typed, and what is left said.
 * What was taken by mistake is given back whole. Of both the customer is told by a receipt: the card may be in other hands. */
#include "app/charge.h"
#include "app/actions/card.h"
#include "app/tell.h"
#include "rules/ticket_code.h"
#include "store/charge.h"
#include "store/merchant.h"
#include <string.h>

const struct field CHARGE[] = {
	{ "card_uid", F_TEXT, .required = true, .max = 60, .help = "The card's number, with or without colons" },
	{ "amount", F_MONEY, .required = true, .min = 1,
	  .help = "What is paid, in minor units of the card's currency" },
	{ "currency", F_CURRENCY, .help = "When given, it must be the card's" },
	{ "note", F_TEXT, .max = 200, .help = "What for; the customer reads it" },
	FIELDS_END,
};
static const struct field CHARGE_ANSWER[] = {
	{ "id", F_ID, .help = "The charge" },
	{ "amount", F_MONEY, .help = "What was taken" },
	{ "currency", F_CURRENCY, .help = "Of it" },
	{ "balance", F_MONEY, .help = "What is left on the card" },
	{ "status", F_CHOICE, .choices = "done,reversed", .help = "Was it given back" },
	{ "note", F_TEXT, .help = "What for" },
	{ "created_at", F_TIME, .help = "When" },
	FIELDS_NAMED("charge"),
};
const struct field CHARGE_MADE[] = {
	{ "charge", F_OBJECT, .of = CHARGE_ANSWER, .help = "The charge" },
	FIELDS_END,
};
const struct field CHARGE_SHORT[] = {
	{ "balance", F_MONEY, .sometimes = true, .help = "What is on the card" },
	{ "currency", F_CURRENCY, .sometimes = true, .help = "Of it" },
	FIELDS_NAMED("charge_short"),
};

static void answer_charge(struct request *rq, const struct charge *charge, const char *status, ms_t at)
{
	struct json_object *into = answer_object(rq->data, "charge");

	answer_int(into, "id", charge->id);
	answer_int(into, "amount", charge->amount);
	answer_text(into, "currency", charge->currency);
	answer_int(into, "balance", charge->balance);
	answer_text(into, "status", status);
	answer_text(into, "note", charge->note);
	answer_time(into, "created_at", at);
}

static void tell_customer(struct request *rq, const char *kind, const struct row *to, const struct charge *charge,
			  const char *merchant)
{
	const char *uid = row_text(to, "uid");
	struct json_object *data = json_object_new_object();

	answer_text(data, "merchant", merchant);
	answer_text(data, "card", uid + strlen(uid) - 4);
	answer_int(data, "amount", charge->amount);
	answer_int(data, "balance", charge->balance);
	answer_text(data, "currency", charge->currency);
	answer_text(data, "note", charge->note);
	answer_time(data, "at", rq->now);
	tell(rq->db, rq->now, &(struct telling){ .kind = kind, .to = to, .data = data });
}

static struct json_object *charge_json(const struct charge *charge, const char *status)
{
	struct json_object *object = json_object_new_object();

	answer_text(object, "status", status);
	answer_int(object, "card_id", charge->card_id);
	answer_int(object, "amount", charge->amount);
	answer_text(object, "currency", charge->currency);
	return object;
}

static const struct row *card_or_refuse(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(field_text(rq, "card_uid"), uid) ? charge_card(rq->db, uid) : NULL;

	if (!card) {
		field_fault(rq, "card_uid", "There is no such card. Look at its number again.");
		refuse(rq, 404, "CARD_NOT_FOUND", "There is no such card. Look at its number again.");
	} else if (!row_is(card, "status", "active")) {
		field_fault(rq, "card_uid", "This card is %s.", said_to(rq, row_text(card, "status")));
		refuse(rq, 409, "CARD_BLOCKED", "This card is %s.", said_to(rq, row_text(card, "status")));
	} else if (field_text(rq, "currency") && !row_is(card, "currency", field_text(rq, "currency"))) {
		field_fault(rq, "currency", "What is on this card is %s.", row_text(card, "currency"));
		refuse_fields(rq);
	}
	return refused(rq) ? NULL : card;
}

static int refuse_short(struct request *rq, const struct row *card)
{
	answer_int(rq->data, "balance", row_int(card, "balance"));
	answer_text(rq->data, "currency", row_text(card, "currency"));
	field_fault(rq, "amount", "There is not enough on this card.");
	return refuse(rq, 409, "BALANCE_TOO_LOW", "There is not enough on this card.");
}

/* The form. */
int charge_new(struct request *rq)
{
	answer_text(rq->data, "currency", rq->config->card_currency);
	return ANSWERED;
}

enum { LATEST = 8 };

/* Beside it, what was taken today: was that one paid already? */
int charge_new_beside(struct request *rq)
{
	ms_t today = clock_day_begins(rq->now, rq->config->time_zone, 0);

	answer_rows(rq->beside, "charges", charge_latest(rq->db, rq->who.role_id, today, LATEST));
	return ANSWERED;
}

void charge_receipt_beside(struct request *rq)
{
	const struct row *receipt = charge_receipt(rq->db, rq->who.role_id, path_id(rq, "id"), rq->now);

	if (receipt)
		answer_row(answer_object(rq->beside, "receipt"), receipt);
}

/* A slip of a finger is caught by what the merchant set. */
static bool amount_allowed(struct request *rq, const struct row *settings)
{
	if (row_null(settings, "charge_most") || field_int(rq, "amount") <= row_int(settings, "charge_most"))
		return true;
	field_fault(rq, "amount", "This is more than your settings allow in one charge.");
	refuse_fields(rq);
	return false;
}

static const char *note_of(const struct request *rq, const struct row *settings)
{
	if (field_text(rq, "note"))
		return field_text(rq, "note");
	return row_null(settings, "charge_note") ? "" : row_text(settings, "charge_note");
}

/* POST merchant/charge/. */
int charge_create(struct request *rq)
{
	const struct row *settings = merchant_settings(rq->db, rq->who.role_id, false);
	const struct row *card = settings && amount_allowed(rq, settings) ? card_or_refuse(rq) : NULL;
	struct charge charge = { .merchant_id = rq->who.role_id, .amount = field_int(rq, "amount") };

	if (!card)
		return ANSWERED;
	charge.note = note_of(rq, settings);
	charge.card_id = row_int(card, "id");
	charge.currency = row_text(card, "currency");
	charge.balance = row_int(card, "balance") - charge.amount;
	if (charge.balance < 0 || charge_make(rq->db, &charge, rq->now) == LEDGER_SHORT)
		return refuse_short(rq, card);
	tell_customer(rq, "card-charged", card, &charge, row_text(settings, "name"));
	answer_charge(rq, &charge, "done", rq->now);
	return ANSWERED;
}

static int refuse_old(struct request *rq)
{
	return refuse(rq, 409, "CHARGE_TOO_OLD", "This charge is more than %d days old. Ask the staff.", CHARGE_DAYS);
}

void charge_reverse_also(struct request *rq, const struct row *row)
{
	const struct row *told;

	if (!row_is(row, "status", "done"))
		return;
	if (row_time(row, "created_at") <= rq->now - CHARGE_DAYS * MS_DAY) {
		refuse_old(rq);
		return;
	}
	if (charge_give_back(rq->db, row_int(row, "id"), rq->now) == LEDGER_FAILED) {
		refuse(rq, 409, "CHARGE_BUSY", "This charge could not be given back now. Try again.");
		return;
	}
	told = charge_told(rq->db, row_int(row, "id"));
	if (told)
		tell_customer(rq, "card-charge-reversed", told,
			      &(struct charge){ .amount = row_int(told, "amount"),
						.balance = row_int(told, "balance"),
						.currency = row_text(told, "currency"),
						.note = row_text(told, "note") },
			      row_text(told, "merchant"));
}

/* POST merchant/charge/:id/reverse/. */
int charge_reverse(struct request *rq)
{
	const struct row *row = charge_locked(rq->db, rq->who.role_id, path_id(rq, "id"));
	struct charge charge;

	if (!row)
		return refuse(rq, 404, "CHARGE_NOT_FOUND", "There is no such charge.");
	if (!charge_close(rq->db, row_int(row, "id"), rq->now))
		return row_is(row, "status", "done")
			       ? refuse_old(rq)
			       : refuse(rq, 409, "CHARGE_REVERSED", "This charge was given back already.");
	charge_reverse_also(rq, row);
	charge = (struct charge){ .id = row_int(row, "id"),
				  .card_id = row_int(row, "card_id"),
				  .amount = row_int(row, "amount"),
				  .balance = row_int(row, "card.balance") + row_int(row, "amount"),
				  .currency = row_text(row, "currency"),
				  .note = row_text(row, "note") };
	audit_change(rq, "reverse", "charge", charge.id, charge_json(&charge, "done"),
		     charge_json(&charge, "reversed"));
	answer_charge(rq, &charge, "reversed", row_time(row, "created_at"));
	return ANSWERED;
}
