/* Whoever says too much is told so once, and sent away only when they go on all the same: a page with a fault is to be seen, not to come again
 * for ever. */
#include "live/pace.h"

enum { MESSAGE = 1000 };

enum pace_verdict pace_take(struct pace *pace, ms_t now)
{
	pace->spent -= (now - pace->counted) * PACE_A_SECOND;
	pace->counted = now;
	if (pace->spent < 0)
		pace->spent = 0;
	pace->spent += MESSAGE;
	if (pace->spent <= PACE_BURST * MESSAGE) {
		pace->told = false;
		return PACE_FINE;
	}
	if (pace->spent > (PACE_BURST + PACE_BEYOND) * MESSAGE)
		return PACE_GONE;
	if (pace->told)
		return PACE_IGNORED;
	pace->told = true;
	return PACE_TOO_MUCH;
}
