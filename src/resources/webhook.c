/* Other people's programs that are told what happens, and each time that one of them was, or is to be, told something. */
#include "app/webhook.h"
#include "resources/family.h"

/* clang-format off */
#define TOLD(column, word) "IF(t." column ", '" word "', NULL)"
#define EVENTS_TOLD                                                                                                    \
	"CONCAT_WS(', ', " TOLD("order_paid", "order.paid") ", " TOLD("order_refunded", "order.refunded") ", "         \
	TOLD("refund_failed", "refund.failed") ", " TOLD("ticket_transferred", "ticket.transferred") ", "              \
	TOLD("ticket_scanned", "ticket.scanned") ", " TOLD("payout_paid", "payout.paid") ")"
#define DELIVERIES(state)                                                                                              \
	"(SELECT COUNT(*) FROM webhook_delivery d WHERE d.webhook_id = t.id AND d.status = '" state "')"
/* clang-format on */

static const struct resource_column WEBHOOK[] = {
	{ "url", F_TEXT, LISTED | SEARCHED | CHANGED | REQUIRED, .as = AS_CODE, .max = 500, .label = "Address",
	  .rule = webhook_url_rule, .help = "Where it is told, https://…" },
	{ "description", F_TEXT, NAMED | CHANGED, .max = 160, .otherwise = "", .help = "Whose it is, and what for" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "active,off" },
	{ "events", F_TEXT, LISTED, .sql = EVENTS_TOLD, .label = "Is told" },
	{ "order_paid", F_BOOL, CHANGED | SHOWN, .otherwise = "true",
	  .help = "order.paid: an order was paid, and has its tickets" },
	{ "order_refunded", F_BOOL, CHANGED | SHOWN, .help = "order.refunded: money of one went back, all or part" },
	{ "refund_failed", F_BOOL, CHANGED | SHOWN, .help = "refund.failed: money that was to go back could not" },
	{ "ticket_transferred", F_BOOL, CHANGED | SHOWN,
	  .help = "ticket.transferred: a ticket is somebody else's now" },
	{ "ticket_scanned", F_BOOL, CHANGED | SHOWN, .help = "ticket.scanned: whatever the gate said" },
	{ "payout_paid", F_BOOL, CHANGED | SHOWN, .help = "payout.paid: somebody got their money" },
	{ "organizer_id", F_ID, LISTED | APART | FILTERED | CHANGED, .refers = "organizers",
	  .help = "Of this organizer's events alone. Empty: of all" },
	{ "organizer.company", F_TEXT, SHOWN, .sql = "o.company" },
	{ "off_because", F_CHOICE, SHOWN, .choices = "hand,gone,failing,key", .label = "Why it is off" },
	{ "since", F_TIME, SHOWN, .label = "Is told what happened since" },
	{ "answered_at", F_TIME, LISTED, .label = "Took the last" },
	{ "failing_since", F_TIME, LISTED, .label = "Has failed since" },
	{ "waiting", F_INT, SHOWN, .sql = DELIVERIES("queued"), .label = "Deliveries that wait" },
	{ "failed", F_INT, SHOWN, .sql = DELIVERIES("failed"), .label = "Deliveries that failed" },
	{ "secret_at", F_TIME, SHOWN, .label = "Secret made at" },
	{ "old_until", F_TIME, SHOWN, .label = "The one before signs until" },
	{ "secret", F_TEXT, .flags = ONCE, .help = "whsec_…, what it checks signatures with: said this once" },
	{ "failed_since", F_TIME, ASKED, .help = "Those that were made at this moment or later, and failed" },
	COLUMNS_END,
};

static const struct act WEBHOOK_ACTS[] = {
	{ "ping", "active", NULL, .message = "A test event is on its way.", .also = webhook_ping_also },
	{ "enable", "off", "active", .message = "It is told from now on.", .also = webhook_enable_also, .many = true },
	{ "disable", "active", "off", .message = "It is told nothing more.", .also = webhook_disable_also,
	  .many = true },
	{ "roll-secret", "active,off", NULL, .page = "webhook/secret.html", .stays = true,
	  .flags = WRITES | ZONED | SECRET,
	  .message = "It has a new secret. The one before it signs beside it for 24 hours.",
	  .also = webhook_roll_also },
	{ "replay-failed", "active,off", NULL, .needs = "failed_since", .message = "They are on their way again.",
	  .also = webhook_replay_also },
	ACTS_END,
};

static const struct resource_column DELIVERY[] = {
	{ "type", F_CHOICE, LISTED | FILTERED, .choices = WEBHOOK_TYPES, .label = "Event" },
	{ "message_id", F_TEXT, LISTED | APART | FILTERED, .sql = "CONCAT('msg_', LOWER(HEX(t.uuid)))",
	  .filter = "t.uuid = UNHEX(SUBSTRING(?, 5))", .help = "The webhook-id: the same whenever it is sent" },
	{ "webhook_id", F_ID, LISTED | FILTERED, .refers = "webhooks" },
	{ "webhook.url", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "w.url", .label = "Address" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "queued,sent,failed" },
	{ "noun_id", F_ID, LISTED | APART | FILTERED, .label = "Id of what it is about" },
	{ "attempts", F_INT, .flags = LISTED },
	{ "status_code", F_INT, LISTED, .label = "Answered" },
	{ "took_ms", F_INT, LISTED, .label = "Took, in ms" },
	{ "error", F_TEXT, .flags = LISTED },
	{ "happened_at", F_TIME, SHOWN, .label = "Happened at" },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | SORTED },
	{ "tried_at", F_TIME, SHOWN, .label = "Last try" },
	{ "next_try_at", F_TIME, SHOWN, .sql = "IF(t.status = 'queued', t.due_at, NULL)", .label = "Next try" },
	{ "body", F_LONG_TEXT, SHOWN, .label = "What is sent" },
	{ "answer", F_LONG_TEXT, SHOWN, .label = "How the answer begins" },
	COLUMNS_END,
};

static const struct act DELIVERY_ACTS[] = {
	{ "replay", "sent,failed", NULL, MANAGERS, .message = "It is on its way again, under the same id.",
	  .also = delivery_replay_also, .many = true },
	ACTS_END,
};

const struct resource RESOURCES_WEBHOOK[] = {
	{ "webhooks", "webhook", "Webhooks", "url", "webhook", "LEFT JOIN organizer o ON o.id = t.organizer_id",
	  WEBHOOK, MANAGERS, MANAGERS, .stamps = STAMPS, .soft_delete = true, .order = "-id", .acts = WEBHOOK_ACTS,
	  .make_flags = SECRET, .form = "webhook/new.html", .form_stays = true, .check = webhook_check,
	  .made = webhook_made },
	{ "webhook-deliveries", "webhook_delivery", "Webhook deliveries", "type", "webhook_delivery",
	  "LEFT JOIN webhook w ON w.id = t.webhook_id", DELIVERY, MANAGERS, NOBODY, .permanent = true,
	  .parent = "webhook_id", .order = "-id", .acts = DELIVERY_ACTS },
	RESOURCES_END,
};
