#ifndef APP_EXPENSE_H
#define APP_EXPENSE_H
/* Hooks of the declaration of expenses (src/resources/sale.c): its money moves when it is approved, and back when it is withdrawn, each
 * time in the month in which that is done; it is dated into no month that is closed. Who said what it is does not approve it, but where it is
 * small enough. */
#include "http/request.h"

void expense_check(struct request *rq, int64_t id);
void expense_made(struct request *rq, int64_t id);
void expense_changed(struct request *rq, int64_t id);
void expense_approve(struct request *rq, const struct row *row);
void expense_withdraw(struct request *rq, const struct row *row);

#endif
