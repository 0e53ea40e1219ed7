/* Hours are put together from quarters of an hour, which every zone's hours are made of: a day's begin where that day begins by the
 * zone's clocks, so that one on which they are moved has 23 of them, or 25, and none is told as what it was not. */
#include "app/event_figures.h"
#include "store/event_view.h"
#include "store/live.h"
#include <string.h>

enum { HOURS_SHOWN = 24 };

const struct field CHECK_IN_HOURS[] = {
	{ "hour", F_INT, .help = "Of the day, in the event's time zone" },
	{ "at", F_TIME, .help = "When it began" },
	{ "entries", F_INT, .help = "First scans" },
	FIELDS_END,
};
const struct field CHECK_IN_DAYS[] = {
	{ "day", F_DATE, .help = "In the event's time zone" },
	{ "hours", F_INT, .help = "How many it has: 23 or 25 where its clocks are moved" },
	{ "entries", F_INT, .help = "First scans on it" },
	{ "by_hour", F_LIST, .of = CHECK_IN_HOURS, .help = "From its first hour with any to its last" },
	FIELDS_NAMED("check_in_day"),
};
const struct field CONVERSION[] = {
	{ "since", F_DATE, .null = true, .help = "The first day that was counted, where the event is; null: none was" },
	{ "views", F_INT, .help = "Of its public page since then, without programs that say so and who runs events" },
	{ "begun", F_INT, .help = "Orders that were begun since then" },
	{ "paid", F_INT, .help = "Of them paid, whatever became of them" },
	{ "begun_of_1000", F_INT, .null = true, .help = "Begun for a thousand views; null: there were none" },
	{ "paid_of_1000", F_INT, .null = true, .help = "Paid for a thousand views; null: there were none" },
	FIELDS_NAMED("conversion"),
};

/* ---- hours ---- */

static void add_hour(struct json_object *list, ms_t at, const char *zone, int64_t entries)
{
	struct json_object *item = answer_item(list);
	ms_t wall = at;

	clock_wall(at, zone, &wall);
	answer_int(item, "hour", wall / MS_HOUR % 24);
	answer_time(item, "at", at);
	answer_int(item, "entries", entries);
}

/* First entries of the quarters from a moment up to another; those before it are passed over. *at: the quarter to go on with. */
static int64_t entries_between(const struct rows *quarters, size_t *at, ms_t from, ms_t to)
{
	int64_t entries = 0;

	for (; *at < quarters->n; (*at)++) {
		struct row row = row_at(quarters, *at);

		if (row_time(&row, "at") >= to)
			break;
		if (row_time(&row, "at") >= from)
			entries += row_int(&row, "firsts");
	}
	return entries;
}

/* Adds the hours from one on, up to an end, until there are no more entries before it. Returns how many came. */
static int64_t add_hours(struct json_object *list, const struct rows *quarters, size_t *at, ms_t hour, ms_t end,
			 const char *zone)
{
	int64_t all = 0;

	for (; hour < end && *at < quarters->n; hour += MS_HOUR) {
		ms_t next = hour + MS_HOUR < end ? hour + MS_HOUR : end;
		struct row row = row_at(quarters, *at);
		int64_t entries;

		if (row_time(&row, "at") >= end)
			break;
		entries = entries_between(quarters, at, hour, next);
		add_hour(list, hour, zone, entries);
		all += entries;
	}
	return all;
}

/* ---- days ---- */

/* The day that a quarter lies in, with its hours; *at moves behind it. False: the zone is unknown. */
static bool add_day(struct json_object *list, const struct rows *quarters, size_t *at, const char *zone)
{
	struct row first = row_at(quarters, *at);
	struct json_object *item, *hours;
	char day[DATE_SIZE];
	ms_t from, to, hour;

	if (!clock_date(row_time(&first, "at"), zone, day) || !clock_day(day, zone, &from, &to))
		return false;
	item = answer_item(list);
	answer_text(item, "day", day);
	answer_int(item, "hours", (to - from + MS_HOUR - 1) / MS_HOUR);
	hour = from + (row_time(&first, "at") - from) / MS_HOUR * MS_HOUR;
	hours = json_object_new_array();
	answer_int(item, "entries", add_hours(hours, quarters, at, hour, to, zone));
	answer_add(item, "by_hour", hours);
	return true;
}

/* Where the last days of so many begin: an event that goes on for longer tells its last. */
static size_t last_days(const struct rows *quarters, const char *zone)
{
	char day[DATE_SIZE], was[DATE_SIZE] = "";
	size_t at = quarters->n;
	int days = 0;

	while (at > 0) {
		struct row row = row_at(quarters, at - 1);

		if (clock_date(row_time(&row, "at"), zone, day) && strcmp(day, was) && ++days > CHECK_IN_DAYS_MAX)
			break;
		memcpy(was, day, DATE_SIZE);
		at--;
	}
	return at;
}

void answer_check_ins(struct json_object *into, const struct rows *quarters, const char *zone)
{
	struct json_object *list = answer_array(into, "check_ins");
	size_t at = last_days(quarters, clock_zone_known(zone) ? zone : "UTC");

	while (at < quarters->n && add_day(list, quarters, &at, clock_zone_known(zone) ? zone : "UTC"))
		;
}

/* When the hour began that a moment is in, by the clocks of then. */
static ms_t hour_of(ms_t at, const char *zone)
{
	int64_t begins = day_hour_begins(zone, at) * (int64_t)MS_SECOND;

	return (at - begins) / MS_HOUR * MS_HOUR + begins;
}

/* Hours without an entry between others are said, so that the axis of a chart is time. */
void answer_last_hours(struct json_object *into, const struct rows *quarters, const char *zone)
{
	struct json_object *list = answer_array(into, "by_hour");
	struct row last = quarters->n ? row_at(quarters, quarters->n - 1) : (struct row){ 0 };
	ms_t end = quarters->n ? hour_of(row_time(&last, "at"), zone) + MS_HOUR : 0;
	size_t at = 0;

	for (; at < quarters->n; at++) {
		struct row row = row_at(quarters, at);

		if (row_time(&row, "at") >= end - HOURS_SHOWN * MS_HOUR) {
			add_hours(list, quarters, &at, hour_of(row_time(&row, "at"), zone), end, zone);
			return;
		}
	}
}

/* ---- from look to sale ---- */

static void answer_of_1000(struct json_object *into, const char *key, int64_t n, int64_t views)
{
	if (views)
		answer_int(into, key, (2000 * n + views) / (2 * views));
	else
		answer_null(into, key);
}

void answer_conversion(struct request *rq, struct json_object *into, int64_t event_id, int64_t organizer_id,
		       const char *zone)
{
	const struct row *row = event_conversion(rq->db, event_id, organizer_id, zone);
	struct json_object *told = answer_object(into, "conversion");

	if (!row)
		return;
	answer_row(told, row);
	answer_of_1000(told, "begun_of_1000", row_int(row, "begun"), row_int(row, "views"));
	answer_of_1000(told, "paid_of_1000", row_int(row, "paid"), row_int(row, "views"));
}
