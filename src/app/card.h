#ifndef APP_CARD_H
#define APP_CARD_H
/* Customers' cards: what is on them, and what is done with that. */
#include "http/request.h"

/* May this card (as card_of_customer() has it; NULL: there is none) pay something in that currency? How much is on it, the payment itself
 * finds out. False: nfc_card_id is at fault. */
bool card_may_pay(struct request *rq, const struct row *card, const char *currency);
/* The caller's active card, where what is on it is in the currency of the order in rq->data, as rq->beside.card. ANSWERED. */
int card_beside_order(struct request *rq);

#endif
