/* What a customer spent, less what went back for single tickets: a person's orders are few, so they are summed when somebody looks. */
#include "store/analytics.h"

const struct rows *analytics_totals(struct db *db, int64_t customer_id)
{
	return db_query(
		db,
		"SELECT currency, COALESCE(SUM(IF(status = 'paid', total - given_back, 0)), 0) AS spent,"
		" COALESCE(SUM(IF(status = 'refunded', total, given_back)), 0) AS refunded, SUM(status = 'paid') AS orders,"
		" COALESCE(SUM(IF(status = 'paid', tickets - returned, 0)), 0) AS tickets"
		" FROM orders WHERE customer_id = ? AND status IN ('paid', 'refunded')"
		" GROUP BY currency ORDER BY spent DESC, currency",
		args(customer_id));
}

const struct rows *analytics_months(struct db *db, int64_t customer_id, const char *zone, ms_t since, ms_t now)
{
	struct arg values[DAY_ARGS + 2];

	day_args(values, zone, now);
	values[DAY_ARGS] = arg_int(customer_id);
	values[DAY_ARGS + 1] = arg_time(since);
	return db_query(
		db,
		"SELECT DATE_FORMAT(" DAY_LOCAL(
			"paid_at") ", '%Y-%m') AS month, currency, SUM(total - given_back) AS spent, COUNT(*) AS orders,"
				   " SUM(tickets - returned) AS tickets FROM orders"
				   " WHERE customer_id = ? AND status = 'paid' AND paid_at >= ?"
				   " GROUP BY month, currency ORDER BY month, currency",
		(struct args){ sizeof values / sizeof *values, values });
}

const struct rows *analytics_categories(struct db *db, int64_t customer_id)
{
	return db_query(db,
			"SELECT o.currency, k.slug, k.name, SUM(o.total - o.given_back) AS spent,"
			" SUM(o.tickets - o.returned) AS tickets"
			" FROM orders o JOIN event e ON e.id = o.event_id JOIN event_category k ON k.id = e.category_id"
			" WHERE o.customer_id = ? AND o.status = 'paid'"
			" GROUP BY o.currency, k.id ORDER BY o.currency, spent DESC, k.id",
			args(customer_id));
}

const struct row *analytics_events(struct db *db, int64_t customer_id, ms_t now)
{
	return db_one(db,
		      "SELECT COUNT(DISTINCT t.event_id) AS booked,"
		      " COUNT(DISTINCT IF(t.presence <> 'never', t.event_id, NULL)) AS attended,"
		      " COUNT(DISTINCT IF(e.ends_at > ? AND e.status = 'published', t.event_id, NULL)) AS upcoming"
		      " FROM ticket t JOIN event e ON e.id = t.event_id WHERE t.customer_id = ? AND t.status = 'valid'",
		      args(arg_time(now), customer_id));
}
