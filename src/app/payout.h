#ifndef APP_PAYOUT_H
#define APP_PAYOUT_H
/* What is done with payouts besides listing them (src/resources/finance.c). */
#include "http/request.h"

/* Hooks of their declaration: whom it goes to is one; it is made if their account has so much; approved by another; paid. */
void payout_check(struct request *rq, int64_t id);
int64_t payout_insert(struct request *rq);
int64_t withdrawal_insert(struct request *rq);
void payout_approve_also(struct request *rq, const struct row *row);
void payout_pay_also(struct request *rq, const struct row *row);
/* Asks for what a settlement leaves to an organizer, with its number as the note: the payout's id, 0 after a refusal. */
int64_t payout_of_settlement(struct request *rq, int64_t organizer_id, int64_t amount, const char *currency,
			     const char *number);

#endif
