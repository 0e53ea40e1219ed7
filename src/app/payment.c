/* Payments. The provider is asked, the client never believed; it is called between transactions, never inside one. */
#include "app/payment.h"
#include "app/actions.h"
#include "app/order.h"
#include "base/uuid.h"
#include "db/db.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/ticket.h"
#include <string.h>

const struct field PAYMENT_PROCESS[] = {
	{ "order_id", F_ID, .help = "The held order to pay" },
	{ "purpose", F_CHOICE, .choices = "order,registration_fee", .otherwise = "order", .help = "What is paid" },
	{ "method", F_CHOICE, .choices = "card,nfc_card", .otherwise = "card", .help = "How" },
	{ "card_token", F_TEXT, .max = 200, .help = "The provider's token for the card" },
	{ "nfc_card_id", F_ID, .help = "The card to pay from" },
	FIELDS_END
};

const struct field PAYMENT_CONFIRM[] = {
	{ "payment_id", F_ID, .required = true, .help = "The payment" },
	FIELDS_END
};

static void answer_payment(struct request *rq, const struct row *payment, const struct payment_answer *answer)
{
	struct json_object *out = answer_object(rq->data, "payment");
	char uuid[UUID_SIZE];

	answer_int(out, "id", row_int(payment, "id"));
	answer_text(out, "uuid", uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, uuid));
	answer_text(out, "status", row_text(payment, "status"));
	answer_int(out, "amount", row_int(payment, "amount"));
	answer_text(out, "currency", row_text(payment, "currency"));
	answer_text(out, "method", row_text(payment, "method"));
	answer_int(out, "order_id", row_int(payment, "order_id"));
	if (!row_null(payment, "failure"))
		answer_text(out, "failure", row_text(payment, "failure"));
	if (answer && *answer->next_action)
		answer_text(out, "next_action", answer->next_action);
}

/* The payment as it stands now, with its order and, once paid, its tickets. */
static const struct row *answer_state(struct request *rq, int64_t payment_id, const struct payment_answer *answer)
{
	const struct row *payment = payment_get(rq->db, payment_id, rq->who.role_id);
	const struct row *order = payment ? order_get(rq->db, row_int(payment, "order_id"), rq->who.role_id, rq->now) : NULL;
	struct ticket_filter filter = { .customer_id = rq->who.role_id };
	int64_t total;

	if (!order)
		return NULL;
	answer_payment(rq, payment, answer);
	answer_order(rq, answer_object(rq->data, "order"), order);
	filter.order_id = row_int(order, "id");
	answer_rows(rq->data, "tickets", ticket_list(rq->db, &filter, 1, 100, &total));
	return payment;
}

/* As answer_state() left it. */
static bool of_cancelled_event(const struct request *rq)
{
	struct json_object *order = json_object_object_get(rq->data, "order");
	const char *status = tree_text(json_object_object_get(order, "event"), "status");

	return status && !strcmp(status, "cancelled");
}

static int answer_settled(struct request *rq, int64_t payment_id, enum settled settled,
			  const struct payment_answer *answer)
{
	const struct row *payment = answer_state(rq, payment_id, answer);

	if (!payment)
		return ANSWERED;
	switch (settled) {
	case SETTLED_PAID:
		event_changed(rq, row_int(payment, "event_id"));
		rq->message = "Paid. The tickets are yours.";
		return ANSWERED;
	case SETTLED_PENDING:
		rq->status = 202;
		rq->message = row_is(payment, "status", "requires_action") ?
				      "The payment waits for you to confirm it." :
				      "The provider has not answered yet. Do not pay again; confirm in a moment.";
		return ANSWERED;
	case SETTLED_REFUNDED:
		rq->message = of_cancelled_event(rq) ?
				      "The event was cancelled. The payment is given back in full." :
				      "The payment came after the hold had lapsed and the tickets were gone. It is given back in full.";
		return ANSWERED;
	case SETTLED_DECLINED:
		return refuse(rq, 402, "PAYMENT_DECLINED", "%s",
			      row_null(payment, "failure") ? "The payment was declined." : row_text(payment, "failure"));
	default:
		rq->retry_after = 2;
		return refuse(rq, 503, "PAYMENT_LATER", "The payment could not be settled now. Confirm it in a moment.");
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

static int charge(struct request *rq, const struct payment_provider *provider, int64_t payment_id)
{
	const struct row *payment = payment_get(rq->db, payment_id, rq->who.role_id);
	struct payment_answer answer;
	char uuid[UUID_SIZE];

	if (!payment)
		return ANSWERED;
	uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, uuid);
	if (row_int(payment, "amount") == 0)
		answer = nothing_to_pay(uuid);
	else
		answer = provider->charge(rq->config, uuid, row_int(payment, "amount"), row_text(payment, "currency"),
					  field_text(rq, "card_token"));
	if (answer.state == PAY_UNKNOWN || answer.state == PAY_PENDING)
		payment_charged(rq->db, payment_id, rq->now);
	return answer_settled(rq, payment_id, payment_settle(rq->db, rq->config, payment, &answer, rq->now), &answer);
}

/* Starts a payment and charges it. Where one of this order is under way, what became of that decides: settled, it is the
 * answer; declined, it makes room for this one. */
static int pay(struct request *rq, const struct payment_provider *provider, const struct row *order)
{
	int64_t order_id = row_int(order, "id");

	for (int tries = 0; tries < 2; tries++) {
		const struct row *live;
		enum settled settled;
		int64_t id = payment_start(rq->db, rq->who.role_id, order_id, provider->name, field_text(rq, "method"),
					   row_int(order, "total"), row_text(order, "currency"), rq->now);

		if (id)
			return charge(rq, provider, id);
		live = db_error(rq->db) == DB_OK ? payment_live(rq->db, order_id) : NULL;
		if (!live)
			break;
		settled = payment_ask(rq->db, rq->config, live, rq->now);
		if (settled != SETTLED_DECLINED)
			return answer_settled(rq, row_int(live, "id"), settled, NULL);
	}
	return refuse(rq, 409, "PAYMENT_RUNNING", "A payment of this order is under way. Try again in a moment.");
}

/* POST payments/process/. The payment's row is committed before the provider is called, so that whatever happens to this
 * process, the job that asks after waiting payments finds it. */
int payment_process(struct request *rq)
{
	const struct payment_provider *provider = payment_provider(rq->config->payment_provider);
	int64_t order_id = path_id(rq, "id") ? path_id(rq, "id") : field_int(rq, "order_id");
	const struct row *order;

	if (strcmp(field_text(rq, "purpose"), "order"))
		return refuse(rq, 409, "NOTHING_TO_PAY", "No registration fee is asked for here.");
	if (!order_id)
		field_fault(rq, "order_id", "Say which order is paid.");
	if (strcmp(field_text(rq, "method"), "card"))
		field_fault(rq, "method", "Paying from an NFC card is not offered here yet.");
	if (has_faults(rq))
		return refuse_fields(rq);
	order = order_get(rq->db, order_id, rq->who.role_id, rq->now);
	if (!order)
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	if (row_is(order, "status", "paid"))
		return refuse(rq, 409, "ORDER_PAID", "This order is paid.");
	if (!row_is(order, "status", "held"))
		return refuse(rq, 409, "ORDER_LAPSED", "The hold on these tickets has ended. Book again.");
	if (!row_is(order, "event.status", "published"))
		return refuse(rq, 409, "EVENT_CANCELLED", "This event has been cancelled. Nothing was charged.");
	if (row_int(order, "total") && !field_text(rq, "card_token")) {
		field_fault(rq, "card_token", "Choose a card.");
		return refuse_fields(rq);
	}
	return pay(rq, provider, order);
}

/* POST payments/confirm/. */
int payment_confirm(struct request *rq)
{
	const struct row *payment = payment_get(rq->db, field_int(rq, "payment_id"), rq->who.role_id);
	enum settled settled;

	if (!payment)
		return refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	if (row_is(payment, "status", "succeeded"))
		settled = SETTLED_PAID;
	else if (row_is(payment, "status", "declined"))
		settled = SETTLED_DECLINED;
	else if (row_is(payment, "status", "refunding") || row_is(payment, "status", "refunded"))
		settled = SETTLED_REFUNDED;
	else
		settled = payment_ask(rq->db, rq->config, payment, rq->now);
	return answer_settled(rq, row_int(payment, "id"), settled, NULL);
}

/* POST payments/webhook/:provider/. The body only says which payment to ask about. Noted after it is settled, so a
 * notice whose handling was cut off works when it is sent again. */
int payment_webhook(struct request *rq)
{
	const struct payment_provider *provider = payment_provider(path_text(rq, "provider"));
	const char *signature = request_header(rq, "X-Signature");
	char notice[80], uuid[UUID_SIZE];
	size_t len;
	const char *body = request_body(rq, &len);
	const struct row *payment;

	if (!provider)
		return refuse(rq, 404, "PROVIDER_NOT_FOUND", "There is no such provider.");
	if (!body || !provider->notice(rq->config, body, len, signature ? signature : "", notice, uuid))
		return refuse(rq, 401, "SIGNATURE_INVALID", "The signature does not fit this body.");
	payment = payment_by_uuid(rq->db, uuid);
	if (!payment)
		return refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	if ((row_is(payment, "status", "processing") || row_is(payment, "status", "requires_action")) &&
	    payment_ask(rq->db, rq->config, payment, rq->now) == SETTLED_FAILED) {
		rq->retry_after = 5;
		return refuse(rq, 503, "PAYMENT_LATER", "Send it again later.");
	}
	event_changed(rq, row_int(payment, "event_id"));
	answer_bool(rq->data, "repeated",
		    !payment_notice(rq->db, provider->name, notice, row_int(payment, "id"), rq->now));
	return ANSWERED;
}
