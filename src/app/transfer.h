#ifndef APP_TRANSFER_H
#define APP_TRANSFER_H
/* Tickets that change hands, as other actions and jobs use it. */
#include "http/request.h"

/* A number has an account now: all that waited for it becomes its customer's. In the transaction that makes the account. */
void transfers_claim(struct request *rq, const char *mobile_number, int64_t customer_id);
/* An offer that nobody took in time ends, and its giver is told. False: it ended otherwise meanwhile. Inside a transaction. */
bool transfer_expire(struct db *db, int64_t transfer_id, ms_t now);
/* What is in the way of changing a ticket (of transfer_ticket()), allowed by its event's own switch or not; refused with it. */
bool ticket_free_or_refuse(struct request *rq, const struct row *ticket, bool allowed);

#endif
