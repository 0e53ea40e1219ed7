#ifndef APP_CO_WORKER_H
#define APP_CO_WORKER_H
/* Who works for an organizer beside whose account it is: invited by a mobile number, and with what each of them may. */
#include "http/request.h"

/* Of the noun co-workers (src/resources/organizer.c): nobody gives or takes away what they may not themselves. */
void co_worker_check(struct request *rq, int64_t id);
/* The invitation is told to the number. */
void co_worker_made(struct request *rq, int64_t id);
void co_worker_remove(struct request *rq, int64_t id);

/* May a sign-in to the mount that the request came to take up an invitation of that number? The invitation, or NULL. */
const struct row *invitation_of(struct request *rq, const char *mobile_number);
/* Takes it up for the account. False after refusing: it was gone. */
bool invitation_take_up(struct request *rq, const struct row *invitation, int64_t account_id);

#endif
