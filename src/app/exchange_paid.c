/* What is in place of a ticket, while it waits to be paid and once it is. */
#include "app/exchange.h"
#include "app/refund_request.h"
#include "store/exchange.h"
#include "store/refund.h"
#include "store/refund_request.h"
#include "store/transfer.h"

const struct field EXCHANGE_ANSWER[] = {
	{ "ticket_id", F_ID, .help = "The ticket that goes back when this is paid" },
	{ "category", F_TEXT, .help = "Of what category that is" },
	{ "stands", F_BOOL, .help = "It still can: else this order cannot be paid" },
	FIELDS_NAMED("exchange"),
};

bool exchange_covered(struct db *db, const struct row *ticket, ms_t now)
{
	return refund_share(ticket, 100, now).amount <= exchange_left(db, row_int(ticket, "order_id"));
}

static bool is_free(const struct row *ticket)
{
	return row_is(ticket, "status", "valid") && !row_int(ticket, "entries") &&
	       row_is(ticket, "presence", "never") && !row_bool(ticket, "pending") && !row_bool(ticket, "refunding");
}

/* What the ticket is, under the locks in whose order whoever takes its order back has them. NULL: it stays, or failure. */
static const struct row *ticket_to_return(struct db *db, const struct row *exchange, ms_t now)
{
	const struct row *ticket;

	if (!refund_lock_order(db, row_int(exchange, "order_id")))
		return NULL;
	ticket = transfer_ticket(db, row_int(exchange, "ticket_id"), row_int(exchange, "customer_id"));
	return ticket && is_free(ticket) && exchange_covered(db, ticket, now) ? ticket : NULL;
}

static bool give_back(struct db *db, const struct row *exchange, const struct row *ticket, ms_t now)
{
	const struct row *request = refund_granted(db, ticket, 100, row_text(exchange, "reason"), now), *to;

	if (!request || !refund_ticket(db, request, now))
		return false;
	to = transfer_customer_by_id(db, row_int(exchange, "customer_id"));
	if (to && row_int(request, "amount"))
		refund_tell(db,
			    &(struct refund_told){ ticket, to, "refund-approved", NULL, row_int(request, "amount") },
			    now);
	return true;
}

/* Where the old ticket cannot go back, the new one was bought all the same: what is paid is never refused for that. */
bool exchange_settle(struct db *db, const struct sale *sale, ms_t now)
{
	int64_t order_id = row_int(&sale->order, "id");
	const struct row *exchange = exchange_of_order(db, order_id);
	const struct row *ticket = exchange ? ticket_to_return(db, exchange, now) : NULL;

	if (!ticket)
		return db_error(db) == DB_OK;
	return give_back(db, exchange, ticket, now) && exchange_done(db, order_id, now);
}

static bool stands(struct db *db, const struct row *exchange, ms_t now)
{
	const struct row *ticket =
		transfer_ticket_seen(db, row_int(exchange, "ticket_id"), row_int(exchange, "customer_id"));

	return row_bool(exchange, "theirs") && ticket && is_free(ticket) && exchange_covered(db, ticket, now);
}

bool exchange_stands(struct db *db, const struct sale *sale, ms_t now)
{
	const struct row *exchange =
		row_bool(&sale->terms, "exchanges") ? exchange_of_order(db, row_int(&sale->order, "id")) : NULL;

	return !exchange || stands(db, exchange, now);
}

void answer_exchange(struct request *rq, const struct sale *sale)
{
	const struct row *exchange = row_bool(&sale->terms, "exchanges") && row_is(&sale->order, "status", "held")
					     ? exchange_of_order(rq->db, row_int(&sale->order, "id"))
					     : NULL;
	struct json_object *into;

	if (!exchange)
		return;
	into = answer_object(rq->data, "exchange");
	answer_int(into, "ticket_id", row_int(exchange, "ticket_id"));
	answer_text(into, "category", row_text(exchange, "category"));
	answer_bool(into, "stands", stands(rq->db, exchange, rq->now));
}
