#ifndef APP_PROFIT_H
#define APP_PROFIT_H
/* Hooks of the declaration of profit shares (src/resources/finance.c): a month that is over is shared out, a shareholder at a time. */
#include "http/request.h"

void profit_check(struct request *rq, int64_t id);
int64_t profit_insert(struct request *rq);

#endif
