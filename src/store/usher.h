#ifndef STORE_USHER_H
#define STORE_USHER_H
/* What an usher signs in to, and the events that one is assigned to. */
#include "db/db.h"

/* Is the usher a gate lead at this event? */
bool usher_leads(struct db *db, int64_t usher_id, int64_t event_id);
/* The usher's profile of an account, made where there is none; that it scans for its bearer gives them no right to sign in as one. 0: the
 * database failed. */
int64_t usher_of_account(struct db *db, int64_t account_id);
bool usher_assigned(struct db *db, int64_t usher_id, int64_t event_id);
/* Published events that begin within a day or ended less than twelve hours ago, soonest first: id, name. One more than
 * USHER_EVENTS when there are too many for a list to choose from. */
enum { USHER_EVENTS = 100 };
const struct rows *usher_events_near(struct db *db, ms_t now);

/* The usher's event: id, title, status, starts_at, ends_at, time_zone, venue, city, scanning_enabled, gate, gate_lead. */
const struct rows *usher_events(struct db *db, int64_t usher_id);
const struct row *usher_event(struct db *db, int64_t usher_id, int64_t event_id);
/* Cards handed out to holders of tickets for this event, by status: status, cards. */
const struct rows *usher_cards(struct db *db, int64_t event_id);

#endif
