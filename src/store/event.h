#ifndef STORE_EVENT_H
#define STORE_EVENT_H
/* Events as the public sees them. */
#include "store/day.h"

struct event_filter {
	const char *category, *city, *search; /* NULL: any; category is a slug */
	const char *currency;		      /* NULL: any; prices of several cannot be compared */
	const char *sort_by;		      /* date, price, popularity */
	bool descending, featured, capped;
	int64_t organizer_id, price_min; /* 0: any; prices in minor units */
	int64_t price_max;		 /* where it is capped: 0 is what costs nothing */
	ms_t now;
	const struct day_edge *from,
		*to; /* the beginning of the first day and the end of the last, where it is; NULL: any */
};

/* Published events that are not over. Columns as api.md names them: id, uuid, title, description,
 * category{slug, name}, starts_at, ends_at, time_zone, venue{…}, organizer{id, name}, image, price_from (the cheapest that can still be had, else NULL), currency, status,
 * featured, turning, ticket_categories. */
struct row_list *event_list(struct db *db, const struct event_filter *filter);
/* One that is not a draft; the same columns. */
const struct row *event_get(struct db *db, int64_t id, ms_t now);
/* The same of a draft too, for who may see it before it is published. */
const struct row *event_preview(struct db *db, int64_t id, ms_t now);
/* What an organizer says of themselves: about, which may be NULL, and events, how many of theirs are to come. */
const struct row *event_organizer(struct db *db, int64_t organizer_id, ms_t now);
/* What its poster is drawn from: title, category (a slug). NULL for a draft. */
const struct row *event_cover(struct db *db, int64_t id);
/* id, slug, name, events (how many are on sale). */
const struct rows *event_categories(struct db *db, ms_t now);
/* In what those are sold that a filter lets through, whatever it says of prices and currency: currency. */
const struct rows *event_currencies(struct db *db, const struct event_filter *filter);
/* Of those that are sold in a currency, the price from which the dearest is to be had; 0: none is. */
int64_t event_dearest(struct db *db, const char *currency, ms_t now);
/* The cities of events to come: city, events. */
const struct rows *event_cities(struct db *db, ms_t now);
/* How many play there. */
int64_t performers_of(struct db *db, int64_t event_id);

#endif
