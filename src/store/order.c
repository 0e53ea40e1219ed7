/* Orders until they are paid: booking, giving up, lapsing. What a booking was told, it names again in the statements that
 * carry it out: the counters' terms (store/stock.h), and those of its promo code. */
#include "store/order.h"
#include "base/uuid.h"
#include "db/compose.h"
#include "store/search.h"
#include "store/stock.h"
#include <assert.h>
#include <string.h>

const struct rows *order_offers(struct db *db, const int64_t event_ids[], size_t n)
{
	struct arg values[DB_SOME];

	return db_query(
		db,
		"SELECT e.currency AS `event.currency`, " ORDER_EVENT(
			"event.") ", e.organizer_id AS `whose.organizer_id`, e.capacity IS NOT NULL AS `whose.capped:bool`,"
				  " e.capacity - x.taken AS `whose.left`,"
				  " e.id AS `category.event_id`, c.id AS `category.id`, c.name AS `category.name`,"
				  " c.price AS `category.price`, c.capacity AS `category.capacity`, c.held AS `category.held`,"
				  " c.sold AS `category.sold`, c.max_per_order AS `category.max_per_order`,"
				  " c.sales_start AS `category.sales_start`, c.sales_end AS `category.sales_end`"
				  " FROM event e JOIN venue v ON v.id = e.venue_id LEFT JOIN event_stock x ON x.id = e.id"
				  " LEFT JOIN ticket_category c ON c.event_id = e.id AND c.deleted_at IS NULL"
				  " WHERE e.id IN " DB_IN_SOME,
		db_some_ids(values, event_ids, n));
}

/* Of one customer a statement that locks counts as of when it has the lock. Of several it would count for the last of them
 * as of when it met the first, so there are two. */
/* The hold of a cancelled event is over, as its order says. */
#define TAKES_PLACE "NOT EXISTS (SELECT 1 FROM event e WHERE e.id = o.event_id AND e.status = 'cancelled')"

const struct rows *order_live_holds(struct db *db, const int64_t customer_ids[], size_t n, ms_t now)
{
	struct arg values[DB_SOME + 1];
	struct args ids = db_some_ids(values, customer_ids, n);

	if (n == 1)
		return db_query(db,
				"SELECT c.id AS customer_id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id"
				" AND o.status = 'held' AND o.expires_at > ? AND " TAKES_PLACE
				") AS holds FROM customer c WHERE c.id = ? FOR UPDATE",
				args(arg_time(now), customer_ids[0]));
	db_query(db, "SELECT id FROM customer WHERE id IN " DB_IN_SOME " ORDER BY id FOR UPDATE", ids);
	values[DB_SOME] = arg_time(now);
	return db_query(db,
			"SELECT o.customer_id, COUNT(*) AS holds FROM orders o WHERE o.customer_id IN " DB_IN_SOME
			" AND o.status = 'held' AND o.expires_at > ? AND " TAKES_PLACE " GROUP BY o.customer_id",
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

/* On the terms that it was read with. Where those have changed the transaction is to run again. */
static bool use_promo(struct db *db, const struct order_hold *hold)
{
	if (!hold->promo_code_id ||
	    db_exec(db,
		    "UPDATE promo_code SET uses = uses + 1"
		    " WHERE id = ? AND COALESCE(percent, 0) = ? AND COALESCE(amount, 0) = ?"
		    " AND (amount IS NULL OR currency = ?) AND (starts_at IS NULL OR starts_at <= ?)"
		    " AND (ends_at IS NULL OR ends_at > ?) AND (max_uses IS NULL OR uses < max_uses)",
		    args(hold->promo_code_id, hold->promo.percent, hold->promo.amount, hold->currency,
			 arg_time(hold->now), arg_time(hold->now))) == 1)
		return true;
	if (db_int(db, "SELECT COUNT(*) FROM promo_code WHERE id = ? AND (max_uses IS NULL OR uses < max_uses)",
		   args(hold->promo_code_id)))
		db_conflict(db);
	return false;
}

void order_promo_free(struct db *db, int64_t id)
{
	if (id)
		db_exec(db, "UPDATE promo_code SET uses = uses - 1 WHERE id = ? AND uses > 0", args(id));
}

/* ---- holding ---- */

enum { ORDER_VALUES = 14, ITEM_VALUES = 5, ITEMS_AT_ONCE = DB_SOME * 4 };

static struct args order_values(struct order_hold *hold, struct arg into[ORDER_VALUES])
{
	int64_t tickets = 0;

	for (size_t i = 0; i < hold->n_items; i++)
		tickets += hold->items[i].quantity;
	uuid_make(hold->uuid_bytes);
	uuid_text(hold->uuid_bytes, hold->uuid);
	order_reference(hold->reference);
	return args_into(args(arg_bytes(hold->uuid_bytes, UUID_BYTES), hold->reference, hold->customer_id,
			      hold->event_id, hold->organizer_id, "held", hold->currency, hold->price.subtotal,
			      hold->price.discount, hold->price.total, tickets, arg_id_or_null(hold->promo_code_id),
			      arg_time(hold->expires), arg_time(hold->now)),
			 into);
}

static bool insert_orders(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct arg values[DB_SOME][ORDER_VALUES];
	struct args rows[DB_SOME] = { { 0 } };
	const struct rows *made;

	for (size_t i = 0; i < n; i++)
		rows[i] = order_values(holds[i], values[i]);
	made = insert_rows(db,
			   "INSERT INTO orders (uuid, reference, customer_id, event_id, organizer_id, status, currency,"
			   " subtotal, discount, total, tickets, promo_code_id, expires_at, created_at) VALUES",
			   rows, n, "id");
	for (size_t i = 0; i < made->n; i++) {
		struct row order = row_at(made, i);

		holds[i]->id = row_int(&order, "id");
	}
	return made->n == n;
}

/* Items on their way into the table, with where their ids go. */
struct items {
	struct arg values[ITEMS_AT_ONCE][ITEM_VALUES];
	struct args rows[ITEMS_AT_ONCE];
	struct order_item *of[ITEMS_AT_ONCE];
	size_t n;
};

static bool insert_items(struct db *db, struct items *items)
{
	const struct rows *made =
		insert_rows(db, "INSERT INTO order_item (order_id, category_id, quantity, unit_price, holders) VALUES",
			    items->rows, items->n, "id");

	bool all = made->n == items->n;

	for (size_t i = 0; all && i < items->n; i++) {
		struct row item = row_at(made, i);

		items->of[i]->id = row_int(&item, "id");
	}
	items->n = 0;
	return all;
}

static bool insert_all_items(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct items items = { .n = 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < holds[i]->n_items; k++) {
			struct order_item *item = &holds[i]->items[k];

			items.of[items.n] = item;
			items.rows[items.n] = args_into(args(holds[i]->id, item->category_id, item->quantity,
							     item->unit_price, item->holders),
							items.values[items.n]);
			if (++items.n == ITEMS_AT_ONCE && !insert_items(db, &items))
				return false;
		}
	return !items.n || insert_items(db, &items);
}

static bool add_to_stock(struct stock *stock, const struct order_hold *hold)
{
	for (size_t i = 0; i < hold->n_items; i++) {
		const struct order_item *item = &hold->items[i];
		struct stock_move *move = stock_of(stock, item->category_id);
		int64_t most;

		if (!move)
			return false;
		most = move->terms.most > item->quantity ? move->terms.most : item->quantity;
		move->quantity += item->quantity;
		move->terms = (struct stock_terms){ .price = item->unit_price,
						    .organizer_id = hold->organizer_id,
						    .currency = hold->currency,
						    .capped = hold->capped,
						    .most = most,
						    .now = hold->now };
	}
	return true;
}

static enum order_stock take_stock(struct db *db, struct order_hold *const holds[], size_t n)
{
	struct stock stock = { .n = 0 };

	for (size_t i = 0; i < n; i++)
		if (!use_promo(db, holds[i]))
			return ORDER_PROMO_GONE;
	for (size_t i = 0; i < n; i++)
		if (!add_to_stock(&stock, holds[i]))
			return ORDER_STOCK_GONE;
	return stock_hold(db, &stock) ? ORDER_TAKEN : ORDER_STOCK_GONE;
}

enum order_stock order_hold(struct db *db, struct order_hold *const holds[], size_t n)
{
	assert(n <= DB_SOME);
	if (!insert_orders(db, holds, n) || !insert_all_items(db, holds, n))
		return ORDER_STOCK_GONE;
	return take_stock(db, holds, n);
}

/* ---- ending a hold ---- */

/* The promo code and the stock of an order whose status has just been left; the stock goes onto stock, to be given back
 * last. */
static bool let_go(struct db *db, int64_t id, struct stock *stock)
{
	const struct rows *items =
		db_query(db,
			 "SELECT i.category_id, i.quantity, COALESCE(o.promo_code_id, 0) AS promo_code_id"
			 " FROM orders o JOIN order_item i ON i.order_id = o.id WHERE o.id = ?",
			 args(id));

	for (size_t i = 0; i < items->n; i++) {
		struct row item = row_at(items, i);
		struct stock_move *move = stock_of(stock, row_int(&item, "category_id"));

		if (!move)
			return false;
		move->quantity += row_int(&item, "quantity");
		if (i == 0)
			order_promo_free(db, row_int(&item, "promo_code_id"));
	}
	return db_error(db) == DB_OK;
}

static bool lapse(struct db *db, int64_t id, ms_t now, struct stock *stock)
{
	return db_exec(db, "UPDATE orders SET status = 'lapsed' WHERE id = ? AND status = 'held' AND expires_at <= ?",
		       args(id, arg_time(now))) == 1 &&
	       let_go(db, id, stock);
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
	struct stock stock = { .n = 0 };

	reap->done = 0;
	for (size_t i = 0; i < reap->lapsed->n && stock.n + ORDER_ITEMS_MAX <= STOCK_MOVES; i++) {
		struct row order = row_at(reap->lapsed, i);

		if (lapse(reap->db, row_int(&order, "id"), reap->now, &stock))
			reap->done++;
	}
	return stock_free(reap->db, &stock);
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
	return reap(
		db,
		db_query(
			db,
			LAPSED
			" AND EXISTS (SELECT 1 FROM order_item i WHERE i.order_id = o.id AND i.category_id = ?)" IN_TURN,
			args(arg_time(now), category_id)),
		now);
}

int order_reap_beside(struct db *db, int64_t category_id, ms_t now)
{
	return reap(db,
		    db_query(db,
			     LAPSED " AND o.event_id = (SELECT c.event_id FROM ticket_category c JOIN event e"
				    " ON e.id = c.event_id AND e.capacity IS NOT NULL WHERE c.id = ?)" IN_TURN,
			     args(arg_time(now), category_id)),
		    now);
}

int order_reap_promo(struct db *db, const char *code, ms_t now)
{
	return reap(db,
		    db_query(db, LAPSED " AND o.promo_code_id = (SELECT id FROM promo_code WHERE code = ?)" IN_TURN,
			     args(arg_time(now), code)),
		    now);
}

/* A live payment keeps its hold: money may be on its way. It begins under a lock of the order's row (payment_start()), so
 * that of giving up and paying at once one finds the other done. */
bool order_cancel(struct db *db, int64_t id, int64_t customer_id)
{
	struct stock stock = { .n = 0 };

	return db_exec(db,
		       "UPDATE orders o LEFT JOIN payment p ON p.live_order_id = o.id SET o.status = 'cancelled'"
		       " WHERE o.id = ? AND o.customer_id = ? AND o.status = 'held' AND p.id IS NULL",
		       args(id, customer_id)) == 1 &&
	       let_go(db, id, &stock) && stock_free(db, &stock);
}

/* ---- lists ---- */

#define ORDER_FROM " FROM orders o JOIN event e ON e.id = o.event_id JOIN venue v ON v.id = e.venue_id WHERE 1"

struct row_list *order_list(struct db *db, int64_t customer_id, const char *search, bool descending, ms_t now)
{
	static const struct searched SEARCHED[] = {
		{ "o.reference", AS_CODE },
		/* what stands behind the reference on a ticket */
		{ "o.id = (SELECT x.order_id FROM ticket x WHERE x.id = ?)", AS_ID },
		{ "e.title", AS_WORDS },
		{ "v.name", AS_WORDS },
		{ NULL, 0 },
	};
	struct query *q = query_new(NULL, "SELECT " ORDER_COLUMNS("") ORDER_FROM);

	query_select_args(q, args(arg_time(now)));
	query_where(q, "o.customer_id = ?", args(customer_id));
	search_rows(q, SEARCHED, search);
	query_order(q, "o.id", descending, "o.id");
	return query_list(q, db, search ? ORDER_FROM : " FROM orders o WHERE 1", "o.id");
}
