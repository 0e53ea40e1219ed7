/* What devices at the gate get, in the words of http/field.h: sync.c fills it. A row is plain, sealed, or gone, so its keys are there
 * sometimes. */
#include "app/actions/gate.h"

/* clang-format off */
#define OFTEN(...) { __VA_ARGS__, .sometimes = true }
#define GONE OFTEN("gone", F_BOOL, .help = "true: it is not in the list any more; nothing else is said of it")
#define BOX(by) OFTEN("box", F_TEXT, .help = "Sealed: base64url(iv 12, AES-256-GCM, tag 16), opened with " by)
/* clang-format on */

static const struct field ATTENDEE[] = {
	{ "ticket_id", F_ID, .help = "The ticket" },
	GONE,
	OFTEN("generation", F_INT, .help = "Codes of another are dead"),
	OFTEN("presence", F_CHOICE, .choices = "never,inside,outside", .help = "Where it is"),
	OFTEN("entries", F_INT, .help = "How often it came in"),
	OFTEN("on_leave", F_BOOL, .help = "It went out for a while"),
	OFTEN("last_in_at", F_TIME, .null = true, .help = "When it came in last"),
	OFTEN("category_id", F_ID, .help = "Its category"),
	OFTEN("name", F_TEXT, .help = "Plain: whose name it bears"),
	OFTEN("photo", F_TEXT, .null = true, .help = "Plain: address of their picture"),
	OFTEN("card_id", F_TEXT, .null = true, .help = "Plain: their card's UID"),
	OFTEN("ticket_status", F_CHOICE, .choices = "valid,invalid", .help = "Plain: is the ticket good"),
	OFTEN("ticket_tier", F_TEXT, .help = "Plain: its category's name"),
	OFTEN("scan_status", F_CHOICE, .choices = "previously_scanned,not_scanned", .help = "Plain: was it in before"),
	OFTEN("blood_type", F_TEXT, .null = true, .help = "Plain: for emergencies"),
	OFTEN("birth_date", F_DATE, .null = true, .help = "Plain: where an age is asked for"),
	OFTEN("emergency_contact", F_OBJECT, .of = GATE_CONTACT, .null = true, .help = "Plain: whom to call"),
	OFTEN("labels", F_LIST, .help = "Plain: such as VIP; none where the event hides them"),
	OFTEN("dependents", F_LIST, .of = GATE_DEPENDENT, .help = "Plain: who else comes with its owner"),
	OFTEN("first_scan", F_OBJECT, .of = GATE_FIRST_SCAN, .null = true,
	      .help = "Plain: null: it was never in before"),
	OFTEN("reference", F_TEXT, .help = "Plain: the order's, as it is printed"),
	OFTEN("status", F_CHOICE, .choices = "valid,cancelled,refunded", .help = "Sealed: is the ticket good"),
	OFTEN("dependent", F_BOOL, .help = "Sealed: it is a dependent's"),
	BOX("the code; not there where it only moved"),
	FIELDS_NAMED("sync_attendee"),
};

static const struct field CARD[] = {
	OFTEN("card_id", F_TEXT, .help = "Plain: the card's UID"),
	OFTEN("k", F_TEXT, .help = "Sealed: what the session calls the card"),
	GONE,
	OFTEN("status", F_CHOICE, .choices = "stock,active,blocked,lost", .help = "How it stands"),
	OFTEN("ticket_ids", F_LIST, .of = (const struct field[]){ { "", F_ID, .help = "A ticket" }, FIELDS_END },
	      .help = "Plain: its holder's tickets"),
	BOX("the card's UID"),
	FIELDS_NAMED("sync_card"),
};

static const struct field NAME[] = {
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "name", F_TEXT, .help = "Whose name it bears" },
	{ "reference", F_TEXT, .help = "The order's, as it is printed" },
	{ "mobile_end", F_TEXT, .null = true, .help = "The last four digits of its owner's number" },
	FIELDS_NAMED("sync_name"),
};

static const struct field GATE_CATEGORY[] = {
	{ "id", F_ID, .help = "The category" },
	{ "name", F_TEXT, .help = "Its name" },
	{ "min_age", F_INT, .null = true, .help = "Years; null: the event's" },
	FIELDS_END,
};
static const struct field GATE_RULE[] = {
	{ "category_id", F_ID, .help = "Whom it lets in" },
	{ "gate", F_TEXT, .help = "Where; empty: anywhere" },
	{ "opens_at", F_TIME, .null = true, .help = "From when" },
	{ "closes_at", F_TIME, .null = true, .help = "Until when" },
	FIELDS_END,
};
static const struct field SYNC_GATE[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "status", F_CHOICE, .choices = "draft,published,cancelled", .help = "Does it take place" },
	{ "scanning_enabled", F_BOOL, .help = "May gates scan" },
	{ "starts_at", F_TIME, .help = "When it begins" },
	{ "ends_at", F_TIME, .help = "When it ends" },
	{ "time_zone", F_ZONE, .help = "By whose clocks its days turn" },
	{ "re_entry", F_BOOL, .help = "May who left come back" },
	{ "daily", F_BOOL, .help = "Does each of its days begin afresh" },
	{ "day_change", F_INT, .help = "Minutes after midnight at which a day begins" },
	{ "room", F_INT, .null = true, .help = "How many may be inside at once" },
	{ "min_age", F_INT, .null = true, .help = "Years" },
	{ "turning", F_BOOL, .help = "Do codes count only with the digits that turn" },
	{ "show_labels", F_BOOL, .help = "May ushers see labels" },
	{ "show_dependents", F_BOOL, .help = "May ushers see dependents" },
	{ "asks_age", F_BOOL, .help = "Is an age asked for, of some at least: then birth dates come along" },
	{ "offline_names", F_BOOL, .help = "May gates keep a list of names" },
	{ "days", F_LIST, .of = (const struct field[]){ { "", F_INT, .help = "Milliseconds since 1970" }, FIELDS_END },
	  .help = "When its days begin, from two before the first on; none where it is not daily" },
	{ "categories", F_LIST, .of = GATE_CATEGORY, .help = "Its categories" },
	{ "rules", F_LIST, .of = GATE_RULE,
	  .help = "Where and when a category is let in; without one everywhere, always" },
	{ "gates", F_LIST, .help = "The gates that are known" },
	FIELDS_NAMED("sync_gate"),
};
static const struct field SYNC_KEY[] = {
	{ "key_id", F_ID, .help = "As it stands in a code" },
	{ "public_key", F_TEXT, .help = "Ed25519, hex" },
	{ "retired", F_BOOL, .help = "Nothing is signed by it any more" },
	OFTEN("gate_key", F_TEXT, .help = "Sealed, where codes turn: what the digits are checked by, hex"),
	FIELDS_NAMED("sync_key"),
};

/* clang-format off */
#define TIMES                                                                                                          \
	{ "server_time", F_TIME, .help = "The server's clock" },                                                       \
		{ "expires_at", F_TIME, .help = "From when on none of this may be relied upon, or kept" }
#define CURSOR { "cursor", F_TEXT, .help = "The next request's since" }
#define READ                                                                                                           \
	CURSOR, { "more", F_BOOL, .help = "There is more: ask at once for what is since this cursor" },                \
		{ "afresh", F_BOOL, .help = "This begins with the first row: what was held before is to be forgotten" }, TIMES
/* clang-format on */

const struct field SYNC_ATTENDEES_ANSWER[] = {
	{ "items", F_LIST, .of = ATTENDEE, .help = "Tickets by their number; one may come twice, none is missing" },
	READ,
	{ "gate", F_OBJECT, .of = SYNC_GATE, .help = "The event" },
	{ "keys", F_LIST, .of = SYNC_KEY, .help = "By which its codes are signed, those of before as well" },
	FIELDS_END,
};
const struct field SYNC_CARDS_ANSWER[] = {
	{ "items", F_LIST, .of = CARD, .help = "Cards of who has a ticket" },
	READ,
	FIELDS_END,
};
const struct field SYNC_NAMES_ANSWER[] = {
	{ "items", F_LIST, .of = NAME, .help = "Names by their tickets" },
	READ,
	FIELDS_END,
};
const struct field SYNC_STATUS_ANSWER[] = {
	TIMES,
	CURSOR,
	{ "attendees", F_INT, .help = "Tickets" },
	{ "cards", F_INT, .help = "Cards of who has one" },
	{ "conflicts", F_INT, .help = "Entries that two devices let in, and nobody has explained" },
	OFTEN("sync_secret", F_TEXT,
	      .help = "Sealed: the session's own secret, by which cards are found, 32 bytes as hex"),
	FIELDS_END,
};
