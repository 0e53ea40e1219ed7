/* Of an order its buyer waits for little: that its payment came through. The rest stands on its page, which is asked for again then. */
#include "store/order_live.h"
#include "store/order.h"

const struct row *order_live_facts(struct db *db, int64_t account_id, int64_t order_id)
{
	(void)account_id;
	return db_one(db, "SELECT customer_id FROM orders WHERE id = ?", args(order_id));
}

const struct rows *order_live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	return sessions_watching(db, SESSIONS_WATCHING("o.customer_id", " JOIN orders o ON o.id = w.topic_id"), watches,
				 n, now);
}

const struct row *order_live_state(struct db *db, int64_t order_id, ms_t now)
{
	return db_one(
		db,
		"SELECT " ORDER_STATUS " AS status, o.paid_at,"
		" (SELECT p.status FROM payment p WHERE p.order_id = o.id ORDER BY p.id DESC LIMIT 1) AS payment_status,"
		" (SELECT COUNT(*) FROM ticket t WHERE t.order_id = o.id AND t.status = 'valid') AS tickets"
		" FROM orders o JOIN event e ON e.id = o.event_id WHERE o.id = ?",
		args(arg_time(now), order_id));
}
