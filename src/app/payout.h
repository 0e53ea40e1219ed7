#ifndef APP_PAYOUT_H
#define APP_PAYOUT_H
/* What is done with payouts besides listing them (src/resources/finance.c). */
#include "http/request.h"

/* Hooks of their declaration: whom it goes to is one; it is made if their account has so much; approved by another; paid. */
void payout_check(struct request *rq, int64_t id);
int64_t payout_insert(struct request *rq);
void payout_approve_also(struct request *rq, const struct row *row);
void payout_pay_also(struct request *rq, const struct row *row);

#endif
