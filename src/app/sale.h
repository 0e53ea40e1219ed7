#ifndef APP_SALE_H
#define APP_SALE_H
/* What other nouns' actions show of an order. */
#include "http/request.h"
#include "store/sale.h"

/* The order's columns and its items. */
void answer_order(struct json_object *into, const struct sale *sale);
/* Tells its buyer, with the order, its event and the amount, in their language: "order-paid" is a receipt that has its tickets with it.
 * The sale was read with its payment. Inside the transaction of what happened. */
void sale_tell(struct db *db, const struct sale *sale, const char *kind, ms_t now);
/* Its tickets (by ticket_of_order() or ticket_issue()) into the answer, as a customer's list of tickets has them. */
void answer_tickets(struct request *rq, const struct sale *sale, const struct rows *tickets);

#endif
