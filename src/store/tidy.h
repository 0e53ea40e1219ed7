#ifndef STORE_TIDY_H
#define STORE_TIDY_H
/* Rows that have served their time, a bounded number at a time. */
#include "db/db.h"

/* How many kinds there are. */
int tidy_kinds(void);
/* Deletes at most a few hundred rows of one kind, 0 … tidy_kinds() - 1. *more: there may be others.
 * False on failure. */
bool tidy_batch(struct db *db, int kind, ms_t now, bool *more);

#endif
