/* Venues, events and what is sold there, as staff manage them. */
#include "app/event_office.h"
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
	{ "title", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 200, .help = "What people read first" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "draft,published,cancelled" },
	{ "starts_at", F_TIME, LISTED | FILTERED | SORTED | CHANGED | REQUIRED, .help = "In the event's time zone" },
	{ "ends_at", F_TIME, LISTED | APART | SORTED | CHANGED | REQUIRED, .help = "In the event's time zone" },
	{ "time_zone", F_ZONE, LISTED | CHANGED | REQUIRED, .help = "IANA time zone, such as Europe/Berlin" },
	{ "venue_id", F_ID, LISTED | FILTERED | CHANGED | REQUIRED, .refers = "venues", .help = "Where" },
	{ "venue.name", F_TEXT, LISTED | SEARCHED, .sql = "v.name" },
	{ "venue.city", F_TEXT, LISTED | SEARCHED, .sql = "v.city", .label = "City" },
	{ "organizer_id", F_ID, LISTED | FILTERED | CHANGED | REQUIRED, .refers = "organizers", .help = "Whose event" },
	{ "organizer.name", F_TEXT, LISTED | SEARCHED, .sql = "o.company" },
	{ "category_id", F_ID, LISTED | FILTERED | CHANGED | REQUIRED, .refers = "event-categories", .help = "Kind" },
	{ "category.name", F_TEXT, LISTED | APART, .sql = "k.name" },
	{ "category.slug", F_TEXT, 0, .sql = "k.slug" },
	{ "currency", F_CURRENCY, LISTED | CHANGED | REQUIRED, .help = "Of all its prices; stays once tickets have one",
	  .guard = "t.currency = ? OR NOT (EXISTS (SELECT 1 FROM orders u WHERE u.event_id = t.id) OR EXISTS (SELECT 1"
		   " FROM ticket_category u WHERE u.event_id = t.id AND u.deleted_at IS NULL AND u.price > 0))",
	  .kept = "Tickets have a price, or were ordered, in the currency that it has, so it stays. Before any was ordered,"
		  " delete what has a price, and set the price anew." },
	{ "tax_rate", F_RATE, SHOWN | CHANGED, .otherwise = "0",
	  .help = "Tax that its prices include, in basis points: 1900 is 19 %. Orders keep the rate they were paid at" },
	{ "description", F_LONG_TEXT, SHOWN | SEARCHED | CHANGED, .max = 10000, .otherwise = "",
	  .help = "Text for the public" },
	{ "featured", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .help = "Shown first" },
	{ "scanning_enabled", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Gates may scan" },
	{ "re_entry", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Who left may come back",
	  .label = "Re-entry" },
	{ "show_labels", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Ushers see labels" },
	{ "show_dependents", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Ushers see dependents" },
	{ "transfers", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Guests may pass tickets on" },
	{ "renames", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Guests may put another name on a ticket" },
	{ "image", F_FILE, 0, .sql = "t.image" },
	{ "published_at", F_TIME, .flags = SHOWN },
	{ "cancelled_at", F_TIME, .flags = SHOWN },
	COLUMNS_END,
};

static const struct act EVENT_ACTS[] = {
	{ "publish", "draft", "published", .at = "published_at", .page = "admin/publish.html", .code = "NOT_A_DRAFT",
	  .only = "Only a draft can be published.", .message = "The event is published. People can buy tickets now.",
	  .also = office_event_publish, .ask = office_event_ask },
	{ "cancel", "published", "cancelled", .at = "cancelled_at", .danger = true, .page = "admin/cancel.html",
	  .code = "NOT_PUBLISHED", .only = "Only a published event can be cancelled.",
	  .message = "The event is cancelled. Payments are being given back.", .also = office_event_cancel,
	  .ask = office_event_ask },
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
	{ "position", F_INT, SHOWN | SORTED | CHANGED, .max = 10000, .otherwise = "0", .help = "Place in lists" },
	COLUMNS_END,
};

static const struct resource_column PROMO_CODE[] = {
	{ "code", F_TEXT, NAMED | CREATED | REQUIRED, .as = AS_CODE, .min = 3, .max = 40, .help = "What people type" },
	{ "event_id", F_ID, LISTED | FILTERED | CREATED, .refers = "events", .help = "Empty: any event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "percent", F_INT, LISTED | SORTED | CHANGED, .min = 1, .max = 100, .help = "Off the whole order, or" },
	{ "currency", F_CURRENCY, LISTED | CHANGED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | CHANGED, .min = 1, .help = "an amount off" },
	{ "starts_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: at once" },
	{ "ends_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: for ever" },
	{ "time_zone", F_ZONE, LISTED, .sql = "e.time_zone", .help = "Of its times; null: the site's" },
	{ "max_uses", F_INT, LISTED | CHANGED, .min = 1, .max = 10000000, .help = "Empty: any number",
	  .guard = "t.uses <= COALESCE(?, t.uses)", .kept = "It was used more often than that already." },
	{ "uses", F_INT, LISTED | SORTED, .sql = "t.uses" },
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

const struct resource RESOURCES_EVENT[] = {
	{ "venues", "venue", "Venues", "name", "venue", NULL, VENUE, STAFF, MANAGERS, .stamps = STAMP_UUID | STAMPS,
	  .soft_delete = true, .order = "name",
	  .in_use = "EXISTS (SELECT 1 FROM event u WHERE u.venue_id = t.id AND u.status <> 'cancelled'"
		    " AND u.ends_at > ?)" },
	{ "events", "event", "Events", "title", "event",
	  "LEFT JOIN venue v ON v.id = t.venue_id LEFT JOIN organizer o ON o.id = t.organizer_id"
	  " LEFT JOIN event_category k ON k.id = t.category_id",
	  EVENT, STAFF, MANAGERS, .stamps = STAMP_UUID | STAMPS, .order = "-starts_at", .page = "admin/event.html",
	  .acts = EVENT_ACTS, .check = office_event_check, .made = office_event_made, .remove = office_event_remove,
	  .detail = office_event_detail },
	{ "event-categories", "event_category", "Event categories", "name", "event_category", NULL, EVENT_CATEGORY,
	  STAFF, MANAGERS, .order = "position" },
	{ "ticket-categories", "ticket_category", "Ticket categories", "name", "ticket_category",
	  "LEFT JOIN event e ON e.id = t.event_id", TICKET_CATEGORY, STAFF, MANAGERS, .stamps = STAMPS,
	  .soft_delete = true, .in_use = "t.held + t.sold > 0", .parent = "event_id", .order = "position",
	  .check = office_category_check, .prefill = office_category_prefill },
	{ "refund-rules", "refund_rule", "Refund terms", "days_before", "refund_rule",
	  "LEFT JOIN event e ON e.id = t.event_id", REFUND_RULE, STAFF, MANAGERS, .stamps = STAMPS,
	  .parent = "event_id", .order = "-days_before", .twice = "This event has a rule for as many days already." },
	{ "promo-codes", "promo_code", "Promo codes", "code", "promo_code", "LEFT JOIN event e ON e.id = t.event_id",
	  PROMO_CODE, STAFF, MANAGERS, .stamps = STAMPS, .in_use = "t.uses > 0", .parent = "event_id", .order = "code",
	  .check = office_promo_check },
	RESOURCES_END,
};
