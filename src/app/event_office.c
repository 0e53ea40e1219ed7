/* Events as staff run them: the rules over a whole event, and the acts that are more than a change of fields. Cancelling
 * only marks the event: `jobs` finds its paid orders and gives the money back, for that asks the provider. */
#include "app/event_office.h"
#include "app/actions/staff.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/site_key.h"
#include "app/tell.h"
#include "store/event_key.h"
#include "store/live.h"
#include "store/notice.h"
#include "store/office.h"
#include <string.h>

static const struct field BY_CATEGORY[] = {
	{ "id", F_ID, .help = "Ticket category" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "price", F_MONEY, .help = "Of one ticket now" },
	{ "capacity", F_INT, .help = "How many there are" },
	{ "sold", F_INT, .help = "Paid" },
	{ "held", F_INT, .help = "Booked, not yet paid" },
	{ "revenue", F_MONEY, .help = "Of paid orders, before discounts" },
	FIELDS_END,
};
static const struct field BY_DAY[] = {
	{ "label", F_TEXT, .help = "The day where the event is, for a chart" },
	{ "day", F_DATE, .help = "The same as a date" },
	{ "orders", F_INT, .help = "Paid" },
	{ "value", F_MONEY, .help = "What they brought" },
	{ "tickets", F_INT, .help = "In them" },
	FIELDS_END,
};
const struct field FIGURE_ANSWER[] = {
	{ "label", F_TEXT, .help = "The day or hour, for a chart" },
	{ "day", F_DATE, .sometimes = true, .help = "Of a day: the same as a date" },
	{ "at", F_TIME, .sometimes = true, .help = "Of an hour: when it began" },
	{ "value", F_INT, .help = "How many" },
	FIELDS_NAMED("figure"),
};
static const struct field BY_HOUR[] = {
	{ "label", F_TEXT, .help = "The hour where the event is, for a chart" },
	{ "at", F_TIME, .help = "When it begins" },
	{ "value", F_INT, .help = "How many" },
	FIELDS_END,
};
const struct field EVENT_STATISTICS[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "status", F_CHOICE, .choices = "draft,published,cancelled", .help = "Does it take place" },
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "capacity", F_INT, .help = "How many tickets there are" },
	{ "sold", F_INT, .help = "Paid" },
	{ "held", F_INT, .help = "Booked, not yet paid" },
	{ "orders", F_INT, .help = "Paid" },
	{ "revenue", F_MONEY, .help = "What they brought" },
	{ "refunded", F_INT, .help = "Orders that were given back" },
	{ "by_category", F_LIST, .of = BY_CATEGORY, .help = "Of each ticket category" },
	{ "by_day", F_LIST, .of = BY_DAY, .help = "Thirty days with sales" },
	{ "by_hour", F_LIST, .of = BY_HOUR, .help = "Entries of 48 hours, where the event is" },
	{ "live", F_OBJECT, .of = LIVE_SNAPSHOT, .help = "Who is there now" },
	FIELDS_END,
};

/* ---- rules over whole rows ---- */

/* A value as it will be: given, or what the row has (NULL row: a new one). */
static ms_t time_after(struct request *rq, const char *name, const struct row *row)
{
	return field_given(rq, name) || !row ? field_time(rq, name) : row_time(row, name);
}

/* Who has a ticket is told where and when it takes place now, and what it was. */
static void tell_moved(struct request *rq, int64_t id, ms_t starts)
{
	const struct row *was = notice_event(rq->db, id, 0);
	int64_t venue = field_given(rq, "venue_id") ? field_int(rq, "venue_id") : was ? row_int(was, "venue_id") : 0;
	const char *zone = field_given(rq, "time_zone") ? field_text(rq, "time_zone")
			   : was			? row_text(was, "event.time_zone")
							: "";
	const struct row *now = notice_event(rq->db, id, venue);
	struct json_object *data, *event;

	if (!was || !now || !row_is(was, "status", "published") || row_time(was, "ends_at") <= rq->now ||
	    (starts == row_time(was, "event.starts_at") && row_is(was, "event.time_zone", zone) &&
	     venue == row_int(was, "venue_id")))
		return;
	data = json_object_new_object();
	tell_event(data, "was", was);
	tell_event(data, "event", now);
	event = json_object_object_get(data, "event");
	answer_time(event, "starts_at", starts);
	answer_text(event, "time_zone", zone);
	notice_put(rq->db, id, "event-moved", json_object_to_json_string(data), rq->now);
	json_object_put(data);
}

void office_event_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? office_event(rq->db, id) : NULL;
	ms_t starts = time_after(rq, "starts_at", row), ends = time_after(rq, "ends_at", row);

	if (starts && ends && ends <= starts)
		field_fault(rq, "ends_at", "An event ends after it starts.");
	else if (starts && ends - starts > 366 * MS_DAY)
		field_fault(rq, "ends_at", "An event lasts at most a year.");
	if (!row)
		return;
	event_changed(rq, id);
	if (starts && !has_faults(rq))
		tell_moved(rq, id, starts);
}

/* An event without a key to sign its tickets is none. */
static void make_key(struct request *rq, int64_t id)
{
	if (!event_key_insert(rq->db, id, rq->now))
		site_key_missing(rq);
}

void office_event_made(struct request *rq, int64_t id)
{
	make_key(rq, id);
}

void office_event_remove(struct request *rq, int64_t id)
{
	if (!office_event_erase(rq->db, id))
		refuse(rq, 409, "IN_USE",
		       "People have ordered tickets for this event, or money was spent on it, so it cannot be deleted."
		       " Cancel it.");
}

static const struct row *category_now(struct request *rq, int64_t id)
{
	return resource_row(rq, resource_named(NULL, "ticket-categories"), id);
}

/* A price is in its event's currency; one that was typed means nothing without it. */
static void check_currency(struct request *rq, const struct row *event)
{
	bool given = field_given(rq, "currency");

	if ((field_cleared(rq, "currency") && field_given(rq, "price")) ||
	    (given && !row_is(event, "currency", field_text(rq, "currency"))))
		field_fault(rq, "currency", "This event sells in %s.", row_text(event, "currency"));
}

void office_category_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? category_now(rq, id) : NULL;
	ms_t start = time_after(rq, "sales_start", row), end = time_after(rq, "sales_end", row);
	const struct row *event;
	int64_t event_id;

	if (id && !row)
		return;
	event_id = row ? row_int(row, "event_id") : field_int(rq, "event_id");
	office_event_keep(rq->db, event_id); /* a price is stored in the currency that it was read in */
	event = office_event(rq->db, event_id);
	if (!event)
		return;
	if (row_is(event, "status", "cancelled"))
		field_fault(rq, row ? "name" : "event_id", "This event was cancelled.");
	check_currency(rq, event);
	if (start && end && end <= start)
		field_fault(rq, "sales_end", "The sale ends after it starts.");
	event_changed(rq, row_int(event, "id"));
}

/* The form reads the price in the event's currency and the sale's times in its zone. */
void office_category_prefill(struct request *rq)
{
	const struct row *event = office_event(rq->db, tree_int(rq->data, "event_id"));

	if (!event)
		return;
	answer_text(rq->data, "currency", row_text(event, "currency"));
	answer_text(rq->data, "time_zone", row_text(event, "time_zone"));
}

static bool given_after(struct request *rq, const char *name, const struct row *row)
{
	return field_given(rq, name) || (row && !row_null(row, name) && !field_cleared(rq, name));
}

void office_promo_check(struct request *rq, int64_t id)
{
	const struct row *row = resource_row(rq, resource_named(NULL, "promo-codes"), id);
	bool percent = given_after(rq, "percent", row), amount = given_after(rq, "amount", row);
	ms_t starts = time_after(rq, "starts_at", row), ends = time_after(rq, "ends_at", row);

	if (percent == amount)
		field_fault(rq, "percent", "Give either a percentage or an amount.");
	if (amount && !given_after(rq, "currency", row))
		field_fault(rq, "currency", "An amount has a currency.");
	if (starts && ends && ends <= starts)
		field_fault(rq, "ends_at", "It ends after it starts.");
}

/* ---- publish, cancel ---- */

static const struct row *event_or_404(struct request *rq)
{
	const struct row *event = office_event(rq->db, path_id(rq, "id"));

	if (!event)
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	return event;
}

void office_event_publish(struct request *rq, const struct row *row)
{
	int64_t id = row_int(row, "id");
	const struct row *event = office_event(rq->db, id);

	if (!event)
		return;
	if (!row_int(event, "categories")) {
		refuse(rq, 409, "NO_TICKET_CATEGORY", "Add a ticket category first: there is nothing to sell yet.");
		return;
	}
	if (row_time(event, "ends_at") <= rq->now) {
		refuse(rq, 409, "EVENT_OVER", "This event is over already.");
		return;
	}
	if (!event_key_active(rq->db, id))
		make_key(rq, id);
	event_changed(rq, id);
}

/* It gives all the money back and is not undone, so a browser that somebody left open does not suffice. */
void office_event_cancel(struct request *rq, const struct row *row)
{
	const struct row *event;
	struct json_object *data;

	if (!fresh_or_refuse(rq))
		return;
	event_changed(rq, row_int(row, "id"));
	event = notice_event(rq->db, row_int(row, "id"), 0);
	if (!event)
		return;
	data = json_object_new_object();
	tell_event(data, "event", event);
	notice_put(rq->db, row_int(row, "id"), "event-cancelled", json_object_to_json_string(data), rq->now);
	json_object_put(data);
}

void office_event_ask(struct request *rq)
{
	const struct row *event = office_event(rq->db, tree_int(rq->data, "id"));
	const struct row *totals = office_event_totals(rq->db, tree_int(rq->data, "id"), rq->now);

	if (event)
		answer_int(rq->beside, "categories", row_int(event, "categories"));
	if (totals)
		answer_add(rq->beside, "totals", resource_json(totals));
}

/* ---- figures ---- */

/* "21 Nov 18:00" where the event is. */
static void answer_hours(struct json_object *to, const struct rows *hours, const char *zone)
{
	struct json_object *list = answer_array(to, "by_hour");
	char label[40];

	for (size_t i = 0; i < hours->n; i++) {
		struct row hour = row_at(hours, i);
		struct json_object *item = answer_item(list);

		clock_format(row_time(&hour, "at"), zone, "%-d %b %H:%M", label, sizeof label);
		answer_text(item, "label", label);
		answer_time(item, "at", row_time(&hour, "at"));
		answer_int(item, "value", row_int(&hour, "value"));
	}
}

static void figures(struct request *rq, struct json_object *to, const struct row *event)
{
	int64_t id = row_int(event, "id");
	const char *zone = row_text(event, "time_zone");
	ms_t until = row_time(event, "ends_at") < rq->now ? row_time(event, "ends_at") : rq->now;
	const struct row *totals = office_event_totals(rq->db, id, rq->now);
	const struct rows *categories = office_event_categories(rq->db, id);
	const struct rows *days = office_event_days(rq->db, id, zone, until);
	const struct rows *hours = office_event_hours(rq->db, id, zone, until);

	if (!totals)
		return;
	answer_text(to, "currency", row_text(event, "currency"));
	answer_row(to, totals);
	answer_rows(to, "by_category", categories);
	answer_rows(to, "by_day", days);
	answer_hours(to, hours, zone);
	answer_add(to, "live", live_snapshot(rq->db, id, rq->now));
}

int event_statistics(struct request *rq)
{
	const struct row *event = event_or_404(rq);

	if (!event)
		return ANSWERED;
	answer_int(rq->data, "event_id", row_int(event, "id"));
	answer_text(rq->data, "title", row_text(event, "title"));
	answer_text(rq->data, "status", row_text(event, "status"));
	figures(rq, rq->data, event);
	return ANSWERED;
}

void office_event_detail(struct request *rq)
{
	int64_t id = tree_int(rq->data, "id");
	const struct row *event = office_event(rq->db, id);
	const struct rows *ushers = office_ushers(rq->db, id), *free = office_ushers_free(rq->db, id);

	if (event)
		figures(rq, answer_object(rq->beside, "figures"), event);
	answer_rows(rq->beside, "ushers", ushers);
	answer_rows(rq->beside, "ushers_free", free);
}

/* ---- ushers ---- */

const struct field USHER_ASSIGN[] = {
	{ "usher_id", F_ID, .required = true, .help = "The usher" },
	{ "gate", F_TEXT, .max = 40, .otherwise = "", .help = "Gate, such as North" },
	FIELDS_END,
};

const struct field USHER_OF_EVENT[] = {
	{ "usher_id", F_ID, .help = "The usher" },
	{ "account_id", F_ID, .help = "Their account" },
	{ "name", F_TEXT, .help = "Name" },
	{ "username", F_TEXT, .null = true, .help = "What they sign in with" },
	{ "gate", F_TEXT, .help = "Where they stand; empty: anywhere" },
	{ "created_at", F_TIME, .help = "Since when" },
	FIELDS_NAMED("event_usher"),
};
const struct field USHER_ASSIGNMENT[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "usher_id", F_ID, .help = "The usher" },
	{ "gate", F_TEXT, .help = "Where they stand; empty: anywhere" },
	FIELDS_END,
};
const struct field USHER_REMOVED[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "usher_id", F_ID, .help = "The usher" },
	FIELDS_END,
};

/* All of an event's ushers, one page. */
int event_usher_index(struct request *rq)
{
	const struct row *event = event_or_404(rq);

	if (!event)
		return ANSWERED;
	return answer_whole_list(rq, "ushers", rows_list(rq->mem, office_ushers(rq->db, row_int(event, "id"))));
}

int event_usher_assign(struct request *rq)
{
	const struct row *event = event_or_404(rq);
	int64_t usher_id = field_int(rq, "usher_id");
	const struct row *was;

	if (!event)
		return ANSWERED;
	if (!office_usher_exists(rq->db, usher_id)) {
		field_fault(rq, "usher_id", "There is no such usher.");
		return refuse_fields(rq);
	}
	was = office_usher_assigned(rq->db, row_int(event, "id"), usher_id);
	office_usher_assign(rq->db, row_int(event, "id"), usher_id, field_text(rq, "gate"), rq->now);
	answer_int(rq->data, "event_id", row_int(event, "id"));
	answer_int(rq->data, "usher_id", usher_id);
	answer_text(rq->data, "gate", field_text(rq, "gate"));
	audit_change(rq, "assign", "usher_assignment", usher_id, was ? resource_json(was) : NULL,
		     json_object_get(rq->data));
	say(rq, "The usher is assigned.");
	return ANSWERED;
}

int event_usher_remove(struct request *rq)
{
	const struct row *event = event_or_404(rq);
	int64_t usher_id = path_id(rq, "usher_id");
	struct json_object *before = NULL;

	if (!event)
		return ANSWERED;
	if (!office_usher_remove(rq->db, row_int(event, "id"), usher_id))
		return refuse(rq, 404, "NOT_ASSIGNED", "This usher is not assigned to this event.");
	answer_int(rq->data, "event_id", row_int(event, "id"));
	answer_int(rq->data, "usher_id", usher_id);
	before = json_object_get(rq->data);
	audit_change(rq, "unassign", "usher_assignment", usher_id, before, NULL);
	say(rq, "The usher is not assigned any more.");
	return ANSWERED;
}
