#ifndef STORE_ORDER_H
#define STORE_ORDER_H
/* Orders and the stock they hold. Locks are taken in one order everywhere: orders first, then promo codes, then
 * categories by ascending id. */
#include "base/uuid.h"
#include "db/db.h"
#include "rules/price.h"

enum { ORDER_ITEMS_MAX = 20 };

struct order_item {
	int64_t category_id, quantity, unit_price;
	const char *holders;  /* JSON or NULL */
	const char *category; /* its name, for the answer */
	int64_t id;           /* set by order_hold() */
};

struct order_hold {
	int64_t customer_id, event_id, promo_code_id;
	const char *currency;
	struct price price;
	ms_t now, expires;
	struct order_item items[ORDER_ITEMS_MAX]; /* ascending category_id, each once */
	size_t n_items;
	/* set by order_hold() */
	int64_t id;
	uint8_t uuid_bytes[UUID_BYTES];
	char uuid[UUID_SIZE], reference[11];
};

/* In the three below, ids are 1 to DB_SOME.
 * The events as a booking needs them: currency, and what an order says of it: event.id, event.title, event.status,
 * event.starts_at, event.ends_at, event.time_zone, venue.name. */
const struct rows *order_events(struct db *db, const int64_t ids[], size_t n);
/* Their categories: id, event_id, name, price, capacity, held (lapsed holds too, until they are reaped), sold,
 * max_per_order, sales_start, sales_end, by ascending id. */
const struct rows *order_categories(struct db *db, const int64_t event_ids[], size_t n);
/* How many live holds customers have (customer_id, holds; no row: none): they are bounded, so that nobody blocks a sale. Locks the customers to
 * the transaction's end, so that of many bookings at once each counts those before it. */
const struct rows *order_live_holds(struct db *db, const int64_t customer_ids[], size_t n, ms_t now);
/* The customer's dependents: id. */
const struct rows *order_dependents(struct db *db, int64_t customer_id);
/* A promo code that may be used now: id, percent, amount, currency; NULL otherwise. */
const struct row *order_promo(struct db *db, const char *code, int64_t event_id, ms_t now);

enum order_stock { ORDER_TAKEN, ORDER_STOCK_GONE, ORDER_PROMO_GONE };
/* Makes 1 to DB_SOME orders and takes their stock and their uses of promo codes: all of them, last in the caller's
 * transaction. Unless ORDER_TAKEN, roll back; a failure of the database looks like ORDER_STOCK_GONE. */
enum order_stock order_hold(struct db *db, struct order_hold *const holds[], size_t n);
/* Gives back the stock of lapsed orders, in a transaction of its own, at most 200 orders, which is more tickets than one
 * order may have. How many orders it lapsed: 0 also where another process did it just now. */
int order_reap(struct db *db, ms_t now);
/* The same of those that hold tickets of a category, or a use of a promo code: a rush elsewhere does not come first. */
int order_reap_category(struct db *db, int64_t category_id, ms_t now);
int order_reap_promo(struct db *db, const char *code, ms_t now);

/* One order of a customer (0: of anyone): id, uuid, reference, status, total, subtotal, discount, currency, expires_at,
 * created_at, paid_at, customer_id, event.id, event.title, event.status, event.starts_at, event.ends_at, event.time_zone,
 * venue.name. A held order whose time is over reads "lapsed". */
const struct row *order_get(struct db *db, int64_t id, int64_t customer_id, ms_t now);
/* Who bought it: name, email, mobile_number (may be NULL). */
const struct row *order_buyer(struct db *db, int64_t id);
/* id, category_id, category, quantity, unit_price, amount */
const struct rows *order_items(struct db *db, int64_t order_id);
const struct rows *order_list(struct db *db, int64_t customer_id, ms_t now, int64_t page, int64_t limit);
int64_t order_count(struct db *db, int64_t customer_id);
/* Gives up a hold; false when it was not held any more. */
bool order_cancel(struct db *db, int64_t id, int64_t customer_id, ms_t now);

enum order_paid { ORDER_PAID, ORDER_FULL /* lapsed and no room: refund */, ORDER_NOT_PAYABLE };
/* Turns the hold into a sale, or seats a lapsed order anew if there is room; makes the tickets. Inside the caller's
 * transaction. */
enum order_paid order_pay(struct db *db, int64_t id, ms_t now);
/* Takes back a paid order: its tickets become refunded, its stock free. False when it was not paid. Inside a transaction. */
bool order_refund(struct db *db, int64_t id, ms_t now);

#endif
