#ifndef STORE_ORGANIZER_H
#define STORE_ORGANIZER_H
/* What an organizer sees: their own events and how they do. Every query names the organizer; another's event is not there.
 * Revenue, orders, tickets_sold and days are their own sales; capacity, held and sold are the event's, whoever sold. */
#include "db/db.h"

struct organizer_filter {
	const char *search;	   /* NULL: any */
	const char *when;	   /* upcoming, past; NULL: any */
	bool by_start, descending; /* by when they begin; else the nearest in time first */
	bool money;		   /* tells revenue too; else it is NULL */
	ms_t now;
};

/* Their events: id, title, status, starts_at, ends_at, time_zone, currency,
 * scanning_enabled, phase (upcoming, running, past), venue.name, venue.city, capacity, sold, held, revenue. */
struct row_list *organizer_events(struct db *db, int64_t organizer_id, const struct organizer_filter *filter);
const struct row *organizer_event(struct db *db, int64_t organizer_id, int64_t event_id, bool money, ms_t now);
/* Those that are over, without one of them: the same columns, the last first, at most a hundred. */
const struct rows *organizer_past_events(struct db *db, int64_t organizer_id, int64_t event_id, ms_t now);
/* Figures of the front page: events, on_sale, tickets_sold. */
const struct row *organizer_stats(struct db *db, int64_t organizer_id, ms_t now);
/* Revenue by currency: currency, revenue. */
const struct rows *organizer_revenue(struct db *db, int64_t organizer_id);

enum { ORGANIZER_CURRENCIES = 16 }; /* of one organizer; more are not told apart by day */

struct organizer_sales {
	int64_t tickets, orders;
	struct {
		char currency[4];
		int64_t total;
	} by_currency[ORGANIZER_CURRENCIES];
	size_t n;
};

/* What was sold today, of each event the day that it is there. False when the database failed. */
bool organizer_today(struct db *db, int64_t organizer_id, ms_t now, struct organizer_sales *out);

/* Of one event (the caller has shown that it is the organizer's): */
/* day, tickets, orders, revenue, views: the 30 days up to the one that until is in, from the first sale or view on, days without any too; days
 * are those of zone, the event's. */
const struct rows *organizer_sales_by_day(struct db *db, int64_t organizer_id, int64_t event_id, const char *zone,
					  ms_t until);
/* id, name, price, capacity, sold, held, revenue */
const struct rows *organizer_by_category(struct db *db, int64_t organizer_id, int64_t event_id);
/* Whom they are told by: name, email, mobile_number, locale; NULL: nobody who is active. */
const struct row *organizer_contact(struct db *db, int64_t organizer_id);

#endif
