/* Venues, events and what is sold there, as staff manage them. */
#include "app/cover.h"
#include "app/event_office.h"
#include "app/performer.h"
#include "resources/family.h"

static const struct resource_column VENUE[] = {
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "Name of the place" },
	{ "address", F_TEXT, SHOWN | SEARCHED | CHANGED, .max = 300, .otherwise = "", .help = "Street and number" },
	{ "city", F_TEXT, NAMED | FILTERED | CHANGED | REQUIRED, .max = 120, .help = "City" },
	{ "country", F_COUNTRY, LISTED | FILTERED | SORTED | CHANGED | REQUIRED,
	  .help = "Two letters, such as DE (ISO 3166-1)" },
	{ "latitude", F_REAL, SHOWN | CHANGED, .min = -90, .max = 90, .help = "Degrees north" },
	{ "longitude", F_REAL, SHOWN | CHANGED, .min = -180, .max = 180, .help = "Degrees east" },
	{ "capacity", F_INT, LISTED | SORTED | CHANGED, .min = 1, .max = 1000000, .help = "People it holds" },
	{ "time_zone", F_ZONE, SHOWN | CHANGED | REQUIRED, .help = "IANA time zone, such as Europe/Berlin" },
	COLUMNS_END,
};

static const struct resource_column EVENT[] = {
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "title", F_TEXT, NAMED | CHANGED | WISHED | REQUIRED, .max = 200, .help = "What people read first" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "draft,published,cancelled" },
	{ "starts_at", F_TIME, LISTED | FILTERED | SORTED | CHANGED | WISHED | REQUIRED,
	  .help = "In the event's time zone" },
	{ "ends_at", F_TIME, LISTED | APART | SORTED | CHANGED | WISHED | REQUIRED,
	  .help = "In the event's time zone" },
	{ "time_zone", F_ZONE, LISTED | CHANGED | WISHED | REQUIRED | FILLED,
	  .help = "IANA time zone, such as Europe/Berlin; left out of a new one: its venue's" },
	{ "venue_id", F_ID, LISTED | FILTERED | CHANGED | WISHED | REQUIRED, .refers = "venues", .help = "Where" },
	{ "venue.name", F_TEXT, LISTED | SEARCHED, .sql = "v.name" },
	{ "venue.city", F_TEXT, LISTED | SEARCHED, .sql = "v.city", .label = "City" },
	{ "organizer_id", F_ID, LISTED | FILTERED | CHANGED | REQUIRED, .refers = "organizers", .help = "Whose event" },
	{ "organizer.name", F_TEXT, LISTED | SEARCHED, .sql = "o.company" },
	{ "category_id", F_ID, LISTED | FILTERED | CHANGED | WISHED | REQUIRED, .refers = "event-categories",
	  .help = "Kind" },
	{ "category.name", F_TEXT, LISTED | APART, .sql = "k.name" },
	{ "category.slug", F_TEXT, 0, .sql = "k.slug" },
	{ "currency", F_CURRENCY, LISTED | CHANGED | REQUIRED | FILLED,
	  .help = "Of all its prices; stays once tickets have one. Left out of a new one: what its venue, or its country, last sold in",
	  .guard = "t.currency = ? OR NOT (EXISTS (SELECT 1 FROM orders u WHERE u.event_id = t.id) OR EXISTS (SELECT 1"
		   " FROM ticket_category u WHERE u.event_id = t.id AND u.deleted_at IS NULL AND u.price > 0))",
	  .kept = "Tickets have a price, or were ordered, in the currency that it has, so it stays. Before any was ordered,"
		  " delete what has a price, and set the price anew." },
	{ "tax_rate", F_RATE, SHOWN | CHANGED, .otherwise = "0",
	  .help = "Tax that its prices include, in basis points: 1900 is 19 %. Orders keep the rate they were paid at" },
	{ "description", F_LONG_TEXT, SHOWN | SEARCHED | CHANGED | WISHED, .max = 10000, .otherwise = "",
	  .help = "Text for the public, in Markdown: **bold**, *italic*, # heading, - list, [words](https://…). An empty"
		  " line begins a paragraph" },
	{ "featured", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .help = "Shown first" },
	{ "scanning_enabled", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Gates may scan" },
	{ "re_entry", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "true", .help = "Who left may come back",
	  .label = "Re-entry" },
	{ "daily", F_BOOL, SHOWN | CHANGED, .otherwise = "false",
	  .help = "Each of its days begins afresh: who was let in on another day is let in anew" },
	{ "day_change", F_TEXT, SHOWN | CHANGED, .max = 5, .otherwise = "04:00", .rule = time_of_day_rule,
	  .sql = "CONCAT(LPAD(t.day_change DIV 60, 2, '0'), ':', LPAD(t.day_change MOD 60, 2, '0'))",
	  .help = "The time at which a day begins, in the event's time zone: 04:00" },
	{ "min_age", F_INT, SHOWN | CHANGED | WISHED, .min = 1, .max = 120, .help = "Years; empty: any age" },
	{ "room", F_INT, SHOWN | CHANGED | WISHED, .min = 1, .max = 1000000,
	  .help = "How many may be inside at once; empty: no limit" },
	{ "capacity", F_INT, SHOWN | CHANGED | WISHED, .min = 1, .max = 1000000,
	  .help = "How many tickets it sells over all its categories; empty: as many as these have" },
	{ "turning", F_BOOL, SHOWN | CHANGED, .otherwise = "false",
	  .help = "Codes of its tickets turn every 15 seconds; copies and prints do not let in" },
	{ "offline_names", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "false",
	  .help = "Devices at the gate may hold a list of names, for when there is no network" },
	{ "show_labels", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "true", .help = "Ushers see labels" },
	{ "show_dependents", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "true", .help = "Ushers see dependents" },
	{ "transfers", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "true", .help = "Guests may pass tickets on" },
	{ "renames", F_BOOL, SHOWN | CHANGED | WISHED, .otherwise = "true",
	  .help = "Guests may put another name on a ticket" },
	{ "image", F_FILE, SHOWN | CHANGED | WISHED, .max = 5 << 20,
	  .help = "Its cover: JPEG, PNG, WebP or GIF, at most 5 MB; better upright" },
	{ "image_focus", F_CHOICE, SHOWN | CHANGED | WISHED, .choices = COVER_FOCUS, .otherwise = "centre",
	  .help = "What of the cover stays where it is cut: cards are wide, bills are tall",
	  .label = "Focus of the picture" },
	{ "published_at", F_TIME, .flags = SHOWN },
	{ "cancelled_at", F_TIME, .flags = SHOWN },
	{ "cancel_asked_by", F_TEXT, SHOWN, .sql = "y.name", .label = "Would cancel it" },
	{ "uncontested", F_BOOL, 0, .sql = "t.cancel_asked_by IS NULL" },
	{ "cancel_asked_at", F_TIME, .flags = SHOWN },
	COLUMNS_END,
};

static const struct act EVENT_ACTS[] = {
	{ "publish", "draft", "published", .at = "published_at", .page = "admin/publish.html", .code = "NOT_A_DRAFT",
	  .only = "Only a draft can be published.", .message = "The event is published. People can buy tickets now.",
	  .also = office_event_publish, .ask = office_event_ask },
	{ "clone", "draft,published,cancelled", NULL, .needs = "starts_at", .takes = "title", .instead = event_clone,
	  .flags = WRITES | MAKES | ZONED },
	{ "cancel", "published", NULL, .danger = true, .page = "admin/cancel.html", .code = "NOT_PUBLISHED",
	  .only = "Only a published event can be cancelled.", .also = office_event_cancel, .ask = office_event_ask,
	  .flags = WRITES | LATER },
	{ "keep", "published", NULL, .unless = "uncontested", .unfit = "Nobody would cancel this event.",
	  .code = "NOT_PUBLISHED", .only = "Only a published event can be kept.",
	  .message = "The event takes place. Who would cancel it has to ask anew.", .also = office_event_keep_on },
	ACTS_END,
};

static const struct resource_column EVENT_CATEGORY[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 80, .help = "Name" },
	{ "slug", F_TEXT, NAMED | CHANGED | REQUIRED, .as = AS_CODE, .max = 40,
	  .help = "Its name in addresses: small letters and dashes" },
	{ "position", F_INT, LISTED | SORTED | CHANGED, .max = 10000, .otherwise = "0", .help = "Place in lists" },
	COLUMNS_END,
};

static const struct resource_column TICKET_CATEGORY[] = {
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "The event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 80, .help = "Such as Standing" },
	{ "description", F_TEXT, SHOWN | CHANGED, .max = 300, .otherwise = "", .help = "One line for buyers" },
	{ "currency", F_CURRENCY, LISTED | ALONGSIDE, .sql = "e.currency", .help = "The event's own" },
	{ "price", F_MONEY, LISTED | SORTED | CHANGED | REQUIRED, .help = "Of one ticket; later orders pay it" },
	{ "capacity", F_INT, LISTED | SORTED | CHANGED | REQUIRED, .max = 1000000, .help = "How many may be sold",
	  .guard = "t.held + t.sold <= ?", .kept = "More than that are sold or held already." },
	{ "held", F_INT, LISTED, .sql = "t.held" },
	{ "sold", F_INT, LISTED | SORTED, .sql = "t.sold" },
	{ "max_per_order", F_INT, SHOWN | CHANGED, .min = 1, .max = 100, .otherwise = "10",
	  .help = "At most in one order" },
	{ "time_zone", F_ZONE, LISTED | ALONGSIDE, .sql = "e.time_zone", .help = "The event's own" },
	{ "sales_start", F_TIME, SHOWN | CHANGED, .help = "Empty: at once" },
	{ "sales_end", F_TIME, SHOWN | CHANGED, .help = "Empty: until the event ends" },
	{ "min_age", F_INT, SHOWN | CHANGED, .min = 1, .max = 120, .help = "Years; empty: the event's" },
	{ "position", F_INT, SHOWN | SORTED | CHANGED, .max = 10000, .otherwise = "0", .help = "Place in lists" },
	COLUMNS_END,
};

/* clang-format off */
#define PROMO_CODE_NAMED \
	{ "code", F_TEXT, NAMED | CREATED | REQUIRED, .as = AS_CODE, .min = 3, .max = 40, .help = "What people type" }
#define PROMO_CODE_TERMS \
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" }, \
	{ "percent", F_INT, LISTED | SORTED | CHANGED, .min = 1, .max = 100, .help = "Off the whole order, or" }, \
	{ "currency", F_CURRENCY, LISTED | CHANGED, .help = "Of the amount" }, \
	{ "amount", F_MONEY, LISTED | CHANGED, .min = 1, .help = "an amount off" }, \
	{ "starts_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: at once" }, \
	{ "ends_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: for ever" }, \
	{ "time_zone", F_ZONE, LISTED, .sql = "e.time_zone", .help = "Of its times; null: the site's" }, \
	{ "max_uses", F_INT, LISTED | CHANGED, .min = 1, .max = 10000000, .help = "Empty: any number", \
	.guard = "t.uses <= COALESCE(?, t.uses)", .kept = "It was used more often than that already." }, \
	{ "uses", F_INT, LISTED | SORTED, .sql = "t.uses" }
/* clang-format on */

static const struct resource_column PROMO_CODE[] = {
	PROMO_CODE_NAMED,
	{ "event_id", F_ID, LISTED | FILTERED | CREATED, .refers = "events", .help = "Empty: any event" },
	PROMO_CODE_TERMS,
	COLUMNS_END,
};

/* An organizer's are for one event of theirs. */
static const struct resource_column PROMO_CODE_OWN[] = {
	PROMO_CODE_NAMED,
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "The event" },
	PROMO_CODE_TERMS,
	COLUMNS_END,
};

static const struct resource_column PERFORMER[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "Whom people come for" },
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "Where they play" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "part", F_TEXT, LISTED | CHANGED, .max = 200, .otherwise = "", .help = "Such as singer, or a genre" },
	{ "link", F_TEXT, LISTED | APART | CHANGED, .max = 300, .rule = web_link_rule,
	  .help = "Where there is more about them, https://…" },
	{ "image", F_FILE, SHOWN | CHANGED, .max = 5 << 20, .help = "JPEG, PNG, WebP or GIF, at most 5 MB" },
	{ "position", F_INT, LISTED | SORTED | CHANGED, .max = 10000, .otherwise = "0", .help = "Place in lists" },
	COLUMNS_END,
};

static const struct resource_column REFUND_RULE[] = {
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "The event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "days_before", F_INT, LISTED | SORTED | CHANGED | REQUIRED, .max = 3650,
	  .help = "Who asks so many days before it begins, or earlier," },
	{ "percent", F_INT, LISTED | SORTED | CHANGED | REQUIRED, .min = 1, .max = 100,
	  .help = "gets so many per cent of the price back" },
	COLUMNS_END,
};

static const struct resource_column GATE_RULE[] = {
	{ "event_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "events", .help = "The event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "category_id", F_ID, LISTED | FILTERED | CHANGED | REQUIRED, .refers = "ticket-categories",
	  .help = "Which tickets are let in" },
	{ "category.name", F_TEXT, LISTED | SEARCHED, .sql = "c.name" },
	{ "gate", F_TEXT, LISTED | SORTED | CHANGED, .max = 40, .otherwise = "", .help = "Where; empty: at any gate" },
	{ "time_zone", F_ZONE, LISTED | ALONGSIDE, .sql = "e.time_zone", .help = "The event's own" },
	{ "opens_at", F_TIME, LISTED | SORTED | CHANGED, .help = "From when; empty: at once" },
	{ "closes_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Until when; empty: to the end" },
	COLUMNS_END,
};

/* clang-format off */
#define INCIDENT_SHOWN                                                                                                 \
	{ "category", F_CHOICE, LISTED | FILTERED, .choices = "medical,security,fraud,lost,damage,other" },            \
		{ "status", F_CHOICE, LISTED | FILTERED, .choices = "open,closed" },                                   \
		{ "event.title", F_TEXT, LISTED, .sql = "e.title" },                                                   \
		{ "description", F_LONG_TEXT, .flags = LISTED | SEARCHED },                                                     \
		{ "holder.name", F_TEXT, LISTED | APART, .sql = "k.holder_name", .label = "Holder" },                  \
		{ "gate", F_TEXT, .flags = LISTED | FILTERED | APART },                                                         \
		{ "usher.name", F_TEXT, LISTED, .sql = "a.name" },                                                     \
		{ "created_at", F_TIME, LISTED | FILTERED | SORTED, .label = "Reported" },                             \
		{ "photo", F_FILE, .flags = SHOWN }, { "closed_at", F_TIME, .flags = SHOWN },                          \
		{ "note", F_LONG_TEXT, SHOWN, .max = 1000, .help = "What was done" },                                  \
		{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT }
#define INCIDENT_JOINS                                                                                                 \
	"LEFT JOIN event e ON e.id = t.event_id LEFT JOIN ticket k ON k.id = t.ticket_id"                              \
	" LEFT JOIN usher u ON u.id = t.usher_id LEFT JOIN account a ON a.id = u.account_id"
/* clang-format on */

static const struct resource_column INCIDENT[] = {
	INCIDENT_SHOWN,
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "ticket_id", F_ID, LISTED | FILTERED | APART, .refers = "tickets" },
	{ "card_uid", F_TEXT, SHOWN | FILTERED, .label = "Card" },
	COLUMNS_END,
};

/* An organizer sees what happened to whom, but nothing that leads to other things of theirs. */
static const struct resource_column INCIDENT_OWN[] = {
	INCIDENT_SHOWN,
	{ "event_id", F_ID, .flags = LISTED | FILTERED },
	{ "ticket_id", F_ID, .flags = SHOWN },
	COLUMNS_END,
};

static const struct act INCIDENT_ACTS[] = {
	{ "close", "open", "closed", MANAGERS, .at = "closed_at", .needs = "note", .message = "The report is closed.",
	  .many = true },
	ACTS_END,
};

const struct resource RESOURCES_EVENT[] = {
	{ "venues", "venue", "Venues", "name", "venue", NULL, VENUE, STAFF, MANAGERS, .stamps = STAMP_UUID | STAMPS,
	  .soft_delete = true, .order = "name",
	  .in_use = "EXISTS (SELECT 1 FROM event u WHERE u.venue_id = t.id AND u.status <> 'cancelled'"
		    " AND u.ends_at > ?)",
	  .many = true },
	{ "events", "event", "Events", "title", "event",
	  "LEFT JOIN venue v ON v.id = t.venue_id LEFT JOIN organizer o ON o.id = t.organizer_id"
	  " LEFT JOIN event_category k ON k.id = t.category_id LEFT JOIN account y ON y.id = t.cancel_asked_by",
	  EVENT, STAFF, MANAGERS, .stamps = STAMP_UUID | STAMPS, .order = "-starts_at", .page = "admin/event.html",
	  .acts = EVENT_ACTS, .fill = office_event_fill, .check = office_event_check, .made = office_event_made,
	  .update = office_event_update, .remove = office_event_remove, .detail = office_event_detail },
	{ "event-categories", "event_category", "Event categories", "name", "event_category", NULL, EVENT_CATEGORY,
	  STAFF, MANAGERS, .order = "position", .many = true },
	{ "ticket-categories", "ticket_category", "Ticket categories", "name", "ticket_category",
	  "LEFT JOIN event e ON e.id = t.event_id", TICKET_CATEGORY, STAFF, MANAGERS, .stamps = STAMPS,
	  .soft_delete = true, .in_use = "t.held + t.sold > 0", .parent = "event_id", .order = "position",
	  .check = office_category_check, .prefill = office_category_prefill },
	{ "performers", "performer", "Performers", "name", "performer", "LEFT JOIN event e ON e.id = t.event_id",
	  PERFORMER, STAFF, MANAGERS, .stamps = STAMPS, .parent = "event_id", .order = "position",
	  .check = performer_check },
	{ "refund-rules", "refund_rule", "Refund terms", "days_before", "refund_rule",
	  "LEFT JOIN event e ON e.id = t.event_id", REFUND_RULE, STAFF, MANAGERS, .stamps = STAMPS,
	  .parent = "event_id", .order = "-days_before", .many = true,
	  .twice = "This event has a rule for as many days already." },
	{ "gate-rules", "gate_rule", "Gate rules", "category.name", "gate_rule",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN ticket_category c ON c.id = t.category_id", GATE_RULE,
	  STAFF, MANAGERS, .stamps = STAMPS, .parent = "event_id", .order = "gate", .many = true,
	  .check = office_gate_rule_check, .prefill = office_gate_rule_prefill },
	{ "promo-codes", "promo_code", "Promo codes", "code", "promo_code", "LEFT JOIN event e ON e.id = t.event_id",
	  PROMO_CODE, STAFF, MANAGERS, .stamps = STAMPS, .in_use = "t.uses > 0", .parent = "event_id", .order = "code",
	  .many = true, .check = office_promo_check },
	{ "promo-codes", "promo_code", "Promo codes", "code", "promo_code", "LEFT JOIN event e ON e.id = t.event_id",
	  PROMO_CODE_OWN, ORGANIZER, ORGANIZER, .right = RIGHT_EVENTS, .mount = "organizer",
	  .scope = "t.event_id IN (SELECT z.id FROM event z WHERE z.organizer_id = ?)", .stamps = STAMPS,
	  .in_use = "t.uses > 0", .parent = "event_id", .order = "code", .many = true,
	  .check = office_promo_own_check },
	{ "incidents", "incident", "Incident reports", "category", "incident", INCIDENT_JOINS, INCIDENT, STAFF, NOBODY,
	  .stamps = STAMPS, .permanent = true, .parent = "event_id", .order = "-id", .acts = INCIDENT_ACTS },
	{ "incidents", "incident", "Incident reports", "category", "incident", INCIDENT_JOINS, INCIDENT_OWN, ORGANIZER,
	  NOBODY, .right = RIGHT_GATE, .mount = "organizer",
	  .scope = "t.event_id IN (SELECT z.id FROM event z WHERE z.organizer_id = ?)", .permanent = true,
	  .order = "-id" },
	RESOURCES_END,
};
