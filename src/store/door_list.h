#ifndef STORE_DOOR_LIST_H
#define STORE_DOOR_LIST_H
/* The names at an event's door. */
#include "db/db.h"

/* An event as its list's head says it: id, title, starts_at, time_zone, venue, names (of valid tickets). organizer_id: whose it must
 * be; 0: anybody's. NULL: there is none such. */
const struct row *door_list_event(struct db *db, int64_t event_id, int64_t organizer_id);
/* The holders of its valid tickets by name: id, holder_name, category, reference, came:bool. A batch at a time, on db's memory. */
struct row_source *door_list_rows(struct db *db, int64_t event_id);

#endif
