/* Orders as they are shown: with their items, what became of their payment, and their tickets. */
#include "app/sale.h"
#include "app/actions/customer.h"
#include "app/exchange.h"
#include "app/tell.h"
#include "store/payment.h"
#include "store/refund.h"
#include "store/ticket.h"
#include <string.h>

/* clang-format off */
#define EVENT_OF_SALE                                                                                                  \
	{ "event.id", F_ID, .help = "The event" },                                                                     \
		{ "event.title", F_TEXT, .help = "Its title" },                                                        \
		{ "event.status", F_CHOICE, .choices = "draft,published,cancelled", .help = "Does it take place" },    \
		{ "event.starts_at", F_TIME, .help = "When it begins" },                                               \
		{ "event.ends_at", F_TIME, .help = "When it ends" },                                                   \
		{ "event.time_zone", F_ZONE, .help = "In which its times are shown" }
#define ORDER_ROW                                                                                                      \
	{ "id", F_ID, .help = "The order" },                                                                           \
		{ "uuid", F_UUID, .help = "The same, for other systems" },                                             \
		{ "reference", F_TEXT, .help = "What a person reads out" },                                            \
		{ "status", F_CHOICE, .choices = "held,paid,lapsed,cancelled,refunded",                                \
		  .help = "held until expires_at, then lapsed" },                                                      \
		{ "subtotal", F_MONEY, .help = "Of all items" },                                                       \
		{ "discount", F_MONEY, .help = "What a promo code took off" },                                         \
		{ "total", F_MONEY, .help = "What is to be paid" },                                                    \
		{ "currency", F_CURRENCY, .help = "Of these amounts" },                                                \
		{ "expires_at", F_TIME, .help = "The end of the hold" },                                               \
		{ "created_at", F_TIME, .help = "When it was booked" },                                                \
		{ "paid_at", F_TIME, .null = true, .help = "When it was paid" },                                       \
		{ "customer_id", F_ID, .help = "Whose order" }, EVENT_OF_SALE,                                         \
		{ "venue.name", F_TEXT, .help = "Where" }
/* clang-format on */

static const struct field ITEM_ANSWER[] = {
	{ "id", F_ID, .help = "The item" },
	{ "category_id", F_ID, .help = "Ticket category" },
	{ "category", F_TEXT, .help = "Its name" },
	{ "quantity", F_INT, .help = "How many" },
	{ "unit_price", F_MONEY, .help = "Of one, when it was booked" },
	{ "amount", F_MONEY, .help = "Of all of them" },
	FIELDS_NAMED("order_item"),
};

const struct field ORDER_LIST[] = { FIELDS_PAGE_SORTED("created_at"), FIELDS_END };
const struct field ORDER_ROW_ANSWER[] = { ORDER_ROW, FIELDS_NAMED("own_order_row") };

const struct field ORDER_ANSWER[] = {
	ORDER_ROW,
	{ "items", F_LIST, .of = ITEM_ANSWER, .help = "What was booked" },
	FIELDS_NAMED("own_order"),
};

const struct field TICKET_ANSWER[] = {
	{ "id", F_ID, .help = "The ticket" },
	{ "uuid", F_UUID, .help = "The same, for other systems" },
	{ "status", F_CHOICE, .choices = "valid,cancelled,refunded", .help = "Is it good" },
	{ "holder_name", F_TEXT, .help = "Who will come" },
	{ "presence", F_CHOICE, .choices = "never,inside,outside", .help = "Was it scanned, and where is it now" },
	{ "entries", F_INT, .help = "How often it came in" },
	{ "labels", F_LIST, .null = true, .help = "Such as VIP" },
	{ "first_scan_at", F_TIME, .null = true, .help = "When it first came in" },
	{ "order_id", F_ID, .help = "The order it was bought with" },
	{ "order_reference", F_TEXT, .help = "What a person reads out" },
	EVENT_OF_SALE,
	{ "event.venue", F_TEXT, .help = "Where" },
	{ "event.city", F_TEXT, .help = "In which city" },
	{ "category.id", F_ID, .help = "Ticket category" },
	{ "category.name", F_TEXT, .help = "Its name" },
	{ "price", F_MONEY, .help = "What it cost" },
	{ "currency", F_CURRENCY, .help = "Of the price" },
	{ "own_order", F_BOOL, .help = "Did you buy it; else somebody passed it on to you, and the order is theirs" },
	FIELDS_NAMED("own_ticket"),
};

/* clang-format off */
#define PAYMENT_STATES "processing,requires_action,succeeded,declined,refunding,refunded"
/* clang-format on */

static const struct field PAYMENT_OF_ORDER[] = {
	{ "id", F_ID, .help = "The payment" },
	{ "status", F_CHOICE, .choices = PAYMENT_STATES, .help = "What became of it" },
	{ "failure", F_TEXT, .null = true, .help = "Why it was declined or given back" },
	FIELDS_END,
};

const struct field NEXT_ACTION[] = {
	{ "type", F_CHOICE, .choices = "redirect,confirm",
	  .help = "redirect: open url; confirm: with the provider's own code in the app, by client_secret" },
	{ "url", F_TEXT, .sometimes = true,
	  .help = "Where the customer pays or confirms it; it comes back to the order's page" },
	{ "client_secret", F_TEXT, .sometimes = true,
	  .help = "Of this payment, for the provider's own code in the app" },
	{ "publishable_key", F_TEXT, .sometimes = true, .help = "By which that code names this site" },
	FIELDS_NAMED("next_action"),
};

const struct field PAYMENT_ANSWER[] = {
	{ "id", F_ID, .help = "What a confirmation names" },
	{ "uuid", F_UUID, .help = "What the provider knows it by" },
	{ "status", F_CHOICE, .choices = PAYMENT_STATES, .help = "What became of it" },
	{ "amount", F_MONEY, .help = "What is paid" },
	{ "currency", F_CURRENCY, .help = "Of the amount" },
	{ "method", F_CHOICE, .choices = "card,nfc_card", .help = "How" },
	{ "order_id", F_ID, .sometimes = true, .help = "The order it pays" },
	{ "failure", F_TEXT, .sometimes = true, .help = "Why it was declined or given back" },
	{ "next_action", F_OBJECT, .of = NEXT_ACTION, .sometimes = true,
	  .help = "How the customer pays or confirms it" },
	FIELDS_NAMED("payment"),
};

const struct field ORDER_SHOWN[] = {
	{ "order", F_OBJECT, .of = ORDER_ANSWER, .help = "The order" },
	{ "payment", F_OBJECT, .sometimes = true, .of = PAYMENT_OF_ORDER, .help = "Its latest payment" },
	{ "tickets", F_LIST, .sometimes = true, .of = TICKET_ANSWER, .help = "Once it is paid" },
	{ "exchange", F_OBJECT, .sometimes = true, .of = EXCHANGE_ANSWER,
	  .help = "The ticket that it is in place of, while it is held" },
	FIELDS_END,
};

void answer_order(struct json_object *into, const struct sale *sale)
{
	answer_row(into, &sale->order);
	answer_rows(into, "items", sale->items);
}

static void answer_ticket(struct json_object *into, const struct sale *sale, const struct row *ticket)
{
	const struct row *order = &sale->order;
	struct json_object *event;
	struct row item;

	answer_row(into, ticket);
	answer_text(into, "order_reference", row_text(order, "reference"));
	answer_bool(into, "own_order", true);
	event = answer_object(into, "event");
	answer_int(event, "id", row_int(order, "event.id"));
	answer_text(event, "title", row_text(order, "event.title"));
	answer_time(event, "starts_at", row_time(order, "event.starts_at"));
	answer_time(event, "ends_at", row_time(order, "event.ends_at"));
	answer_text(event, "time_zone", row_text(order, "event.time_zone"));
	answer_text(event, "status", row_text(order, "event.status"));
	answer_text(event, "venue", row_text(order, "venue.name"));
	answer_text(event, "city", row_text(&sale->terms, "city"));
	if (!row_with_id(sale->items, "category_id", row_int(ticket, "category.id"), &item))
		return;
	answer_text(json_object_object_get(into, "category"), "name", row_text(&item, "category"));
	answer_int(into, "price", row_int(&item, "unit_price"));
	answer_text(into, "currency", row_text(order, "currency"));
}

void answer_tickets(struct request *rq, const struct sale *sale, const struct rows *tickets)
{
	struct json_object *array = answer_array(rq->data, "tickets");

	for (size_t i = 0; i < tickets->n; i++) {
		struct row ticket = row_at(tickets, i);

		answer_ticket(answer_item(array), sale, &ticket);
	}
}

/* The page of an order: what it holds, until when, and its tickets once it is paid. */
int order_show(struct request *rq)
{
	const struct row *payment;
	struct sale sale;

	if (!sale_of_order(rq->db, path_id(rq, "order_id"), rq->who.role_id, rq->now, &sale))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	answer_order(answer_object(rq->data, "order"), &sale);
	answer_exchange(rq, &sale);
	payment = payment_latest(rq->db, path_id(rq, "order_id"));
	if (payment) {
		struct json_object *into = answer_object(rq->data, "payment");

		answer_int(into, "id", row_int(payment, "id"));
		answer_text(into, "status", row_text(payment, "status"));
		answer_text(into, "failure",
			    row_null(payment, "failure") ? NULL : said_to(rq, row_text(payment, "failure")));
	}
	if (!row_is(&sale.order, "status", "paid") && !row_is(&sale.order, "status", "refunded"))
		return ANSWERED;
	answer_tickets(rq, &sale, ticket_of_order(rq->db, path_id(rq, "order_id"), rq->who.role_id));
	return ANSWERED;
}

int order_index(struct request *rq)
{
	return answer_whole_list(rq, "orders",
				 order_list(rq->db, rq->who.role_id, field_text(rq, "search"),
					    list_descending(rq, true), rq->now));
}

void sale_tell(struct db *db, const struct sale *sale, const char *kind, ms_t now)
{
	const struct row *p = &sale->payment, *order = &sale->order;
	struct json_object *data = json_object_new_object(), *of = answer_object(data, "order");

	answer_int(of, "id", row_int(order, "id"));
	answer_text(of, "reference", row_text(order, "reference"));
	answer_int(data, "amount",
		   strcmp(kind, "order-refunded") ? row_int(p, "amount") : refund_left(db, row_int(p, "id")));
	answer_text(data, "currency", row_text(p, "currency"));
	tell_event(data, "event", order);
	answer_text(json_object_object_get(data, "event"), "city", row_text(&sale->terms, "city"));
	answer_bool(data, "turning", row_bool(&sale->terms, "turning"));
	tell(db, now,
	     &(struct telling){ .kind = kind,
				.to = &sale->buyer,
				.event_id = row_int(order, "event.id"),
				.with = "order",
				.with_id = row_int(order, "id"),
				.data = data });
}
