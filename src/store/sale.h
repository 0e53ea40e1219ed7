#ifndef STORE_SALE_H
#define STORE_SALE_H
/* Sales: an order with what belongs to it, and the steps by which its payment makes it one and a refund takes it back. What
 * it was made under (whose it is, the currency, its prices) is read from the order, never from the event as it is now. */
#include "store/order.h"

/* An order in one read, in parts that read like rows of their own. */
struct sale {
	struct row order;   /* as in order_list() */
	struct row payment; /* see store/payment.h; without columns while none is looked at */
	struct row terms; /* organizer_id, promo_code_id, exchanges (it is in place of a ticket), city (of the venue) */
	struct row buyer; /* name, email, mobile_number: may be NULL */
	const struct rows
		*items; /* id, category_id, category, quantity, unit_price, amount; as booked, by category_id */
	const struct rows *holders; /* holders of each item */
	const struct rows *tickets; /* those that its payment has just made (ticket_issue()), or NULL */
};

/* The order of a customer (0: of anyone). False when there is none. */
bool sale_of_order(struct db *db, int64_t order_id, int64_t customer_id, ms_t now, struct sale *sale);
/* The order that a payment is of, and the payment: one of a customer's (0: of anyone's), one by its uuid, one by what
 * its provider calls it, the live one of an order. False when there is none. */
bool sale_of_payment(struct db *db, int64_t payment_id, int64_t customer_id, ms_t now, struct sale *sale);
bool sale_of_payment_uuid(struct db *db, const char *uuid, ms_t now, struct sale *sale);
bool sale_of_payment_reference(struct db *db, const char *provider, const char *reference, ms_t now, struct sale *sale);
bool sale_of_live_payment(struct db *db, int64_t order_id, ms_t now, struct sale *sale);

enum sale_taken {
	SALE_HELD,   /* taken: its stock is still held */
	SALE_LAPSED, /* taken: its stock was given back, it needs seats anew */
	SALE_OFF,    /* the event was cancelled */
	SALE_GONE,   /* it was given up, or paid otherwise */
	SALE_SETTLED /* another settled this payment */
};

/* Payment and order become paid, in one statement, unless the order is not there to be paid or the event is off. After it
 * come what the sale is made of (tickets, ledger), then sale_seat(). Inside a transaction, to be rolled back after the last
 * three. reference: the provider's, may be "". */
enum sale_taken sale_take(struct db *db, const struct sale *sale, const char *reference, ms_t now);
/* The stock becomes sold; taken: what sale_take() said. False: there is no room. Last in the transaction. */
bool sale_seat(struct db *db, const struct sale *sale, enum sale_taken taken);
/* Did somebody come in with one of an order's tickets, to an event that is not over? Until the end of the transaction nobody else does. */
bool sale_was_used(struct db *db, const struct sale *sale, ms_t now);
/* A paid order and its succeeded payment, in one statement: the order is refunded, its tickets are, its stock is free, its
 * payment is refunding. False when it was not so. Inside a transaction. */
bool sale_take_back(struct db *db, const struct sale *sale, ms_t now);

#endif
