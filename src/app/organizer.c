/* An organizer's own events: what was sold, who is in. Figures that move come from live/; these are for reading. */
#include "app/actions.h"
#include "store/live.h"
#include "store/organizer.h"
#include <string.h>

const struct field ORGANIZER_EVENTS[] = {
	FIELDS_PAGE,
	{ "when", F_CHOICE, .choices = "upcoming,past", .help = "Before or after the event" },
	FIELDS_END
};

/* Minutes that a zone is ahead of UTC now. */
static int zone_offset(const char *zone, ms_t now)
{
	char text[40];
	ms_t local;

	if (!clock_format(now, zone, "%Y-%m-%dT%H:%M:%SZ", text, sizeof text) || !clock_parse(text, &local))
		return 0;
	return (int)((local - now + 30 * MS_SECOND) / MS_MINUTE);
}

/* The start of today, UTC: an organizer's events lie in many zones. */
static ms_t start_of_day(ms_t now)
{
	return now - now % MS_DAY;
}

static void answer_stats(struct request *rq, struct json_object *into)
{
	const struct row *stats = organizer_stats(rq->db, rq->who.role_id, rq->now, start_of_day(rq->now));

	if (!stats)
		return;
	answer_row(into, stats);
	answer_rows(into, "revenue", organizer_revenue(rq->db, rq->who.role_id, start_of_day(rq->now)));
}

int organizer_dashboard(struct request *rq)
{
	answer_stats(rq, rq->data);
	return ANSWERED;
}

int organizer_event_index(struct request *rq)
{
	int64_t total = 0;
	const struct rows *rows = organizer_events(rq->db, rq->who.role_id, field_text(rq, "search"),
						   field_text(rq, "when"), rq->now, list_page(rq), list_limit(rq), &total);

	answer_list(rq, rows, total, false);
	if (wants_page(rq))
		answer_stats(rq, answer_object(rq->data, "stats"));
	return ANSWERED;
}

static void answer_analytics(struct request *rq, const struct row *event)
{
	int64_t id = row_int(event, "id");
	int offset = zone_offset(row_text(event, "time_zone"), rq->now);
	struct json_object *analytics = answer_object(rq->data, "analytics");
	const struct row *totals = organizer_totals(rq->db, id);

	if (!totals)
		return;
	answer_row(analytics, totals);
	answer_int(analytics, "revenue", row_int(event, "revenue"));
	answer_rows(analytics, "by_day", organizer_sales_by_day(rq->db, id, offset));
	answer_rows(analytics, "by_category", organizer_by_category(rq->db, id));
	answer_rows(analytics, "by_hour", organizer_entries_by_hour(rq->db, id, offset));
}

/* One event with its analytics; as a page also its live counts, so that it reads without JavaScript. */
int organizer_event_show(struct request *rq)
{
	const struct row *event = organizer_event(rq->db, rq->who.role_id, path_id(rq, "id"));
	struct json_object *snapshot;

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event among yours.");
	if (!wants_page(rq)) {
		answer_row(rq->data, event);
		answer_analytics(rq, event);
		return ANSWERED;
	}
	answer_row(answer_object(rq->data, "event"), event);
	answer_analytics(rq, event);
	snapshot = live_snapshot(rq->db, row_int(event, "id"), rq->now);
	if (snapshot)
		answer_add(rq->data, "live", snapshot);
	return ANSWERED;
}
