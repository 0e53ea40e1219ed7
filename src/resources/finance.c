/* Money that leaves the house: payouts, and the profit of those whom it belongs to. Organizers and merchants see their own payouts. */
#include "app/payout.h"
#include "app/profit.h"
#include "resources/family.h"

/* clang-format off */
#define PAYOUT_HEAD                                                                                                    \
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sql = "CONCAT('#', t.id)", .sought = "t.id = ?" },        \
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED, .choices = "requested,approved,paid,rejected" }
#define PAYOUT_TAIL                                                                                                    \
	{ "reference", F_TEXT, SHOWN | SEARCHED, .as = AS_CODE, .max = 80, .help = "Of the bank's transfer" },         \
	{ "reason", F_TEXT, SHOWN, .max = 300, .help = "Why it is rejected" },                                         \
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | SORTED }, { "approved_at", F_TIME, .flags = SHOWN },               \
	{ "paid_at", F_TIME, .flags = LISTED }, { "rejected_at", F_TIME, .flags = SHOWN }
#define ON_ACCOUNT                                                                                                     \
	"(SELECT COALESCE(-SUM(x.amount), 0) FROM ledger_account y JOIN ledger_entry x ON x.account_id = y.id"         \
	" WHERE y.kind = IF(t.organizer_id IS NOT NULL, 'organizer', IF(t.merchant_id IS NOT NULL, 'merchant', 'shareholder'))" \
	" AND y.owner_id = COALESCE(t.organizer_id, t.merchant_id, t.shareholder_id) AND y.currency = t.currency)"
#define PAYOUT_SAID                                                                                                    \
	{ "on_account", F_MONEY, SHOWN, .sql = ON_ACCOUNT, .label = "On their account now" },                          \
	{ "had", F_MONEY, SHOWN, .label = "On their account then" },                                                   \
	{ "note", F_TEXT, SHOWN | CREATED, .max = 300, .otherwise = "", .help = "For whoever approves it" },           \
	{ "requested_by", F_TEXT, SHOWN, .sql = "r.name", .label = "Requested by" },                                   \
	{ "approved_by", F_TEXT, SHOWN, .sql = "v.name", .label = "Approved by" }
/* clang-format on */

static const struct resource_column PAYOUT[] = {
	PAYOUT_HEAD,
	{ "payee", F_TEXT, LISTED, .sql = "COALESCE(o.company, m.company, s.name)" },
	{ "organizer_id", F_ID, LISTED | APART | FILTERED | CREATED, .refers = "organizers",
	  .help = "Who gets it: an organizer," },
	{ "merchant_id", F_ID, LISTED | APART | FILTERED | CREATED, .refers = "merchants", .help = "or a merchant," },
	{ "shareholder_id", F_ID, LISTED | APART | FILTERED | CREATED, .refers = "shareholders",
	  .help = "or a shareholder" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CREATED | REQUIRED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | SORTED | CREATED | REQUIRED, .min = 1,
	  .help = "No more than is on their account" },
	PAYOUT_SAID,
	PAYOUT_TAIL,
	COLUMNS_END,
};

static const struct act PAYOUT_ACTS[] = {
	{ "approve", "requested", "approved", .at = "approved_at", .message = "The payout is approved.",
	  .also = payout_approve_also, .many = true },
	{ "pay", "approved", "paid", .at = "paid_at", .needs = "reference", .danger = true,
	  .message = "The payout is entered as paid.", .also = payout_pay_also },
	{ "reject", "requested,approved", "rejected", .at = "rejected_at", .needs = "reason",
	  .message = "The payout is rejected.", .many = true },
	ACTS_END,
};

/* What shareholders withdraw: payouts, and nothing else. */
static const struct resource_column WITHDRAWAL[] = {
	PAYOUT_HEAD,
	{ "shareholder_id", F_ID, LISTED | APART | FILTERED | CREATED | REQUIRED, .refers = "shareholders",
	  .help = "Who gets it" },
	{ "shareholder.name", F_TEXT, LISTED, .sql = "s.name" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CREATED | REQUIRED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | SORTED | CREATED | REQUIRED, .min = 1,
	  .help = "No more than is on their account" },
	{ "date", F_DATE, LISTED, .sql = "CAST(COALESCE(t.paid_at, t.created_at) AS DATE)" },
	PAYOUT_SAID,
	PAYOUT_TAIL,
	COLUMNS_END,
};

static const struct resource_column PAYOUT_OWN[] = {
	PAYOUT_HEAD,
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "amount", F_MONEY, .flags = LISTED | SORTED },
	PAYOUT_TAIL,
	COLUMNS_END,
};

static const struct resource_column SHAREHOLDER[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "Name" },
	{ "created_at", F_TIME, .flags = LISTED },
	COLUMNS_END,
};

static const struct resource_column PROFIT_RULE[] = {
	{ "shareholder_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "shareholders",
	  .help = "Whose share" },
	{ "shareholder.name", F_TEXT, LISTED | SEARCHED, .sql = "s.name" },
	{ "rate", F_RATE, LISTED | SORTED | CHANGED | REQUIRED,
	  .help = "Of the profit, in basis points: 2500 is a quarter" },
	{ "since", F_DATE, LISTED | FILTERED | SORTED | CHANGED | REQUIRED,
	  .help = "Of months that begin on this day or later" },
	COLUMNS_END,
};

static const struct resource_column PROFIT_SHARE[] = {
	{ "shareholder_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "shareholders",
	  .help = "Whose share" },
	{ "shareholder.name", F_TEXT, LISTED | SEARCHED, .sql = "s.name" },
	{ "month", F_DATE, LISTED | FILTERED | SORTED | CREATED | REQUIRED,
	  .help = "The first day of a month that is over" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CREATED | REQUIRED, .help = "In which it was made" },
	{ "profit", F_MONEY, .flags = LISTED },
	{ "rate", F_RATE, .flags = LISTED },
	{ "amount", F_MONEY, .flags = LISTED | SORTED },
	{ "created_at", F_TIME, .flags = LISTED },
	COLUMNS_END,
};

#define OF_SHAREHOLDER "LEFT JOIN shareholder s ON s.id = t.shareholder_id"

const struct resource RESOURCES_FINANCE[] = {
	{ "payouts", "payout", "Payouts", "number", "payout",
	  "LEFT JOIN organizer o ON o.id = t.organizer_id LEFT JOIN merchant m ON m.id = t.merchant_id"
	  " LEFT JOIN account r ON r.id = t.requested_by LEFT JOIN account v ON v.id = t.approved_by " OF_SHAREHOLDER,
	  PAYOUT, STAFF, TREASURERS, .stamps = STAMP_UPDATED, .permanent = true, .order = "-id", .acts = PAYOUT_ACTS,
	  .page = "payout/show.html", .check = payout_check, .insert = payout_insert },
	{ "finances/profit-withdrawals", "withdrawal", "Profit withdrawals", "number", "payout",
	  "LEFT JOIN shareholder s ON s.id = t.shareholder_id LEFT JOIN account r ON r.id = t.requested_by"
	  " LEFT JOIN account v ON v.id = t.approved_by",
	  WITHDRAWAL, STAFF, TREASURERS, .part = "t.shareholder_id IS NOT NULL", .stamps = STAMP_UPDATED,
	  .permanent = true, .parent = "shareholder_id", .order = "-id", .acts = PAYOUT_ACTS,
	  .insert = withdrawal_insert },
	{ "payouts", "payout", "Payouts", "number", "payout", NULL, PAYOUT_OWN, ORGANIZER, NOBODY, .right = RIGHT_MONEY,
	  .mount = "organizer", .owner = "organizer_id", .permanent = true, .order = "-id",
	  .page = "payout/show.html" },
	{ "payouts", "payout", "Payouts", "number", "payout", NULL, PAYOUT_OWN, MERCHANT, NOBODY, .mount = "merchant",
	  .owner = "merchant_id", .permanent = true, .order = "-id" },
	{ "shareholders", "shareholder", "Shareholders", "name", "shareholder", NULL, SHAREHOLDER, STAFF, TREASURERS,
	  .stamps = STAMPS, .order = "name" },
	{ "profit-rules", "profit_rule", "Profit rules", "since", "profit_rule", OF_SHAREHOLDER, PROFIT_RULE, STAFF,
	  TREASURERS, .stamps = STAMPS, .parent = "shareholder_id", .order = "-since",
	  .twice = "There is a rule of theirs from this day on already." },
	{ "finances/profit-share", "profit_share", "Profit shares", "month", "profit_share", OF_SHAREHOLDER,
	  PROFIT_SHARE, STAFF, TREASURERS, .permanent = true, .parent = "shareholder_id", .order = "-month",
	  .check = profit_check, .insert = profit_insert },
	RESOURCES_END,
};
