#ifndef STORE_OFFICE_H
#define STORE_OFFICE_H
/* What staff do besides changing fields and the declared acts: delete events, assign ushers, read figures, settings. */
#include "db/db.h"

/* id, title, status, currency, time_zone, starts_at, ends_at, venue_id, capacity (0: any), sold:bool (an order was ever held or paid), categories (how
 * many ticket categories there are); NULL when there is no such event. */
const struct row *office_event(struct db *db, int64_t event_id);
/* What an event there is like unless somebody says otherwise: time_zone, currency (of the last that was made there, or else in its country; NULL:
 * of none). NULL when there is no such venue. */
const struct row *office_venue(struct db *db, int64_t venue_id);
/* What it still lacks: status, ends_at, categories, on_sale (of them now), later (that will be), ushers, places (of all categories), holds (the
 * venue; NULL: nobody said), described:bool, pictured:bool. NULL when there is no such event. */
const struct row *office_event_ready(struct db *db, int64_t event_id, ms_t now);
/* When its days change: minutes after midnight. */
void office_day_change_set(struct db *db, int64_t event_id, int minutes);
/* How many people it holds; 0: nobody said. */
int64_t office_venue_holds(struct db *db, int64_t venue_id);
/* Until the end of the transaction nobody changes it. */
void office_event_keep(struct db *db, int64_t event_id);
/* Deletes an event that nobody ever ordered from, with its keys, categories and assignments. False when it is in use. */
bool office_event_erase(struct db *db, int64_t event_id);

/* ---- cancelling ---- */
/* May this account cancel a published one: no more was paid for it and not given back than alone (minor units of its currency), or somebody
 * else, who still may, asked for it within a week, or there is nobody else who may. */
bool office_cancel_may(struct db *db, int64_t event_id, int64_t account_id, int64_t alone, ms_t now);
/* Does so, under the lock of its row. False: they may not, it is not published, or failure. */
bool office_cancel(struct db *db, int64_t event_id, int64_t account_id, int64_t alone, ms_t now);
/* Takes down who asks for it; 0: nobody does. */
void office_cancel_ask(struct db *db, int64_t event_id, int64_t account_id, ms_t now);

/* ---- figures ---- */
/* capacity, sold, held (live holds), orders, revenue (paid orders, less what went back for single tickets), refunded (orders), average */
const struct row *office_event_totals(struct db *db, int64_t event_id, ms_t now);
/* id, name, price, capacity, sold, held, revenue (of the tickets sold and not given back, before discounts) */
const struct rows *office_event_categories(struct db *db, int64_t event_id);
/* label and day (in zone, the event's), orders, value (revenue), tickets; the last 30 days with sales, oldest first. until: when the last
 * of them may have been */
const struct rows *office_event_days(struct db *db, int64_t event_id, const char *zone, ms_t until);
/* at (when an hour of entries begins on the zone's clocks as they were at until), value (entries); of the newest 48 hours with
 * entries, oldest first */
const struct rows *office_event_hours(struct db *db, int64_t event_id, const char *zone, ms_t until);

/* ---- ushers ---- */
/* usher_id, account_id, name, username, gate, gate_lead, created_at */
const struct rows *office_ushers(struct db *db, int64_t event_id);
/* Active ushers that are not assigned to it: value, label, by name; the newest 60, for all of them stand in a page. */
const struct rows *office_ushers_free(struct db *db, int64_t event_id);
bool office_usher_exists(struct db *db, int64_t usher_id);
/* How it stands: event_id, usher_id, gate, gate_lead; NULL: not assigned. */
const struct row *office_usher_assigned(struct db *db, int64_t event_id, int64_t usher_id);
/* Assigns, or moves to another gate, as a gate lead or as none. */
void office_usher_assign(struct db *db, int64_t event_id, int64_t usher_id, const char *gate, bool gate_lead, ms_t now);
/* False when the usher was not assigned. Their sessions for the event end by it. */
bool office_usher_remove(struct db *db, int64_t event_id, int64_t usher_id);

/* ---- people ---- */
/* The account of a customer; 0 when there is none. */
int64_t office_customer_account(struct db *db, int64_t customer_id);

/* ---- settings ---- */
/* name, value, updated_at */
const struct rows *office_settings(struct db *db);
/* The value of a setting; NULL when there is none. */
const char *office_setting(struct db *db, const char *name);
void office_setting_put(struct db *db, const char *name, const char *value, ms_t now);

#endif
