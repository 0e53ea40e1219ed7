#ifndef APP_EVENT_OFFICE_H
#define APP_EVENT_OFFICE_H
/* What the declarations of events, ticket categories and promo codes need besides their columns; see struct resource. */
#include "app/resource.h"

void office_event_check(struct request *rq, int64_t id);
void office_event_made(struct request *rq, int64_t id);
void office_event_remove(struct request *rq, int64_t id);
void office_event_detail(struct request *rq);
/* Of the acts. */
void office_event_publish(struct request *rq, const struct row *row);
void office_event_cancel(struct request *rq, const struct row *row);
void office_event_ask(struct request *rq);
void office_category_check(struct request *rq, int64_t id);
void office_category_prefill(struct request *rq);
void office_promo_check(struct request *rq, int64_t id);

#endif
