/* Tickets. */
#include "store/ticket.h"
#include "base/uuid.h"
#include "db/compose.h"
#include "rules/ticket_code.h"
#include "store/search.h"
#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

/* What a ticket says of itself. */
#define TICKET_OWN(of)                                                                                                 \
	of "id, " of "uuid AS `uuid:uuid`, " of "status, " of "holder_name, " of "presence, " of "entries, " of        \
	   "labels AS `labels:json`, " of "first_scan_at, " of "order_id"

#define TICKET_OF_ORDER TICKET_OWN("") ", category_id AS `category.id`"

struct holder {
	const char *name;
	int64_t dependent_id;
};

/* Holder i of an item, or the buyer where none was named. */
static struct holder holder_of(struct json_object *holders, int64_t i, const char *buyer)
{
	struct json_object *holder = holders && json_object_is_type(holders, json_type_array) &&
						     i < (int64_t)json_object_array_length(holders)
					     ? json_object_array_get_idx(holders, (size_t)i)
					     : NULL;
	const char *name = holder ? json_object_get_string(json_object_object_get(holder, "name")) : NULL;

	return (struct holder){ name && *name ? name : buyer,
				holder ? json_object_get_int64(json_object_object_get(holder, "dependent_id")) : 0 };
}

enum { TICKET_VALUES = 10, TICKETS_AT_ONCE = TICKETS_SHOWN };

/* Tickets on their way into the table. */
struct issue {
	struct db *db;
	const struct sale *sale;
	ms_t now;
	struct arg values[TICKETS_AT_ONCE][TICKET_VALUES];
	struct args rows[TICKETS_AT_ONCE];
	uint8_t uuid[TICKETS_AT_ONCE][UUID_BYTES], nonce[TICKETS_AT_ONCE][TICKET_NONCE];
	size_t n;
	const struct rows *made; /* of the first insert: an answer shows no more */
};

static bool insert_tickets(struct issue *issue)
{
	const struct rows *made =
		insert_rows(issue->db,
			    "INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id,"
			    " dependent_id, holder_name, holder_name_words, nonce, created_at) VALUES",
			    issue->rows, issue->n, TICKET_OF_ORDER);

	bool all = made->n == issue->n;

	if (!issue->made)
		issue->made = made;
	issue->n = 0;
	return all;
}

static bool issue_one(struct issue *issue, int64_t category_id, const struct holder *holder)
{
	const struct row *order = &issue->sale->order;
	size_t i = issue->n;

	uuid_make(issue->uuid[i]);
	random_bytes(issue->nonce[i], TICKET_NONCE);
	issue->rows[i] =
		args_into(args(arg_bytes(issue->uuid[i], UUID_BYTES), row_int(order, "id"), row_int(order, "event.id"),
			       category_id, row_int(order, "customer_id"), arg_id_or_null(holder->dependent_id),
			       holder->name, words_beside(issue->db, holder->name),
			       arg_bytes(issue->nonce[i], TICKET_NONCE), arg_time(issue->now)),
			  issue->values[i]);
	return ++issue->n < TICKETS_AT_ONCE || insert_tickets(issue);
}

/* The tickets of one item. Names live as long as the sale, for all tickets of an order go into one INSERT. */
static bool issue_item(struct issue *issue, size_t i)
{
	struct row item = row_at(issue->sale->items, i), with = row_at(issue->sale->holders, i);
	struct json_object *holders =
		row_null(&with, "holders") ? NULL : json_tokener_parse(row_text(&with, "holders"));
	bool ok = true;

	for (int64_t n = 0; ok && n < row_int(&item, "quantity"); n++) {
		struct holder holder = holder_of(holders, n, row_text(&issue->sale->buyer, "name"));

		holder.name = talloc_strdup(issue->sale->holders, holder.name);
		ok = issue_one(issue, row_int(&item, "category_id"), &holder);
	}
	json_object_put(holders);
	return ok;
}

bool ticket_issue(struct db *db, struct sale *sale, ms_t now)
{
	struct issue issue = { .db = db, .sale = sale, .now = now };

	for (size_t i = 0; i < sale->items->n; i++)
		if (!issue_item(&issue, i))
			return false;
	if (issue.n && !insert_tickets(&issue))
		return false;
	sale->tickets = issue.made;
	return true;
}

#define TICKET_COLUMNS                                                                                                 \
	TICKET_OWN("t.")                                                                                               \
	", o.reference AS order_reference, e.id AS `event.id`, e.title AS `event.title`,"                              \
	" e.starts_at AS `event.starts_at`, e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`,"           \
	" e.status AS `event.status`, v.name AS `event.venue`, v.city AS `event.city`, c.id AS `category.id`,"         \
	" c.name AS `category.name`, i.unit_price AS `price:money`, o.currency,"                                       \
	" t.customer_id = o.customer_id AS `own_order:bool`"
#define TICKET_FROM                                                                                                    \
	" FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id"                           \
	" JOIN ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id"                           \
	" JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id WHERE 1"

struct row_list *ticket_list(struct db *db, const struct ticket_filter *filter)
{
	static const struct searched SEARCHED[] = { { "t.holder_name", AS_WORDS },
						    { "o.reference", AS_CODE },
						    { "t.id", AS_ID },
						    { "e.title", AS_WORDS },
						    { "v.name", AS_WORDS },
						    { "v.city", AS_WORDS },
						    { "c.name", AS_WORDS },
						    { NULL, 0 } };
	struct query *q = query_new(NULL, "SELECT " TICKET_COLUMNS TICKET_FROM);
	bool past = filter->when && !strcmp(filter->when, "past");

	query_where(q, "t.customer_id = ?", args(filter->customer_id));
	if (filter->event_id)
		query_where(q, "t.event_id = ?", args(filter->event_id));
	if (filter->status)
		query_where(q, "t.status = ?", args(filter->status));
	if (filter->when)
		query_where(q, past ? "e.ends_at <= ?" : "e.ends_at > ?", args(arg_time(filter->now)));
	search_rows(q, SEARCHED, filter->search);
	query_order(q, "e.starts_at", filter->descending, "t.id");
	return query_list(q, db, TICKET_FROM, "t.id");
}

const struct rows *ticket_of_order(struct db *db, int64_t order_id, int64_t customer_id)
{
	return db_query(db,
			"SELECT " TICKET_OF_ORDER
			" FROM ticket WHERE order_id = ? AND customer_id = ? ORDER BY id LIMIT ?",
			args(order_id, customer_id, TICKETS_SHOWN));
}

const struct row *ticket_get(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db, "SELECT " TICKET_COLUMNS TICKET_FROM " AND t.id = ? AND (? = 0 OR t.customer_id = ?)",
		      args(id, customer_id, customer_id));
}

#define CODE_PARTS                                                                                                       \
	"SELECT t.id, t.event_id, t.category_id, t.generation, t.nonce AS `nonce:hex`, k.id AS key_id,"                  \
	" k.sealed_secret AS `sealed_secret:hex`, t.status, e.turning"                                                   \
	" FROM ticket t JOIN event e ON e.id = t.event_id JOIN event_key k ON k.id = (SELECT MAX(n.id) FROM event_key n" \
	"  WHERE n.event_id = t.event_id AND n.retired_at IS NULL)"

const struct row *ticket_code_parts(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db, CODE_PARTS " WHERE t.id = ? AND (? = 0 OR t.customer_id = ?)",
		      args(id, customer_id, customer_id));
}

const struct rows *ticket_codes_of_order(struct db *db, int64_t order_id, int64_t customer_id)
{
	return db_query(db,
			CODE_PARTS
			" WHERE t.order_id = ? AND t.customer_id = ? AND t.status = 'valid' ORDER BY t.id LIMIT ?",
			args(order_id, customer_id, TICKETS_SHOWN));
}
