/* Who passes a ticket on, who scans it and who gives its money back meet at the ticket's row: each locks it first, and each
 * statement names in its guard what it found there. */
#include "store/transfer.h"
#include "db/compose.h"
#include "store/search.h"
#include <string.h>

#define TICKET_SEEN                                                                                                    \
	"SELECT t.id, t.event_id, t.order_id, t.customer_id, t.status, t.presence, t.entries, t.generation,"           \
	" t.holder_name, c.name AS category, i.unit_price AS `price:money`, o.subtotal, o.total, o.currency,"          \
	" o.reference AS order_reference, e.transfers AS `transfers:bool`, e.renames AS `renames:bool`, e.turning,"    \
	" EXISTS (SELECT 1 FROM ticket_transfer x WHERE x.pending_ticket_id = t.id) AS `pending:bool`,"                \
	" EXISTS (SELECT 1 FROM refund_request r WHERE r.open_ticket_id = t.id) AS `refunding:bool`,"                  \
	" e.title AS `event.title`, e.starts_at AS `event.starts_at`, e.time_zone AS `event.time_zone`,"               \
	" e.status AS `event.status`, v.name AS `event.venue`, v.city AS `event.city`,"                                \
	" a.name, a.email, a.mobile_number, a.locale"                                                                  \
	" FROM ticket t JOIN orders o ON o.id = t.order_id JOIN event e ON e.id = t.event_id"                          \
	" JOIN venue v ON v.id = e.venue_id JOIN ticket_category c ON c.id = t.category_id"                            \
	" JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id"                              \
	" JOIN customer k ON k.id = t.customer_id JOIN account a ON a.id = k.account_id"                               \
	" WHERE t.id = ? AND (? = 0 OR t.customer_id = ?)"

const struct row *transfer_ticket_seen(struct db *db, int64_t ticket_id, int64_t customer_id)
{
	return db_one(db, TICKET_SEEN, args(ticket_id, customer_id, customer_id));
}

const struct row *transfer_ticket(struct db *db, int64_t ticket_id, int64_t customer_id)
{
	if (!db_int(db, "SELECT id FROM ticket WHERE id = ? AND (? = 0 OR customer_id = ?) FOR UPDATE",
		    args(ticket_id, customer_id, customer_id)))
		return NULL;
	return transfer_ticket_seen(db, ticket_id, customer_id);
}

#define CUSTOMER                                                                                                       \
	"SELECT k.id, k.account_id, a.name, a.email, a.mobile_number, a.locale FROM customer k"                        \
	" JOIN account a ON a.id = k.account_id WHERE a.status = 'active' AND "

const struct row *transfer_customer(struct db *db, const char *mobile_number)
{
	return db_one(db, CUSTOMER "a.mobile_number = ?", args(mobile_number));
}

const struct row *transfer_customer_by_id(struct db *db, int64_t customer_id)
{
	return db_one(db, CUSTOMER "k.id = ?", args(customer_id));
}

int64_t transfer_insert(struct db *db, const struct transfer_new *n)
{
	const struct row *t = n->ticket;

	return db_insert(db,
			 "INSERT INTO ticket_transfer (ticket_id, event_id, kind, from_customer_id, to_customer_id,"
			 " mobile_number, message, generation, account_id, created_at, expires_at)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(row_int(t, "id"), row_int(t, "event_id"), n->kind, row_int(t, "customer_id"),
			      arg_id_or_null(n->to_customer_id), n->mobile_number, n->message, row_int(t, "generation"),
			      arg_id_or_null(n->account_id), arg_time(n->now),
			      arg_time(row_time(t, "event.starts_at"))));
}

bool transfer_move(struct db *db, int64_t transfer_id, const struct row *receiver, ms_t now)
{
	const char *name = row_text(receiver, "name");

	return db_exec(db,
		       "UPDATE ticket_transfer x JOIN ticket t ON t.id = x.ticket_id JOIN event e ON e.id = t.event_id"
		       " SET t.customer_id = ?, t.generation = t.generation + 1, t.dependent_id = NULL, t.holder_name = ?,"
		       " t.holder_name_words = ?, x.status = 'claimed', x.to_customer_id = ?, x.settled_at = ?"
		       " WHERE x.id = ? AND x.status = 'pending' AND t.customer_id = x.from_customer_id"
		       " AND t.generation = x.generation AND t.status = 'valid' AND t.presence = 'never' AND t.entries = 0"
		       " AND e.status = 'published' AND e.starts_at > ? AND NOT EXISTS (SELECT 1 FROM refund_request r"
		       " WHERE r.open_ticket_id = t.id)",
		       args(row_int(receiver, "id"), name, words_beside(db, name), row_int(receiver, "id"),
			    arg_time(now), transfer_id, arg_time(now))) == 2;
}

bool transfer_end(struct db *db, int64_t transfer_id, const char *status, ms_t now)
{
	return db_exec(db, "UPDATE ticket_transfer SET status = ?, settled_at = ? WHERE id = ? AND status = 'pending'",
		       args(status, arg_time(now), transfer_id)) == 1;
}

bool transfer_rename(struct db *db, const struct row *ticket, const char *holder_name, ms_t now)
{
	if (row_is(ticket, "holder_name", holder_name))
		return true;
	return db_exec(db,
		       "UPDATE ticket t JOIN event e ON e.id = t.event_id"
		       " SET t.holder_name = ?, t.holder_name_words = ?, t.dependent_id = NULL"
		       " WHERE t.id = ? AND t.customer_id = ? AND t.status = 'valid' AND t.presence = 'never' AND t.entries = 0"
		       " AND e.status = 'published' AND e.starts_at > ?",
		       args(holder_name, words_beside(db, holder_name), row_int(ticket, "id"),
			    row_int(ticket, "customer_id"), arg_time(now))) == 1;
}

#define TRANSFER_FROM                                                                                                  \
	" FROM ticket_transfer x JOIN ticket t ON t.id = x.ticket_id JOIN event e ON e.id = x.event_id"                \
	" JOIN venue v ON v.id = e.venue_id JOIN ticket_category c ON c.id = t.category_id"                            \
	" JOIN customer k ON k.id = x.from_customer_id JOIN account a ON a.id = k.account_id WHERE 1"

const struct rows *transfers_open(struct db *db, int64_t customer_id, bool received)
{
	static const char RECEIVED[] =
		"SELECT " TRANSFER_COLUMNS ", a.name AS `from`" TRANSFER_FROM
		" AND x.to_customer_id = ? AND x.status = 'pending' ORDER BY x.id DESC LIMIT 100";
	static const char SENT[] = "SELECT " TRANSFER_COLUMNS ", a.name AS `from`" TRANSFER_FROM
				   " AND x.from_customer_id = ? AND x.status = 'pending' ORDER BY x.id DESC LIMIT 100";

	return db_query(db, received ? RECEIVED : SENT, args(customer_id));
}

struct row_list *transfer_list(struct db *db, int64_t customer_id, const char *direction, const char *status,
			       bool descending)
{
	struct query *q = query_new(NULL, "SELECT " TRANSFER_COLUMNS ", a.name AS `from`" TRANSFER_FROM);

	if (!strcmp(direction, "sent"))
		query_where(q, "x.from_customer_id = ?", args(customer_id));
	else
		query_where(q, "x.to_customer_id = ?", args(customer_id));
	if (status)
		query_where(q, "x.status = ?", args(status));
	query_order(q, "x.created_at", descending, "x.id");
	return query_list(q, db, TRANSFER_FROM, "x.id");
}

#define ONE                                                                                                            \
	"SELECT " TRANSFER_COLUMNS                                                                                     \
	", a.name AS `from`, x.from_customer_id, COALESCE(x.to_customer_id, 0) AS to_customer_id" TRANSFER_FROM

const struct row *transfer_any(struct db *db, int64_t id)
{
	return db_one(db, ONE " AND x.id = ?", args(id));
}

const struct row *transfer_get(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db, ONE " AND x.id = ? AND (x.from_customer_id = ? OR x.to_customer_id = ?)",
		      args(id, customer_id, customer_id));
}

const struct rows *transfers_waiting(struct db *db, const char *mobile_number)
{
	return db_query(db,
			ONE " AND x.mobile_number = ? AND x.status = 'pending' AND x.to_customer_id IS NULL LIMIT 100",
			args(mobile_number));
}

const struct rows *transfers_over(struct db *db, ms_t now)
{
	return db_query(
		db,
		"SELECT id FROM ticket_transfer WHERE status = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT 100",
		args(arg_time(now)));
}
