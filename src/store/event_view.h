#ifndef STORE_EVENT_VIEW_H
#define STORE_EVENT_VIEW_H
/* How often an event's public page was looked at, by the days where the event is, and what came of it. */
#include "db/db.h"
#include "store/day.h"

struct event_views {
	int64_t event_id, views;
};

/* Adds them to the day that now is where each event is; of events that are gone nothing is kept. False: nothing was written. */
bool event_views_add(struct db *db, const struct event_views views[], size_t n, ms_t now);

/* From look to sale: since (the first day that was counted, NULL: none), views, and of orders that were begun since then begun and paid,
 * whatever became of them; organizer_id: whose. zone: the event's. Never NULL but on failure. */
const struct row *event_conversion(struct db *db, int64_t event_id, int64_t organizer_id, const char *zone);

#endif
