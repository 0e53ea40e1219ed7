/* What deliveries say. The rows are those of staff's nouns, as GET answers them: whoever reads the one reads the other. They are read
 * when it is first sent, a moment after it happened, and kept from then on. */
#include "app/resource.h"
#include "app/webhook.h"
#include "store/transfer.h"

struct saying {
	struct db *db;
	struct json_object *data;
	int64_t customer_id;
	bool whole; /* is all there that it is about? */
};

/* The row of a noun, under key. What its column of says comes back: which other it belongs to. */
static int64_t add(struct saying *s, const char *key, const char *path, int64_t id, const char *of)
{
	const struct resource *r = resource_named(NULL, path);
	const struct row *row = id ? noun_get(s->db, (struct noun_view){ &resource_made(r)->noun, 0 }, id) : NULL;

	if (!row) {
		s->whole = false;
		return 0;
	}
	answer_add(s->data, key, resource_json(row));
	if (row_has(row, "customer_id"))
		s->customer_id = row_int(row, "customer_id");
	return of ? row_int(row, of) : 0;
}

static void say_order(struct saying *s, int64_t id)
{
	add(s, "order", "orders", id, NULL);
}

static void say_refund(struct saying *s, int64_t id)
{
	add(s, "order", "orders", add(s, "refund", "payment-refunds", id, "order_id"), NULL);
}

/* Its message, and the number that it went to, are theirs. */
static void say_transfer(struct saying *s, int64_t id)
{
	const struct row *row = transfer_any(s->db, id);
	struct json_object *transfer;

	if (!row) {
		s->whole = false;
		return;
	}
	transfer = answer_object(s->data, "transfer");
	answer_int(transfer, "id", id);
	answer_text(transfer, "kind", row_text(row, "kind"));
	answer_text(transfer, "status", row_text(row, "status"));
	answer_int(transfer, "from_customer_id", row_int(row, "from_customer_id"));
	answer_int(transfer, "to_customer_id", row_int(row, "to_customer_id"));
	answer_time(transfer, "created_at", row_time(row, "created_at"));
	answer_time(transfer, "settled_at", row_time(row, "settled_at"));
	add(s, "ticket", "tickets", row_int(row, "ticket_id"), NULL);
}

/* What a card says lets in, as a code does, so it is not said. */
static void say_scan(struct saying *s, int64_t id)
{
	add(s, "ticket", "tickets", add(s, "scan", "logs/checkin", id, "ticket_id"), NULL);
	json_object_object_del(json_object_object_get(s->data, "scan"), "card_uid");
}

static void say_payout(struct saying *s, int64_t id)
{
	add(s, "payout", "payouts", id, NULL);
}

static const struct {
	const char *type;
	void (*say)(struct saying *s, int64_t id);
} SAYINGS[] = {
	{ "order.paid", say_order },	 { "order.refunded", say_refund },
	{ "refund.failed", say_refund }, { "ticket.transferred", say_transfer },
	{ "ticket.scanned", say_scan },	 { "payout.paid", say_payout },
};

/* A test says which webhook it is of, and no more. */
static void say_what(struct saying *s, const struct row *delivery)
{
	for (size_t i = 0; i < sizeof SAYINGS / sizeof *SAYINGS; i++)
		if (row_is(delivery, "type", SAYINGS[i].type)) {
			SAYINGS[i].say(s, row_int(delivery, "noun_id"));
			return;
		}
	answer_int(s->data, "webhook_id", row_int(delivery, "webhook_id"));
}

/* By what guests can be reached, for whom a setting keeps it from. */
static void forget_contacts(struct json_object *data)
{
	json_object_object_foreach(data, key, value)
	{
		struct json_object *customer = NULL;

		(void)key;
		if (json_object_is_type(value, json_type_object) &&
		    json_object_object_get_ex(value, "customer", &customer) &&
		    json_object_is_type(customer, json_type_object)) {
			json_object_object_del(customer, "mobile_number");
			json_object_object_del(customer, "email");
		}
	}
}

const char *webhook_body(TALLOC_CTX *ctx, struct db *db, const struct row *delivery, bool contacts,
			 int64_t *customer_id)
{
	struct json_object *body = json_object_new_object();
	struct saying s = { .db = db, .whole = true };
	const char *text;

	answer_text(body, "type", row_text(delivery, "type"));
	answer_time(body, "timestamp", row_time(delivery, "happened_at"));
	s.data = answer_object(body, "data");
	say_what(&s, delivery);
	if (!contacts)
		forget_contacts(s.data);
	text = s.whole && db_error(db) == DB_OK
		       ? talloc_strdup(ctx, json_object_to_json_string_ext(
						    body, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE))
		       : NULL;
	json_object_put(body);
	*customer_id = s.customer_id;
	return text;
}
