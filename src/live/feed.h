#ifndef LIVE_FEED_H
#define LIVE_FEED_H
/* Changes of attendance, read once for all who listen and each told once: at once after a hint, then ten times a second at most, and once a second
 * where no hint comes. */
#include "live/internal.h"

/* Who listens; there are two of these. */
struct feed_use {
	/* Does anybody? */
	bool (*listened)(const struct live *live);
	/* There is something to tell: to whom may it be? False: the database failed. NULL: that is known. */
	bool (*ask)(struct live *live);
	/* A change, a row of feed_changes(). */
	void (*tell)(struct live *live, const struct row *change);
};

/* Reads for these from now on, unless it does. False: the database failed. */
bool feed_ready(struct live *live, const struct feed_use *use);
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
