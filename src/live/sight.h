#ifndef LIVE_SIGHT_H
#define LIVE_SIGHT_H
/* How far who is in attendance's rooms sees. */
#include "live/attendance.h"

/* Asks for all n, which are in order of their sessions afterwards: their role and sight. False: the database failed. */
bool sights_find(struct live *live, struct attendee *all[], size_t n);
/* Does the change, a row of feed_changes(), concern somebody they see? */
bool sight_sees(const struct attendee *a, const struct row *change);

#endif
