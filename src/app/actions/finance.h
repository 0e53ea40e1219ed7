#ifndef APP_ACTIONS_FINANCE_H
#define APP_ACTIONS_FINANCE_H
/* The actions of routes/finance.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* finance.c */
int company_show(struct request *rq);
int company_beside(struct request *rq);
extern const struct field COMPANY[], COMPANY_ANSWER[];

/* settlement.c */
int settlement_paper_of_any(struct request *rq);
int settlement_paper_own(struct request *rq);

#endif
