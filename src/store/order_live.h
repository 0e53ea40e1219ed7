#ifndef STORE_ORDER_LIVE_H
#define STORE_ORDER_LIVE_H
/* What the buyer of an order watches: whether it is paid, lapsed, refunded. */
#include "base/clock.h"
#include "db/db.h"
#include "store/session.h"

/* Whose the order is, and so who may watch it: customer_id; account_id says nothing here. NULL when there is no such order (or the database is away). */
const struct row *order_live_facts(struct db *db, int64_t account_id, int64_t order_id);
/* The same for n who watch orders: see sessions_watching(). */
const struct rows *order_live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now);
/* How it stands: status (as store/order.h has it), paid_at, payment_status (of its newest payment), tickets (how many are valid). NULL when there
 * is no such order, or the database is away. */
const struct row *order_live_state(struct db *db, int64_t order_id, ms_t now);

#endif
