/* What a customer spent, by month and by kind of event, each currency by itself. */
#include "store/analytics.h"
#include "app/actions/customer.h"
#include <stdio.h>
#include <string.h>

enum { MONTHS = 12 };

static const struct field MONTH[] = {
	{ "month", F_TEXT, .help = "2026-11, by the clocks of the site's zone" },
	{ "year", F_INT, .help = "Its year" },
	{ "number", F_INT, .help = "Its number in the year, from 1" },
	{ "spent", F_MONEY, .help = "On orders that were paid in it" },
	{ "orders", F_INT, .help = "How many these were" },
	{ "tickets", F_INT, .help = "And their tickets" },
	FIELDS_NAMED("month_spent"),
};
static const struct field CATEGORY[] = {
	{ "slug", F_TEXT, .help = "The kind of event" },
	{ "name", F_TEXT, .help = "What it is called" },
	{ "spent", F_MONEY, .help = "On these" },
	{ "tickets", F_INT, .help = "Tickets for them" },
	FIELDS_NAMED("category_spent"),
};
static const struct field CURRENCY[] = {
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "spent", F_MONEY, .help = "On orders that stand, less what they gave back, in all" },
	{ "refunded", F_MONEY, .help = "What was given back, orders and single tickets, in all" },
	{ "orders", F_INT, .help = "Orders that stand" },
	{ "tickets", F_INT, .help = "Their tickets" },
	{ "by_month", F_LIST, .of = MONTH, .help = "Twelve months, the one that we are in last" },
	{ "by_category", F_LIST, .of = CATEGORY, .help = "The most spent first" },
	FIELDS_NAMED("currency_spent"),
};
static const struct field EVENTS[] = {
	{ "booked", F_INT, .help = "With a ticket that is valid" },
	{ "attended", F_INT, .help = "Where one was scanned" },
	{ "upcoming", F_INT, .help = "Still to come" },
	FIELDS_END,
};
const struct field ANALYTICS[] = {
	{ "events", F_OBJECT, .of = EVENTS, .help = "Their events" },
	{ "spend", F_LIST, .of = CURRENCY, .help = "Each currency by itself, the most spent first" },
	{ "time_zone", F_ZONE, .help = "In which months begin and end" },
	FIELDS_NAMED("own_analytics"),
};

/* The month so many before the one of a date ("2026-11-21"): its first day. */
static void month_before(const char *date, int back, char out[DATE_SIZE])
{
	int year = 0, month = 1, at;

	sscanf(date, "%d-%d", &year, &month);
	at = year * 12 + month - 1 - back;
	snprintf(out, DATE_SIZE, "%04u-%02u-01", (unsigned)(at / 12) % 10000, ((unsigned)(at % 12) + 1) % 100);
}

/* Does the row belong to that month of that currency? */
static bool in_month(const struct row *row, const char *month, const char *currency)
{
	return !strncmp(row_text(row, "month"), month, 7) && row_is(row, "currency", currency);
}

static void answer_months(struct json_object *into, const struct rows *rows, const char *today, const char *currency)
{
	struct json_object *list = answer_array(into, "by_month");

	for (int back = MONTHS - 1; back >= 0; back--) {
		struct json_object *item = answer_item(list);
		int64_t spent = 0, orders = 0, tickets = 0;
		char first[DATE_SIZE];
		int year = 0, number = 0;

		month_before(today, back, first);
		sscanf(first, "%d-%d", &year, &number);
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			if (!in_month(&row, first, currency))
				continue;
			spent = row_int(&row, "spent");
			orders = row_int(&row, "orders");
			tickets = row_int(&row, "tickets");
		}
		first[7] = '\0';
		answer_text(item, "month", first);
		answer_int(item, "year", year);
		answer_int(item, "number", number);
		answer_int(item, "spent", spent);
		answer_int(item, "orders", orders);
		answer_int(item, "tickets", tickets);
	}
}

static void answer_categories(struct json_object *into, const struct rows *rows, const char *currency)
{
	struct json_object *list = answer_array(into, "by_category");

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item;

		if (!row_is(&row, "currency", currency))
			continue;
		item = answer_item(list);
		answer_text(item, "slug", row_text(&row, "slug"));
		answer_text(item, "name", row_text(&row, "name"));
		answer_int(item, "spent", row_int(&row, "spent"));
		answer_int(item, "tickets", row_int(&row, "tickets"));
	}
}

/* GET users/analytics/. */
int analytics_show(struct request *rq)
{
	const char *zone = rq->config->time_zone;
	const struct rows *totals = analytics_totals(rq->db, rq->who.role_id), *months, *categories;
	const struct row *events = analytics_events(rq->db, rq->who.role_id, rq->now);
	struct json_object *list = answer_array(rq->data, "spend");
	char today[DATE_SIZE] = "1970-01-01", first[DATE_SIZE];
	ms_t since = 0, next;

	clock_date(rq->now, zone, today);
	month_before(today, MONTHS - 1, first);
	clock_day(first, zone, &since, &next);
	months = analytics_months(rq->db, rq->who.role_id, zone, since, rq->now);
	categories = analytics_categories(rq->db, rq->who.role_id);
	if (events)
		answer_row(answer_object(rq->data, "events"), events);
	for (size_t i = 0; i < totals->n; i++) {
		struct row total = row_at(totals, i);
		struct json_object *into = answer_item(list);

		answer_row(into, &total);
		answer_months(into, months, today, row_text(&total, "currency"));
		answer_categories(into, categories, row_text(&total, "currency"));
	}
	answer_text(rq->data, "time_zone", zone);
	return ANSWERED;
}
