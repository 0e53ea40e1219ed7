#ifndef STORE_LIVE_H
#define STORE_LIVE_H
/* What the people at the door and the organizer watch: an event's counts, read from summaries and the short tail of scans
 * that is not summed up yet, never from all rows. */
#include "base/clock.h"
#include "db/db.h"
#include "store/session.h"
#include <json-c/json.h>

enum {
	LIVE_TAG_SIZE = 33 /* 32 hex digits and NUL */
};

/* What of an event says who may watch it: organizer_id; account_id says nothing here. NULL when there is no such event (or the database is away). */
const struct row *live_facts(struct db *db, int64_t account_id, int64_t event_id);
/* The same for n who watch events: see sessions_watching(). */
const struct rows *live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now);

/* The snapshot, the caller's to put; not inside a transaction, for it reads in one of its own:
 *   tag                    BLAKE2b over all the rest but at: two snapshots with one tag say the same
 *   event_id
 *   counts                 capacity, sold, held (live holds only), expected (= sold), entered (tickets that came in at
 *                          least once), left (entered and not inside), inside (of this day, where days begin afresh), refused (scans that were not valid),
 *                          conflicts (those of store/conflict.h that nobody has seen)
 *   by_category            [{id, name, capacity, sold, held, entered, inside}] in the event's order
 *   by_gate                [{gate, entered, left, refused, scans}]: first entries and exits through this gate
 *   by_result              {valid, invalid, already_scanned, not_found}: how many scans ended so, exits among them
 *   last_scans             the newest 10: {id, at, result, reason, direction, gate, attendee_name, category, usher}
 *   conflicts              the newest 10: {id, kind, reason, ticket_id, attendee_name, category, at, winner{at, gate, usher}
 *                          or null, loser{at, gate, usher}}
 *   at                     now
 * NULL when the database failed. */
struct json_object *live_snapshot(struct db *db, int64_t event_id, ms_t now);
/* Adds the tag of all that a snapshot holds so far, and then its time: the last step of making one, whatever it is of. */
void live_stamp(struct json_object *snapshot, ms_t now);
/* Its tag. */
const char *live_tag(struct json_object *snapshot);

/* When people came to an event: at (when a quarter of an hour began), ins (entries) and firsts (first ones) of each with any, what was
 * taken back taken off again. From sums, and right to the last scan. */
const struct rows *scan_quarters(struct db *db, int64_t event_id);

/* Sums up a tail that has grown long, in case no `jobs` runs. True: there is more. */
bool live_tidy(struct db *db, int64_t event_id, ms_t now);
#endif
