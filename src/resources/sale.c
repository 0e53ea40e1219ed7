/* What was sold, and the money that went out: orders and tickets, which nobody writes by hand, and expenses. */
#include "app/expense.h"
#include "app/refund_request.h"
#include "resources/family.h"

static const struct resource_column ORDER[] = {
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .help = "What a person reads out" },
	/* what stands behind the reference on a ticket */
	{ "ticket_id", F_ID, SEARCHED | UNSEEN, .sought = "t.id = (SELECT x.order_id FROM ticket x WHERE x.id = ?)" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "held,paid,lapsed,cancelled,refunded" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name", .sought = OF_CUSTOMER_NAMED },
	{ "customer.mobile_number", F_MOBILE, LISTED | SEARCHED | APART, .sql = "a.mobile_number",
	  .sought = OF_CUSTOMER_WHERE("y.mobile_number LIKE ?"), .label = "Mobile number" },
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

static const struct resource_column TICKET[] = {
	{ "holder_name", F_TEXT, LISTED | SEARCHED, .label = "Holder" },
	{ "uuid", F_UUID, .flags = SHOWN },
	{ "reference", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "o.reference",
	  .sought = "t.order_id IN (SELECT x.id FROM orders x WHERE x.reference LIKE ?)" },
	{ "number", F_ID, SEARCHED | UNSEEN, .sql = "t.id" }, /* stands behind the reference on it */
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "valid,cancelled,refunded" },
	{ "presence", F_CHOICE, LISTED | FILTERED, .choices = "never,inside,outside" },
	{ "event_id", F_ID, LISTED | FILTERED, .refers = "events" },
	{ "event.title", F_TEXT, LISTED, .sql = "e.title" },
	{ "category_id", F_ID, .flags = LISTED | FILTERED },
	{ "category.name", F_TEXT, LISTED, .sql = "c.name" },
	{ "order_id", F_ID, LISTED | FILTERED, .refers = "orders" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED | APART, .sql = "a.name", .sought = OF_CUSTOMER_NAMED },
	{ "entries", F_INT, .flags = LISTED | APART },
	{ "generation", F_INT, .flags = SHOWN },
	{ "labels", F_LIST, .flags = SHOWN },
	{ "first_scan_at", F_TIME, .flags = SHOWN },
	{ "first_gate", F_TEXT, .flags = SHOWN },
	{ "last_scan_at", F_TIME, .flags = LISTED },
	{ "time_zone", F_ZONE, LISTED, .sql = ZONE_OF_EVENT },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	COLUMNS_END,
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
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name", .sought = OF_CUSTOMER_NAMED },
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
	  .message = "The refund is approved.", .also = refund_approve },
	{ "reject", "requested", "rejected", .at = "decided_at", .needs = "note", .message = "The refund is rejected.",
	  .also = refund_reject },
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
	{ "approved_at", F_TIME, .flags = SHOWN },
	{ "withdrawn_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | APART },
	COLUMNS_END,
};

static const struct act EXPENSE_ACTS[] = {
	{ "approve", "requested", "approved", .at = "approved_at", .message = "The expense is approved.",
	  .also = expense_approve },
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
	  ORDER, STAFF, NOBODY, .parent = "customer_id", .order = "-id" },
	{ "tickets", "ticket", "Tickets", "holder_name", "ticket",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN ticket_category c ON c.id = t.category_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  TICKET, STAFF, NOBODY, .parent = "order_id", .order = "-id" },
	{ "refund-requests", "refund_request", "Refund requests", "reference", "refund_request",
	  "LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN event e ON e.id = t.event_id"
	  " LEFT JOIN customer k ON k.id = t.customer_id LEFT JOIN account a ON a.id = k.account_id",
	  REFUND_REQUEST, STAFF, MANAGERS, .stamps = STAMPS, .permanent = true, .order = "-id",
	  .acts = REFUND_REQUEST_ACTS },
	{ "expenses", "expense", "Expenses", "title", "expense", "LEFT JOIN event e ON e.id = t.event_id", EXPENSE,
	  STAFF, MANAGERS, .stamps = STAMPS, .parent = "event_id", .order = "-spent_on", .open = "requested",
	  .acts = EXPENSE_ACTS },
	{ "payment-refunds", "payment_refund", "Refunds", "provider_reference", "payment_refund", ORDER_OF_PAYMENT,
	  PAYMENT_REFUND, STAFF, NOBODY, .order = "-id" },
	{ "payment-disputes", "payment_dispute", "Disputes", "provider_reference", "payment_dispute", ORDER_OF_PAYMENT,
	  PAYMENT_DISPUTE, STAFF, NOBODY, .order = "-id" },
	RESOURCES_END,
};
