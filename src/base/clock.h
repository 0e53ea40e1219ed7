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

enum { ISO_SIZE = 25 }; /* 2026-11-21T08:45:00.000Z and its NUL */

/* The wall clock. A request reads it once, into rq->now; nothing else calls this on a request's way. */
ms_t clock_now(void);
/* A clock that never steps back, for measuring durations. Milliseconds. */
ms_t clock_monotonic(void);
/* Writes at as ISO 8601 UTC with milliseconds into out; years 0001 to 9999, beyond them the nearest. Returns out. */
char *clock_iso(ms_t at, char out[ISO_SIZE]);
/* Reads RFC 3339 (date, time, optional fraction, Z or an offset). False when it is not such a time. */
bool clock_parse(const char *text, ms_t *at);
/* Is name an IANA time zone that this machine knows ("Europe/Berlin")? */
bool clock_zone_known(const char *name);
/* strftime(3) in an IANA zone. Returns the length, 0 when out is too small or the zone unknown. */
size_t clock_format(ms_t at, const char *zone, const char *format, char *out, size_t size);
/* Reads "2026-11-21T20:00" (an HTML datetime-local; seconds may follow) as wall time in zone. Of an hour that comes
 * twice in autumn the first is meant; false for one that the clocks skip in spring. */
bool clock_parse_local(const char *text, const char *zone, ms_t *at);
/* Reads "2026-11-21" as a calendar date; true when that day exists. */
bool clock_date_valid(const char *text);
/* Is such a date later than the day (UTC) that now is in? */
bool clock_day_to_come(const char *date, ms_t now);

#endif
