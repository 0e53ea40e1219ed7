/* Refunds and disputes. Who enters one holds the payment's lock, so the sum that the guard compares is the sum that there is. */
#include "store/refund.h"
#include "base/uuid.h"
#include "store/fee.h"
#include <string.h>

#define GIVEN_OF_PAYMENT                                                                                               \
	"(SELECT COALESCE(SUM(r.amount), 0) FROM payment_refund r WHERE r.payment_id = p.id AND r.state <> 'failed')"

int64_t refund_left(struct db *db, int64_t payment_id)
{
	return db_int(db, "SELECT p.amount - " GIVEN_OF_PAYMENT " FROM payment p WHERE p.id = ?", args(payment_id));
}

const char *refund_lock(struct db *db, int64_t order_id, int64_t payment_id)
{
	const struct row *payment = db_one(db,
					   "SELECT p.status FROM orders o STRAIGHT_JOIN payment p ON p.order_id = o.id"
					   " WHERE o.id = ? AND p.id = ? FOR UPDATE",
					   args(order_id, payment_id));

	return payment ? row_text(payment, "status") : NULL;
}

bool refund_lock_order(struct db *db, int64_t order_id)
{
	return db_one(db,
		      "SELECT p.id FROM orders o STRAIGHT_JOIN payment p ON p.live_order_id = o.id AND p.status = 'succeeded'"
		      " WHERE o.id = ? AND o.status = 'paid' FOR UPDATE",
		      args(order_id)) != NULL;
}

bool refund_open(struct db *db, int64_t payment_id, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_exec(db,
		       "INSERT INTO payment_refund (uuid, payment_id, amount, currency, origin, state, created_at, updated_at)"
		       " SELECT ?, p.id, p.amount - " GIVEN_OF_PAYMENT
		       ", p.currency, 'here', 'asked', ?, ? FROM payment p"
		       " WHERE p.id = ? AND p.status = 'refunding' AND p.amount > " GIVEN_OF_PAYMENT,
		       args(arg_bytes(uuid, sizeof uuid), arg_time(now), arg_time(now), payment_id)) >= 0;
}

bool refund_of_ticket_asked(struct db *db, const struct row *request, ms_t now)
{
	int64_t amount = row_int(request, "amount");
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_exec(db,
		       "INSERT INTO payment_refund (uuid, payment_id, refund_request_id, amount, currency, origin, reason, state,"
		       " created_at, updated_at)"
		       " SELECT ?, p.id, ?, ?, p.currency, 'here', CONCAT('ticket ', ?), 'asked', ?, ?"
		       " FROM payment p WHERE p.live_order_id = ? AND p.status = 'succeeded'"
		       " AND p.amount >= ? + " GIVEN_OF_PAYMENT,
		       args(arg_bytes(uuid, sizeof uuid), row_int(request, "id"), amount, row_int(request, "ticket_id"),
			    arg_time(now), arg_time(now), row_int(request, "order_id"), amount)) == 1;
}

bool refund_of_ticket_again(struct db *db, int64_t request_id, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_exec(db,
		       "UPDATE payment_refund f JOIN payment p ON p.id = f.payment_id AND p.status = 'succeeded'"
		       " SET f.uuid = ?, f.state = 'asked', f.provider_reference = NULL, f.updated_at = ?"
		       " WHERE f.refund_request_id = ? AND f.state = 'failed' AND p.amount >= f.amount + " GIVEN_OF_PAYMENT,
		       args(arg_bytes(uuid, sizeof uuid), arg_time(now), request_id)) == 1;
}

const struct rows *refund_parts_asked(struct db *db)
{
	return db_query(
		db,
		"SELECT p.id FROM payment_refund r JOIN payment p ON p.id = r.payment_id AND p.status = 'succeeded'"
		" WHERE r.state = 'asked' GROUP BY p.id ORDER BY MIN(r.updated_at) LIMIT 50",
		no_args);
}

const struct rows *refund_asked(struct db *db, int64_t payment_id)
{
	return db_query(db,
			"SELECT id, uuid AS `uuid:uuid`, amount, currency FROM payment_refund"
			" WHERE payment_id = ? AND state = 'asked' ORDER BY id",
			args(payment_id));
}

bool refund_move(struct db *db, int64_t id, const char *state, const char *reference, ms_t now)
{
	return db_exec(db,
		       "UPDATE payment_refund SET state = ?, provider_reference = COALESCE(NULLIF(?, ''), provider_reference),"
		       " updated_at = ? WHERE id = ? AND state IN ('asked', 'pending') AND state <> ?",
		       args(state, reference, arg_time(now), id, state)) == 1;
}

/* A uuid that is none, or none of ours, is NULL, which nothing equals. */
static struct arg uuid_arg(const char *uuid, uint8_t bytes[UUID_BYTES])
{
	return *uuid && uuid_parse(uuid, bytes) ? arg_bytes(bytes, UUID_BYTES) : arg_null();
}

void refund_drop(struct db *db, int64_t id)
{
	if (!db_exec(
		    db,
		    "UPDATE payment_refund SET state = 'failed' WHERE id = ? AND state = 'asked' AND refund_request_id IS NOT NULL",
		    args(id)))
		db_exec(db, "DELETE FROM payment_refund WHERE id = ? AND state = 'asked'", args(id));
}

bool refund_known(struct db *db, const char *uuid, const char *reference, const char *state)
{
	uint8_t bytes[UUID_BYTES];

	return db_int(db,
		      "SELECT COUNT(*) FROM payment_refund WHERE (uuid = ? OR provider_reference = ?)"
		      " AND (? IS NULL OR state = ?)",
		      args(uuid_arg(uuid, bytes), reference, state, state)) > 0;
}

int64_t refund_move_known(struct db *db, const char *uuid, const char *reference, const char *state, ms_t now)
{
	uint8_t bytes[UUID_BYTES];
	int64_t id = db_int(db, "SELECT id FROM payment_refund WHERE uuid = ? OR provider_reference = ? LIMIT 1",
			    args(uuid_arg(uuid, bytes), reference));

	return id && refund_move(db, id, state, reference, now) ? id : 0;
}

int64_t refund_enter(struct db *db, const struct refund_found *found, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_insert(
		db,
		"INSERT INTO payment_refund (uuid, payment_id, amount, currency, provider_reference, origin, reason, state,"
		" created_at, updated_at)"
		" SELECT ?, p.id, ?, p.currency, ?, ?, ?, ?, ?, ? FROM payment p"
		" WHERE p.id = ? AND p.currency = ? AND p.status IN ('succeeded', 'refunding', 'refunded')"
		" AND p.amount >= ? + " GIVEN_OF_PAYMENT,
		args(arg_bytes(uuid, sizeof uuid), found->amount, found->reference, found->origin, found->reason,
		     found->state, arg_time(now), arg_time(now), found->payment_id, found->currency, found->amount));
}

int64_t refund_given(struct db *db, int64_t payment_id)
{
	return db_int(db, "SELECT SUM(amount) FROM payment_refund WHERE payment_id = ? AND state = 'done'",
		      args(payment_id));
}

/* What one refund gives back of a payment's fee or tax: by so much has what went back of it grown. */
#define BACK_BEFORE(column)                                                                                            \
	"COALESCE((SELECT SUM(x." column ") FROM payment_refund x"                                                     \
	" WHERE x.payment_id = p.id AND x.state = 'done' AND x.id <> r.id), 0)"
#define BACK_NOW(column)                                                                                               \
	GONE_BACK("p." column, "r.amount + " BACK_BEFORE("amount"), "p.amount") " - " BACK_BEFORE(column) " AS " column

static bool keep_parts(struct db *db, int64_t id, int64_t fee, int64_t tax)
{
	return (!fee && !tax) ||
	       db_exec(db, "UPDATE payment_refund SET fee = ?, tax = ? WHERE id = ? AND fee = 0 AND tax = 0",
		       args(fee, tax, id)) == 1;
}

enum ledger_posted refund_post(struct db *db, int64_t id, ms_t now)
{
	const struct row *r = db_one(
		db,
		"SELECT r.amount, r.currency, p.method, p.provider, p.card_id, o.organizer_id, " BACK_NOW(
			"fee") ", " BACK_NOW("tax") " FROM payment_refund r JOIN payment p ON p.id = r.payment_id"
						    " JOIN orders o ON o.id = p.order_id WHERE r.id = ?",
		args(id));
	bool card = r && row_is(r, "method", "nfc_card");
	int64_t fee = r ? row_int(r, "fee") : 0, tax = r ? row_int(r, "tax") : 0;

	if (!r || !keep_parts(db, id, fee, tax))
		return LEDGER_FAILED;
	return ledger_post(
		db,
		&(struct ledger_transfer){
			.noun = "payment_refund",
			.kind = "refund",
			.noun_id = id,
			.currency = row_text(r, "currency"),
			.legs = { { card ? "card" : "provider",
				    card ? row_int(r, "card_id") : ledger_provider(row_text(r, "provider")),
				    -row_int(r, "amount") },
				  { "organizer", row_int(r, "organizer_id"), row_int(r, "amount") - fee - tax },
				  { "tax", row_int(r, "organizer_id"), tax },
				  { "platform", 0, fee } } },
		now);
}

enum ledger_posted refund_post_credit(struct db *db, int64_t id, bool from_card, ms_t now)
{
	const struct row *r = db_one(db,
				     "SELECT r.amount, r.currency, p.provider, p.card_id FROM payment_refund r"
				     " JOIN payment p ON p.id = r.payment_id WHERE r.id = ?",
				     args(id));

	if (!r)
		return LEDGER_FAILED;
	return ledger_post(
		db,
		&(struct ledger_transfer){
			.noun = "payment_refund",
			.kind = "refund",
			.noun_id = id,
			.currency = row_text(r, "currency"),
			.legs = { { "provider", ledger_provider(row_text(r, "provider")), -row_int(r, "amount") },
				  { from_card ? "card" : "platform", from_card ? row_int(r, "card_id") : 0,
				    row_int(r, "amount") } } },
		now);
}

const struct rows *refund_waiting(struct db *db, ms_t before)
{
	return db_query(
		db,
		"SELECT payment_id AS id, MIN(updated_at) AS since FROM"
		" (SELECT payment_id, updated_at FROM payment_refund WHERE state = 'pending' AND updated_at < ?"
		" UNION ALL SELECT payment_id, updated_at FROM payment_dispute WHERE status = 'open' AND updated_at < ?) w"
		" GROUP BY payment_id ORDER BY since LIMIT 50",
		args(arg_time(before), arg_time(before)));
}

void refund_tried(struct db *db, int64_t payment_id, ms_t now)
{
	db_exec(db, "UPDATE payment_refund SET updated_at = ? WHERE payment_id = ? AND state = 'pending'",
		args(arg_time(now), payment_id));
	db_exec(db, "UPDATE payment_dispute SET updated_at = ? WHERE payment_id = ? AND status = 'open'",
		args(arg_time(now), payment_id));
}

/* ---- disputes ---- */

enum dispute_change dispute_note(struct db *db, const struct dispute *d, ms_t now)
{
	bool closed = strcmp(d->status, "open") != 0;

	if (db_insert(db,
		      "INSERT INTO payment_dispute (payment_id, amount, currency, provider_reference, reason, status,"
		      " opened_at, due_at, closed_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		      args(d->payment_id, d->amount, d->currency, d->reference, d->reason, d->status,
			   arg_time(d->opened_at ? d->opened_at : now), arg_time_or_null(d->due_at),
			   arg_time_or_null(closed ? now : 0), arg_time(now), arg_time(now))))
		return closed ? DISPUTE_CLOSED : DISPUTE_OPENED;
	if (db_last(db) != DB_DUPLICATE || !closed)
		return DISPUTE_SAME;
	return db_exec(db,
		       "UPDATE payment_dispute SET status = ?, closed_at = ?, updated_at = ?"
		       " WHERE provider_reference = ? AND status = 'open'",
		       args(d->status, arg_time(now), arg_time(now), d->reference)) == 1
		       ? DISPUTE_CLOSED
		       : DISPUTE_SAME;
}

const struct rows *dispute_readers(struct db *db, int64_t organizer_id)
{
	return db_query(db,
			"SELECT a.name, a.email, a.mobile_number, a.locale FROM account a WHERE a.status = 'active'"
			" AND a.id IN (SELECT account_id FROM organizer WHERE id = ? UNION"
			" SELECT account_id FROM account_role WHERE role IN ('finance', 'superadmin'))",
			args(organizer_id));
}
