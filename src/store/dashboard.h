#ifndef STORE_DASHBOARD_H
#define STORE_DASHBOARD_H
/* The back office's first page: what sells, what comes, what needs somebody. Days are those of zone, the site's. */
#include "db/db.h"

/* orders_today, tickets_today, orders_held (live holds), customers, customers_today, events_published, scans_today,
 * entries_today, outbox_queued, outbox_failed */
const struct row *dashboard_numbers(struct db *db, const char *zone, ms_t now);
/* currency, today, month (30 days), both less what went back in that time, refunded (30 days) */
const struct rows *dashboard_revenue(struct db *db, const char *zone, ms_t now);
/* label ("21 Nov"), day, value (orders paid that day), tickets; each of the last 14 days, oldest first, none left out */
const struct rows *dashboard_days(struct db *db, const char *zone, ms_t now);
/* The next 8 published events that are not over: id, title, starts_at, time_zone, venue, capacity, sold, ushers,
 * now:bool */
const struct rows *dashboard_events(struct db *db, ms_t now);
/* What needs somebody: code, noun_id, title, n. Codes: no_ushers (an event within a day has none), no_categories,
 * restored_copy, draft_soon (a draft that starts within a week), payment_stuck, refund_failed (of tickets, and its
 * payment stands), outbox_failed, outbox_stuck, job_failed, audit_unsealed. At most 50, those of single events last. */
const struct rows *dashboard_alerts(struct db *db, ms_t now);

#endif
