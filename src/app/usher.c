/* What an usher sees around the scan: their events, the event's state, the log, the cards. */
#include "app/usher.h"
#include "app/actions/gate.h"
#include "app/live.h"
#include "base/uuid.h"
#include "rules/scan.h"
#include "rules/ticket_code.h"
#include "store/live.h"
#include "store/scan.h"
#include "store/scan_undo.h"
#include "store/usher.h"
#include <string.h>

const struct field SCAN_LOGS[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .otherwise = "10", .help = "Rows a page, at most 100" },
	{ "search", F_TEXT, .max = 100, .help = "Part of an attendee's name" },
	{ "sort_by", F_CHOICE, .choices = "at", .help = "Always by time" },
	{ "sort_order", F_CHOICE, .choices = "asc,desc", .otherwise = "desc", .help = "desc: the newest first" },
	{ "card_id", F_TEXT, .max = 64, .help = "A card's UID" },
	{ "username", F_TEXT, .max = 60, .help = "An usher" },
	{ "result", F_CHOICE, .choices = "valid,invalid,already_scanned,not_found", .help = "Only these" },
	{ "kind", F_CHOICE, .choices = "scan,hand,leave,undo,record", .help = "Only what was done so" },
	{ "attendee_name", F_TEXT, .max = 120, .help = "Part of an attendee's name" },
	{ "event_id", F_ID, .help = "The usher's event" },
	{ "date_from", F_TIME, .help = "From this time; without a zone the event's" },
	{ "date_to", F_TIME, .help = "Until this time; without a zone the event's" },
	FIELD_FORMAT,
	FIELDS_END,
};

/* clang-format off */
#define CARD_STATES "stock,active,blocked,lost"
/* clang-format on */

const struct field USHER_EVENT[] = {
	{ "id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "status", F_CHOICE, .choices = "draft,published,cancelled", .help = "Does it take place" },
	{ "starts_at", F_TIME, .help = "When it begins" },
	{ "ends_at", F_TIME, .help = "When it ends" },
	{ "time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "venue", F_TEXT, .help = "Where" },
	{ "city", F_TEXT, .help = "In which city" },
	{ "scanning_enabled", F_BOOL, .help = "May gates scan" },
	{ "gate", F_TEXT, .help = "Where you stand; empty: anywhere" },
	{ "gate_lead", F_BOOL, .help = "May you take back any scan, and insist" },
	FIELDS_NAMED("ushers_event"),
};

static const struct field GATE_COUNTS[] = {
	{ "expected", F_INT, .help = "Tickets sold" },
	{ "inside", F_INT, .help = "Who is in now" },
	{ "entered", F_INT, .help = "Who came at all" },
	{ "left", F_INT, .help = "Who went again" },
	{ "by_result", F_OBJECT, .of = SCANS_BY_RESULT, .help = "Scans by their verdict" },
	FIELDS_END,
};

const struct field USHER_EVENT_STATUS[] = {
	{ "active", F_BOOL, .help = "Does the event take place" },
	{ "scanning_enabled", F_BOOL, .help = "May gates scan" },
	{ "counts", F_OBJECT, .of = GATE_COUNTS, .help = "Who is there" },
	FIELDS_END,
};

const struct field USHER_ASSIGNED[] = {
	{ "assigned", F_BOOL, .help = "Are you to scan at this event" },
	{ "signed_in_to", F_BOOL, .help = "Are you signed in to it" },
	FIELDS_END,
};

const struct field CARD_KNOWN[] = {
	{ "exists", F_BOOL, .help = "Is there such a card" },
	{ "status", F_CHOICE, .choices = CARD_STATES, .null = true, .help = "How it stands" },
	FIELDS_END,
};

const struct field CARD_SHOWN[] = {
	{ "card_id", F_TEXT, .help = "The card's UID" },
	{ "nfc_card_id", F_ID, .help = "Its row" },
	{ "status", F_CHOICE, .choices = CARD_STATES, .help = "How it stands" },
	{ "assigned", F_BOOL, .help = "Is it somebody's" },
	FIELDS_END,
};

static const struct field CARDS_BY_STATUS[] = {
	{ "status", F_CHOICE, .choices = CARD_STATES, .help = "How they stand" },
	{ "cards", F_INT, .help = "How many" },
	FIELDS_END,
};

const struct field NFC_STATUS[] = {
	{ "event_id", F_ID, .help = "Your event" },
	{ "cards", F_LIST, .of = CARDS_BY_STATUS, .help = "Cards of its ticket holders" },
	FIELDS_END,
};

const struct field NFC_TEST[] = {
	{ "status", F_TEXT, .help = "ok" },
	{ "usher_id", F_ID, .help = "Who asks" },
	{ "event_id", F_ID, .help = "Your event" },
	{ "server_time", F_TIME, .help = "The server's clock" },
	FIELDS_END,
};

/* Another event than the one the usher signed in to is not theirs. */
bool usher_own_event(struct request *rq, int64_t event_id)
{
	if (!event_id || event_id == rq->who.event_id)
		return true;
	refuse(rq, 403, "NOT_ASSIGNED", "You are signed in to another event.");
	return false;
}

bool usher_times(struct request *rq)
{
	const struct row *event = times_typed(rq) ? usher_event(rq->db, rq->who.role_id, rq->who.event_id) : NULL;

	times_in(rq, event ? row_text(event, "time_zone") : NULL, NULL);
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

bool usher_leads_here(struct request *rq)
{
	return usher_leads(rq->db, rq->who.role_id, rq->who.event_id);
}

/* Whether the ticket moved since, and whether somebody else was quicker, is asked under its lock. */
bool usher_may_undo(struct request *rq, const struct row *log)
{
	const struct row *target =
		scan_undo_target(rq->db, rq->who.event_id, (const uint8_t *)row_cell(log, "scan_id")->s);
	struct scan_undoing undoing = { .last = true, .now = rq->now };

	if (!target || !(row_bool(target, "given") || row_bool(target, "told")))
		return false;
	undoing.own = row_int(target, "usher_id") == rq->who.role_id;
	undoing.made = row_time(target, "made_at");
	return scan_may_undo(&undoing) == SCAN_UNDO_MAY;
}

int scan_log_index(struct request *rq)
{
	struct scan_filter filter = { .event_id = rq->who.event_id,
				      .username = field_text(rq, "username"),
				      .result = field_text(rq, "result"),
				      .attendee_name = field_text(rq, "attendee_name"),
				      .kind = field_text(rq, "kind"),
				      .oldest_first = !strcmp(field_text(rq, "sort_order"), "asc") };
	char uid[33];

	if (!usher_own_event(rq, field_int(rq, "event_id")) || !usher_times(rq))
		return ANSWERED;
	filter.from = field_time(rq, "date_from");
	filter.to = field_time(rq, "date_to");
	if (!filter.attendee_name)
		filter.attendee_name = field_text(rq, "search");
	if (field_text(rq, "card_id"))
		filter.card_uid = card_uid_normalise(field_text(rq, "card_id"), uid) ? uid : "-";
	return answer_whole_list(rq, "scans", scan_log_list(rq->db, &filter));
}

/* The event that a page is about: the one that the usher signed in to. */
int gate_event_beside(struct request *rq)
{
	const struct row *event = usher_event(rq->db, rq->who.role_id, rq->who.event_id);

	if (!event)
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	answer_row(answer_object(rq->beside, "event"), event);
	return ANSWERED;
}

int scan_log_show(struct request *rq)
{
	const struct row *log = scan_log_get(rq->db, rq->who.event_id, path_id(rq, "id"));

	if (!log)
		return refuse(rq, 404, "SCAN_NOT_FOUND", "There is no such scan.");
	answer_row(rq->data, log);
	return ANSWERED;
}

int usher_event_index(struct request *rq)
{
	return answer_whole_list(rq, "events", rows_list(rq->mem, usher_events(rq->db, rq->who.role_id)));
}

static const struct row *usher_event_or_404(struct request *rq)
{
	const struct row *event = usher_event(rq->db, rq->who.role_id, path_id(rq, "id"));

	if (!event)
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event among yours.");
	return event;
}

int usher_event_show(struct request *rq)
{
	const struct row *event = usher_event_or_404(rq);

	if (event)
		answer_row(rq->data, event);
	return ANSWERED;
}

static void answer_counts(struct json_object *into, struct json_object *snapshot)
{
	struct json_object *counts = json_object_object_get(snapshot, "counts"), *out = answer_object(into, "counts");

	answer_int(out, "expected", tree_int(counts, "expected"));
	answer_int(out, "inside", tree_int(counts, "inside"));
	answer_int(out, "entered", tree_int(counts, "entered"));
	answer_int(out, "left", tree_int(counts, "left"));
}

int usher_event_status(struct request *rq)
{
	const struct row *event = usher_event_or_404(rq);
	struct json_object *snapshot;

	if (!event)
		return ANSWERED;
	snapshot = live_snapshot(rq->db, path_id(rq, "id"), rq->now);
	if (!snapshot)
		return ANSWERED;
	answer_bool(rq->data, "active", row_is(event, "status", "published"));
	answer_bool(rq->data, "scanning_enabled", row_bool(event, "scanning_enabled"));
	answer_counts(rq->data, snapshot);
	answer_add(json_object_object_get(rq->data, "counts"), "by_result",
		   json_object_get(json_object_object_get(snapshot, "by_result")));
	json_object_put(snapshot);
	return ANSWERED;
}

int usher_event_assignment(struct request *rq)
{
	const struct row *event = usher_event(rq->db, rq->who.role_id, path_id(rq, "id"));

	answer_bool(rq->data, "assigned", event != NULL);
	answer_bool(rq->data, "signed_in_to", path_id(rq, "id") == rq->who.event_id);
	return ANSWERED;
}

int nfc_status(struct request *rq)
{
	answer_int(rq->data, "event_id", rq->who.event_id);
	answer_rows(rq->data, "cards", usher_cards(rq->db, rq->who.event_id));
	return ANSWERED;
}

/* An echo, to test the whole way from a reader to the database and back. */
int nfc_test(struct request *rq)
{
	answer_text(rq->data, "status", "ok");
	answer_int(rq->data, "usher_id", rq->who.role_id);
	answer_int(rq->data, "event_id", rq->who.event_id);
	answer_time(rq->data, "server_time", rq->now);
	return ANSWERED;
}

/* May what was just scanned be taken back? Only what is shown, and only while it may. */
static void answer_undoable(struct request *rq)
{
	const char *result = tree_text(rq->data, "result"), *scan_id = tree_text(rq->data, "scan_id");
	uint8_t id[UUID_BYTES];
	const struct row *log = NULL;

	if (result && scan_id && !strcmp(result, "valid") && uuid_parse(scan_id, id))
		log = scan_settled(rq->db, rq->who.event_id, id);
	answer_bool(rq->beside, "undoable", log && !row_bool(log, "undone") && usher_may_undo(rq, log));
}

/* The gate page around a scan: the event, its counts, and the id that the next scan will have. */
int gate_scan_beside(struct request *rq)
{
	struct json_object *snapshot;
	uint8_t next[UUID_BYTES];
	char text[UUID_SIZE];

	gate_event_beside(rq);
	if (refused(rq))
		return ANSWERED;
	uuid_make(next);
	answer_text(rq->beside, "next_scan_id", uuid_text(next, text));
	answer_undoable(rq);
	snapshot = live_snapshot(rq->db, rq->who.event_id, rq->now);
	if (!snapshot)
		return ANSWERED;
	answer_counts(rq->beside, snapshot);
	answer_add(rq->beside, "live", snapshot);
	return ANSWERED;
}

int scan_verify_card(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(field_text(rq, "card_id"), uid) ? scan_card(rq->db, uid) : NULL;

	answer_bool(rq->data, "exists", card != NULL);
	answer_text(rq->data, "status", card ? row_text(card, "status") : NULL);
	return ANSWERED;
}

int scan_card_show(struct request *rq)
{
	char uid[33];
	const struct row *card = card_uid_normalise(path_text(rq, "card_id"), uid) ? scan_card(rq->db, uid) : NULL;

	if (!card)
		return refuse(rq, 404, "CARD_NOT_FOUND", "This card is not known.");
	answer_text(rq->data, "card_id", row_text(card, "uid"));
	answer_int(rq->data, "nfc_card_id", row_int(card, "id"));
	answer_text(rq->data, "status", row_text(card, "status"));
	answer_bool(rq->data, "assigned", !row_null(card, "customer_id"));
	return ANSWERED;
}
