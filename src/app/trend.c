/* A range of days as it was asked for. Its periods are all told, those without anything too, so that a chart's axis is time. */
#include "app/trend.h"
#include "app/actions/trend.h"
#include <stdio.h>
#include <string.h>

enum { USUAL_DAYS = 30, DAYS_MAX = 1096, DAILY_DAYS = 92, WEEKLY_DAYS = 370 };

const struct field TREND_ASK[] = {
	TREND_RANGE,
	FIELD_FORMAT,
	FIELDS_END,
};

const struct field TREND_BEFORE[] = {
	{ "date_from", F_DATE, .help = "The first day" },
	{ "date_to", F_DATE, .help = "The last one" },
	FIELDS_END,
};

static int days_of(const struct span *span)
{
	ms_t from = 0, to = 0, unused;

	clock_day(span->from, "UTC", &from, &unused);
	clock_day(span->to, "UTC", &unused, &to);
	return (int)((to - from) / MS_DAY);
}

static enum grain grain_of(const struct request *rq, int days)
{
	const char *word = field_text(rq, "grain");

	if (!word)
		return days <= DAILY_DAYS ? GRAIN_DAY : days <= WEEKLY_DAYS ? GRAIN_WEEK : GRAIN_MONTH;
	return !strcmp(word, "day") ? GRAIN_DAY : !strcmp(word, "week") ? GRAIN_WEEK : GRAIN_MONTH;
}

bool trend_read(struct request *rq, struct trend *t)
{
	const char *zone = rq->config->time_zone, *given_from = field_text(rq, "date_from");
	char from[DATE_SIZE], to[DATE_SIZE] = "1970-01-01", last[DATE_SIZE];
	int days;

	if (field_given(rq, "date_to"))
		memcpy(to, field_text(rq, "date_to"), DATE_SIZE);
	else if (!clock_date(rq->now, zone, to))
		clock_date(rq->now, "UTC", to);
	if (given_from)
		memcpy(from, given_from, DATE_SIZE);
	else
		clock_date_add(to, 1 - USUAL_DAYS, from);
	days = days_of(tally_span(&t->span, from, to, zone));
	if (days < 1)
		field_fault(rq, field_given(rq, "date_to") ? "date_to" : "date_from",
			    "The last day is before the first.");
	else if (days > DAYS_MAX)
		field_fault(rq, "date_from", "Ask for three years at most.");
	if (has_faults(rq))
		return refuse_fields(rq), false;
	t->grain = grain_of(rq, days);
	tally_span(&t->before, clock_date_add(from, -days, to), clock_date_add(from, -1, last), zone);
	if (rq->who.role == ORGANIZER)
		t->span.organizer_id = t->before.organizer_id = rq->who.role_id;
	return true;
}

void trend_answer_head(struct request *rq, const struct trend *t)
{
	static const char *const WORDS[] = { "day", "week", "month" };
	struct json_object *before;

	answer_text(rq->data, "date_from", t->span.from);
	answer_text(rq->data, "date_to", t->span.to);
	answer_text(rq->data, "grain", WORDS[t->grain]);
	answer_text(rq->data, "time_zone", t->span.zone);
	before = answer_object(rq->data, "before");
	answer_text(before, "date_from", t->before.from);
	answer_text(before, "date_to", t->before.to);
	answer_time(rq->data, "at", rq->now);
}

/* ---- periods ---- */

static bool is_of(const struct row *row, const char *currency)
{
	return !currency || row_is(row, "currency", currency);
}

static void put_numbers(struct json_object *item, const struct row *row, const char *const names[])
{
	for (size_t i = 0; names[i]; i++)
		answer_int(item, names[i], row ? row_int(row, names[i]) : 0);
}

/* The first day of the period after the one that begins there. */
static void next_period(const char *period, enum grain grain, char out[DATE_SIZE])
{
	char later[DATE_SIZE];

	clock_date_add(period, grain == GRAIN_DAY ? 1 : grain == GRAIN_WEEK ? 7 : 31, later);
	trend_period(later, grain, out);
}

/* What is told of a period: its days that are within the range. */
static struct json_object *item_at(struct json_object *list, size_t i, const struct span *span, const char *period,
				   const char *next)
{
	struct json_object *item = json_object_array_get_idx(list, i);
	int year = 0, month = 0;
	char last[DATE_SIZE];

	if (item)
		return item;
	item = answer_item(list);
	clock_date_add(next, -1, last);
	answer_text(item, "day", strcmp(period, span->from) < 0 ? span->from : period);
	answer_text(item, "to", strcmp(last, span->to) > 0 ? span->to : last);
	sscanf(period, "%d-%d", &year, &month);
	answer_int(item, "year", year);
	answer_int(item, "month", month);
	return item;
}

void trend_answer_periods(struct json_object *into, const char *key, const struct trend *t, const struct rows *rows,
			  const char *currency, const char *const names[])
{
	struct json_object *list = json_object_object_get(into, key);
	char period[DATE_SIZE], next[DATE_SIZE];
	size_t at = 0, i = 0;

	list = list ? list : answer_array(into, key);
	for (trend_period(t->span.from, t->grain, period); strcmp(period, t->span.to) <= 0;
	     memcpy(period, next, DATE_SIZE), i++) {
		struct json_object *item;
		struct row row = { 0 };

		next_period(period, t->grain, next);
		item = item_at(list, i, &t->span, period, next);
		for (; at < rows->n; at++) {
			row = row_at(rows, at);
			if (is_of(&row, currency) && strcmp(row_text(&row, "period"), period) >= 0)
				break;
		}
		put_numbers(item, at < rows->n && row_is(&row, "period", period) ? &row : NULL, names);
		if (strcmp(next, period) <= 0) /* a calendar's last is followed by itself */
			break;
	}
}

void trend_answer_sums(struct json_object *into, const char *key, const struct rows *rows, const char *currency,
		       const char *const names[])
{
	struct json_object *sums = answer_object(into, key);

	put_numbers(sums, NULL, names);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (is_of(&row, currency))
			put_numbers(sums, &row, names);
	}
}
