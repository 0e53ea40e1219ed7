#ifndef STORE_EDIT_REQUEST_H
#define STORE_EDIT_REQUEST_H
/* What organizers ask staff to change of their events. */
#include "db/db.h"

struct edit_request_new {
	int64_t event_id, organizer_id, account_id;
	const char *changes, *was; /* JSON objects of the same names */
	const char *reason;
	ms_t now;
};

/* Puts one down. Its id; 0: the event has an open one already, or the database failed. */
int64_t edit_request_insert(struct db *db, const struct edit_request_new *n);
/* The id of an event's open one; 0: none. */
int64_t edit_request_open(struct db *db, int64_t event_id);
/* An event is this organizer's by now: what another asked for of it is withdrawn. */
void edit_request_leave(struct db *db, int64_t event_id, int64_t organizer_id, ms_t now);
/* Of an event as a telling has it: event.title, event.starts_at, event.time_zone. */
const struct row *edit_request_event(struct db *db, int64_t event_id);

#endif
