/* A client that waits here would hold a worker, so a worker answers what there is and says when to ask again. The same
 * client works against both: it looks at changed and tag. */
#include "app/live.h"
#include <string.h>

enum { RETRY_AFTER_S = 2 };

const struct field LIVE_SHOW[] = {
	{ "since", F_TEXT, .max = 1000,
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

static bool may_watch_event(const struct identity *who, int64_t id, const struct row *facts)
{
	return live_may_watch(who, id, row_int(facts, "organizer_id"));
}

const struct live_kind LIVE_KINDS[] = {
	[LIVE_EVENTS] = { .name = TOPIC_EVENT,
			  .missing = "EVENT_NOT_FOUND",
			  .says = "There is no such event.",
			  .facts = live_facts,
			  .watching = live_watching,
			  .may = may_watch_event,
			  .snapshot = live_snapshot,
			  .tidy = live_tidy },
	{ .name = NULL },
};

bool live_may(struct request *rq)
{
	const struct live_kind *kind = live_kind_of(rq);
	int64_t id = path_id(rq, "id");
	const struct row *facts = kind->facts(rq->db, id);

	if (facts && kind->may(&rq->who, id, facts))
		return true;
	refuse(rq, 404, kind->missing, "%s", kind->says);
	return false;
}

int live_show(struct request *rq)
{
	const char *since = field_text(rq, "since");
	struct json_object *snapshot = live_kind_of(rq)->snapshot(rq->db, path_id(rq, "id"), rq->now);

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
