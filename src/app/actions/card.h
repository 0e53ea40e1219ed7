#ifndef APP_ACTIONS_CARD_H
#define APP_ACTIONS_CARD_H
/* The actions on cards and what is on them, and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* card.c */
int card_transaction_index(struct request *rq);
int card_auto_reload_set(struct request *rq);
int card_transactions_beside(struct request *rq);
int card_lost_move(struct request *rq);
int card_return(struct request *rq);
int card_again(struct request *rq);
int card_again_beside(struct request *rq);
void card_beside(struct request *rq);
void card_lost_also(struct request *rq, const struct row *card);
extern const struct field CARD_TRANSACTIONS[], CARD_TRANSACTION[], CARD_AUTO_RELOAD[], CARD_AUTO_RELOAD_SET[],
	CARD_MOVED[], OWN_CARD[];

/* charge.c */
int charge_create(struct request *rq);
int charge_new(struct request *rq);
int charge_new_beside(struct request *rq);
int charge_reverse(struct request *rq);
extern const struct field CHARGE[], CHARGE_MADE[], CHARGE_SHORT[];

/* credit.c */
int card_reload(struct request *rq);
int credit_go_on(struct request *rq);
extern const struct field CARD_RELOAD[], CREDIT_STATE[];

/* fee.c */
int card_fee_show(struct request *rq);
int card_fee_beside(struct request *rq);
int card_fee_pay(struct request *rq);
int card_fee_return(struct request *rq);
/* Of the pages on which cards are asked for: beside.fee{amount, currency}, where it is not paid yet. */
void card_fee_around(struct request *rq);
/* Of staff who approve a request. */
void fee_before_approval(struct request *rq, const struct row *request);
extern const struct field CARD_FEE_PAY[], CARD_FEE_SHOWN[];

#endif
