/* Events as staff run them: the rules over a whole event, its figures, and who stands at its gates. */
#include "app/event_office.h"
#include "app/actions/staff.h"
#include "app/event_figures.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/site_key.h"
#include "app/tell.h"
#include "store/edit_request.h"
#include "store/event_key.h"
#include "store/live.h"
#include "store/notice.h"
#include "store/office.h"
#include "store/stock.h"
#include <ctype.h>
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
	FIGURE_CHECK_INS,
	FIGURE_CONVERSION,
	{ "live", F_OBJECT, .of = LIVE_SNAPSHOT, .help = "Who is there now" },
	FIELDS_END,
};

/* ---- rules over whole rows ---- */

/* A value as it will be: given, emptied (0), or what the row has (NULL row: a new one). */
static ms_t time_after(struct request *rq, const char *name, const struct row *row)
{
	if (field_cleared(rq, name))
		return 0;
	return field_given(rq, name) || !row ? field_time(rq, name) : row_time(row, name);
}

static int64_t number_after(struct request *rq, const char *name, const struct row *row)
{
	if (field_cleared(rq, name))
		return 0;
	return field_given(rq, name) || !row ? field_int(rq, name) : row_int(row, name);
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

/* Nobody sells more tickets than the place holds. What the event's own row says is asked for where another is not given. */
static void check_places(struct request *rq, int64_t id, const struct row *row)
{
	int64_t capacity = number_after(rq, "capacity", row), venue_id = number_after(rq, "venue_id", row), holds;

	if (!capacity || (id && !field_given(rq, "capacity") && !field_given(rq, "venue_id")))
		return;
	holds = office_venue_holds(rq->db, venue_id);
	if (holds && capacity > holds)
		field_fault(rq, "capacity", "The venue holds %lld people.", (long long)holds);
}

void office_event_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? office_event(rq->db, id) : NULL;
	ms_t starts = time_after(rq, "starts_at", row), ends = time_after(rq, "ends_at", row);

	if (starts && ends && ends <= starts)
		field_fault(rq, "ends_at", "An event ends after it starts.");
	else if (starts && ends - starts > 366 * MS_DAY)
		field_fault(rq, "ends_at", "An event lasts at most a year.");
	check_places(rq, id, row);
}

static void cap_event(struct request *rq, int64_t id)
{
	bool given = field_given(rq, "capacity");

	if ((given || field_cleared(rq, "capacity")) && !stock_cap(rq->db, id, given ? field_int(rq, "capacity") : 0) &&
	    db_error(rq->db) == DB_OK)
		field_fault(rq, "capacity", "More than that are sold or held already.");
}

/* What is checked twice, when it is asked for and when it is done, is told once. */
void office_event_update(struct request *rq, int64_t id)
{
	const struct row *row = office_event(rq->db, id);

	if (!row)
		return;
	event_changed(rq, id);
	tell_moved(rq, id, time_after(rq, "starts_at", row));
	if (field_given(rq, "organizer_id"))
		edit_request_leave(rq->db, id, field_int(rq, "organizer_id"), rq->now);
	office_event_day_change(rq, id);
	cap_event(rq, id);
}

void office_event_made(struct request *rq, int64_t id)
{
	event_key_give(rq, id);
	office_event_day_change(rq, id);
	cap_event(rq, id);
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

void office_promo_own_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? resource_row(rq, resource_named("organizer", "promo-codes"), id) : NULL;
	int64_t event_id = row ? row_int(row, "event_id") : id ? 0 : field_int(rq, "event_id");
	const struct row *event = event_id ? office_event(rq->db, event_id) : NULL;

	office_promo_check(rq, id);
	if (event && field_given(rq, "currency") && !row_is(event, "currency", field_text(rq, "currency")))
		field_fault(rq, "currency", "This event sells in %s.", row_text(event, "currency"));
}

/* ---- the gate ---- */

/* A time of day is two numbers to people and one to who reckons with it. */
enum { HOURS = 24, MINUTES = 60, NO_TIME = -1 };

static int number_at(const char *text)
{
	return isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) ? (text[0] - '0') * 10 + text[1] - '0'
										  : NO_TIME;
}

/* Minutes after midnight, or NO_TIME. */
static int time_of_day(const char *text)
{
	int hours, minutes;

	if (strlen(text) != strlen("00:00") || text[2] != ':')
		return NO_TIME;
	hours = number_at(text);
	minutes = number_at(text + 3);
	return hours < 0 || hours >= HOURS || minutes < 0 || minutes >= MINUTES ? NO_TIME : hours * MINUTES + minutes;
}

const char *time_of_day_rule(const struct request *rq, const char *text)
{
	(void)rq;
	return time_of_day(text) == NO_TIME ? SAID("Give a time of day, such as 04:00.") : NULL;
}

void office_event_day_change(struct request *rq, int64_t id)
{
	const char *text = field_text(rq, "day_change");

	if (text && time_of_day(text) != NO_TIME)
		office_day_change_set(rq->db, id, time_of_day(text));
}

/* What a rule says of the whole of it. */
static void check_rule_of(struct request *rq, int64_t event_id, int64_t category_id)
{
	const struct row *category = category_now(rq, category_id);

	if (category && row_int(category, "event_id") != event_id)
		field_fault(rq, "category_id", "This category is of another event.");
}

void office_gate_rule_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? resource_row(rq, resource_named(NULL, "gate-rules"), id) : NULL;
	ms_t opens = time_after(rq, "opens_at", row), closes = time_after(rq, "closes_at", row);
	int64_t event_id;

	if (id && !row)
		return;
	event_id = row ? row_int(row, "event_id") : field_int(rq, "event_id");
	if (field_given(rq, "category_id"))
		check_rule_of(rq, event_id, field_int(rq, "category_id"));
	if (opens && closes && closes <= opens)
		field_fault(rq, "closes_at", "It closes after it opens.");
	event_changed(rq, event_id);
}

void office_gate_rule_prefill(struct request *rq)
{
	const struct row *event = office_event(rq->db, tree_int(rq->data, "event_id"));

	if (event)
		answer_text(rq->data, "time_zone", row_text(event, "time_zone"));
}

static const struct row *event_or_404(struct request *rq)
{
	const struct row *event = office_event(rq->db, path_id(rq, "id"));

	if (!event)
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	return event;
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
	answer_check_ins(to, scan_quarters(rq->db, id), zone);
	answer_conversion(rq, to, id, row_int(event, "organizer_id"), zone);
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
	event_checklist_put(rq, answer_object(rq->beside, "checklist"), id);
	answer_text(rq->beside, "link", event_link(rq, id));
	answer_rows(rq->beside, "ushers", ushers);
	answer_rows(rq->beside, "ushers_free", free);
}

/* ---- ushers ---- */

const struct field USHER_ASSIGN[] = {
	{ "usher_id", F_ID, .required = true, .help = "The usher" },
	{ "gate", F_TEXT, .max = 40, .otherwise = "", .help = "Gate, such as North" },
	{ "gate_lead", F_BOOL, .help = "A gate lead may take back any scan, and insist" },
	FIELDS_END,
};

const struct field USHER_OF_EVENT[] = {
	{ "usher_id", F_ID, .help = "The usher" },
	{ "account_id", F_ID, .help = "Their account" },
	{ "name", F_TEXT, .help = "Name" },
	{ "username", F_TEXT, .null = true, .help = "What they sign in with" },
	{ "gate", F_TEXT, .help = "Where they stand; empty: anywhere" },
	{ "gate_lead", F_BOOL, .help = "May take back any scan there, and insist" },
	{ "created_at", F_TIME, .help = "Since when" },
	FIELDS_NAMED("event_usher"),
};
const struct field USHER_ASSIGNMENT[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "usher_id", F_ID, .help = "The usher" },
	{ "gate", F_TEXT, .help = "Where they stand; empty: anywhere" },
	{ "gate_lead", F_BOOL, .help = "May take back any scan there, and insist" },
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
	bool lead;

	if (!event)
		return ANSWERED;
	if (!office_usher_exists(rq->db, usher_id)) {
		field_fault(rq, "usher_id", "There is no such usher.");
		return refuse_fields(rq);
	}
	was = office_usher_assigned(rq->db, row_int(event, "id"), usher_id);
	/* Who is moved to another gate stays what they are; a page's form says it either way. */
	lead = field_given(rq, "gate_lead") || wants_page(rq) ? field_bool(rq, "gate_lead")
							      : was && row_bool(was, "gate_lead");
	office_usher_assign(rq->db, row_int(event, "id"), usher_id, field_text(rq, "gate"), lead, rq->now);
	answer_int(rq->data, "event_id", row_int(event, "id"));
	answer_int(rq->data, "usher_id", usher_id);
	answer_text(rq->data, "gate", field_text(rq, "gate"));
	answer_bool(rq->data, "gate_lead", lead);
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
