/* A client that waits here would hold a worker, so a worker answers what there is and says when to ask again. The same
 * client works against both: it looks at changed and tag. */
#include "app/live.h"
#include "store/attendance_live.h"
#include "store/order_live.h"
#include <string.h>

enum { RETRY_AFTER_S = 2 };

const struct field LIVE_SHOW[] = {
	{ "since", F_TEXT, .max = 1000,
	  .help = "The tag of the snapshot you have: nothing is repeated while it is current" },
	{ "wait", F_INT, .min = 0, .max = 1000000, .otherwise = "25",
	  .help = "Seconds to wait for a change, at most 25; this node answers at once" },
	FIELDS_END,
};

static const struct field COUNTS[] = {
	{ "capacity", F_INT, .help = "How many tickets there are" },
	{ "sold", F_INT, .help = "Paid" },
	{ "held", F_INT, .help = "Booked, not yet paid" },
	{ "expected", F_INT, .help = "Who should come: the sold" },
	{ "entered", F_INT, .help = "Who came at all" },
	{ "left", F_INT, .help = "Who went again" },
	{ "inside", F_INT, .help = "Who is in now" },
	{ "refused", F_INT, .help = "Scans that let nobody in" },
	{ "conflicts", F_INT, .help = "Entries that should not have been, and that nobody has seen to" },
	FIELDS_END,
};

static const struct field BY_CATEGORY[] = {
	{ "id", F_ID, .help = "Ticket category" },	     { "name", F_TEXT, .help = "Its name" },
	{ "capacity", F_INT, .help = "How many there are" }, { "sold", F_INT, .help = "Paid" },
	{ "held", F_INT, .help = "Booked, not yet paid" },   { "entered", F_INT, .help = "Who came at all" },
	{ "inside", F_INT, .help = "Who is in now" },	     FIELDS_END,
};

static const struct field BY_GATE[] = {
	{ "gate", F_TEXT, .help = "Gate" },
	{ "entered", F_INT, .help = "Who first came in here" },
	{ "left", F_INT, .help = "Who went out here" },
	{ "refused", F_INT, .help = "Scans that let nobody in" },
	{ "scans", F_INT, .help = "All of them" },
	FIELDS_END,
};

const struct field SCANS_BY_RESULT[] = {
	{ "valid", F_INT, .help = "Let in or out" },
	{ "invalid", F_INT, .help = "Refused" },
	{ "already_scanned", F_INT, .help = "Had been in" },
	{ "not_found", F_INT, .help = "Not known" },
	FIELDS_NAMED("scans_by_result"),
};

static const struct field LAST_SCAN[] = {
	{ "id", F_ID, .help = "The scan" },
	{ "at", F_TIME, .help = "When" },
	{ "result", F_CHOICE, .choices = "valid,invalid,already_scanned,not_found", .help = "The verdict" },
	{ "reason", F_TEXT, .help = "One word that says why" },
	{ "direction", F_CHOICE, .choices = "in,out", .help = "In or out" },
	{ "gate", F_TEXT, .help = "Where" },
	{ "attendee_name", F_TEXT, .help = "Who; empty: nobody" },
	{ "category", F_TEXT, .null = true, .help = "Their ticket's category" },
	{ "usher", F_TEXT, .null = true, .help = "Who scanned" },
	FIELDS_END,
};

static const struct field CONFLICT_SIDE[] = {
	{ "at", F_TIME, .help = "When it was made" },
	{ "gate", F_TEXT, .help = "Where" },
	{ "usher", F_TEXT, .null = true, .help = "By whom" },
	FIELDS_END,
};

static const struct field CONFLICT[] = {
	{ "id", F_ID, .help = "The conflict" },
	{ "kind", F_CHOICE, .choices = "twice,refused",
	  .help = "twice: two entries without an exit between; refused: let in without a network, and we would not have" },
	{ "reason", F_TEXT, .help = "One word that says why, as of a scan" },
	{ "ticket_id", F_ID, .null = true, .help = "The ticket; null: none of this event" },
	{ "attendee_name", F_TEXT, .help = "Who; empty: nobody" },
	{ "category", F_TEXT, .null = true, .help = "Their ticket's category" },
	{ "at", F_TIME, .help = "When it was found" },
	{ "winner", F_OBJECT, .of = CONFLICT_SIDE, .null = true,
	  .help = "The entry that was first; null where there is but one" },
	{ "loser", F_OBJECT, .of = CONFLICT_SIDE, .help = "The one that should not have been" },
	FIELDS_NAMED("live_conflict"),
};

/* clang-format off */
#define SNAPSHOT(some)                                                                                                 \
	{ "event_id", F_ID, .sometimes = some, .help = "The event" },                                                  \
		{ "counts", F_OBJECT, .of = COUNTS, .sometimes = some, .help = "Of the whole event" },                 \
		{ "by_category", F_LIST, .of = BY_CATEGORY, .sometimes = some, .help = "Of each ticket category" },    \
		{ "by_gate", F_LIST, .of = BY_GATE, .sometimes = some, .help = "Of each gate" },                       \
		{ "by_result", F_OBJECT, .of = SCANS_BY_RESULT, .sometimes = some, .help = "Scans by their verdict" },       \
		{ "last_scans", F_LIST, .of = LAST_SCAN, .sometimes = some, .help = "The ten newest" },                \
		{ "conflicts", F_LIST, .of = CONFLICT, .sometimes = some, .help = "The ten newest that nobody has seen to" }, \
		{ "at", F_TIME, .sometimes = some, .help = "When this was counted" },                                  \
		{ "tag", F_TEXT, .help = "Names this state: what since takes" }
/* clang-format on */

const struct field LIVE_SNAPSHOT[] = { SNAPSHOT(false), FIELDS_NAMED("live_snapshot") };

const struct field LIVE_ANSWER[] = {
	{ "changed", F_BOOL, .help = "false: nothing but the tag comes along" },
	SNAPSHOT(true),
	{ "retry_after", F_INT, .sometimes = true, .help = "Seconds, where this node cannot wait: ask again then" },
	FIELDS_NAMED("live_answer"),
};

bool live_may_watch(const struct identity *who, int64_t event_id, int64_t organizer_id)
{
	if (!organizer_id)
		return false;
	if (who->role & STAFF)
		return true;
	if (who->role == ORGANIZER)
		return who->role_id == organizer_id && has_right(who, RIGHT_GATE);
	return who->role == USHER && who->event_id == event_id;
}

static bool may_watch_event(const struct identity *who, int64_t id, const struct row *facts)
{
	return live_may_watch(who, id, row_int(facts, "organizer_id"));
}

static bool may_stay(const struct identity *who, int64_t id, const struct row *facts)
{
	(void)id;
	(void)facts;
	return who->session_id != 0;
}

/* clang-format off */
#define OF_CAMPUS                                                                                                      \
	.name = TOPIC_CAMPUS, .told = "attendance", .missing = "EVENT_NOT_FOUND", .says = "Event not found.",          \
	.number = attendance_live_number, .facts = attendance_live_facts, .watching = attendance_live_watching
/* clang-format on */

const struct live_kind LIVE_KINDS[] = {
	[LIVE_EVENTS] = { .name = TOPIC_EVENT,
			  .path = "/api/live/events/",
			  .told = "counts",
			  .missing = "EVENT_NOT_FOUND",
			  .says = "There is no such event.",
			  .facts = live_facts,
			  .watching = live_watching,
			  .may = may_watch_event,
			  .snapshot = live_snapshot,
			  .tidy = live_tidy },
	[LIVE_ORDERS] = { .name = TOPIC_ORDER,
			  .path = "/api/live/orders/",
			  .told = "order",
			  .missing = "ORDER_NOT_FOUND",
			  .says = "There is no such order.",
			  .facts = order_live_facts,
			  .watching = order_live_watching,
			  .may = order_may_watch,
			  .snapshot = order_snapshot },
	/* Whoever is signed in on a socket, whatever they watch there: one topic of all, for nothing is told. */
	[LIVE_SESSIONS] = { .name = TOPIC_SESSION, .watching = session_watching, .may = may_stay },
	[LIVE_CAMPUS] = { OF_CAMPUS, .path = "/api/live/campus/", .may = attendance_may_watch,
			  .snapshot = attendance_watched, .lesser = &LIVE_KINDS[LIVE_CAMPUS_COUNTS] },
	/* The same without names. */
	[LIVE_CAMPUS_COUNTS] = { OF_CAMPUS, .may = attendance_may_count, .snapshot = attendance_counted },
	{ .name = NULL },
};

bool live_may(struct request *rq)
{
	const struct live_kind *kind = request_topic(rq);
	const int64_t id = kind->number ? kind->number(rq->db, path_text(rq, "id")) : path_id(rq, "id");
	const struct row *facts = id ? kind->facts(rq->db, rq->who.account_id, id) : NULL;

	if (rq->who.role == NOBODY && request_header(rq, "Authorization")) /* whoever shows a dead token is to know */
		facts = NULL;
	for (const struct live_kind *k = facts ? kind : NULL; k; k = k->lesser)
		if (k->may(&rq->who, id, facts)) {
			rq->watched = k;
			rq->watched_id = id;
			return true;
		}
	if (rq->who.role == NOBODY)
		refuse(rq, 401, "TOKEN_INVALID", "Sign in first.");
	else
		refuse(rq, 404, kind->missing, "%s", kind->says);
	return false;
}

int live_show(struct request *rq)
{
	const char *since = field_text(rq, "since");
	struct json_object *snapshot = request_topic(rq)->snapshot(rq->db, request_topic_id(rq), rq->now);

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
