#ifndef STORE_ATTENDANCE_CHANGE_H
#define STORE_ATTENDANCE_CHANGE_H
/* Each committed change of a record's status or verification, once, for those who watch. */
#include "db/db.h"

/* What a record was before; NULL: it had none. */
struct attendance_before {
	const char *status, *verification_status;
};
/* Tells that a record is what its row says now: in the transaction that changed it. device: a door's or reader's name, or NULL. */
void attendance_changed(struct db *db, int64_t attendance_id, const struct attendance_before *before,
			const char *device, ms_t now);

#endif
