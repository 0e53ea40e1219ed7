/* An organizer's own events: what was sold, who is in. Figures that move come from live/; these are for reading. */
#include "store/organizer.h"
#include "app/actions/organizer.h"
#include "app/event_figures.h"
#include "store/books.h"
#include "store/live.h"
#include <string.h>

const struct field ORGANIZER_EVENTS[] = {
	FIELDS_PAGE_SORTED("starts_at"),
	{ "when", F_CHOICE, .choices = "upcoming,past", .help = "Before or after the event" },
	FIELDS_END,
};
const struct field ORGANIZER_EVENT[] = {
	{ "screen", F_BOOL, .help = "The page for a screen in the office: the live counts and nothing else" },
	FIELDS_END,
};

#define NOT_YOURS "; null: it is not yours to see"

static const struct field REVENUE[] = {
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "revenue", F_MONEY, .help = "What your paid orders brought, after discounts" },
	{ "today", F_MONEY, .help = "Of it since midnight where each event is" },
	FIELDS_END,
};
const struct field ORGANIZER_STATS[] = {
	{ "events", F_INT, .help = "Your events" },
	{ "on_sale", F_INT, .help = "Of them still to come, and published" },
	{ "tickets_sold", F_INT, .help = "In all" },
	{ "tickets_today", F_INT, .help = "Since midnight where each event is" },
	{ "orders_today", F_INT, .help = "Since midnight where each event is" },
	{ "revenue", F_LIST, .of = REVENUE, .help = "Of each currency; of who may not see it none" },
	FIELDS_END,
};

/* clang-format off */
#define EVENT_ROW                                                                                                      \
	{ "id", F_ID, .help = "The event" },                                                                           \
		{ "title", F_TEXT, .help = "Its title" },                                                              \
		{ "status", F_CHOICE, .choices = "draft,published,cancelled", .help = "Does it take place" },          \
		{ "starts_at", F_TIME, .help = "When it begins" },                                                     \
		{ "ends_at", F_TIME, .help = "When it ends" },                                                         \
		{ "time_zone", F_ZONE, .help = "In which its times are shown" },                                       \
		{ "currency", F_CURRENCY, .help = "Of its revenue" },                                                  \
		{ "scanning_enabled", F_BOOL, .help = "May gates scan" },                                              \
		{ "phase", F_CHOICE, .choices = "upcoming,running,past", .help = "By the clock" },                     \
		{ "venue.name", F_TEXT, .help = "Where" },                                                             \
		{ "venue.city", F_TEXT, .help = "In which city" },                                                     \
		{ "capacity", F_INT, .help = "How many tickets there are" },                                           \
		{ "sold", F_INT, .help = "Paid" },                                                                     \
		{ "held", F_INT, .help = "Booked, not yet paid" },                                                     \
		{ "revenue", F_MONEY, .null = true, .help = "What your paid orders brought, after discounts" NOT_YOURS }
/* clang-format on */

const struct field ORGANIZER_EVENT_ROW[] = { EVENT_ROW, FIELDS_NAMED("organizers_event") };

static const struct field BY_DAY[] = {
	{ "day", F_DATE, .help = "In the event's time zone" },
	{ "tickets", F_INT, .help = "Sold" },
	{ "orders", F_INT, .help = "Paid" },
	{ "revenue", F_MONEY, .null = true, .help = "What they brought" NOT_YOURS },
	{ "views", F_INT, .help = "Of its public page" },
	FIELDS_END,
};
static const struct field BY_CATEGORY[] = {
	{ "id", F_ID, .help = "Ticket category" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "price", F_MONEY, .help = "Of one ticket now" },
	{ "capacity", F_INT, .help = "How many there are" },
	{ "sold", F_INT, .help = "Paid" },
	{ "held", F_INT, .help = "Booked, not yet paid" },
	{ "revenue", F_MONEY, .null = true, .help = "What they brought" NOT_YOURS },
	{ "entered", F_INT, .help = "Who came with one" },
	FIELDS_END,
};
static const struct field ANALYTICS[] = {
	{ "sold", F_INT, .help = "Tickets paid" },
	{ "entered", F_INT, .help = "Who came" },
	{ "check_in_rate", F_INT, .help = "Of the sold, in percent" },
	{ "revenue", F_MONEY, .null = true, .help = "What your paid orders brought" NOT_YOURS },
	{ "gross", F_MONEY, .null = true, .help = "What was paid to you, less what went back" NOT_YOURS },
	{ "fees", F_MONEY, .null = true, .help = "Of it, what the house takes" NOT_YOURS },
	{ "taxes", F_MONEY, .null = true, .help = "Of it, what is tax" NOT_YOURS },
	{ "net", F_MONEY, .null = true, .help = "What is left for you" NOT_YOURS },
	{ "by_day", F_LIST, .of = BY_DAY, .help = "The last thirty days of the sale" },
	{ "by_category", F_LIST, .of = BY_CATEGORY, .help = "Of each ticket category" },
	{ "by_hour", F_LIST, .of = CHECK_IN_HOURS, .help = "The last day with entries" },
	FIGURE_CHECK_INS,
	FIGURE_CONVERSION,
	FIELDS_END,
};
const struct field ORGANIZER_EVENT_SHOWN[] = {
	EVENT_ROW,
	{ "analytics", F_OBJECT, .of = ANALYTICS, .help = "Sales and entries" },
	FIELDS_END,
};

static void answer_stats(struct request *rq, struct json_object *into)
{
	const struct row *stats = organizer_stats(rq->db, rq->who.role_id, rq->now);
	const struct rows *revenue = organizer_revenue(rq->db, rq->who.role_id);
	struct organizer_sales today;
	struct json_object *list;

	if (!stats || !organizer_today(rq->db, rq->who.role_id, rq->now, &today))
		return;
	answer_row(into, stats);
	answer_int(into, "tickets_today", today.tickets);
	answer_int(into, "orders_today", today.orders);
	if (!has_right(&rq->who, RIGHT_MONEY)) {
		answer_array(into, "revenue");
		return;
	}
	list = answer_rows(into, "revenue", revenue);
	for (size_t i = 0; i < revenue->n; i++) {
		struct row row = row_at(revenue, i);
		int64_t total = 0;

		for (size_t k = 0; k < today.n; k++)
			if (row_is(&row, "currency", today.by_currency[k].currency))
				total = today.by_currency[k].total;
		answer_int(json_object_array_get_idx(list, i), "today", total);
	}
}

int organizer_dashboard(struct request *rq)
{
	answer_stats(rq, rq->data);
	return ANSWERED;
}

int organizer_event_index(struct request *rq)
{
	const struct organizer_filter filter = { .search = field_text(rq, "search"),
						 .when = field_text(rq, "when"),
						 .by_start = field_given(rq, "sort_by"),
						 .descending = list_descending(rq, false),
						 .money = has_right(&rq->who, RIGHT_MONEY),
						 .now = rq->now };

	return answer_whole_list(rq, "events", organizer_events(rq->db, rq->who.role_id, &filter));
}

/* How sales stand, beside a page's list of events. */
int organizer_event_index_beside(struct request *rq)
{
	answer_stats(rq, answer_object(rq->beside, "stats"));
	return ANSWERED;
}

static int64_t entered_of(struct json_object *snapshot, int64_t category_id)
{
	struct json_object *list = json_object_object_get(snapshot, "by_category");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (tree_int(item, "id") == category_id)
			return tree_int(item, "entered");
	}
	return 0;
}

static void answer_categories(struct request *rq, struct json_object *into, int64_t event_id,
			      struct json_object *snapshot)
{
	const struct rows *rows = organizer_by_category(rq->db, rq->who.role_id, event_id);
	struct json_object *list = answer_rows(into, "by_category", rows);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		answer_int(json_object_array_get_idx(list, i), "entered", entered_of(snapshot, row_int(&row, "id")));
	}
}

/* What sales brought, everywhere in there. */
static void hide_money(struct json_object *analytics)
{
	static const char *const SUMS[] = { "revenue", "gross", "fees", "taxes", "net", NULL };
	static const char *const LISTS[] = { "by_day", "by_category", NULL };

	for (const char *const *name = SUMS; *name; name++)
		answer_null(analytics, *name);
	for (const char *const *name = LISTS; *name; name++) {
		struct json_object *list = json_object_object_get(analytics, *name);

		for (size_t i = 0; i < json_object_array_length(list); i++)
			answer_null(json_object_array_get_idx(list, i), "revenue");
	}
}

static void answer_analytics(struct request *rq, const struct row *event, struct json_object *snapshot)
{
	int64_t id = row_int(event, "id"), sold = row_int(event, "sold");
	int64_t entered = tree_int(json_object_object_get(snapshot, "counts"), "entered");
	ms_t until = row_time(event, "ends_at") < rq->now ? row_time(event, "ends_at") : rq->now;
	struct json_object *analytics = answer_object(rq->data, "analytics");
	const struct row *books = books_of_event(rq->db, rq->who.role_id, id);
	const struct rows *quarters = scan_quarters(rq->db, id);

	answer_int(analytics, "sold", sold);
	answer_int(analytics, "entered", entered);
	answer_int(analytics, "check_in_rate", sold ? (200 * entered + sold) / (2 * sold) : 0);
	answer_int(analytics, "revenue", row_int(event, "revenue"));
	if (books)
		answer_row(analytics, books);
	answer_rows(analytics, "by_day",
		    organizer_sales_by_day(rq->db, rq->who.role_id, id, row_text(event, "time_zone"), until));
	answer_categories(rq, analytics, id, snapshot);
	answer_last_hours(analytics, quarters, row_text(event, "time_zone"));
	answer_check_ins(analytics, quarters, row_text(event, "time_zone"));
	answer_conversion(rq, analytics, id, rq->who.role_id, row_text(event, "time_zone"));
	if (!has_right(&rq->who, RIGHT_MONEY))
		hide_money(analytics);
}

/* One event with its analytics. */
int organizer_event_show(struct request *rq)
{
	const struct row *event =
		organizer_event(rq->db, rq->who.role_id, path_id(rq, "id"), has_right(&rq->who, RIGHT_MONEY), rq->now);
	struct json_object *snapshot;

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event among yours.");
	snapshot = live_snapshot(rq->db, row_int(event, "id"), rq->now);
	if (!snapshot)
		return ANSWERED;
	answer_row(rq->data, event);
	answer_analytics(rq, event, snapshot);
	json_object_put(snapshot);
	return ANSWERED;
}

/* Its live counts, for who may see them, so that the page reads without JavaScript. */
int organizer_event_beside(struct request *rq)
{
	bool may = has_right(&rq->who, RIGHT_GATE);
	struct json_object *snapshot = may ? live_snapshot(rq->db, path_id(rq, "id"), rq->now) : NULL;

	if (snapshot)
		answer_add(rq->beside, "live", snapshot);
	return ANSWERED;
}
