/* Expenses in the ledger. */
#include "store/expense.h"

enum ledger_posted expense_post(struct db *db, int64_t id, int64_t amount, const char *currency, ms_t now)
{
	return ledger_post(db,
			   &(struct ledger_transfer){ .noun = "expense",
						      .kind = "expense",
						      .noun_id = id,
						      .currency = currency,
						      .legs = { { "platform", 0, amount }, { "bank", 0, -amount } } },
			   now);
}

enum ledger_posted expense_post_back(struct db *db, int64_t id, ms_t now)
{
	return ledger_reverse(db, "expense", id, "expense", "expense_back", now);
}
