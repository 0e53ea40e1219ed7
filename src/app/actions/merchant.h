#ifndef APP_ACTIONS_MERCHANT_H
#define APP_ACTIONS_MERCHANT_H
/* The actions of routes/merchant.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* merchant_figures.c */
int merchant_dashboard(struct request *rq);
extern const struct field MERCHANT_STATS[];

/* merchant_settings.c */
int merchant_settings_show(struct request *rq);
int merchant_settings_change(struct request *rq);
extern const struct field MERCHANT_SETTINGS[], MERCHANT_SETTINGS_ANSWER[];

/* merchant.c */
int merchant_card_index(struct request *rq);
int merchant_card_index_beside(struct request *rq);
int merchant_customer_show(struct request *rq);
int merchant_code_send(struct request *rq);
int merchant_card_assign(struct request *rq);
int merchant_card_verify(struct request *rq);
int merchant_assignment_show(struct request *rq);
int merchant_assignment_verify(struct request *rq);
int merchant_assignment_send(struct request *rq);
int merchant_assignment_cancel(struct request *rq);
extern const struct field MERCHANT_CARDS[], MERCHANT_CUSTOMER[], CARD_ASSIGN[], CARD_VERIFY[], HAND_OUT_PAGE[],
	HAND_OUT_CODE[];
extern const struct field MERCHANT_CARD[], MERCHANT_CUSTOMER_FOUND[], CARD_ASKED[], CARD_HANDED_OVER[];

#endif
