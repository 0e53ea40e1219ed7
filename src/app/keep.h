#ifndef APP_KEEP_H
#define APP_KEEP_H
/* Cards of a payment provider's by which customers' cards reload themselves (store/keep.h), for whoever learns that one was chosen:
 * who comes back from the provider's page, its notice, the job. */
#include "base/config.h"
#include "http/request.h"
#include "outside/payment.h"

/* Asks the provider whether a card was chosen, and takes it: once, whoever asks. keep: as store/keep.h has it. PAY_SUCCEEDED: the card
 * reloads itself by it from now on; PAY_DECLINED: none was; PAY_REQUIRES_ACTION, PAY_PENDING: not yet; PAY_UNKNOWN: ask again. */
enum payment_state keep_ask(struct db *db, const struct config *config, const struct row *keep, ms_t now);
/* Has one chosen for a card of the caller's: on the provider's own page, to which the answer leads, or by the token that an app sent. */
int keep_choose(struct request *rq, const struct row *card, int64_t below, int64_t amount);
/* Somebody is back from the provider's page: asks about all that were being chosen for that card of theirs. */
void keep_back(struct request *rq, int64_t card_id);
/* A provider's notice that names one. False: it names none. */
bool keep_noticed(struct request *rq, const struct payment_notice *notice);
/* Answers how a card reloads itself. */
void keep_answer(struct request *rq, int64_t below, int64_t amount);

#endif
