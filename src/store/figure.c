/* What each figure is, once: the same text finds it wrong, for audit and repair, and computes what it must be.
 *
 * Mending is safe beside sales and scans. Whoever moves a figure does so in the transaction that writes the rows it comes
 * from, and moves it last: a booking its counters, a scan its ticket. So who holds the figure's row reads rows that are
 * committed together with what they did to it, and those that are not yet committed wait for the row and then move what
 * was mended. The look is a statement of its own, for one that waited for the lock would read as of before its wait.
 * Nothing else is locked meanwhile, so nobody waits in a circle. Nodes of a cluster do not see each other's locks: there
 * the second to commit is refused, and begins again. */
#include "store/figure.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 8 };

/* found: the columns in pairs. from ends where a condition on x.id may follow. right: what holds of a row that is well;
 * clear: what must hold of the others to be mended. */
#define FIGURE(found, from, right, clear)                                                                              \
	.wrong = "SELECT x.id, " found from " x.id > 0 GROUP BY x.id HAVING NOT (" right ") ORDER BY x.id LIMIT 5",    \
	.batch = "SELECT x.id, " found from " x.id > ? GROUP BY x.id HAVING NOT (" right ") ORDER BY x.id LIMIT 1000", \
	.one = "SELECT x.id, " found from " x.id = ? GROUP BY x.id HAVING NOT (" right ")" clear

#define LOCK(table) "SELECT id FROM " table " WHERE id = ? FOR UPDATE"

/* What an item brought: its amount less its part of the order's discount, running totals rounded (price_net() in
 * rules/price.c). The subqueries are asked for discounted orders only. */
#define UPTO(which)                                                                                                    \
	"COALESCE((SELECT SUM(j.quantity * j.unit_price) FROM order_item j"                                            \
	" WHERE j.order_id = i.order_id AND j.category_id " which " i.category_id), 0)"
#define DISCOUNT "CAST(o.subtotal - o.total AS DECIMAL(38, 0))"
#define BROUGHT                                                                                                        \
	"i.quantity * i.unit_price - IF(o.subtotal = o.total, 0, " DISCOUNT                                            \
	" * " UPTO("<=") " DIV o.subtotal - " DISCOUNT " * " UPTO("<") " DIV o.subtotal)"

/* Tickets whose refund was approved, of orders that stand. */
#define RETURNED                                                                                                       \
	"(SELECT p.organizer_id, t.category_id, COUNT(*) AS n, SUM(r.amount) AS amount FROM refund_request r"          \
	" JOIN ticket t ON t.id = r.ticket_id JOIN orders p ON p.id = r.order_id AND p.status = 'paid'"                \
	" WHERE r.status = 'approved' GROUP BY p.organizer_id, t.category_id)"

/* A ticket's way through the gate, told by the scans that moved it in the order of their ids. */
#define OF_SCAN(which, value) "SUBSTR(" which "(CONCAT(LPAD(s.id, 20, '0'), " value ")), 21)"
#define FIRST_IN(value) OF_SCAN("MIN", "IF(s.direction = 'in', " value ", NULL)")
#define LAST_MOVE(value) OF_SCAN("MAX", value)
#define BALANCE "COALESCE(SUM(CASE s.direction WHEN 'in' THEN 1 WHEN 'out' THEN -1 END), 0)"
#define WAY                                                                                                                                               \
	"x.entries, COALESCE(SUM(s.direction = 'in'), 0) AS entries_found,"                                                                               \
	" x.presence, CASE " LAST_MOVE(                                                                                                                   \
		"s.direction") " WHEN 'in' THEN 'inside' WHEN 'out' THEN 'outside'"                                                                       \
			       " ELSE 'never' END AS presence_found,"                                                                                     \
			       " x.first_scan_at, CAST(" FIRST_IN(                                                                                        \
				       "s.at") " AS DATETIME(3)) AS first_scan_at_found,"                                                                 \
					       " x.first_usher_id, CAST(" FIRST_IN(                                                                       \
						       "s.usher_id") " AS SIGNED) AS first_usher_id_found,"                                               \
								     " x.first_gate, " FIRST_IN(                                                          \
									     "s.gate") " AS first_gate_found,"                                            \
										       " x.last_scan_at, CAST(" LAST_MOVE(                                \
											       "s.at") " AS DATETIME(3)) AS last_scan_at_found, " BALANCE \
												       " AS balance"
#define WAY_IS_RIGHT                                                                                                   \
	"x.entries = entries_found AND x.presence = presence_found AND x.first_scan_at <=> first_scan_at_found"        \
	" AND x.first_usher_id <=> first_usher_id_found AND x.first_gate <=> first_gate_found"                         \
	" AND x.last_scan_at <=> last_scan_at_found"
/* Scans that contradict each other say nothing: whoever let two people in by one ticket must look at it. */
#define WAY_IS_CLEAR " AND balance = (presence_found = 'inside')"

const struct figure FIGURES[] = {
	{ "a category's sold counter is its tickets that are not given back", "category", "ticket_category",
	  FIGURE("x.sold, COUNT(t.id) AS sold_found",
		 " FROM ticket_category x LEFT JOIN ticket t ON t.category_id = x.id AND t.status = 'valid' WHERE",
		 "x.sold = sold_found", ""),
	  .lock = LOCK("ticket_category"), .mend = "UPDATE ticket_category SET sold = ? WHERE id = ? AND sold = ?" },
	{ "a category's held counter is the items of its held orders", "category", "ticket_category",
	  FIGURE("x.held, COALESCE(SUM(i.quantity), 0) AS held_found",
		 " FROM ticket_category x"
		 " LEFT JOIN (order_item i JOIN orders o ON o.id = i.order_id AND o.status = 'held') ON i.category_id = x.id"
		 " WHERE",
		 "x.held = held_found", ""),
	  .lock = LOCK("ticket_category"), .mend = "UPDATE ticket_category SET held = ? WHERE id = ? AND held = ?" },
	{ "what a category sold for an organizer is their paid orders, less what those gave back", "sales row",
	  "organizer_sale",
	  FIGURE("x.sold, COALESCE(SUM(i.quantity), 0) - COALESCE(MAX(g.n), 0) AS sold_found,"
		 " x.revenue, COALESCE(SUM(" BROUGHT "), 0) - COALESCE(MAX(g.amount), 0) AS revenue_found",
		 " FROM organizer_sale x LEFT JOIN (order_item i JOIN orders o ON o.id = i.order_id AND o.status = 'paid')"
		 " ON i.category_id = x.category_id AND o.organizer_id = x.organizer_id"
		 " LEFT JOIN " RETURNED " g ON g.category_id = x.category_id AND g.organizer_id = x.organizer_id WHERE",
		 "x.sold = sold_found AND x.revenue = revenue_found", ""),
	  .lock = LOCK("organizer_sale"),
	  .mend = "UPDATE organizer_sale SET sold = ?, revenue = ? WHERE id = ? AND sold = ? AND revenue = ?" },
	{ "an order's count of tickets is its items", "order", "order",
	  FIGURE("x.tickets, COALESCE(SUM(i.quantity), 0) AS tickets_found",
		 " FROM orders x FORCE INDEX (PRIMARY) LEFT JOIN order_item i ON i.order_id = x.id WHERE",
		 "x.tickets = tickets_found", ""),
	  .lock = LOCK("orders"), .mend = "UPDATE orders SET tickets = ? WHERE id = ? AND tickets = ?" },
	{ "what an order gave back is its refund requests that were approved", "order", "orders",
	  FIGURE("x.returned, COALESCE(r.n, 0) AS returned_found, x.given_back, COALESCE(r.amount, 0) AS given_back_found",
		 " FROM orders x FORCE INDEX (PRIMARY) LEFT JOIN (SELECT order_id, COUNT(*) AS n, SUM(amount) AS amount"
		 " FROM refund_request WHERE status = 'approved' GROUP BY order_id) r ON r.order_id = x.id WHERE",
		 "x.returned = returned_found AND x.given_back = given_back_found", ""),
	  .lock = LOCK("orders"),
	  .mend = "UPDATE orders SET returned = ?, given_back = ? WHERE id = ? AND returned = ? AND given_back = ?" },
	{ "a promo code's uses are its held and paid orders", "promo code", "promo_code",
	  FIGURE("x.uses, COALESCE(o.n, 0) AS uses_found",
		 " FROM promo_code x LEFT JOIN (SELECT promo_code_id, COUNT(*) AS n FROM orders"
		 " WHERE promo_code_id IS NOT NULL AND status IN ('held', 'paid') GROUP BY promo_code_id) o"
		 " ON o.promo_code_id = x.id WHERE",
		 "x.uses = uses_found", ""),
	  .lock = LOCK("promo_code"), .mend = "UPDATE promo_code SET uses = ? WHERE id = ? AND uses = ?" },
	{ "a ticket's entries, presence, first and last scan are what its scans say", "ticket", "ticket",
	  FIGURE(WAY,
		 " FROM ticket x FORCE INDEX (PRIMARY) LEFT JOIN scan_log s ON s.ticket_id = x.id AND s.moved WHERE",
		 WAY_IS_RIGHT, WAY_IS_CLEAR),
	  .lock = LOCK("ticket"),
	  .mend = "UPDATE ticket SET entries = ?, presence = ?, first_scan_at = ?, first_usher_id = ?, first_gate = ?,"
		  " last_scan_at = ? WHERE id = ? AND entries = ? AND presence = ? AND first_scan_at <=> ?"
		  " AND first_usher_id <=> ? AND first_gate <=> ? AND last_scan_at <=> ?" },
	{ "a card's balance is the sum of its entries", "account", "ledger_account",
	  FIGURE("x.balance, COALESCE(-SUM(e.amount), 0) AS balance_found",
		 " FROM ledger_account x LEFT JOIN ledger_entry e ON e.account_id = x.id WHERE x.kind = 'card' AND",
		 "x.balance <=> balance_found", ""),
	  .lock = LOCK("ledger_account"),
	  .mend = "UPDATE ledger_account SET balance = ? WHERE id = ? AND balance <=> ?" },
	{ .sentence = NULL },
};

struct row_source *figure_faults(TALLOC_CTX *ctx, struct db *db, const struct figure *figure)
{
	return db_source(ctx, db, figure->batch, no_args);
}

bool figure_lock(struct db *db, const struct figure *figure, int64_t id)
{
	return db_one(db, figure->lock, args(id)) != NULL;
}

const struct row *figure_look(struct db *db, const struct figure *figure, int64_t id)
{
	return db_one(db, figure->one, args(id));
}

const struct cell *row_found(const struct row *row, const char *column)
{
	char name[64];

	snprintf(name, sizeof name, "%s_found", column);
	return row_has(row, name) ? row_cell(row, name) : NULL;
}

static struct arg arg_of(enum col_type type, const struct cell *cell)
{
	if (cell->null)
		return arg_null();
	if (type == COL_TIME)
		return arg_time(cell->i);
	return type == COL_INT ? arg_int(cell->i) : arg_text(cell->s);
}

bool figure_mend(struct db *db, const struct figure *figure, const struct row *row)
{
	struct arg found[COLUMNS_MAX + 1], kept[COLUMNS_MAX], values[2 * COLUMNS_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < row->n_columns; i++) {
		const struct column *column = &row->columns[i];
		const struct cell *cell = row_found(row, column->name);

		if (!cell)
			continue;
		assert(n < COLUMNS_MAX);
		kept[n] = arg_of(column->type, &row->cells[i]);
		found[n++] = arg_of(column->type, cell);
	}
	found[n] = arg(row_int(row, "id"));
	memcpy(values, found, (n + 1) * sizeof *found);
	memcpy(values + n + 1, kept, n * sizeof *kept);
	return db_exec(db, figure->mend, (struct args){ 2 * n + 1, values }) == 1;
}
