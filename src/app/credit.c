/* What is paid besides orders: money put on a card, and what a card costs. As with an order, the payment's row is committed before
 * the provider is called, so that the job that asks after waiting payments finds it whatever happens to this process. */
#include "app/credit.h"
#include "app/actions/card.h"
#include "app/actions/customer.h"
#include "app/refund.h"
#include "base/uuid.h"
#include "store/card.h"
#include "store/credit.h"
#include "store/payment.h"
#include <string.h>

const struct field CARD_RELOAD[] = {
	{ "amount", F_MONEY, .required = true, .min = 1,
	  .help = "What is put on it, in minor units of the card's currency" },
	{ "currency", F_CURRENCY, .help = "When given, it must be the card's" },
	{ "method", F_CHOICE, .choices = "card", .otherwise = "card", .help = "How it is paid" },
	{ "card_token", F_TEXT, .max = 200, .help = "The provider's token for the card that pays" },
	FIELDS_END,
};
const struct field CREDIT_STATE[] = {
	{ "payment", F_OBJECT, .of = PAYMENT_ANSWER, .help = "The payment" },
	{ "card", F_OBJECT, .of = OWN_CARD, .sometimes = true, .help = "The card that it puts money on" },
	FIELDS_NAMED("credit_state"),
};

/* ---- settling ---- */

struct taking {
	struct db *db;
	const struct row *payment;
	const char *reference;
	ms_t now;
};

static bool take(void *with)
{
	struct taking *t = with;

	return credit_take(t->db, t->payment, t->reference, t->now);
}

static enum settled state_of(const struct row *payment)
{
	if (row_is(payment, "status", "succeeded"))
		return SETTLED_PAID;
	return row_is(payment, "status", "declined") ? SETTLED_DECLINED : SETTLED_PENDING;
}

static enum settled read_again(struct db *db, const struct row **payment)
{
	const struct row *now = credit_of_payment(db, row_int(*payment, "id"), 0);

	if (!now)
		return SETTLED_FAILED;
	*payment = now;
	return state_of(now);
}

enum settled credit_settle(struct db *db, const struct row **payment, const struct payment_answer *answer, ms_t now)
{
	struct taking taking = { db, *payment, answer->reference, now };
	int64_t id = row_int(*payment, "id");

	if (answer->state == PAY_SUCCEEDED && !db_transaction(db, take, NULL, &taking) && db_error(db) != DB_OK)
		return SETTLED_FAILED;
	if (answer->state == PAY_DECLINED)
		payment_move(db, id, "declined", answer->reference, answer->failure, now);
	if (answer->state == PAY_REQUIRES_ACTION)
		payment_move(db, id, "requires_action", answer->reference, NULL, now);
	return read_again(db, payment);
}

/* What it is called for with its provider. The provider's page leads back to the card, or to the cards. */
static struct payment_bill bill_of(TALLOC_CTX *mem, const struct config *config, const struct row *p)
{
	bool reload = row_is(p, "purpose", "reload");

	return (struct payment_bill){
		.uuid = uuid_text((const uint8_t *)row_cell(p, "uuid")->s, talloc_size(mem, UUID_SIZE)),
		.reference = talloc_asprintf(mem, "P%lld", (long long)row_int(p, "id")),
		.title = reload ? "Card reload" : "Card",
		.email = "",
		.locale = config->locale,
		.back = reload ? talloc_asprintf(mem, "%s/nfc-cards/%lld", config->base_url,
						 (long long)row_int(p, "card_id"))
			       : talloc_asprintf(mem, "%s/nfc-cards", config->base_url),
		.amount = row_int(p, "amount"),
		.currency = row_text(p, "currency"),
		.begun = row_time(p, "created_at"),
		.until = row_time(p, "created_at") + 30 * MS_MINUTE,
	};
}

enum settled credit_ask(struct db *db, const struct config *config, const struct row **payment, ms_t now)
{
	const struct row *p = *payment;
	const struct payment_provider *provider;
	struct payment_answer answer;
	struct payment_bill bill;
	TALLOC_CTX *mem;

	if (state_of(p) != SETTLED_PENDING)
		return state_of(p);
	provider = payment_reach(db, row_text(p, "provider"));
	if (!provider)
		return SETTLED_FAILED;
	if (payment_call_is_out(p, now))
		return SETTLED_PENDING;
	mem = talloc_new(NULL);
	bill = bill_of(mem, config, p);
	answer = provider->ask(config, &bill, row_text(p, "provider_ref"));
	talloc_free(mem);
	return credit_settle(db, payment, &answer, now);
}

/* As with an order: what the provider calls it is kept before anything can be charged by it. False: that could not be kept. */
static bool call_provider(const struct credit_call *call, const struct row *p, struct payment_answer *answer)
{
	const struct payment_provider *provider = payment_provider(row_text(p, "provider"));
	TALLOC_CTX *mem = talloc_new(NULL);
	struct payment_bill bill = bill_of(mem, call->config, p);
	bool kept = true;

	memset(answer, 0, sizeof *answer);
	bill.hosted = call->hosted && !call->token;
	if (provider->begin)
		*answer = provider->begin(call->config, &bill);
	if (provider->begin && call->token && answer->state == PAY_REQUIRES_ACTION)
		kept = payment_move(call->db, row_int(p, "id"), "requires_action", answer->reference, NULL, call->now);
	if (kept && (!provider->begin || (call->token && answer->state == PAY_REQUIRES_ACTION)))
		*answer = provider->charge(call->config, &bill, answer->reference, call->token);
	talloc_free(mem);
	return kept;
}

enum settled credit_charge(const struct credit_call *call, const struct row **payment, struct payment_answer *answer)
{
	int64_t id = row_int(*payment, "id");
	enum settled settled;

	if (!call_provider(call, *payment, answer))
		return SETTLED_FAILED;
	if (answer->state == PAY_UNKNOWN || answer->state == PAY_PENDING)
		payment_charged(call->db, id, call->now);
	settled = credit_settle(call->db, payment, answer, call->now);
	if (settled == SETTLED_FAILED && db_error(call->db) == DB_SCHEMA) {
		/* A new version came while we called. It is to ask at once, for our call is over. */
		db_clear(call->db);
		payment_charged(call->db, id, call->now);
	}
	return settled;
}

/* ---- answering ---- */

static const char *said_of(const struct row *payment, enum settled settled)
{
	if (settled == SETTLED_PENDING)
		return row_is(payment, "status", "requires_action")
			       ? "The payment waits for you to confirm it."
			       : "The provider has not answered yet. Do not pay again; confirm in a moment.";
	return row_is(payment, "purpose", "reload") ? "Paid. The money is on your card."
						    : "Paid. You can have a card now.";
}

int credit_answer(struct request *rq, const struct row *payment, enum settled settled,
		  const struct payment_answer *answer)
{
	const struct row *card =
		row_null(payment, "card_id")
			? NULL
			: card_of_customer(rq->db, row_int(payment, "customer_id"), row_int(payment, "card_id"));

	answer_payment(rq, payment, answer);
	if (card)
		answer_row(answer_object(rq->data, "card"), card);
	if (settled == SETTLED_DECLINED)
		return refuse(rq, 402, "PAYMENT_DECLINED", "%s",
			      row_null(payment, "failure") ? "The payment was declined."
							   : row_text(payment, "failure"));
	if (settled == SETTLED_FAILED)
		return payment_refuse_later(rq);
	if (settled == SETTLED_PENDING) {
		rq->status = 202;
		if (payment_leads_to_provider(rq, answer))
			return ANSWERED;
	}
	say(rq, "%s", said_of(payment, settled));
	return ANSWERED;
}

int credit_confirm(struct request *rq)
{
	const struct row *payment = credit_of_payment(rq->db, field_int(rq, "payment_id"), rq->who.role_id);
	enum settled settled;

	if (!payment)
		return refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	settled = credit_ask(rq->db, rq->config, &payment, rq->now);
	return credit_answer(rq, payment, settled, NULL);
}

int credit_notice(struct request *rq, const char *provider, const struct payment_notice *notice)
{
	const struct row *payment = credit_of_payment_uuid(rq->db, notice->uuid);

	if (!payment)
		return refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	if (credit_ask(rq->db, rq->config, &payment, rq->now) == SETTLED_FAILED) {
		rq->retry_after = 5;
		return refuse(rq, 503, "PAYMENT_LATER", "Send it again later.");
	}
	answer_bool(rq->data, "repeated",
		    !payment_notice(rq->db, provider, notice->id, row_int(payment, "id"), rq->now));
	return ANSWERED;
}

static int charge(struct request *rq, const struct row *payment)
{
	const struct credit_call call = { rq->db, rq->config, field_text(rq, "card_token"), wants_page(rq), rq->now };
	struct payment_answer answer;
	enum settled settled = credit_charge(&call, &payment, &answer);

	return credit_answer(rq, payment, settled, &answer);
}

/* ---- a card's money ---- */

static bool may_reload(struct request *rq, const struct row *card)
{
	if (!card)
		refuse(rq, 404, "CARD_NOT_FOUND", "There is no such card.");
	else if (!row_is(card, "status", "active"))
		refuse(rq, 409, "CARD_NOT_ACTIVE", "This card is %s.", said_to(rq, row_text(card, "status")));
	if (refused(rq))
		return false;
	if (field_text(rq, "currency") && !row_is(card, "currency", field_text(rq, "currency")))
		field_fault(rq, "currency", "What is on this card is %s.", row_text(card, "currency"));
	else if (row_int(card, "balance") + field_int(rq, "amount") > rq->config->card_most)
		field_fault(rq, "amount", "So much may not be on a card.");
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq) && payment_can_be_made(rq);
}

/* POST users/nfc-cards/:id/reload/. */
int card_reload(struct request *rq)
{
	const struct row *card = card_of_customer(rq->db, rq->who.role_id, path_id(rq, "id")), *payment;

	if (!may_reload(rq, card))
		return ANSWERED;
	payment = credit_start_reload(rq->db, rq->who.role_id, row_int(card, "id"), field_int(rq, "amount"),
				      rq->config->payment_provider, rq->now);
	return payment ? charge(rq, payment) : payment_refuse_start(rq);
}

/* ---- what a card costs ---- */

int credit_pay_fee(struct request *rq)
{
	const struct row *payment;

	if (!rq->config->card_issue_fee)
		return refuse(rq, 409, "NOTHING_TO_PAY", "No registration fee is asked for here.");
	if (!payment_can_be_made(rq))
		return ANSWERED;
	for (int tries = 0; tries < 2; tries++) {
		enum settled settled;

		payment = credit_start_fee(rq->db, rq->who.role_id, rq->config->card_issue_fee,
					   rq->config->card_currency, rq->config->payment_provider, rq->now);
		if (payment)
			return charge(rq, payment);
		payment = db_last(rq->db) == DB_DUPLICATE ? credit_of_live_fee(rq->db, rq->who.role_id) : NULL;
		if (!payment)
			break;
		settled = credit_ask(rq->db, rq->config, &payment, rq->now);
		if (settled != SETTLED_DECLINED)
			return credit_answer(rq, payment, settled, NULL);
	}
	return db_error(rq->db) == DB_OK && credit_fee_paid(rq->db, rq->who.role_id)
		       ? refuse(rq, 409, "NOTHING_TO_PAY", "The registration fee is paid.")
		       : payment_refuse_start(rq);
}
