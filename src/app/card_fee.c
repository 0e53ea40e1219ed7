/* What a card costs, once: shown where somebody asks for a card, and paid as everything is. A request is approved when it is
 * paid, and a merchant who looks a customer up sees it. */
#include "app/actions/card.h"
#include "app/actions/customer.h"
#include "app/credit.h"
#include "store/card.h"
#include "store/credit.h"

const struct field CARD_FEE_PAY[] = {
	{ "card_token", F_TEXT, .max = 200, .help = "The provider's token for the card that pays" },
	FIELDS_END,
};
const struct field CARD_FEE_SHOWN[] = {
	{ "status", F_CHOICE, .choices = "none,due,open,paid",
	  .help = "none: cards cost nothing here; open: a payment of it is under way" },
	{ "amount", F_MONEY, .help = "What a card costs" },
	{ "currency", F_CURRENCY, .help = "Of that" },
	{ "payment", F_OBJECT, .of = PAYMENT_ANSWER, .sometimes = true,
	  .help = "The one that is under way, or paid it" },
	FIELDS_NAMED("card_fee"),
};

static const char *status_of(struct request *rq, const struct row *payment)
{
	if (credit_fee_paid(rq->db, rq->who.role_id))
		return "paid";
	if (payment)
		return "open";
	return rq->config->card_issue_fee ? "due" : "none";
}

/* GET users/nfc-cards/fee/, and its page. */
int card_fee_show(struct request *rq)
{
	const struct row *payment = credit_of_live_fee(rq->db, rq->who.role_id);

	answer_text(rq->data, "status", status_of(rq, payment));
	answer_int(rq->data, "amount", payment ? row_int(payment, "amount") : rq->config->card_issue_fee);
	answer_text(rq->data, "currency", payment ? row_text(payment, "currency") : rq->config->card_currency);
	if (payment)
		answer_payment(rq, payment, NULL);
	return ANSWERED;
}

/* How it can be paid, and what it is paid for: the request that waits, and the card that they have. */
int card_fee_beside(struct request *rq)
{
	const struct row *request = card_request_open(rq->db, rq->who.role_id),
			 *card = card_of_customer(rq->db, rq->who.role_id, 0);

	answer_way(rq);
	if (request)
		answer_row(answer_object(rq->beside, "request"), request);
	if (card)
		answer_row(answer_object(rq->beside, "card"), card);
	return ANSWERED;
}

/* One that was begun in an app cannot be made on a page: it makes room. */
static bool cannot_go_on(struct request *rq, const struct payment_answer *begun)
{
	return begun->state == PAY_REQUIRES_ACTION && *begun->client_secret && wants_page(rq) && !*begun->url;
}

int card_fee_pay(struct request *rq)
{
	if (!rq->config->card_issue_fee)
		return refuse(rq, 409, "NOTHING_TO_PAY", "No registration fee is asked for here.");
	if (!payment_can_be_made(rq))
		return ANSWERED;
	for (int tries = 0; tries < 2; tries++) {
		const struct row *payment =
			credit_start_fee(rq->db, rq->who.role_id, rq->config->card_issue_fee, rq->config->card_currency,
					 rq->config->payment_provider, rq->now);
		struct payment_answer answer;
		enum settled settled;

		if (payment)
			return credit_pay(rq, payment);
		payment = db_last(rq->db) == DB_DUPLICATE ? credit_of_live_fee(rq->db, rq->who.role_id) : NULL;
		if (!payment)
			break;
		settled = credit_ask(rq->db, rq->config, &payment, rq->now, &answer);
		if (settled == SETTLED_PENDING && cannot_go_on(rq, &answer))
			settled = credit_stop(rq->db, rq->config, &payment, rq->now);
		if (settled != SETTLED_DECLINED)
			return credit_answer(rq, payment, settled, &answer);
	}
	return db_error(rq->db) == DB_OK && credit_fee_paid(rq->db, rq->who.role_id)
		       ? refuse(rq, 409, "NOTHING_TO_PAY", "The registration fee is paid.")
		       : payment_refuse_start(rq);
}

/* GET /nfc-cards/fee/return: the provider's page leads here, paid or not. That is not believed: it is asked. */
int card_fee_return(struct request *rq)
{
	rq->redirect = talloc_strdup(rq->mem, "/nfc-cards/fee");
	credit_back(rq, 0);
	return ANSWERED;
}

/* ---- where cards are asked for ---- */

void card_fee_around(struct request *rq)
{
	struct json_object *fee;

	if (!rq->config->card_issue_fee || credit_fee_paid(rq->db, rq->who.role_id))
		return;
	fee = answer_object(rq->beside, "fee");
	answer_int(fee, "amount", rq->config->card_issue_fee);
	answer_text(fee, "currency", rq->config->card_currency);
}

void fee_before_approval(struct request *rq, const struct row *request)
{
	if (rq->config->card_issue_fee && !row_bool(request, "fee_paid"))
		refuse(rq, 409, "FEE_NOT_PAID", "The fee for this card is not paid yet.");
}
