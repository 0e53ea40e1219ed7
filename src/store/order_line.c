/* The line of time is read from what orders, payments, refunds, transfers, scans and notes are anyway; the audit log adds what staff did
 * that left no record of its own. */
#include "store/order_line.h"

/* clang-format off */
#define WHO(account) "(SELECT y.name FROM account y WHERE y.id = " account ")"
#define CUSTOMER(id) "(SELECT y.name FROM account y JOIN customer z ON z.account_id = y.id WHERE z.id = " id ")"
#define USHER(id) "(SELECT y.name FROM account y JOIN usher z ON z.account_id = y.id WHERE z.id = " id ")"

/* Each part selects at, kind, who, what, reason, amount, currency, noun, noun_id; the first names them. */

/* ---- of the tickets x for which a condition holds ---- */

#define SCANS \
	"SELECT s.at AS at, IF(s.undoes IS NOT NULL, 'undone', IF(s.result <> 'valid', 'refused', s.direction)) AS kind," \
	" " USHER("s.usher_id") " AS who, NULLIF(CONCAT_WS(' · ', NULLIF(s.gate, ''), NULLIF(s.note, '')), '') AS what," \
	" IF(s.reason IN ('ok', 'by_hand'), NULL, s.reason) AS reason, NULL AS amount, NULL AS currency," \
	" 'tickets' AS noun, s.ticket_id AS noun_id FROM ticket x JOIN scan_log s ON s.ticket_id = x.id WHERE "
#define TRANSFERS \
	" UNION ALL SELECT COALESCE(g.settled_at, g.created_at), IF(g.status = 'claimed', 'passed', CONCAT('offer_', g.status))," \
	" COALESCE(" WHO("g.account_id") ", " CUSTOMER("g.from_customer_id") ")," \
	" COALESCE(" CUSTOMER("g.to_customer_id") ", CONCAT('…', RIGHT(g.mobile_number, 4))), NULL, NULL, NULL," \
	" 'tickets', g.ticket_id FROM ticket x JOIN ticket_transfer g ON g.ticket_id = x.id WHERE "
#define REFUNDS_ASKED \
	" UNION ALL SELECT r.created_at, 'refund_asked', " CUSTOMER("r.customer_id") ", r.reason, NULL, r.amount, r.currency," \
	" 'refund-requests', r.id FROM ticket x JOIN refund_request r ON r.ticket_id = x.id WHERE "
#define REFUNDS_DECIDED \
	" UNION ALL SELECT r.decided_at, CONCAT('refund_', r.status), NULL, r.note, NULL, r.amount, r.currency," \
	" 'refund-requests', r.id FROM ticket x JOIN refund_request r ON r.ticket_id = x.id" \
	" WHERE r.decided_at IS NOT NULL AND "
#define DONE_TO_TICKETS \
	" UNION ALL SELECT l.at, 'done', " WHO("l.account_id") ", l.action, NULL, NULL, NULL, 'tickets', x.id" \
	" FROM ticket x JOIN audit_log l ON l.noun = 'ticket' AND l.noun_id = x.id" \
	" AND l.action NOT IN ('transfer', 'gift', 'ask-refund', 'withdraw-refund') WHERE "
#define OF_TICKETS(is) SCANS is TRANSFERS is REFUNDS_ASKED is REFUNDS_DECIDED is DONE_TO_TICKETS is

/* ---- of an order ---- */

#define OF_ORDER \
	" UNION ALL SELECT o.created_at, 'booked', " CUSTOMER("o.customer_id") ", NULL, NULL, o.total, o.currency, NULL, NULL" \
	" FROM orders o WHERE o.id = ?" \
	" UNION ALL SELECT o.expires_at, 'lapsed', NULL, NULL, NULL, NULL, NULL, NULL, NULL" \
	" FROM orders o WHERE o.id = ? AND o.status = 'lapsed'" \
	" UNION ALL SELECT p.created_at, CONCAT('payment_', p.status), NULL, COALESCE(p.failure, p.provider), NULL," \
	" p.amount, p.currency, 'payments', p.id FROM payment p WHERE p.order_id = ?" \
	" UNION ALL SELECT f.updated_at, CONCAT('money_', f.state), NULL, f.origin, NULL, f.amount, f.currency," \
	" 'payment-refunds', f.id FROM payment p JOIN payment_refund f ON f.payment_id = p.id WHERE p.order_id = ?" \
	" UNION ALL SELECT n.created_at, 'note', " WHO("n.account_id") ", n.text, NULL, NULL, NULL, 'order-notes', n.id" \
	" FROM note n WHERE n.order_id = ?" \
	" UNION ALL SELECT l.at, 'done', " WHO("l.account_id") ", l.action, NULL, NULL, NULL, NULL, NULL" \
	" FROM audit_log l WHERE l.noun = 'order' AND l.noun_id = ?"
/* clang-format on */

/* The last first, as one looks for what happened just now. */
#define NEWEST " ORDER BY at DESC, kind LIMIT 200"

const struct rows *order_line(struct db *db, int64_t order_id)
{
	_Static_assert(LINE_MOST == 200, "the statements name it");
	return db_query(db, OF_TICKETS("x.order_id = ?") OF_ORDER NEWEST,
			args(order_id, order_id, order_id, order_id, order_id, order_id, order_id, order_id, order_id,
			     order_id, order_id));
}

const struct rows *ticket_line(struct db *db, int64_t ticket_id)
{
	return db_query(db, OF_TICKETS("x.id = ?") NEWEST, args(ticket_id, ticket_id, ticket_id, ticket_id, ticket_id));
}

int64_t note_add(struct db *db, const struct note *note)
{
	return db_insert(
		db, "INSERT INTO note (order_id, customer_id, account_id, text, created_at) VALUES (?, ?, ?, ?, ?)",
		args(arg_id_or_null(note->order_id), arg_id_or_null(note->customer_id), note->account_id, note->text,
		     arg_time(note->now)));
}
