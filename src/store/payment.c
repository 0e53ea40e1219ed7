/* Payments. */
#include "store/payment.h"
#include "base/uuid.h"
#include "store/copy.h"
#include "store/fee.h"

const struct row *payment_latest(struct db *db, int64_t order_id)
{
	return db_one(db,
		      "SELECT " PAYMENT_COLUMNS("p.",
						"") " FROM payment p WHERE p.order_id = ? ORDER BY p.id DESC LIMIT 1",
		      args(order_id));
}

#define TAX_OF_ORDER TAX_IN("o.total", "e.tax_rate")
/* Of nothing nothing, and never more than the tax leaves. */
#define FEE_OF_ORDER                                                                                                   \
	"LEAST(o.total - " TAX_OF_ORDER ", IF(o.total = 0, 0, (SELECT " SHARE_OF(                                      \
		"o.total",                                                                                             \
		"COALESCE(g.fee_rate, ?)") " + IF(o.currency = ?, COALESCE(g.fee_fixed, ?), 0) FROM organizer g WHERE g.id = o.organizer_id)))"

/* The order's row is locked, shared, until the payment is there: who gives it up or lets it lapse comes before or after,
 * and cancelling the event likewise. Whose it is is not locked, for sales wait for no payout (store/payout.h). One statement,
 * and so it looks itself whose schema it is: a program that it is not for any more is to charge nobody. */
const struct row *payment_start(struct db *db, int64_t customer_id, int64_t order_id, const struct payment_means *means,
				ms_t now)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *payment;

	uuid_make(uuid);
	payment = db_one(
		db,
		"INSERT INTO payment (uuid, customer_id, purpose, order_id, card_id, provider, method, amount,"
		" currency, tax, tax_rate, fee, status, created_at, updated_at)"
		" SELECT ?, o.customer_id, 'order', o.id, NULLIF(?, 0), ?, ?, o.total, o.currency, " TAX_OF_ORDER ","
		" e.tax_rate, " FEE_OF_ORDER ", 'processing', ?, ? FROM orders o JOIN event e ON e.id = o.event_id"
		" WHERE o.id = ? AND o.customer_id = ? AND o.status = 'held' AND o.expires_at > ?"
		" AND e.status = 'published' AND " NOT_A_COPY " AND " SCHEMA_HELD
		" LOCK IN SHARE MODE RETURNING " PAYMENT_COLUMNS("", ""),
		args(arg_bytes(uuid, sizeof uuid), means->card_id, means->provider, means->method, means->fee_rate,
		     means->fee_currency, means->fee_fixed, arg_time(now), arg_time(now), order_id, customer_id,
		     arg_time(now), db_schema_expected(db)));
	if (!payment && db_last(db) == DB_OK)
		db_schema_refused(db);
	return payment;
}

bool payment_move(struct db *db, int64_t id, const char *status, const char *reference, const char *failure, ms_t now)
{
	return db_exec(db,
		       "UPDATE payment SET status = ?, provider_ref = COALESCE(NULLIF(?, ''), provider_ref), failure = ?,"
		       " updated_at = ?"
		       " WHERE id = ? AND status IN ('processing', 'requires_action') AND status <> ?",
		       args(status, reference, failure, arg_time(now), id, status)) == 1;
}

void payment_charged(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE payment SET charged_at = ?, updated_at = ? WHERE id = ? AND charged_at IS NULL",
		args(arg_time(now), arg_time(now), id));
}

bool payment_revive(struct db *db, int64_t id, const char *reference, ms_t now)
{
	return db_exec(db,
		       "UPDATE payment SET status = 'refunding', provider_ref = COALESCE(NULLIF(?, ''), provider_ref),"
		       " updated_at = ? WHERE id = ? AND status = 'declined'",
		       args(reference, arg_time(now), id)) == 1;
}

bool payment_refunded(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE payment SET status = 'refunded', updated_at = ? WHERE id = ? AND status = 'refunding'",
		       args(arg_time(now), id)) == 1;
}

bool payment_notice(struct db *db, const char *provider, const char *notice_id, int64_t payment_id, ms_t now)
{
	return db_exec(db, "INSERT INTO payment_notice (provider, notice_id, payment_id, at) VALUES (?, ?, ?, ?)",
		       args(provider, notice_id, payment_id, arg_time(now))) == 1;
}

bool payment_notice_known(struct db *db, const char *provider, const char *notice_id)
{
	return db_int(db, "SELECT COUNT(*) FROM payment_notice WHERE provider = ? AND notice_id = ?",
		      args(provider, notice_id)) > 0;
}

void payment_tried(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE payment SET updated_at = ? WHERE id = ? AND status <> 'succeeded'",
		args(arg_time(now), id));
}

const struct rows *payment_waiting(struct db *db, const char *status, ms_t before)
{
	return db_query(db, "SELECT id FROM payment WHERE status = ? AND updated_at < ? ORDER BY updated_at LIMIT 50",
			args(status, arg_time(before)));
}

const struct rows *payment_overdue(struct db *db, ms_t now, ms_t before)
{
	return db_query(
		db,
		"SELECT p.id FROM payment p JOIN orders o ON o.id = p.order_id WHERE p.status = 'requires_action'"
		" AND p.updated_at < ? AND (o.status <> 'held' OR o.expires_at < ?) ORDER BY p.updated_at LIMIT 50",
		args(arg_time(before), arg_time(now)));
}

const struct rows *payment_of_cancelled_events(struct db *db)
{
	return db_query(
		db,
		"SELECT p.id FROM payment p JOIN orders o ON o.id = p.order_id JOIN event e ON e.id = o.event_id"
		" WHERE p.status = 'succeeded' AND e.status = 'cancelled' AND o.status = 'paid' ORDER BY p.id LIMIT 50",
		no_args);
}
