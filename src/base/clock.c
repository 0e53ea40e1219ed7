/* Machine times are read and written by hand, strictly; people's times go through the C library's zone
 * files. The C library knows one zone at a time (TZ), so the last one used is remembered: a page about
 * one event sets it once. Nothing else may depend on TZ; UTC is always timegm and gmtime_r. */
#include "base/clock.h"
#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ZONE_MAX = 64 };

/* 0001-01-01 and the last millisecond of 9999: what four digits of a year can say. */
static const ms_t FIRST = INT64_C(-62135596800000), LAST = INT64_C(253402300799999);

static ms_t read_clock(clockid_t id)
{
	struct timespec now;
	int failed = clock_gettime(id, &now);

	assert(!failed);
	(void)failed;
	return (ms_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000;
}

ms_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

ms_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* Whole seconds, rounded towards the past, also before 1970. */
static time_t seconds_of(ms_t at)
{
	return (time_t)(at / MS_SECOND - (at % MS_SECOND < 0));
}

bool clock_sums(ms_t at, ms_t later)
{
	ms_t sum;

	return !__builtin_add_overflow(at, later, &sum) && sum >= FIRST && sum <= LAST;
}

static ms_t within_years(ms_t at)
{
	return at < FIRST ? FIRST : at > LAST ? LAST : at;
}

/* n digits and what stands behind them. Answers have many times, and printf(3) takes ten times as long. */
static char *put_number(char *out, int n, unsigned number, char behind)
{
	for (int i = n; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	out[n] = behind;
	return out + n + 1;
}

char *clock_iso(ms_t at, char out[ISO_SIZE])
{
	char *to = out;
	struct tm tm;
	time_t seconds;

	at = within_years(at);
	seconds = seconds_of(at);
	gmtime_r(&seconds, &tm);
	to = put_number(to, 4, (unsigned)(tm.tm_year + 1900), '-');
	to = put_number(to, 2, (unsigned)(tm.tm_mon + 1), '-');
	to = put_number(to, 2, (unsigned)tm.tm_mday, 'T');
	to = put_number(to, 2, (unsigned)tm.tm_hour, ':');
	to = put_number(to, 2, (unsigned)tm.tm_min, ':');
	to = put_number(to, 2, (unsigned)tm.tm_sec, '.');
	to = put_number(to, 3, (unsigned)(at - seconds * MS_SECOND), 'Z');
	*to = '\0';
	return out;
}

/* Reads exactly n digits and moves on; false when they are not there or the number is not in low … high. */
static bool take_number(const char **text, int n, int low, int high, int *out)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	if (value < low || value > high)
		return false;
	*text += n;
	*out = value;
	return true;
}

static bool take_char(const char **text, const char *any_of)
{
	if (!**text || !strchr(any_of, **text))
		return false;
	++*text;
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool take_date(const char **text, struct tm *tm)
{
	int year, month, day;

	if (!take_number(text, 4, 1, 9999, &year) || !take_char(text, "-") || !take_number(text, 2, 1, 12, &month) ||
	    !take_char(text, "-") || !take_number(text, 2, 1, days_in(year, month), &day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

static bool take_hour_minute(const char **text, int *hour, int *minute)
{
	return take_number(text, 2, 0, 23, hour) && take_char(text, ":") && take_number(text, 2, 0, 59, minute);
}

/* Any number of digits after a point; what is finer than a millisecond is dropped. */
static bool take_fraction(const char **text, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (!take_char(text, "."))
		return true;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); ++*text, scale /= 10)
		*ms += (**text - '0') * scale;
	return true;
}

/* Z or ±hh:mm, as minutes east of UTC. */
static bool take_offset(const char **text, int *minutes)
{
	int hour, minute, sign;

	*minutes = 0;
	if (take_char(text, "Zz"))
		return true;
	sign = **text == '-' ? -1 : 1;
	if (!take_char(text, "+-") || !take_hour_minute(text, &hour, &minute))
		return false;
	*minutes = sign * (hour * 60 + minute);
	return true;
}

bool clock_parse(const char *text, ms_t *at)
{
	struct tm tm = { 0 };
	int ms, offset;
	ms_t result;

	/* A leap second, :60, becomes the first second of the next minute. */
	if (!take_date(&text, &tm) || !take_char(&text, "Tt ") || !take_hour_minute(&text, &tm.tm_hour, &tm.tm_min) ||
	    !take_char(&text, ":") || !take_number(&text, 2, 0, 60, &tm.tm_sec) || !take_fraction(&text, &ms) ||
	    !take_offset(&text, &offset) || *text)
		return false;
	result = (ms_t)timegm(&tm) * MS_SECOND + ms - offset * MS_MINUTE;
	if (result < FIRST || result > LAST)
		return false;
	*at = result;
	return true;
}

/* The names in the zone directory, without its copies: posix/ doubles every zone, right/ counts leap
 * seconds, and localtime is this machine's own. No zone has a dot, so no name can climb with "..". */
static bool zone_name_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= ZONE_MAX || name[0] == '/')
		return false;
	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("/_+-", *c))
			return false;
	return strncmp(name, "posix/", 6) != 0 && strncmp(name, "right/", 6) != 0 && strcmp(name, "localtime") != 0 &&
	       strcmp(name, "posixrules") != 0;
}

bool clock_zone_known(const char *name)
{
	const char *directory = getenv("TZDIR");
	char path[512], magic[4];
	bool known;
	int fd;

	if (!strcmp(name, "UTC")) /* on a machine without zone files too */
		return true;
	if (!zone_name_ok(name))
		return false;
	if (snprintf(path, sizeof(path), "%s/%s", directory && *directory ? directory : "/usr/share/zoneinfo", name) >=
	    (int)sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* RFC 8536: every zone file begins so; tables and directories beside them do not. */
	known = read(fd, magic, sizeof(magic)) == sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
	close(fd);
	return known;
}

static bool zone_use(const char *zone)
{
	static char current[ZONE_MAX];

	if (current[0] && strcmp(current, zone) == 0)
		return true;
	if (!clock_zone_known(zone) || setenv("TZ", zone, 1) != 0)
		return false;
	tzset();
	snprintf(current, sizeof(current), "%s", zone);
	return true;
}

size_t clock_format(ms_t at, const char *zone, const char *format, char *out, size_t size)
{
	time_t seconds = seconds_of(at);
	struct tm tm;

	if (size == 0)
		return 0;
	out[0] = '\0';
	if (!zone_use(zone) || !localtime_r(&seconds, &tm))
		return 0;
	return strftime(out, size, format, &tm);
}

/* Seconds that the zone's clocks are ahead of UTC; the zone is in use. */
static bool ahead_at(time_t at, time_t *ahead)
{
	struct tm tm;

	if (!localtime_r(&at, &tm))
		return false;
	*ahead = tm.tm_gmtoff;
	return true;
}

/* Of two moments of which the clocks are ahead differently, the one between them at which they are moved. */
static time_t moved_between(time_t low, time_t high)
{
	time_t first, ahead;

	if (!ahead_at(low, &first))
		return high;
	while (high - low > 1) {
		time_t middle = low + (high - low) / 2;

		if (ahead_at(middle, &ahead) && ahead == first)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* mktime's answer for an hour that comes twice depends on what it was asked before. So: try what the clocks were ahead a day
 * before and are a day after. Where both fit, the earlier moment wins; an hour that they skip fits neither. */
static enum clock_shown wall_to_utc(time_t wall, time_t *at)
{
	const time_t day = 24 * 60 * 60;
	time_t before, after, now;
	bool early, late;

	if (!ahead_at(wall - day, &before) || !ahead_at(wall + day, &after))
		return CLOCK_NOWHERE;
	early = ahead_at(wall - before, &now) && now == before;
	late = before != after && ahead_at(wall - after, &now) && now == after;
	if (early || late)
		*at = early ? wall - before : wall - after;
	else
		*at = moved_between(wall - day, wall + day);
	return early && late ? CLOCK_TWICE : early || late ? CLOCK_ONCE : CLOCK_NEVER;
}

bool clock_parse_wall(const char *text, ms_t *wall)
{
	struct tm tm = { 0 };
	int ms = 0;

	if (!take_date(&text, &tm) || !take_char(&text, "T ") || !take_hour_minute(&text, &tm.tm_hour, &tm.tm_min))
		return false;
	if (take_char(&text, ":") && (!take_number(&text, 2, 0, 59, &tm.tm_sec) || !take_fraction(&text, &ms)))
		return false;
	if (*text)
		return false;
	*wall = (ms_t)timegm(&tm) * MS_SECOND + ms;
	return true;
}

bool clock_wall(ms_t at, const char *zone, ms_t *wall)
{
	time_t ahead;

	if (!zone_use(zone) || !ahead_at(seconds_of(at), &ahead))
		return false;
	*wall = at + ahead * MS_SECOND;
	return true;
}

enum clock_shown clock_when(ms_t wall, const char *zone, ms_t *at)
{
	time_t seconds = seconds_of(wall), utc;
	enum clock_shown shown = zone_use(zone) ? wall_to_utc(seconds, &utc) : CLOCK_NOWHERE;

	if (shown != CLOCK_NOWHERE)
		*at = (ms_t)utc * MS_SECOND + (shown == CLOCK_NEVER ? 0 : wall - seconds * MS_SECOND);
	return shown;
}

/* ---- days ---- */

bool clock_date_valid(const char *text)
{
	struct tm tm;

	return take_date(&text, &tm) && !*text;
}

/* A date's midnight as if it were UTC. False when there is no such date. */
static bool midnight_of(const char *date, ms_t *wall)
{
	struct tm tm = { 0 };

	if (!take_date(&date, &tm) || *date)
		return false;
	*wall = (ms_t)timegm(&tm) * MS_SECOND;
	return true;
}

static char *date_of(ms_t wall, char out[DATE_SIZE])
{
	char iso[ISO_SIZE];

	snprintf(out, DATE_SIZE, "%.10s", clock_iso(wall, iso));
	return out;
}

bool clock_date(ms_t at, const char *zone, char out[DATE_SIZE])
{
	ms_t wall;

	return clock_wall(at, zone, &wall) && date_of(wall, out);
}

char *clock_date_add(const char *date, int days, char out[DATE_SIZE])
{
	ms_t wall = 0;
	bool valid = midnight_of(date, &wall);

	assert(valid);
	(void)valid;
	return date_of(wall + days * MS_DAY, out);
}

/* Where the clocks skip midnight, the day begins when they do. The first and the last day of all end where the years do: what says "to
 * 9999-12-31" means for ever. */
bool clock_day(const char *date, const char *zone, ms_t *from, ms_t *to)
{
	ms_t midnight;

	if (!midnight_of(date, &midnight) || clock_when(midnight, zone, from) == CLOCK_NOWHERE ||
	    clock_when(midnight + MS_DAY, zone, to) == CLOCK_NOWHERE)
		return false;
	*from = within_years(*from);
	*to = within_years(*to);
	return true;
}

ms_t clock_day_begins(ms_t now, const char *zone, int days)
{
	char date[DATE_SIZE];
	ms_t from = 0, to;

	if (!clock_date(now, zone, date))
		return clock_day_begins(now, "UTC", days);
	clock_day(clock_date_add(date, days, date), zone, &from, &to);
	return from;
}

bool clock_day_to_come(const char *date, const char *zone, ms_t now)
{
	char today[DATE_SIZE];

	return clock_date(now, zone, today) && strcmp(date, today) > 0;
}

bool clock_shifts(ms_t until, const char *zone, struct clock_shift shifts[], size_t n)
{
	const time_t week = 7 * 24 * 60 * 60;
	time_t at = seconds_of(until), oldest = at - 520 * week, ahead, before;
	size_t found = 0;

	if (!zone_use(zone) || !ahead_at(at, &ahead))
		return false;
	for (; found < n && at > oldest && ahead_at(at - week, &before); at -= week) {
		if (before == ahead)
			continue;
		shifts[found++] = (struct clock_shift){ moved_between(at - week, at) * MS_SECOND, (int)ahead };
		ahead = before;
	}
	for (; found < n; found++)
		shifts[found] = (struct clock_shift){ oldest * MS_SECOND, (int)ahead };
	return true;
}
