/* The names at an event's door on paper, for where there is no network, or the power is gone: by name, with a box to tick. */
#include "store/door_list.h"
#include "app/actions/organizer.h"
#include "http/paper.h"

/* A longer one nobody finds a name in, and drawing it would hold its seat too long. */
enum { NAMES_MAX = 20000 };

static int answer_names(struct request *rq, int64_t organizer_id)
{
	const struct row *event = door_list_event(rq->db, path_id(rq, "id"), organizer_id);
	struct door_list_paper *paper;

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	if (row_int(event, "names") > NAMES_MAX)
		return refuse(rq, 409, "LIST_TOO_LONG",
			      "More than %d names do not go on paper. Take the list of attendees as a file.",
			      NAMES_MAX);
	paper = talloc_zero(rq->mem, struct door_list_paper);
	paper->head = (struct paper_head){ rq->tongue, rq->config->name, rq->config->base_url };
	paper->title = row_text(event, "title");
	paper->venue = row_text(event, "venue");
	paper->starts_at = row_time(event, "starts_at");
	paper->made_at = rq->now;
	paper->zone = row_text(event, "time_zone");
	paper->names = (size_t)row_int(event, "names");
	paper->rows = door_list_rows(rq->db, row_int(event, "id"));
	answer_paper(rq, DRAW_DOOR_LIST, paper,
		     talloc_asprintf(rq->mem, "door-list-%lld", (long long)row_int(event, "id")));
	return ANSWERED;
}

/* GET events/:id/door-list, of one's own. */
int door_list_own(struct request *rq)
{
	return answer_names(rq, rq->who.role_id);
}

/* The same of any event, for staff. */
int door_list_of_any(struct request *rq)
{
	return answer_names(rq, 0);
}
