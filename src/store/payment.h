#ifndef STORE_PAYMENT_H
#define STORE_PAYMENT_H
/* Payments: each state is left by one guarded UPDATE, so that a client, a webhook and a job who learn of the same charge
 * at once settle it once. */
#include "db/db.h"

/* A payment as it is read with its sale (store/sale.h) and here, of a table's alias and behind a prefix. */
#define PAYMENT_COLUMNS(of, prefix)                                                                                    \
	of "id AS `" prefix "id`, " of "uuid AS `" prefix "uuid:uuid`, " of "status AS `" prefix "status`, " of        \
	   "amount AS `" prefix "amount`, " of "currency AS `" prefix "currency`, " of "method AS `" prefix            \
	   "method`, " of "provider AS `" prefix "provider`, " of "provider_ref AS `" prefix "provider_ref`, " of      \
	   "order_id AS `" prefix "order_id`, " of "card_id AS `" prefix "card_id`, " of "failure AS `" prefix         \
	   "failure`, " of "charged_at AS `" prefix "charged_at`, " of "created_at AS `" prefix "created_at`, " of     \
	   "fee AS `" prefix "fee`, " of "tax AS `" prefix "tax`"

/* The newest payment of an order, whatever became of it. */
const struct row *payment_latest(struct db *db, int64_t order_id);

/* How an order is to be paid. */
struct payment_means {
	const char *provider, *method;
	int64_t card_id; /* of method "nfc_card"; else 0 */
	/* What the house takes of a sale of an organizer who has no terms of their own: basis points, and minor units of
	 * fee_currency, in which alone a fixed part is taken, theirs too. */
	const char *fee_currency;
	int64_t fee_rate, fee_fixed;
};

/* Makes a payment, being processed, of all that a customer's order costs, with what of it is tax and fee by the rates of this moment
 * (store/fee.h); the fee never takes more than the tax leaves. NULL when the order is not held any more, its
 * event was cancelled, this is a copy that was restored (store/copy.h), or it has a live payment: db_last() is then DB_DUPLICATE. */
const struct row *payment_start(struct db *db, int64_t customer_id, int64_t order_id, const struct payment_means *means,
				ms_t now);
/* From one of the live states to status; false when another was quicker. reference and failure may be NULL. */
bool payment_move(struct db *db, int64_t id, const char *status, const char *reference, const char *failure, ms_t now);
/* Notes that the charge's call came back without a verdict: from now on the provider knows what became of it. */
void payment_charged(struct db *db, int64_t id, ms_t now);
/* declined → refunding: money came all the same, and goes back. False when it was not declined. */
bool payment_revive(struct db *db, int64_t id, const char *reference, ms_t now);
/* refunding → refunded. */
bool payment_refunded(struct db *db, int64_t id, ms_t now);
/* Notes a provider's notice; false when it is known already. */
bool payment_notice(struct db *db, const char *provider, const char *notice_id, int64_t payment_id, ms_t now);
/* Was it taken down before? */
bool payment_notice_known(struct db *db, const char *provider, const char *notice_id);
/* It is about to be asked about or given back by the job: the next try is due a while after this one. */
void payment_tried(struct db *db, int64_t id, ms_t now);
/* Ids of payments that wait: in status since before, oldest first. */
const struct rows *payment_waiting(struct db *db, const char *status, ms_t before);
/* Ids of payments that somebody could still make although what they would pay is not held any more, and that were not tried since:
 * oldest first. */
const struct rows *payment_overdue(struct db *db, ms_t now, ms_t before);
/* Succeeded payments of cancelled events: their money must go back. */
const struct rows *payment_of_cancelled_events(struct db *db);

#endif
