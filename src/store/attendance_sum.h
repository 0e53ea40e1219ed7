#ifndef STORE_ATTENDANCE_SUM_H
#define STORE_ATTENDANCE_SUM_H
/* The sums that are kept of events that are over (attendance_facts.h says when they hold). */
#include "db/db.h"

/* Events that closed more than SUM_AFTER ago, of which no change is younger than SUM_OVERLAP, and whose sums are missing or hold no
 * more: event_id, at most 200. */
#define SUM_AFTER (15 * MS_MINUTE)
#define SUM_OVERLAP (120 * MS_SECOND)
const struct rows *attendance_sums_due(struct db *db, ms_t now);
/* Sums an event up, in a transaction of its own. False on failure. */
bool attendance_sum_up(struct db *db, int64_t event_id, ms_t now);
/* The invariant: `what` of the first five sums that hold and are not what their rows say. */
extern const char ATTENDANCE_SUMS_WRONG[];
/* Events with any of these: event_id. */
const struct rows *attendance_sum_faults(struct db *db);
/* Locks an event's sums until the transaction ends; its wrong parts: part, and in pairs n, expected; and forgets them, so that rows are read: also where what they hold
 * was changed without a change that is told. */
bool attendance_sum_lock(struct db *db, int64_t event_id);
const struct rows *attendance_sum_parts(struct db *db, int64_t event_id);
void attendance_sum_reset(struct db *db, int64_t event_id);

#endif
