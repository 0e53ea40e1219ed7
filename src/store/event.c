/* Events as the public sees them. An event brings its ticket categories along as JSON made by the database, so a page of
 * twenty is one query; what is left counts holds that have lapsed as free. */
#include "store/event.h"
#include "db/compose.h"
#include "store/search.h"
#include <string.h>

#define ISO(column) "CONCAT(REPLACE(LEFT(" column ", 23), ' ', 'T'), 'Z')"
/* How many of a category can still be had; one "?": now. */
#define LEFT_OF(c)                                                                                                     \
	"GREATEST(0, CAST(" c ".capacity AS SIGNED) - " c ".sold - " c ".held + IF(" c                                 \
	".held = 0, 0, (SELECT CAST(COALESCE(SUM(i.quantity), 0) AS SIGNED) FROM orders h"                             \
	" JOIN order_item i ON i.order_id = h.id AND i.category_id = " c ".id"                                         \
	" WHERE h.status = 'held' AND h.expires_at <= ?)))"
/* The cheapest that can still be had; three "?": now. */
#define PRICE_FROM                                                                                                     \
	"(SELECT MIN(p.price) FROM ticket_category p WHERE p.event_id = e.id AND p.deleted_at IS NULL"                 \
	" AND e.status = 'published' AND e.ends_at > ? AND (p.sales_end IS NULL OR p.sales_end > ?)"                   \
	" AND " LEFT_OF("p") " > 0)"
/* Its arguments, see below. */
#define EVENT_COLUMNS                                                                                                     \
	"SELECT e.id, e.uuid AS `uuid:uuid`, e.title, e.description, k.slug AS `category.slug`,"                          \
	" k.name AS `category.name`, e.starts_at, e.ends_at, e.time_zone, v.id AS `venue.id`, v.name AS `venue.name`,"    \
	" v.address AS `venue.address`, v.city AS `venue.city`, v.country AS `venue.country`,"                            \
	" v.latitude AS `venue.latitude`, v.longitude AS `venue.longitude`, o.id AS `organizer.id`,"                      \
	" o.company AS `organizer.name`, e.image, " PRICE_FROM " AS `price_from:money`,"                                  \
	" e.currency, e.status, e.featured,"                                                                              \
	" COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('id', c.id, 'name', c.name, 'description', c.description,"           \
	" 'price', c.price, 'currency', e.currency, 'available', " LEFT_OF(                                               \
		"c") ","                                                                                                  \
		     " 'max_per_order', c.max_per_order, 'sales_start', " ISO("c.sales_start") ", 'sales_end', " ISO(     \
			     "c.sales_end") ") ORDER BY c.position, c.id) FROM ticket_category c WHERE c.event_id = e.id" \
					    " AND c.deleted_at IS NULL), '[]') AS `ticket_categories:json`"
#define EVENT_FROM                                                                                                     \
	" FROM event e JOIN event_category k ON k.id = e.category_id JOIN venue v ON v.id = e.venue_id"                \
	" JOIN organizer o ON o.id = e.organizer_id WHERE 1"

enum { CURRENCIES_MAX = 200 };

static void narrow(struct query *q, const struct event_filter *f)
{
	static const struct searched SEARCHED[] = { { "e.title", AS_WORDS },	   { "v.name", AS_WORDS },
						    { "v.city", AS_WORDS },	   { "o.company", AS_WORDS },
						    { "e.description", AS_WORDS }, { NULL, 0 } };

	const struct arg now = arg_time(f->now);

	query_where(q, "e.status = 'published' AND e.ends_at > ?", args(now));
	if (f->featured)
		query_where(q, "e.featured = 1", no_args);
	if (f->category)
		query_where(q, "k.slug = ?", args(f->category));
	if (f->city)
		query_where(q, "v.city = ?", args(f->city));
	if (f->organizer_id)
		query_where(q, "e.organizer_id = ?", args(f->organizer_id));
	if (f->from)
		query_where(q, "e.ends_at > " DAY_EDGE("e.time_zone"), args(f->from->zones));
	if (f->to)
		query_where(q, "e.starts_at < " DAY_EDGE("e.time_zone"), args(f->to->zones));
	if (f->currency)
		query_where(q, "e.currency = ?", args(f->currency));
	if (f->price_min)
		query_where(q, PRICE_FROM " >= ?", args(now, now, now, f->price_min));
	if (f->capped)
		query_where(q, PRICE_FROM " <= ?", args(now, now, now, f->price_max));
	search_rows(q, SEARCHED, f->search);
}

struct row_list *event_list(struct db *db, const struct event_filter *filter)
{
	struct query *q = query_new(NULL, EVENT_COLUMNS EVENT_FROM);
	const char *sort = filter->sort_by ? filter->sort_by : "date";
	const struct arg now = arg_time(filter->now);

	query_select_args(q, args(now, now, now, now));
	narrow(q, filter);
	if (!strcmp(sort, "price"))
		query_order(q, "`price_from:money` IS NULL, `price_from:money`", filter->descending, "e.id");
	else if (!strcmp(sort, "popularity"))
		query_order(q, "e.popularity", !filter->descending, "e.id");
	else
		query_order(q, "e.starts_at", filter->descending, "e.id");
	return query_list(q, db, EVENT_FROM, "e.id");
}

const struct row *event_get(struct db *db, int64_t id, ms_t now)
{
	return db_one(db, EVENT_COLUMNS EVENT_FROM " AND e.id = ? AND e.status <> 'draft'",
		      args(arg_time(now), arg_time(now), arg_time(now), arg_time(now), id));
}

const struct row *event_cover(struct db *db, int64_t id)
{
	return db_one(db,
		      "SELECT e.title, k.slug AS category FROM event e JOIN event_category k ON k.id = e.category_id"
		      " WHERE e.id = ? AND e.status <> 'draft'",
		      args(id));
}

const struct rows *event_categories(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT k.id, k.slug, k.name, COUNT(e.id) AS events FROM event_category k"
			" LEFT JOIN event e ON e.category_id = k.id AND e.status = 'published' AND e.ends_at > ?"
			" GROUP BY k.id ORDER BY k.position, k.id",
			args(arg_time(now)));
}

const struct rows *event_cities(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT v.city, COUNT(*) AS events FROM event e JOIN venue v ON v.id = e.venue_id"
			" WHERE e.status = 'published' AND e.ends_at > ? GROUP BY v.city ORDER BY v.city LIMIT 200",
			args(arg_time(now)));
}

const struct rows *event_currencies(struct db *db, const struct event_filter *filter)
{
	struct query *q = query_new(NULL, "SELECT DISTINCT e.currency" EVENT_FROM);
	struct event_filter any = *filter;
	const struct rows *rows;

	any.currency = NULL;
	any.price_min = 0;
	any.capped = false;
	narrow(q, &any);
	query_order(q, "e.currency", false, NULL);
	rows = query_page(q, db, 1, CURRENCIES_MAX);
	talloc_free(q);
	return rows;
}

int64_t event_dearest(struct db *db, const char *currency, ms_t now)
{
	return db_int(db,
		      "SELECT COALESCE(MAX(f.price), 0) FROM (SELECT MIN(p.price) AS price FROM event e"
		      " JOIN ticket_category p ON p.event_id = e.id AND p.deleted_at IS NULL"
		      " WHERE e.status = 'published' AND e.ends_at > ? AND e.currency = ? GROUP BY e.id) f",
		      args(arg_time(now), currency));
}
