/* What a scan answers, in the words of http/field.h: scan.c fills it. */
#include "app/actions/gate.h"

const struct field GATE_CONTACT[] = {
	{ "name", F_TEXT, .help = "Whom to call" },
	{ "mobile_number", F_TEXT, .help = "Their number" },
	FIELDS_END,
};

const struct field GATE_DEPENDENT[] = {
	{ "name", F_TEXT, .help = "Who" },
	{ "relationship", F_TEXT, .help = "To the owner of card or ticket" },
	{ "ticket_id", F_ID, .help = "Their ticket, which a scan may name" },
	{ "presence", F_CHOICE, .choices = "never,inside,outside", .help = "Was it scanned, and where is it now" },
	FIELDS_END,
};

static const struct field OTHER[] = {
	{ "ticket_id", F_ID, .help = "Their ticket" },
	{ "name", F_TEXT, .help = "Who" },
	{ "category", F_TEXT, .help = "The ticket's category" },
	FIELDS_END,
};

const struct field GATE_FIRST_SCAN[] = {
	{ "at", F_TIME, .help = "When the ticket first came in, or, where it is mine, when this scan was made before" },
	{ "usher", F_TEXT, .help = "By whom" },
	{ "gate", F_TEXT, .help = "Where" },
	{ "mine", F_BOOL, .sometimes = true, .help = "true: this device's own scan a moment ago, which counted" },
	FIELDS_NAMED("first_scan"),
};

/* clang-format off */
#define ATTENDEE                                                                                                       \
	{ "name", F_TEXT, .help = "Who stands at the gate" },                                                          \
		{ "photo", F_TEXT, .null = true, .help = "Address of their picture" },                                 \
		{ "card_id", F_TEXT, .null = true, .help = "Their card's UID" },                                       \
		{ "ticket_status", F_CHOICE, .choices = "valid,invalid", .help = "Is the ticket good" },               \
		{ "ticket_tier", F_TEXT, .help = "The ticket's category" },                                            \
		{ "scan_status", F_CHOICE, .choices = "previously_scanned,not_scanned", .help = "Was it in before" },  \
		{ "blood_type", F_TEXT, .null = true, .help = "For emergencies" },                                     \
		{ "emergency_contact", F_OBJECT, .of = GATE_CONTACT, .null = true, .help = "Whom to call" },                \
		{ "labels", F_LIST, .help = "Such as VIP; none where the event hides them" },                          \
		{ "dependents", F_LIST, .of = GATE_DEPENDENT, .help = "Who else came with this card" }
#define OTHERS                                                                                                         \
	{ "others", F_LIST, .of = OTHER, .help = "By card or reference: who may still go through with it; a scan names their ticket" }
#define FIRST { "first_scan", F_OBJECT, .of = GATE_FIRST_SCAN, .null = true, .help = "null: it was never in before" }
#define DIRECTION { "direction", F_CHOICE, .choices = "in,out", .help = "In or out" }
#define RESULTS "valid,invalid,already_scanned,not_found"
/* clang-format on */

static const struct field ATTENDEE_ANSWER[] = { ATTENDEE, FIELDS_NAMED("attendee") };

const struct field ATTENDEE_FOUND[] = {
	ATTENDEE, { "ticket_id", F_ID, .help = "Which of the card's tickets" }, FIRST, OTHERS, FIELDS_END,
};

static const struct field TICKET_SCANNED[] = {
	{ "id", F_ID, .help = "The ticket" },
	{ "status", F_CHOICE, .choices = "valid,cancelled,refunded", .help = "Is it good" },
	{ "category", F_TEXT, .help = "Its category" },
	{ "holder_name", F_TEXT, .help = "Whose name it bears" },
	FIELDS_END,
};

/* clang-format off */
#define VERDICT                                                                                                        \
	{ "result", F_CHOICE, .choices = RESULTS, .help = "The verdict" },                                             \
		{ "reason", F_TEXT, .help = "One word that says why: ok, inside, wrong_event, …" },                    \
		{ "message", F_TEXT, .help = "The same as a sentence for the usher" }, DIRECTION,                      \
		{ "notes", F_LIST, .help = "Of one who is let in, words that say what to see to: check_age" },         \
		{ "gates", F_LIST, .sometimes = true, .help = "Of wrong_gate: where this kind of ticket is let in" },  \
		{ "attendee", F_OBJECT, .of = ATTENDEE_ANSWER, .null = true, .help = "null: no ticket of this event" }, \
		{ "ticket", F_OBJECT, .of = TICKET_SCANNED, .null = true, .help = "null likewise" }, FIRST, OTHERS,  \
		{ "seconds_ago", F_INT, .sometimes = true, .help = "Of just_scanned_here: how long before" }
/* clang-format on */

const struct field SCAN_VERDICT[] = { VERDICT, FIELDS_END };

const struct field SCAN_ANSWER[] = {
	{ "scan_id", F_UUID, .help = "The device's id of this scan, or the one that was made for it" },
	{ "at", F_TIME, .help = "When it counted" },
	VERDICT,
	FIELDS_NAMED("scan_result"),
};

const struct field SCAN_LOG_ANSWER[] = {
	{ "id", F_ID, .help = "The entry" },
	{ "scan_id", F_UUID, .help = "The device's id of the scan" },
	{ "event_id", F_ID, .help = "The event" },
	{ "ticket_id", F_ID, .null = true, .help = "The ticket; null: none was found" },
	{ "card_id", F_TEXT, .null = true, .help = "The card's UID; null: a code was scanned" },
	{ "usher_id", F_ID, .null = true, .help = "Who scanned" },
	{ "username", F_TEXT, .null = true, .help = "Their user name" },
	{ "usher", F_TEXT, .null = true, .help = "Their name" },
	{ "gate", F_TEXT, .help = "Where" },
	DIRECTION,
	{ "result", F_CHOICE, .choices = RESULTS, .help = "The verdict" },
	{ "reason", F_TEXT, .help = "One word that says why" },
	{ "attendee_name", F_TEXT, .help = "Whose ticket; empty: nobody's" },
	{ "category", F_TEXT, .null = true, .help = "The ticket's category" },
	{ "at", F_TIME, .help = "When it counted" },
	{ "scanned_at", F_TIME, .null = true, .help = "By the device's clock" },
	{ "moved", F_BOOL, .help = "Did the ticket come in or go out by it" },
	{ "kind", F_CHOICE, .choices = "scan,hand,leave,undo,record",
	  .help = "What it was: read, by hand, a leave or back from it, taken back, or only recorded" },
	{ "note", F_TEXT, .help = "Why, in the usher's words" },
	{ "undoes", F_ID, .null = true, .help = "The entry that it takes back" },
	{ "undone", F_BOOL, .help = "Was it taken back" },
	FIELDS_NAMED("scan_log"),
};
