#ifndef STORE_ANALYTICS_H
#define STORE_ANALYTICS_H
/* What a customer spent. Of paid orders; what went back is told apart. */
#include "store/day.h"

/* By currency, the most spent first: currency, spent, refunded, orders, tickets (of paid orders). */
const struct rows *analytics_totals(struct db *db, int64_t customer_id);
/* month ("2026-11", as the clocks of zone showed it), currency, spent, orders, tickets: months with something since a moment. */
const struct rows *analytics_months(struct db *db, int64_t customer_id, const char *zone, ms_t since, ms_t now);
/* By the events' kind, the most spent first: currency, slug, name, spent, tickets. */
const struct rows *analytics_categories(struct db *db, int64_t customer_id);
/* Their events: booked, attended, upcoming. */
const struct row *analytics_events(struct db *db, int64_t customer_id, ms_t now);

#endif
