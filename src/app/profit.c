/* Shares of the profit. */
#include "app/profit.h"
#include "app/identity.h"
#include "store/profit.h"
#include <stdio.h>
#include <string.h>

/* What was begun before midnight has ended by then. */
enum { SETTLED_AFTER_MINUTES = 60 };

/* When a month begins and ends where the site is. False: that is no first day of one. */
static bool month_of(struct request *rq, const char *first, ms_t *begins, ms_t *ends)
{
	char next[DATE_SIZE];
	ms_t unused;

	if (strlen(first) != 10 || strcmp(first + 8, "01"))
		return false;
	clock_date_add(first, 31, next);
	memcpy(next + 8, "01", 2);
	return clock_day(first, rq->config->time_zone, begins, &unused) &&
	       clock_day(next, rq->config->time_zone, ends, &unused);
}

void profit_check(struct request *rq, int64_t id)
{
	ms_t begins, ends;

	(void)id;
	if (!month_of(rq, field_text(rq, "month"), &begins, &ends))
		field_fault(rq, "month", "Give the first day of a month.");
	else if (rq->now < ends + SETTLED_AFTER_MINUTES * MS_MINUTE)
		field_fault(rq, "month", "This month is not over yet.");
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
	int64_t id = 0;

	if (!fresh_or_refuse(rq) || !month_of(rq, asked.month, &asked.begins, &asked.ends))
		return 0;
	shared = profit_share(rq->db, &asked, rq->now, &id);
	if (shared != PROFIT_SHARED)
		refuse_share(rq, shared);
	return shared == PROFIT_SHARED ? id : 0;
}
