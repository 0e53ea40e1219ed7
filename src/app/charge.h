#ifndef APP_CHARGE_H
#define APP_CHARGE_H
/* Giving a charge back, as an act of its resource does it. */
#include "http/request.h"
#include "store/charge.h"

/* The money of a charge (its row, locked) goes back to the card; refuses when it cannot now. Inside a transaction. */
void charge_reverse_also(struct request *rq, const struct row *row);
/* What its receipt shows beside it, into rq->beside: receipt{merchant, card, old}. */
void charge_receipt_beside(struct request *rq);

#endif
