/* What an organizer sees. Revenue is what their own paid orders brought after discounts; what was refunded, a whole order or
 * its tickets one by one, is not in it, and
 * neither is what somebody else sold before the event came to them, which is sold all the same. Totals are counters, of the
 * ticket categories and of what each sold for whom, and days come from one index that holds all they need, so that none of
 * it grows slow with the number of orders. */
#include "store/organizer.h"
#include "db/compose.h"
#include "store/day.h"
#include "store/search.h"
#include "store/stock.h"
#include <stdio.h>
#include <string.h>

/* A deleted category keeps what was sold in it. Its three arguments are now, twice, and whether revenue is told. */
#define EVENT_SELECT                                                                                                       \
	"SELECT e.id, e.title, e.status, e.starts_at, e.ends_at, e.time_zone, e.currency, e.scanning_enabled,"             \
	" IF(e.ends_at <= ?, 'past', IF(e.starts_at <= ?, 'running', 'upcoming')) AS phase,"                               \
	" v.name AS `venue.name`, v.city AS `venue.city`, CAST(COALESCE(" STOCK_PLACES(                                    \
		"c.capacity") ", 0) AS SIGNED) AS capacity,"                                                               \
			      " CAST(COALESCE(c.sold, 0) AS SIGNED) AS sold, CAST(COALESCE(c.held, 0) AS SIGNED) AS held," \
			      " IF(?, CAST(COALESCE(c.revenue, 0) AS SIGNED), NULL) AS `revenue:money`"
#define EVENT_FROM                                                                                                     \
	" FROM event e JOIN venue v ON v.id = e.venue_id"                                                              \
	" LEFT JOIN (SELECT k.event_id, SUM(IF(k.deleted_at IS NULL, k.capacity, k.sold)) AS capacity,"                \
	" SUM(k.sold) AS sold, SUM(k.held) AS held, SUM(s.revenue) AS revenue FROM ticket_category k"                  \
	" JOIN event w ON w.id = k.event_id"                                                                           \
	" LEFT JOIN organizer_sale s ON s.organizer_id = w.organizer_id AND s.category_id = k.id"                      \
	" GROUP BY k.event_id) c ON c.event_id = e.id"                                                                 \
	" WHERE 1"

struct row_list *organizer_events(struct db *db, int64_t organizer_id, const struct organizer_filter *filter)
{
	static const struct searched SEARCHED[] = {
		{ "e.title", AS_WORDS }, { "v.name", AS_WORDS }, { "v.city", AS_WORDS }, { NULL, 0 }
	};
	struct query *q = query_new(NULL, EVENT_SELECT EVENT_FROM);
	const struct arg now = arg_time(filter->now);
	bool past = filter->when && !strcmp(filter->when, "past");

	query_select_args(q, args(now, now, (int)filter->money));
	query_where(q, "e.organizer_id = ?", args(organizer_id));
	if (filter->when)
		query_where(q, past ? "e.ends_at <= ?" : "e.ends_at > ?", args(now));
	search_rows(q, SEARCHED, filter->search);
	if (filter->by_start) {
		query_order(q, "e.starts_at", filter->descending, "e.id");
	} else { /* what runs or comes next, then what was last */
		query_order(q, "e.ends_at <= ?, ABS(TIMESTAMPDIFF(SECOND, ?, e.starts_at))", false, "e.id");
		query_order_args(q, args(now, now));
	}
	return query_list(q, db, EVENT_FROM, "e.id");
}

const struct row *organizer_event(struct db *db, int64_t organizer_id, int64_t event_id, bool money, ms_t now)
{
	return db_one(db, EVENT_SELECT EVENT_FROM " AND e.organizer_id = ? AND e.id = ?",
		      args(arg_time(now), arg_time(now), (int)money, organizer_id, event_id));
}

/* An event may be like one of before it, and never like one that is still to come. */
const struct rows *organizer_past_events(struct db *db, int64_t organizer_id, int64_t event_id, ms_t now)
{
	return db_query(db,
			EVENT_SELECT EVENT_FROM " AND e.organizer_id = ? AND e.id <> ? AND e.status = 'published'"
						" AND e.ends_at <= ? ORDER BY e.starts_at DESC, e.id DESC LIMIT 100",
			args(arg_time(now), arg_time(now), 1, organizer_id, event_id, arg_time(now)));
}

const struct row *organizer_stats(struct db *db, int64_t organizer_id, ms_t now)
{
	return db_one(db,
		      "SELECT e.events, e.on_sale, c.tickets_sold"
		      " FROM (SELECT COUNT(*) AS events,"
		      "  CAST(COALESCE(SUM(status = 'published' AND ends_at > ?), 0) AS SIGNED) AS on_sale"
		      "  FROM event WHERE organizer_id = ?) e,"
		      " (SELECT CAST(COALESCE(SUM(sold), 0) AS SIGNED) AS tickets_sold FROM organizer_sale"
		      "  WHERE organizer_id = ?) c",
		      args(arg_time(now), organizer_id, organizer_id));
}

const struct rows *organizer_revenue(struct db *db, int64_t organizer_id)
{
	return db_query(db,
			"SELECT currency, CAST(SUM(revenue) AS SIGNED) AS revenue FROM ("
			" SELECT e.currency, 0 AS revenue FROM event e JOIN ticket_category c ON c.event_id = e.id"
			"  WHERE e.organizer_id = ?"
			" UNION ALL SELECT e.currency, s.revenue FROM organizer_sale s"
			"  JOIN ticket_category c ON c.id = s.category_id JOIN event e ON e.id = c.event_id"
			"  WHERE s.organizer_id = ?) r"
			" GROUP BY currency ORDER BY currency",
			args(organizer_id, organizer_id));
}

/* One look into the index for each event, for a join would read all orders of each: it cannot look for a range. */
bool organizer_today(struct db *db, int64_t organizer_id, ms_t now, struct organizer_sales *out)
{
	const struct rows *events =
		db_query(db,
			 "SELECT DISTINCT e.id, e.currency, e.time_zone FROM organizer_sale s"
			 " JOIN ticket_category c ON c.id = s.category_id JOIN event e ON e.id = c.event_id"
			 " WHERE s.organizer_id = ? AND e.ends_at > ? ORDER BY e.id",
			 args(organizer_id, arg_time(now - 2 * MS_DAY)));

	*out = (struct organizer_sales){ 0 };
	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);
		ms_t since = clock_day_begins(now, row_text(&event, "time_zone"), 0);
		const struct row *sold = db_one(
			db,
			"SELECT COUNT(*) AS orders, CAST(COALESCE(SUM(tickets - returned), 0) AS SIGNED) AS tickets,"
			" CAST(COALESCE(SUM(total - given_back), 0) AS SIGNED) AS total FROM orders"
			" WHERE event_id = ? AND paid_at >= ? AND status = 'paid' AND organizer_id = ?",
			args(row_int(&event, "id"), arg_time(since), organizer_id));
		size_t k = 0;

		if (!sold)
			return false;
		out->orders += row_int(sold, "orders");
		out->tickets += row_int(sold, "tickets");
		while (k < out->n && !row_is(&event, "currency", out->by_currency[k].currency))
			k++;
		if (k == ORGANIZER_CURRENCIES)
			continue;
		if (k == out->n)
			snprintf(out->by_currency[out->n++].currency, sizeof out->by_currency[0].currency, "%s",
				 row_text(&event, "currency"));
		out->by_currency[k].total += row_int(sold, "total");
	}
	return db_error(db) == DB_OK;
}

/* The day of an event's first sale, or of the first look at it; NULL: there was neither. */
static const char *first_day(struct db *db, int64_t event_id, const char *zone, char day[DATE_SIZE])
{
	const struct row *first =
		db_one(db,
		       "SELECT (SELECT MIN(paid_at) FROM orders WHERE event_id = ? AND paid_at IS NOT NULL) AS at,"
		       " (SELECT MIN(day) FROM event_view_day WHERE event_id = ?) AS viewed",
		       args(event_id, event_id));
	bool sold = first && !row_null(first, "at") && clock_date(row_time(first, "at"), zone, day);

	if (!first || row_null(first, "viewed") || (sold && strcmp(day, row_text(first, "viewed")) <= 0))
		return sold ? day : NULL;
	memcpy(day, row_text(first, "viewed"), DATE_SIZE);
	return day;
}

const struct rows *organizer_sales_by_day(struct db *db, int64_t organizer_id, int64_t event_id, const char *zone,
					  ms_t until)
{
	char first[DATE_SIZE], last[DATE_SIZE] = "";
	struct arg values[1 + DAY_ARGS + 5];

	clock_date(until, zone, last);
	day_args(values + 1, zone, until);
	values[0] = arg_text(last);
	args_into(args(event_id, organizer_id, arg_time(clock_day_begins(until, zone, -29)), event_id,
		       first_day(db, event_id, zone, first)),
		  values + 1 + DAY_ARGS);
	return db_query(
		db,
		"SELECT d.day, CAST(COALESCE(s.tickets, 0) AS SIGNED) AS tickets, COALESCE(s.orders, 0) AS orders,"
		" CAST(COALESCE(s.revenue, 0) AS SIGNED) AS revenue, COALESCE(v.views, 0) AS views"
		" FROM (SELECT CAST(? AS DATE) - INTERVAL seq DAY AS day FROM seq_0_to_29) d"
		" LEFT JOIN (SELECT DATE(" DAY_LOCAL(
			"paid_at") ") AS day, SUM(tickets - returned) AS tickets,"
				   "  COUNT(*) AS orders, SUM(total - given_back) AS revenue FROM orders"
				   "  WHERE event_id = ? AND status = 'paid' AND organizer_id = ? AND paid_at >= ?"
				   "  GROUP BY 1) s"
				   " ON s.day = d.day"
				   " LEFT JOIN event_view_day v ON v.event_id = ? AND v.day = d.day"
				   " WHERE d.day >= CAST(? AS DATE)"
				   " ORDER BY d.day",
		(struct args){ sizeof values / sizeof *values, values });
}

const struct rows *organizer_by_category(struct db *db, int64_t organizer_id, int64_t event_id)
{
	return db_query(
		db,
		"SELECT c.id, c.name, c.price, IF(c.deleted_at IS NULL, c.capacity, c.sold) AS capacity, c.sold, c.held,"
		" COALESCE(s.revenue, 0) AS revenue FROM ticket_category c"
		" LEFT JOIN organizer_sale s ON s.organizer_id = ? AND s.category_id = c.id"
		" WHERE c.event_id = ? AND (c.deleted_at IS NULL OR c.sold > 0) ORDER BY c.position, c.id",
		args(organizer_id, event_id));
}

const struct row *organizer_contact(struct db *db, int64_t organizer_id)
{
	return db_one(db,
		      "SELECT a.name, a.email, a.mobile_number, a.locale FROM organizer o"
		      " JOIN account a ON a.id = o.account_id WHERE o.id = ? AND a.status = 'active'",
		      args(organizer_id));
}
