#ifndef STORE_EXCHANGE_H
#define STORE_EXCHANGE_H
/* A ticket in place of another, of another category of its event. One of the same price is the same ticket, whose order bought the other
 * category; for another price there is an order for a new one, and when that is paid the old one is given back. All inside a transaction. */
#include "store/sale.h"

enum exchange_swap {
	EXCHANGE_SWAPPED,
	EXCHANGE_FULL,	 /* there is none left of the other category */
	EXCHANGE_DEARER, /* or cheaper: its order has no item that it could be of */
	EXCHANGE_FAILED	 /* it is not valid any more, or the database failed */
};

/* A ticket of one category becomes one of another at the same price, with its order's item and what each category sold. Under the locks of its
 * order and of itself; the counters come last. unit_price: the other category's now. */
enum exchange_swap exchange_swap(struct db *db, int64_t order_id, int64_t ticket_id, int64_t category_id,
				 int64_t unit_price);

/* A category of a ticket's event: id, name, price, same:bool (it is the ticket's own). NULL: there is none. */
const struct row *exchange_category(struct db *db, int64_t ticket_id, int64_t category_id);
/* All others that it may be changed for: id, name, price, currency; at most 200. */
const struct rows *exchange_categories(struct db *db, int64_t ticket_id);
/* What a ticket is changed for: id and status of the order that waits to be paid. NULL: nothing. */
const struct row *exchange_waiting(struct db *db, int64_t ticket_id, ms_t now);
/* An order is in place of a ticket. */
bool exchange_insert(struct db *db, int64_t order_id, int64_t ticket_id, int64_t account_id, const char *reason,
		     ms_t now);
/* Its holder, as the holders of an order's item are kept: JSON; on the database's memory. */
const char *exchange_holders(struct db *db, int64_t ticket_id);
/* What an order is in place of: ticket_id, its order_id and category (name), reason, the order's customer_id, theirs:bool (the ticket still is
 * that customer's). NULL: of nothing, or it was given back. */
const struct row *exchange_of_order(struct db *db, int64_t order_id);
/* What of a paid order's payment has not gone back, and is not about to; 0: nothing paid it. */
int64_t exchange_left(struct db *db, int64_t order_id);
/* The old ticket was given back for it. */
bool exchange_done(struct db *db, int64_t order_id, ms_t now);

#endif
