#ifndef APP_GUEST_MESSAGE_H
#define APP_GUEST_MESSAGE_H
/* What organizers write to their guests, beside what its declaration says. */
#include "app/resource.h"

/* The .check: the categories are the event's. */
void guest_message_check(struct request *rq, int64_t id);
/* The .around: the event's categories, to be ticked. */
void guest_message_around(struct request *rq);
/* The .detail of its page: how many would get it, or have it. */
void guest_message_detail(struct request *rq);
/* The .also of its acts: one to oneself, to all, no more of it. */
void guest_message_try(struct request *rq, const struct row *row);
void guest_message_send(struct request *rq, const struct row *row);
void guest_message_stop(struct request *rq, const struct row *row);

#endif
