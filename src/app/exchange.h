#ifndef APP_EXCHANGE_H
#define APP_EXCHANGE_H
/* A ticket of another category in place of one, as staff let it be changed. */
#include "http/request.h"
#include "store/sale.h"

/* Instead of an act of tickets (fields category_id, reason): at once where it costs the same, else an order for its owner, whose payment gives
 * the old ticket back. */
int ticket_exchange(struct request *rq);
/* More for the page that asks: the categories of the ticket's event with their prices. */
void exchange_ask(struct request *rq);

/* ---- exchange_paid.c ---- */

/* The order that was just paid is in place of a ticket: gives that back, or leaves it as it is where it was used or passed on since. Inside the
 * transaction of the sale, before its seats. False: failure. */
bool exchange_settle(struct db *db, const struct sale *sale, ms_t now);
/* Is what an order is in place of still there to be given back? True too of one that is in place of nothing. */
bool exchange_stands(struct db *db, const struct sale *sale, ms_t now);
/* Is all of a ticket's share (transfer_ticket()) still there of its order's payment? */
bool exchange_covered(struct db *db, const struct row *ticket, ms_t now);
/* What an order that is not paid yet is in place of, into its answer. */
void answer_exchange(struct request *rq, const struct sale *sale);

extern const struct field EXCHANGE_ANSWER[], EXCHANGED[];

#endif
