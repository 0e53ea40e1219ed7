/* What was sold, and the money that went out: orders and tickets, whose rows nobody writes by hand, with what staff do with them, and
 * expenses. */
#include "app/actions/customer.h"
#include "app/actions/gate.h"
#include "app/actions/staff.h"
#include "app/exchange.h"
#include "app/expense.h"
#include "app/order_office.h"
#include "app/refund_request.h"
#include "resources/family.h"

/* By who bought it, by its reference, and by the number of a ticket in it. */
static const struct sought_way ORDERS_BY = {
	.people = { "JOIN customer k ON k.account_id = n.account_id JOIN orders x ON x.customer_id = k.id" },
	.codes = { "SELECT x.id FROM orders x WHERE x.reference LIKE ?" },
	.number = "SELECT x.order_id AS id FROM ticket x WHERE x.id = ?",
};

static const struct resource_column ORDER[] = {
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_START, .help = "What a person reads out" },
	/* what stands behind the reference on a ticket */
	{ "ticket_id", F_ID, SEARCHED | UNSEEN, .sought = "t.id = (SELECT x.order_id FROM ticket x WHERE x.id = ?)" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "held,paid,lapsed,cancelled,refunded" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "customer.mobile_number", F_MOBILE, LISTED | SEARCHED | APART, .sql = "a.mobile_number",
	  .label = "Mobile number" },
	{ "customer.email", F_EMAIL, SHOWN | SEARCHED, .sql = "a.email", .label = "E-mail" },
	{ "exchanged_ticket_id", F_ID, SHOWN,
	  .sql = "(SELECT x.ticket_id FROM ticket_exchange x WHERE x.order_id = t.id)", .refers = "tickets",
	  .label = "In place of" },
	{ "tickets", F_INT, .flags = SHOWN },
	{ "returned", F_INT, SHOWN, .label = "Of them given back" },
	{ "given_back", F_MONEY, SHOWN, .label = "Given back for them" },
	{ "reason", F_TEXT, ASKED, .max = 300, .help = "Why; it is kept as a note" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "subtotal", F_MONEY, .flags = SHOWN },
	{ "discount", F_MONEY, .flags = SHOWN },
	{ "total", F_MONEY, .flags = LISTED },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED },
	{ "expires_at", F_TIME, .flags = SHOWN },
	{ "paid_at", F_TIME, .flags = LISTED | APART },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

static const struct act ORDER_ACTS[] = {
	{ "resend", "paid", NULL, HELP_DESK, .message = "The tickets are on their way to the buyer once more.",
	  .also = order_resend, .many = true },
	{ "give-up", "held", NULL, HELP_DESK, .danger = true, .message = "The hold is given up. Its seats are free.",
	  .also = order_free, .many = true },
	{ "refund", "paid", NULL, TREASURERS, .needs = "reason", .danger = true,
	  .message = "The order is refunded. Its money is on its way back.", .also = order_take_back },
	ACTS_END,
};

static const struct resource_column ORDER_NOTE[] = {
	{ "text", F_LONG_TEXT, LISTED | CREATED | REQUIRED, .max = 2000, .help = "For whoever looks at it next" },
	{ "order_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "orders", .help = "The order" },
	{ "order.reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "o.reference" },
	{ "by", F_TEXT, LISTED | SEARCHED, .sql = "w.name", .label = "Who" },
	COLUMNS_END,
};

static const struct resource_column CUSTOMER_NOTE[] = {
	{ "text", F_LONG_TEXT, LISTED | CREATED | REQUIRED, .max = 2000, .help = "For whoever looks at it next" },
	{ "customer_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "customers", .help = "The customer" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name", .sought = OF_CUSTOMER_NAMED },
	{ "by", F_TEXT, LISTED | SEARCHED, .sql = "w.name", .label = "Who" },
	COLUMNS_END,
};

static const struct sought_way PAYMENTS_BY = {
	.codes = { "SELECT x.id FROM payment x WHERE x.provider_ref LIKE ?" },
};

static const struct resource_column PAYMENT[] = {
	{ "provider_ref", F_TEXT, LISTED | SEARCHED, .as = AS_START, .label = "Provider's name of it" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "status", F_CHOICE, LISTED | FILTERED,
	  .choices = "processing,requires_action,succeeded,declined,refunding,refunded" },
	{ "purpose", F_TEXT, .flags = LISTED | APART },
	{ "order_id", F_ID, LISTED | FILTERED, .refers = "orders" },
	{ "order.reference", F_TEXT, LISTED, .sql = "o.reference" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED, .sql = "a.name" },
	{ "provider", F_TEXT, .flags = LISTED | FILTERED },
	{ "method", F_CHOICE, LISTED | FILTERED, .choices = "card,nfc_card" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "amount", F_MONEY, .flags = LISTED },
	{ "fee", F_MONEY, SHOWN, .label = "Of it the house's fee" },
	{ "tax", F_MONEY, SHOWN, .label = "Of it tax" },
	{ "failure", F_TEXT, SHOWN, .label = "Why it failed" },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED },
	{ "updated_at", F_TIME, .flags = SHOWN },
	COLUMNS_END,
};

/* By whose it is, by its order's reference, and by its own number, which stands behind that. */
static const struct sought_way TICKETS_BY = {
	.people = { "JOIN customer k ON k.account_id = n.account_id JOIN ticket x ON x.customer_id = k.id" },
	.codes = { "SELECT x.id FROM orders y JOIN ticket x ON x.order_id = y.id WHERE y.reference LIKE ?" },
	.number = "SELECT x.id FROM ticket x WHERE x.id = ?",
};

static const struct resource_column TICKET[] = {
	{ "holder_name", F_TEXT, LISTED | SEARCHED, .label = "Holder", .max = 120, .help = "Whose name it bears" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_START, .sql = "o.reference" },
	{ "number", F_ID, SEARCHED | UNSEEN, .sql = "t.id" }, /* stands behind the reference on it */
	{ "status", F_CHOICE, LISTED | FILTERED | EDITED, .sql = "t.status", .choices = "valid,cancelled,refunded",
	  .help = "One that is valid may be cancelled; its money goes back by a refund" },
	{ "presence", F_CHOICE, LISTED | FILTERED, .choices = "never,inside,outside" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "category_id", F_ID, LISTED | FILTERED, .refers = "ticket-categories" },
	{ "category.name", F_TEXT, LISTED, .sql = "c.name" },
	{ "used", F_BOOL, SHOWN, .sql = "t.entries > 0 OR t.presence <> 'never'", .label = "Was in" },
	{ "order_id", F_ID, LISTED | FILTERED, .refers = "orders" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED | APART, .sql = "a.name" },
	{ "customer.mobile_number", F_MOBILE, SHOWN | SEARCHED, .sql = "a.mobile_number", .label = "Mobile number" },
	{ "customer.email", F_EMAIL, SHOWN | SEARCHED, .sql = "a.email", .label = "E-mail" },
	{ "entries", F_INT, .flags = LISTED | APART },
	{ "generation", F_INT, .flags = SHOWN },
	LABELS("Shown at the gate, such as VIP"),
	{ "exchange_order_id", F_ID, SHOWN,
	  .sql = "(SELECT MAX(x.order_id) FROM ticket_exchange x WHERE x.ticket_id = t.id)", .refers = "orders",
	  .label = "May be changed for" },
	{ "first_scan_at", F_TIME, .flags = SHOWN },
	{ "first_gate", F_TEXT, .flags = SHOWN },
	{ "last_scan_at", F_TIME, .flags = LISTED },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	/* what its acts ask for */
	{ "reason", F_TEXT, ASKED, .max = 300, .help = "Why; its owner is told" },
	{ "percent", F_INT, ASKED, .min = 1, .max = 100, .help = "Of what was paid for it; empty: all" },
	{ "mobile_number", F_MOBILE, ASKED, .help = "Who gets it" },
	{ "message", F_TEXT, ASKED, .max = 500, .help = "A word to them" },
	{ "direction", F_CHOICE, ASKED, .choices = "in,out", .help = "Empty: in" },
	{ "note", F_TEXT, ASKED, .max = 200, .help = "Why it is done by hand" },
	{ "gate", F_TEXT, ASKED, .max = 40, .help = "Where; empty: at the office" },
	{ "override", F_BOOL, ASKED, .help = "Whatever the gate's rules say" },
	{ "scan_id", F_UUID, ASKED, .help = "The device's own number of this; empty: one is made" },
	COLUMNS_END,
};

#define WAS_IN "This ticket has been scanned, so it stays as it is."

static const struct act TICKET_ACTS[] = {
	{ "check-in", "valid", NULL, HELP_DESK, .needs = "note", .takes = "direction,gate,override,scan_id",
	  .message = "It is done.", .instead = ticket_check_in, .answers = SCAN_ANSWER, .flags = OWN_TX,
	  .refuses = { 409 } },
	{ "rename", "valid", NULL, HELP_DESK, .unless = "used", .unfit = WAS_IN, .needs = "holder_name",
	  .message = "The ticket has its new name.", .also = ticket_rename_also },
	{ "transfer", "valid", NULL, HELP_DESK, .unless = "used", .unfit = WAS_IN, .needs = "mobile_number",
	  .takes = "message", .instead = ticket_office_transfer, .answers = TRANSFER_GIVEN, .flags = WRITES | MAKES,
	  .refuses = { 409, 429 } },
	{ "exchange", "valid", NULL, TREASURERS, .unless = "used", .unfit = WAS_IN, .needs = "category_id",
	  .takes = "reason", .instead = ticket_exchange, .answers = EXCHANGED, .refuses = { 409 },
	  .ask = exchange_ask },
	{ "refund", "valid", NULL, TREASURERS, .unless = "used", .unfit = WAS_IN, .needs = "reason", .takes = "percent",
	  .danger = true, .message = "The ticket is refunded.", .also = ticket_refund },
	{ "cancel", "valid", NULL, HELP_DESK, .unless = "used", .unfit = WAS_IN, .needs = "reason", .danger = true,
	  .message = "The ticket is cancelled. Its seat is free.", .also = ticket_cancel, .many = true },
	ACTS_END,
};

/* ---- money ---- */

#define REFUND_STATE "(SELECT f.state FROM payment_refund f WHERE f.refund_request_id = t.id)"

static const struct resource_column REFUND_REQUEST[] = {
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "o.reference" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "requested,approved,rejected,withdrawn" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "ticket_id", F_ID, LISTED | FILTERED, .refers = "tickets" },
	{ "order_id", F_ID, LISTED | FILTERED | APART, .refers = "orders" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "paid", F_MONEY, .flags = SHOWN },
	{ "percent", F_INT, .flags = LISTED | APART },
	{ "days_before", F_INT, .flags = SHOWN },
	{ "amount", F_MONEY, .flags = LISTED | SORTED },
	{ "reason", F_LONG_TEXT, .flags = SHOWN },
	{ "note", F_TEXT, SHOWN, .max = 300, .help = "What who asked is told" },
	{ "money", F_CHOICE, SHOWN, .sql = REFUND_STATE, .choices = "asked,pending,done,failed",
	  .help = "How far its money is, once it was approved" },
	{ "refund_stands", F_BOOL, SHOWN, .sql = "NOT " REFUND_STATE " <=> 'failed'",
	  .help = "The provider did not say that it failed" },
	{ "decided_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	COLUMNS_END,
};

static const struct act REFUND_REQUEST_ACTS[] = {
	{ "approve", "requested", "approved", .at = "decided_at", .takes = "note", .danger = true,
	  .message = "The refund is approved.", .also = refund_approve, .many = true },
	{ "reject", "requested", "rejected", .at = "decided_at", .needs = "note", .message = "The refund is rejected.",
	  .also = refund_reject, .many = true },
	{ "again", "approved", "approved", .unless = "refund_stands", .unfit = "The money is on its way, or there.",
	  .danger = true, .message = "The provider is asked again.", .also = refund_again },
	ACTS_END,
};

static const struct resource_column EXPENSE[] = {
	{ "title", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "What the money was spent on" },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "requested,approved,paid,withdrawn" },
	{ "kind", F_CHOICE, LISTED | FILTERED | SORTED | CHANGED | REQUIRED,
	  .choices = "venue,artists,staff,marketing,equipment,travel,other", .help = "Kind of expense" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CHANGED | REQUIRED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | SORTED | CHANGED | REQUIRED, .min = 1, .help = "What was spent" },
	{ "spent_on", F_DATE, LISTED | FILTERED | SORTED | CHANGED | REQUIRED | PAST, .help = "Day on the receipt" },
	{ "event_id", F_ID, LISTED | FILTERED | CHANGED, .refers = "events", .help = "Empty: of no event" },
	{ "event.title", F_TEXT, LISTED | SEARCHED, .sql = "e.title" },
	{ "reference", F_TEXT, SHOWN | SEARCHED | CHANGED, .as = AS_CODE, .max = 80, .otherwise = "",
	  .help = "Number of the receipt" },
	{ "note", F_LONG_TEXT, SHOWN | CHANGED, .max = 2000, .otherwise = "", .help = "For whoever approves it" },
	{ "requested_by", F_TEXT, SHOWN, .sql = "r.name", .label = "Requested by" },
	{ "approved_by", F_TEXT, SHOWN, .sql = "v.name", .label = "Approved by" },
	{ "approved_at", F_TIME, .flags = SHOWN },
	{ "withdrawn_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	COLUMNS_END,
};

static const struct act EXPENSE_ACTS[] = {
	{ "approve", "requested", "approved", .at = "approved_at", .message = "The expense is approved.",
	  .also = expense_approve, .many = true },
	{ "revoke", "approved", "withdrawn", .at = "withdrawn_at", .danger = true,
	  .message = "The expense is withdrawn. Its money is back in the books.", .also = expense_withdraw },
	ACTS_END,
};

/* ---- what went back of payments, and what a bank questions: as the provider says it ---- */

/* clang-format off */
#define ORDER_OF_PAYMENT                                                                                               \
	"LEFT JOIN payment p ON p.id = t.payment_id LEFT JOIN orders o ON o.id = p.order_id"
/* clang-format on */

static const struct resource_column PAYMENT_REFUND[] = {
	{ "provider_reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .help = "The provider's name of it" },
	{ "state", F_CHOICE, LISTED | FILTERED, .choices = "asked,pending,done,failed" },
	{ "order_id", F_ID, LISTED, .sql = "p.order_id", .refers = "orders" },
	{ "order.reference", F_TEXT, LISTED, .sql = "o.reference" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "amount", F_MONEY, .flags = LISTED },
	{ "origin", F_CHOICE, LISTED | FILTERED, .choices = "here,desk,dispute" },
	{ "reason", F_TEXT, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED },
	{ "updated_at", F_TIME, .flags = SHOWN },
	COLUMNS_END,
};

static const struct resource_column PAYMENT_DISPUTE[] = {
	{ "provider_reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .help = "The provider's name of it" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "open,won,lost" },
	{ "order_id", F_ID, LISTED, .sql = "p.order_id", .refers = "orders" },
	{ "order.reference", F_TEXT, LISTED, .sql = "o.reference" },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "amount", F_MONEY, .flags = LISTED },
	{ "reason", F_TEXT, .flags = LISTED },
	{ "opened_at", F_TIME, LISTED | FILTERED, .label = "Opened at" },
	{ "answer_by", F_TIME, LISTED, .sql = "t.due_at" },
	{ "closed_at", F_TIME, .flags = SHOWN },
	COLUMNS_END,
};

const struct resource RESOURCES_SALE[] = {
	{ "orders", "order", "Orders", "reference", "orders",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  ORDER, STAFF, NOBODY, .found_by = &ORDERS_BY, .walked = true, .parent = "customer_id", .order = "-id",
	  .acts = ORDER_ACTS, .page = "admin/order.html", .detail = order_detail },
	{ "tickets", "ticket", "Tickets", "holder_name", "ticket",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN ticket_category c ON c.id = t.category_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  TICKET, STAFF, HELP_DESK, .found_by = &TICKETS_BY, .walked = true, .parent = "order_id", .order = "-id",
	  .permanent = true, .acts = TICKET_ACTS, .page = "admin/ticket.html", .update = ticket_status_update,
	  .detail = ticket_detail },
	{ "payments", "office_payment", "Payments", "provider_ref", "payment",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  PAYMENT, STAFF, NOBODY, .found_by = &PAYMENTS_BY, .parent = "order_id", .order = "-id" },
	{ "order-notes", "order_note", "Notes", "text", "note",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN account w ON w.id = t.account_id", ORDER_NOTE, STAFF,
	  STAFF, .stamps = STAMP_CREATED, .permanent = true, .parent = "order_id",
	  .scope = "t.order_id IS NOT NULL AND ? > 0", .order = "-id", .insert = note_insert },
	{ "customer-notes", "customer_note", "Notes", "text", "note",
	  "LEFT JOIN customer k ON k.id = t.customer_id LEFT JOIN account a ON a.id = k.account_id"
	  " LEFT JOIN account w ON w.id = t.account_id",
	  CUSTOMER_NOTE, STAFF, STAFF, .stamps = STAMP_CREATED, .permanent = true, .parent = "customer_id",
	  .scope = "t.customer_id IS NOT NULL AND ? > 0", .order = "-id", .insert = note_insert },
	{ "refund-requests", "refund_request", "Refund requests", "reference", "refund_request",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN customer k ON k.id = t.customer_id LEFT JOIN account a ON a.id = k.account_id",
	  REFUND_REQUEST, STAFF, TREASURERS, .stamps = STAMPS, .permanent = true, .order = "-id",
	  .acts = REFUND_REQUEST_ACTS },
	{ "expenses", "expense", "Expenses", "title", "expense",
	  "LEFT JOIN event e ON e.id = t.event_id LEFT JOIN account r ON r.id = t.requested_by"
	  " LEFT JOIN account v ON v.id = t.approved_by",
	  EXPENSE, STAFF, TREASURERS, .stamps = STAMPS, .parent = "event_id", .order = "-spent_on", .open = "requested",
	  .acts = EXPENSE_ACTS, .many = true, .check = expense_check, .made = expense_made, .update = expense_changed },
	{ "payment-refunds", "payment_refund", "Refunds", "provider_reference", "payment_refund", ORDER_OF_PAYMENT,
	  PAYMENT_REFUND, STAFF, NOBODY, .order = "-id" },
	{ "payment-disputes", "payment_dispute", "Disputes", "provider_reference", "payment_dispute", ORDER_OF_PAYMENT,
	  PAYMENT_DISPUTE, STAFF, NOBODY, .order = "-id" },
	RESOURCES_END,
};
