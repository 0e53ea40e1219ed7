/* Days are told apart by each event's own clocks, so the counts of a few seconds are written in two statements, however many events
 * they are of. */
#include "store/event_view.h"
#include "base/buf.h"

#define IDS "JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', views BIGINT PATH '$[1]'))"
#define DAYS "JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', views BIGINT PATH '$[1]', day DATE PATH '$[2]'))"

static const char *ids_text(TALLOC_CTX *ctx, const struct event_views views[], size_t n)
{
	struct buf *out = buf_new(ctx, n * 48 + 8);

	buf_text(out, "[");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s[%lld,%lld]", i ? "," : "", (long long)views[i].event_id, (long long)views[i].views);
	buf_text(out, "]");
	return out->data;
}

/* The same with the day that it is where each is. */
static const char *days_text(TALLOC_CTX *ctx, const struct rows *events, ms_t now)
{
	struct buf *out = buf_new(ctx, events->n * 64 + 8);
	char day[DATE_SIZE];
	bool any = false;

	buf_text(out, "[");
	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);

		if (!clock_date(now, row_text(&event, "time_zone"), day))
			continue;
		buf_printf(out, "%s[%lld,%lld,\"%s\"]", any ? "," : "", (long long)row_int(&event, "id"),
			   (long long)row_int(&event, "views"), day);
		any = true;
	}
	buf_text(out, "]");
	return out->data;
}

bool event_views_add(struct db *db, const struct event_views views[], size_t n, ms_t now)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct rows *events = db_query(db,
					     "SELECT e.id, e.time_zone, CAST(SUM(v.views) AS SIGNED) AS views"
					     " FROM " IDS " v JOIN event e ON e.id = v.id GROUP BY e.id",
					     args(ids_text(ctx, views, n)));
	bool written = db_error(db) == DB_OK &&
		       db_exec(db,
			       "INSERT INTO event_view_day (event_id, day, views)"
			       " SELECT v.id, v.day, v.views FROM " DAYS " v"
			       " ON DUPLICATE KEY UPDATE views = event_view_day.views + VALUES(views)",
			       args(days_text(ctx, events, now))) >= 0;

	talloc_free(ctx);
	return written;
}

const struct row *event_conversion(struct db *db, int64_t event_id, int64_t organizer_id, const char *zone)
{
	const struct row *views = db_one(db,
					 "SELECT MIN(day) AS since, CAST(COALESCE(SUM(views), 0) AS SIGNED) AS views"
					 " FROM event_view_day WHERE event_id = ?",
					 args(event_id));
	ms_t from = 0, unused;

	if (!views)
		return NULL;
	if (row_null(views, "since") || !clock_day(row_text(views, "since"), zone, &from, &unused))
		return db_one(db, "SELECT NULL AS since, 0 AS views, 0 AS begun, 0 AS paid", no_args);
	return db_one(
		db,
		"SELECT ? AS since, CAST(? AS SIGNED) AS views, p.paid + u.unpaid AS begun, p.paid FROM"
		" (SELECT COUNT(*) AS paid FROM orders WHERE event_id = ? AND paid_at >= ? AND organizer_id = ?) p,"
		" (SELECT COUNT(*) AS unpaid FROM orders WHERE event_id = ? AND paid_at IS NULL AND organizer_id = ?"
		"  AND created_at >= ?) u",
		args(row_text(views, "since"), row_int(views, "views"), event_id, arg_time(from), organizer_id,
		     event_id, organizer_id, arg_time(from)));
}
