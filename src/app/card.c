/* A customer's cards: they are listed, blocked and reported lost as the resource says (resources/customer.c); here is what has
 * to do with money. What is put on a card is a payment like any other (credit.c). */
#include "app/card.h"
#include "app/actions/card.h"
#include "app/actions/customer.h"
#include "app/credit.h"
#include "app/keep.h"
#include "app/payment.h"
#include "app/resource.h"
#include "store/card.h"
#include "store/keep.h"

const struct field CARD_TRANSACTIONS[] = { FIELDS_PAGE_SORTED("at"), FIELDS_END };
const struct field CARD_TRANSACTION[] = {
	{ "id", F_ID, .help = "The ledger's entry" },
	{ "kind", F_CHOICE, .choices = "reload,sale,refund,charge,reversal,moved", .help = "What it was" },
	{ "at", F_TIME, .help = "When" },
	{ "amount", F_MONEY, .help = "What came on the card; negative: what went from it" },
	{ "balance", F_MONEY, .help = "What was on it then" },
	{ "currency", F_CURRENCY, .help = "Of both" },
	{ "merchant", F_TEXT, .null = true, .help = "Who took it at a counter" },
	{ "note", F_TEXT, .null = true, .help = "What for, as the merchant wrote it" },
	{ "order_id", F_ID, .null = true, .help = "The order that was paid" },
	{ "event.title", F_TEXT, .null = true, .help = "Its event" },
	FIELDS_NAMED("card_transaction"),
};
const struct field CARD_AUTO_RELOAD[] = {
	{ "enabled", F_BOOL, .required = true, .help = "Put money on it by itself" },
	{ "threshold", F_MONEY, .min = 1, .help = "When less than this is on it" },
	{ "amount", F_MONEY, .min = 1, .help = "So much is put on it" },
	{ "currency", F_CURRENCY, .help = "Of both: the card's" },
	{ "card_token", F_TEXT, .max = 200,
	  .help = "The provider's token for the card that pays. Without one next_action says where it is chosen, where the provider has such a way" },
	FIELDS_END,
};
const struct field CARD_AUTO_RELOAD_SET[] = {
	{ "enabled", F_BOOL, .help = "Is it on" },
	{ "threshold", F_MONEY, .null = true, .help = "When less than this is on it" },
	{ "amount", F_MONEY, .null = true, .help = "So much is put on it" },
	{ "next_action", F_OBJECT, .of = NEXT_ACTION, .sometimes = true,
	  .help = "Where the card that pays is chosen; it is on once that is done" },
	FIELDS_END,
};

const struct field CARD_MOVED[] = {
	{ "card", F_OBJECT, .of = OWN_CARD, .help = "Your active card, with what is on it now" },
	FIELDS_END,
};

bool card_may_pay(struct request *rq, const struct row *card, const char *currency)
{
	if (!card)
		field_fault(rq, "nfc_card_id", "There is no such card of yours.");
	else if (!row_is(card, "status", "active"))
		field_fault(rq, "nfc_card_id", "This card is %s, so it cannot pay.",
			    said_to(rq, row_text(card, "status")));
	else if (!row_is(card, "currency", currency))
		field_fault(rq, "nfc_card_id", "What is on this card is %s, and this costs %s.",
			    row_text(card, "currency"), currency);
	return !has_faults(rq);
}

/* The card that the path names; NULL after refusing. */
static const struct row *card_or_404(struct request *rq)
{
	const struct row *card = card_of_customer(rq->db, rq->who.role_id, path_id(rq, "id"));

	if (!card)
		refuse(rq, 404, "CARD_NOT_FOUND", "There is no such card.");
	return card;
}

/* GET users/nfc-cards/:id/transactions/. */
int card_transaction_index(struct request *rq)
{
	if (!card_or_404(rq))
		return ANSWERED;
	return answer_whole_list(rq, "transactions",
				 card_transactions(rq->db, rq->who.role_id, path_id(rq, "id"),
						   list_descending(rq, true)));
}

static bool auto_reload_makes_sense(struct request *rq, const struct row *card, int64_t below, int64_t amount)
{
	if (!row_is(card, "status", "active"))
		refuse(rq, 409, "CARD_NOT_ACTIVE", "This card is %s.", said_to(rq, row_text(card, "status")));
	if (!below)
		field_fault(rq, "threshold", "Say when there is too little on it.");
	if (!amount)
		field_fault(rq, "amount", "Say how much is put on it.");
	if (field_text(rq, "currency") && !row_is(card, "currency", field_text(rq, "currency")))
		field_fault(rq, "currency", "What is on this card is %s.", row_text(card, "currency"));
	if (below + amount > rq->config->card_most)
		field_fault(rq, "amount", "So much may not be on a card.");
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq) && payment_can_be_made(rq);
}

struct setting {
	struct db *db;
	int64_t customer_id, card_id, below, amount;
	const struct keep_card *card;
	ms_t now;
};

static bool set(void *with)
{
	struct setting *s = with;

	return keep_set(s->db, s->customer_id, s->card_id, s->below, s->amount, s->card, s->now);
}

/* POST users/nfc-cards/:id/auto-reload-settings/. */
int card_auto_reload_set(struct request *rq)
{
	const struct row *card = card_or_404(rq);
	bool on = field_bool(rq, "enabled");
	int64_t below = on ? field_int(rq, "threshold") : 0, amount = on ? field_int(rq, "amount") : 0;
	const struct payment_provider *provider;

	if (!card || (on && !auto_reload_makes_sense(rq, card, below, amount)))
		return ANSWERED;
	provider = payment_provider(rq->config->payment_provider);
	if (on && provider->keep)
		return keep_choose(rq, card, below, amount);
	/* Of the sandbox a token is all there is. */
	if (!db_transaction(
		    rq->db, set, NULL,
		    &(struct setting){ rq->db, rq->who.role_id, row_int(card, "id"), below, amount,
				       on ? &(struct keep_card){ provider->name, "", field_text(rq, "card_token"), "" }
					  : NULL,
				       rq->now }))
		return refuse(rq, 409, "CARD_BUSY", "This card was just used. Try again.");
	keep_answer(rq, below, amount);
	say(rq, "%s",
	    on ? "The card is reloaded by itself from now on." : "The card is not reloaded by itself any more.");
	return ANSWERED;
}

/* POST users/nfc-cards/:id/move: what was on lost cards goes to the active one. */
int card_lost_move(struct request *rq)
{
	const struct row *card = card_or_404(rq), *active = card_of_customer(rq->db, rq->who.role_id, 0);

	if (!card)
		return ANSWERED;
	if (!active)
		return refuse(rq, 409, "NO_ACTIVE_CARD", "You have no active card to move it to. Ask for one first.");
	if (!row_is(card, "status", "lost"))
		return refuse(rq, 409, "CARD_NOT_LOST", "This card is not lost.");
	if (!card_move_lost(rq->db, rq->who.role_id, rq->now))
		return refuse(rq, 409, "CARD_BUSY", "This card was just used. Try again.");
	active = card_of_customer(rq->db, rq->who.role_id, 0);
	if (active)
		answer_row(answer_object(rq->data, "card"), active);
	say(rq, "What was on the lost card is on your card now.");
	return ANSWERED;
}

/* GET /nfc-cards/:id/return: the provider's page leads here, paid or not. That is not believed: it is asked. */
int card_return(struct request *rq)
{
	if (!card_or_404(rq))
		return ANSWERED;
	rq->redirect = talloc_asprintf(rq->mem, "/nfc-cards/%lld", (long long)path_id(rq, "id"));
	credit_back(rq, path_id(rq, "id"));
	keep_back(rq, path_id(rq, "id"));
	return ANSWERED;
}

/* A card that was lost is not reloaded any more, and the one that takes its place has terms of its own. */
void card_lost_also(struct request *rq, const struct row *card)
{
	if (!keep_set(rq->db, rq->who.role_id, row_int(card, "id"), 0, 0, NULL, rq->now))
		refuse(rq, 409, "CARD_BUSY", "This card was just used. Try again.");
}

/* ---- its pages ---- */

enum { LATEST = 10 };

/* What came and went last, the card that would get what is on a lost one, and the request for one that waits. */
void card_beside(struct request *rq)
{
	struct row_list *list = card_transactions(rq->db, rq->who.role_id, path_id(rq, "id"), true);
	const struct row *active = card_of_customer(rq->db, rq->who.role_id, 0),
			 *request = card_request_open(rq->db, rq->who.role_id);

	answer_rows(rq->beside, "transactions", list->page(list, 1, LATEST));
	answer_way(rq);
	credit_beside(rq, path_id(rq, "id"));
	if (active)
		answer_row(answer_object(rq->beside, "active"), active);
	if (request)
		answer_row(answer_object(rq->beside, "request"), request);
}

int card_beside_order(struct request *rq)
{
	struct json_object *order = json_object_object_get(rq->data, "order");
	const char *currency = json_object_get_string(json_object_object_get(order, "currency"));
	const struct row *card = currency ? card_of_customer(rq->db, rq->who.role_id, 0) : NULL;

	if (card && row_is(card, "currency", currency))
		answer_row(answer_object(rq->beside, "card"), card);
	return ANSWERED;
}

/* The card's page again, after a form on it was refused. */
int card_again(struct request *rq)
{
	const struct resource *r = resource_named("customer", "nfc-cards");
	const struct row *row = resource_or_404(rq, r, path_id(rq, "id"));

	if (row)
		resource_answer(rq, r, rq->data, row);
	return ANSWERED;
}

int card_again_beside(struct request *rq)
{
	card_beside(rq);
	return ANSWERED;
}

int card_transactions_beside(struct request *rq)
{
	const struct row *card = card_of_customer(rq->db, rq->who.role_id, path_id(rq, "id"));

	if (card)
		answer_row(answer_object(rq->beside, "card"), card);
	return ANSWERED;
}
