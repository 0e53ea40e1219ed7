#ifndef APP_REFUND_H
#define APP_REFUND_H
/* Money that goes back, or is taken back: by us, by somebody at the provider's own desk, by a bank. */
#include "base/config.h"
#include "base/tongue.h"
#include "db/db.h"
#include "outside/payment.h"
#include "store/refund.h"
#include "store/sale.h"

/* The provider of that name, where it may be called. NULL: there is none, or this is a copy that was restored (store/copy.h). */
const struct payment_provider *payment_reach(struct db *db, const char *name);
/* What somebody who is told of money reads (a row with locale), and telling them: by mail, or by SMS who has none (email, mobile_number).
 * Inside a transaction. */
const struct tongue *payment_tongue(const struct config *config, const struct row *reader);
void payment_send(struct db *db, const struct row *reader, const char *subject, const char *text, ms_t now);
/* Finishes a payment that is refunding: what of it has not gone back yet does. False when that could not be finished now: the job
 * tries again. Calls the provider, outside of transactions; repeating it changes nothing. */
bool payment_finish_refund(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* Has the parts of a payment given back that are to be (refund_of_ticket_asked()), while the rest of it stands. As above. */
bool payment_give_parts(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* Asks the provider which refunds and disputes there are of this payment, which has been paid, and enters what is new: each once,
 * whoever asks. False when it did not answer, or the database did not. */
bool payment_look_at_desk(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* Enters one thing that was found there, once, whoever finds it. False: the database did not answer. */
bool payment_enter_news(struct db *db, const struct config *config, struct sale *sale, const struct payment_news *news,
			ms_t now);
/* What was found there of a dispute, as its row is written. Its texts are those of news. */
struct dispute payment_dispute(int64_t payment_id, const struct payment_news *news);

#endif
