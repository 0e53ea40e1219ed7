/* The house's books: the lines of the ledger, which nobody writes, what the bank received, what organizers' periods came to, and the
 * months that are closed. */
#include "app/finance.h"
#include "app/settlement.h"
#include "resources/family.h"

/* ---- the ledger, line by line ---- */

/* Whose account it is. */
#define OWNER                                                                                                          \
	"CASE a.kind WHEN 'provider' THEN ELT(a.owner_id, 'sandbox', 'stripe')"                                        \
	" WHEN 'merchant' THEN (SELECT w.company FROM merchant w WHERE w.id = a.owner_id)"                             \
	" WHEN 'card' THEN (SELECT w.uid FROM nfc_card w WHERE w.id = a.owner_id)"                                     \
	" WHEN 'shareholder' THEN (SELECT w.name FROM shareholder w WHERE w.id = a.owner_id)"                          \
	" WHEN 'organizer' THEN (SELECT w.company FROM organizer w WHERE w.id = a.owner_id)"                           \
	" WHEN 'tax' THEN (SELECT w.company FROM organizer w WHERE w.id = a.owner_id) END"

/* Where what it came of is shown to staff; NULL: nowhere. */
#define CAUSE_PAGE                                                                                                     \
	"CASE x.noun WHEN 'payment' THEN (SELECT CONCAT('orders/', w.order_id) FROM payment w WHERE w.id = x.noun_id)" \
	" WHEN 'payment_refund' THEN CONCAT('payment-refunds/', x.noun_id)"                                            \
	" WHEN 'payout' THEN CONCAT('payouts/', x.noun_id) WHEN 'expense' THEN CONCAT('expenses/', x.noun_id)"         \
	" WHEN 'profit_share' THEN CONCAT('finances/profit-share/', x.noun_id)"                                        \
	" WHEN 'deposit' THEN CONCAT('finances/deposits/', x.noun_id) END"

/* What the account is called in the house's own chart of accounts: "1200 Bank" is number and name. */
#define IN_CHART "(SELECT s.value FROM setting s WHERE s.name = CONCAT('accounts.', a.kind))"

static const struct resource_column LEDGER[] = {
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sql = "CONCAT('#', t.id)", .sought = "t.id = ?" },
	{ "at", F_TIME, LISTED | FILTERED, .sql = "x.at" },
	{ "account", F_CHOICE, LISTED | FILTERED, .sql = "a.kind",
	  .choices = "bank,provider,platform,capital,organizer,tax,merchant,shareholder,card" },
	{ "owner_id", F_INT, LISTED | APART | FILTERED, .sql = "a.owner_id", .max = INT64_MAX,
	  .label = "Owner's number", .help = "Whose account: together with the account" },
	{ "owner.name", F_TEXT, LISTED, .sql = OWNER, .label = "Owner" },
	{ "account_number", F_TEXT, LISTED | APART, .sql = "SUBSTRING_INDEX(" IN_CHART ", ' ', 1)" },
	{ "account_name", F_TEXT, LISTED | APART,
	  .sql = "NULLIF(SUBSTR(" IN_CHART ", LENGTH(SUBSTRING_INDEX(" IN_CHART ", ' ', 1)) + 2), '')" },
	{ "noun", F_CHOICE, LISTED | FILTERED, .sql = "x.noun", .at = "page", .label = "Of what",
	  .choices = "payment,payment_refund,charge,card_move,payout,expense,profit_share,deposit" },
	{ "noun_id", F_ID, LISTED | FILTERED, .sql = "x.noun_id", .label = "Its id" },
	{ "page", F_TEXT, LISTED | APART, .sql = CAUSE_PAGE, .label = "Where that is shown" },
	{ "transfer", F_CHOICE, LISTED | FILTERED, .sql = "x.kind",
	  .choices =
		  "sale,refund,reload,fee,charge,reversal,moved,payout,expense,expense_back,share,deposit,deposit_back" },
	{ "transfer_id", F_ID, LISTED | APART | FILTERED, .label = "Transfer's number" },
	{ "currency", F_CURRENCY, LISTED | FILTERED, .sql = "a.currency" },
	{ "amount", F_MONEY, .flags = LISTED },
	{ "figure", F_CHOICE, FILTERED | UNSEEN, .sql = "NULL", .filter = IN_FIGURE, .choices = FIGURE_WORDS,
	  .help = "The lines that this figure of the company's books is the sum of" },
	{ "before", F_ID, FILTERED | UNSEEN, .sql = "NULL", .filter = "t.id < ?",
	  .help = "Lines that are older than this one: a page's last, for the page after it" },
	COLUMNS_END,
};

/* ---- deposits ---- */

static const struct resource_column DEPOSIT[] = {
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sql = "CONCAT('#', t.id)", .sought = "t.id = ?" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "received,revoked" },
	{ "source", F_CHOICE, LISTED | FILTERED | CREATED | REQUIRED, .choices = "capital,provider",
	  .help = "Paid in by whom the house belongs to, or sent on by the payment provider" },
	{ "currency", F_CURRENCY, LISTED | FILTERED | CREATED | REQUIRED, .help = "Of the amount" },
	{ "amount", F_MONEY, LISTED | SORTED | CREATED | REQUIRED, .min = 1, .help = "What the bank received" },
	{ "date", F_DATE, LISTED | FILTERED | SORTED | CREATED | REQUIRED | PAST,
	  .help = "Day on the bank's statement" },
	{ "reference", F_TEXT, LISTED | SEARCHED | CREATED | REQUIRED, .as = AS_CODE, .max = 80,
	  .help = "Of the bank's transfer" },
	{ "note", F_TEXT, SHOWN | CREATED, .max = 300, .otherwise = "", .help = "For whoever reads it later" },
	{ "reason", F_TEXT, SHOWN, .max = 300, .help = "Why it is taken back" },
	{ "made_by", F_TEXT, SHOWN, .sql = "m.name", .label = "Entered by" },
	{ "revoked_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, .flags = LISTED | APART },
	COLUMNS_END,
};

static const struct act DEPOSIT_ACTS[] = {
	{ "revoke", "received", "revoked", .at = "revoked_at", .needs = "reason", .danger = true,
	  .message = "The deposit is taken back. Its money is out of the books.", .also = deposit_revoke },
	ACTS_END,
};

/* ---- settlements ---- */

/* clang-format off */
#define SETTLEMENT_HEAD                                                                                                \
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sought = "t.id = ?",                                      \
	  .sql = "CONCAT('SET-', t.organizer_id, '-', LPAD(t.id, GREATEST(6, LENGTH(t.id)), '0'))" },                  \
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "open,approved,settled" }
#define SETTLEMENT_PERIOD(may)                                                                                         \
	{ "currency", F_CURRENCY, LISTED | FILTERED | (may), .help = "Of this account of theirs" },                    \
	{ "from", F_DATE, LISTED | (may), .sql = "t.from_day", .help = "First day" },                                  \
	{ "to", F_DATE, LISTED | (may), .sql = "t.to_day", .help = "Last day, included" }
#define SETTLEMENT_FIGURES                                                                                             \
	{ "opening", F_MONEY, .flags = SHOWN }, { "sales", F_MONEY, .flags = LISTED },                                 \
	{ "refunds", F_MONEY, .flags = LISTED }, { "fees", F_MONEY, .flags = LISTED },                                 \
	{ "taxes", F_MONEY, .flags = LISTED }, { "paid_out", F_MONEY, .flags = LISTED },                               \
	{ "others", F_MONEY, .flags = SHOWN },                                                                         \
	{ "amount", F_MONEY, LISTED, .sql = "t.closing", .label = "Left at the end" },                                 \
	{ "date", F_DATE, LISTED | APART, .sql = "t.to_day" },                                                         \
	{ "reference", F_TEXT, SHOWN, .sql = "(SELECT w.reference FROM payout w WHERE w.id = t.payout_id)" },          \
	{ "approved_at", F_TIME, .flags = SHOWN }, { "settled_at", F_TIME, .flags = SHOWN },                           \
	{ "created_at", F_TIME, .flags = LISTED | APART | FILTERED }
/* clang-format on */

static const struct resource_column SETTLEMENT[] = {
	SETTLEMENT_HEAD,
	{ "organizer_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "organizers",
	  .help = "Whose period it is" },
	{ "organizer.company", F_TEXT, LISTED, .sql = "o.company", .label = "Organizer" },
	SETTLEMENT_PERIOD(CREATED | REQUIRED),
	SETTLEMENT_FIGURES,
	{ "note", F_TEXT, SHOWN | CREATED | EDITED, .max = 300, .otherwise = "", .help = "For whoever approves it" },
	{ "payout_id", F_ID, LISTED | APART | FILTERED, .refers = "payouts" },
	{ "payout", F_TEXT, SHOWN, .sql = "CONCAT('#', t.payout_id)", .at = "payout_page" },
	{ "payout_page", F_TEXT, SHOWN | APART, .sql = "CONCAT('payouts/', t.payout_id)",
	  .label = "Where that is shown" },
	{ "made_by", F_TEXT, SHOWN, .sql = "m.name", .label = "Made by" },
	{ "approved_by", F_TEXT, SHOWN, .sql = "v.name", .label = "Approved by" },
	COLUMNS_END,
};

static const struct act SETTLEMENT_ACTS[] = {
	{ "approve", "open", "approved", .at = "approved_at", .message = "The settlement is approved.",
	  .also = settlement_approve_also, .many = true },
	{ "settle", "approved", "settled", .at = "settled_at", .danger = true,
	  .message = "The settlement is settled. What is left of it is asked for as a payout.",
	  .also = settlement_settle_also },
	ACTS_END,
};

static const struct resource_column SETTLEMENT_OWN[] = {
	SETTLEMENT_HEAD,
	SETTLEMENT_PERIOD(0),
	SETTLEMENT_FIGURES,
	COLUMNS_END,
};

/* ---- months ---- */

/* clang-format off */
#define KEPT_FIGURE(name) { name, F_MONEY, .help = "As in the company's books" }
/* clang-format on */
static const struct field KEPT_FIGURES[] = {
	{ "currency", F_CURRENCY, .help = "Of these figures" },
	KEPT_FIGURE("sales"),
	KEPT_FIGURE("refunds"),
	KEPT_FIGURE("taxes"),
	KEPT_FIGURE("fees"),
	KEPT_FIGURE("expenses"),
	KEPT_FIGURE("profit"),
	KEPT_FIGURE("payouts"),
	KEPT_FIGURE("deposits"),
	FIELDS_END,
};

#define KEPT(name) "'" name "', w." name
static const struct resource_column MONTH[] = {
	{ "month", F_DATE, LISTED | SORTED | FILTERED | CREATED | REQUIRED,
	  .help = "The first day of a month that is over" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "open,closed" },
	{ "figures", F_LIST, SHOWN, .of = KEPT_FIGURES, .otherwise = "",
	  .sql = "(SELECT COALESCE(JSON_ARRAYAGG(JSON_OBJECT('currency', w.currency, " KEPT("sales") ", " KEPT("refunds") ", " KEPT(
		  "taxes") ", " KEPT("fees") ", " KEPT("expenses") ", " KEPT("profit") ", " KEPT("payouts") ", " KEPT("deposits") ")), '[]') FROM finance_month_sum w WHERE w.month_id = t.id)",
	  .label = "Kept" },
	{ "closed_at", F_TIME, .flags = LISTED },
	{ "closed_by", F_TEXT, LISTED | SEARCHED, .sql = "m.name", .label = "Closed by" },
	{ "reopened_at", F_TIME, .flags = SHOWN },
	{ "reason", F_TEXT, SHOWN, .max = 300, .help = "Why it is opened again" },
	COLUMNS_END,
};

static const struct act MONTH_ACTS[] = {
	{ "close", "open", "closed", .message = "The month is closed.", .danger = true, .also = month_close_also },
	{ "reopen", "closed", "open", SUPERADMIN, .at = "reopened_at", .needs = "reason", .danger = true,
	  .message = "The month is open again.", .also = month_reopen_also },
	ACTS_END,
};

#define BY_PERSON "LEFT JOIN account m ON m.id = t.made_by"

const struct resource RESOURCES_BOOK[] = {
	{ "ledger", "ledger_line", "Ledger", "number", "ledger_entry",
	  "LEFT JOIN ledger_transfer x ON x.id = t.transfer_id LEFT JOIN ledger_account a ON a.id = t.account_id",
	  LEDGER, TREASURERS, NOBODY, .walked = true, .straight = true, .narrow = ledger_narrow, .order = "-id" },
	{ "finances/deposits", "deposit", "Deposits", "number", "deposit", BY_PERSON, DEPOSIT, STAFF, TREASURERS,
	  .stamps = STAMP_UPDATED, .permanent = true, .order = "-id", .acts = DEPOSIT_ACTS, .check = deposit_check,
	  .insert = deposit_insert },
	{ "finances/settlements", "settlement", "Settlements", "number", "settlement",
	  "LEFT JOIN organizer o ON o.id = t.organizer_id LEFT JOIN account v ON v.id = t.approved_by " BY_PERSON,
	  SETTLEMENT, STAFF, TREASURERS, .stamps = STAMP_UPDATED, .order = "-id", .open = "open",
	  .acts = SETTLEMENT_ACTS, .page = "settlement/show.html", .insert = settlement_insert },
	{ "settlements", "settlement", "Settlements", "number", "settlement", NULL, SETTLEMENT_OWN, ORGANIZER, NOBODY,
	  .right = RIGHT_MONEY, .mount = "organizer", .owner = "organizer_id", .permanent = true, .order = "-id",
	  .page = "settlement/show.html" },
	{ "finances/months", "month", "Months", "month", "finance_month", "LEFT JOIN account m ON m.id = t.closed_by",
	  MONTH, STAFF, TREASURERS, .stamps = STAMP_UPDATED, .permanent = true, .order = "-month", .acts = MONTH_ACTS,
	  .check = month_check, .insert = month_insert },
	RESOURCES_END,
};
