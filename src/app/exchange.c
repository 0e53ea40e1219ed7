/* Staff let a guest have another category. At the same price the ticket just becomes one of it. For another price there is an order for a new
 * ticket, which its owner pays as any other; once it is paid the old ticket's money goes back, all of it, so that what they end up paying is
 * the difference, each price stands in the books for itself, and whoever does not pay in time keeps what they have. */
#include "app/exchange.h"
#include "app/actions/customer.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/order.h"
#include "app/refund_request.h"
#include "app/sale.h"
#include "app/tell.h"
#include "app/transfer.h"
#include "base/money.h"
#include "store/exchange.h"
#include "store/refund.h"
#include "store/refund_request.h"
#include "store/transfer.h"

const struct field EXCHANGED[] = {
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "category_id", F_ID, .help = "What it is to be of" },
	{ "done", F_BOOL, .help = "It is, for it costs the same; else when order is paid" },
	{ "order", F_OBJECT, .of = ORDER_ANSWER, .sometimes = true, .help = "What its owner is to pay for the other" },
	FIELDS_NAMED("exchanged"),
};

/* Its owner, of what it becomes: "ticket-exchanged" or "exchange-offered", with the order. */
static void tell_owner(struct request *rq, const struct row *ticket, const struct row *category, const char *kind,
		       const struct sale *sale)
{
	const struct row *to = transfer_customer_by_id(rq->db, row_int(ticket, "customer_id"));
	struct json_object *data = json_object_new_object(), *of = answer_object(data, "ticket");

	if (!to) {
		json_object_put(data);
		return;
	}
	answer_int(of, "id", row_int(ticket, "id"));
	answer_text(of, "category", row_text(ticket, "category"));
	answer_text(data, "category", row_text(category, "name"));
	if (field_text(rq, "reason"))
		answer_text(data, "note", field_text(rq, "reason"));
	tell_event(data, "event", ticket);
	if (sale) {
		answer_int(answer_object(data, "order"), "id", row_int(&sale->order, "id"));
		answer_int(data, "amount", row_int(&sale->order, "total"));
		answer_text(data, "currency", row_text(&sale->order, "currency"));
		answer_time(data, "expires_at", row_time(&sale->order, "expires_at"));
	}
	tell(rq->db, rq->now,
	     &(struct telling){ .kind = kind, .to = to, .event_id = row_int(ticket, "event_id"), .data = data });
}

static void audit_exchange(struct request *rq, const struct row *ticket, const struct row *category)
{
	struct json_object *before = json_object_new_object(), *after = json_object_new_object();

	answer_text(before, "category", row_text(ticket, "category"));
	answer_text(after, "category", row_text(category, "name"));
	answer_text(after, "reason", field_text(rq, "reason"));
	audit_change(rq, "exchange", "ticket", row_int(ticket, "id"), before, after);
}

static void answer_change(struct request *rq, const struct row *ticket, const struct row *category, bool done)
{
	answer_int(rq->data, "ticket_id", row_int(ticket, "id"));
	answer_int(rq->data, "category_id", row_int(category, "id"));
	answer_bool(rq->data, "done", done);
}

/* A place of the other category is held for its owner until tomorrow, or until the event begins. */
static int offer(struct request *rq, const struct row *ticket, const struct row *category)
{
	ms_t starts = row_time(ticket, "event.starts_at"), tomorrow = rq->now + MS_DAY;
	const struct order_one want = { .customer_id = row_int(ticket, "customer_id"),
					.event_id = row_int(ticket, "event_id"),
					.category_id = row_int(category, "id"),
					.holders = exchange_holders(rq->db, row_int(ticket, "id")),
					.expires = starts < tomorrow ? starts : tomorrow };
	struct sale sale;
	int64_t order_id;

	if (refund_payer(rq->db, row_int(ticket, "order_id")) != want.customer_id)
		return refuse(rq, 409, "PAID_BY_ANOTHER",
			      "Somebody else paid for this ticket, and would get its money back. Refund it instead.");
	if (!exchange_covered(rq->db, ticket, rq->now))
		return refuse(
			rq, 409, "NOT_REFUNDABLE",
			"So much of what was paid for this ticket is not there any more: a part of its payment went back.");
	order_id = order_hold_one(rq, &want);
	if (!order_id) {
		answer_set(rq, json_object_new_object()); /* what a refused booking says of what is left */
		return ANSWERED;
	}
	if (!exchange_insert(rq->db, order_id, row_int(ticket, "id"), rq->who.account_id, field_text(rq, "reason"),
			     rq->now) ||
	    !sale_of_order(rq->db, order_id, 0, rq->now, &sale))
		return refuse(rq, 409, "TICKET_CHANGED",
			      "This ticket was changed by somebody else just now. Look at it again.");
	answer_change(rq, ticket, category, false);
	answer_order(answer_object(rq->data, "order"), &sale);
	tell_owner(rq, ticket, category, "exchange-offered", &sale);
	audit_exchange(rq, ticket, category);
	say(rq,
	    "Its owner is asked to pay for the other ticket. Once that is paid, this one goes back with all of its money.");
	return ANSWERED;
}

static int change(struct request *rq, const struct row *ticket, const struct row *category)
{
	int64_t id = row_int(ticket, "id");

	switch (exchange_swap(rq->db, row_int(ticket, "order_id"), id, row_int(category, "id"),
			      row_int(category, "price"))) {
	case EXCHANGE_SWAPPED:
		answer_change(rq, ticket, category, true);
		event_changed(rq, row_int(ticket, "event_id"));
		tell_owner(rq, ticket, category, "ticket-exchanged", NULL);
		audit_exchange(rq, ticket, category);
		say(rq, "The ticket is of the other category now.");
		return ANSWERED;
	case EXCHANGE_DEARER:
		return offer(rq, ticket, category);
	case EXCHANGE_FULL:
		rq->mend = order_reap_wanted;
		return refuse(rq, 409, "TICKET_SOLD_OUT", "%s is sold out.", row_text(category, "name"));
	default:
		return refuse(rq, 409, "TICKET_CHANGED",
			      "This ticket was changed by somebody else just now. Look at it again.");
	}
}

/* The ticket that path names, locked behind its order; NULL after a refusal. */
static const struct row *ticket_to_change(struct request *rq)
{
	const struct row *seen = transfer_ticket_seen(rq->db, path_id(rq, "id"), 0), *ticket;

	if (!seen) {
		refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
		return NULL;
	}
	if (!refund_lock_order(rq->db, row_int(seen, "order_id"))) {
		refuse(rq, 409, "ORDER_NOT_PAID", "The order of this ticket is not paid any more.");
		return NULL;
	}
	ticket = transfer_ticket(rq->db, path_id(rq, "id"), 0);
	if (!ticket || !ticket_free_or_refuse(rq, ticket, true))
		return NULL;
	if (!exchange_waiting(rq->db, row_int(ticket, "id"), rq->now))
		return ticket;
	refuse(rq, 409, "EXCHANGE_PENDING", "Its owner was asked to pay for another ticket in place of it already.");
	return NULL;
}

int ticket_exchange(struct request *rq)
{
	const struct row *ticket, *category;

	if (!fresh_or_refuse(rq))
		return ANSWERED;
	ticket = ticket_to_change(rq);
	if (!ticket)
		return ANSWERED;
	category = exchange_category(rq->db, row_int(ticket, "id"), field_int(rq, "category_id"));
	if (!category)
		field_fault(rq, "category_id", "This event has no such ticket category.");
	else if (row_bool(category, "same"))
		field_fault(rq, "category_id", "It is of this category already.");
	return category && !row_bool(category, "same") ? change(rq, ticket, category) : refuse_fields(rq);
}

void exchange_ask(struct request *rq)
{
	const struct rows *rows = exchange_categories(rq->db, tree_int(rq->data, "id"));
	struct json_object *choices = json_object_object_get(rq->beside, "choices"), *list;

	list = answer_array(choices, "category_id");
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item = answer_item(list);
		char price[40];

		answer_int(item, "value", row_int(&row, "id"));
		money_text(row_int(&row, "price"), row_text(&row, "currency"), price, sizeof price);
		answer_text(item, "label", talloc_asprintf(rq->mem, "%s · %s", row_text(&row, "name"), price));
	}
}
