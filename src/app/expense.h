#ifndef APP_EXPENSE_H
#define APP_EXPENSE_H
/* Hooks of the declaration of expenses (src/resources/sale.c): its money moves when it is approved, and back when it is withdrawn. */
#include "http/request.h"

void expense_approve(struct request *rq, const struct row *row);
void expense_withdraw(struct request *rq, const struct row *row);

#endif
