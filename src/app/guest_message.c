/* A message to the guests of an event: written as a draft, tried on oneself, sent to all whom it is for by jobs, and stopped where
 * it should not have been sent. */
#include "app/guest_message.h"
#include "app/tell.h"
#include "store/account.h"
#include "store/guest_message.h"

/* Guests who are written to more often read none of it. */
enum { A_DAY = 3 };

void guest_message_check(struct request *rq, int64_t id)
{
	const struct resource *r = resource_named("organizer", "guest-messages");
	const struct row *row = id ? resource_row(rq, r, id) : NULL;
	int64_t event_id = row ? row_int(row, "event_id") : id ? 0 : field_int(rq, "event_id");
	struct json_object *list = field_given(rq, "category_ids") ? field_tree(rq, "category_ids") : NULL;

	if (list && guest_message_foreign(rq->db, event_id, json_object_to_json_string(list)))
		field_fault(rq, "category_ids", "This category is of another event.");
}

void guest_message_around(struct request *rq)
{
	int64_t event_id = tree_int(rq->data, "event_id");

	if (event_id && resource_row(rq, resource_named("organizer", "events"), event_id))
		answer_rows(answer_object(rq->beside, "boxes"), "category_ids",
			    guest_message_categories(rq->db, event_id));
}

void guest_message_detail(struct request *rq)
{
	int64_t id = tree_int(rq->data, "id");
	const char *status = tree_text(rq->data, "status");
	const struct row *progress;

	if (word_among(status, "draft")) {
		answer_int(rq->beside, "reach", guest_message_reach(rq->db, id));
		return;
	}
	progress = guest_message_progress(rq->db, id);
	if (progress)
		answer_row(answer_object(rq->beside, "progress"), progress);
}

void guest_message_try(struct request *rq, const struct row *row)
{
	const struct row *to = account_by_id(rq->db, rq->who.account_id);
	struct json_object *data;

	if (!row_is(row, "status", "draft") || !to)
		return;
	data = json_object_new_object();
	answer_text(data, "subject", row_text(row, "subject"));
	answer_text(data, "body", row_text(row, "body"));
	answer_text(answer_object(data, "event"), "title", row_text(row, "event.title"));
	tell(rq->db, rq->now,
	     &(struct telling){
		     .kind = "guest-message", .to = to, .event_id = row_int(row, "event_id"), .data = data });
}

void guest_message_send(struct request *rq, const struct row *row)
{
	int64_t id = row_int(row, "id"), reach;

	/* one that is sent is refused as that, by its status */
	if (!row_is(row, "status", "draft"))
		return;
	if (guest_message_sent_since(rq->db, row_int(row, "event_id"), rq->now - MS_DAY) >= A_DAY) {
		refuse(rq, 409, "TOO_MANY_MESSAGES",
		       "The guests of an event get at most %d messages in a day. Send this one later.", A_DAY);
		return;
	}
	reach = guest_message_reach(rq->db, id);
	if (!reach)
		refuse(rq, 409, "NOBODY_TO_TELL", "There is nobody who would get this message.");
	else
		guest_message_begin(rq->db, id, reach);
}

void guest_message_stop(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "sending") || row_is(row, "status", "sent"))
		guest_message_give_up(rq->db, row_int(row, "id"), rq->now);
}
