/* What an order's buyer is told while they watch it. */
#include "store/order_live.h"
#include "app/live.h"

const struct field ORDER_LIVE_ANSWER[] = {
	{ "changed", F_BOOL, .help = "false: nothing but the tag comes along" },
	{ "order_id", F_ID, .sometimes = true, .help = "The order" },
	{ "status", F_CHOICE, .choices = "held,paid,lapsed,cancelled,refunded", .sometimes = true, .null = true,
	  .help = "What became of it" },
	{ "payment_status", F_TEXT, .sometimes = true, .null = true,
	  .help = "Of its newest payment; null: there is none" },
	{ "paid_at", F_TIME, .sometimes = true, .null = true, .help = "When it was paid" },
	{ "tickets", F_INT, .sometimes = true, .help = "How many of it are valid" },
	{ "at", F_TIME, .sometimes = true, .help = "When this was so" },
	{ "tag", F_TEXT, .help = "Names this state: what since takes" },
	{ "retry_after", F_INT, .sometimes = true, .help = "Seconds, where this node cannot wait: ask again then" },
	FIELDS_NAMED("order_live_answer"),
};

bool order_may_watch(const struct identity *who, int64_t id, const struct row *facts)
{
	(void)id;
	return who->role == CUSTOMER && who->role_id == row_int(facts, "customer_id");
}

struct json_object *order_snapshot(struct db *db, int64_t id, ms_t now)
{
	const struct row *state = order_live_state(db, id, now);
	struct json_object *snapshot;

	if (db_error(db) != DB_OK)
		return NULL;
	snapshot = json_object_new_object();
	answer_int(snapshot, "order_id", id);
	answer_text(snapshot, "status", state ? row_text(state, "status") : NULL);
	answer_text(snapshot, "payment_status",
		    state && !row_null(state, "payment_status") ? row_text(state, "payment_status") : NULL);
	answer_time(snapshot, "paid_at", state ? row_time(state, "paid_at") : 0);
	answer_int(snapshot, "tickets", state ? row_int(state, "tickets") : 0);
	live_stamp(snapshot, now);
	return snapshot;
}

void order_changed(struct request *rq, int64_t event_id, int64_t order_id)
{
	event_changed(rq, event_id);
	topic_changed(rq, TOPIC_ORDER, order_id);
}
