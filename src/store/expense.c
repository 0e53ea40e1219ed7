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

void expense_by(struct db *db, int64_t id, int64_t account_id)
{
	db_exec(db, "UPDATE expense SET requested_by = ?, entered_by = COALESCE(entered_by, ?) WHERE id = ?",
		args(account_id, account_id, id));
}

/* Of what one enters at once only one is approved at a time: they wait at their account. */
bool expense_by_two(struct db *db, int64_t id, int64_t account_id, int64_t alone, ms_t now)
{
	if (db_exec(db,
		    "UPDATE expense SET approved_by = ? WHERE id = ? AND status = 'requested'"
		    " AND COALESCE(requested_by, 0) <> ? AND COALESCE(entered_by, 0) <> ?",
		    args(account_id, id, account_id, account_id)) == 1)
		return true;
	return db_one(db, "SELECT id FROM account WHERE id = ? FOR UPDATE", args(account_id)) &&
	       db_int(db,
		      "SELECT COALESCE(SUM(x.amount), 0) <= ? FROM expense y JOIN expense x ON x.currency = y.currency"
		      " AND (x.id = y.id OR (? IN (x.requested_by, x.entered_by) AND x.approved_by IS NULL"
		      " AND x.approved_at > ? AND x.status IN ('approved', 'paid'))) WHERE y.id = ?",
		      args(alone, account_id, arg_time(now - MS_DAY), id)) == 1;
}

bool expense_is_of(struct db *db, int64_t id, const char *day)
{
	return db_int(db, "SELECT COUNT(*) FROM expense WHERE id = ? AND spent_on = ?", args(id, day)) > 0;
}
