#ifndef STORE_CREDIT_H
#define STORE_CREDIT_H
/* Payments that are no order's: money put on a card (purpose "reload"), and what a card costs ("registration_fee"). Their states
 * are left as every payment's are (store/payment.h). */
#include "base/uuid.h"
#include "db/db.h"

/* Each answers the payment: PAYMENT_COLUMNS, purpose, customer_id and automatic (a card that reloads itself). */

/* Makes one, being processed, of money for a customer's card that is active. NULL: it is not, there is one of that uuid (db_last() is then
 * DB_DUPLICATE), or this is a copy that was restored. */
const struct row *credit_start_reload(struct db *db, const uint8_t uuid[UUID_BYTES], int64_t customer_id,
				      int64_t card_id, int64_t amount, const char *provider, ms_t now);
/* The same of the fee. NULL: it is paid, or being paid (db_last() is then DB_DUPLICATE), or this is a copy. */
const struct row *credit_start_fee(struct db *db, int64_t customer_id, int64_t amount, const char *currency,
				   const char *provider, ms_t now);
/* The same of what a card that has too little on it is reloaded by. NULL: it needs none any more, or one is under way. */
const struct row *credit_start_auto(struct db *db, int64_t card_id, const char *provider, ms_t now);
/* Cards that have less on them than they are to have, and a card of that provider's that pays: id. At most 50. */
const struct rows *credit_auto_due(struct db *db, const char *provider);
/* By what a card reloads itself: token, payer ("" where the provider needs none), provider, uid, and of its holder mobile_number,
 * locale. NULL: by nothing any more. */
const struct row *credit_auto_card(struct db *db, int64_t card_id);
/* The provider declined it: no more are tried until the holder chooses anew. */
void credit_auto_failed(struct db *db, int64_t card_id, ms_t now);
/* One of a customer's (0: of anyone's); by its uuid. NULL: there is none, or it is an order's. */
const struct row *credit_of_payment(struct db *db, int64_t payment_id, int64_t customer_id);
const struct row *credit_of_payment_uuid(struct db *db, const char *uuid);
/* Those that are under way to a customer's card (0: of their fee), the last begun first. At most 10. */
const struct rows *credit_open(struct db *db, int64_t customer_id, int64_t card_id);
/* One that money came by, by what its provider calls it. */
const struct row *credit_of_reference(struct db *db, const char *provider, const char *reference);
/* The one of a customer's fee that is under way or paid. */
const struct row *credit_of_live_fee(struct db *db, int64_t customer_id);
/* Has the customer paid it? */
bool credit_fee_paid(struct db *db, int64_t customer_id);
/* The provider has the money: the payment has succeeded, what it is for is done, and the ledger knows. One that was given up as
 * declined is taken up again, for the money came. False: another was quicker, or failure. Inside a transaction, to be rolled back
 * then. reference: the provider's, may be "". */
bool credit_take(struct db *db, const struct row *payment, const char *reference, ms_t now);
/* ---- what goes back of one ---- */

/* Locks the payment, first in the transaction of whoever enters something that went back. False: there is none that money came by. */
bool credit_lock(struct db *db, int64_t payment_id);
/* Is so much on this card, which is active? Its balance is locked from now on. */
bool credit_on_card(struct db *db, int64_t card_id, int64_t amount);
/* All of it went back: it is refunded, and a fee is not paid any more. False: it was already. Inside a transaction. */
bool credit_given_back(struct db *db, const struct row *payment, ms_t now);

#endif
