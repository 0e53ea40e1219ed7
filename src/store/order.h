#ifndef STORE_ORDER_H
#define STORE_ORDER_H
/* Orders until they are paid, and the stock they hold; store/sale.h has the rest. Locks are taken in one order everywhere:
 * customers or orders first, then payments, then events (shared), then promo codes, then categories by ascending id. */
#include "base/uuid.h"
#include "db/db.h"
#include "rules/price.h"

enum { ORDER_ITEMS_MAX = 20 };

struct order_item {
	int64_t category_id, quantity, unit_price;
	const char *holders;  /* JSON or NULL */
	const char *category; /* its name, for the answer */
	int64_t id;	      /* set by order_hold() */
};

/* What was booked, on the terms that were read: order_hold() names them again. */
struct order_hold {
	int64_t customer_id, event_id, organizer_id, promo_code_id;
	const char *currency;
	bool capped;	    /* its event has a capacity of its own */
	struct promo promo; /* of promo_code_id */
	struct price price;
	ms_t now, expires;
	struct order_item items[ORDER_ITEMS_MAX]; /* ascending category_id, each once */
	size_t n_items;
	/* set by order_hold() */
	int64_t id;
	uint8_t uuid_bytes[UUID_BYTES];
	char uuid[UUID_SIZE], reference[11];
};

/* What an order says of its event (e) and venue (v), and of itself (o; one "?": now), each name behind a prefix. A held
 * order whose time is over reads "lapsed", one whose event was cancelled "cancelled": neither can be paid any more. */
#define ORDER_EVENT(prefix)                                                                                            \
	"e.id AS `" prefix "event.id`, e.title AS `" prefix "event.title`, e.status AS `" prefix "event.status`,"      \
	" e.starts_at AS `" prefix "event.starts_at`, e.ends_at AS `" prefix "event.ends_at`,"                         \
	" e.time_zone AS `" prefix "event.time_zone`, v.name AS `" prefix "venue.name`"
#define ORDER_STATUS                                                                                                   \
	"CASE WHEN o.status <> 'held' THEN o.status WHEN e.status = 'cancelled' THEN 'cancelled'"                      \
	" WHEN o.expires_at <= ? THEN 'lapsed' ELSE 'held' END"
#define ORDER_COLUMNS(prefix)                                                                                          \
	"o.id AS `" prefix "id`, o.uuid AS `" prefix "uuid:uuid`, o.reference AS `" prefix "reference`,"               \
	" " ORDER_STATUS " AS `" prefix "status`,"                                                                     \
	" o.subtotal AS `" prefix "subtotal:money`, o.discount AS `" prefix "discount:money`,"                         \
	" o.total AS `" prefix "total:money`,"                                                                         \
	" o.currency AS `" prefix "currency`, o.expires_at AS `" prefix "expires_at`,"                                 \
	" o.created_at AS `" prefix "created_at`, o.paid_at AS `" prefix "paid_at`,"                                   \
	" o.customer_id AS `" prefix "customer_id`, " ORDER_EVENT(prefix)

/* In the two below, ids are 1 to DB_SOME.
 * What events offer, a row a category, and one without a category where an event has none. In parts:
 * "event.": what an order says of it, and currency; "whose.": organizer_id; "category.": id, event_id, name, price,
 * capacity, held (lapsed holds too, until they are reaped), sold, max_per_order, sales_start, sales_end. */
const struct rows *order_offers(struct db *db, const int64_t event_ids[], size_t n);
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
/* The same of all categories of its event, where that sells only so many over all of them. */
int order_reap_beside(struct db *db, int64_t category_id, ms_t now);
int order_reap_promo(struct db *db, const char *code, ms_t now);

/* Gives a use of a promo code back; 0: none. Inside a transaction. */
void order_promo_free(struct db *db, int64_t id);

/* A customer's orders by their age, descending: the newest first: id, uuid, reference, status, total, subtotal, discount, currency, expires_at,
 * created_at, paid_at, customer_id, event.id, event.title, event.status, event.starts_at, event.ends_at, event.time_zone,
 * venue.name. */
struct row_list *order_list(struct db *db, int64_t customer_id, const char *search, bool descending, ms_t now);
/* Gives up a hold, inside the caller's transaction; false when it was not held any more or its payment is under way. */
bool order_cancel(struct db *db, int64_t id, int64_t customer_id);

#endif
