/* Gates hear of what is open; once somebody has seen to it they do not any more. */
#include "app/conflict.h"
#include "store/conflict.h"

void conflict_see_also(struct request *rq, const struct row *conflict)
{
	conflict_seen_by(rq->db, row_int(conflict, "id"), rq->who.account_id);
	event_changed(rq, row_int(conflict, "event_id"));
}
