/* The counters: of each category, and, last, of each event that sells only so many over all of them. A move names in its WHERE all that it stands on, so that what staff change beside it, a price, the currency,
 * whose event it is, meets it in the row's lock: it is either the booking's or the next one's. */
#include "store/stock.h"
#include <string.h>

struct stock_move *stock_of(struct stock *stock, int64_t category_id)
{
	size_t i = 0;

	while (i < stock->n && stock->moves[i].category_id < category_id)
		i++;
	if (i < stock->n && stock->moves[i].category_id == category_id)
		return &stock->moves[i];
	if (stock->n == STOCK_MOVES)
		return NULL;
	memmove(stock->moves + i + 1, stock->moves + i, (stock->n - i) * sizeof *stock->moves);
	stock->moves[i] = (struct stock_move){ .category_id = category_id };
	stock->n++;
	return &stock->moves[i];
}

/* tests/race builds this file once more without the guard, to show that its race would oversell. */
#ifdef NO_GUARD
#define WITHIN_CAPACITY "(c.held + c.sold + ? <= c.capacity OR 1)"
#define WITHIN_EVENT "(x.taken + ? <= e.capacity OR 1)"
#else
#define WITHIN_CAPACITY "c.held + c.sold + ? <= c.capacity"
#define WITHIN_EVENT "x.taken + ? <= e.capacity"
#endif

/* ---- events ---- */

#define STOCK_OF_CATEGORY " event_stock x JOIN ticket_category c ON c.event_id = x.id"

/* Who has the category's row holds off who would make or unmake its event's (stock_cap()). */
static bool take_places(struct db *db, int64_t category_id, int64_t n)
{
	if (n <= 0 || db_exec(db,
			      "UPDATE" STOCK_OF_CATEGORY " JOIN event e ON e.id = x.id SET x.taken = x.taken + ?"
			      " WHERE c.id = ? AND " WITHIN_EVENT,
			      args(n, category_id, n)) == 1)
		return true;
	return !db_one(db, "SELECT x.id FROM" STOCK_OF_CATEGORY " WHERE c.id = ? LOCK IN SHARE MODE",
		       args(category_id)) &&
	       db_error(db) == DB_OK;
}

static bool give_places(struct db *db, const struct stock *stock)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];

		if (m->quantity &&
		    db_exec(db, "UPDATE" STOCK_OF_CATEGORY " SET x.taken = GREATEST(x.taken - ?, 0) WHERE c.id = ?",
			    args(m->quantity, m->category_id)) < 0)
			return false;
	}
	return true;
}

bool stock_cap(struct db *db, int64_t event_id, int64_t capacity)
{
	const struct row *counted;
	int64_t taken;

	if (!capacity)
		return db_exec(db, "DELETE FROM event_stock WHERE id = ?", args(event_id)) >= 0;
	/* Under the event's lock nobody takes places. Only where they were not counted yet are the categories asked, and so locked. */
	counted = db_one(db, "SELECT taken FROM event_stock WHERE id = ? FOR UPDATE", args(event_id));
	if (counted || db_error(db) != DB_OK)
		return counted && row_int(counted, "taken") <= capacity;
	taken = db_int(db, "SELECT COALESCE(SUM(held + sold), 0) FROM ticket_category WHERE event_id = ? FOR UPDATE",
		       args(event_id));
	return taken <= capacity &&
	       db_exec(db, "INSERT INTO event_stock (id, taken) VALUES (?, ?)", args(event_id, taken)) == 1;
}

/* ---- categories ---- */

static bool hold_one(struct db *db, const struct stock_move *m)
{
	const struct stock_terms *t = &m->terms;

	return db_exec(db,
		       "UPDATE ticket_category c JOIN event e ON e.id = c.event_id SET c.held = c.held + ?"
		       " WHERE c.id = ? AND c.deleted_at IS NULL AND c.price = ? AND c.max_per_order >= ?"
		       " AND (c.sales_start IS NULL OR c.sales_start <= ?) AND (c.sales_end IS NULL OR c.sales_end > ?)"
		       " AND e.status = 'published' AND e.ends_at > ? AND e.currency = ? AND e.organizer_id = ?"
		       " AND (e.capacity IS NOT NULL) = ? AND " WITHIN_CAPACITY,
		       args(m->quantity, m->category_id, t->price, t->most, arg_time(t->now), arg_time(t->now),
			    arg_time(t->now), t->currency, t->organizer_id, t->capped, m->quantity)) == 1;
}

/* It would have fitted, so it was not the stock. */
static bool has_room(struct db *db, const struct stock_move *m)
{
	return db_int(db, "SELECT c.held + c.sold + ? <= c.capacity FROM ticket_category c WHERE c.id = ?",
		      args(m->quantity, m->category_id)) == 1;
}

bool stock_hold(struct db *db, const struct stock *stock)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];

		if (hold_one(db, m))
			continue;
		if (has_room(db, m))
			db_conflict(db);
		return false;
	}
	for (size_t i = 0; i < stock->n; i++)
		if (stock->moves[i].terms.capped &&
		    !take_places(db, stock->moves[i].category_id, stock->moves[i].quantity))
			return false;
	return true;
}

bool stock_free(struct db *db, const struct stock *stock)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];

		if (db_exec(db, "UPDATE ticket_category SET held = held - ? WHERE id = ? AND held >= ?",
			    args(m->quantity, m->category_id, m->quantity)) != 1)
			return false;
	}
	return give_places(db, stock);
}

/* Moves a category's counters and what it sold for an organizer, if the result keeps within its capacity. What was deleted
 * gives up no new place, and what is free in it is none. Of a row that stays as it is MariaDB says that it was not changed. */
static bool sell_one(struct db *db, int64_t organizer_id, int64_t category_id, int64_t held, int64_t sold,
		     int64_t revenue)
{
	int changed = (held || sold) + (sold || revenue);

	if (!changed)
		return true;
	return db_exec(db,
		       "UPDATE ticket_category c JOIN organizer_sale s ON s.category_id = c.id"
		       " SET c.held = c.held + ?, c.sold = c.sold + ?, s.sold = s.sold + ?, s.revenue = s.revenue + ?"
		       " WHERE c.id = ? AND s.organizer_id = ? AND (c.deleted_at IS NULL OR ? <= 0)"
		       " AND c.held + ? >= 0 AND c.sold + ? >= 0 AND s.sold + ? >= 0 AND " WITHIN_CAPACITY,
		       args(held, sold, sold, revenue, category_id, organizer_id, held + sold, held, sold, sold,
			    held + sold)) == changed;
}

/* The first sale of a category for an organizer finds no row to add to, and makes it. */
static bool sell_first(struct db *db, int64_t organizer_id, const struct stock_move *m, int64_t held)
{
	return db_exec(db, "INSERT IGNORE INTO organizer_sale (organizer_id, category_id) VALUES (?, ?)",
		       args(organizer_id, m->category_id)) == 1 &&
	       sell_one(db, organizer_id, m->category_id, held, m->quantity, m->revenue);
}

bool stock_sell(struct db *db, const struct stock *stock, int64_t organizer_id, bool was_held)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];
		int64_t held = was_held ? -m->quantity : 0;

		if (!sell_one(db, organizer_id, m->category_id, held, m->quantity, m->revenue) &&
		    !sell_first(db, organizer_id, m, held))
			return false;
	}
	for (size_t i = 0; i < stock->n && !was_held; i++)
		if (!take_places(db, stock->moves[i].category_id, stock->moves[i].quantity))
			return false;
	return true;
}

bool stock_take_back(struct db *db, const struct stock *stock, int64_t organizer_id)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];

		if (!sell_one(db, organizer_id, m->category_id, 0, -m->quantity, -m->revenue))
			return false;
	}
	return give_places(db, stock);
}

bool stock_swap(struct db *db, const struct stock *stock, int64_t organizer_id)
{
	for (size_t i = 0; i < stock->n; i++) {
		const struct stock_move *m = &stock->moves[i];

		if (!sell_one(db, organizer_id, m->category_id, 0, m->quantity, m->revenue) &&
		    (m->quantity <= 0 || !sell_first(db, organizer_id, m, 0)))
			return false;
	}
	return true;
}

int64_t stock_open_sales(struct db *db)
{
	return db_exec(
		db,
		"INSERT IGNORE INTO organizer_sale (organizer_id, category_id)"
		" SELECT DISTINCT o.organizer_id, i.category_id FROM order_item i"
		" JOIN orders o ON o.id = i.order_id AND o.status = 'paid'"
		" JOIN ticket_category c ON c.id = i.category_id"
		" LEFT JOIN organizer_sale s ON s.organizer_id = o.organizer_id AND s.category_id = i.category_id"
		" WHERE s.id IS NULL",
		no_args);
}
