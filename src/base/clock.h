#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/* Time is milliseconds since 1970-01-01 UTC everywhere in the program. People see it in an event's
 * IANA time zone; machines see ISO 8601 with Z. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t ms_t;

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

enum { ISO_SIZE = 25, DATE_SIZE = 11 }; /* 2026-11-21T08:45:00.000Z, and 2026-11-21, and their NUL */

/* The wall clock. A request reads it once, into rq->now; nothing else calls this on a request's way. */
ms_t clock_now(void);
/* A clock that never steps back, for measuring durations. Milliseconds. */
ms_t clock_monotonic(void);
/* Writes at as ISO 8601 UTC with milliseconds into out; years 0001 to 9999, beyond them the nearest. Returns out. */
char *clock_iso(ms_t at, char out[ISO_SIZE]);
/* Is a moment so much later, or earlier, one of the years 0001 to 9999? */
bool clock_sums(ms_t at, ms_t later);
/* Reads RFC 3339 (date, time, optional fraction, Z or an offset). False when it is not such a time. */
bool clock_parse(const char *text, ms_t *at);
/* Is name an IANA time zone that this machine knows ("Europe/Berlin")? */
bool clock_zone_known(const char *name);
/* strftime(3) in an IANA zone. Returns the length, 0 when out is too small or the zone unknown. */
size_t clock_format(ms_t at, const char *zone, const char *format, char *out, size_t size);

/* ---- what a zone's clocks show: a wall time, in milliseconds as if it were UTC ---- */
/* Reads "2026-11-21T20:00" (an HTML datetime-local; seconds and a fraction may follow). False when it is none. */
bool clock_parse_wall(const char *text, ms_t *wall);
/* What the zone's clocks show at a moment. False when the zone is unknown. */
bool clock_wall(ms_t at, const char *zone, ms_t *wall);
/* How often the clocks show a wall time: in autumn an hour comes twice, in spring one is skipped. */
enum clock_shown { CLOCK_NEVER, CLOCK_ONCE, CLOCK_TWICE, CLOCK_NOWHERE };
/* When the zone's clocks show it: *at is that moment, of two the first; of CLOCK_NEVER the moment at which they skip it.
 * CLOCK_NOWHERE: the zone is unknown. */
enum clock_shown clock_when(ms_t wall, const char *zone, ms_t *at);

/* ---- days ---- */
/* Reads "2026-11-21" as a calendar date; true when that day exists. */
bool clock_date_valid(const char *text);
/* The date that a zone's clocks show. False when the zone is unknown. */
bool clock_date(ms_t at, const char *zone, char out[DATE_SIZE]);
/* The date so many days later, before that where days is negative. date is valid. Returns out. */
char *clock_date_add(const char *date, int days, char out[DATE_SIZE]);
/* A day where its zone's clocks are: the moments from *from on that are before *to. A day on which they are moved has 23 or
 * 25 hours, one that they left out has none. False when there is no such date or zone. */
bool clock_day(const char *date, const char *zone, ms_t *from, ms_t *to);
/* When the day begins that is so many days after the one that the zone is in now. An unknown zone is UTC. */
ms_t clock_day_begins(ms_t now, const char *zone, int days);
/* Is such a date later than the day that the zone is in now? */
bool clock_day_to_come(const char *date, const char *zone, ms_t now);

/* A time in which a zone's clocks were not moved: since when, and the seconds that they were ahead of UTC. */
struct clock_shift {
	ms_t from;
	int ahead;
};
/* The last n of these up to a moment, the newest first; where there were fewer in the last ten years, the oldest is there again.
 * False when the zone is unknown. */
bool clock_shifts(ms_t until, const char *zone, struct clock_shift shifts[], size_t n);

#endif
