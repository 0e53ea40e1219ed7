/* What is said of a payment, whatever it pays, and whether one can be made at all. */
#include "app/payment.h"
#include "base/uuid.h"
#include "http/request.h"
#include "store/copy.h"
#include <string.h>

/* It is handed out and not kept: with it that payment can be made, and asking again finds it again. */
void answer_next_action(struct request *rq, struct json_object *out, const struct payment_answer *answer)
{
	bool redirect = *answer->url;
	struct json_object *next;

	if (answer->state != PAY_REQUIRES_ACTION || (!redirect && !*answer->client_secret))
		return;
	rq->unkept = true;
	next = answer_object(out, "next_action");
	answer_text(next, "type", redirect ? "redirect" : "confirm");
	if (redirect)
		answer_text(next, "url", answer->url);
	else
		answer_text(next, "client_secret", answer->client_secret);
	if (!redirect && *rq->config->payment_publishable_key)
		answer_text(next, "publishable_key", rq->config->payment_publishable_key);
}

void answer_payment(struct request *rq, const struct row *payment, const struct payment_answer *answer)
{
	struct json_object *out = answer_object(rq->data, "payment");
	char uuid[UUID_SIZE];

	answer_int(out, "id", row_int(payment, "id"));
	answer_text(out, "uuid", uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, uuid));
	answer_text(out, "status", row_text(payment, "status"));
	answer_int(out, "amount", row_int(payment, "amount"));
	answer_text(out, "currency", row_text(payment, "currency"));
	answer_text(out, "method", row_text(payment, "method"));
	if (!row_null(payment, "order_id"))
		answer_int(out, "order_id", row_int(payment, "order_id"));
	if (!row_null(payment, "failure"))
		answer_text(out, "failure", said_to(rq, row_text(payment, "failure")));
	if (answer)
		answer_next_action(rq, out, answer);
}

int payment_refuse_later(struct request *rq)
{
	rq->retry_after = 2;
	return refuse(rq, 503, "PAYMENT_LATER", "The payment could not be settled now. Confirm it in a moment.");
}

int payment_refuse_start(struct request *rq)
{
	if (copy_of(rq->db)) {
		rq->retry_after = 300;
		return refuse(rq, 503, "RESTORED_COPY",
			      "This site was restored from a backup and takes no payments yet. Nothing was charged.");
	}
	return refuse(rq, 409, "PAYMENT_RUNNING", "A payment of this order is under way. Try again in a moment.");
}

bool payment_leads_to_provider(struct request *rq, const struct payment_answer *answer)
{
	const char *checkout = rq->config->payment_checkout;
	size_t len = strlen(checkout);

	if (!wants_page(rq) || !answer || answer->state != PAY_REQUIRES_ACTION || strncmp(answer->url, checkout, len) ||
	    answer->url[len] != '/')
		return false;
	rq->redirect = talloc_strdup(rq->mem, answer->url);
	return true;
}

bool payment_can_be_made(struct request *rq)
{
	enum payment_way way = payment_way(rq->config);

	if (way == PAY_NOT_AT_ALL && copy_of(rq->db)) {
		payment_refuse_start(rq);
	} else if (way == PAY_NOT_AT_ALL) {
		rq->retry_after = 3600;
		refuse(rq, 503, "PAYMENTS_OFF", "This site takes no payments yet. Nothing was charged.");
	} else if (way == PAY_BY_TOKEN && !field_text(rq, "card_token")) {
		field_fault(rq, "card_token", "Choose a card.");
		refuse_fields(rq);
	} else if (way == PAY_AT_PROVIDER && wants_page(rq) && field_text(rq, "card_token")) {
		field_fault(rq, "card_token", "Cards are named at the payment provider, not here.");
		refuse_fields(rq);
	}
	return !refused(rq);
}

void answer_way(struct request *rq)
{
	static const char *const WAYS[] = {
		[PAY_NOT_AT_ALL] = "none", [PAY_BY_TOKEN] = "token", [PAY_AT_PROVIDER] = "provider"
	};

	answer_text(rq->beside, "way", WAYS[payment_way(rq->config)]);
}
