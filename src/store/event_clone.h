#ifndef STORE_EVENT_CLONE_H
#define STORE_EVENT_CLONE_H
/* Another event like one that there is. */
#include "db/db.h"

/* The last moment of all that stands about an event. 0: there is no such event. */
ms_t event_clone_last(struct db *db, int64_t event_id);
/* Makes a draft of event_id that begins at starts_at, with its ticket categories, refund terms, gate rules and ushers; all of its other times
 * as far from its beginning as they were. title NULL: the same. The new event's id; 0: there is no such event, or on failure. Inside a
 * transaction. */
int64_t event_clone_row(struct db *db, int64_t event_id, const char *title, ms_t starts_at, ms_t now);

#endif
