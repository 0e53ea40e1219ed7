/* Events as the public sees them: the same three actions answer the API and the customer's pages. */
#include "store/event.h"
#include "app/actions/event.h"
#include "app/calendar.h"
#include "app/cover.h"
#include "app/performer.h"
#include "app/picture.h"
#include "app/resource.h"
#include "base/money.h"
#include "base/prose.h"
#include "rules/price.h"
#include <string.h>

enum { PROSE_HTML = 1 << 20 };

const struct field EVENT_FEATURED[] = { FIELDS_PAGE_SORTED("date,popularity"), FIELDS_END };
const struct field EVENT_LIST[] = {
	FIELDS_PAGE_SORTED("date,price,popularity"),
	{ "category", F_TEXT, .max = 40, .help = "A category's slug" },
	{ "city", F_TEXT, .max = 120, .help = "City" },
	{ "date_from", F_DATE, .help = "Of events on this day or after it, by the clocks where each is" },
	{ "date_to", F_DATE, .help = "Of events on this day or before it, by the clocks where each is" },
	{ "currency", F_CURRENCY,
	  .help = "Sold in it. Where events are sold in several, a price means nothing without it" },
	{ "price_min", F_INT, .min = 0, .max = 10000000000000, .help = "Cheapest ticket, at least (minor units)" },
	{ "price_max", F_INT, .min = 0, .max = 10000000000000, .help = "Cheapest ticket, at most (minor units)" },
	{ "organizer", F_ID, .help = "An organizer's id" },
	FIELDS_END,
};

static const struct field CATEGORY_ON_SALE[] = {
	{ "id", F_ID, .help = "What a booking names" },
	{ "name", F_TEXT, .help = "Such as Standing" },
	{ "description", F_TEXT, .help = "One line for buyers" },
	{ "price", F_MONEY, .help = "Of one ticket" },
	{ "currency", F_CURRENCY, .help = "The event's own" },
	{ "available", F_INT, .help = "How many are left now; held ones are not" },
	{ "max_per_order", F_INT, .help = "At most in one order" },
	{ "sales_start", F_TIME, .null = true, .help = "null: at once" },
	{ "sales_end", F_TIME, .null = true, .help = "null: until the event ends" },
	FIELDS_NAMED("category_on_sale"),
};

const struct field EVENT_ANSWER[] = {
	{ "id", F_ID, .help = "The event" },
	{ "uuid", F_UUID, .help = "The same, for other systems" },
	{ "title", F_TEXT, .help = "What people read first" },
	{ "description", F_LONG_TEXT, .help = "Text for the public, in Markdown" },
	{ "description_html", F_LONG_TEXT, .sometimes = true,
	  .help = "Of one event alone, and for apps: the same as HTML, of which nothing is left but headings (h3 and below),"
		  " paragraphs, lists, quotes, emphasis, code and links to the web" },
	{ "category.slug", F_TEXT, .help = "Its kind, as the filter names it" },
	{ "category.name", F_TEXT, .help = "Its kind, for people" },
	{ "starts_at", F_TIME, .help = "When it begins" },
	{ "ends_at", F_TIME, .help = "When it ends" },
	{ "time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "venue.id", F_ID, .help = "The place" },
	{ "venue.name", F_TEXT, .help = "Its name" },
	{ "venue.address", F_TEXT, .help = "Street and number" },
	{ "venue.city", F_TEXT, .help = "City" },
	{ "venue.country", F_COUNTRY, .help = "ISO 3166-1, two letters" },
	{ "venue.latitude", F_REAL, .null = true, .help = "Degrees north" },
	{ "venue.longitude", F_REAL, .null = true, .help = "Degrees east" },
	{ "organizer.id", F_ID, .help = "Whose event" },
	{ "organizer.name", F_TEXT, .help = "The company" },
	{ "organizer.logo", F_TEXT, .null = true, .help = "Address of its logo" },
	{ "image", F_TEXT, .null = true, .help = "Address of its picture" },
	{ "image_focus", F_CHOICE, .choices = COVER_FOCUS, .help = "Around what it is cut: ?size=wide-800&focus=…" },
	{ "price_from", F_MONEY, .null = true, .help = "The cheapest that can still be had; null: none can" },
	{ "currency", F_CURRENCY, .help = "Of all its prices" },
	{ "status", F_CHOICE, .choices = "published,cancelled", .help = "Does it take place" },
	{ "featured", F_BOOL, .help = "Shown first" },
	{ "turning", F_BOOL, .help = "Do its tickets' codes turn: they are shown on a phone, and never on paper" },
	{ "ticket_categories", F_LIST, .of = CATEGORY_ON_SALE, .help = "What can be bought" },
	{ "performers", F_LIST, .of = PERFORMER_ANSWER, .help = "Who plays there, in their order" },
	FIELDS_NAMED("public_event"),
};

const struct field EVENT_KIND_ANSWER[] = {
	{ "id", F_ID, .help = "The kind" },
	{ "slug", F_TEXT, .help = "What the filter category takes" },
	{ "name", F_TEXT, .help = "For people" },
	{ "events", F_INT, .help = "How many are still to come" },
	FIELDS_NAMED("event_kind"),
};

/* A day that was given, where each event is. */
static const struct day_edge *edge(struct request *rq, const char *field, bool end)
{
	const char *date = field_text(rq, field);
	struct day_edge *edge = date ? talloc(rq->mem, struct day_edge) : NULL;

	if (edge)
		*edge = day_edge(rq->mem, rq->db, date, end, rq->config->time_zone);
	return edge;
}

static struct event_filter filter_of(struct request *rq)
{
	return (struct event_filter){ .category = field_text(rq, "category"),
				      .city = field_text(rq, "city"),
				      .search = field_text(rq, "search"),
				      .currency = field_text(rq, "currency"),
				      .sort_by = field_text(rq, "sort_by"),
				      .descending = field_text(rq, "sort_order")[0] == 'd',
				      .organizer_id = field_int(rq, "organizer"),
				      .price_min = field_int(rq, "price_min"),
				      .price_max = field_int(rq, "price_max"),
				      .capped = field_given(rq, "price_max"),
				      .now = rq->now,
				      .from = edge(rq, "date_from", false),
				      .to = edge(rq, "date_to", true) };
}

/* What can be bought, for a cell of a file: "Standing 15.00; Balcony 40.00". */
static const char *categories_said(struct request *rq, const char *json)
{
	struct json_object *all = json_tokener_parse(json);
	char *said = talloc_strdup(rq->mem, ""), price[24];

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);
		int places = money_places(tree_text(one, "currency"));

		said = talloc_asprintf_append(said, "%s%s %s", i ? "; " : "", tree_text(one, "name"),
					      money_decimal(tree_int(one, "price"), places < 0 ? 0 : places, price,
							    sizeof price));
	}
	json_object_put(all);
	return said;
}

/* Events, with their pictures, which are everybody's; for a file with words for what can be bought. */
static struct row_list *events(struct request *rq, const struct event_filter *filter)
{
	static const char *const IMAGE[] = { "image", "organizer.logo", NULL },
				 *const CATEGORIES[] = { "ticket_categories", NULL },
				 *const PERFORMERS[] = { "performers", NULL };
	bool file = list_format(rq);
	struct row_list *list = picture_list(rq, event_list(rq->db, filter), &(struct pictures){ IMAGE, picture_open });

	list = picture_list(rq, list, &(struct pictures){ PERFORMERS, file ? performers_said : performers_open });
	return file ? picture_list(rq, list, &(struct pictures){ CATEGORIES, categories_said }) : list;
}

/* Does it go by prices of several currencies, of which none is the higher? */
static bool mixes_currencies(const struct event_filter *filter, const struct rows *currencies)
{
	bool by_price =
		(filter->sort_by && !strcmp(filter->sort_by, "price")) || filter->price_min || filter->price_max;

	return by_price && !filter->currency && currencies->n > 1;
}

static const char *listed(struct request *rq, const struct rows *currencies)
{
	char *all = talloc_strdup(rq->mem, "");

	for (size_t i = 0; i < currencies->n; i++) {
		struct row row = row_at(currencies, i);

		all = talloc_asprintf_append(all, i ? ", %s" : "%s", row_text(&row, "currency"));
	}
	return all;
}

/* An app is asked which one; a page asks by its form, and goes by no price until it knows. */
static bool one_currency(struct request *rq, struct event_filter *filter)
{
	const struct rows *currencies = event_currencies(rq->db, filter);

	if (!mixes_currencies(filter, currencies))
		return true;
	filter->sort_by = NULL;
	filter->price_min = filter->price_max = 0;
	filter->capped = false;
	if (wants_page(rq))
		return true;
	field_fault(rq, "currency", "Events are sold in %s. Say by which prices.", listed(rq, currencies));
	refuse_fields(rq);
	return false;
}

int event_index(struct request *rq)
{
	struct event_filter filter = filter_of(rq);

	if (!one_currency(rq, &filter))
		return ANSWERED;
	return answer_whole_list(rq, "events", events(rq, &filter));
}

static void answer_price(struct json_object *list, int64_t price)
{
	json_object_array_add(list, json_object_new_int64(price));
}

/* Amounts that mean something in the currency that is gone by: the chosen one, or the only one that there is. What was asked for is
 * among them. */
static void answer_prices(struct request *rq, const struct event_filter *filter, const struct rows *currencies)
{
	struct row only = currencies->n == 1 ? row_at(currencies, 0) : (struct row){ 0 };
	const char *currency = filter->currency ? filter->currency : only.cells ? row_text(&only, "currency") : NULL;
	struct json_object *list = answer_array(rq->beside, "prices");
	int64_t steps[PRICE_STEPS];
	size_t n = currency ? price_steps(event_dearest(rq->db, currency, rq->now), steps) : 0;
	bool among = !filter->capped || !currency;

	for (size_t i = 0; i < n; i++) {
		if (!among && filter->price_max < steps[i])
			answer_price(list, filter->price_max);
		among = among || filter->price_max <= steps[i];
		answer_price(list, steps[i]);
	}
	if (!among)
		answer_price(list, filter->price_max);
}

/* What a page's list can be narrowed by. */
int event_index_beside(struct request *rq)
{
	struct event_filter filter = filter_of(rq);
	const struct rows *currencies = event_currencies(rq->db, &filter);

	answer_rows(rq->beside, "categories", event_categories(rq->db, rq->now));
	answer_rows(rq->beside, "cities", event_cities(rq->db, rq->now));
	answer_rows(rq->beside, "currencies", currencies);
	answer_prices(rq, &filter, currencies);
	answer_bool(rq->beside, "asks_currency", mixes_currencies(&filter, currencies));
	return ANSWERED;
}

int event_featured(struct request *rq)
{
	struct event_filter filter = { .featured = true,
				       .search = field_text(rq, "search"),
				       .sort_by = field_text(rq, "sort_by"),
				       .descending = list_descending(rq, false),
				       .now = rq->now };

	return answer_whole_list(rq, "featured-events", events(rq, &filter));
}

int event_category_index(struct request *rq)
{
	return answer_whole_list(rq, "event-categories", rows_list(rq->mem, event_categories(rq->db, rq->now)));
}

static void answer_prose(struct request *rq, const char *text)
{
	struct buf *html = buf_new(rq->mem, PROSE_HTML);

	prose_html(html, text);
	if (!buf_over(html))
		answer_text(rq->data, "description_html", html->data);
}

int event_show(struct request *rq)
{
	const struct row *event = event_get(rq->db, path_id(rq, "event_id"), rq->now);

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	answer_row(rq->data, event);
	event_pictures_in(rq, rq->data);
	if (!wants_page(rq))
		answer_prose(rq, row_text(event, "description"));
	return ANSWERED;
}

/* Is it one of the customer's favourites? Whose it is, and where calendars take it. */
int event_beside(struct request *rq)
{
	int64_t id = tree_int(rq->data, "id");
	const struct row *by =
		event_organizer(rq->db, tree_int(json_object_object_get(rq->data, "organizer"), "id"), rq->now);

	if (by)
		answer_row(answer_object(rq->beside, "organizer"), by);
	calendar_beside(rq, id, talloc_asprintf(rq->mem, "events/%lld", (long long)id));
	if (rq->who.role == CUSTOMER)
		answer_bool(rq->beside, "favorite",
			    resource_row(rq, resource_named("customer", "favorites"), tree_int(rq->data, "id")));
	return ANSWERED;
}

/* The front page: what is featured, and what is next. */
int event_home(struct request *rq)
{
	struct event_filter featured = { .featured = true, .now = rq->now }, next = { .now = rq->now };
	struct row_list *first = events(rq, &featured), *then = events(rq, &next);

	answer_rows(rq->data, "featured", first->page(first, 1, 5));
	answer_rows(rq->data, "next", then->page(then, 1, 8));
	answer_rows(rq->data, "categories", event_categories(rq->db, rq->now));
	return ANSWERED;
}

/* Drawn, for an event that brought no picture of its own. */
int event_poster(struct request *rq)
{
	const struct row *cover = event_cover(rq->db, path_id(rq, "event_id"));

	if (!cover)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	answer_poster(rq, path_id(rq, "event_id"), row_text(cover, "title"), row_text(cover, "category"));
	return ANSWERED;
}
