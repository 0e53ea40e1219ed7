/* What is done with a whole event: it is published, and cancelled, of which one asks and another does it where much was paid.
 * Cancelling only marks the event: `jobs` finds its paid orders and gives the money back, for that asks the provider. */
#include "app/event_office.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/site_key.h"
#include "app/tell.h"
#include "store/event_key.h"
#include "store/notice.h"
#include "store/office.h"

void office_event_publish(struct request *rq, const struct row *row)
{
	int64_t id = row_int(row, "id");
	const struct row *event = office_event(rq->db, id);

	if (!event)
		return;
	if (!row_int(event, "categories")) {
		refuse(rq, 409, "NO_TICKET_CATEGORY", "Add a ticket category first: there is nothing to sell yet.");
		return;
	}
	if (row_time(event, "ends_at") <= rq->now) {
		refuse(rq, 409, "EVENT_OVER", "This event is over already.");
		return;
	}
	if (!event_key_active(rq->db, id))
		event_key_give(rq, id);
	event_changed(rq, id);
}

/* All the money goes back, so whoever has a ticket is told. */
static void tell_cancelled(struct request *rq, int64_t id)
{
	const struct row *event = notice_event(rq->db, id, 0);
	struct json_object *data;

	if (!event)
		return;
	data = json_object_new_object();
	tell_event(data, "event", event);
	notice_put(rq->db, id, "event-cancelled", json_object_to_json_string(data), rq->now);
	json_object_put(data);
}

/* It is not undone, so a browser that somebody left open does not suffice, and for much money there are two, where there are two: the first
 * has asked for it. The event's row is locked, so that nothing is paid meanwhile. */
void office_event_cancel(struct request *rq, const struct row *row)
{
	int64_t id = row_int(row, "id");

	if (!fresh_or_refuse(rq))
		return;
	event_changed(rq, id);
	if (office_cancel(rq->db, id, rq->who.account_id, rq->config->cancel_alone, rq->now)) {
		tell_cancelled(rq, id);
		say(rq, "The event is cancelled. Payments are being given back.");
		return;
	}
	office_cancel_ask(rq->db, id, rq->who.account_id, rq->now);
	rq->status = 202;
	say(rq,
	    "So much was paid for this event that somebody else is to cancel it too. They are asked on the overview.");
}

void office_event_keep_on(struct request *rq, const struct row *row)
{
	office_cancel_ask(rq->db, row_int(row, "id"), 0, rq->now);
}
