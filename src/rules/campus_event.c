/* Clocks are moved between one lecture and the next, and it begins at ten all the same: so days are counted by what clocks show, and
 * whoever asks turns each into a moment. */
#include "rules/campus_event.h"
#include <libical/ical.h>
#include <stdio.h>

struct campus_window campus_window(const struct campus_times *t)
{
	struct campus_window w = { .opens_at = t->starts_at - t->opens_before * MS_MINUTE,
				   .late_at = t->starts_at + t->late_after * MS_MINUTE,
				   .closes_at = t->closes_after < 0 ? t->ends_at
								    : t->starts_at + t->closes_after * MS_MINUTE };

	if (w.late_at > w.closes_at)
		w.late_at = w.closes_at;
	return w;
}

/* Without a zone. */
static struct icaltimetype time_of(ms_t wall)
{
	struct icaltimetype time =
		icaltime_from_timet_with_zone((time_t)(wall / MS_SECOND), 0, icaltimezone_get_utc_timezone());

	time.zone = NULL;
	return time;
}

static struct icaltimetype end_of_day(const char *date)
{
	struct icaltimetype time = icaltime_null_time();

	if (sscanf(date, "%4d-%2d-%2d", &time.year, &time.month, &time.day) != 3)
		return time;
	time.hour = 23;
	time.minute = time.second = 59;
	return time;
}

static struct icalrecurrencetype rule_of(const struct recurrence *r)
{
	static const enum icalrecurrencetype_weekday DAYS[] = { ICAL_MONDAY_WEEKDAY,	ICAL_TUESDAY_WEEKDAY,
								ICAL_WEDNESDAY_WEEKDAY, ICAL_THURSDAY_WEEKDAY,
								ICAL_FRIDAY_WEEKDAY,	ICAL_SATURDAY_WEEKDAY,
								ICAL_SUNDAY_WEEKDAY };
	struct icalrecurrencetype rule;
	size_t n = 0;

	icalrecurrencetype_clear(&rule);
	rule.freq = r->weekly ? ICAL_WEEKLY_RECURRENCE : ICAL_DAILY_RECURRENCE;
	rule.interval = (short)r->interval;
	rule.week_start = ICAL_MONDAY_WEEKDAY;
	rule.count = r->count;
	if (r->until)
		rule.until = end_of_day(r->until);
	for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++)
		if (r->days & 1U << i)
			rule.by_day[n++] = (short)DAYS[i];
	return rule;
}

size_t recurrence_walls(const struct recurrence *r, ms_t first, ms_t out[], size_t max)
{
	icalrecur_iterator *days = icalrecur_iterator_new(rule_of(r), time_of(first));
	const ms_t beside = first % MS_SECOND;
	size_t n = 0;

	while (days && n <= max) {
		struct icaltimetype next = icalrecur_iterator_next(days);

		if (icaltime_is_null_time(next))
			break;
		if (n < max)
			out[n] = (ms_t)icaltime_as_timet(next) * MS_SECOND + beside;
		n++;
	}
	if (days)
		icalrecur_iterator_free(days);
	return n;
}
