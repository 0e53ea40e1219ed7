/* The wall: an event's code as large as the screen, and what else is open now. */
#include "app/actions/attendance.h"
#include "app/campus_event.h"
#include "store/attempt.h"
#include <string.h>

/* What else the reader may show at this moment, for rooms where two events meet. */
static struct json_object *answer_others(struct request *rq, const char *id)
{
	const struct campus_eye eye = campus_eye_of(rq);
	struct json_object *others = answer_rows(rq->data, "others", campus_running(rq, &eye));

	for (size_t i = 0; id && i < json_object_array_length(others); i++)
		if (!strcmp(tree_text(json_object_array_get_idx(others, i), "id"), id)) {
			json_object_array_del_idx(others, i, 1);
			break;
		}
	return others;
}

/* GET /campus/events/:id/wall. What it shows beside the code is part of its answer, for what is drawn has nothing beside it. */
int campus_wall(struct request *rq)
{
	const struct row *event;

	campus_code_show(rq);
	if (refused(rq))
		return ANSWERED;
	event = event_or_404(rq, false);
	if (!event)
		return ANSWERED;
	event_answer(answer_object(rq->data, "event"), event);
	answer_bool(rq->data, "own",
		    rq->who.role & (HR | CAMPUS_ADMIN) || row_int(event, "organizer") == rq->who.account_id);
	answer_others(rq, tree_text(rq->data, "event_id"));
	return ANSWERED;
}

/* GET /campus/wall: the one that is open now, or which of them. */
int campus_wall_index(struct request *rq)
{
	struct json_object *others = answer_others(rq, NULL);

	if (json_object_array_length(others) == 1)
		rq->redirect = talloc_asprintf(rq->mem, "/campus/events/%s/wall",
					       tree_text(json_object_array_get_idx(others, 0), "id"));
	return ANSWERED;
}
