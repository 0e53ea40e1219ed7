#ifndef APP_CONFLICT_H
#define APP_CONFLICT_H
/* What people do with entries that should not have been: they see to them. */
#include "http/request.h"

/* Before it is marked: who did. */
void conflict_see_also(struct request *rq, const struct row *conflict);

/* Tells who looks after an event's gates that there are conflicts of which they do not know, on their devices. A transaction of its
 * own. */
void conflicts_tell(struct db *db, int64_t event_id, ms_t now);

#endif
