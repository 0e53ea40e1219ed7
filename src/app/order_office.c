/* Orders and tickets as staff work on them for guests who call: papers sent again, money back, another name, in by hand; and the line of
 * time that says what happened. What moves money, seats or presence goes the way that it goes for everybody else. */
#include "app/order_office.h"
#include "app/actions/staff.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/refund_request.h"
#include "app/sale.h"
#include "app/scan_settle.h"
#include "app/transfer.h"
#include "rules/transfer.h"
#include "store/order_line.h"
#include "store/transfer.h"
#include "store/usher.h"
#include <string.h>

/* ---- orders ---- */

void order_resend(struct request *rq, const struct row *row)
{
	struct sale sale;

	if (!sale_of_live_payment(rq->db, row_int(row, "id"), rq->now, &sale))
		refuse(rq, 409, "ORDER_NOT_PAID", "This order is not paid.");
	else
		sale_tell(rq->db, &sale, "order-paid", rq->now);
}

/* Money that goes out is not undone, so a browser that somebody left open does not suffice. */
void order_take_back(struct request *rq, const struct row *row)
{
	struct sale sale;

	if (!fresh_or_refuse(rq))
		return;
	if (!sale_of_live_payment(rq->db, row_int(row, "id"), rq->now, &sale)) {
		refuse(rq, 409, "ORDER_NOT_PAID", "This order is not paid.");
		return;
	}
	if (sale_was_used(rq->db, &sale, rq->now)) {
		refuse(rq, 409, "TICKET_USED",
		       "Somebody came in with a ticket of this order. Its seat is not free before the event is over.");
		return;
	}
	if (!sale_take_back(rq->db, &sale, rq->now)) {
		refuse(rq, 409, "ORDER_NOT_PAID", "This order is not paid.");
		return;
	}
	note_add(rq->db, &(struct note){ .order_id = row_int(row, "id"),
					 .account_id = rq->who.account_id,
					 .text = field_text(rq, "reason"),
					 .now = rq->now });
	order_changed(rq, row_int(row, "event_id"), row_int(row, "id"));
	if (row_int(&sale.payment, "amount"))
		sale_tell(rq->db, &sale, "order-refunded", rq->now);
}

void order_free(struct request *rq, const struct row *row)
{
	if (!order_cancel(rq->db, row_int(row, "id"), row_int(row, "customer_id")))
		refuse(rq, 409, "ORDER_NOT_HELD", "This order is not held any more, or its payment is under way.");
	else
		order_changed(rq, row_int(row, "event_id"), row_int(row, "id"));
}

void order_detail(struct request *rq)
{
	answer_rows(rq->beside, "line", order_line(rq->db, tree_int(rq->data, "id")));
}

static int64_t named(struct request *rq, const char *name)
{
	return field_declared(rq, name) ? field_int(rq, name) : 0;
}

int64_t note_insert(struct request *rq)
{
	return note_add(rq->db, &(struct note){ .order_id = named(rq, "order_id"),
						.customer_id = named(rq, "customer_id"),
						.account_id = rq->who.account_id,
						.text = field_text(rq, "text"),
						.now = rq->now });
}

/* ---- tickets ---- */

void ticket_detail(struct request *rq)
{
	answer_rows(rq->beside, "line", ticket_line(rq->db, tree_int(rq->data, "id")));
}

void ticket_rename_also(struct request *rq, const struct row *row)
{
	const struct row *ticket = transfer_ticket(rq->db, row_int(row, "id"), 0);

	if (!ticket || !ticket_free_or_refuse(rq, ticket, true))
		return;
	if (!transfer_rename(rq->db, ticket, field_text(rq, "holder_name"), rq->now))
		refuse(rq, 409, "TICKET_CHANGED",
		       "This ticket was changed by somebody else just now. Look at it again.");
}

void ticket_status_update(struct request *rq, int64_t id)
{
	const char *status = field_text(rq, "status");
	const struct row *row = status ? resource_row(rq, resource_of(rq), id) : NULL;

	if (!row || row_is(row, "status", status))
		return;
	if (strcmp(status, "cancelled") || !row_is(row, "status", "valid"))
		field_fault(rq, "status", "A ticket that is valid may be cancelled. Its money goes back by a refund.");
	else
		ticket_cancel(rq, row);
}

/* ---- at the gate, from the office ---- */

static bool let_through(struct request *rq)
{
	const char *result = tree_text(rq->data, "result");

	return result && !strcmp(result, "valid");
}

/* Staff scan as ushers of that one event: with a usher's profile of their own, which says who it was, and no right of an usher. */
int ticket_check_in(struct request *rq)
{
	const struct row *ticket = transfer_ticket_seen(rq->db, path_id(rq, "id"), 0);
	const struct identity who = rq->who;
	const char *why, *way = field_text(rq, "direction");

	if (!ticket)
		return refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
	rq->who.event_id = row_int(ticket, "event_id");
	rq->who.role_id = usher_of_account(rq->db, who.account_id);
	scan_hand(rq, row_int(ticket, "id"), way && !strcmp(way, "out"), who.role & MANAGERS);
	rq->who = who;
	if (refused(rq) || let_through(rq))
		return ANSWERED;
	why = talloc_strdup(rq->mem, tree_text(rq->data, "message"));
	answer_set(rq, json_object_new_object());
	return refuse(rq, 409, "NOT_LET_IN", "%s", why);
}
