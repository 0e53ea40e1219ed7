/* Payments. */
#include "store/payment.h"
#include "base/uuid.h"

#define PAYMENT_SELECT                                                                                                 \
	"SELECT p.id, p.uuid AS `uuid:uuid`, p.status, p.amount, p.currency, p.method, p.provider, p.provider_ref,"    \
	" p.purpose, p.order_id, p.customer_id, e.organizer_id, e.id AS event_id, p.failure, p.charged_at,"                    \
	" p.created_at"             \
	" FROM payment p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id"

const struct row *payment_get(struct db *db, int64_t id, int64_t customer_id)
{
	return db_one(db, PAYMENT_SELECT " WHERE p.id = ? AND (? = 0 OR p.customer_id = ?)",
		      args(id, customer_id, customer_id));
}

const struct row *payment_by_uuid(struct db *db, const char *uuid)
{
	uint8_t bytes[UUID_BYTES];

	if (!uuid_parse(uuid, bytes))
		return NULL;
	return db_one(db, PAYMENT_SELECT " WHERE p.uuid = ?", args(arg_bytes(bytes, sizeof bytes)));
}

const struct row *payment_live(struct db *db, int64_t order_id)
{
	return db_one(db, PAYMENT_SELECT " WHERE p.live_order_id = ?", args(order_id));
}

const struct row *payment_latest(struct db *db, int64_t order_id)
{
	return db_one(db, PAYMENT_SELECT " WHERE p.order_id = ? ORDER BY p.id DESC LIMIT 1", args(order_id));
}

int64_t payment_start(struct db *db, int64_t customer_id, int64_t order_id, const char *provider, const char *method,
		      int64_t amount, const char *currency, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_insert(db,
			 "INSERT INTO payment (uuid, customer_id, purpose, order_id, provider, method, amount, currency,"
			 " status, created_at, updated_at)"
			 " VALUES (?, ?, 'order', ?, ?, ?, ?, ?, 'processing', ?, ?)",
			 args(arg_bytes(uuid, sizeof uuid), customer_id, order_id, provider, method, amount, currency,
			      arg_time(now), arg_time(now)));
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
	return db_exec(db, "UPDATE payment SET status = 'refunded', updated_at = ? WHERE id = ? AND status = 'refunding'",
		       args(arg_time(now), id)) == 1;
}

bool payment_refund_begin(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db, "UPDATE payment SET status = 'refunding', updated_at = ? WHERE id = ? AND status = 'succeeded'",
		       args(arg_time(now), id)) == 1;
}

bool payment_notice(struct db *db, const char *provider, const char *notice_id, int64_t payment_id, ms_t now)
{
	return db_exec(db, "INSERT INTO payment_notice (provider, notice_id, payment_id, at) VALUES (?, ?, ?, ?)",
		       args(provider, notice_id, payment_id, arg_time(now))) == 1;
}

void payment_tried(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE payment SET updated_at = ? WHERE id = ? AND status <> 'succeeded'", args(arg_time(now), id));
}

const struct rows *payment_waiting(struct db *db, const char *status, ms_t before)
{
	return db_query(db, "SELECT id FROM payment WHERE status = ? AND updated_at < ? ORDER BY updated_at LIMIT 50",
			args(status, arg_time(before)));
}

const struct rows *payment_of_cancelled_events(struct db *db)
{
	return db_query(db,
			"SELECT p.id FROM payment p JOIN orders o ON o.id = p.order_id JOIN event e ON e.id = o.event_id"
			" WHERE p.status = 'succeeded' AND e.status = 'cancelled' AND o.status = 'paid' ORDER BY p.id LIMIT 50",
			no_args);
}
