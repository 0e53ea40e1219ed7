#ifndef APP_FINANCE_H
#define APP_FINANCE_H
/* The house's books: hooks of the declarations of src/resources/book.c. */
#include "http/request.h"
#include "store/book_figure.h"
#include "store/resource.h"

/* Where in the ledger, of millions of lines, those are that a list asks for. */
void ledger_narrow(struct request *rq, struct noun_ask *ask);

/* A deposit is dated into an open month, and posted; taken back, it is posted the other way round. */
void deposit_check(struct request *rq, int64_t id);
int64_t deposit_insert(struct request *rq);
void deposit_revoke(struct request *rq, const struct row *row);

/* A month that is over is closed, and its figures kept; opened again, they are forgotten. */
void month_check(struct request *rq, int64_t id);
int64_t month_insert(struct request *rq);
void month_close_also(struct request *rq, const struct row *row);
void month_reopen_also(struct request *rq, const struct row *row);

#endif
