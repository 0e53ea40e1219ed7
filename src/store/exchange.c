/* What an order's items brought depends on what is before them (price_net()), so of a discounted order each may change by a unit: all of
 * them are worked out before and after, and what is another is moved. */
#include "store/exchange.h"
#include "rules/price.h"
#include "store/refund.h"
#include "store/stock.h"
#include <string.h>

struct item {
	int64_t category_id, quantity, unit_price;
};

struct bought {
	struct item items[ORDER_ITEMS_MAX + 1]; /* ascending category_id; one more while another is taken away */
	size_t n;
	int64_t subtotal, total, organizer_id;
};

static bool read_bought(struct db *db, int64_t order_id, struct bought *b)
{
	const struct rows *rows = db_query(
		db,
		"SELECT i.category_id, i.quantity, i.unit_price, o.subtotal, o.total, o.organizer_id FROM order_item i"
		" JOIN orders o ON o.id = i.order_id WHERE o.id = ? ORDER BY i.category_id LIMIT ?",
		args(order_id, (int64_t)ORDER_ITEMS_MAX));

	b->n = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		b->items[i] = (struct item){ row_int(&row, "category_id"), row_int(&row, "quantity"),
					     row_int(&row, "unit_price") };
		b->subtotal = row_int(&row, "subtotal");
		b->total = row_int(&row, "total");
		b->organizer_id = row_int(&row, "organizer_id");
	}
	return b->n > 0;
}

static struct item *item_of(struct bought *b, int64_t category_id)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->items[i].category_id == category_id)
			return &b->items[i];
	return NULL;
}

static void add_item(struct bought *b, struct item item)
{
	size_t i = b->n++;

	for (; i > 0 && b->items[i - 1].category_id > item.category_id; i--)
		b->items[i] = b->items[i - 1];
	b->items[i] = item;
}

/* What its items move, with what each brings, forwards or back. */
static bool add_moves(struct stock *stock, const struct bought *b, int sign)
{
	int64_t upto = 0, brought = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct stock_move *move = stock_of(stock, b->items[i].category_id);
		int64_t before = brought;

		if (!move)
			return false;
		upto += b->items[i].quantity * b->items[i].unit_price;
		brought = price_net(b->subtotal, b->total, upto);
		move->quantity += sign * b->items[i].quantity;
		move->revenue += sign * (brought - before);
	}
	return true;
}

static bool change_items(struct db *db, int64_t order_id, int64_t from, int64_t to, int64_t unit_price)
{
	if (db_exec(db,
		    "UPDATE order_item SET quantity = quantity - 1 WHERE order_id = ? AND category_id = ? AND quantity > 1",
		    args(order_id, from)) != 1 &&
	    db_exec(db, "DELETE FROM order_item WHERE order_id = ? AND category_id = ? AND quantity = 1",
		    args(order_id, from)) != 1)
		return false;
	return db_exec(db, "UPDATE order_item SET quantity = quantity + 1 WHERE order_id = ? AND category_id = ?",
		       args(order_id, to)) == 1 ||
	       db_exec(db, "INSERT INTO order_item (order_id, category_id, quantity, unit_price) VALUES (?, ?, 1, ?)",
		       args(order_id, to, unit_price)) == 1;
}

/* What it would have bought with one more of a category and one less of another. False: at another price. */
static bool as_if(struct bought *b, int64_t from, int64_t to, int64_t unit_price)
{
	struct item *old = item_of(b, from), *other = item_of(b, to);

	if (!old || old->unit_price != unit_price || (other && other->unit_price != unit_price))
		return false;
	old->quantity--;
	if (other)
		other->quantity++;
	else if (b->n < ORDER_ITEMS_MAX || !old->quantity)
		add_item(b, (struct item){ to, 1, unit_price });
	else
		return false;
	return true;
}

static bool change_ticket(struct db *db, int64_t ticket_id, int64_t from, int64_t to)
{
	return db_exec(db,
		       "UPDATE ticket t JOIN event e ON e.id = t.event_id SET t.category_id = ? WHERE t.id = ?"
		       " AND t.category_id = ? AND t.status = 'valid' AND t.presence = 'never' AND t.entries = 0"
		       " AND e.status = 'published'",
		       args(to, ticket_id, from)) == 1;
}

enum exchange_swap exchange_swap(struct db *db, int64_t order_id, int64_t ticket_id, int64_t category_id,
				 int64_t unit_price)
{
	int64_t from =
		db_int(db, "SELECT category_id FROM ticket WHERE id = ? AND order_id = ?", args(ticket_id, order_id));
	struct bought before = { .n = 0 }, after;
	struct stock stock = { .n = 0 };

	if (!read_bought(db, order_id, &before))
		return EXCHANGE_FAILED;
	after = before;
	if (!as_if(&after, from, category_id, unit_price))
		return EXCHANGE_DEARER;
	if (!add_moves(&stock, &before, -1) || !add_moves(&stock, &after, 1) ||
	    !change_ticket(db, ticket_id, from, category_id) ||
	    !change_items(db, order_id, from, category_id, unit_price))
		return EXCHANGE_FAILED;
	if (stock_swap(db, &stock, before.organizer_id))
		return EXCHANGE_SWAPPED;
	return db_error(db) == DB_OK ? EXCHANGE_FULL : EXCHANGE_FAILED;
}

const struct row *exchange_category(struct db *db, int64_t ticket_id, int64_t category_id)
{
	return db_one(db,
		      "SELECT c.id, c.name, c.price, c.id = t.category_id AS `same:bool` FROM ticket t"
		      " JOIN ticket_category c ON c.event_id = t.event_id AND c.deleted_at IS NULL"
		      " WHERE t.id = ? AND c.id = ?",
		      args(ticket_id, category_id));
}

const struct rows *exchange_categories(struct db *db, int64_t ticket_id)
{
	return db_query(
		db,
		"SELECT c.id, c.name, c.price, e.currency FROM ticket t JOIN event e ON e.id = t.event_id"
		" JOIN ticket_category c ON c.event_id = t.event_id AND c.deleted_at IS NULL AND c.id <> t.category_id"
		" WHERE t.id = ? ORDER BY c.position, c.id LIMIT 200",
		args(ticket_id));
}

/* ---- for another price ---- */

const struct row *exchange_waiting(struct db *db, int64_t ticket_id, ms_t now)
{
	return db_one(
		db,
		"SELECT o.id, o.status FROM ticket_exchange x JOIN orders o ON o.id = x.order_id"
		" WHERE x.ticket_id = ? AND ((o.status = 'held' AND o.expires_at > ?) OR EXISTS (SELECT 1 FROM payment p"
		" WHERE p.live_order_id = o.id AND p.status IN ('processing', 'requires_action'))) LIMIT 1",
		args(ticket_id, arg_time(now)));
}

bool exchange_insert(struct db *db, int64_t order_id, int64_t ticket_id, int64_t account_id, const char *reason,
		     ms_t now)
{
	return db_exec(db,
		       "INSERT INTO ticket_exchange (order_id, ticket_id, account_id, reason, created_at)"
		       " VALUES (?, ?, ?, ?, ?)",
		       args(order_id, ticket_id, account_id, reason ? reason : "", arg_time(now))) == 1;
}

const char *exchange_holders(struct db *db, int64_t ticket_id)
{
	const struct row *row = db_one(
		db,
		"SELECT JSON_ARRAY(JSON_OBJECT('name', holder_name, 'dependent_id', dependent_id)) AS holders FROM ticket"
		" WHERE id = ?",
		args(ticket_id));

	return row ? row_text(row, "holders") : NULL;
}

const struct row *exchange_of_order(struct db *db, int64_t order_id)
{
	return db_one(
		db,
		"SELECT x.ticket_id, x.reason, t.order_id, o.customer_id, c.name AS category,"
		" t.customer_id = o.customer_id AS `theirs:bool` FROM ticket_exchange x"
		" JOIN orders o ON o.id = x.order_id JOIN ticket t ON t.id = x.ticket_id"
		" JOIN ticket_category c ON c.id = t.category_id WHERE x.order_id = ? AND x.given_back_at IS NULL",
		args(order_id));
}

int64_t exchange_left(struct db *db, int64_t order_id)
{
	return refund_left(db, db_int(db, "SELECT id FROM payment WHERE live_order_id = ? AND status = 'succeeded'",
				      args(order_id)));
}

bool exchange_done(struct db *db, int64_t order_id, ms_t now)
{
	return db_exec(db, "UPDATE ticket_exchange SET given_back_at = ? WHERE order_id = ? AND given_back_at IS NULL",
		       args(arg_time(now), order_id)) == 1;
}
