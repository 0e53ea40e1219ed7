#ifndef STORE_SCAN_ROOM_H
#define STORE_SCAN_ROOM_H
/* Events that have room for so many at once. */
#include "db/db.h"

/* Who is inside when, for the one who asks. */
struct room_day {
	int64_t event_id;
	ms_t began; /* who came in since counts; 0: whoever is inside */
	ms_t now;
};

/* How many are inside, for a verdict: perhaps one more or less than there are when it is applied. Outside of a transaction, for it
 * counts anew what is too old, in one of its own. */
int64_t scan_inside(struct db *db, const struct room_day *day);
/* First thing in the transaction of whoever lets somebody in: others wait until it ends. The event's room, 0: no limit. */
int64_t scan_room_lock(struct db *db, int64_t event_id);
/* Last thing in it, once the ticket is in: is there room for all who are inside now? Of who insists that is not asked: they are
 * counted. False also where the count changed hands meanwhile: the verdict is to be asked again. */
bool scan_room_take(struct db *db, const struct room_day *day, int64_t room, bool insists);
/* Last thing in the transaction of a scan that lets somebody out, who came in then (0: nobody knows). False: the database failed. */
bool scan_room_leave(struct db *db, int64_t event_id, ms_t came_in);
/* Last thing in any other that moves tickets of the event: whoever comes next counts anew. False: the database failed. */
bool scan_room_forget(struct db *db, int64_t event_id);

#endif
