/* Expenses: approved, they are in the books. */
#include "app/expense.h"
#include "app/identity.h"
#include "app/month.h"
#include "app/resource.h"
#include "store/expense.h"

/* One that stays where it is may be changed otherwise: its money has not moved yet. */
void expense_check(struct request *rq, int64_t id)
{
	if (!id || (field_given(rq, "spent_on") && !expense_is_of(rq->db, id, field_text(rq, "spent_on"))))
		dated_or_fault(rq, "spent_on");
}

/* That the row is in the state that the act begins with, its UPDATE says after this, whose refusal takes this back. */
static void in_the_books(struct request *rq, enum ledger_posted posted)
{
	if (posted != LEDGER_POSTED)
		refuse(rq, 409, "EXPENSE_BUSY", "This expense could not be entered now. Try again.");
}

/* Who approves it approves what they said. */
void expense_made(struct request *rq, int64_t id)
{
	expense_by(rq->db, id, rq->who.account_id);
}

/* A form that is saved as it was says nothing. */
void expense_changed(struct request *rq, int64_t id)
{
	const struct resource *r = resource_of(rq);
	const struct row *row = resource_row(rq, r, id);
	struct json_object *others = row ? resource_differences(rq, r, row, EDITED) : NULL;

	if (others && json_object_object_length(others))
		expense_by(rq->db, id, rq->who.account_id);
	json_object_put(others);
}

void expense_approve(struct request *rq, const struct row *row)
{
	bool house = row_is(row, "currency", rq->config->fee_currency);

	if (!row_is(row, "status", "requested") || !fresh_or_refuse(rq))
		return;
	if (!expense_by_two(rq->db, row_int(row, "id"), rq->who.account_id, house ? rq->config->payout_alone : 0,
			    rq->now))
		refuse(rq, 403, "SECOND_PERSON",
		       "You entered or changed this expense yourself. Somebody else is to approve it.");
	else
		in_the_books(rq, expense_post(rq->db, row_int(row, "id"), row_int(row, "amount"),
					      row_text(row, "currency"), rq->now));
}

void expense_withdraw(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "approved") && fresh_or_refuse(rq))
		in_the_books(rq, expense_post_back(rq->db, row_int(row, "id"), rq->now));
}
