/* What was sold and what went back: by period, event, organizer and kind of event, each currency by itself, for no sum has two. */
#include "app/actions/trend.h"
#include "app/trend.h"
#include <string.h>

const char *const SALE_NAMES[] = { "orders",  "tickets",  "gross", "discounts", "sales",
				   "refunds", "refunded", "net",   "fees",	NULL };

/* clang-format off */
#define SALE_SUM                                                                                                       \
	{ "orders", F_INT, .help = "Paid then, whatever became of them" },                                             \
	{ "tickets", F_INT, .help = "In them" },                                                                       \
	{ "gross", F_MONEY, .help = "What they cost before discounts" },                                               \
	{ "discounts", F_MONEY, .help = "What was taken off" },                                                        \
	{ "sales", F_MONEY, .help = "What was paid for them" },                                                        \
	{ "refunds", F_INT, .help = "Refunds that were made then, whenever was paid" },                                \
	{ "refunded", F_MONEY, .help = "What they gave back" },                                                        \
	{ "net", F_MONEY, .help = "Sales less what was given back" },                                                  \
	{ "fees", F_MONEY, .help = "What the house took of sales, less what of it went back" }
/* clang-format on */

static const struct field SUMS[] = { SALE_SUM, FIELDS_NAMED("sales_sum") };
static const struct field PERIOD[] = { TREND_PERIOD, SALE_SUM, FIELDS_NAMED("sales_period") };
static const struct field NAMED[] = {
	{ "id", F_ID, .help = "Which" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	SALE_SUM,
	FIELDS_NAMED("sales_of"),
};
static const struct field KIND[] = {
	{ "id", F_ID, .help = "The kind of event" },
	{ "slug", F_TEXT, .help = "Its short name" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	SALE_SUM,
	FIELDS_NAMED("sales_of_kind"),
};
/* Of each currency, whatever is told of it besides. */
/* clang-format off */
#define OF_CURRENCY                                                                                                    \
	{ "currency", F_CURRENCY, .help = "Of these amounts" },                                                        \
	{ "total", F_OBJECT, .of = SUMS, .help = "Of the whole range" },                                               \
	{ "before", F_OBJECT, .of = SUMS, .help = "Of the one before it" }
/* clang-format on */

static const struct field CURRENCY[] = {
	OF_CURRENCY,
	{ "periods", F_LIST, .of = PERIOD, .help = "All, the first first" },
	{ "events", F_LIST, .of = NAMED, .help = "That sold most, at most ten" },
	{ "organizers", F_LIST, .of = NAMED, .help = "That sold most, at most ten" },
	{ "categories", F_LIST, .of = KIND, .help = "Kinds of events, the most sold first, at most ten" },
	FIELDS_END,
};
static const struct field CURRENCY_OWN[] = {
	OF_CURRENCY,
	{ "periods", F_LIST, .of = PERIOD, .help = "All, the first first" },
	{ "events", F_LIST, .of = NAMED, .help = "That sold most, at most ten" },
	{ "categories", F_LIST, .of = KIND, .help = "Kinds of events, the most sold first, at most ten" },
	FIELDS_END,
};
const struct field TREND_OWN[] = {
	TREND_HEAD,
	{ "currencies", F_LIST, .of = CURRENCY_OWN, .help = "Each by itself" },
	FIELDS_END,
};
const struct field TREND_OWN_ASK[] = {
	TREND_RANGE,
	{ "by", F_CHOICE, .choices = "period,event,category", .otherwise = "period",
	  .help = "What a file has a line for" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field TREND_REVENUE[] = {
	TREND_HEAD,
	{ "currencies", F_LIST, .of = CURRENCY, .help = "Each by itself" },
	FIELDS_END,
};
const struct field TREND_REVENUE_ASK[] = {
	TREND_RANGE,
	{ "by", F_CHOICE, .choices = "period,event,organizer,category", .otherwise = "period",
	  .help = "What a file has a line for" },
	FIELD_FORMAT,
	FIELDS_END,
};

enum { SHOWN = 10, IN_FILE = 9000 };

/* ---- by currency ---- */

static bool has_currency(struct json_object *list, const char *currency)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!strcmp(tree_text(json_object_array_get_idx(list, i), "currency"), currency))
			return true;
	return false;
}

/* Those of two answers, each once: what sold before and does no more is told too. */
static void add_currencies(struct json_object *list, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (!has_currency(list, row_text(&row, "currency")))
			answer_text(answer_item(list), "currency", row_text(&row, "currency"));
	}
}

static void answer_named(struct json_object *into, const char *key, const struct rows *rows, const char *currency)
{
	struct json_object *list = answer_array(into, key);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (row_is(&row, "currency", currency))
			answer_row(answer_item(list), &row);
	}
}

static void answer_revenue(struct request *rq, const struct trend *t)
{
	const struct rows *total = trend_sales(rq->db, &t->span), *before = trend_sales(rq->db, &t->before);
	const struct rows *periods = trend_sales_by_period(rq->db, &t->span, t->grain);
	const struct rows *events = trend_sales_by(rq->db, &t->span, BY_EVENT, SHOWN);
	const struct rows *organizers =
		t->span.organizer_id ? NULL : trend_sales_by(rq->db, &t->span, BY_ORGANIZER, SHOWN);
	const struct rows *kinds = trend_sales_by(rq->db, &t->span, BY_KIND, SHOWN);
	struct json_object *list = answer_array(rq->data, "currencies");

	add_currencies(list, total);
	add_currencies(list, before);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *of = json_object_array_get_idx(list, i);
		const char *currency = tree_text(of, "currency");

		trend_answer_sums(of, "total", total, currency, SALE_NAMES);
		trend_answer_sums(of, "before", before, currency, SALE_NAMES);
		trend_answer_periods(of, "periods", t, periods, currency, SALE_NAMES);
		answer_named(of, "events", events, currency);
		if (organizers)
			answer_named(of, "organizers", organizers, currency);
		answer_named(of, "categories", kinds, currency);
	}
}

/* What a file has lines of. */
static const struct rows *lines_of(struct request *rq, const struct trend *t)
{
	const char *by = field_text(rq, "by");

	if (!strcmp(by, "period"))
		return trend_sales_by_period(rq->db, &t->span, t->grain);
	return trend_sales_by(rq->db, &t->span,
			      !strcmp(by, "event")	 ? BY_EVENT
			      : !strcmp(by, "organizer") ? BY_ORGANIZER
							 : BY_KIND,
			      IN_FILE);
}

/* GET analytics/revenue/, of the house or of the organizer who asks. */
int trend_revenue(struct request *rq)
{
	const char *format = list_format(rq);
	struct trend t;

	if (!trend_read(rq, &t) || !trend_open(rq->db))
		return ANSWERED;
	if (format) {
		const struct rows *lines = lines_of(rq, &t);

		answer_whole_list(rq, "revenue", rows_list(rq->mem, lines));
	} else {
		trend_answer_head(rq, &t);
		answer_revenue(rq, &t);
	}
	trend_close(rq->db);
	return ANSWERED;
}

/* ---- kinds of events ---- */

static const struct field KIND_EVENTS[] = {
	{ "id", F_ID, .help = "The kind of event" },
	{ "slug", F_TEXT, .help = "Its short name" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "events", F_INT, .help = "That begin in the range, and were published" },
	{ "before_events", F_INT, .help = "The same of the range before" },
	FIELDS_END,
};
static const struct field CURRENCY_OF_KINDS[] = {
	OF_CURRENCY,
	{ "categories", F_LIST, .of = KIND, .help = "The most sold first" },
	{ "categories_before", F_LIST, .of = KIND, .help = "The same of the range before" },
	FIELDS_END,
};
const struct field TREND_EVENT_CATEGORIES[] = {
	TREND_HEAD,
	{ "categories", F_LIST, .of = KIND_EVENTS, .help = "All kinds of events" },
	{ "currencies", F_LIST, .of = CURRENCY_OF_KINDS, .help = "Each by itself" },
	FIELDS_END,
};

static void answer_kinds(struct request *rq, const struct trend *t)
{
	const struct rows *total = trend_sales(rq->db, &t->span), *before = trend_sales(rq->db, &t->before);
	const struct rows *kinds = trend_sales_by(rq->db, &t->span, BY_KIND, IN_FILE),
			  *kinds_before = trend_sales_by(rq->db, &t->before, BY_KIND, IN_FILE);
	struct json_object *list;

	answer_rows(rq->data, "categories", trend_kinds(rq->db, &t->span, &t->before));
	list = answer_array(rq->data, "currencies");
	add_currencies(list, total);
	add_currencies(list, before);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *of = json_object_array_get_idx(list, i);
		const char *currency = tree_text(of, "currency");

		trend_answer_sums(of, "total", total, currency, SALE_NAMES);
		trend_answer_sums(of, "before", before, currency, SALE_NAMES);
		answer_named(of, "categories", kinds, currency);
		answer_named(of, "categories_before", kinds_before, currency);
	}
}

/* GET analytics/event-categories/. */
int trend_event_categories(struct request *rq)
{
	struct trend t;

	if (!trend_read(rq, &t) || !trend_open(rq->db))
		return ANSWERED;
	if (list_format(rq)) {
		answer_whole_list(rq, "event-categories",
				  rows_list(rq->mem, trend_sales_by(rq->db, &t.span, BY_KIND, IN_FILE)));
	} else {
		trend_answer_head(rq, &t);
		answer_kinds(rq, &t);
	}
	trend_close(rq->db);
	return ANSWERED;
}
