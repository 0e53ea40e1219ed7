#ifndef APP_SALE_H
#define APP_SALE_H
/* What other nouns' actions show of an order. */
#include "http/request.h"
#include "store/sale.h"

/* The order's columns and its items. */
void answer_order(struct json_object *into, const struct sale *sale);
/* Its tickets (by ticket_of_order() or ticket_issue()) into the answer, as a customer's list of tickets has them. */
void answer_tickets(struct request *rq, const struct sale *sale, const struct rows *tickets);

#endif
