#ifndef APP_USHER_H
#define APP_USHER_H
/* What the gate's actions have in common. */
#include "http/request.h"

/* Is event_id the event this usher signed in to (0: none was named)? Another is refused. */
bool usher_own_event(struct request *rq, int64_t event_id);
/* Reads the times that came without a zone: they are by the clocks of the usher's event. False: refused. */
bool usher_times(struct request *rq);

/* May the caller take this row of the log back, as their own of a moment ago? Whether it was taken back already is not asked. */
bool usher_may_undo(struct request *rq, const struct row *log);
/* Is the caller a gate lead at their event? */
bool usher_leads_here(struct request *rq);

#endif
