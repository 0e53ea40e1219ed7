#ifndef STORE_DAY_H
#define STORE_DAY_H
/* Days where things are: those of an event's zone, or of the site's, each as long as that zone's clocks make it. SQL knows no zones
 * here (the database's own tables of them are seldom filled), so the moments at which days turn and clocks are moved are worked out
 * by base/clock.h and handed over as arguments. */
#include "db/db.h"

/* ---- a day among rows that are each in a zone of their own ---- */

/* When a day begins, or is over, by the clocks of each zone that there is. */
struct day_edge {
	bool same;	   /* at the same moment in all of them: first */
	ms_t first, last;  /* the first and the last of these moments */
	const char *zones; /* all of them, for DAY_EDGE() */
};

/* The moment for the row's zone, an expression; where that is NULL, the site's. Its one argument is edge.zones. */
#define DAY_EDGE(zone) "CAST(JSON_VALUE(?, CONCAT('$.\"', COALESCE(" zone ", '-'), '\"')) AS DATETIME(3))"

/* Of a valid date: its beginning, or its end, which is when the next one begins. site: the site's zone. On ctx. */
struct day_edge day_edge(TALLOC_CTX *ctx, struct db *db, const char *date, bool end, const char *site);

/* ---- what the clocks of one zone showed ---- */

enum { DAY_SHIFTS = 8, DAY_ARGS = 2 * (DAY_SHIFTS - 1) + 1 };

#define DAY_SHIFT(at) " WHEN " at " >= ? THEN ?"
/* A time as one zone's clocks showed it. Its DAY_ARGS arguments are day_args(). */
#define DAY_LOCAL(at)                                                                                                  \
	"(" at " + INTERVAL CASE" DAY_SHIFT(at) DAY_SHIFT(at) DAY_SHIFT(at) DAY_SHIFT(at) DAY_SHIFT(at) DAY_SHIFT(at)  \
		DAY_SHIFT(at) " ELSE ? END SECOND)"

/* For times up to until; what is more than three years older may be an hour off, where clocks are moved twice a year. Returns
 * into. */
const struct arg *day_args(struct arg into[DAY_ARGS], const char *zone, ms_t until);

/* Seconds past a whole hour of UTC at which the zone's hours began at a moment: 1800 where its clocks are half an hour off. */
int day_hour_begins(const char *zone, ms_t at);

#endif
