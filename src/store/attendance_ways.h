#ifndef STORE_ATTENDANCE_WAYS_H
#define STORE_ATTENDANCE_WAYS_H
/* Which indexes lead to the records of a list (store/attendance.h), so that its page is found without going through all records. */
#include "db/compose.h"
#include "store/attendance.h"

/* Gives q, a list of records a of events e, the branches by which its rows are found, the most selective thing that the filter names before all
 * else. True: the branches are what the eye sees. False: that is still to be asked, besides. What the filter says of departments is asked by
 * this; all else of it is the caller's. */
bool attendance_ways(struct query *q, struct db *db, const struct attendance_eye *eye,
		     const struct attendance_filter *filter);
/* Sorts q by the filter's order, in the direction in which an index has what is the same by it. */
void attendance_sort(struct query *q, const struct attendance_filter *filter);

#endif
