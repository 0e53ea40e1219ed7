#ifndef STORE_NOTICE_H
#define STORE_NOTICE_H
/* What all who have tickets for an event are told: put down with what happened to it, passed on by jobs. */
#include "db/db.h"

/* An event as a message tells of it, at that venue (0: its own): event.title, event.starts_at, event.time_zone, event.venue,
 * event.city, venue_id, status, ends_at. NULL: there is none. */
const struct row *notice_event(struct db *db, int64_t event_id, int64_t venue_id);
/* Inside the transaction of what happened. data: JSON, what the template kind is filled with; each one's name is put in. */
void notice_put(struct db *db, int64_t event_id, const char *kind, const char *data, ms_t now);

/* The oldest that is not passed on to all: id, event_id, kind, upto, created_at; NULL: none. */
const struct row *notice_next(struct db *db);
/* Queues it for the next people, at most most of them, and notes how far it came, in one transaction: whoever is second does
 * nothing. False on failure; *done: there was nobody left. */
bool notice_pass_on(struct db *db, const struct row *notice, int most, ms_t now, bool *done);

#endif
