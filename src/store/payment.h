#ifndef STORE_PAYMENT_H
#define STORE_PAYMENT_H
/* Payments: each state is left by one guarded UPDATE, so that a client, a webhook and a job who learn of the same charge
 * at once settle it once. */
#include "db/db.h"

/* A payment with what settling it needs: id, uuid, status, amount, currency, method, provider, provider_ref, purpose,
 * order_id, customer_id, organizer_id, event_id, failure, charged_at, created_at. */
const struct row *payment_get(struct db *db, int64_t id, int64_t customer_id);
const struct row *payment_by_uuid(struct db *db, const char *uuid);
/* The live payment of an order; NULL when there is none. */
const struct row *payment_live(struct db *db, int64_t order_id);

/* The newest payment of an order, whatever became of it. */
const struct row *payment_latest(struct db *db, int64_t order_id);

/* Makes a payment that is being processed; 0 when the order has a live one (db_last() is DB_DUPLICATE). */
int64_t payment_start(struct db *db, int64_t customer_id, int64_t order_id, const char *provider, const char *method,
		      int64_t amount, const char *currency, ms_t now);
/* From one of the live states to status; false when another was quicker. reference and failure may be NULL. */
bool payment_move(struct db *db, int64_t id, const char *status, const char *reference, const char *failure, ms_t now);
/* Notes that the charge's call came back without a verdict: from now on the provider knows what became of it. */
void payment_charged(struct db *db, int64_t id, ms_t now);
/* declined → refunding: money came all the same, and goes back. False when it was not declined. */
bool payment_revive(struct db *db, int64_t id, const char *reference, ms_t now);
/* refunding → refunded. */
bool payment_refunded(struct db *db, int64_t id, ms_t now);
/* succeeded → refunding. */
bool payment_refund_begin(struct db *db, int64_t id, ms_t now);
/* Notes a provider's notice; false when it is known already. */
bool payment_notice(struct db *db, const char *provider, const char *notice_id, int64_t payment_id, ms_t now);
/* It is about to be asked about or given back by the job: the next try is due a while after this one. */
void payment_tried(struct db *db, int64_t id, ms_t now);
/* Ids of payments that wait: in status since before, oldest first. */
const struct rows *payment_waiting(struct db *db, const char *status, ms_t before);
/* Succeeded payments of cancelled events: their money must go back. */
const struct rows *payment_of_cancelled_events(struct db *db);

#endif
