/* Sorting events by how many want to go. */
#include "store/popularity.h"

bool popularity_refresh(struct db *db, ms_t now)
{
	return db_exec(db,
		       "UPDATE event e SET e.popularity = (SELECT COUNT(*) FROM orders o WHERE o.event_id = e.id"
		       " AND o.status IN ('held', 'paid') AND o.created_at > ?)"
		       " WHERE e.status = 'published' AND e.ends_at > ?",
		       args(arg_time(now - 7 * MS_DAY), arg_time(now))) >= 0;
}
