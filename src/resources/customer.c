/* What customers have of their own, and what of it staff see. */
#include "app/actions/card.h"
#include "resources/family.h"

static const struct resource_column DEPENDENT[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 120, .help = "Name" },
	{ "relationship", F_TEXT, LISTED | CHANGED | REQUIRED, .max = 40, .help = "Such as daughter, father, ward" },
	{ "birth_date", F_DATE, LISTED | SORTED | CHANGED | REQUIRED | PAST, .help = "Birth date" },
	{ "blood_type", F_CHOICE, LISTED | CHANGED, .choices = BLOOD_TYPES, .help = "For emergencies at the gate" },
	{ "photo", F_FILE, LISTED | CHANGED, .max = 5 << 20, .help = "JPEG, PNG, WebP or GIF, at most 5 MB" },
	COLUMNS_END,
};

static const struct resource_column FAVORITE[] = {
	{ "event.title", F_TEXT, NAMED, .sql = "e.title", .label = "Event" },
	{ "event_id", F_ID, LISTED | CREATED | REQUIRED, .refers = "events", .among = "t.status <> 'draft'",
	  .help = "The event" },
	{ "event.status", F_CHOICE, LISTED | APART, .sql = "e.status", .choices = "published,cancelled",
	  .label = "Status" },
	{ "event.starts_at", F_TIME, LISTED | SORTED, .sql = "e.starts_at", .label = "Starts" },
	{ "event.time_zone", F_ZONE, LISTED, .sql = "e.time_zone" },
	{ "event.venue.name", F_TEXT, LISTED | SEARCHED, .sql = "v.name", .label = "Venue" },
	{ "event.venue.city", F_TEXT, LISTED | SEARCHED, .sql = "v.city", .label = "City" },
	COLUMNS_END,
};

/* What is left out is not there, and null stays null. */
#define PART(name, most, says)                                                                                         \
	{                                                                                                              \
		name, F_TEXT, .max = (most), .help = (says), .null = true, .sometimes = true                           \
	}
static const struct field DELIVERY[] = {
	PART("name", 120, "Name on the door"), PART("address", 300, "Street and number"),
	PART("postcode", 20, "Postcode"),      PART("city", 120, "City"),
	PART("country", 80, "Country"),	       FIELDS_END,
};

/* clang-format off */
#define CARD_REQUEST_WAY                                                                                               \
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "requested,approved,sent,rejected,withdrawn" },   \
		{ "created_at", F_TIME, LISTED | FILTERED, .label = "Asked for" },                                     \
		{ "delivery", F_OBJECT, SHOWN | CREATED, .of = DELIVERY, .help = "Empty: to be collected at a desk" }, \
		{ "approved_at", F_TIME, .flags = SHOWN }, { "sent_at", F_TIME, .flags = SHOWN },                      \
		{ "tracking", F_TEXT, SHOWN, .max = 80, .help = "Number of the parcel" },                              \
		{ "reason", F_TEXT, SHOWN, .max = 300, .help = "Why not; the customer reads it" }
/* clang-format on */

static const struct resource_column CARD_REQUEST[] = {
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "fee_paid", F_BOOL, LISTED, .sql = "k.registration_fee_paid_at IS NOT NULL", .label = "Fee paid" },
	CARD_REQUEST_WAY,
	COLUMNS_END,
};

static const struct act CARD_REQUEST_ACTS[] = {
	{ "approve", "requested", "approved", MANAGERS, .at = "approved_at", .message = "The request is approved.",
	  .also = fee_before_approval, .many = true },
	{ "send", "approved", "sent", MANAGERS, .at = "sent_at", .takes = "tracking",
	  .message = "The card is on its way.", .many = true },
	{ "reject", "requested,approved", "rejected", MANAGERS, .needs = "reason", .danger = true,
	  .message = "The request is rejected.", .many = true },
	ACTS_END,
};

static const struct resource_column CARD_REQUEST_OWN[] = {
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sql = "CONCAT('#', t.id)", .sought = "t.id = ?" },
	CARD_REQUEST_WAY,
	COLUMNS_END,
};

static const struct act CARD_REQUEST_OWN_ACTS[] = {
	{ "withdraw", "requested", "withdrawn", .danger = true, .message = "The request is withdrawn." },
	ACTS_END,
};

/* clang-format off */
#define ON_CARD                                                                                                        \
	"COALESCE((SELECT x.balance FROM ledger_account x WHERE x.kind = 'card' AND x.owner_id = t.id"                 \
	" AND x.currency = t.currency), 0)"
/* clang-format on */

static const struct resource_column CARD_OWN[] = {
	{ "uid", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .label = "Number", .help = "The card's number" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "active,blocked,lost" },
	{ "balance", F_MONEY, LISTED, .sql = ON_CARD, .label = "On it" },
	{ "currency", F_CURRENCY, .flags = LISTED },
	{ "assigned_at", F_TIME, LISTED | SORTED, .label = "Handed out" },
	{ "auto_reload.enabled", F_BOOL, SHOWN, .sql = "t.reload_token IS NOT NULL", .label = "Reloads itself" },
	{ "auto_reload.threshold", F_MONEY, SHOWN, .sql = "t.reload_below", .label = "When less is on it than" },
	{ "auto_reload.amount", F_MONEY, SHOWN, .sql = "t.reload_amount", .label = "By" },
	{ "auto_reload.card", F_TEXT, SHOWN, .sql = "t.reload_shown", .label = "Paid by" },
	{ "auto_reload.failed_at", F_TIME, SHOWN, .sql = "t.reload_failed_at", .label = "Last declined" },
	COLUMNS_END,
};

static const struct act CARD_OWN_ACTS[] = {
	{ "block", "active", "blocked", CUSTOMER, .message = "The card is blocked. Nobody can pay with it." },
	{ "unblock", "blocked", "active", CUSTOMER, .message = "The card is good again." },
	{ "lost", "active,blocked", "lost", CUSTOMER, .danger = true, .also = card_lost_also,
	  .message = "The card is dead. What is on it waits for your next one." },
	ACTS_END,
};

const struct resource RESOURCES_CUSTOMER[] = {
	{ "card-requests", "card_request", "Card requests", "customer.name", "card_request",
	  "LEFT JOIN customer k ON k.id = t.customer_id LEFT JOIN account a ON a.id = k.account_id", CARD_REQUEST,
	  STAFF, NOBODY, .stamps = STAMPS, .parent = "customer_id", .order = "-id", .acts = CARD_REQUEST_ACTS },
	{ "dependents", "dependent", "Dependents", "name", "dependent", NULL, DEPENDENT, CUSTOMER, CUSTOMER,
	  .mount = "customer", .owner = "customer_id", .stamps = STAMP_CREATED, .soft_delete = true, .order = "name" },
	{ "favorites", "favorite", "Favourites", "event.title", "favorite",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN venue v ON v.id = e.venue_id", FAVORITE, CUSTOMER, CUSTOMER,
	  .mount = "customer", .owner = "customer_id", .id = "event_id", .home = "/events", .stamps = STAMP_CREATED,
	  .order = "event.starts_at" },
	{ "nfc-cards/request", "card_request", "Card requests", "number", "card_request", NULL, CARD_REQUEST_OWN,
	  CUSTOMER, CUSTOMER, .mount = "customer", .owner = "customer_id", .permanent = true, .stamps = STAMPS,
	  .order = "-id", .twice = "You have asked for a card already.", .around = card_fee_around,
	  .acts = CARD_REQUEST_OWN_ACTS },
	{ "nfc-cards",
	  "card",
	  "Cards",
	  "uid",
	  "nfc_card",
	  NULL,
	  CARD_OWN,
	  CUSTOMER,
	  NOBODY,
	  .mount = "customer",
	  .owner = "customer_id",
	  .permanent = true,
	  .stamps = STAMP_UPDATED,
	  .order = "-assigned_at",
	  .twice = "You have another active card. Block that one first.",
	  .acts = CARD_OWN_ACTS,
	  .page_flags = PAYS,
	  .page = "nfc-card/show.html",
	  .leads = "request",
	  .around = card_fee_around,
	  .detail = card_beside },
	RESOURCES_END,
};
