#ifndef STORE_EVENT_FIGURES_H
#define STORE_EVENT_FIGURES_H
/* One event's marks in numbers, as far as somebody sees them; beside its sums, which attendance_figures.h has. */
#include "store/attendance_figures.h"

/* Whose marks: of an event (its number), and where the sight is FIGURES_THEIRS only those of the account's departments, unless it made it. */
struct event_marks {
	int64_t event_id;
	enum figures_sight sight;
	int64_t account_id;
};

/* Of those that attended and were not rejected: inside, probable, outside, unusable, none (no place is known), first_at, last_at (NULL: nobody
 * came). NULL: the database failed. */
const struct row *event_marks_places(struct db *db, const struct event_marks *of);
/* The same by the minute in which they were sent: minute, n; minutes without any are not there. */
const struct rows *event_marks_minutes(struct db *db, const struct event_marks *of);
/* What speaks against any of its records, without what was dismissed: code, n. */
const struct rows *event_marks_flags(struct db *db, const struct event_marks *of);

#endif
