#ifndef APP_REFUND_REQUEST_H
#define APP_REFUND_REQUEST_H
/* What staff do to requests for a ticket's money, beside what src/resources/sale.c declares. */
#include "http/request.h"
#include "rules/refund.h"

/* The .also of approving and of rejecting one, and of asking the provider again for the money of one that was approved and could not
 * be given back. */
void refund_approve(struct request *rq, const struct row *row);
void refund_again(struct request *rq, const struct row *row);
void refund_reject(struct request *rq, const struct row *row);
/* So much of what was paid for a ticket (transfer_ticket()), in percent, whatever the event's terms. */
struct refund refund_share(const struct row *ticket, int percent, ms_t now);
/* A request for so much of a ticket (transfer_ticket(), locked, under refund_lock_order()) that is put down and approved at once: id, ticket_id,
 * order_id, customer_id, amount, for refund_ticket(). NULL: it has an open one, or on failure. */
const struct row *refund_granted(struct db *db, const struct row *ticket, int percent, const char *reason, ms_t now);

struct refund_told {
	const struct row *ticket, *to; /* of transfer_ticket() and transfer_customer_by_id() */
	const char *kind, *note;       /* "refund-approved"; NULL: none */
	int64_t amount;
};

/* Tells somebody what became of a ticket's money. */
void refund_tell(struct db *db, const struct refund_told *told, ms_t now);
/* The .also of giving a valid ticket's money back (fields reason, percent), and of cancelling it without. */
void ticket_refund(struct request *rq, const struct row *row);
void ticket_cancel(struct request *rq, const struct row *row);

#endif
