/* What a merchant sets for their counter. Each is looked at where it matters: when a card is charged (charge.c), when one is handed
 * out (merchant.c), and when the customer is told of either. */
#include "app/actions/merchant.h"
#include "store/merchant.h"
#include <string.h>

const struct field MERCHANT_SETTINGS[] = {
	{ "receipt_name", F_TEXT, .max = 80, .help = "Your name on receipts; empty: the company's" },
	{ "charge_note", F_TEXT, .max = 200,
	  .help = "What a charge is for that says nothing else; the customer reads it" },
	{ "charge_most", F_MONEY, .min = 1,
	  .help = "The most that one charge may be, so that no slip of a finger takes more; empty: what is on the card" },
	{ "currency", F_CURRENCY, .help = "When given, it must be that of cards here" },
	{ "stock_low", F_INT, .min = 1, .max = 100000,
	  .help = "When no more cards than this are left in your stock, you are told; empty: never" },
	FIELDS_END,
};
const struct field MERCHANT_SETTINGS_ANSWER[] = {
	{ "company", F_TEXT, .help = "Your company, which the staff set" },
	{ "receipt_name", F_TEXT, .null = true, .help = "Your name on receipts; null: the company's" },
	{ "charge_note", F_TEXT, .null = true, .help = "What a charge is for that says nothing else" },
	{ "charge_most", F_MONEY, .null = true, .help = "The most that one charge may be" },
	{ "currency", F_CURRENCY, .help = "Of that, and of cards that you hand out" },
	{ "stock_low", F_INT, .null = true, .help = "With how few cards left you are told" },
	FIELDS_NAMED("merchant_settings"),
};

static void answer_number(struct json_object *into, const struct row *row, const char *name)
{
	if (row_null(row, name))
		answer_null(into, name);
	else
		answer_int(into, name, row_int(row, name));
}

static void answer_settings(struct request *rq, struct json_object *into, const struct row *row)
{
	answer_text(into, "company", row_text(row, "company"));
	answer_text(into, "receipt_name", row_null(row, "receipt_name") ? NULL : row_text(row, "receipt_name"));
	answer_text(into, "charge_note", row_null(row, "charge_note") ? NULL : row_text(row, "charge_note"));
	answer_number(into, row, "charge_most");
	answer_text(into, "currency", rq->config->card_currency);
	answer_number(into, row, "stock_low");
}

/* GET settings/, and the page. */
int merchant_settings_show(struct request *rq)
{
	const struct row *row = merchant_settings(rq->db, rq->who.role_id, false);

	if (row)
		answer_settings(rq, rq->data, row);
	return ANSWERED;
}

/* As it was sent, taken away, or as it was. */
static const char *text_wanted(const struct request *rq, const struct row *row, const char *name)
{
	if (field_given(rq, name))
		return field_text(rq, name);
	return field_cleared(rq, name) || row_null(row, name) ? NULL : row_text(row, name);
}

static int64_t number_wanted(const struct request *rq, const struct row *row, const char *name)
{
	if (field_given(rq, name))
		return field_int(rq, name);
	return field_cleared(rq, name) || row_null(row, name) ? 0 : row_int(row, name);
}

/* PUT settings/, and the page's form. */
int merchant_settings_change(struct request *rq)
{
	const struct row *row = merchant_settings(rq->db, rq->who.role_id, true);
	const char *currency = field_text(rq, "currency");
	struct json_object *before, *after;
	struct merchant_set set;

	if (!row)
		return ANSWERED;
	if (currency && strcmp(currency, rq->config->card_currency)) {
		field_fault(rq, "currency", "What is on cards here is %s.", rq->config->card_currency);
		return refuse_fields(rq);
	}
	before = json_object_new_object();
	answer_settings(rq, before, row);
	set = (struct merchant_set){ .receipt_name = text_wanted(rq, row, "receipt_name"),
				     .charge_note = text_wanted(rq, row, "charge_note"),
				     .charge_most = number_wanted(rq, row, "charge_most"),
				     .stock_low = number_wanted(rq, row, "stock_low") };
	if (!merchant_settings_set(rq->db, rq->who.role_id, &set))
		return ANSWERED;
	row = merchant_settings(rq->db, rq->who.role_id, false);
	if (!row)
		return ANSWERED;
	after = json_object_new_object();
	answer_settings(rq, after, row);
	audit_change(rq, "update", "merchant", rq->who.role_id, before, after);
	answer_settings(rq, rq->data, row);
	say(rq, "Saved.");
	return ANSWERED;
}
