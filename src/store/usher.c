/* Ushers at sign-in. */
#include "store/usher.h"

bool usher_assigned(struct db *db, int64_t usher_id, int64_t event_id)
{
	return db_int(db, "SELECT EXISTS (SELECT 1 FROM usher_assignment WHERE usher_id = ? AND event_id = ?)",
		      args(usher_id, event_id)) == 1;
}

const struct rows *usher_events_near(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT id, CONCAT(title, ' · ', id) AS name FROM event"
			" WHERE status = 'published' AND starts_at < ? AND ends_at > ?"
			" ORDER BY starts_at, id LIMIT ?",
			args(arg_time(now + MS_DAY), arg_time(now - 12 * MS_HOUR), USHER_EVENTS + 1));
}
