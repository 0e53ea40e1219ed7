/* What organizers do with their own events, and what of it staff decide. */
#include "app/co_worker.h"
#include "app/edit_request.h"
#include "app/guest_message.h"
#include "resources/family.h"

/* clang-format off */
#define EDIT_REQUEST_SHOWN                                                                                             \
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },                                                \
		{ "status", F_CHOICE, LISTED | FILTERED, .choices = "requested,approved,rejected,withdrawn" },         \
		{ "reason", F_LONG_TEXT, .flags = SHOWN },                                                             \
		{ "note", F_TEXT, SHOWN, .max = 300, .help = "What who asked is told" },                               \
		{ "changes", F_OBJECT, SHOWN, .otherwise = "{}", .help = "What shall be another, by its name" },       \
		{ "was", F_OBJECT, SHOWN, .otherwise = "{}", .help = "What it was when this was asked" },              \
		{ "created_at", F_TIME, LISTED | FILTERED | SORTED, .label = "Asked" },                                \
		{ "decided_at", F_TIME, .flags = SHOWN },                                                              \
		{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT }
/* clang-format on */

static const struct resource_column EDIT_REQUEST[] = {
	EDIT_REQUEST_SHOWN,
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "organizer_id", F_ID, LISTED | FILTERED | APART, .refers = "organizers" },
	{ "organizer.name", F_TEXT, LISTED | SEARCHED, .sql = "o.company" },
	COLUMNS_END,
};

static const struct resource_column EDIT_REQUEST_OWN[] = {
	EDIT_REQUEST_SHOWN,
	{ "event_id", F_ID, .flags = LISTED | FILTERED },
	COLUMNS_END,
};

static const struct act EDIT_REQUEST_ACTS[] = {
	{ "approve", "requested", "approved", .at = "decided_at", .page = "edit-request/ask.html",
	  .message = "The event is changed as it was asked for.", .also = edit_request_approve,
	  .ask = edit_request_detail },
	{ "reject", "requested", "rejected", .at = "decided_at", .needs = "note", .page = "edit-request/ask.html",
	  .message = "The request is rejected.", .also = edit_request_reject, .ask = edit_request_detail,
	  .many = true },
	ACTS_END,
};

static const struct act EDIT_REQUEST_OWN_ACTS[] = {
	{ "withdraw", "requested", "withdrawn", ORGANIZER, .at = "decided_at", .page = "edit-request/ask.html",
	  .message = "Your request is taken back. The event stays as it is.", .ask = edit_request_detail },
	ACTS_END,
};

/* ---- their events, and who comes ---- */

/* What other nouns of theirs refer to; their pages are routes of their own. */
static const struct resource_column EVENT_OWN[] = {
	{ "title", F_TEXT, .flags = NAMED },
	{ "time_zone", F_ZONE, .flags = LISTED },
	COLUMNS_END,
};

/* Categories of two events may be called the same. */
static const struct resource_column CATEGORY_OWN[] = {
	{ "name", F_TEXT, LISTED, .sql = "CONCAT(e.title, ': ', t.name)" },
	COLUMNS_END,
};

/* How to reach somebody is theirs and the house's, unless staff say otherwise. */
#define IF_SHOWN(contact)                                                                                              \
	"IF((SELECT x.value FROM setting x WHERE x.name = 'organizer_sees_contacts') = 'show', " contact ", NULL)"

static const struct resource_column ATTENDEE[] = {
	{ "holder_name", F_TEXT, LISTED | SEARCHED, .label = "Holder" },
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "o.reference",
	  .sought = "t.order_id IN (SELECT x.id FROM orders x WHERE x.reference LIKE ?)" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "valid,cancelled,refunded" },
	{ "presence", F_CHOICE, LISTED | FILTERED, .choices = "never,inside,outside" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "category_id", F_ID, LISTED | FILTERED, .refers = "ticket-categories" },
	{ "category.name", F_TEXT, LISTED, .sql = "c.name" },
	{ "entries", F_INT, .flags = LISTED | APART },
	{ "labels", F_LIST, .flags = LISTED | APART },
	{ "first_scan_at", F_TIME, .flags = LISTED },
	{ "first_gate", F_TEXT, .flags = SHOWN },
	{ "last_scan_at", F_TIME, .flags = SHOWN },
	{ "mobile_number", F_MOBILE, LISTED | APART, .sql = IF_SHOWN("a.mobile_number") },
	{ "email", F_EMAIL, LISTED | APART, .sql = IF_SHOWN("a.email") },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

/* ---- what they write to them ---- */

static const struct field AN_ID[] = {
	{ .name = "", .type = F_ID, .help = "A ticket category's id" },
	FIELDS_END,
};

/* clang-format off */
#define GUEST_MESSAGE_HEAD                                                                                             \
	{ "subject", F_TEXT, LISTED | CHANGED | REQUIRED, .max = 120, .help = "What it is about" },                    \
		{ "status", F_CHOICE, LISTED | FILTERED, .choices = "draft,sending,sent,stopped" },                    \
		{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" }
#define GUEST_MESSAGE_TAIL                                                                                             \
	{ "body", F_LONG_TEXT, SHOWN | CHANGED | REQUIRED, .max = 2000, .help = "Plain text" },                        \
		{ "category_ids", F_LIST, SHOWN | CHANGED, .max = 50, .of = AN_ID,                                     \
		  .help = "Whose guests get it, ids of ticket categories; empty: of all" },                            \
		{ "audience", F_CHOICE, LISTED | CHANGED, .choices = "everybody,came,not_come",                        \
		  .otherwise = "everybody", .help = "Who of them gets it" },                                           \
		{ "recipients", F_INT, LISTED, .help = "How many it goes to" },                                        \
		{ "queued", F_INT, LISTED, .help = "How many of them were reached so far" },                           \
		{ "created_at", F_TIME, .flags = LISTED | FILTERED | SORTED },                                         \
		{ "started_at", F_TIME, .flags = SHOWN }, { "ended_at", F_TIME, .flags = SHOWN },                      \
		{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT }
/* clang-format on */

static const struct resource_column GUEST_MESSAGE[] = {
	GUEST_MESSAGE_HEAD,
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "organizer_id", F_ID, LISTED | FILTERED | APART, .refers = "organizers" },
	{ "organizer.name", F_TEXT, LISTED, .sql = "o.company" },
	GUEST_MESSAGE_TAIL,
	COLUMNS_END,
};

static const struct resource_column GUEST_MESSAGE_OWN[] = {
	GUEST_MESSAGE_HEAD,
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "Whose guests get it" },
	GUEST_MESSAGE_TAIL,
	COLUMNS_END,
};

static const struct act GUEST_MESSAGE_ACTS[] = {
	{ "stop", "sending", "stopped", HELP_DESK, .at = "ended_at", .danger = true, .page = "guest-message/ask.html",
	  .message = "It is stopped. Who has it already keeps it.", .also = guest_message_stop,
	  .ask = guest_message_detail },
	ACTS_END,
};

static const struct act GUEST_MESSAGE_OWN_ACTS[] = {
	{ "try", "draft", NULL, .page = "guest-message/ask.html", .message = "It is on its way to you alone.",
	  .also = guest_message_try, .ask = guest_message_detail },
	{ "send-all", "draft", "sending", .at = "started_at", .danger = true, .page = "guest-message/ask.html",
	  .message = "It is being sent.", .also = guest_message_send, .ask = guest_message_detail },
	{ "stop", "sending", "stopped", .at = "ended_at", .danger = true, .page = "guest-message/ask.html",
	  .message = "It is stopped. Who has it already keeps it.", .also = guest_message_stop,
	  .ask = guest_message_detail },
	ACTS_END,
};

/* ---- with whom they work ---- */

#define CO_WORKER_LAST_SEEN                                                                                            \
	"(SELECT MAX(s.seen_at) FROM session s WHERE s.account_id = t.account_id AND s.role = 'organizer')"
#define CO_WORKER_STATUS "IF(t.account_id IS NULL, 'invited', 'active')"

static const struct resource_column CO_WORKER[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 120, .help = "What they are called" },
	{ "mobile_number", F_MOBILE, LISTED | SEARCHED | CREATED | REQUIRED,
	  .help = "They sign in with it; the invitation goes there" },
	{ "status", F_CHOICE, LISTED | FILTERED, .sql = CO_WORKER_STATUS, .choices = "invited,active" },
	{ "may_events", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .label = "Events",
	  .help = "Change events, ask for changes, promo codes" },
	{ "may_guests", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .label = "Guests",
	  .help = "Who comes, the door list, messages to them" },
	{ "may_money", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .label = "Money",
	  .help = "What sales brought, payouts, settlements" },
	{ "may_team", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .label = "Team",
	  .help = "Invite co-workers, and give them rights that one has oneself" },
	{ "may_gate", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .label = "Gate",
	  .help = "Live counts, conflicts, incidents" },
	{ "joined_at", F_TIME, .flags = SHOWN },
	{ "last_seen_at", F_TIME, SHOWN, .sql = CO_WORKER_LAST_SEEN, .label = "Was here last" },
	{ "created_at", F_TIME, LISTED | SORTED | APART, .label = "Invited" },
	COLUMNS_END,
};

#define OF_OWN_EVENTS "t.event_id IN (SELECT z.id FROM event z WHERE z.organizer_id = ?)"
#define OF_ORGANIZER "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN organizer o ON o.id = t.organizer_id"

const struct resource RESOURCES_ORGANIZER[] = {
	{ "edit-requests", "edit_request", "Edit requests", "event.title", "edit_request", OF_ORGANIZER, EDIT_REQUEST,
	  STAFF, MANAGERS, .stamps = STAMPS, .permanent = true, .order = "-id", .page = "edit-request/show.html",
	  .acts = EDIT_REQUEST_ACTS, .detail = edit_request_detail },
	{ "edit-requests", "edit_request", "Edit requests", "event.title", "edit_request", OF_ORGANIZER,
	  EDIT_REQUEST_OWN, ORGANIZER, NOBODY, .right = RIGHT_EVENTS, .mount = "organizer", .owner = "organizer_id",
	  .stamps = STAMPS, .permanent = true, .order = "-id", .page = "edit-request/show.html",
	  .acts = EDIT_REQUEST_OWN_ACTS, .detail = edit_request_detail },
	{ "events", "event", "Events", "title", "event", NULL, EVENT_OWN, ORGANIZER, NOBODY, .right = RIGHT_WORKS,
	  .mount = "organizer", .owner = "organizer_id", .permanent = true, .order = "-id", .home = "/organizer/events",
	  .elsewhere = true },
	{ "ticket-categories", "ticket_category", "Ticket categories", "name", "ticket_category",
	  "LEFT JOIN event e ON e.id = t.event_id", CATEGORY_OWN, ORGANIZER, NOBODY, .right = RIGHT_WORKS,
	  .mount = "organizer", .scope = OF_OWN_EVENTS, .permanent = true, .soft_delete = true, .order = "-id",
	  .home = "/organizer/events", .elsewhere = true },
	{ "attendees", "attendee", "Attendees", "holder_name", "ticket",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN ticket_category c ON c.id = t.category_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  ATTENDEE, ORGANIZER, NOBODY, .right = RIGHT_GUESTS, .mount = "organizer", .scope = OF_OWN_EVENTS,
	  .permanent = true, .order = "-id" },
	{ "guest-messages", "guest_message", "Messages to guests", "subject", "guest_message", OF_ORGANIZER,
	  GUEST_MESSAGE, HELP_DESK, NOBODY, .stamps = STAMPS, .permanent = true, .order = "-id",
	  .page = "guest-message/show.html", .acts = GUEST_MESSAGE_ACTS, .detail = guest_message_detail },
	{ "guest-messages",
	  "guest_message",
	  "Messages to guests",
	  "subject",
	  "guest_message",
	  OF_ORGANIZER,
	  GUEST_MESSAGE_OWN,
	  ORGANIZER,
	  ORGANIZER,
	  .right = RIGHT_GUESTS,
	  .mount = "organizer",
	  .owner = "organizer_id",
	  .stamps = STAMPS,
	  .order = "-id",
	  .open = "draft",
	  .many = true,
	  .page = "guest-message/show.html",
	  .acts = GUEST_MESSAGE_OWN_ACTS,
	  .check = guest_message_check,
	  .around = guest_message_around,
	  .detail = guest_message_detail },
	{ "co-workers", "co_worker", "Co-workers", "name", "co_worker", NULL, CO_WORKER, ORGANIZER, ORGANIZER,
	  .right = RIGHT_TEAM, .mount = "organizer", .owner = "organizer_id", .stamps = STAMPS, .order = "name",
	  .twice = "This number is invited already.", .check = co_worker_check, .made = co_worker_made,
	  .remove = co_worker_remove },
	RESOURCES_END,
};
