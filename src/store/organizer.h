#ifndef STORE_ORGANIZER_H
#define STORE_ORGANIZER_H
/* What an organizer sees: their own events and how they do. Every query names the organizer; another's event is not there. */
#include "db/db.h"

/* A page of their events, those to come first: id, title, status, starts_at, ends_at, time_zone, currency, venue.name,
 * venue.city, capacity, sold, held, revenue. search may be NULL; when: upcoming, past or NULL. */
const struct rows *organizer_events(struct db *db, int64_t organizer_id, const char *search, const char *when, ms_t now,
				    int64_t page, int64_t limit, int64_t *total);
const struct row *organizer_event(struct db *db, int64_t organizer_id, int64_t event_id);
/* Figures of the front page: events, on_sale, tickets_sold, tickets_today, orders_today, entered_today. */
const struct row *organizer_stats(struct db *db, int64_t organizer_id, ms_t now, ms_t today);
/* Revenue by currency: currency, revenue, today. */
const struct rows *organizer_revenue(struct db *db, int64_t organizer_id, ms_t today);

/* Of one event (the caller has shown that it is the organizer's): */
/* day, tickets, orders, revenue: the last 30 days that had a sale, in the event's time zone offset by minutes. */
const struct rows *organizer_sales_by_day(struct db *db, int64_t event_id, int offset_minutes);
/* id, name, price, capacity, sold, held, entered, revenue */
const struct rows *organizer_by_category(struct db *db, int64_t event_id);
/* hour, entries: first entries by hour of day, in the event's time zone offset by minutes */
const struct rows *organizer_entries_by_hour(struct db *db, int64_t event_id, int offset_minutes);

/* The profile: id, name, company, about, email, mobile_number. */
const struct row *organizer_profile(struct db *db, int64_t organizer_id);
/* Gives figures their event: sold, revenue, entered, check_in_rate (percent, whole). */
const struct row *organizer_totals(struct db *db, int64_t event_id);

#endif
