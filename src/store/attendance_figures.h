#ifndef STORE_ATTENDANCE_FIGURES_H
#define STORE_ATTENDANCE_FIGURES_H
/* Attendance in numbers. Each figure is read from the sums that are kept of events that are over, and from the rows themselves of all
 * others, so it is right to the last record that was committed. Rejected records count in `rejected` alone. */
#include "base/uuid.h"
#include "store/day.h"

/* Whose records. */
enum figures_sight {
	FIGURES_OWN,	/* the account's own */
	FIGURES_THEIRS, /* of people of the account's departments, and of all at events that it made */
	FIGURES_MADE,	/* at events that the account made */
	FIGURES_ALL	/* at events of campus_id; 0: of every campus */
};

/* Which of them: of events that start from `from` on and before `to`. */
struct figures_of {
	enum figures_sight sight;
	int64_t account_id, campus_id;
	ms_t from, to, now;
	const char *zone; /* by whose clocks there are hours and days */
	/* Filters; 0 and NULL: any. */
	int64_t campus, department;
	const uint8_t *event; /* a UUID's bytes */
	const char *series;
	bool verified_only;
};

/* How many attended (present or late), by the weekday of the event's start and the hour in which they were recorded: weekday (0: Monday), hour, n. */
const struct rows *figures_hours(struct db *db, const struct figures_of *of);
/* Sums of a day of the events' starts, in the order of days; days without events are not there: day, weekday (0: Monday), events, attended, late, verified,
 * pending (these two of those that attended), rejected, expected, absent, excused, and rated: attended where somebody was expected. */
const struct rows *figures_days(struct db *db, const struct figures_of *of);
/* The newest n events of which there is anything: id (uuid), title, start_datetime, time_zone, expected, attended, late, pending, rate (per cent;
 * NULL: nobody was expected). */
const struct rows *figures_events(struct db *db, const struct figures_of *of, int64_t n);
/* Of each department: department_id, department (its name), events, expected, attended, present, late, absent, excused, rate (per cent;
 * NULL: nobody was expected), verified, pending, rejected, below_threshold (is the rate below what its campus wants), rated. By name. The
 * last one, of department_id 0, is who has none, and the departments outside of the account's own scope of which never FIGURES_FEWEST
 * people were seen or expected at one event: they are told together, so that nobody is told alone. */
enum { FIGURES_FEWEST = 5 };
const struct rows *figures_departments(struct db *db, const struct figures_of *of);

/* How long it took, in milliseconds. */
enum figures_span {
	SPAN_SELF,  /* from the first good code to the submission, by the person's own hand */
	SPAN_MANUAL /* from there to the last decision */
};
/* Tells add of the time of each record that attended, was not rejected and has one. */
void figures_times(struct db *db, const struct figures_of *of, enum figures_span span, void (*add)(void *with, ms_t ms),
		   void *with);
/* Tells add of each record at an event that has closed and whose roster is fixed, but those that excuse: whose it is (an account), and did they
 * come. Of the filters neither event nor verified_only. Not for FIGURES_OWN. */
void figures_people(struct db *db, const struct figures_of *of, void (*add)(void *with, int64_t account_id, bool came),
		    void *with);

#endif
