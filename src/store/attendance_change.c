/* The row says what the record is by the record itself, so the two cannot differ. */
#include "store/attendance_change.h"

void attendance_changed(struct db *db, int64_t attendance_id, const struct attendance_before *before,
			const char *device, ms_t now)
{
	db_exec(db,
		"INSERT INTO attendance_change (attendance_id, event_id, account_id, status, previous_status,"
		" verification_status, previous_verification, method, device, at)"
		" SELECT id, event_id, account_id, status, ?, verification_status, ?, method, ?, ? FROM attendance"
		" WHERE id = ? AND state = 'submitted'",
		args(before->status, before->verification_status, device, arg_time(now), attendance_id));
}
