/* Figures for the back office. What was sold is asked of the sums by day (store/tally.h), what is left of what is recent, by an index, so the
 * page stays quick on a large database. */
#include "store/dashboard.h"
#include "store/day.h"
#include "store/scan_sum.h"
#include "store/status.h"
#include "store/stock.h"
#include "store/tally.h"

enum { DAYS = 14 /* as many as seq_0_to_13 has */, MONTH = 30 };

/* So many days, the last of them today. Returns into, on which the arguments of its rows stand. */
static const struct span *days_until(struct span *into, const char *zone, ms_t now, int days)
{
	char first[DATE_SIZE], today[DATE_SIZE];

	clock_date(now, zone, today);
	return tally_span(into, clock_date_add(today, 1 - days, first), today, zone);
}

const struct row *dashboard_numbers(struct db *db, const char *zone, ms_t now)
{
	const struct arg at = arg_time(now), day = arg_time(clock_day_begins(now, zone, 0));
	struct arg values[3 + SALE_ARGS + 3] = { at, day, at };
	struct span span;
	size_t n = 3;

	n += tally_args(db, TALLY_SALE, days_until(&span, zone, now, 1), values + n);
	for (int i = 0; i < 3; i++)
		values[n++] = day;
	return db_one(
		db,
		"SELECT o.orders_today, o.tickets_today,"
		" (SELECT COUNT(*) FROM orders WHERE status = 'held' AND expires_at > ?) AS orders_held,"
		" (SELECT COUNT(*) FROM customer) AS customers,"
		" (SELECT COUNT(*) FROM account_role WHERE role = 'customer' AND granted_at >= ?) AS customers_today,"
		" (SELECT COUNT(*) FROM event WHERE status = 'published' AND ends_at > ?) AS events_published,"
		" s.scans_today, s.entries_today,"
		" (SELECT COUNT(*) FROM outbox WHERE status = 'queued') AS outbox_queued,"
		" (SELECT COUNT(*) FROM outbox WHERE status = 'failed') AS outbox_failed"
		" FROM (SELECT COALESCE(SUM(orders), 0) AS orders_today, COALESCE(SUM(tickets), 0) AS tickets_today"
		"  FROM " SALE_ROWS ") o,"
		" (SELECT COALESCE(" SCAN_SCANS(
			"l.") ", 0) AS scans_today,"
			      "  COALESCE(" SCAN_INS(
				      "l.") ", 0) AS entries_today"
					    "  FROM scan_log l JOIN event e ON e.id = l.event_id"
					    "  WHERE e.starts_at < ? + INTERVAL 2 DAY AND e.ends_at > ? - INTERVAL 2 DAY AND l.at >= ?) s",
		(struct args){ n, values });
}

const struct rows *dashboard_revenue(struct db *db, const char *zone, ms_t now)
{
	struct arg values[1 + SALE_ARGS];
	struct span span;
	size_t n = 1 + tally_args(db, TALLY_SALE, days_until(&span, zone, now, MONTH), values + 1);

	values[0] = arg_text(span.to);
	return db_query(
		db,
		"SELECT currency, SUM(IF(day = ?, sales - refunded, 0)) AS today, SUM(sales - refunded) AS month,"
		" SUM(refunded) AS refunded FROM " SALE_ROWS " GROUP BY currency ORDER BY month DESC",
		(struct args){ n, values });
}

const struct rows *dashboard_days(struct db *db, const char *zone, ms_t now)
{
	struct arg values[1 + SALE_ARGS];
	struct span span;
	size_t n = 1 + tally_args(db, TALLY_SALE, days_until(&span, zone, now, DAYS), values + 1);

	values[0] = arg_text(span.from);
	return db_query(db,
			"SELECT DATE_FORMAT(d.day, '%e %b') AS label, d.day, COALESCE(s.orders, 0) AS value"
			" FROM (SELECT CAST(? AS DATE) + INTERVAL seq DAY AS day FROM seq_0_to_13) d"
			" LEFT JOIN (SELECT day, SUM(orders) AS orders FROM " SALE_ROWS
			" GROUP BY day) s ON s.day = d.day ORDER BY d.day",
			(struct args){ n, values });
}

const struct rows *dashboard_events(struct db *db, ms_t now)
{
	return db_query(
		db,
		"SELECT e.id, e.title, e.starts_at, e.time_zone, v.name AS venue, e.starts_at <= ? AS `now:bool`,"
		" COALESCE(" STOCK_PLACES(
			"SUM(c.capacity)") ", 0) AS capacity, COALESCE(SUM(c.sold), 0) AS sold,"
					   " (SELECT COUNT(*) FROM usher_assignment u WHERE u.event_id = e.id) AS ushers"
					   " FROM event e JOIN venue v ON v.id = e.venue_id"
					   " LEFT JOIN ticket_category c ON c.event_id = e.id AND c.deleted_at IS NULL"
					   " WHERE e.status = 'published' AND e.ends_at > ?"
					   " GROUP BY e.id ORDER BY e.starts_at LIMIT 8",
		args(arg_time(now), arg_time(now)));
}

const struct rows *dashboard_alerts(struct db *db, ms_t now)
{
	struct arg at = arg_time(now);

	return db_query(
		db,
		"SELECT 'restored_copy' AS code, 0 AS noun_id, value AS title, 1 AS n FROM setting WHERE name = 'restored'"
		" UNION ALL SELECT 'no_ushers' AS code, e.id AS noun_id, e.title AS title, 1 AS n FROM event e"
		" WHERE e.status = 'published' AND e.ends_at > ? AND e.starts_at < ? + INTERVAL 7 DAY"
		" AND NOT EXISTS (SELECT 1 FROM usher_assignment u WHERE u.event_id = e.id)"
		" UNION ALL SELECT 'cancel_asked', t.id, t.title, 1 FROM event t"
		" WHERE t.status = 'published' AND t.cancel_asked_by IS NOT NULL AND t.ends_at > ?"
		" UNION ALL SELECT 'draft_soon', e.id, e.title, 1 FROM event e"
		" WHERE e.status = 'draft' AND e.starts_at > ? AND e.starts_at < ? + INTERVAL 7 DAY"
		" UNION ALL SELECT 'no_categories', e.id, e.title, 1 FROM event e"
		" WHERE e.status = 'published' AND e.ends_at > ? AND NOT EXISTS"
		" (SELECT 1 FROM ticket_category c WHERE c.event_id = e.id AND c.deleted_at IS NULL)"
		" UNION ALL SELECT 'nothing_on_sale', e.id, e.title, 1 FROM event e"
		" WHERE e.status = 'published' AND e.ends_at > ? AND e.starts_at < ? + INTERVAL 7 DAY AND EXISTS"
		" (SELECT 1 FROM ticket_category c WHERE c.event_id = e.id AND c.deleted_at IS NULL AND c.sold < c.capacity)"
		" AND NOT EXISTS (SELECT 1 FROM event_stock x WHERE x.id = e.id AND x.taken >= e.capacity)"
		" AND NOT EXISTS (SELECT 1 FROM ticket_category c WHERE c.event_id = e.id AND c.deleted_at IS NULL"
		" AND COALESCE(c.sales_start <= ?, TRUE) AND COALESCE(c.sales_end > ?, TRUE))"
		" UNION ALL SELECT 'payment_stuck', MIN(id), '', COUNT(*) FROM payment"
		" WHERE status IN ('processing', 'requires_action', 'refunding') AND updated_at < ? - INTERVAL 30 MINUTE"
		" HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'refund_failed', MIN(r.id), '', COUNT(*) FROM payment_refund r"
		" JOIN payment p ON p.id = r.payment_id AND p.status = 'succeeded'"
		" WHERE r.state = 'failed' AND r.refund_request_id IS NOT NULL HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'outbox_failed', MIN(id), '', COUNT(*) FROM outbox WHERE status = 'failed'"
		" AND created_at > ? - INTERVAL 7 DAY HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'outbox_stuck', MIN(id), '', COUNT(*) FROM outbox WHERE status = 'queued'"
		" AND due_at < ? - INTERVAL 5 MINUTE HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'job_failed', 0, name, 1 FROM job WHERE error IS NOT NULL"
		" UNION ALL SELECT 'job_late', 0, '', COUNT(*) FROM job WHERE due_at < ? - " STATUS_LATE
		" HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'webhook_off', MIN(id), '', COUNT(*) FROM webhook"
		" WHERE status = 'off' AND off_because <> 'hand' AND deleted_at IS NULL HAVING COUNT(*) > 0"
		" UNION ALL SELECT 'certificate_soon', 0, COALESCE(DATE_FORMAT(ends_at, '%Y-%m-%dT%H:%i:%sZ'), ''), 1 FROM certificate"
		" WHERE ends_at IS NULL OR ends_at < ? + " STATUS_CERTIFICATE
		" UNION ALL SELECT 'audit_unsealed', 0, '', COUNT(*) FROM audit_log WHERE seq IS NULL"
		" AND at < ? - INTERVAL 5 MINUTE HAVING COUNT(*) > 0"
		" ORDER BY FIELD(code, 'no_ushers', 'draft_soon', 'no_categories', 'nothing_on_sale'), noun_id LIMIT 50",
		args(at, at, at, at, at, at, at, at, at, at, at, at, at, at, at, at));
}
