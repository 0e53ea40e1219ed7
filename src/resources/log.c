/* What was done, scanned and sent. Nobody writes it. */
#include "app/message.h"
#include "base/role.h"
#include "resources/family.h"

static const struct resource_column AUDIT[] = {
	{ "at", F_TIME, .flags = LISTED | FILTERED },
	{ "account_id", F_ID, .flags = LISTED | FILTERED },
	{ "account.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name", .label = "Who",
	  .sought = "t.account_id IN (SELECT y.id FROM account y WHERE " HAS_WORD("y.name") ")" },
	/* of nobody who was signed in: "" */
	{ "role", F_CHOICE, LISTED | FILTERED, .sql = "NULLIF(t.role, '')", .filter = "t.role = ?",
	  .choices = EVERY_ROLE_AND(",system") },
	{ "action", F_TEXT, .flags = LISTED | FILTERED },
	{ "noun", F_TEXT, LISTED | FILTERED | SEARCHED, .as = AS_CODE, .label = "Of what" },
	{ "noun_id", F_ID, LISTED | FILTERED, .label = "Its id", .otherwise = "0" },
	{ "before", F_OBJECT, SHOWN, .sql = "t.before_json" },
	{ "after", F_OBJECT, SHOWN, .sql = "t.after_json" },
	{ "ip", F_TEXT, LISTED | FILTERED, .label = "Address" },
	{ "request_id", F_TEXT, LISTED | FILTERED | APART, .label = "Request" },
	{ "seq", F_INT, SHOWN, .label = "Place in the chain" },
	COLUMNS_END,
};

static const struct resource_column CHECKIN[] = {
	{ "attendee_name", F_TEXT, .flags = LISTED | SEARCHED },
	{ "scan_id", F_UUID, .flags = SHOWN },
	{ "at", F_TIME, .flags = LISTED | FILTERED },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "result", F_CHOICE, LISTED | FILTERED, .choices = "valid,invalid,already_scanned,not_found" },
	{ "reason", F_TEXT, .flags = LISTED | FILTERED | APART },
	{ "direction", F_CHOICE, LISTED | FILTERED, .choices = "in,out" },
	{ "gate", F_TEXT, .flags = LISTED | FILTERED },
	{ "usher_id", F_ID, .flags = LISTED | FILTERED },
	{ "usher.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name",
	  .sought = "t.usher_id IN (SELECT x.id FROM usher x JOIN account y ON y.id = x.account_id WHERE " HAS_WORD(
		  "y.name") ")" },
	{ "ticket_id", F_ID, LISTED | FILTERED, .refers = "tickets" },
	{ "card_uid", F_TEXT, LISTED | SEARCHED | FILTERED | APART, .as = AS_CODE, .label = "Card" },
	{ "scanned_at", F_TIME, .flags = SHOWN },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

/* Without the text: it holds one-time codes, and what else people are told is theirs. */
static const struct resource_column MESSAGE[] = {
	{ "recipient", F_TEXT, .flags = LISTED | SEARCHED, .as = AS_MOBILE },
	{ "channel", F_CHOICE, LISTED | FILTERED, .choices = "sms,mail" },
	{ "subject", F_TEXT, .flags = LISTED },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "queued,sent,failed" },
	{ "secret", F_BOOL, SHOWN, .sql = "t.secret_until IS NOT NULL", .label = "Holds a code" },
	{ "attempts", F_INT, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | SORTED },
	{ "due_at", F_TIME, SHOWN, .sql = "IF(t.status = 'queued', t.due_at, NULL)", .label = "Next try" },
	{ "sent_at", F_TIME, .flags = SHOWN },
	{ "error", F_TEXT, .flags = LISTED },
	COLUMNS_END,
};

/* A code's text is gone, and it is over: whoever wants one asks for another. */
static const struct act MESSAGE_ACTS[] = {
	{ "resend", "sent,failed", "queued", MANAGERS, .unless = "secret",
	  .unfit = "A code is not sent again. Whoever wants one asks for another.", .at = "due_at",
	  .message = "The message is on its way again.", .also = message_again },
	ACTS_END,
};

/* What an institution's people do, and what is done to their accounts, is told to superadmins alone. */
#define OF_THE_HOUSES_AUDIT                                                                                            \
	"((t.role = '' OR NOT FIND_IN_SET(t.role, '" INSTITUTION_WORDS "')) AND (t.noun NOT IN ('account', 'user') OR" \
	" " OF_THE_HOUSE("t.noun_id") ") OR " BY_SUPERADMIN ")"

const struct resource RESOURCES_LOG[] = {
	{ "logs/audit", "audit_entry", "Audit log", "action", "audit_log", "LEFT JOIN account a ON a.id = t.account_id",
	  AUDIT, MANAGERS, NOBODY, .scope = OF_THE_HOUSES_AUDIT, .order = "-id" },
	{ "logs/checkin", "scan", "Check-in log", "attendee_name", "scan_log",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN usher u ON u.id = t.usher_id"
	  " LEFT JOIN account a ON a.id = u.account_id",
	  CHECKIN, STAFF, NOBODY, .parent = "ticket_id", .order = "-id" },
	{ "outbox", "message", "Messages", "recipient", "outbox", NULL, MESSAGE, MANAGERS | SUPPORT, NOBODY,
	  .stamps = STAMP_UPDATED, .order = "-id", .acts = MESSAGE_ACTS },
	RESOURCES_END,
};
