#ifndef STORE_EXPENSE_H
#define STORE_EXPENSE_H
/* Expenses in the ledger. One that is asked for is a wish and moves nothing; approved, it is money that leaves the house's own account by
 * the bank; withdrawn after that, it comes back the same way. In between it stays as it is, so nothing else has to move. */
#include "store/ledger.h"

/* Each inside a transaction, under the lock of the expense's row. */
enum ledger_posted expense_post(struct db *db, int64_t id, int64_t amount, const char *currency, ms_t now);
enum ledger_posted expense_post_back(struct db *db, int64_t id, ms_t now);
/* Who says what it is: first, and last. */
void expense_by(struct db *db, int64_t id, int64_t account_id);
/* Takes down who approves one that is asked for, under the lock of its row. False: it is what they entered or said last themselves, and together with what
 * else of theirs nobody approved since a day more than alone, in minor units of its currency; or failure. */
bool expense_by_two(struct db *db, int64_t id, int64_t account_id, int64_t alone, ms_t now);
/* Is the expense of that day? */
bool expense_is_of(struct db *db, int64_t id, const char *day);

#endif
