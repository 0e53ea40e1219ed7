/* Orders as they are shown: with their items, what became of their payment, and their tickets. */
#include "app/sale.h"
#include "app/actions/customer.h"
#include "store/payment.h"
#include "store/ticket.h"

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
	payment = payment_latest(rq->db, path_id(rq, "order_id"));
	if (payment) {
		struct json_object *into = answer_object(rq->data, "payment");

		answer_int(into, "id", row_int(payment, "id"));
		answer_text(into, "status", row_text(payment, "status"));
		answer_text(into, "failure", row_null(payment, "failure") ? NULL : row_text(payment, "failure"));
	}
	if (!row_is(&sale.order, "status", "paid") && !row_is(&sale.order, "status", "refunded"))
		return ANSWERED;
	answer_tickets(rq, &sale, ticket_of_order(rq->db, path_id(rq, "order_id"), rq->who.role_id));
	return ANSWERED;
}

const struct field LIST_ONLY[] = { FIELDS_PAGE, FIELDS_END };

int order_index(struct request *rq)
{
	answer_list(rq, order_list(rq->db, rq->who.role_id, rq->now, list_page(rq), list_limit(rq)),
		    order_count(rq->db, rq->who.role_id), false);
	return ANSWERED;
}
