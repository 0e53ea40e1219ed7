/* What an organizer sees. Revenue is what paid orders brought; refunds are not in it. */
#include "store/organizer.h"
#include "db/compose.h"
#include <string.h>

#define EVENT_SELECT                                                                                                   \
	"SELECT e.id, e.title, e.status, e.starts_at, e.ends_at, e.time_zone, e.currency, e.scanning_enabled,"         \
	" v.name AS `venue.name`, v.city AS `venue.city`, COALESCE(c.capacity, 0) AS capacity,"                        \
	" COALESCE(c.sold, 0) AS sold, COALESCE(c.held, 0) AS held,"                                                   \
	" (SELECT COALESCE(SUM(o.total), 0) FROM orders o WHERE o.event_id = e.id AND o.status = 'paid') AS revenue"
#define EVENT_FROM                                                                                                     \
	" FROM event e JOIN venue v ON v.id = e.venue_id"                                                              \
	" LEFT JOIN (SELECT event_id, SUM(capacity) AS capacity, SUM(sold) AS sold, SUM(held) AS held"                 \
	" FROM ticket_category WHERE deleted_at IS NULL GROUP BY event_id) c ON c.event_id = e.id WHERE 1"

const struct rows *organizer_events(struct db *db, int64_t organizer_id, const char *search, const char *when, ms_t now,
				    int64_t page, int64_t limit, int64_t *total)
{
	static const char *const SEARCHED[] = { "e.title", "v.name", "v.city", NULL };
	struct query *q = query_new(NULL, EVENT_SELECT EVENT_FROM);
	bool past = when && !strcmp(when, "past"), estimated;
	const struct rows *rows;

	query_where(q, "e.organizer_id = ?", args(organizer_id));
	if (when)
		query_where(q, past ? "e.ends_at <= ?" : "e.ends_at > ?", args(arg_time(now)));
	if (search)
		query_search(q, SEARCHED, search);
	query_order(q, "e.starts_at", past || !when, "e.id");
	*total = query_count(q, db, EVENT_FROM, &estimated);
	rows = query_page(q, db, page, limit);
	talloc_free(q);
	return rows;
}

const struct row *organizer_event(struct db *db, int64_t organizer_id, int64_t event_id)
{
	return db_one(db, EVENT_SELECT EVENT_FROM " AND e.organizer_id = ? AND e.id = ?", args(organizer_id, event_id));
}

const struct row *organizer_stats(struct db *db, int64_t organizer_id, ms_t now, ms_t today)
{
	return db_one(db,
		      "SELECT (SELECT COUNT(*) FROM event WHERE organizer_id = ?) AS events,"
		      " (SELECT COUNT(*) FROM event WHERE organizer_id = ? AND status = 'published' AND ends_at > ?) AS on_sale,"
		      " (SELECT CAST(COALESCE(SUM(c.sold), 0) AS SIGNED) FROM ticket_category c"
		      " JOIN event e ON e.id = c.event_id WHERE e.organizer_id = ?) AS tickets_sold,"
		      " (SELECT CAST(COALESCE(SUM(i.quantity), 0) AS SIGNED) FROM event e JOIN orders o ON o.event_id = e.id"
		      " JOIN order_item i ON i.order_id = o.id"
		      " WHERE e.organizer_id = ? AND o.status = 'paid' AND o.paid_at >= ?) AS tickets_today,"
		      " (SELECT COUNT(*) FROM event e JOIN orders o ON o.event_id = e.id"
		      " WHERE e.organizer_id = ? AND o.status = 'paid' AND o.paid_at >= ?) AS orders_today",
		      args(organizer_id, organizer_id, arg_time(now), organizer_id, organizer_id, arg_time(today),
			   organizer_id, arg_time(today)));
}

const struct rows *organizer_revenue(struct db *db, int64_t organizer_id, ms_t today)
{
	return db_query(db,
			"SELECT o.currency, CAST(SUM(o.total) AS SIGNED) AS revenue,"
			" CAST(SUM(IF(o.paid_at >= ?, o.total, 0)) AS SIGNED) AS today"
			" FROM event e JOIN orders o ON o.event_id = e.id AND o.status = 'paid'"
			" WHERE e.organizer_id = ? GROUP BY o.currency ORDER BY o.currency",
			args(arg_time(today), organizer_id));
}

const struct rows *organizer_sales_by_day(struct db *db, int64_t event_id, int offset_minutes)
{
	return db_query(db,
			"SELECT * FROM (SELECT DATE(o.paid_at + INTERVAL ? MINUTE) AS day,"
			" CAST(SUM(i.quantity) AS SIGNED) AS tickets, COUNT(DISTINCT o.id) AS orders,"
			" CAST(SUM(i.quantity * i.unit_price) AS SIGNED) AS revenue"
			" FROM orders o JOIN order_item i ON i.order_id = o.id"
			" WHERE o.event_id = ? AND o.status = 'paid' GROUP BY day ORDER BY day DESC LIMIT 30) d ORDER BY day",
			args(offset_minutes, event_id));
}

const struct rows *organizer_by_category(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT c.id, c.name, c.price, c.capacity, c.sold, c.held,"
			" CAST(COALESCE(t.entered, 0) AS SIGNED) AS entered, CAST(COALESCE(t.revenue, 0) AS SIGNED) AS revenue"
			" FROM ticket_category c"
			" LEFT JOIN (SELECT t.category_id, SUM(t.entries > 0) AS entered, SUM(i.unit_price) AS revenue"
			" FROM ticket t JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id"
			" WHERE t.event_id = ? AND t.status = 'valid' GROUP BY t.category_id) t ON t.category_id = c.id"
			" WHERE c.event_id = ? AND c.deleted_at IS NULL ORDER BY c.position, c.id",
			args(event_id, event_id));
}

const struct rows *organizer_entries_by_hour(struct db *db, int64_t event_id, int offset_minutes)
{
	return db_query(db,
			"SELECT HOUR(at + INTERVAL ? MINUTE) AS hour, COUNT(*) AS entries FROM scan_log"
			" WHERE event_id = ? AND first_entry = 1 GROUP BY hour ORDER BY MIN(at)",
			args(offset_minutes, event_id));
}

const struct row *organizer_profile(struct db *db, int64_t organizer_id)
{
	return db_one(db,
		      "SELECT o.id, a.name, o.company, o.about, a.email, a.mobile_number FROM organizer o"
		      " JOIN account a ON a.id = o.account_id WHERE o.id = ?",
		      args(organizer_id));
}

const struct row *organizer_totals(struct db *db, int64_t event_id)
{
	return db_one(db,
		      "SELECT COUNT(*) AS sold, CAST(COALESCE(SUM(entries > 0), 0) AS SIGNED) AS entered,"
		      " CAST(COALESCE(ROUND(100 * SUM(entries > 0) / COUNT(*)), 0) AS SIGNED) AS check_in_rate"
		      " FROM ticket WHERE event_id = ? AND status = 'valid'",
		      args(event_id));
}
