#ifndef LIVE_FEED_H
#define LIVE_FEED_H
/* Changes of attendance, read once for all who listen and each told once: at once after a hint, then ten times a second at most, and once a second
 * where no hint comes. */
#include "live/internal.h"

/* Reads from now on, unless it does; it has looked when this returns. False: the database failed. */
bool feed_ready(struct live *live);
/* Reads what is due, and tells it. */
void feed_read_due(struct live *live);
/* Some attendance has changed. */
void feed_hint(struct live *live);
/* Does somebody listen, and has no hint come since it looked? */
bool feed_unaware(const struct live *live);
/* When it is to look again; INT64_MAX: nobody listens. */
ms_t feed_due(const struct live *live);
/* Was it told, and the highest that was. Of one that reads. */
bool feed_told(const struct live *live, int64_t id);
int64_t feed_highest(const struct live *live);

#endif
