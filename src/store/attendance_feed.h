#ifndef STORE_ATTENDANCE_FEED_H
#define STORE_ATTENDANCE_FEED_H
/* Committed changes of attendance as those who watch are told of them, and how far each of these people sees. */
#include "base/clock.h"
#include "db/db.h"
#include "store/supervises.h"

/* As far as somebody sees attendance: their own, and besides what fits one of the rest. 0: none of that kind. */
struct attendance_sight {
	int64_t account_id;
	bool all;	   /* of every campus */
	int64_t campus_id; /* of that campus */
	bool supervises;   /* of people of the departments that they look after, of whom only … */
	bool made;	   /* of events that they made */
	int64_t departments[1 + SUPERVISED_MOST]; /* … these are known by number; ends with 0 where there are fewer */
};

enum { FEED_IDS = 9000, FEED_CHANGES = 500, FEED_MISSED = 200, FEED_SESSIONS = 4000 };

/* The newest changes above that number, at most FEED_IDS: id, the highest first. */
const struct rows *feed_ids(struct db *db, int64_t above);
/* Of n changes (1 to FEED_CHANGES), by number: id, number (the event's), account_id, employee_name, status (absent where it was rejected),
 * is_late, at, device (a reader's name, else where the event is), event_id (uuid), event_title, verification_status, department, department_id,
 * campus_id, organizer_id, method, previous_status, time_zone (the campus's). */
const struct rows *feed_changes(struct db *db, const int64_t ids[], size_t n);

/* What somebody has missed. */
struct feed_wish {
	int64_t account_id;    /* of one person; 0: of all */
	const uint8_t *event;  /* of one event: UUID_BYTES; NULL: of all */
	int64_t department_id; /* of one department; 0: of all */
	int64_t since_id;      /* after this one … */
	ms_t since;	       /* … or after this time, where since_id is 0 */
};
/* The first FEED_MISSED of these that sight sees, as feed_changes() has them; of all people at all events fewer where they are rare: what comes
 * next is found by the number of the last. */
const struct rows *feed_missed(struct db *db, const struct attendance_sight *sight, const struct feed_wish *wish);

/* Of n sessions (1 to FEED_SESSIONS) those that live, and whose account has the session's role still and is a member of a campus: id, account_id,
 * role, campus_id, departments (of a supervisor, by number: "3,5"; else ""). */
const struct rows *feed_viewers(struct db *db, const int64_t sessions[], size_t n, ms_t now);
/* Is there anything of this person that sight may see, now or when they mark? */
bool feed_reaches(struct db *db, const struct attendance_sight *sight, int64_t account_id);

#endif
