/* What is set on paper. */
#include "store/paper.h"

#define TICKET                                                                                                               \
	"SELECT t.id, t.event_id, t.category_id, t.generation, t.nonce AS `nonce:hex`, k.id AS key_id,"                      \
	" k.sealed_secret AS `sealed_secret:hex`, t.holder_name, t.order_id, o.reference, e.title, e.starts_at,"             \
	" e.ends_at, e.time_zone, e.turning, v.name AS venue, v.address, v.city, c.name AS category, g.company AS organizer" \
	" FROM ticket t JOIN orders o ON o.id = t.order_id JOIN event e ON e.id = t.event_id"                                \
	" JOIN venue v ON v.id = e.venue_id JOIN ticket_category c ON c.id = t.category_id"                                  \
	" JOIN organizer g ON g.id = o.organizer_id"                                                                         \
	" LEFT JOIN event_key k ON k.id = (SELECT MAX(n.id) FROM event_key n"                                                \
	"  WHERE n.event_id = t.event_id AND n.retired_at IS NULL)"                                                          \
	" WHERE t.status = 'valid' AND (? = 0 OR t.customer_id = ?)"

const struct rows *paper_tickets_of_order(struct db *db, int64_t order_id, int64_t customer_id, int64_t page)
{
	return db_query(db, TICKET " AND t.order_id = ? ORDER BY t.id LIMIT ? OFFSET ?",
			args(customer_id, customer_id, order_id, PAPER_TICKETS, (page - 1) * PAPER_TICKETS));
}

const struct rows *paper_ticket(struct db *db, int64_t id, int64_t customer_id)
{
	return db_query(db, TICKET " AND t.id = ?", args(customer_id, customer_id, id));
}

const struct row *paper_event(struct db *db, int64_t event_id)
{
	return db_one(
		db,
		"SELECT e.id, e.uuid AS `uuid:uuid`, e.title, e.starts_at, e.ends_at, e.time_zone, v.name AS venue,"
		" v.address, v.city, e.status = 'cancelled' AS `off:bool`,"
		" GREATEST(e.updated_at, v.updated_at) AS changed_at,"
		" GREATEST(0, TIMESTAMPDIFF(SECOND, e.created_at, GREATEST(e.updated_at, v.updated_at))) AS sequence"
		" FROM event e JOIN venue v ON v.id = e.venue_id WHERE e.id = ? AND e.status <> 'draft'",
		args(event_id));
}

const struct row *paper_order(struct db *db, int64_t order_id, int64_t customer_id)
{
	return db_one(db, "SELECT event_id, reference FROM orders WHERE id = ? AND (? = 0 OR customer_id = ?)",
		      args(order_id, customer_id, customer_id));
}

const struct row *paper_of_ticket(struct db *db, int64_t ticket_id, int64_t customer_id)
{
	return db_one(db,
		      "SELECT t.event_id, o.reference FROM ticket t JOIN orders o ON o.id = t.order_id"
		      " WHERE t.id = ? AND (? = 0 OR t.customer_id = ?)",
		      args(ticket_id, customer_id, customer_id));
}

static const char *locale_of(const struct row *row)
{
	return row ? row_text(row, "locale") : "";
}

const char *paper_order_locale(struct db *db, int64_t order_id)
{
	return locale_of(db_one(db,
				"SELECT a.locale FROM orders o JOIN customer c ON c.id = o.customer_id"
				" JOIN account a ON a.id = c.account_id WHERE o.id = ?",
				args(order_id)));
}

const char *paper_ticket_locale(struct db *db, int64_t ticket_id)
{
	return locale_of(db_one(db,
				"SELECT a.locale FROM ticket t JOIN customer c ON c.id = t.customer_id"
				" JOIN account a ON a.id = c.account_id WHERE t.id = ?",
				args(ticket_id)));
}
