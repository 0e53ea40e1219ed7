#ifndef APP_LIVE_H
#define APP_LIVE_H
/* The live counts where no `gatehouse live` runs, and who may see them. */
#include "http/request.h"

/* May this person watch the event? Staff any, an organizer their own, an usher the one they are signed in to.
 * organizer_id is live_owner()'s answer; 0 (no such event) is for nobody. */
bool live_may_watch(const struct identity *who, int64_t event_id, int64_t organizer_id);

/* GET /api/live/events/:id in a worker, which must not wait: answers at once, with retry_after (seconds) in data. */
int live_show(struct request *rq);
extern const struct field LIVE_SHOW[];

#endif
