#ifndef APP_SETTLEMENT_H
#define APP_SETTLEMENT_H
/* Hooks of the declaration of settlements (src/resources/book.c): a period that is over is worked out, approved by another, and what is
 * left of it is asked for as a payout. */
#include "http/request.h"

int64_t settlement_insert(struct request *rq);
void settlement_approve_also(struct request *rq, const struct row *row);
void settlement_settle_also(struct request *rq, const struct row *row);

#endif
