#ifndef APP_USHER_H
#define APP_USHER_H
/* What the gate's actions have in common. */
#include "http/request.h"

/* Is event_id the event this usher signed in to (0: none was named)? Another is refused. */
bool usher_own_event(struct request *rq, int64_t event_id);
/* Reads the times that came without a zone: they are by the clocks of the usher's event. False: refused. */
bool usher_times(struct request *rq);

#endif
