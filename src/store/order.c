/* Orders and stock. Stock is a counter row a category, moved by one guarded UPDATE whose count of changed rows is the
 * verdict; the counters come last in each transaction, for they are what everybody waits for. */
#include "store/order.h"
#include "base/uuid.h"
#include "rules/ticket_code.h"
#include "store/ticket.h"
#include <assert.h>
#include <string.h>

/* What an order says of its event. */
#define EVENT_OF_ORDER                                                                                                 \
	"e.id AS `event.id`, e.title AS `event.title`, e.status AS `event.status`, e.starts_at AS `event.starts_at`,"  \
	" e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`, v.name AS `venue.name`"

const struct rows *order_events(struct db *db, const int64_t ids[], size_t n)
{
	struct arg values[DB_SOME];

	return db_query(db,
			"SELECT e.currency, " EVENT_OF_ORDER " FROM event e JOIN venue v ON v.id = e.venue_id"
			" WHERE e.id IN " DB_IN_SOME,
			db_some_ids(values, ids, n));
}

const struct rows *order_categories(struct db *db, const int64_t event_ids[], size_t n)
{
	struct arg values[DB_SOME];

	return db_query(db,
			"SELECT id, event_id, name, price, capacity, held, sold, max_per_order, sales_start, sales_end"
			" FROM ticket_category WHERE event_id IN " DB_IN_SOME " AND deleted_at IS NULL ORDER BY id",
			db_some_ids(values, event_ids, n));
}

/* Two statements: one that locks and counts would count for its last customers as of when it met its first. */
const struct rows *order_live_holds(struct db *db, const int64_t customer_ids[], size_t n, ms_t now)
{
	struct arg values[DB_SOME + 1];
	struct args ids = db_some_ids(values, customer_ids, n);

	if (!db_query(db, "SELECT id FROM customer WHERE id IN " DB_IN_SOME " ORDER BY id FOR UPDATE", ids))
		return NULL;
	values[DB_SOME] = arg_time(now);
	return db_query(db,
			"SELECT customer_id, COUNT(*) AS holds FROM orders WHERE customer_id IN " DB_IN_SOME
			" AND status = 'held' AND expires_at > ? GROUP BY customer_id",
			(struct args){ DB_SOME + 1, values });
}

const struct rows *order_dependents(struct db *db, int64_t customer_id)
{
	return db_query(db, "SELECT id FROM dependent WHERE customer_id = ? AND deleted_at IS NULL ORDER BY id",
			args(customer_id));
}

const struct row *order_promo(struct db *db, const char *code, int64_t event_id, ms_t now)
{
	return db_one(db,
		      "SELECT id, percent, amount, currency FROM promo_code"
		      " WHERE code = ? AND (event_id IS NULL OR event_id = ?)"
		      " AND (starts_at IS NULL OR starts_at <= ?) AND (ends_at IS NULL OR ends_at > ?)"
		      " AND (max_uses IS NULL OR uses < max_uses)",
		      args(code, event_id, arg_time(now), arg_time(now)));
}

/* tests/race builds this file once more without the guard, to show that its race would oversell. */
#ifdef NO_STOCK_GUARD
#define WITHIN_CAPACITY "(held + sold + ? <= capacity OR 1)"
#else
#define WITHIN_CAPACITY "held + sold + ? <= capacity"
#endif

/* Moves a category's counters if the result keeps within its capacity; one that was deleted since it was looked at holds
 * nothing new. revenue goes with sold: an organizer's figures are read from it. */
static bool move_stock(struct db *db, int64_t category_id, int64_t held, int64_t sold, int64_t revenue)
{
	return db_exec(db,
		       "UPDATE ticket_category SET held = held + ?, sold = sold + ?, revenue = revenue + ?"
		       " WHERE id = ? AND (deleted_at IS NULL OR ? <= 0) AND held + ? >= 0 AND sold + ? >= 0"
		       " AND " WITHIN_CAPACITY,
		       args(held, sold, revenue, category_id, held, held, sold, held + sold)) == 1;
}

static bool use_promo(struct db *db, int64_t id)
{
	return !id || db_exec(db,
			      "UPDATE promo_code SET uses = uses + 1"
			      " WHERE id = ? AND (max_uses IS NULL OR uses < max_uses)",
			      args(id)) == 1;
}

static void unuse_promo(struct db *db, int64_t id)
{
	if (id)
		db_exec(db, "UPDATE promo_code SET uses = uses - 1 WHERE id = ? AND uses > 0", args(id));
}

/* Adds up by category what a set of orders holds, so each counter is touched once, in ascending order. */
struct tally {
	int64_t category[200], quantity[200], revenue[200];
	size_t n;
};

static bool tally_add(struct tally *tally, int64_t category, int64_t quantity, int64_t revenue)
{
	size_t i = 0;

	while (i < tally->n && tally->category[i] < category)
		i++;
	if (i < tally->n && tally->category[i] == category) {
		tally->quantity[i] += quantity;
		tally->revenue[i] += revenue;
		return true;
	}
	if (tally->n == sizeof tally->category / sizeof *tally->category)
		return false;
	memmove(tally->category + i + 1, tally->category + i, (tally->n - i) * sizeof *tally->category);
	memmove(tally->quantity + i + 1, tally->quantity + i, (tally->n - i) * sizeof *tally->quantity);
	memmove(tally->revenue + i + 1, tally->revenue + i, (tally->n - i) * sizeof *tally->revenue);
	tally->category[i] = category;
	tally->quantity[i] = quantity;
	tally->revenue[i] = revenue;
	tally->n++;
	return true;
}

static bool tally_order(struct db *db, struct tally *tally, int64_t order_id)
{
	const struct rows *items =
		db_query(db,
			 "SELECT i.category_id, i.quantity, i.quantity * i.unit_price AS amount, o.subtotal, o.total"
			 " FROM orders o JOIN order_item i ON i.order_id = o.id"
			 " WHERE o.id = ? ORDER BY i.category_id",
			 args(order_id));
	int64_t upto = 0, brought = 0;

	for (size_t i = 0; i < items->n; i++) {
		struct row item = row_at(items, i);
		int64_t before = brought;

		upto += row_int(&item, "amount");
		brought = price_net(row_int(&item, "subtotal"), row_int(&item, "total"), upto);
		if (!tally_add(tally, row_int(&item, "category_id"), row_int(&item, "quantity"), brought - before))
			return false;
	}
	return db_error(db) == DB_OK;
}

static bool tally_move(struct db *db, const struct tally *tally, int held, int sold)
{
	for (size_t i = 0; i < tally->n; i++)
		if (!move_stock(db, tally->category[i], held * tally->quantity[i], sold * tally->quantity[i],
				sold * tally->revenue[i]))
			return false;
	return true;
}

/* ---- holding ---- */

enum { ORDER_VALUES = 12, ITEM_VALUES = 5, ITEMS_AT_ONCE = DB_SOME * 4 };

static struct args order_values(const struct order_hold *hold, struct arg into[ORDER_VALUES])
{
	int64_t tickets = 0;

	for (size_t i = 0; i < hold->n_items; i++)
		tickets += hold->items[i].quantity;
	return args_into(args(arg_bytes(hold->uuid_bytes, UUID_BYTES), hold->reference, hold->customer_id, hold->event_id,
			      hold->currency, hold->price.subtotal, hold->price.discount, hold->price.total, tickets,
			      arg_id_or_null(hold->promo_code_id), arg_time(hold->expires), arg_time(hold->now)),
			 into);
}

static bool insert_orders(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct arg values[DB_SOME][ORDER_VALUES];
	struct args rows[DB_SOME];

	for (size_t i = 0; i < n; i++) {
		uuid_make(holds[i]->uuid_bytes);
		uuid_text(holds[i]->uuid_bytes, holds[i]->uuid);
		order_reference(holds[i]->reference);
		rows[i] = order_values(holds[i], values[i]);
	}
	return db_bulk(db,
		       "INSERT INTO orders (uuid, reference, customer_id, event_id, status, currency, subtotal, discount,"
		       " total, tickets, promo_code_id, expires_at, created_at)"
		       " VALUES (?, ?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, ?)",
		       rows, n) == (int64_t)n;
}

static bool insert_items(struct db *db, const struct args rows[], size_t n)
{
	return db_bulk(db,
		       "INSERT INTO order_item (order_id, category_id, quantity, unit_price, holders) VALUES (?, ?, ?, ?, ?)",
		       rows, n) == (int64_t)n;
}

static bool insert_all_items(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct arg values[ITEMS_AT_ONCE][ITEM_VALUES];
	struct args rows[ITEMS_AT_ONCE];
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < holds[i]->n_items; k++) {
			const struct order_item *item = &holds[i]->items[k];

			rows[at] = args_into(args(holds[i]->id, item->category_id, item->quantity, item->unit_price,
						  item->holders),
					     values[at]);
			if (++at < ITEMS_AT_ONCE)
				continue;
			if (!insert_items(db, rows, at))
				return false;
			at = 0;
		}
	return insert_items(db, rows, at);
}

/* Of many rows that were made at once the database does not say the ids. */
static bool read_order_ids(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct arg values[DB_SOME];
	const struct rows *orders;
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		values[i] = arg_bytes(holds[i]->uuid_bytes, UUID_BYTES);
	db_fill_some(values, n);
	orders = db_query(db, "SELECT id, uuid AS `uuid:uuid` FROM orders WHERE uuid IN " DB_IN_SOME,
			  (struct args){ DB_SOME, values });
	for (size_t k = 0; k < orders->n; k++) {
		struct row order = row_at(orders, k);

		for (size_t i = 0; i < n; i++)
			if (!memcmp(holds[i]->uuid_bytes, row_cell(&order, "uuid")->s, UUID_BYTES)) {
				holds[i]->id = row_int(&order, "id");
				found++;
			}
	}
	return found == n;
}

static void take_item_id(struct order_hold *hold, const struct row *item)
{
	for (size_t i = 0; hold->id == row_int(item, "order_id") && i < hold->n_items; i++)
		if (hold->items[i].category_id == row_int(item, "category_id"))
			hold->items[i].id = row_int(item, "id");
}

static bool read_item_ids(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct arg values[DB_SOME];
	int64_t ids[DB_SOME] = { 0 };
	const struct rows *items;

	for (size_t i = 0; i < n; i++)
		ids[i] = holds[i]->id;
	items = db_query(db, "SELECT id, order_id, category_id FROM order_item WHERE order_id IN " DB_IN_SOME,
			 db_some_ids(values, ids, n));
	for (size_t k = 0; k < items->n; k++) {
		struct row item = row_at(items, k);

		for (size_t i = 0; i < n; i++)
			take_item_id(holds[i], &item);
	}
	return db_error(db) == DB_OK;
}

/* The counters come last, each once, for until the end everybody who books the same waits for these rows. */
static enum order_stock take_stock(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct tally tally = { .n = 0 };

	for (size_t i = 0; i < n; i++)
		if (!use_promo(db, holds[i]->promo_code_id))
			return ORDER_PROMO_GONE;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < holds[i]->n_items; k++)
			if (!tally_add(&tally, holds[i]->items[k].category_id, holds[i]->items[k].quantity, 0))
				return ORDER_STOCK_GONE;
	return tally_move(db, &tally, 1, 0) ? ORDER_TAKEN : ORDER_STOCK_GONE;
}

enum order_stock order_hold(struct db *db, struct order_hold *const holds[], size_t n)
{
	assert(n <= DB_SOME);
	if (!insert_orders(db, holds, n) || !read_order_ids(db, holds, n) || !insert_all_items(db, holds, n) ||
	    !read_item_ids(db, holds, n))
		return ORDER_STOCK_GONE;
	return take_stock(db, holds, n);
}

/* Ends one hold as status; its stock goes onto the tally, to be given back last. */
static bool end_hold(struct db *db, int64_t id, const char *status, ms_t lapsed_by, struct tally *tally)
{
	const char *sql = "UPDATE orders SET status = ? WHERE id = ? AND status = 'held' AND expires_at <= ?";

	if (db_exec(db, sql, args(status, id, arg_time(lapsed_by))) != 1)
		return false;
	unuse_promo(db, db_int(db, "SELECT COALESCE(promo_code_id, 0) FROM orders WHERE id = ?", args(id)));
	return tally_order(db, tally, id);
}

struct reap {
	struct db *db;
	const struct rows *lapsed;
	ms_t now;
	int done;
};

static bool reap_these(void *with)
{
	struct reap *reap = with;
	struct tally tally = { .n = 0 };

	reap->done = 0;
	for (size_t i = 0; i < reap->lapsed->n && tally.n + ORDER_ITEMS_MAX <= 200; i++) {
		struct row order = row_at(reap->lapsed, i);

		if (end_hold(reap->db, row_int(&order, "id"), "lapsed", reap->now, &tally))
			reap->done++;
	}
	return tally_move(reap->db, &tally, -1, 0);
}

static int reap(struct db *db, const struct rows *lapsed, ms_t now)
{
	struct reap reap = { .db = db, .lapsed = lapsed, .now = now };

	return lapsed->n && db_transaction(db, reap_these, NULL, &reap) ? reap.done : 0;
}

#define LAPSED "SELECT o.id FROM orders o WHERE o.status = 'held' AND o.expires_at <= ?"
#define IN_TURN " ORDER BY o.id LIMIT 200"

int order_reap(struct db *db, ms_t now)
{
	return reap(db, db_query(db, LAPSED IN_TURN, args(arg_time(now))), now);
}

int order_reap_category(struct db *db, int64_t category_id, ms_t now)
{
	return reap(db,
		    db_query(db,
			     LAPSED " AND EXISTS (SELECT 1 FROM order_item i WHERE i.order_id = o.id AND i.category_id = ?)"
			     IN_TURN,
			     args(arg_time(now), category_id)),
		    now);
}

int order_reap_promo(struct db *db, const char *code, ms_t now)
{
	return reap(db,
		    db_query(db,
			     LAPSED " AND o.promo_code_id = (SELECT id FROM promo_code WHERE code = ?)" IN_TURN,
			     args(arg_time(now), code)),
		    now);
}

#define ORDER_SELECT                                                                                                   \
	"SELECT o.id, o.uuid AS `uuid:uuid`, o.reference,"                                                             \
	" IF(o.status = 'held' AND o.expires_at <= ?, 'lapsed', o.status) AS status, o.subtotal, o.discount, o.total," \
	" o.currency, o.expires_at, o.created_at, o.paid_at, o.customer_id, " EVENT_OF_ORDER                           \
	" FROM orders o JOIN event e ON e.id = o.event_id JOIN venue v ON v.id = e.venue_id"

const struct row *order_get(struct db *db, int64_t id, int64_t customer_id, ms_t now)
{
	return db_one(db, ORDER_SELECT " WHERE o.id = ? AND (? = 0 OR o.customer_id = ?)",
		      args(arg_time(now), id, customer_id, customer_id));
}

const struct row *order_buyer(struct db *db, int64_t id)
{
	return db_one(db,
		      "SELECT a.name, a.email, a.mobile_number FROM orders o"
		      " JOIN customer c ON c.id = o.customer_id JOIN account a ON a.id = c.account_id WHERE o.id = ?",
		      args(id));
}

const struct rows *order_items(struct db *db, int64_t order_id)
{
	return db_query(db,
			"SELECT i.id, i.category_id, c.name AS category, i.quantity, i.unit_price,"
			" i.quantity * i.unit_price AS amount"
			" FROM order_item i JOIN ticket_category c ON c.id = i.category_id"
			" WHERE i.order_id = ? ORDER BY i.category_id",
			args(order_id));
}

const struct rows *order_list(struct db *db, int64_t customer_id, ms_t now, int64_t page, int64_t limit)
{
	return db_query(db, ORDER_SELECT " WHERE o.customer_id = ? ORDER BY o.id DESC LIMIT ? OFFSET ?",
			args(arg_time(now), customer_id, limit, (page - 1) * limit));
}

int64_t order_count(struct db *db, int64_t customer_id)
{
	return db_int(db, "SELECT COUNT(*) FROM orders WHERE customer_id = ?", args(customer_id));
}

/* A live payment keeps its hold: money may be on its way. */
bool order_cancel(struct db *db, int64_t id, int64_t customer_id, ms_t now)
{
	struct tally tally = { .n = 0 };
	ms_t any_time = now + 366 * MS_DAY;

	if (!db_int(db,
		    "SELECT COUNT(*) FROM orders WHERE id = ? AND customer_id = ?"
		    " AND NOT EXISTS (SELECT 1 FROM payment WHERE live_order_id = orders.id)",
		    args(id, customer_id)))
		return false;
	return end_hold(db, id, "cancelled", any_time, &tally) && tally_move(db, &tally, -1, 0);
}

static bool set_paid(struct db *db, int64_t id, const char *from, ms_t now)
{
	return db_exec(db, "UPDATE orders SET status = 'paid', paid_at = ? WHERE id = ? AND status = ?",
		       args(arg_time(now), id, from)) == 1;
}

enum order_paid order_pay(struct db *db, int64_t id, ms_t now)
{
	struct tally tally = { .n = 0 };
	bool held = set_paid(db, id, "held", now);

	if (!held && !set_paid(db, id, "lapsed", now))
		return ORDER_NOT_PAYABLE;
	/* A promo code freed by the lapse is used again even past its limit: its price was promised and paid. */
	if (!held)
		db_exec(db,
			"UPDATE promo_code SET uses = uses + 1"
			" WHERE id = (SELECT promo_code_id FROM orders WHERE id = ?)",
			args(id));
	if (!ticket_issue(db, id, now) || !tally_order(db, &tally, id))
		return ORDER_NOT_PAYABLE;
	return tally_move(db, &tally, held ? -1 : 0, 1) ? ORDER_PAID : ORDER_FULL;
}

bool order_refund(struct db *db, int64_t id, ms_t now)
{
	struct tally tally = { .n = 0 };

	(void)now;
	if (db_exec(db, "UPDATE orders SET status = 'refunded' WHERE id = ? AND status = 'paid'", args(id)) != 1)
		return false;
	unuse_promo(db, db_int(db, "SELECT COALESCE(promo_code_id, 0) FROM orders WHERE id = ?", args(id)));
	db_exec(db, "UPDATE ticket SET status = 'refunded' WHERE order_id = ? AND status = 'valid'", args(id));
	return tally_order(db, &tally, id) && tally_move(db, &tally, 0, -1);
}
