/* Shares of the profit. */
#include "app/profit.h"
#include "app/identity.h"
#include "app/month.h"
#include "store/profit.h"

void profit_check(struct request *rq, int64_t id)
{
	struct finance_month month;

	(void)id;
	month_over_or_fault(rq, "month", &month);
}

static void refuse_share(struct request *rq, enum profit_shared shared)
{
	switch (shared) {
	case PROFIT_NO_RULE:
		refuse(rq, 409, "NO_SHARE", "They had no share in the profit when this month began.");
		break;
	case PROFIT_NONE:
		refuse(rq, 409, "NO_PROFIT", "There was no profit in this month and currency to be shared.");
		break;
	case PROFIT_GONE:
		refuse(rq, 409, "PROFIT_GONE",
		       "The house does not have so much in this currency any more: it lost, spent or shared some since.");
		break;
	case PROFIT_SPENT:
		refuse(rq, 409, "MORE_THAN_PROFIT", "Together with what others had it would be more than the profit.");
		break;
	case PROFIT_BEFORE:
		refuse(rq, 409, "SHARED_BEFORE", "They have had their share of this month.");
		break;
	default:
		refuse(rq, 409, "SHARE_BUSY", "This share could not be entered now. Try again.");
	}
}

int64_t profit_insert(struct request *rq)
{
	struct profit_asked asked = { .shareholder_id = field_int(rq, "shareholder_id"),
				      .month = field_text(rq, "month"),
				      .currency = field_text(rq, "currency") };
	enum profit_shared shared;
	struct finance_month month;
	int64_t id = 0;

	if (!fresh_or_refuse(rq) || !month_over_or_fault(rq, "month", &month))
		return 0;
	asked.begins = month.begins;
	asked.ends = month.ends;
	shared = profit_share(rq->db, &asked, rq->now, &id);
	if (shared != PROFIT_SHARED)
		refuse_share(rq, shared);
	return shared == PROFIT_SHARED ? id : 0;
}
