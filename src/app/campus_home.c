/* Where a member of a campus lands. Who comes to mark themselves finds what is open on top; who makes events finds theirs. */
#include "store/campus_home.h"
#include "app/actions/campus.h"
#include "app/campus_event.h"
#include <string.h>

enum { OPEN_MOST = 100, NEXT_MOST = 6, MARKS_MOST = 8 };

/* Of one event alone, or (NULL) of all. */
static const struct rows *running(struct request *rq, const struct campus_eye *eye, const uint8_t *uuid)
{
	const struct campus_event_filter now = {
		.uuid = uuid, .running = true, .order = campus_event_order(rq->mem, "start_datetime"), .now = rq->now
	};
	struct row_list *list = campus_event_list(rq->db, eye, &now);

	return list->page(list, 1, OPEN_MOST);
}

const struct rows *campus_running(struct request *rq, const struct campus_eye *eye)
{
	return running(rq, eye, NULL);
}

const struct rows *campus_upcoming(struct request *rq, const struct campus_eye *eye, int most)
{
	const bool takes_place = true;
	const struct campus_event_filter next = { .phase = "scheduled",
						  .is_active = &takes_place,
						  .order = campus_event_order(rq->mem, "start_datetime"),
						  .now = rq->now };
	struct row_list *list = campus_event_list(rq->db, eye, &next);

	return list->page(list, 1, most);
}

/* The item of these that has this id; NULL: none. */
static struct json_object *with_id(struct json_object *items, const char *id)
{
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (!strcmp(tree_text(item, "id"), id))
			return item;
	}
	return NULL;
}

void campus_add_own(struct request *rq, struct json_object *events)
{
	const struct campus_eye own = { SIGHT_EXPECTED, rq->who.account_id, 0 };
	struct json_object *known = json_object_new_object(), *expect;
	struct json_object *marks = answer_rows(known, "marks", home_marks_open(rq->db, rq->who.account_id, rq->now));
	uint8_t one[UUID_BYTES];
	const size_t n = json_object_array_length(events);
	/* A lone one may be behind the first hundred. */
	const bool alone = n == 1 && uuid_parse(tree_text(json_object_array_get_idx(events, 0), "id"), one);

	expect = answer_rows(known, "expect", running(rq, &own, alone ? one : NULL));
	for (size_t i = 0; i < n; i++) {
		struct json_object *event = json_object_array_get_idx(events, i), *mark;
		const char *id = tree_text(event, "id");

		answer_bool(event, "expects_me", with_id(expect, id) != NULL);
		mark = with_id(marks, id);
		answer_text(event, "my_status", mark ? tree_text(mark, "status") : NULL);
		answer_text(event, "my_verification", mark ? tree_text(mark, "verification_status") : NULL);
	}
	json_object_put(known);
}

/* GET /campus. */
int campus_home(struct request *rq)
{
	const struct campus_eye eye = campus_eye_of(rq);

	campus_add_own(rq, answer_rows(rq->data, "open_now", campus_running(rq, &eye)));
	answer_int(rq->data, "account", rq->who.account_id);
	answer_bool(rq->data, "takes_later", campus_events_later(rq->db, rq->who.account_id, rq->now)->n);
	answer_rows(rq->data, "upcoming", campus_upcoming(rq, &eye, NEXT_MOST));
	answer_rows(rq->data, "marks", home_marks(rq->db, rq->who.account_id, MARKS_MOST));
	return ANSWERED;
}
