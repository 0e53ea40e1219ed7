/* A ticket has one open request at most: its key says so. */
#include "store/refund_request.h"
#include "store/refund.h"
#include "store/stock.h"

const struct rows *refund_rules(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT days_before, percent FROM refund_rule WHERE event_id = ? ORDER BY days_before DESC LIMIT 100",
		args(event_id));
}

const struct row *refund_of_ticket(struct db *db, int64_t ticket_id)
{
	return db_one(
		db,
		"SELECT id, status, reason, note, days_before, percent, paid AS `paid:money`, amount AS `amount:money`,"
		" currency, created_at, decided_at FROM refund_request WHERE ticket_id = ? ORDER BY id DESC LIMIT 1",
		args(ticket_id));
}

int64_t refund_insert(struct db *db, const struct refund_new *n)
{
	const struct row *t = n->ticket;

	return db_insert(
		db,
		"INSERT INTO refund_request (ticket_id, event_id, order_id, customer_id, reason, days_before, percent,"
		" paid, amount, currency, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		args(row_int(t, "id"), row_int(t, "event_id"), row_int(t, "order_id"), row_int(t, "customer_id"),
		     n->reason, n->days_before, n->percent, n->paid, n->amount, row_text(t, "currency"),
		     arg_time(n->now), arg_time(n->now)));
}

bool refund_withdraw_row(struct db *db, int64_t ticket_id, int64_t customer_id, ms_t now)
{
	return db_exec(db,
		       "UPDATE refund_request SET status = 'withdrawn', decided_at = ?, updated_at = ?"
		       " WHERE open_ticket_id = ? AND customer_id = ? AND status = 'requested'",
		       args(arg_time(now), arg_time(now), ticket_id, customer_id)) == 1;
}

static bool leave_order(struct db *db, const struct row *request)
{
	return db_exec(db,
		       "UPDATE orders SET returned = returned + 1, given_back = given_back + ? WHERE id = ? AND status = 'paid'"
		       " AND returned < tickets",
		       args(row_int(request, "amount"), row_int(request, "order_id"))) == 1;
}

static bool leave_seat(struct db *db, const struct row *request)
{
	const struct row *of =
		db_one(db,
		       "SELECT o.organizer_id, t.category_id FROM ticket t JOIN orders o ON o.id = t.order_id"
		       " WHERE t.id = ?",
		       args(row_int(request, "ticket_id")));
	struct stock stock = { .n = 0 };
	struct stock_move *move;

	if (!of)
		return false;
	move = stock_of(&stock, row_int(of, "category_id"));
	move->quantity = 1;
	move->revenue = row_int(request, "amount");
	return stock_take_back(db, &stock, row_int(of, "organizer_id"));
}

bool refund_ticket(struct db *db, const struct row *request, ms_t now)
{
	bool money = row_int(request, "amount") > 0;

	return db_exec(db,
		       "UPDATE ticket SET status = ? WHERE id = ? AND status = 'valid' AND presence = 'never'"
		       " AND entries = 0",
		       args(money ? "refunded" : "cancelled", row_int(request, "ticket_id"))) == 1 &&
	       (!money || refund_of_ticket_asked(db, request, now)) && leave_order(db, request) &&
	       leave_seat(db, request);
}

const struct row *refund_grant(struct db *db, const struct refund_new *n)
{
	int64_t id = refund_insert(db, n);

	if (!id ||
	    db_exec(db,
		    "UPDATE refund_request SET status = 'approved', decided_at = ? WHERE id = ? AND status = 'requested'",
		    args(arg_time(n->now), id)) != 1)
		return NULL;
	return db_one(db, "SELECT id, ticket_id, order_id, customer_id, amount FROM refund_request WHERE id = ?",
		      args(id));
}

int64_t refund_payer(struct db *db, int64_t order_id)
{
	return db_int(db, "SELECT customer_id FROM orders WHERE id = ?", args(order_id));
}
