#ifndef APP_MONTH_H
#define APP_MONTH_H
/* Months where the site is, and what may be dated into them. */
#include "http/request.h"
#include "store/finance.h"

/* What was begun before midnight has ended by then. */
enum { SETTLED_AFTER_MINUTES = 60 };

/* The month that a valid date is in, its texts on rq->mem. False: it lies where no clock is known. */
bool month_of_day(struct request *rq, const char *day, struct finance_month *month);
/* The month that a field names by its first day, if it is over and what was begun before midnight has ended; else a fault at the field
 * and false. */
bool month_over_or_fault(struct request *rq, const char *field, struct finance_month *month);
/* A fault at the field where its day is given and in a month that is closed. Nobody closes it before the transaction ends. */
void dated_or_fault(struct request *rq, const char *field);

#endif
