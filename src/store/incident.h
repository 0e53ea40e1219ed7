#ifndef STORE_INCIDENT_H
#define STORE_INCIDENT_H
/* What ushers report from an event. Staff and organizers have them as a noun (resources/event.c). */
#include "db/db.h"

struct incident {
	int64_t event_id, usher_id, ticket_id; /* 0: no ticket */
	const char *card_uid;		       /* NULL: none */
	const char *gate, *category, *description;
	const char *photo; /* a stored file's SHA-256; NULL: none */
};

/* Its id; 0: the database failed. */
int64_t incident_make(struct db *db, const struct incident *incident, ms_t now);
/* An usher's own of an event, the last first: id, category, description, ticket_id, card_id, attendee_name (NULL: of nobody), gate,
 * photo, status, note, created_at, closed_at. */
struct row_list *incident_list(struct db *db, int64_t usher_id, int64_t event_id);
/* One of them; NULL: there is none. */
const struct row *incident_get(struct db *db, int64_t usher_id, int64_t event_id, int64_t id);

#endif
