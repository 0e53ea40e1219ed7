/* An event has one open request at most: its key says so. */
#include "store/edit_request.h"

int64_t edit_request_insert(struct db *db, const struct edit_request_new *n)
{
	return db_insert(
		db,
		"INSERT INTO edit_request (event_id, organizer_id, account_id, changes, was, reason, created_at,"
		" updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		args(n->event_id, n->organizer_id, n->account_id, n->changes, n->was, n->reason, arg_time(n->now),
		     arg_time(n->now)));
}

int64_t edit_request_open(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT COALESCE(MAX(id), 0) FROM edit_request WHERE open_event_id = ?", args(event_id));
}

void edit_request_leave(struct db *db, int64_t event_id, int64_t organizer_id, ms_t now)
{
	db_exec(db,
		"UPDATE edit_request SET status = 'withdrawn', decided_at = ?,"
		" updated_at = GREATEST(?, updated_at + INTERVAL 1000 MICROSECOND)"
		" WHERE open_event_id = ? AND status = 'requested' AND organizer_id <> ?",
		args(arg_time(now), arg_time(now), event_id, organizer_id));
}

const struct row *edit_request_event(struct db *db, int64_t event_id)
{
	return db_one(db,
		      "SELECT e.title AS `event.title`, e.starts_at AS `event.starts_at`, e.time_zone AS"
		      " `event.time_zone` FROM event e WHERE e.id = ?",
		      args(event_id));
}
