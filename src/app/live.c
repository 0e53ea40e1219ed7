/* A client that waits here would hold a worker, so a worker answers what there is and says when to ask again. The same
 * client works against both: it looks at changed and tag. */
#include "app/live.h"
#include "store/live.h"
#include <string.h>

enum { RETRY_AFTER_S = 2 };

const struct field LIVE_SHOW[] = {
	{ "since", F_TEXT, .max = 64,
	  .help = "The tag of the snapshot you have: nothing is repeated while it is current" },
	{ "wait", F_INT, .min = 0, .max = 1000000, .otherwise = "25",
	  .help = "Seconds to wait for a change, at most 25; this node answers at once" },
	FIELDS_END,
};

bool live_may_watch(const struct identity *who, int64_t event_id, int64_t organizer_id)
{
	if (!organizer_id)
		return false;
	if (who->role & STAFF)
		return true;
	if (who->role == ORGANIZER)
		return who->role_id == organizer_id;
	return who->role == USHER && who->event_id == event_id;
}

int live_show(struct request *rq)
{
	int64_t event_id = path_id(rq, "id");
	const char *since = field_text(rq, "since");
	struct json_object *snapshot;

	if (!live_may_watch(&rq->who, event_id, live_owner(rq->db, event_id)))
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	snapshot = live_snapshot(rq->db, event_id, rq->now);
	if (!snapshot)
		return ANSWERED;
	if (since && !strcmp(since, live_tag(snapshot))) {
		json_object_put(snapshot);
		answer_bool(rq->data, "changed", false);
		answer_text(rq->data, "tag", since);
	} else {
		answer_set(rq, snapshot);
		answer_bool(rq->data, "changed", true);
	}
	answer_int(rq->data, "retry_after", RETRY_AFTER_S);
	return ANSWERED;
}
