/* What merchants took from cards. It is made by charging (app/charge.c), not by a form of its own. */
#include "app/charge.h"
#include "resources/family.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define DAYS TEXT(CHARGE_DAYS)

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
	{ "late", F_BOOL, SHOWN, .sql = "t.created_at <= UTC_TIMESTAMP(3) - INTERVAL " DAYS " DAY",
	  .label = "Too old to be given back" },
	COLUMNS_END,
};

static const struct act CHARGE_ACTS[] = {
	{ "reverse", "done", "reversed", MERCHANT, .at = "reversed_at", .unless = "late",
	  .unfit = "This charge is more than 30 days old. Ask the staff.", .also = charge_reverse_also, .danger = true,
	  .message = "It is given back. The money is on the card again." },
	ACTS_END,
};

const struct resource RESOURCES_MERCHANT[] = {
	{ "charges", "charge", "Charges", "number", "card_charge", "LEFT JOIN nfc_card n ON n.id = t.card_id", CHARGE,
	  MERCHANT, NOBODY, .mount = "merchant", .owner = "merchant_id", .permanent = true, .stamps = STAMP_UPDATED,
	  .order = "-id", .acts = CHARGE_ACTS },
	RESOURCES_END,
};
