/* A person's own marks, by the key that their list has. */
#include "store/campus_home.h"

const struct rows *home_marks(struct db *db, int64_t account_id, int64_t n)
{
	return db_query(db,
			"SELECT a.uuid AS `id:uuid`, e.title, e.starts_at AS start_datetime, e.time_zone, a.status,"
			" a.verification_status"
			" FROM attendance a JOIN campus_event e ON e.id = a.event_id WHERE a.account_id = ?"
			" ORDER BY a.event_starts_at DESC, a.id DESC LIMIT ?",
			args(account_id, n));
}

const struct rows *home_marks_open(struct db *db, int64_t account_id, ms_t now)
{
	return db_query(db,
			"SELECT e.uuid AS `id:uuid`, a.status, a.verification_status FROM attendance a"
			" JOIN campus_event e ON e.id = a.event_id WHERE a.account_id = ? AND e.opens_at <= ?"
			" AND e.closes_at > ?",
			args(account_id, arg_time(now), arg_time(now)));
}
