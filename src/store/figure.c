/* What each figure is, once: the same text finds it wrong, for audit and repair, and computes what it must be.
 *
 * Mending is safe beside sales and scans. Whoever moves a figure does so in the transaction that writes the rows it comes
 * from, and moves it last: a booking its counters, a scan its ticket. So who holds the figure's row reads rows that are
 * committed together with what they did to it, and those that are not yet committed wait for the row and then move what
 * was mended. The look is a statement of its own, for one that waited for the lock would read as of before its wait.
 * Nothing else is locked meanwhile, so nobody waits in a circle. Nodes of a cluster do not see each other's locks: there
 * the second to commit is refused, and begins again. */
#include "store/figure.h"
#include "store/attendance_flag.h"
#include "store/moves.h"
#include "store/scan_sum.h"
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

/* Of orders that are known by id and of one status: by the id, whatever the server thinks of the index by status. That has an entry for each
 * status that an order had since the oldest look at the database, so beside a sale that goes on, one look through it an item takes
 * minutes. */
#define BY_ID "FORCE INDEX (PRIMARY)"

/* Tickets whose refund was approved, of orders that stand. */
#define RETURNED                                                                                                       \
	"(SELECT p.organizer_id, t.category_id, COUNT(*) AS n, SUM(r.amount) AS amount FROM refund_request r"          \
	" JOIN ticket t ON t.id = r.ticket_id JOIN orders p " BY_ID " ON p.id = r.order_id AND p.status = 'paid'"      \
	" WHERE r.status = 'approved' GROUP BY p.organizer_id, t.category_id)"

/* A ticket's way through the gate, told by the scans that were given and stand, in the order in which they were made; and balance, by
 * the rows that say that they moved it. Those that are neither are not asked for. */
/* clang-format off */
#define GIVEN "(s.result = 'valid' AND s.kind IN ('scan', 'hand', 'leave') AND back.id IS NULL)"
#define MADE_KEY "CAST(" SCAN_MADE("s.") " AS CHAR), HEX(s.scan_id)"
#define OF_SCAN(which, when, value) "SUBSTR(" which "(IF(" GIVEN when ", CONCAT(" MADE_KEY ", " value ") COLLATE utf8mb4_bin, NULL)), 56)"
#define FIRST_IN(value) OF_SCAN("MIN", " AND s.direction = 'in'", value)
#define LAST_IN(value) OF_SCAN("MAX", " AND s.direction = 'in'", value)
#define LAST_MOVE(value) OF_SCAN("MAX", "", value)
#define ENTRIES "COALESCE(SUM(" GIVEN " AND s.direction = 'in'), 0)"
#define BALANCE "COALESCE(SUM(" SCAN_SIGN("s.") " * s.moved * IF(s.direction = 'in', 1, -1)), 0)"
/* Rows of which one says that it moved the ticket and the other that nobody went through, or the other way round. */
#define ODD                                                                                                            \
	"COALESCE(SUM(IF(s.moved, s.undoes IS NULL AND (s.result <> 'valid' OR s.kind NOT IN ('scan', 'hand', 'leave'))," \
	" NOT s.uploaded AND s.result = 'valid' AND s.kind IN ('scan', 'hand', 'leave'))), 0)"
#define FOUND_TIME(column, value) " x." column ", CAST(" value " AS DATETIME(3)) AS " column "_found,"
#define WAY                                                                                                            \
	"x.entries, " ENTRIES " AS entries_found,"                                                                     \
	" x.presence, IF(" ENTRIES " = 0, 'never', IF(" LAST_MOVE("s.direction") " = 'in', 'inside', 'outside'))"      \
	" AS presence_found,"                                                                                          \
	FOUND_TIME("first_scan_at", FIRST_IN(SCAN_MADE("s.")))                                                         \
	" x.first_usher_id, CAST(" FIRST_IN("s.usher_id") " AS SIGNED) AS first_usher_id_found,"                       \
	" x.first_gate, " FIRST_IN("s.gate") " AS first_gate_found,"                                                   \
	FOUND_TIME("last_scan_at", LAST_MOVE(SCAN_MADE("s.")))                                                         \
	FOUND_TIME("last_in_at", LAST_IN(SCAN_MADE("s.")))                                                             \
	" x.on_leave + 0 AS on_leave, IF(" ENTRIES " = 0, 0, COALESCE(CAST("                                           \
	LAST_MOVE("s.kind = 'leave' AND s.direction = 'out'") " AS SIGNED), 0)) AS on_leave_found,"                    \
	" ev.daily + 0 AS daily, " BALANCE " AS balance, " ODD " AS odd"
/* clang-format on */
#define WAY_ROWS                                                                                                       \
	" FROM ticket x FORCE INDEX (PRIMARY) JOIN event ev ON ev.id = x.event_id"                                     \
	" LEFT JOIN scan_log s ON s.ticket_id = x.id AND (s.moved OR s.result = 'valid')"                              \
	" LEFT JOIN scan_log back ON back.undoes = s.id WHERE"
/* Where rows that moved a ticket say another thing than its way, nothing is said: whoever changed the log must look at it. On days that
 * begin afresh one may have stayed inside on each. */
#define COUNTED_RIGHT "(daily OR balance = (presence_found = 'inside'))"
#define WAY_IS_RIGHT                                                                                                   \
	"x.entries = entries_found AND x.presence = presence_found AND x.first_scan_at <=> first_scan_at_found"        \
	" AND x.first_usher_id <=> first_usher_id_found AND x.first_gate <=> first_gate_found"                         \
	" AND x.last_scan_at <=> last_scan_at_found AND x.last_in_at <=> last_in_at_found"                             \
	" AND on_leave = on_leave_found AND " COUNTED_RIGHT
#define WAY_IS_CLEAR " AND odd = 0 AND " COUNTED_RIGHT

const struct figure FIGURES[] = {
	{ "a category's sold counter is its tickets that are not given back", "category", "ticket_category",
	  FIGURE("x.sold, COUNT(t.id) AS sold_found",
		 " FROM ticket_category x LEFT JOIN ticket t ON t.category_id = x.id AND t.status = 'valid' WHERE",
		 "x.sold = sold_found", ""),
	  .lock = LOCK("ticket_category"), .mend = "UPDATE ticket_category SET sold = ? WHERE id = ? AND sold = ?" },
	{ "a category's held counter is the items of its held orders", "category", "ticket_category",
	  FIGURE("x.held, COALESCE(SUM(i.quantity), 0) AS held_found",
		 " FROM ticket_category x"
		 " LEFT JOIN (order_item i JOIN orders o " BY_ID
		 " ON o.id = i.order_id AND o.status = 'held') ON i.category_id = x.id"
		 " WHERE",
		 "x.held = held_found", ""),
	  .lock = LOCK("ticket_category"), .mend = "UPDATE ticket_category SET held = ? WHERE id = ? AND held = ?" },
	{ "what an event of so many tickets has taken is what its categories hold and sold", "event", "event_stock",
	  FIGURE("x.taken, COALESCE(SUM(c.held + c.sold), 0) AS taken_found",
		 " FROM event_stock x LEFT JOIN ticket_category c ON c.event_id = x.id WHERE", "x.taken = taken_found",
		 ""),
	  .lock = LOCK("event_stock"), .mend = "UPDATE event_stock SET taken = ? WHERE id = ? AND taken = ?" },
	{ "what a category sold for an organizer is their paid orders, less what those gave back", "sales row",
	  "organizer_sale",
	  FIGURE("x.sold, COALESCE(SUM(i.quantity), 0) - COALESCE(MAX(g.n), 0) AS sold_found,"
		 " x.revenue, COALESCE(SUM(" BROUGHT "), 0) - COALESCE(MAX(g.amount), 0) AS revenue_found",
		 " FROM organizer_sale x LEFT JOIN (order_item i JOIN orders o " BY_ID
		 " ON o.id = i.order_id AND o.status = 'paid')"
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
	{ "a ticket's entries, presence, leave, first and last scan are what its scans say", "ticket", "ticket",
	  FIGURE(WAY, WAY_ROWS, WAY_IS_RIGHT, WAY_IS_CLEAR), .lock = LOCK("ticket"),
	  .mend = "UPDATE ticket SET entries = ?, presence = ?, first_scan_at = ?, first_usher_id = ?, first_gate = ?,"
		  " last_scan_at = ?, last_in_at = ?, on_leave = ? WHERE id = ? AND entries = ? AND presence = ?"
		  " AND first_scan_at <=> ? AND first_usher_id <=> ? AND first_gate <=> ? AND last_scan_at <=> ?"
		  " AND last_in_at <=> ? AND on_leave = ?" },
	{ "a card's balance is the sum of its entries", "account", "ledger_account",
	  FIGURE("x.balance, COALESCE(-SUM(e.amount), 0) AS balance_found",
		 " FROM ledger_account x LEFT JOIN ledger_entry e ON e.account_id = x.id WHERE x.kind = 'card' AND",
		 "x.balance <=> balance_found", ""),
	  .lock = LOCK("ledger_account"),
	  .mend = "UPDATE ledger_account SET balance = ? WHERE id = ? AND balance <=> ?" },
	{ "a record of attendance waits by its worst open flag", "attendance", "attendance",
	  FIGURE("x.worst, " FLAGS_WORST("x.id") " AS worst_found", " FROM attendance x FORCE INDEX (PRIMARY) WHERE",
		 "x.worst = worst_found", ""),
	  .lock = LOCK("attendance"), .mend = "UPDATE attendance SET worst = ? WHERE id = ? AND worst = ?" },
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
