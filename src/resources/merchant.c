/* What merchants took from cards. It is made by charging (app/charge.c), not by a form of its own. */
#include "app/card_office.h"
#include "app/charge.h"
#include "resources/family.h"

static const struct resource_column CHARGE[] = {
	{ "number", F_TEXT, LISTED | SEARCHED, .as = AS_ID, .sql = "CONCAT('#', t.id)", .sought = "t.id = ?" },
	{ "status", F_CHOICE, LISTED | FILTERED, .choices = "done,reversed" },
	{ "card_uid", F_TEXT, LISTED | SEARCHED, .as = AS_CODE, .sql = "n.uid", .label = "Card" },
	{ "amount", F_MONEY, .flags = LISTED | SORTED },
	{ "currency", F_CURRENCY, .flags = LISTED | FILTERED },
	{ "note", F_TEXT, .flags = LISTED },
	{ "balance", F_MONEY, SHOWN, .label = "Left on the card" },
	{ "created_at", F_TIME, LISTED | FILTERED | SORTED, .label = "When" },
	{ "reversed_at", F_TIME, SHOWN, .label = "Given back" },
	COLUMNS_END,
};

static const struct act CHARGE_ACTS[] = {
	{ "reverse", "done", "reversed", MERCHANT, .at = "reversed_at", .also = charge_reverse_also, .danger = true,
	  .message = "It is given back. The money is on the card again." },
	ACTS_END,
};

/* clang-format off */
#define ON_CARD                                                                                                        \
	"COALESCE((SELECT x.balance FROM ledger_account x WHERE x.kind = 'card' AND x.owner_id = t.id"                 \
	" AND x.currency = t.currency), 0)"
/* A lost card stays lost; else it is active or blocked while somebody has it, and in stock or blocked while nobody has. */
#define MAY_BECOME                                                                                                     \
	"CASE ? WHEN t.status THEN 1 WHEN 'active' THEN t.customer_id IS NOT NULL AND t.status <> 'lost'"              \
	" WHEN 'stock' THEN t.customer_id IS NULL AND t.status <> 'lost' WHEN 'blocked' THEN t.status <> 'lost'"       \
	" ELSE t.customer_id IS NOT NULL END"
/* clang-format on */

/* By who has it, by its number, and by whose stock it is in. */
static const struct sought_way CARDS_BY = {
	.people = { "JOIN customer k ON k.account_id = n.account_id JOIN nfc_card x ON x.customer_id = k.id" },
	.codes = { "SELECT x.id FROM nfc_card x WHERE x.uid LIKE ?",
		   "SELECT x.id FROM merchant y JOIN nfc_card x ON x.merchant_id = y.id"
		   " WHERE CONCAT(' ', COALESCE(y.company_words, LOWER(y.company))) LIKE CONCAT('% ', ?)" },
};

static const struct resource_column NFC_CARD[] = {
	{ "uid", F_TEXT, NAMED | CREATED | REQUIRED, .as = AS_START, .max = 60, .label = "Number",
	  .help = "As printed or read, with or without colons", .rule = card_uid_rule },
	{ "status", F_CHOICE, LISTED | FILTERED | SORTED | EDITED | REQUIRED, .choices = "stock,active,blocked,lost",
	  .help = "Nobody pays with a blocked or lost card", .guard = MAY_BECOME,
	  .kept = "A lost card stays so; else a card that somebody has is active or blocked, and one that nobody has in stock or blocked." },
	{ "merchant_id", F_ID, LISTED | FILTERED | CHANGED, .refers = "merchants",
	  .help = "In whose stock it is; empty: nobody's yet", .guard = "t.status = 'stock' OR t.merchant_id <=> ?",
	  .kept = "This card is not in stock, so it stays where it is." },
	{ "merchant.company", F_TEXT, LISTED | SEARCHED, .sql = "m.company", .label = "Merchant" },
	{ "customer_id", F_ID, LISTED | FILTERED, .refers = "customers" },
	{ "customer.name", F_TEXT, LISTED | SEARCHED, .sql = "a.name" },
	{ "balance", F_MONEY, SHOWN, .sql = ON_CARD, .label = "On it" },
	{ "currency", F_CURRENCY, .flags = SHOWN },
	{ "assigned_at", F_TIME, LISTED | SORTED, .label = "Handed out" },
	{ "created_at", F_TIME, .flags = LISTED | FILTERED | SORTED | APART },
	COLUMNS_END,
};

const struct resource RESOURCES_MERCHANT[] = {
	{ "nfc-cards", "nfc_card", "Cards", "uid", "nfc_card",
	  "LEFT JOIN merchant m ON m.id = t.merchant_id LEFT JOIN customer k ON k.id = t.customer_id"
	  " LEFT JOIN account a ON a.id = k.account_id",
	  NFC_CARD, STAFF, MANAGERS, .found_by = &CARDS_BY, .permanent = true, .stamps = STAMPS,
	  .parent = "customer_id", .order = "-id",
	  .twice = "This customer has another active card. Block that one first.", .page = "admin/card.html",
	  .leads = "bulk", .check = card_office_check, .insert = card_office_insert },
	{ "charges", "charge", "Charges", "number", "card_charge", "LEFT JOIN nfc_card n ON n.id = t.card_id", CHARGE,
	  MERCHANT, NOBODY, .mount = "merchant", .owner = "merchant_id", .permanent = true, .stamps = STAMP_UPDATED,
	  .order = "-id", .acts = CHARGE_ACTS, .page = "merchant/receipt.html", .detail = charge_receipt_beside },
	RESOURCES_END,
};
