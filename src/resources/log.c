/* What was done, scanned and sent. Nobody writes it. */
#include "app/conflict.h"
#include "app/message.h"
#include "app/scan_log.h"
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

/* By whose ticket it was, whose name it bears, by who scanned, and by a card. */
static const struct sought_way SCANS_BY = {
	.people = { "JOIN customer k ON k.account_id = n.account_id JOIN ticket y ON y.customer_id = k.id"
		    " JOIN scan_log x ON x.ticket_id = y.id",
		    "JOIN usher u ON u.account_id = n.account_id JOIN scan_log x ON x.usher_id = u.id" },
	.codes = { "SELECT x.id FROM scan_log x WHERE x.card_uid LIKE ?" },
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
	{ "usher.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "ticket_id", F_ID, LISTED | FILTERED, .refers = "tickets" },
	{ "card_uid", F_TEXT, LISTED | SEARCHED | FILTERED | APART, .as = AS_START, .label = "Card" },
	{ "scanned_at", F_TIME, .flags = SHOWN },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

/* The log of scans, as one of the two sides. */
#define SIDE(name, s, label_at)                                                                                        \
	{ name ".at", F_TIME, LISTED, .sql = "IF(" s ".uploaded, " s ".scanned_at, " s ".at)", .label = label_at },    \
		{ name ".gate", F_TEXT, LISTED | APART, .sql = s ".gate" },                                            \
	{                                                                                                              \
		name ".usher", F_TEXT, LISTED | APART, .sql = s "a.name"                                               \
	}

static const struct resource_column CONFLICT[] = {
	{ "attendee_name", F_TEXT, LISTED | SEARCHED, .sql = "l.attendee_name" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "open,seen,withdrawn" },
	{ "kind", F_CHOICE, LISTED | FILTERED, .choices = "twice,refused" },
	{ "reason", F_TEXT, LISTED | APART, .sql = "l.reason" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED | APART, .sql = "e.title" },
	SIDE("winner", "w", "First let in"),
	SIDE("loser", "l", "Let in again"),
	{ "note", F_TEXT, SHOWN, .sql = "l.note" },
	{ "ticket_id", F_ID, LISTED | APART | FILTERED, .refers = "tickets" },
	{ "found_at", F_TIME, .flags = LISTED | SORTED | APART },
	{ "seen_at", F_TIME, .flags = SHOWN },
	{ "seen_by", F_TEXT, SHOWN, .sql = "sa.name", .label = "Seen by" },
	{ "withdrawn_at", F_TIME, .flags = SHOWN },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

/* clang-format off */
#define SEE(who)                                                                                                       \
	{ "see", "open", "seen", who, .at = "seen_at", .message = "It is seen to: gates do not show it any more.",     \
	  .also = conflict_see_also, .many = true }
/* clang-format on */
static const struct act CONFLICT_ACTS[] = { SEE(MANAGERS), ACTS_END };
static const struct act OWN_CONFLICT_ACTS[] = { SEE(ORGANIZER), ACTS_END };

#define OF_CONFLICT                                                                                                    \
	"JOIN scan_log l ON l.id = t.loser_id LEFT JOIN scan_log w ON w.id = t.winner_id"                              \
	" LEFT JOIN usher lu ON lu.id = l.usher_id LEFT JOIN account la ON la.id = lu.account_id"                      \
	" LEFT JOIN usher wu ON wu.id = w.usher_id LEFT JOIN account wa ON wa.id = wu.account_id"                      \
	" LEFT JOIN account sa ON sa.id = t.seen_by LEFT JOIN event e ON e.id = t.event_id"

/* Without the text: it holds one-time codes, and what else people are told is theirs. */
static const struct resource_column MESSAGE[] = {
	{ "recipient", F_TEXT, .flags = LISTED | SEARCHED, .as = AS_MOBILE },
	{ "channel", F_CHOICE, LISTED | FILTERED, .choices = "sms,mail,push" },
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
	  .message = "The message is on its way again.", .also = message_again, .many = true },
	ACTS_END,
};

/* What an institution's people do, and what is done to their accounts, is told to superadmins alone. */
#define OF_THE_HOUSES_AUDIT                                                                                            \
	"((t.role = '' OR NOT FIND_IN_SET(t.role, '" INSTITUTION_WORDS "')) AND (t.noun NOT IN ('account', 'user') OR" \
	" " OF_THE_HOUSE("t.noun_id") ") OR " BY_SUPERADMIN ")"

/* What people of the caller's campus did by a role of it, and what went by itself of what is kept of them; whoever is of no campus has that of
 * all. */
#define OF_ONES_CAMPUS_AUDIT                                                                                           \
	"EXISTS (SELECT 1 FROM campus_member me WHERE me.id = ? AND IF(t.role = 'system', t.action = 'purge'"          \
	" AND t.noun IN ('attendance', 'attendance_evidence', 'attendance_excuse', 'qr_scan', 'qr_scan_place')"        \
	" AND (me.campus_id IS NULL OR t.noun_id = 0 OR t.noun = 'attendance' AND t.noun_id = me.campus_id OR"         \
	" t.noun = 'attendance_evidence' AND EXISTS (SELECT 1 FROM attendance r WHERE r.id = t.noun_id"                \
	" AND r.campus_id = me.campus_id)), FIND_IN_SET(t.role, '" CAMPUS_WORDS "') AND (me.campus_id IS NULL OR"      \
	" EXISTS (SELECT 1 FROM campus_member x WHERE x.account_id = t.account_id AND x.campus_id = me.campus_id))))"

/* What the processes of the site did, and what befell them. */
static const struct resource_column SYSTEM[] = {
	{ "event", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .label = "What happened" },
	{ "severity", F_CHOICE, LISTED | FILTERED, .choices = "info,warning,error" },
	{ "kind", F_CHOICE, LISTED | FILTERED,
	  .choices = "start,job,message,provider,setting,key,webhook,schema,restore,maintenance,fault" },
	{ "subject", F_TEXT, LISTED | SEARCHED, .label = "Of what" },
	{ "times", F_INT, LISTED, .label = "How often" },
	{ "at", F_TIME, .flags = LISTED | FILTERED | SORTED },
	{ "last_at", F_TIME, LISTED | APART, .label = "For the last time" },
	{ "node", F_TEXT, .flags = LISTED | FILTERED },
	{ "process", F_TEXT, .flags = LISTED | FILTERED },
	{ "detail", F_OBJECT, .flags = SHOWN },
	COLUMNS_END,
};

const struct resource RESOURCES_LOG[] = {
	{ "logs/system", "system_entry", "System log", "event", "system_log", NULL, SYSTEM, MANAGERS, NOBODY,
	  .permanent = true, .order = "-id" },
	{ "logs/audit", "audit_entry", "Audit log", "action", "audit_log", "LEFT JOIN account a ON a.id = t.account_id",
	  AUDIT, MANAGERS, NOBODY, .scope = OF_THE_HOUSES_AUDIT, .order = "-id" },
	{ "audit", "audit_entry", "Audit log", "action", "audit_log", "LEFT JOIN account a ON a.id = t.account_id",
	  AUDIT, HR | CAMPUS_ADMIN, NOBODY, .mount = "campus", .scope = OF_ONES_CAMPUS_AUDIT, .order = "-id" },
	{ "logs/checkin", "scan", "Check-in log", "attendee_name", "scan_log",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN usher u ON u.id = t.usher_id"
	  " LEFT JOIN account a ON a.id = u.account_id",
	  CHECKIN, STAFF, NOBODY, .found_by = &SCANS_BY, .narrow = scan_log_narrow, .parent = "ticket_id",
	  .order = "-id" },
	{ "conflicts", "conflict", "Conflicts", "attendee_name", "scan_conflict", OF_CONFLICT, CONFLICT, STAFF, NOBODY,
	  .stamps = STAMP_UPDATED, .permanent = true, .parent = "event_id", .order = "-id", .acts = CONFLICT_ACTS },
	{ "conflicts", "conflict", "Conflicts", "attendee_name", "scan_conflict", OF_CONFLICT, CONFLICT, ORGANIZER,
	  NOBODY, .right = RIGHT_GATE, .mount = "organizer",
	  .scope = "t.event_id IN (SELECT o.id FROM event o WHERE o.organizer_id = ?)", .stamps = STAMP_UPDATED,
	  .permanent = true, .order = "-id", .acts = OWN_CONFLICT_ACTS },
	{ "outbox", "message", "Messages", "recipient", "outbox", NULL, MESSAGE, MANAGERS | SUPPORT, NOBODY,
	  .stamps = STAMP_UPDATED, .order = "-id", .acts = MESSAGE_ACTS },
	RESOURCES_END,
};
