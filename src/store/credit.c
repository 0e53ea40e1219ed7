/* Payments that are no order's. */
#include "store/credit.h"
#include "base/uuid.h"
#include "store/copy.h"
#include "store/ledger.h"
#include "store/payment.h"

#define CREDIT PAYMENT_COLUMNS("p.", "") ", p.purpose, p.customer_id, p.automatic AS `automatic:bool`"
#define MADE " RETURNING " PAYMENT_COLUMNS("", "") ", purpose, customer_id, automatic AS `automatic:bool`"

/* Both look themselves whose schema it is, as payment_start() does. */
static const struct row *started(struct db *db, const struct row *payment)
{
	if (!payment && db_last(db) == DB_OK)
		db_schema_refused(db);
	return payment;
}

const struct row *credit_start_reload(struct db *db, const uint8_t uuid[UUID_BYTES], int64_t customer_id,
				      int64_t card_id, int64_t amount, const char *provider, ms_t now)
{
	return started(
		db,
		db_one(db,
		       "INSERT INTO payment (uuid, customer_id, purpose, card_id, provider, method, amount, currency,"
		       " status, created_at, updated_at)"
		       " SELECT ?, n.customer_id, 'reload', n.id, ?, 'card', ?, n.currency, 'processing', ?, ?"
		       " FROM nfc_card n WHERE n.id = ? AND n.customer_id = ? AND n.status = 'active'"
		       " AND " NOT_A_COPY " AND " SCHEMA_HELD MADE,
		       args(arg_bytes(uuid, UUID_BYTES), provider, amount, arg_time(now), arg_time(now), card_id,
			    customer_id, db_schema_expected(db))));
}

const struct row *credit_start_fee(struct db *db, int64_t customer_id, int64_t amount, const char *currency,
				   const char *provider, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return started(
		db,
		db_one(db,
		       "INSERT INTO payment (uuid, customer_id, purpose, provider, method, amount, currency, status,"
		       " created_at, updated_at)"
		       " SELECT ?, c.id, 'registration_fee', ?, 'card', ?, ?, 'processing', ?, ? FROM customer c"
		       " WHERE c.id = ? AND c.registration_fee_paid_at IS NULL"
		       " AND " NOT_A_COPY " AND " SCHEMA_HELD MADE,
		       args(arg_bytes(uuid, sizeof uuid), provider, amount, currency, arg_time(now), arg_time(now),
			    customer_id, db_schema_expected(db))));
}

#define AUTO                                                                                                           \
	" FROM nfc_card n LEFT JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = n.id"                         \
	" AND x.currency = n.currency"
/* What is under way is waited for. */
#define AUTO_DUE                                                                                                       \
	"n.reload_below IS NOT NULL AND n.reload_provider = ? AND n.status = 'active' AND n.reload_failed_at IS NULL"  \
	" AND COALESCE(x.balance, 0) < n.reload_below AND NOT EXISTS (SELECT 1 FROM payment y WHERE y.card_id = n.id"  \
	" AND y.purpose = 'reload' AND y.status IN ('processing', 'requires_action'))"

const struct row *credit_start_auto(struct db *db, int64_t card_id, const char *provider, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return started(
		db,
		db_one(db,
		       "INSERT INTO payment (uuid, customer_id, purpose, card_id, provider, method, amount, currency,"
		       " status, automatic, created_at, updated_at)"
		       " SELECT ?, n.customer_id, 'reload', n.id, ?, 'card', n.reload_amount, n.currency,"
		       " 'processing', 1, ?, ?" AUTO " WHERE n.id = ? AND " AUTO_DUE " AND " NOT_A_COPY
		       " AND " SCHEMA_HELD MADE,
		       args(arg_bytes(uuid, sizeof uuid), provider, arg_time(now), arg_time(now), card_id, provider,
			    db_schema_expected(db))));
}

const struct rows *credit_auto_due(struct db *db, const char *provider)
{
	return db_query(db, "SELECT n.id" AUTO " WHERE " AUTO_DUE " ORDER BY n.id LIMIT 50", args(provider));
}

const struct row *credit_auto_card(struct db *db, int64_t card_id)
{
	return db_one(
		db,
		"SELECT n.reload_token AS token, COALESCE(n.reload_payer, '') AS payer, n.reload_provider AS provider,"
		" n.uid, a.mobile_number, a.locale FROM nfc_card n JOIN customer c ON c.id = n.customer_id"
		" JOIN account a ON a.id = c.account_id"
		" WHERE n.id = ? AND n.status = 'active' AND n.reload_token IS NOT NULL",
		args(card_id));
}

void credit_auto_failed(struct db *db, int64_t card_id, ms_t now)
{
	db_exec(db, "UPDATE nfc_card SET reload_failed_at = ? WHERE id = ?", args(arg_time(now), card_id));
}

const struct row *credit_of_payment(struct db *db, int64_t payment_id, int64_t customer_id)
{
	return db_one(db,
		      "SELECT " CREDIT " FROM payment p WHERE p.id = ? AND p.order_id IS NULL"
		      " AND (? = 0 OR p.customer_id = ?)",
		      args(payment_id, customer_id, customer_id));
}

const struct row *credit_of_payment_uuid(struct db *db, const char *uuid)
{
	uint8_t bytes[UUID_BYTES];

	return uuid_parse(uuid, bytes)
		       ? db_one(db, "SELECT " CREDIT " FROM payment p WHERE p.uuid = ? AND p.order_id IS NULL",
				args(arg_bytes(bytes, sizeof bytes)))
		       : NULL;
}

const struct rows *credit_open(struct db *db, int64_t customer_id, int64_t card_id)
{
	return db_query(db,
			"SELECT " CREDIT " FROM payment p WHERE p.customer_id = ? AND p.order_id IS NULL"
			" AND COALESCE(p.card_id, 0) = ? AND p.status IN ('processing', 'requires_action')"
			" ORDER BY p.id DESC LIMIT 10",
			args(customer_id, card_id));
}

const struct row *credit_of_reference(struct db *db, const char *provider, const char *reference)
{
	return db_one(db,
		      "SELECT " CREDIT
		      " FROM payment p WHERE p.provider = ? AND p.provider_ref = ? AND p.order_id IS NULL"
		      " AND p.status IN ('succeeded', 'refunded')",
		      args(provider, reference));
}

const struct row *credit_of_live_fee(struct db *db, int64_t customer_id)
{
	return db_one(db, "SELECT " CREDIT " FROM payment p WHERE p.live_fee_of = ?", args(customer_id));
}

bool credit_fee_paid(struct db *db, int64_t customer_id)
{
	return db_int(db, "SELECT registration_fee_paid_at IS NOT NULL FROM customer WHERE id = ?",
		      args(customer_id)) == 1;
}

static bool do_what_it_is_for(struct db *db, const struct row *payment, ms_t now)
{
	return !row_is(payment, "purpose", "registration_fee") ||
	       db_exec(db,
		       "UPDATE customer SET registration_fee_paid_at = ? WHERE id = ? AND registration_fee_paid_at IS NULL",
		       args(arg_time(now), row_int(payment, "customer_id"))) == 1;
}

bool credit_take(struct db *db, const struct row *payment, const char *reference, ms_t now)
{
	int64_t id = row_int(payment, "id"), amount = row_int(payment, "amount");
	bool fee = row_is(payment, "purpose", "registration_fee");

	return db_exec(db,
		       "UPDATE payment SET status = 'succeeded', provider_ref = COALESCE(NULLIF(?, ''), provider_ref),"
		       " failure = NULL, updated_at = ?"
		       " WHERE id = ? AND order_id IS NULL AND status IN ('processing', 'requires_action', 'declined')",
		       args(reference, arg_time(now), id)) == 1 &&
	       do_what_it_is_for(db, payment, now) &&
	       ledger_post(db,
			   &(struct ledger_transfer){
				   .noun = "payment",
				   .kind = fee ? "fee" : "reload",
				   .noun_id = id,
				   .currency = row_text(payment, "currency"),
				   .legs = { { "provider", ledger_provider(row_text(payment, "provider")), amount },
					     { fee ? "platform" : "card", fee ? 0 : row_int(payment, "card_id"),
					       -amount } } },
			   now) == LEDGER_POSTED;
}

/* ---- what goes back of one ---- */

bool credit_lock(struct db *db, int64_t payment_id)
{
	return db_one(db,
		      "SELECT id FROM payment WHERE id = ? AND order_id IS NULL AND status IN ('succeeded', 'refunded') FOR UPDATE",
		      args(payment_id)) != NULL;
}

bool credit_on_card(struct db *db, int64_t card_id, int64_t amount)
{
	return db_one(db,
		      "SELECT a.id FROM ledger_account a JOIN nfc_card n ON n.id = a.owner_id AND n.status = 'active'"
		      " AND n.currency = a.currency WHERE a.kind = 'card' AND a.owner_id = ? AND a.balance >= ? FOR UPDATE",
		      args(card_id, amount)) != NULL;
}

bool credit_given_back(struct db *db, const struct row *payment, ms_t now)
{
	if (db_exec(db, "UPDATE payment SET status = 'refunded', updated_at = ? WHERE id = ? AND status = 'succeeded'",
		    args(arg_time(now), row_int(payment, "id"))) != 1)
		return false;
	return !row_is(payment, "purpose", "registration_fee") ||
	       db_exec(db, "UPDATE customer SET registration_fee_paid_at = NULL WHERE id = ?",
		       args(row_int(payment, "customer_id"))) == 1;
}
