#ifndef STORE_CAMPUS_DASHBOARD_H
#define STORE_CAMPUS_DASHBOARD_H
/* What somebody's dashboard shows beside the sums of attendance_figures.h: what is a person's own, so that no sums are kept of it. */
#include "store/attendance_figures.h"

/* How many marks were made since then, by people or for them, within the scope and the filters of campus and department. */
int64_t dashboard_marks(struct db *db, const struct figures_of *of, ms_t since);
/* People of a supervisor's or an organizer's scope who were expected at DASHBOARD_FEWEST events or more that have closed, and whose rate is below
 * what their campus wants, the lowest first, at most n: user_id, student_id, full_name, department, expected, attended, rate, threshold. */
enum { DASHBOARD_FEWEST = 3 };
const struct rows *dashboard_at_risk(struct db *db, const struct figures_of *of, int64_t n);
/* How an account may still stand, of events that start from then on: expected, possible (at so many of these they were, or can still be),
 * threshold (what their campus wants, per cent), absent_running (the last so many records in a row). NULL: the database failed. */
const struct row *dashboard_outlook(struct db *db, int64_t account_id, ms_t from, ms_t now);

#endif
