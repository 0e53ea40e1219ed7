#ifndef APP_ORDER_OFFICE_H
#define APP_ORDER_OFFICE_H
/* How the declarations of orders and tickets are written, beside what src/resources/sale.c says of them; see struct resource. */
#include "app/resource.h"

/* The .also of an order's acts: its papers are sent to its buyer once more; all of its money goes back, which the job asks the provider
 * for; a hold is given up. */
void order_resend(struct request *rq, const struct row *row);
void order_take_back(struct request *rq, const struct row *row);
void order_free(struct request *rq, const struct row *row);
/* What happened to an order, or to a ticket, into rq->beside.line: at, kind, who, what, amount, currency, href, each where there is one. */
void order_detail(struct request *rq);
void ticket_detail(struct request *rq);
/* Writes a note beside the order or the customer that is named, by who is signed in. */
int64_t note_insert(struct request *rq);
/* The .also of a ticket's new name. */
void ticket_rename_also(struct request *rq, const struct row *row);
/* A ticket's status as a whole value: to cancelled it is cancelled, as by that act; all else has acts of its own. */
void ticket_status_update(struct request *rq, int64_t id);

/* In place of an act: let in or out by hand, as a scan of the ticket that staff make, with its reason. */
int ticket_check_in(struct request *rq);

#endif
