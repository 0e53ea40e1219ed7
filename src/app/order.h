#ifndef APP_ORDER_H
#define APP_ORDER_H
/* What other nouns' actions share of booking. */
#include "http/request.h"
#include "store/order.h"

#define NOTHING_CHOSEN "Choose at least one ticket."

/* The items of a booking as they were sent, into hold, by ascending category, each once; a form sends every category, most with quantity 0. What is
 * wrong is a fault of its field. */
void order_items_read(struct request *rq, struct order_hold *hold);

struct order_one {
	int64_t customer_id, event_id, category_id;
	const char *holders; /* of its item, as order_item keeps them; may be NULL */
	ms_t expires;
};

/* Holds one ticket for a customer, on the terms that everybody has, in the request's transaction. The field category_id names its category too. The
 * order's id; 0 after a refusal, which may be mended. */
int64_t order_hold_one(struct request *rq, const struct order_one *want);

/* A .mend of what is sold out: gives back lapsed holds of the category that the field category_id names, and of its event. */
bool order_reap_wanted(struct request *rq);

#endif
