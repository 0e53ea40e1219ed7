#ifndef LIVE_ATTENDANCE_H
#define LIVE_ATTENDANCE_H
/* Rooms of attendance: one a person, "attendance:42", and one for all, "general", in which each hears of what they may see. Who asks for a room
 * waits for the end of the turn, so that the rights of all who do are asked for at once. */
#include "live/internal.h"
#include "live/socketio.h"
#include "store/attendance_feed.h"

#define ATTENDANCE_ERROR "attendance_error"

struct place;
struct room_wish;

/* Somebody who may come into rooms; a part of whatever their transport knows of them. All zero before they come. */
struct attendee {
	struct live *live;
	struct sio_socket *socket;
	int64_t session_id;
	LIST_HEAD(, place) places;
	unsigned n; /* rooms they are in */
	LIST_ENTRY(attendee) beside;
	bool listed;		       /* in a room, and so asked for */
	enum role role;		       /* NOBODY: they may hear of nothing */
	struct attendance_sight sight; /* as it was asked for last */
	TAILQ_ENTRY(attendee) behind;
	struct room_wish *wish; /* they wait for the end of the turn */
};

/* They are signed in. */
void attendee_come(struct attendee *a, struct live *live, struct sio_socket *socket, int64_t session_id);
/* They have gone, or never came. */
void attendee_leave(struct attendee *a);
/* Is an event of this name for these rooms? */
bool attendance_owns(const char *name);
/* It came: args and ack as sio_use has them; others: how many topics they watch besides. */
void attendance_event(struct attendee *a, struct json_object *args, int64_t ack, unsigned others);
/* The end of a turn: those who wait are let in. */
void attendance_settle(struct live *live);
/* Does somebody wait? */
bool attendance_hurries(const struct live *live);
/* Time has passed: who lost something and listens again is told so. */
void attendance_sweep(struct live *live);

#endif
