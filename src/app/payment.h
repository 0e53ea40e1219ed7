#ifndef APP_PAYMENT_H
#define APP_PAYMENT_H
/* Settling a payment: shared by the customer's confirmation, the provider's webhook and the job that asks after payments
 * nobody came back for. */
#include "base/config.h"
#include "db/db.h"
#include "outside/payment.h"
#include "store/sale.h"

enum settled {
	SETTLED_PAID,
	SETTLED_PENDING,
	SETTLED_DECLINED,
	SETTLED_REFUNDED /* paid too late, no room */,
	SETTLED_FAILED
};

/* Brings the payment of a sale to what the provider answered, in short transactions of its own; calls the provider only for
 * a refund, outside them. Repeating it changes nothing. Where it was this call that made the sale, sale->tickets are the new
 * ones and the rest is as it was read before; otherwise sale is read again. */
enum settled payment_settle(struct db *db, const struct config *config, struct sale *sale,
			    const struct payment_answer *answer, ms_t now);
/* Asks the provider about the payment and settles it. What it answered is left in *answer, which may be NULL. */
enum settled payment_ask(struct db *db, const struct config *config, struct sale *sale, ms_t now,
			 struct payment_answer *answer);
/* The same, and what could still be paid cannot be after it: SETTLED_DECLINED, unless it was paid before. */
enum settled payment_stop(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* Gives a succeeded payment back: tickets die, stock is free, money returns. False when it could not be finished now:
 * the job finishes it. */
bool payment_give_back(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* What a payment is called for with its provider, in texts of the sale and on mem. Not on a page of the provider, unless said so. */
struct payment_bill payment_bill(TALLOC_CTX *mem, const struct config *config, const struct sale *sale);

#endif
