/* Expenses: approved, they are in the books. */
#include "app/expense.h"
#include "store/expense.h"

/* That the row is in the state that the act begins with, its UPDATE says after this, whose refusal takes this back. */
static void in_the_books(struct request *rq, enum ledger_posted posted)
{
	if (posted != LEDGER_POSTED)
		refuse(rq, 409, "EXPENSE_BUSY", "This expense could not be entered now. Try again.");
}

void expense_approve(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "requested"))
		in_the_books(rq, expense_post(rq->db, row_int(row, "id"), row_int(row, "amount"),
					      row_text(row, "currency"), rq->now));
}

void expense_withdraw(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "approved"))
		in_the_books(rq, expense_post_back(rq->db, row_int(row, "id"), rq->now));
}
