/* An event's sales beside those of its organizer's own events that are over: what had been sold by so many days before each began. */
#include "store/comparison.h"
#include "app/actions/organizer.h"
#include "store/office.h"
#include "store/organizer.h"
#include "store/trend.h"
#include <string.h>

enum { WITH_MAX = COMPARED_MAX - 1, DAYS_MAX = 365, POINTS = 60 };

static const char *const WITH[WITH_MAX] = { "with_1", "with_2", "with_3" };

const struct field COMPARISON_ASK[] = {
	{ "with_1", F_ID, .help = "One of your events that are over. Without any: the last ones of about its size" },
	{ "with_2", F_ID, .help = "Another" },
	{ "with_3", F_ID, .help = "A third" },
	FIELDS_END,
};

static const struct field COMPARED[] = {
	{ "id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "starts_at", F_TIME, .help = "When it begins" },
	{ "time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "currency", F_CURRENCY, .help = "Of its sales" },
	{ "capacity", F_INT, .help = "How many tickets there are" },
	{ "tickets", F_INT, .help = "Sold in all, whatever became of them" },
	{ "sales", F_MONEY, .help = "What was paid for them" },
	{ "tickets_by_now", F_INT, .null = true,
	  .help = "Sold by so many days before it as the first one has left; null: that has begun" },
	FIELDS_NAMED("compared_event"),
};
static const struct field SOLD_BY_THEN[] = {
	{ "id", F_ID, .help = "The event" },
	{ "tickets", F_INT, .null = true, .help = "Sold by the end of that day; null: it is still to come" },
	FIELDS_END,
};
static const struct field POINT[] = {
	{ "days_before", F_INT, .help = "How many days before it begins; 0: on that day, or since" },
	{ "events", F_LIST, .of = SOLD_BY_THEN, .help = "As above" },
	FIELDS_END,
};
static const struct field CANDIDATE[] = {
	{ "id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "starts_at", F_TIME, .help = "When it began" },
	{ "time_zone", F_ZONE, .help = "In which its times are shown" },
	FIELDS_NAMED("event_to_compare"),
};
const struct field COMPARISON[] = {
	{ "id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "step", F_INT, .help = "Days between two points of the curve" },
	{ "days_left", F_INT, .null = true, .help = "Until it begins; null: it has" },
	{ "time_zone", F_ZONE, .help = "In which days begin and end" },
	{ "events", F_LIST, .of = COMPARED, .help = "It, and the ones beside it" },
	{ "curve", F_LIST, .of = POINT, .help = "The first day first" },
	{ "candidates", F_LIST, .of = CANDIDATE, .help = "What it can be compared with, the last first" },
	FIELDS_END,
};

/* One of those that are compared. */
struct compared {
	int64_t id;
	struct row row;
	char day[DATE_SIZE];		      /* that it begins on */
	int64_t tickets[DAYS_MAX + 1], sales; /* by days before it, what was earlier with the first */
};

struct comparison {
	struct compared of[COMPARED_MAX];
	size_t n;
	const char *zone; /* the site's */
	int64_t organizer_id;
	int first, left; /* days before: the first sale of all; until the first one begins, -1: it has begun */
};

/* ---- which ---- */

static void take(struct comparison *c, const struct row *row)
{
	struct compared *one = &c->of[c->n++];

	*one = (struct compared){ .id = row_int(row, "id"), .row = *row };
	clock_date(row_time(row, "starts_at"), c->zone, one->day);
}

static bool taken(const struct comparison *c, int64_t id)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->of[i].id == id)
			return true;
	return false;
}

/* Neither half as large nor twice. */
static bool alike(const struct row *a, const struct row *b)
{
	return row_int(a, "capacity") <= 2 * row_int(b, "capacity") &&
	       row_int(b, "capacity") <= 2 * row_int(a, "capacity");
}

/* The last ones of about its size; where there is none, the last ones. */
static void take_last(struct comparison *c, const struct rows *past)
{
	const struct row own = c->of[0].row;

	for (int any = 0; any < 2 && c->n == 1; any++)
		for (size_t i = 0; i < past->n && c->n < COMPARED_MAX; i++) {
			struct row row = row_at(past, i);

			if (any || alike(&row, &own))
				take(c, &row);
		}
}

static void take_asked(struct request *rq, struct comparison *c, const struct rows *past, const char *field)
{
	int64_t id = field_int(rq, field);
	struct row row;

	if (!field_given(rq, field) || taken(c, id))
		return;
	if (row_with_id(past, "id", id, &row))
		take(c, &row);
	else
		field_fault(rq, field, "This is none of this organizer's events that are over.");
}

static bool choose(struct request *rq, struct comparison *c, const struct rows *past)
{
	bool asked = false;

	for (int i = 0; i < WITH_MAX; i++) {
		asked = asked || field_given(rq, WITH[i]);
		take_asked(rq, c, past, WITH[i]);
	}
	if (!asked)
		take_last(c, past);
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* ---- what each sold ---- */

/* From one date to another. */
static int days_between(const char *from, const char *to)
{
	ms_t a = 0, b = 0, unused;

	clock_day(from, "UTC", &a, &unused);
	clock_day(to, "UTC", &b, &unused);
	return (int)((b - a) / MS_DAY);
}

static int within(int days)
{
	return days < 0 ? 0 : days > DAYS_MAX ? DAYS_MAX : days;
}

static void add_up(struct comparison *c, const struct rows *days)
{
	for (size_t i = 0; i < days->n; i++) {
		struct row row = row_at(days, i);

		for (size_t k = 0; k < c->n; k++) {
			int before;

			if (c->of[k].id != row_int(&row, "event_id"))
				continue;
			before = within(days_between(row_text(&row, "day"), c->of[k].day));
			c->of[k].tickets[before] += row_int(&row, "tickets");
			c->of[k].sales += row_int(&row, "sales");
			c->first = before > c->first ? before : c->first;
		}
	}
}

static bool read_days(struct request *rq, struct comparison *c)
{
	char today[DATE_SIZE] = "1970-01-01", last[DATE_SIZE];
	struct span span;
	int64_t ids[COMPARED_MAX];
	const struct rows *days;

	clock_date(rq->now, c->zone, today);
	c->left = days_between(today, c->of[0].day);
	for (size_t i = 0; i < c->n; i++)
		ids[i] = c->of[i].id;
	if (!trend_open(rq->db))
		return false;
	days = comparison_days(rq->db, tally_span(&span, "2000-01-01", clock_date_add(today, 1, last), c->zone),
			       c->organizer_id, ids, c->n);
	add_up(c, days);
	trend_close(rq->db);
	return db_error(rq->db) == DB_OK;
}

/* Sold by the end of the day that is so many before. */
static int64_t sold_by(const struct compared *one, int before)
{
	int64_t sold = 0;

	for (int i = DAYS_MAX; i >= before; i--)
		sold += one->tickets[i];
	return sold;
}

/* ---- the answer ---- */

static void answer_events(struct request *rq, const struct comparison *c)
{
	static const char *const SHOWN[] = { "title", "time_zone", "currency", NULL };
	struct json_object *list = answer_array(rq->data, "events");

	for (size_t i = 0; i < c->n; i++) {
		const struct compared *one = &c->of[i];
		struct json_object *item = answer_item(list);

		answer_int(item, "id", one->id);
		for (const char *const *name = SHOWN; *name; name++)
			answer_text(item, *name, row_text(&one->row, *name));
		answer_time(item, "starts_at", row_time(&one->row, "starts_at"));
		answer_int(item, "capacity", row_int(&one->row, "capacity"));
		answer_int(item, "tickets", sold_by(one, 0));
		answer_int(item, "sales", one->sales);
		if (c->left < 0)
			answer_null(item, "tickets_by_now");
		else
			answer_int(item, "tickets_by_now", sold_by(one, within(c->left)));
	}
}

/* The last point is the day itself. */
static void answer_curve(struct request *rq, const struct comparison *c)
{
	struct json_object *list = answer_array(rq->data, "curve");
	int step = (c->first + POINTS - 1) / POINTS;

	step = step > 7 ? (step + 6) / 7 * 7 : step > 1 ? 7 : 1;
	answer_int(rq->data, "step", step);
	for (int before = (c->first + step - 1) / step * step; before >= 0; before -= step) {
		struct json_object *item = answer_item(list), *events;

		answer_int(item, "days_before", before);
		events = answer_array(item, "events");
		for (size_t i = 0; i < c->n; i++) {
			struct json_object *sold = answer_item(events);

			answer_int(sold, "id", c->of[i].id);
			if (i == 0 && before < c->left)
				answer_null(sold, "tickets");
			else
				answer_int(sold, "tickets", sold_by(&c->of[i], before));
		}
	}
}

static void answer_comparison(struct request *rq, const struct comparison *c, const struct rows *past)
{
	struct json_object *list;

	answer_int(rq->data, "id", c->of[0].id);
	answer_text(rq->data, "title", row_text(&c->of[0].row, "title"));
	answer_text(rq->data, "time_zone", c->zone);
	if (c->left < 0)
		answer_null(rq->data, "days_left");
	else
		answer_int(rq->data, "days_left", c->left);
	answer_events(rq, c);
	answer_curve(rq, c);
	list = answer_array(rq->data, "candidates");
	for (size_t i = 0; i < past->n; i++) {
		struct row row = row_at(past, i);
		struct json_object *item = answer_item(list);

		answer_int(item, "id", row_int(&row, "id"));
		answer_text(item, "title", row_text(&row, "title"));
		answer_time(item, "starts_at", row_time(&row, "starts_at"));
		answer_text(item, "time_zone", row_text(&row, "time_zone"));
	}
}

static int compare(struct request *rq, int64_t organizer_id)
{
	struct comparison *c = talloc_zero(rq->mem, struct comparison);
	int64_t id = path_id(rq, "id");
	const struct row *event = organizer_event(rq->db, organizer_id, id, true, rq->now);
	const struct rows *past;

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	past = organizer_past_events(rq->db, organizer_id, id, rq->now);
	c->zone = clock_zone_known(rq->config->time_zone) ? rq->config->time_zone : "UTC";
	c->organizer_id = organizer_id;
	take(c, event);
	if (choose(rq, c, past) && read_days(rq, c))
		answer_comparison(rq, c, past);
	return ANSWERED;
}

/* GET events/:id/comparison/ of an organizer's own, and of any. */
int comparison_own(struct request *rq)
{
	return compare(rq, rq->who.role_id);
}

int comparison_of_any(struct request *rq)
{
	const struct row *event = office_event(rq->db, path_id(rq, "id"));

	return compare(rq, event ? row_int(event, "organizer_id") : 0);
}
