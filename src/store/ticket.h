#ifndef STORE_TICKET_H
#define STORE_TICKET_H
/* Tickets: made when an order is paid, shown to their owner, found at the gate. */
#include "store/sale.h"

enum { TICKETS_SHOWN = 100 }; /* of an order, at most */

/* Makes the tickets of an order from its items and holders, and leaves the first of them in sale->tickets, as below. False on
 * failure. Inside the caller's transaction. */
bool ticket_issue(struct db *db, struct sale *sale, ms_t now);
/* The first TICKETS_SHOWN of an order's tickets that are this customer's: id, uuid, status, holder_name, presence, entries,
 * labels, first_scan_at, order_id, category.id. What else there is to say of them is the order's. */
const struct rows *ticket_of_order(struct db *db, int64_t order_id, int64_t customer_id);

struct ticket_filter {
	int64_t customer_id, event_id; /* 0: any */
	const char *status;	       /* NULL: any */
	const char *when;	       /* "upcoming", "past", NULL */
	const char *search;	       /* NULL: none */
	bool descending;	       /* the last event first */
	ms_t now;
};

/* A customer's tickets by when their events begin. Columns: id, uuid, status,
 * holder_name, presence, entries, labels, first_scan_at, order_id, order_reference, event.{id, title, starts_at, ends_at,
 * time_zone, status, venue, city}, category.{id, name}, price, currency, own_order:bool (who has it bought it). */
struct row_list *ticket_list(struct db *db, const struct ticket_filter *filter);
/* One ticket of a customer (0: of anyone), with the same columns. */
const struct row *ticket_get(struct db *db, int64_t id, int64_t customer_id);
/* What its code is made of: id, event_id, category_id, generation, nonce, key_id, sealed_secret, status, turning (its
 * event asks for digits that turn). */
const struct row *ticket_code_parts(struct db *db, int64_t id, int64_t customer_id);
/* The same of the valid ones among the first TICKETS_SHOWN of a customer's order. */
const struct rows *ticket_codes_of_order(struct db *db, int64_t order_id, int64_t customer_id);

#endif
