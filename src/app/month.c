/* Months. */
#include "app/month.h"
#include <string.h>

bool month_of_day(struct request *rq, const char *day, struct finance_month *month)
{
	char first[DATE_SIZE], next[DATE_SIZE];
	ms_t unused;

	memcpy(first, day, DATE_SIZE - 1);
	first[DATE_SIZE - 1] = '\0';
	memcpy(first + 8, "01", 2);
	clock_date_add(first, 31, next);
	memcpy(next + 8, "01", 2);
	month->month = talloc_strdup(rq->mem, first);
	return strcmp(next, first) > 0 && clock_day(first, rq->config->time_zone, &month->begins, &unused) &&
	       clock_day(next, rq->config->time_zone, &month->ends, &unused);
}

bool month_over_or_fault(struct request *rq, const char *field, struct finance_month *month)
{
	const char *day = field_text(rq, field);

	if (strlen(day) != DATE_SIZE - 1 || strcmp(day + 8, "01") || !month_of_day(rq, day, month))
		field_fault(rq, field, "Give the first day of a month.");
	else if (rq->now < month->ends + SETTLED_AFTER_MINUTES * MS_MINUTE)
		field_fault(rq, field, "This month is not over yet.");
	else
		return true;
	return false;
}

void dated_or_fault(struct request *rq, const char *field)
{
	struct finance_month month;

	if (field_given(rq, field) &&
	    (!month_of_day(rq, field_text(rq, field), &month) || !finance_month_open(rq->db, &month, rq->now)))
		field_fault(rq, field, "The month of this day is closed. Give the day on which it is entered.");
}
