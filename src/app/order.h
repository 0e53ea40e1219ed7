#ifndef APP_ORDER_H
#define APP_ORDER_H
/* What other nouns' actions show of an order. */
#include "http/request.h"

/* The order's columns and its items. */
void answer_order(struct request *rq, struct json_object *into, const struct row *order);

#endif
