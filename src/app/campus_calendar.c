/* A month of events on a sheet of whole weeks from Monday on, each event on the day that it is where it takes place. */
#include "app/actions/campus.h"
#include "app/campus_event.h"
#include "store/campus.h"
#include <stdio.h>
#include <string.h>

enum { EVENTS_MOST = 500, WEEK = 7 };

const struct field CAMPUS_CALENDAR[] = {
	{ "day", F_DATE, .help = "Of the month of this day; left out: of today's" },
	FIELDS_END,
};

/* 0: Monday. */
static int weekday_of(const char *date)
{
	ms_t begins = 0, unused;

	clock_day(date, "UTC", &begins, &unused);
	/* the first of January 1970 was a Thursday, and no day that is shown is long before it */
	return (int)(((begins / MS_DAY + 3) % WEEK + WEEK) % WEEK);
}

/* The first day of the month of a date, so many months later. */
static char *month_first(const char *date, int later, char out[DATE_SIZE])
{
	int year = 0, month = 1, at;

	sscanf(date, "%d-%d", &year, &month);
	at = year * 12 + month - 1 + later;
	snprintf(out, DATE_SIZE, "%04u-%02u-01", (unsigned)(at / 12) % 10000, ((unsigned)(at % 12) + 1) % 100);
	return out;
}

/* Those of the list that are on this day; they are in its order. */
static void answer_day(struct json_object *day, const char *date, struct json_object *events)
{
	struct json_object *list = answer_array(day, "events");

	for (size_t i = 0; i < json_object_array_length(events); i++) {
		struct json_object *event = json_object_array_get_idx(events, i);

		if (!strcmp(tree_text(event, "on"), date))
			json_object_array_add(list, json_object_get(event));
	}
}

/* The events of these days, each with the day that it is on where it is. */
static struct json_object *events_of(struct request *rq, const char *from, const char *to)
{
	const struct campus_eye eye = campus_eye_of(rq);
	const struct campus_event_filter of = {
		.from = from, .to = to, .order = campus_event_order(rq->mem, "start_datetime"), .now = rq->now
	};
	struct row_list *list = campus_event_list(rq->db, &eye, &of);
	const struct rows *rows = list->page(list, 1, EVENTS_MOST);
	struct json_object *events = json_object_new_array();

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *event = answer_item(events);
		char on[DATE_SIZE] = "";

		answer_row(event, &row);
		clock_date(row_time(&row, "start_datetime"), row_text(&row, "time_zone"), on);
		answer_text(event, "on", on);
	}
	answer_bool(rq->data, "more", list->page(list, EVENTS_MOST + 1, 1)->n);
	return events;
}

static const char *zone_here(struct request *rq)
{
	const int64_t id = campus_of_account(rq->db, rq->who.account_id);
	const struct row *campus = id ? campus_get(rq->db, id) : NULL;

	return campus ? row_text(campus, "time_zone") : rq->config->time_zone;
}

static void answer_weeks(struct request *rq, const char *first, const char *next, const char *today)
{
	char from[DATE_SIZE], to[DATE_SIZE], date[DATE_SIZE];
	struct json_object *weeks = answer_array(rq->data, "weeks"), *events;

	clock_date_add(first, -weekday_of(first), from);
	clock_date_add(next, (WEEK - weekday_of(next)) % WEEK - 1, to);
	events = events_of(rq, from, to);
	memcpy(date, from, DATE_SIZE);
	while (strcmp(date, to) <= 0) {
		struct json_object *days = answer_array(answer_item(weeks), "days");

		for (int i = 0; i < WEEK; i++) {
			struct json_object *day = answer_item(days);

			answer_text(day, "date", date);
			answer_int(day, "number", (date[8] - '0') * 10 + (date[9] - '0'));
			answer_bool(day, "inside", strcmp(date, first) >= 0 && strcmp(date, next) < 0);
			answer_bool(day, "today", !strcmp(date, today));
			answer_day(day, date, events);
			clock_date_add(date, 1, date);
		}
	}
	json_object_put(events);
}

/* GET /campus/events/calendar. */
int campus_event_calendar(struct request *rq)
{
	char today[DATE_SIZE] = "1970-01-01", first[DATE_SIZE], next[DATE_SIZE], before[DATE_SIZE];

	if (!clock_date(rq->now, zone_here(rq), today))
		clock_date(rq->now, "UTC", today);
	month_first(field_given(rq, "day") ? field_text(rq, "day") : today, 0, first);
	if (strcmp(first, "1970-01-01") < 0 || strcmp(first, "9999-11-01") > 0) {
		field_fault(rq, "day", "There is no such day.");
		return refuse_fields(rq);
	}
	month_first(first, 1, next);
	month_first(first, -1, before);
	answer_int(rq->data, "month", (first[5] - '0') * 10 + (first[6] - '0'));
	answer_text(rq->data, "year", talloc_strndup(rq->mem, first, 4));
	answer_text(rq->data, "before", before);
	answer_text(rq->data, "after", next);
	answer_weeks(rq, first, next, today);
	return ANSWERED;
}
