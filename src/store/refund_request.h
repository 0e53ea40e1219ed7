#ifndef STORE_REFUND_REQUEST_H
#define STORE_REFUND_REQUEST_H
/* Requests for a ticket's money. */
#include "db/db.h"

/* An event's terms, the most days first: days_before, percent. */
const struct rows *refund_rules(struct db *db, int64_t event_id);
/* A ticket's open request, or its last: id, status, reason, note, days_before, percent, paid, amount, currency, created_at,
 * decided_at. NULL: there was none. */
const struct row *refund_of_ticket(struct db *db, int64_t ticket_id);

struct refund_new {
	const struct row *ticket; /* of transfer_ticket(), locked */
	const char *reason;
	int days_before, percent;
	int64_t paid, amount;
	ms_t now;
};

/* Puts one down. Its id; 0: the ticket has an open one, or on failure. Inside a transaction. */
int64_t refund_insert(struct db *db, const struct refund_new *refund);
/* Who asked takes it back before it was decided. False: it is not open any more. */
bool refund_withdraw_row(struct db *db, int64_t ticket_id, int64_t customer_id, ms_t now);

/* Puts one down that is approved at once: id, ticket_id, order_id, customer_id, amount. NULL: the ticket has an open one, or on failure.
 * Inside a transaction, under refund_lock_order(). */
const struct row *refund_grant(struct db *db, const struct refund_new *refund);
/* A request (id, ticket_id, order_id, amount) is approved: its ticket's code dies, so much of its order's payment is to go back, which
 * the job asks the provider for (store/refund.h), and its seat is free at once, whatever the provider says later. Of one for nothing the
 * ticket is cancelled and not refunded. False: it was used
 * meanwhile, is not valid any more, or so much is not left of the payment; the transaction that approves is to be rolled back. Under
 * refund_lock_order(); the counters come last. */
bool refund_ticket(struct db *db, const struct row *request, ms_t now);
/* The customer who paid for an order, and gets its money back. */
int64_t refund_payer(struct db *db, int64_t order_id);

#endif
