#ifndef APP_CREDIT_REFUND_H
#define APP_CREDIT_REFUND_H
/* What goes back at the provider's desk, or is taken back by a bank, of payments that are no order's (store/credit.h). payment: a
 * row as those answer it. */
#include "base/config.h"
#include "db/db.h"
#include "outside/payment.h"

/* Enters one thing that was found there, once, whoever finds it. False: the database did not answer. */
bool credit_enter_news(struct db *db, const struct config *config, const struct row *payment,
		       const struct payment_news *news, ms_t now);
/* Asks the provider what there is of this payment, and enters it. False when it did not answer, or the database did not. */
bool credit_look_at_desk(struct db *db, const struct config *config, const struct row *payment, ms_t now);
/* Asks the provider of config which refunds and disputes there are of any payment since a moment, orders' too, and enters them. As above. */
bool payment_look_at_desks(struct db *db, const struct config *config, ms_t since, ms_t now);

#endif
