#ifndef STORE_REFUND_H
#define STORE_REFUND_H
/* What of a payment went back or is to, a row each (payment_refund), and payments that a bank has questioned (payment_dispute).
 * Together the refunds of a payment that have not failed never exceed it. */
#include "db/db.h"
#include "store/ledger.h"

/* Something found at the provider's desk, or taken back by a bank. Borrowed. */
struct refund_found {
	int64_t payment_id, amount;
	const char *currency, *reference, *origin, *reason, *state; /* desk or dispute; pending or done */
};

/* Locks a payment's order and the payment, in this order (store/sale.h): first in the transaction of whoever enters something that
 * went back. The payment's status; NULL when there is none. */
const char *refund_lock(struct db *db, int64_t order_id, int64_t payment_id);
/* The same of the payment that a paid order stands on. False: it is not paid any more, or nobody paid. */
bool refund_lock_order(struct db *db, int64_t order_id);
/* What of a payment has not gone back, and is not about to. */
int64_t refund_left(struct db *db, int64_t payment_id);
/* Of a refunding payment what has not gone back yet is to: a row of ours, asked, unless one is there already. Under the lock. False on
 * failure. */
bool refund_open(struct db *db, int64_t payment_id, ms_t now);
/* A ticket's part of the payment of its order is to go back, as request says (id, ticket_id, order_id, amount): a row of ours, asked.
 * False: nobody paid, or so much is not left of it. Under the lock. */
bool refund_of_ticket_asked(struct db *db, const struct row *request, ms_t now);
/* One that failed is to be asked for again, under a new name, for the provider answers the old one as before. False: it did not
 * fail, or so much is not left of its payment. Under the lock. */
bool refund_of_ticket_again(struct db *db, int64_t request_id, ms_t now);
/* Ids of payments that stand and of which a part is to go back. */
const struct rows *refund_parts_asked(struct db *db);
/* Our refunds of a payment that the provider is to be asked for: id, uuid, amount, currency. */
const struct rows *refund_asked(struct db *db, int64_t payment_id);
/* One of ours, by its id, is done, pending or failed; reference may be "". False when it was settled before, or failed. */
bool refund_move(struct db *db, int64_t id, const char *state, const char *reference, ms_t now);
/* One that was asked for and will not be is none any more; a ticket's, whose request was approved, has failed. */
void refund_drop(struct db *db, int64_t id);
/* The same as refund_move() by what the provider knows: our uuid where it is ours ("" else), or its reference. 0: there is none to be moved, else its id. */
int64_t refund_move_known(struct db *db, const char *uuid, const char *reference, const char *state, ms_t now);
/* Is it in the books already; state: as what, NULL: as whatever? */
bool refund_known(struct db *db, const char *uuid, const char *reference, const char *state);
/* Enters one that is not known: its id, 0 when it is more than is left of the payment, or known. Under the lock. */
int64_t refund_enter(struct db *db, const struct refund_found *found, ms_t now);
/* How much of a payment has gone back and is not under way any more. */
int64_t refund_given(struct db *db, int64_t payment_id);
/* Posts one that is done: so much goes back to where it had come from, from the organizer whose sale it was, from the tax and from
 * the fee in proportion (store/fee.h), whose parts are kept with it. Under the lock. */
enum ledger_posted refund_post(struct db *db, int64_t id, ms_t now);
/* The same of a payment that is no order's: from its card, or, from_card false, from the site. */
enum ledger_posted refund_post_credit(struct db *db, int64_t id, bool from_card, ms_t now);
/* Ids of payments whose refunds are pending, or whose disputes open, and were not asked about since: oldest first. */
const struct rows *refund_waiting(struct db *db, ms_t before);
/* They are about to be. */
void refund_tried(struct db *db, int64_t payment_id, ms_t now);

enum dispute_change { DISPUTE_SAME, DISPUTE_OPENED, DISPUTE_CLOSED };

struct dispute {
	int64_t payment_id, amount;
	const char *currency, *reference, *reason, *status; /* open, won, lost */
	ms_t opened_at, due_at;				    /* 0: not said */
};

/* Notes what a dispute is now. What is closed stays so. */
enum dispute_change dispute_note(struct db *db, const struct dispute *dispute, ms_t now);
/* Whom a dispute of this organizer's sale is told to, them (0: nobody) and who keeps the money: name, email, mobile_number (each may be NULL),
 * locale. */
const struct rows *dispute_readers(struct db *db, int64_t organizer_id);

#endif
