/* The nouns that people manage, each declared once. To add one: its columns, its acts where it has any, its row in RESOURCES,
 * and nothing else; it then has its list, detail, forms, export, validation, audit and place in OpenAPI. Order here is the
 * order of lists on a parent's page. */
#include "resources.h"
#include "app/account_office.h"
#include "app/event_office.h"
#include "base/role.h"
#include "routes/routes.h"

/* clang-format off */
#define COLUMNS_END { .name = NULL }
#define ACTS_END { .name = NULL }
/* clang-format on */
#define CHANGED (CREATED | EDITED)
#define NAMED (LISTED | SEARCHED | SORTED)

static const struct resource_column VENUE[] = {
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "Name of the place" },
	{ "address", F_TEXT, SHOWN | SEARCHED | CHANGED, .max = 300, .otherwise = "", .help = "Street and number" },
	{ "city", F_TEXT, NAMED | FILTERED | CHANGED | REQUIRED, .max = 120, .help = "City" },
	{ "country", F_TEXT, LISTED | FILTERED | SORTED | CHANGED | REQUIRED, .min = 2, .max = 2,
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
	{ "currency", F_CURRENCY, LISTED | CHANGED | REQUIRED, .help = "ISO 4217; stays once tickets were sold",
	  .guard = "t.currency = ? OR NOT EXISTS (SELECT 1 FROM orders u WHERE u.event_id = t.id)",
	  .kept = "People have ordered tickets in the currency that it has, so it stays." },
	{ "description", F_LONG_TEXT, SHOWN | SEARCHED | CHANGED, .max = 10000, .otherwise = "",
	  .help = "Text for the public" },
	{ "featured", F_BOOL, LISTED | FILTERED | CHANGED, .otherwise = "false", .help = "Shown first" },
	{ "scanning_enabled", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Gates may scan" },
	{ "re_entry", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Who left may come back",
	  .label = "Re-entry" },
	{ "show_labels", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Ushers see labels" },
	{ "show_dependents", F_BOOL, SHOWN | CHANGED, .otherwise = "true", .help = "Ushers see dependents" },
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
	{ "slug", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 40,
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
	{ "price", F_MONEY, LISTED | SORTED | CHANGED | REQUIRED, .max = 100000000,
	  .help = "Of one ticket; later orders pay it" },
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
	{ "code", F_TEXT, NAMED | CREATED | REQUIRED, .min = 3, .max = 40, .help = "What people type" },
	{ "event_id", F_ID, LISTED | FILTERED | CREATED, .refers = "events", .help = "Empty: any event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "percent", F_INT, LISTED | SORTED | CHANGED, .min = 1, .max = 100, .help = "Off the whole order, or" },
	{ "currency", F_CURRENCY, LISTED | CHANGED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | CHANGED, .min = 1, .max = 100000000, .help = "an amount off" },
	{ "starts_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: at once (UTC)" },
	{ "ends_at", F_TIME, LISTED | SORTED | CHANGED, .help = "Empty: for ever (UTC)" },
	{ "max_uses", F_INT, LISTED | CHANGED, .min = 1, .max = 10000000, .help = "Empty: any number",
	  .guard = "t.uses <= COALESCE(?, t.uses)", .kept = "It was used more often than that already." },
	{ "uses", F_INT, LISTED | SORTED, .sql = "t.uses" },
	COLUMNS_END,
};

/* ---- people ---- */

#define BLOOD_TYPES "A+,A-,B+,B-,AB+,AB-,O+,O-"
/* clang-format off */
#define PERSON                                                                                                         \
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .sql = "t.name", .max = 120, .help = "Name" },                   \
		{ "email", F_EMAIL, NAMED | CHANGED, .sql = "t.email", .help = "E-mail", .label = "E-mail" },          \
		{ "mobile_number", F_MOBILE, NAMED | CHANGED, .sql = "t.mobile_number", .help = "With country code" }, \
		{ "username", F_TEXT, NAMED | CHANGED, .sql = "t.username", .max = 60, .help = "What ushers sign in with" }, \
		{ "status", F_CHOICE, LISTED | FILTERED | SORTED | EDITED, .sql = "t.status",                          \
		  .choices = "active,disabled", .help = "A disabled account cannot sign in" }
#define PASSWORD { "password", F_PASSWORD, CREATED | REQUIRED | UNSEEN, .help = "At least 8 characters" }
#define COMPANY { "company", F_TEXT, NAMED | CHANGED | REQUIRED, .sql = "p.company", .max = 160, .help = "Company" }
#define PERSON_TIMES                                                                                                   \
	{ "mobile_verified_at", F_TIME, SHOWN, .sql = "t.mobile_verified_at" }, { "locale", F_TEXT, SHOWN, .sql = "t.locale" }
/* clang-format on */

static const struct resource_column USER[] = {
	PERSON,
	{ "roles", F_TEXT, LISTED,
	  .sql = "(SELECT GROUP_CONCAT(r.role ORDER BY r.role) FROM account_role r WHERE r.account_id = t.id)" },
	{ "role", F_CHOICE, FILTERED | CREATED | REQUIRED | UNSEEN, .choices = ROLE_CHOICES, .help = "What they may do",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id AND r.role = ?)" },
	{ "company", F_TEXT, CHANGED | UNSEEN, .max = 160, .help = "Of an organizer or merchant" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

static const struct resource_column ORGANIZER_[] = {
	COMPANY, { "organizer_id", F_ID, LISTED, .sql = "p.id" }, PERSON, PASSWORD, PERSON_TIMES, COLUMNS_END,
};

static const struct resource_column MERCHANT_[] = {
	COMPANY, { "merchant_id", F_ID, LISTED, .sql = "p.id" }, PERSON, PASSWORD, PERSON_TIMES, COLUMNS_END,
};

static const struct resource_column USHER_[] = {
	PERSON,
	{ "usher_id", F_ID, LISTED, .sql = "p.id" },
	{ "events", F_INT, LISTED, .sql = "(SELECT COUNT(*) FROM usher_assignment s WHERE s.usher_id = p.id)" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

#define STAFF_ROLE                                                                                                     \
	"(SELECT r.role FROM account_role r WHERE r.account_id = t.id"                                                 \
	" AND FIND_IN_SET(r.role, '" STAFF_WORDS "')"                                                                  \
	" ORDER BY FIND_IN_SET(r.role, '" STAFF_WORDS "') LIMIT 1)"

static const struct resource_column ADMIN_[] = {
	PERSON,
	{ "role", F_CHOICE, LISTED | FILTERED | CREATED | REQUIRED, .sql = STAFF_ROLE, .choices = STAFF_CHOICES,
	  .help = "What they may do",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id AND r.role = ?)" },
	{ "admin_id", F_ID, LISTED, .sql = "p.id" },
	{ "totp_enabled", F_BOOL, LISTED, .sql = "t.totp_enabled", .label = "Second factor" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

static const struct resource_column CUSTOMER_[] = {
	{ "account_id", F_ID, .flags = LISTED },
	{ "name", F_TEXT, NAMED | EDITED | REQUIRED, .sql = "a.name", .max = 120, .help = "Name" },
	{ "mobile_number", F_MOBILE, NAMED | EDITED | REQUIRED, .sql = "a.mobile_number", .help = "With country code" },
	{ "email", F_EMAIL, NAMED | EDITED, .sql = "a.email", .help = "E-mail", .label = "E-mail" },
	{ "status", F_CHOICE, LISTED | FILTERED | EDITED, .sql = "a.status", .choices = "active,disabled",
	  .help = "A disabled account cannot sign in" },
	{ "birth_date", F_DATE, SHOWN | EDITED | PAST, .help = "Date of birth" },
	{ "blood_type", F_CHOICE, SHOWN | EDITED, .choices = BLOOD_TYPES, .help = "For emergencies" },
	{ "emergency_contact.name", F_TEXT, SHOWN, .sql = "t.emergency_name", .label = "Emergency contact" },
	{ "emergency_contact.mobile_number", F_TEXT, SHOWN, .sql = "t.emergency_mobile", .label = "Emergency number" },
	{ "registration_fee_paid_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, LISTED | FILTERED, .sql = "a.created_at" },
	COLUMNS_END,
};

/* ---- sales ---- */

static const struct resource_column ORDER[] = {
	{ "reference", F_TEXT, LISTED | SEARCHED, .help = "What a person reads out" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "held,paid,lapsed,cancelled,refunded" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "customer.mobile_number", F_TEXT, LISTED | SEARCHED | APART, .sql = "a.mobile_number",
	  .label = "Mobile number" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "subtotal", F_MONEY, .flags = SHOWN },
	{ "discount", F_MONEY, .flags = SHOWN },
	{ "total", F_MONEY, .flags = LISTED },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED },
	{ "expires_at", F_TIME, .flags = SHOWN },
	{ "paid_at", F_TIME, .flags = LISTED | APART },
	COLUMNS_END,
};

static const struct resource_column TICKET[] = {
	{ "holder_name", F_TEXT, LISTED | SEARCHED, .label = "Holder" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "reference", F_TEXT, LISTED | SEARCHED, .sql = "o.reference" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "valid,cancelled,refunded" },
	{ "presence", F_CHOICE, LISTED | FILTERED, .choices = "never,inside,outside" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "category_id", F_ID, .flags = LISTED | FILTERED },
	{ "category.name", F_TEXT, LISTED, .sql = "c.name" },
	{ "order_id", F_ID, LISTED | FILTERED, .refers = "orders" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED | APART, .sql = "a.name" },
	{ "entries", F_INT, .flags = LISTED | APART },
	{ "generation", F_INT, .flags = SHOWN },
	{ "labels", F_LIST, .flags = SHOWN },
	{ "first_scan_at", F_TIME, .flags = SHOWN },
	{ "first_gate", F_TEXT, .flags = SHOWN },
	{ "last_scan_at", F_TIME, .flags = LISTED },
	{ "time_zone", F_ZONE, LISTED, .sql = "e.time_zone" },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	COLUMNS_END,
};

/* ---- money ---- */

static const struct resource_column EXPENSE[] = {
	{ "title", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "What the money was spent on" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "requested,approved,paid" },
	{ "kind", F_CHOICE, LISTED | FILTERED | SORTED | CHANGED | REQUIRED,
	  .choices = "venue,artists,staff,marketing,equipment,travel,other", .help = "Kind of expense" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CHANGED | REQUIRED, .help = "ISO 4217" },
	{ "amount", F_MONEY, LISTED | SORTED | CHANGED | REQUIRED, .min = 1, .max = 100000000000,
	  .help = "What was spent" },
	{ "spent_on", F_DATE, LISTED | FILTERED | SORTED | CHANGED | REQUIRED | PAST, .help = "Day on the receipt" },
	{ "event_id", F_ID, LISTED | FILTERED | CHANGED, .refers = "events", .help = "Empty: of no event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "reference", F_TEXT, SHOWN | SEARCHED | CHANGED, .max = 80, .otherwise = "",
	  .help = "Number of the receipt" },
	{ "note", F_LONG_TEXT, SHOWN | CHANGED, .max = 2000, .otherwise = "", .help = "For whoever approves it" },
	{ "approved_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	COLUMNS_END,
};

static const struct act EXPENSE_ACTS[] = {
	{ "approve", "requested", "approved", .at = "approved_at", .message = "The expense is approved." },
	ACTS_END,
};

/* ---- what customers have of their own ---- */

static const struct resource_column DEPENDENT[] = {
	{ "name", F_TEXT, LISTED | SORTED | CHANGED | REQUIRED, .max = 120, .help = "Name" },
	{ "relationship", F_TEXT, LISTED | CHANGED | REQUIRED, .max = 40, .help = "Such as daughter, father, ward" },
	{ "birth_date", F_DATE, LISTED | SORTED | CHANGED | REQUIRED | PAST, .help = "Birth date" },
	{ "blood_type", F_CHOICE, LISTED | CHANGED, .choices = BLOOD_TYPES, .help = "For emergencies at the gate" },
	{ "photo", F_FILE, LISTED | APART | CHANGED, .max = 5 << 20, .help = "JPEG or PNG, at most 5 MB" },
	COLUMNS_END,
};

static const struct resource_column FAVORITE[] = {
	{ "event.title", F_TEXT, LISTED | SORTED, .sql = "e.title", .label = "Event" },
	{ "event_id", F_ID, LISTED | CREATED | REQUIRED, .refers = "events", .among = "t.status <> 'draft'",
	  .help = "The event" },
	{ "event.status", F_CHOICE, LISTED | APART, .sql = "e.status", .choices = "published,cancelled",
	  .label = "Status" },
	{ "event.starts_at", F_TIME, LISTED | SORTED, .sql = "e.starts_at", .label = "Starts" },
	{ "event.time_zone", F_ZONE, LISTED, .sql = "e.time_zone" },
	{ "event.venue.name", F_TEXT, LISTED, .sql = "v.name", .label = "Venue" },
	{ "event.venue.city", F_TEXT, LISTED, .sql = "v.city", .label = "City" },
	COLUMNS_END,
};

static const struct field DELIVERY[] = {
	{ "name", F_TEXT, .max = 120, .help = "Name on the door" },
	{ "address", F_TEXT, .max = 300, .help = "Street and number" },
	{ "postcode", F_TEXT, .max = 20, .help = "Postcode" },
	{ "city", F_TEXT, .max = 120, .help = "City" },
	{ "country", F_TEXT, .max = 80, .help = "Country" },
	FIELDS_END,
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
	CARD_REQUEST_WAY,
	COLUMNS_END,
};

static const struct act CARD_REQUEST_ACTS[] = {
	{ "approve", "requested", "approved", MANAGERS, .at = "approved_at", .message = "The request is approved." },
	{ "send", "approved", "sent", MANAGERS, .at = "sent_at", .takes = "tracking",
	  .message = "The card is on its way." },
	{ "reject", "requested,approved", "rejected", MANAGERS, .needs = "reason", .danger = true,
	  .message = "The request is rejected." },
	ACTS_END,
};

static const struct resource_column CARD_REQUEST_OWN[] = {
	{ "number", F_TEXT, LISTED, .sql = "CONCAT('#', t.id)" },
	CARD_REQUEST_WAY,
	COLUMNS_END,
};

static const struct act CARD_REQUEST_OWN_ACTS[] = {
	{ "withdraw", "requested", "withdrawn", .danger = true, .message = "The request is withdrawn." },
	ACTS_END,
};

/* ---- people of institutions ---- */

#define CAMPUS_ROLE                                                                                                    \
	"(SELECT REPLACE(r.role, 'campus_', '') FROM account_role r WHERE r.account_id = t.id"                         \
	" AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') ORDER BY FIND_IN_SET(r.role, '" CAMPUS_WORDS "') DESC LIMIT 1)"
/* hr and admins of one campus see that one's people. */
#define OF_THEIR_CAMPUS                                                                                                \
	"EXISTS (SELECT 1 FROM campus_member me LEFT JOIN campus_member x ON x.account_id = t.id WHERE me.id = ?"      \
	" AND (me.campus_id IS NULL OR me.campus_id = x.campus_id))"

static const struct resource_column CAMPUS_USER[] = {
	{ "username", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "t.username", .help = "User name" },
	{ "email", F_EMAIL, LISTED | SEARCHED | SORTED, .sql = "t.email", .help = "E-mail", .label = "E-mail" },
	{ "first_name", F_TEXT, LISTED | SORTED, .sql = "m.first_name", .otherwise = "", .help = "First name" },
	{ "last_name", F_TEXT, LISTED | SORTED, .sql = "m.last_name", .otherwise = "", .help = "Last name" },
	{ "full_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "CONCAT_WS(' ', m.first_name, m.last_name)",
	  .otherwise = "", .help = "Both" },
	{ "role", F_CHOICE, LISTED | FILTERED, .sql = CAMPUS_ROLE, .choices = "student,supervisor,organizer,hr,admin",
	  .otherwise = "", .help = "Of the campus",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id"
		    " AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') AND REPLACE(r.role, 'campus_', '') = ?)" },
	{ "department", F_TEXT, LISTED | FILTERED, .sql = "d.name",
	  .filter = "? IN (CONCAT(d.id), d.short_code, d.name)",
	  .help = "Its name; as a filter its number or code too" },
	{ "department_id", F_ID, LISTED, .sql = "m.department_id", .help = "The department" },
	{ "campus", F_TEXT, LISTED | FILTERED, .sql = "c.name", .filter = "? IN (CONCAT(c.id), c.short_code, c.name)",
	  .help = "Its name; as a filter its number or code too" },
	{ "campus_id", F_ID, LISTED, .sql = "m.campus_id", .help = "The campus" },
	{ "student_id", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "m.student_id",
	  .help = "Number of a student, or of staff" },
	{ "year_level", F_INT, LISTED | FILTERED | SORTED, .sql = "m.year_level", .help = "Year" },
	{ "is_verified", F_BOOL, LISTED | FILTERED, .sql = "m.is_verified",
	  .help = "Has the campus looked at this account" },
	{ "is_active", F_BOOL, LISTED | FILTERED, .sql = "t.status = 'active'", .filter = "(t.status = 'active') = ?",
	  .help = "May sign in" },
	{ "locale", F_TEXT, LISTED, .sql = "t.locale", .otherwise = "", .help = "Language" },
	{ "date_joined", F_TIME, LISTED | SORTED | REQUIRED, .sql = "m.created_at", .help = "Since when" },
	COLUMNS_END,
};

#define PERSONS_ROLE                                                                                                   \
	"(SELECT UPPER(REPLACE(REPLACE(r.role, 'people_', ''), 'campus_', '')) FROM account_role r"                    \
	" WHERE r.account_id = t.id AND FIND_IN_SET(r.role, '" PEOPLE_WORDS "')"                                       \
	" ORDER BY FIND_IN_SET(r.role, '" PEOPLE_WORDS "') DESC LIMIT 1)"

static const struct resource_column PERSON_[] = {
	{ "email", F_EMAIL, LISTED | SEARCHED | SORTED | REQUIRED, .sql = "t.email", .help = "E-mail",
	  .label = "E-mail" },
	{ "first_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "p.first_name", .otherwise = "",
	  .help = "First name" },
	{ "last_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "p.last_name", .otherwise = "", .help = "Last name" },
	{ "name", F_TEXT, LISTED | SEARCHED, .sql = "t.name", .otherwise = "",
	  .help = "Both, or what they are called" },
	{ "role", F_CHOICE, LISTED | FILTERED | SORTED, .sql = PERSONS_ROLE, .choices = "USER,MODERATOR,ADMIN",
	  .otherwise = "", .help = "What they may do here",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id"
		    " AND FIND_IN_SET(r.role, '" PEOPLE_WORDS "') AND UPPER(REPLACE(r.role, 'people_', '')) = ?)" },
	{ "is_active", F_BOOL, LISTED | FILTERED, .sql = "t.status = 'active'", .filter = "(t.status = 'active') = ?",
	  .help = "May sign in" },
	{ "status", F_CHOICE, LISTED | FILTERED, .sql = "IF(t.status = 'active', 'active', 'inactive')",
	  .choices = "active,inactive", .otherwise = "", .help = "The same in a word" },
	{ "email_verified", F_BOOL, LISTED, .sql = "p.email_verified_at IS NOT NULL", .help = "Was the link used" },
	{ "locale", F_TEXT, LISTED, .sql = "t.locale", .otherwise = "", .help = "Language" },
	{ "has_face", F_BOOL, LISTED, .sql = "0", .help = "Is a face enrolled" },
	{ "created_at", F_TIME, LISTED | SORTED | REQUIRED, .sql = "t.created_at", .help = "Since when" },
	{ "updated_at", F_TIME, LISTED | SORTED | REQUIRED, .sql = "t.updated_at", .help = "When it was last changed" },
	{ "last_login_at", F_TIME, LISTED | SORTED,
	  .sql = "(SELECT MAX(s.created_at) FROM session s WHERE s.account_id = t.id"
		 " AND FIND_IN_SET(s.role, '" PEOPLE_WORDS "'))",
	  .help = "When they last signed in" },
	COLUMNS_END,
};

/* ---- logs ---- */

static const struct resource_column AUDIT[] = {
	{ "at", F_TIME, .flags = LISTED | FILTERED },
	{ "account_id", F_ID, .flags = LISTED | FILTERED },
	{ "account.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name", .label = "Who" },
	{ "role", F_CHOICE, LISTED | FILTERED, .choices = EVERY_ROLE_AND(",system") },
	{ "action", F_TEXT, .flags = LISTED | FILTERED },
	{ "noun", F_TEXT, LISTED | FILTERED | SEARCHED, .label = "Of what" },
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
	{ "usher.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "ticket_id", F_ID, LISTED | FILTERED, .refers = "tickets" },
	{ "card_uid", F_TEXT, LISTED | SEARCHED | FILTERED | APART, .label = "Card" },
	{ "scanned_at", F_TIME, .flags = SHOWN },
	{ "time_zone", F_ZONE, LISTED, .sql = "e.time_zone" },
	COLUMNS_END,
};

/* Without the text: it holds one-time codes. */
static const struct resource_column MESSAGE[] = {
	{ "recipient", F_TEXT, .flags = LISTED | SEARCHED },
	{ "channel", F_CHOICE, LISTED | FILTERED, .choices = "sms,mail" },
	{ "subject", F_TEXT, .flags = LISTED },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "queued,sent,failed" },
	{ "attempts", F_INT, .flags = LISTED },
	{ "created_at", F_TIME, .flags = LISTED },
	{ "due_at", F_TIME, .flags = SHOWN },
	{ "sent_at", F_TIME, .flags = LISTED },
	{ "error", F_TEXT, .flags = LISTED },
	COLUMNS_END,
};

#define STAMPS (STAMP_CREATED | STAMP_UPDATED)
#define OF_ROLE(role, profile)                                                                                         \
	"JOIN account_role w ON w.account_id = t.id AND w.role = '" role "' JOIN " profile " p ON p.account_id = t.id"

const struct resource RESOURCES[] = {
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
	{ "promo-codes", "promo_code", "Promo codes", "code", "promo_code", "LEFT JOIN event e ON e.id = t.event_id",
	  PROMO_CODE, STAFF, MANAGERS, .stamps = STAMPS, .in_use = "t.uses > 0", .parent = "event_id", .order = "code",
	  .check = office_promo_check },

	{ "users", "user", "Users", "name", "account", NULL, USER, STAFF, MANAGERS, .stamps = STAMPS, .order = "name",
	  .make_flags = HASHES | SECRET, .page = "admin/user.html", .insert = office_account_insert,
	  .update = office_account_update, .remove = office_account_disable },
	{ "organizers", "organizer", "Organizers", "company", "account", OF_ROLE("organizer", "organizer"), ORGANIZER_,
	  STAFF, MANAGERS, .stamps = STAMPS, .key = "organizer_id", .order = "company", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "merchants", "merchant", "Merchants", "company", "account", OF_ROLE("merchant", "merchant"), MERCHANT_, STAFF,
	  MANAGERS, .stamps = STAMPS, .key = "merchant_id", .order = "company", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "ushers", "usher", "Ushers", "name", "account", OF_ROLE("usher", "usher"), USHER_, STAFF, MANAGERS,
	  .stamps = STAMPS, .key = "usher_id", .order = "name", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "admins", "admin", "Staff", "name", "account", "JOIN admin p ON p.account_id = t.id", ADMIN_, STAFF,
	  SUPERADMIN, .stamps = STAMPS, .key = "admin_id", .order = "name", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "customers", "customer", "Customers", "name", "customer", "LEFT JOIN account a ON a.id = t.account_id",
	  CUSTOMER_, STAFF, MANAGERS, .permanent = true, .order = "-id", .update = office_customer_update },

	{ "orders", "order", "Orders", "reference", "orders",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  ORDER, STAFF, NOBODY, .parent = "customer_id", .order = "-id" },
	{ "tickets", "ticket", "Tickets", "holder_name", "ticket",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN ticket_category c ON c.id = t.category_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  TICKET, STAFF, NOBODY, .parent = "order_id", .order = "-id" },

	{ "expenses", "expense", "Expenses", "title", "expense", "LEFT JOIN event e ON e.id = t.event_id", EXPENSE,
	  STAFF, MANAGERS, .stamps = STAMPS, .parent = "event_id", .order = "-spent_on", .open = "requested",
	  .acts = EXPENSE_ACTS },
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
	  .order = "-id", .twice = "You have asked for a card already.", .acts = CARD_REQUEST_OWN_ACTS },

	{ "users", "user", "Members", "full_name", "account",
	  "JOIN campus_member m ON m.account_id = t.id LEFT JOIN department d ON d.id = m.department_id"
	  " LEFT JOIN campus c ON c.id = m.campus_id",
	  CAMPUS_USER, HR | CAMPUS_ADMIN, NOBODY, .mount = "campus", .scope = OF_THEIR_CAMPUS, .permanent = true,
	  .order = "full_name" },
	{ "users", "user", "People", "name", "account", "JOIN person p ON p.account_id = t.id", PERSON_,
	  MODERATOR | PEOPLE_ADMIN, NOBODY, .mount = "people", .permanent = true, .order = "-created_at" },

	{ "logs/audit", "audit_entry", "Audit log", "action", "audit_log", "LEFT JOIN account a ON a.id = t.account_id",
	  AUDIT, MANAGERS, NOBODY, .order = "-id" },
	{ "logs/checkin", "scan", "Check-in log", "attendee_name", "scan_log",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN usher u ON u.id = t.usher_id"
	  " LEFT JOIN account a ON a.id = u.account_id",
	  CHECKIN, STAFF, NOBODY, .parent = "ticket_id", .order = "-id" },
	{ "outbox", "message", "Messages", "recipient", "outbox", NULL, MESSAGE, MANAGERS | SUPPORT, NOBODY,
	  .order = "-id" },
	{ .path = NULL }
};
