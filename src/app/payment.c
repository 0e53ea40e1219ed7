/* Payments. The provider is asked, the client never believed; it is called between transactions, never inside one. */
#include "app/payment.h"
#include "app/actions/card.h"
#include "app/actions/customer.h"
#include "app/card.h"
#include "app/credit.h"
#include "app/exchange.h"
#include "app/keep.h"
#include "app/live.h"
#include "app/refund.h"
#include "app/sale.h"
#include "base/uuid.h"
#include "db/db.h"
#include "store/card.h"
#include "store/payment.h"
#include "store/ticket.h"
#include <string.h>

const struct field PAYMENT_PROCESS[] = {
	{ "order_id", F_ID, .names = true, .help = "The held order to pay" },
	{ "purpose", F_CHOICE, .choices = "order,registration_fee", .otherwise = "order", .help = "What is paid" },
	{ "method", F_CHOICE, .choices = "card,nfc_card", .otherwise = "card", .help = "How" },
	{ "card_token", F_TEXT, .max = 200,
	  .help = "The provider's token for the card. Without one next_action says how it is paid, where the provider has such a way" },
	{ "hosted", F_BOOL, .help = "On the provider's own page, which comes back to the order's page here" },
	{ "nfc_card_id", F_ID, .help = "The card of yours to pay from; your active one when missing" },
	FIELDS_END,
};

const struct field PAYMENT_CONFIRM[] = {
	{ "payment_id", F_ID, .required = true, .names = true, .help = "The payment" },
	FIELDS_END,
};

const struct field PAYMENT_STATE[] = {
	{ "payment", F_OBJECT, .of = PAYMENT_ANSWER, .help = "The payment" },
	{ "order", F_OBJECT, .of = ORDER_ANSWER, .sometimes = true, .help = "The order it pays" },
	{ "tickets", F_LIST, .of = TICKET_ANSWER, .sometimes = true, .help = "None before it is paid" },
	{ "card", F_OBJECT, .of = OWN_CARD, .sometimes = true, .help = "The card that it puts money on" },
	FIELDS_NAMED("payment_state"),
};

const struct field NOTICE_TAKEN[] = {
	{ "repeated", F_BOOL, .help = "Was it here before" },
	FIELDS_END,
};

/* A payment that this very request settled: what it made of payment, order and tickets is known. As they would be read. */
static void answer_paid(struct request *rq, const struct sale *sale, const struct payment_answer *answer)
{
	struct json_object *order = answer_object(rq->data, "order");

	answer_payment(rq, &sale->payment, answer);
	answer_text(json_object_object_get(rq->data, "payment"), "status", "succeeded");
	answer_order(order, sale);
	answer_text(order, "status", "paid");
	answer_time(order, "paid_at", rq->now);
	answer_tickets(rq, sale, sale->tickets);
}

/* The payment as it was read, with its order and, once paid, its tickets. */
static void answer_state(struct request *rq, const struct sale *sale, const struct payment_answer *answer)
{
	answer_payment(rq, &sale->payment, answer);
	answer_order(answer_object(rq->data, "order"), sale);
	answer_tickets(rq, sale, ticket_of_order(rq->db, row_int(&sale->order, "id"), rq->who.role_id));
}

/* Why money is on its way back, from what became of the order. */
static const char *why_given_back(const struct sale *sale)
{
	if (row_is(&sale->order, "event.status", "cancelled"))
		return "The event was cancelled. The payment is given back in full.";
	if (row_is(&sale->order, "status", "cancelled"))
		return "You had given up this order. The payment is given back in full.";
	if (row_is(&sale->order, "status", "lapsed"))
		return "The payment came after the hold had lapsed and the tickets were gone. It is given back in full.";
	return "This payment did not pay the order. It is given back in full.";
}

static int answer_settled(struct request *rq, const struct sale *sale, enum settled settled,
			  const struct payment_answer *answer)
{
	if (settled == SETTLED_PAID && sale->tickets)
		answer_paid(rq, sale, answer);
	else
		answer_state(rq, sale, answer);
	switch (settled) {
	case SETTLED_PAID:
		order_changed(rq, row_int(&sale->order, "event.id"), row_int(&sale->order, "id"));
		say(rq, "%s",
		    row_is(&sale->order, "event.status", "cancelled")
			    ? "The event was cancelled. The payment is on its way back."
			    : "Paid. The tickets are yours.");
		return ANSWERED;
	case SETTLED_PENDING:
		rq->status = 202;
		if (payment_leads_to_provider(rq, answer))
			return ANSWERED;
		say(rq, "%s",
		    row_is(&sale->payment, "status", "requires_action")
			    ? "The payment waits for you to confirm it."
			    : "The provider has not answered yet. Do not pay again; confirm in a moment.");
		return ANSWERED;
	case SETTLED_REFUNDED:
		say(rq, "%s", why_given_back(sale));
		return ANSWERED;
	case SETTLED_DECLINED:
		return refuse(rq, 402, "PAYMENT_DECLINED", "%s",
			      row_null(&sale->payment, "failure") ? "The payment was declined."
								  : row_text(&sale->payment, "failure"));
	default:
		return payment_refuse_later(rq);
	}
}

/* An order of nothing to pay is paid at once. */
static struct payment_answer nothing_to_pay(const char *uuid)
{
	struct payment_answer answer = { .state = PAY_SUCCEEDED };

	memcpy(answer.reference, "free_", 5);
	memcpy(answer.reference + 5, uuid, strlen(uuid) + 1);
	return answer;
}

/* Makes what is paid at the provider, if it has such a step, and keeps what it is called there before anything can be charged by
 * it; then charges, if there is something to charge with. False: *settled says why not. */
static bool call_provider(struct request *rq, const struct payment_provider *provider, struct sale *sale,
			  struct payment_answer *answer)
{
	const char *token = field_text(rq, "card_token");
	struct payment_bill bill = payment_bill(rq->mem, rq->config, sale);

	memset(answer, 0, sizeof *answer);
	bill.hosted = !token && (wants_page(rq) || field_bool(rq, "hosted"));
	if (provider->begin) {
		*answer = provider->begin(rq->config, &bill);
		if (!token || answer->state != PAY_REQUIRES_ACTION)
			return true;
		if (payment_settle(rq->db, rq->config, sale, answer, rq->now) != SETTLED_PENDING)
			return false;
	}
	*answer = provider->charge(rq->config, &bill, answer->reference, token);
	return true;
}

static int charge(struct request *rq, const struct payment_provider *provider, struct sale *sale)
{
	const struct row *payment = &sale->payment;
	struct payment_answer answer;
	enum settled settled;
	char uuid[UUID_SIZE];

	uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, uuid);
	if (row_int(payment, "amount") == 0)
		answer = nothing_to_pay(uuid);
	else if (!call_provider(rq, provider, sale, &answer))
		return payment_refuse_later(rq);
	if (answer.state == PAY_UNKNOWN || answer.state == PAY_PENDING)
		payment_charged(rq->db, row_int(payment, "id"), rq->now);
	settled = payment_settle(rq->db, rq->config, sale, &answer, rq->now);
	if (settled != SETTLED_FAILED || db_error(rq->db) != DB_SCHEMA)
		return answer_settled(rq, sale, settled, &answer);
	/* A new version came while we called. It is to ask at once, for our call is over. */
	db_clear(rq->db);
	payment_charged(rq->db, row_int(payment, "id"), rq->now);
	return payment_refuse_later(rq);
}

/* May it be paid? False: refused. */
static bool payable(struct request *rq, const struct sale *sale)
{
	const struct row *order = &sale->order;

	if (row_is(order, "status", "paid"))
		refuse(rq, 409, "ORDER_PAID", "This order is paid.");
	else if (!row_is(order, "event.status", "published"))
		refuse(rq, 409, "EVENT_CANCELLED", "This event has been cancelled. Nothing was charged.");
	else if (!row_is(order, "status", "held"))
		refuse(rq, 409, "ORDER_LAPSED", "The hold on these tickets has ended. Book again.");
	else if (!exchange_stands(rq->db, sale, rq->now))
		refuse(rq, 409, "EXCHANGE_GONE",
		       "The ticket that this one is in place of was used, passed on or given back, so nothing was charged.");
	return !refused(rq);
}

static int refuse_payment(struct request *rq, int64_t order_id)
{
	struct sale now;

	if (sale_of_order(rq->db, order_id, rq->who.role_id, rq->now, &now) && !payable(rq, &now))
		return ANSWERED;
	return payment_refuse_start(rq);
}

/* One that was begun in an app cannot be made on a page, nor with a card that is named now: it makes room. */
static bool otherwise_wanted(struct request *rq, const struct payment_answer *begun)
{
	if (begun->state != PAY_REQUIRES_ACTION || !(*begun->url || *begun->client_secret))
		return false;
	return field_text(rq, "card_token") || (wants_page(rq) && !*begun->url);
}

/* Starts a payment and charges it. Where one of this order is under way, what became of that decides: settled, it is the
 * answer; declined, it makes room for this one. */
static int pay(struct request *rq, const struct payment_means *means, struct sale *sale)
{
	int64_t order_id = row_int(&sale->order, "id");

	for (int tries = 0; tries < 2; tries++) {
		const struct row *started = payment_start(rq->db, rq->who.role_id, order_id, means, rq->now);
		struct payment_answer answer;
		enum settled settled;
		struct sale live;

		if (started) {
			sale->payment = *started;
			return charge(rq, payment_provider(means->provider), sale);
		}
		if (db_last(rq->db) != DB_DUPLICATE || !sale_of_live_payment(rq->db, order_id, rq->now, &live))
			break;
		settled = payment_ask(rq->db, rq->config, &live, rq->now, &answer);
		if (settled == SETTLED_PENDING && otherwise_wanted(rq, &answer))
			settled = payment_stop(rq->db, rq->config, &live, rq->now);
		if (settled != SETTLED_DECLINED)
			return answer_settled(rq, &live, settled, &answer);
	}
	return refuse_payment(rq, order_id);
}

/* What an order is paid with: a card of the provider's, or one of ours. False: refused. */
static bool means_of(struct request *rq, const struct row *order, struct payment_means *means)
{
	*means = (struct payment_means){ .provider = rq->config->payment_provider,
					 .method = field_text(rq, "method"),
					 .fee_rate = rq->config->fee_rate,
					 .fee_currency = rq->config->fee_currency,
					 .fee_fixed = rq->config->fee_fixed };
	if (!strcmp(means->method, "nfc_card")) {
		const struct row *card = card_of_customer(rq->db, rq->who.role_id, field_int(rq, "nfc_card_id"));

		means->provider = means->method;
		if (card_may_pay(rq, card, row_text(order, "currency")))
			means->card_id = row_int(card, "id");
		else
			refuse_fields(rq);
		return !refused(rq);
	}
	return !row_int(order, "total") || payment_can_be_made(rq);
}

/* POST payments/process/. The payment's row is committed before the provider is called, so that whatever happens to this
 * process, the job that asks after waiting payments finds it. */
int payment_process(struct request *rq)
{
	int64_t order_id = field_int(rq, "order_id");
	struct payment_means means;
	struct sale sale;

	if (strcmp(field_text(rq, "purpose"), "order"))
		return card_fee_pay(rq);
	if (!order_id) {
		field_fault(rq, "order_id", "Say which order is paid.");
		return refuse_fields(rq);
	}
	if (!sale_of_order(rq->db, order_id, rq->who.role_id, rq->now, &sale))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	if (!payable(rq, &sale) || !means_of(rq, &sale.order, &means))
		return ANSWERED;
	return pay(rq, &means, &sale);
}

/* What became of a payment that is over, or what the provider says. */
static enum settled outcome(struct request *rq, struct sale *sale, struct payment_answer *answer)
{
	const struct row *payment = &sale->payment;

	if (row_is(payment, "status", "succeeded"))
		return SETTLED_PAID;
	if (row_is(payment, "status", "declined"))
		return SETTLED_DECLINED;
	if (row_is(payment, "status", "refunding") || row_is(payment, "status", "refunded"))
		return SETTLED_REFUNDED;
	return payment_ask(rq->db, rq->config, sale, rq->now, answer);
}

/* POST payments/confirm/. */
int payment_confirm(struct request *rq)
{
	struct payment_answer answer = { .state = PAY_UNKNOWN };
	struct sale sale;

	if (!sale_of_payment(rq->db, field_int(rq, "payment_id"), rq->who.role_id, rq->now, &sale))
		return credit_confirm(rq);
	return answer_settled(rq, &sale, outcome(rq, &sale, &answer), wants_page(rq) ? NULL : &answer);
}

/* POST payments/cancel/: somebody would rather not pay, or not so. Their hold stands. */
int payment_cancel(struct request *rq)
{
	enum settled settled;
	struct sale sale;

	if (!sale_of_payment(rq->db, field_int(rq, "payment_id"), rq->who.role_id, rq->now, &sale))
		return credit_cancel(rq);
	if (row_is(&sale.payment, "status", "requires_action"))
		settled = payment_stop(rq->db, rq->config, &sale, rq->now);
	else
		settled = outcome(rq, &sale, NULL);
	if (settled != SETTLED_DECLINED)
		return answer_settled(rq, &sale, settled, NULL);
	answer_state(rq, &sale, NULL);
	say(rq, "Nothing was paid.");
	return ANSWERED;
}

/* GET /orders/:order_id/return: the provider's page leads here, paid or not. That is not believed: it is asked. */
int payment_return(struct request *rq)
{
	int64_t order_id = path_id(rq, "order_id");
	struct sale sale, live;

	if (!sale_of_order(rq->db, order_id, rq->who.role_id, rq->now, &sale))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	rq->redirect = talloc_asprintf(rq->mem, "/orders/%lld", (long long)order_id);
	if (sale_of_live_payment(rq->db, order_id, rq->now, &live) && outcome(rq, &live, NULL) == SETTLED_PAID)
		order_changed(rq, row_int(&live.order, "event.id"), order_id);
	return ANSWERED;
}

/* The payment that a notice is about. False: none of ours. */
static bool sale_of_notice(struct request *rq, const struct payment_provider *provider,
			   const struct payment_notice *notice, struct sale *sale)
{
	char uuid[UUID_SIZE];

	if (*notice->uuid)
		return sale_of_payment_uuid(rq->db, notice->uuid, rq->now, sale);
	if (sale_of_payment_reference(rq->db, provider->name, notice->reference, rq->now, sale))
		return true;
	return db_error(rq->db) == DB_OK && provider->whose && provider->whose(rq->config, notice->reference, uuid) &&
	       sale_of_payment_uuid(rq->db, uuid, rq->now, sale);
}

/* Asks about what a notice names. A payment that was given up may have been made after all. False: later. */
static bool heed(struct request *rq, const struct payment_notice *notice, struct sale *sale)
{
	int64_t id = row_int(&sale->payment, "id");
	enum settled settled = outcome(rq, sale, NULL);

	if (settled == SETTLED_DECLINED && payment_provider(row_text(&sale->payment, "provider"))->begin)
		settled = payment_ask(rq->db, rq->config, sale, rq->now, NULL);
	if (settled == SETTLED_FAILED)
		return false;
	if (!notice->desk || (settled != SETTLED_PAID && settled != SETTLED_REFUNDED))
		return true;
	return sale_of_payment(rq->db, id, 0, rq->now, sale) && payment_look_at_desk(rq->db, rq->config, sale, rq->now);
}

static int take_notice(struct request *rq, const struct payment_provider *provider, const struct payment_notice *notice)
{
	struct sale sale;

	if (!sale_of_notice(rq, provider, notice, &sale)) {
		if (*notice->uuid && keep_noticed(rq, notice))
			return ANSWERED;
		return credit_notice(rq, provider->name, notice);
	}
	if (!heed(rq, notice, &sale)) {
		rq->retry_after = 5;
		return refuse(rq, 503, "PAYMENT_LATER", "Send it again later.");
	}
	order_changed(rq, row_int(&sale.order, "event.id"), row_int(&sale.order, "id"));
	answer_bool(rq->data, "repeated",
		    !payment_notice(rq->db, provider->name, notice->id, row_int(&sale.payment, "id"), rq->now));
	return ANSWERED;
}

/* POST payments/webhook/:provider/. The body only says which payment to ask about. Noted after it is settled, so a
 * notice whose handling was cut off works when it is sent again. */
int payment_webhook(struct request *rq)
{
	const struct payment_provider *provider = payment_provider(path_text(rq, "provider"));
	const char *signature = provider ? request_header(rq, provider->signature) : NULL;
	struct payment_notice notice;
	size_t len;
	const char *body = request_body(rq, &len);
	bool known;

	if (!provider)
		return refuse(rq, 404, "PROVIDER_NOT_FOUND", "There is no such provider.");
	if (!body || !provider->notice(rq->config, body, len, signature ? signature : "", rq->now, &notice))
		return refuse(rq, 401, "SIGNATURE_INVALID", "The signature does not fit this body.");
	known = notice.ours && payment_notice_known(rq->db, provider->name, notice.id);
	if (notice.ours && !known)
		return take_notice(rq, provider, &notice);
	answer_bool(rq->data, "repeated", known);
	return ANSWERED;
}
