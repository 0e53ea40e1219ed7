#ifndef STORE_ATTENDANCE_WAITING_H
#define STORE_ATTENDANCE_WAITING_H
/* Which indexes lead to the records that wait for somebody's decision, in the order in which these are looked at. */
#include "db/compose.h"
#include "store/attendance.h"

/* Gives q, a list of records a of events e, the branches of what waits for the eye: all that it sees and that waits, but appeals against what it
 * decided itself. Whether they are its own is the caller's to ask. Each branch is in the order of a.waits, a.submitted_at, a.account_id, a.id. */
void attendance_waiting_ways(struct query *q, struct db *db, const struct attendance_eye *eye);

#endif
