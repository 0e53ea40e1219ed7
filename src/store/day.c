/* The zones that there are are those of events, a handful; they come from an index. */
#include "store/day.h"
#include "base/buf.h"
#include <string.h>

enum { ZONES_MAX = 64 * 1024 };

static void add_zone(struct buf *json, struct day_edge *edge, const char *zone, const char *clocks, const char *date,
		     bool end)
{
	char iso[ISO_SIZE];
	ms_t from, to, at;

	if (!clock_day(date, clocks, &from, &to) && !clock_day(date, "UTC", &from, &to))
		return;
	at = end ? to : from;
	edge->first = json->len == 0 || at < edge->first ? at : edge->first;
	edge->last = json->len == 0 || at > edge->last ? at : edge->last;
	clock_iso(at, iso);
	iso[ISO_SIZE - 2] = '\0';
	buf_printf(json, "%s\"%s\":\"%s\"", json->len ? "," : "{", zone, iso);
}

struct day_edge day_edge(TALLOC_CTX *ctx, struct db *db, const char *date, bool end, const char *site)
{
	const struct rows *zones = db_query(db, "SELECT DISTINCT time_zone FROM event", no_args);
	struct buf *json = buf_new(ctx, ZONES_MAX);
	struct day_edge edge = { 0 };

	add_zone(json, &edge, "-", site, date, end);
	for (size_t i = 0; i < zones->n; i++) {
		struct row row = row_at(zones, i);
		const char *zone = row_text(&row, "time_zone");

		/* as it is shown: one that is not known here is UTC */
		if (!strpbrk(zone, "\"\\"))
			add_zone(json, &edge, zone, clock_zone_known(zone) ? zone : "UTC", date, end);
	}
	buf_text(json, "}");
	edge.zones = json->data;
	edge.same = edge.first == edge.last;
	return edge;
}

const struct arg *day_args(struct arg into[DAY_ARGS], const char *zone, ms_t until)
{
	struct clock_shift shifts[DAY_SHIFTS] = { 0 };
	size_t n = 0;

	if (!clock_shifts(until, zone, shifts, DAY_SHIFTS))
		clock_shifts(until, "UTC", shifts, DAY_SHIFTS);
	for (size_t i = 0; i < DAY_SHIFTS; i++) {
		if (i < DAY_SHIFTS - 1)
			into[n++] = arg_time(shifts[i].from);
		into[n++] = arg_int(shifts[i].ahead);
	}
	return into;
}

int day_hour_begins(const char *zone, ms_t at)
{
	ms_t wall;

	if (!clock_wall(at, zone, &wall))
		return 0;
	return (int)(((at - wall) % MS_HOUR + MS_HOUR) % MS_HOUR / MS_SECOND);
}
