#ifndef APP_REFUND_REQUEST_H
#define APP_REFUND_REQUEST_H
/* What staff do to requests for a ticket's money, beside what src/resources/sale.c declares. */
#include "http/request.h"

/* The .also of approving and of rejecting one, and of asking the provider again for the money of one that was approved and could not
 * be given back. */
void refund_approve(struct request *rq, const struct row *row);
void refund_again(struct request *rq, const struct row *row);
void refund_reject(struct request *rq, const struct row *row);

#endif
