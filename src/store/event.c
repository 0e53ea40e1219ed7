/* Events as the public sees them. An event brings its ticket categories along as JSON made by the database, so a page of
 * twenty is one query; what is left counts holds that have lapsed as free. */
#include "store/event.h"
#include "db/compose.h"
#include "store/search.h"
#include <string.h>

#define ISO(column) "CONCAT(REPLACE(LEFT(" column ", 23), ' ', 'T'), 'Z')"
/* clang-format off */
/* How many of a category can still be had, and of them as many as its event (e) still sells; two "?": now. */
#define LEFT_OF(c) \
	"LEAST(GREATEST(0, CAST(" c ".capacity AS SIGNED) - " c ".sold - " c ".held + IF(" c ".held = 0, 0," \
	" (SELECT CAST(COALESCE(SUM(i.quantity), 0) AS SIGNED) FROM orders h" \
	" JOIN order_item i ON i.order_id = h.id AND i.category_id = " c ".id WHERE h.status = 'held' AND h.expires_at <= ?)))," \
	" IF(e.capacity IS NULL, " c ".capacity, GREATEST(0, e.capacity" \
	" - (SELECT CAST(x.taken AS SIGNED) FROM event_stock x WHERE x.id = e.id)" \
	" + (SELECT CAST(COALESCE(SUM(h.tickets), 0) AS SIGNED) FROM orders h FORCE INDEX (orders_lapse)" \
	" WHERE h.event_id = e.id AND h.status = 'held' AND h.expires_at <= ?))))"
/* clang-format on */
/* The cheapest that can still be had; four "?": now. */
#define PRICE_FROM                                                                                                     \
	"(SELECT MIN(p.price) FROM ticket_category p WHERE p.event_id = e.id AND p.deleted_at IS NULL"                 \
	" AND e.status = 'published' AND e.ends_at > ? AND (p.sales_end IS NULL OR p.sales_end > ?)"                   \
	" AND " LEFT_OF("p") " > 0)"
/* Its arguments, see below. */
#define EVENT_COLUMNS                                                                                                                                 \
	"SELECT e.id, e.uuid AS `uuid:uuid`, e.title, e.description, k.slug AS `category.slug`,"                                                      \
	" k.name AS `category.name`, e.starts_at, e.ends_at, e.time_zone, v.id AS `venue.id`, v.name AS `venue.name`,"                                \
	" v.address AS `venue.address`, v.city AS `venue.city`, v.country AS `venue.country`,"                                                        \
	" v.latitude AS `venue.latitude`, v.longitude AS `venue.longitude`, o.id AS `organizer.id`,"                                                  \
	" o.company AS `organizer.name`, o.logo AS `organizer.logo`, e.image, e.image_focus, " PRICE_FROM                                             \
	" AS `price_from:money`,"                                                                                                                     \
	" e.currency, e.status, e.featured, e.turning,"                                                                                               \
	" COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('id', c.id, 'name', c.name, 'description', c.description,"                                       \
	" 'price', c.price, 'currency', e.currency, 'available', " LEFT_OF(                                                                           \
		"c") ","                                                                                                                              \
		     " 'max_per_order', c.max_per_order, 'sales_start', " ISO("c.sales_start") ", 'sales_end', " ISO(                                 \
			     "c.sales_end") ") ORDER BY c.position, c.id) FROM ticket_category c WHERE c.event_id = e.id"                             \
					    " AND c.deleted_at IS NULL), '[]') AS `ticket_categories:json`,"                                          \
					    " COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('id', p.id, 'name', p.name, 'part', p.part, 'link', p.link," \
					    " 'image', p.image) ORDER BY p.position, p.id) FROM performer p WHERE p.event_id = e.id), '[]')"          \
					    " AS `performers:json`"
#define EVENT_FROM                                                                                                     \
	" FROM event e JOIN event_category k ON k.id = e.category_id JOIN venue v ON v.id = e.venue_id"                \
	" JOIN organizer o ON o.id = e.organizer_id WHERE 1"

#define PLAYS_THERE "EXISTS (SELECT 1 FROM performer p WHERE p.event_id = e.id AND " HAS_WORD("p.name") ")"

enum { CURRENCIES_MAX = 200 };

static void narrow(struct query *q, const struct event_filter *f)
{
	static const struct searched SEARCHED[] = { { "e.title", AS_WORDS },
						    { "v.name", AS_WORDS },
						    { "v.city", AS_WORDS },
						    { "o.company", AS_WORDS },
						    { "e.description", AS_WORDS },
						    { PLAYS_THERE, AS_WORDS },
						    { NULL, 0 } };

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
		query_where(q, PRICE_FROM " >= ?", args(now, now, now, now, f->price_min));
	if (f->capped)
		query_where(q, PRICE_FROM " <= ?", args(now, now, now, now, f->price_max));
	search_rows(q, SEARCHED, f->search);
}

struct row_list *event_list(struct db *db, const struct event_filter *filter)
{
	struct query *q = query_new(NULL, EVENT_COLUMNS EVENT_FROM);
	const char *sort = filter->sort_by ? filter->sort_by : "date";
	const struct arg now = arg_time(filter->now);

	query_select_args(q, args(now, now, now, now, now, now));
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
	struct arg at = arg_time(now);

	return db_one(db, EVENT_COLUMNS EVENT_FROM " AND e.id = ? AND e.status <> 'draft'",
		      args(at, at, at, at, at, at, id));
}

const struct row *event_preview(struct db *db, int64_t id, ms_t now)
{
	struct arg at = arg_time(now);

	return db_one(db, EVENT_COLUMNS EVENT_FROM " AND e.id = ?", args(at, at, at, at, at, at, id));
}

const struct row *event_organizer(struct db *db, int64_t organizer_id, ms_t now)
{
	return db_one(db,
		      "SELECT o.about, (SELECT COUNT(*) FROM event e WHERE e.organizer_id = o.id"
		      " AND e.status = 'published' AND e.ends_at > ?) AS events FROM organizer o WHERE o.id = ?",
		      args(arg_time(now), organizer_id));
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

int64_t performers_of(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT COUNT(*) FROM performer WHERE event_id = ?", args(event_id));
}
