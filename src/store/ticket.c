/* Tickets. */
#include "store/ticket.h"
#include "base/uuid.h"
#include "db/compose.h"
#include "rules/ticket_code.h"
#include <json-c/json.h>
#include <string.h>

struct holder {
	const char *name;
	int64_t dependent_id;
};

static bool issue_one(struct db *db, const struct row *item, const struct holder *holder, ms_t now)
{
	uint8_t uuid[UUID_BYTES], nonce[TICKET_NONCE];

	uuid_make(uuid);
	random_bytes(nonce, sizeof nonce);
	return db_insert(db,
			 "INSERT INTO ticket (uuid, order_id, event_id, category_id, customer_id, dependent_id, holder_name,"
			 " nonce, created_at)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(arg_bytes(uuid, sizeof uuid), row_int(item, "order_id"), row_int(item, "event_id"),
			      row_int(item, "category_id"), row_int(item, "customer_id"),
			      arg_id_or_null(holder->dependent_id), holder->name, arg_bytes(nonce, sizeof nonce),
			      arg_time(now))) != 0;
}

/* Holder i of an item, or the buyer where none was named. */
static struct holder holder_of(struct json_object *holders, int64_t i, const char *buyer)
{
	struct json_object *holder =
		holders && json_object_is_type(holders, json_type_array) && i < (int64_t)json_object_array_length(holders)
			? json_object_array_get_idx(holders, (size_t)i)
			: NULL;
	const char *name = holder ? json_object_get_string(json_object_object_get(holder, "name")) : NULL;

	return (struct holder){ name && *name ? name : buyer,
				holder ? json_object_get_int64(json_object_object_get(holder, "dependent_id")) : 0 };
}

bool ticket_issue(struct db *db, int64_t order_id, ms_t now)
{
	const struct rows *items = db_query(db,
					    "SELECT i.order_id, o.event_id, i.category_id, o.customer_id, i.quantity, i.holders,"
					    " a.name AS buyer"
					    " FROM order_item i JOIN orders o ON o.id = i.order_id"
					    " JOIN customer c ON c.id = o.customer_id JOIN account a ON a.id = c.account_id"
					    " WHERE i.order_id = ? ORDER BY i.category_id",
					    args(order_id));

	for (size_t n = 0; n < items->n; n++) {
		struct row item = row_at(items, n);
		struct json_object *holders =
			row_null(&item, "holders") ? NULL : json_tokener_parse(row_text(&item, "holders"));
		bool ok = true;

		for (int64_t i = 0; ok && i < row_int(&item, "quantity"); i++) {
			struct holder holder = holder_of(holders, i, row_text(&item, "buyer"));

			ok = issue_one(db, &item, &holder, now);
		}
		json_object_put(holders);
		if (!ok)
			return false;
	}
	return db_error(db) == DB_OK;
}

#define TICKET_COLUMNS                                                                                                 \
	"SELECT t.id, t.uuid AS `uuid:uuid`, t.status, t.holder_name, t.presence, t.entries, t.labels AS `labels:json`," \
	" t.first_scan_at, t.order_id, o.reference AS order_reference, e.id AS `event.id`, e.title AS `event.title`,"  \
	" e.starts_at AS `event.starts_at`, e.ends_at AS `event.ends_at`, e.time_zone AS `event.time_zone`,"           \
	" e.status AS `event.status`, v.name AS `event.venue`, v.city AS `event.city`, c.id AS `category.id`,"         \
	" c.name AS `category.name`, i.unit_price AS price, e.currency"
#define TICKET_FROM                                                                                                    \
	" FROM ticket t JOIN event e ON e.id = t.event_id JOIN venue v ON v.id = e.venue_id"                           \
	" JOIN ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id"                           \
	" JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id WHERE 1"

const struct rows *ticket_list(struct db *db, const struct ticket_filter *filter, int64_t page, int64_t limit,
			       int64_t *total)
{
	struct query *q = query_new(NULL, TICKET_COLUMNS TICKET_FROM);
	const struct rows *rows;
	bool estimated, past = filter->when && !strcmp(filter->when, "past");

	query_where(q, "t.customer_id = ?", args(filter->customer_id));
	if (filter->event_id)
		query_where(q, "t.event_id = ?", args(filter->event_id));
	if (filter->order_id)
		query_where(q, "t.order_id = ?", args(filter->order_id));
	if (filter->status)
		query_where(q, "t.status = ?", args(filter->status));
	if (filter->when)
		query_where(q, past ? "e.ends_at <= ?" : "e.ends_at > ?", args(arg_time(filter->now)));
	query_order(q, "e.starts_at", past, "t.id");
	*total = query_count(q, db, TICKET_FROM, &estimated);
	rows = query_page(q, db, page, limit);
	talloc_free(q);
	return rows;
}

const struct row *ticket_get(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db, TICKET_COLUMNS TICKET_FROM " AND t.id = ? AND (? = 0 OR t.customer_id = ?)",
		      args(id, customer_id, customer_id));
}

const struct row *ticket_code_parts(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db,
		      "SELECT t.id, t.event_id, t.category_id, t.generation, t.nonce AS `nonce:hex`, k.id AS key_id,"
		      " k.sealed_secret AS `sealed_secret:hex`, t.status"
		      " FROM ticket t JOIN event_key k ON k.event_id = t.event_id AND k.retired_at IS NULL"
		      " WHERE t.id = ? AND (? = 0 OR t.customer_id = ?) ORDER BY k.id DESC LIMIT 1",
		      args(id, customer_id, customer_id));
}
