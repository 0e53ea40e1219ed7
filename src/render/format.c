/* Values as people read them. One signature for all, so that the template engine needs one adapter and a test needs
 * no engine. Month and weekday names come from the catalogue, never from the C library's locale: that is the
 * process's, and two people with different languages share a process. */
#include "render/format.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/prose.h"
#include "base/rate.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BRIEF_BYTES = 200 };

static bool read_int(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return end != text && !*end && !errno;
}

/* "-1,234.50" of -123450 in two places; grouped: with the commas. */
static void add_decimal(struct buf *out, int64_t number, size_t places, bool grouped)
{
	uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[40];
	size_t whole = (size_t)snprintf(digits, sizeof(digits), "%0*" PRIu64, (int)places + 1, size) - places;

	if (number < 0)
		buf_char(out, '-');
	for (size_t i = 0; i < whole; i++) {
		if (grouped && i && (whole - i) % 3 == 0)
			buf_char(out, ',');
		buf_char(out, digits[i]);
	}
	if (places)
		buf_printf(out, ".%s", digits + whole);
}

/* A sign only where it means one currency; "$" alone would promise the wrong dollars. */
static const char *currency_sign(const char *currency)
{
	static const char *const SIGNS[][2] = { { "EUR", "€" }, { "GBP", "£" }, { "USD", "$" }, { "INR", "₹" } };

	for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++)
		if (!strcmp(SIGNS[i][0], currency))
			return SIGNS[i][1];
	return NULL;
}

static void format_money(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *sign = currency_sign(arg[1]);
	int places = money_places(arg[1]);
	int64_t minor;

	(void)words;
	if (!*arg[0] || !read_int(arg[0], &minor)) {
		buf_text(out, arg[0]);
		return;
	}
	if (sign && minor < 0) {
		buf_printf(out, "-%s", sign);
		minor = minor == INT64_MIN ? INT64_MAX : -minor;
	} else if (sign) {
		buf_text(out, sign);
	}
	add_decimal(out, minor, places < 0 ? 0 : (size_t)places, true);
	if (!sign)
		buf_printf(out, " %s", arg[1]);
}

/* Digits and a point only: what money_parse reads back from a form. What is not a number was typed: it stays. */
static void format_money_input(struct buf *out, const struct words *words, const char *const arg[])
{
	int places = money_places(arg[1]);
	int64_t minor;

	(void)words;
	if (read_int(arg[0], &minor))
		add_decimal(out, minor, places < 0 ? 0 : (size_t)places, false);
	else
		buf_text(out, arg[0]);
}

/* "2.5 %", which no line parts. */
static void format_rate(struct buf *out, const struct words *words, const char *const arg[])
{
	char text[24];
	int64_t points;

	(void)words;
	if (read_int(arg[0], &points))
		buf_printf(out, "%s\u00A0%%", rate_text(points, text, sizeof text));
	else
		buf_text(out, arg[0]);
}

/* As rate_parse() reads it back from a form. What is no number of basis points was typed: it stays. */
static void format_rate_input(struct buf *out, const struct words *words, const char *const arg[])
{
	char text[24];
	int64_t points;

	(void)words;
	buf_text(out, read_int(arg[0], &points) ? rate_text(points, text, sizeof text) : arg[0]);
}

static void format_count(struct buf *out, const struct words *words, const char *const arg[])
{
	int64_t n;

	(void)words;
	if (read_int(arg[0], &n))
		add_decimal(out, n, 0, true);
	else
		buf_text(out, arg[0]);
}

/* A time, or the midnight of a bare date (*zone then becomes UTC, so that no zone moves it to another day). What is not known
 * as a zone here is UTC too. */
static bool read_time(const struct words *words, const char *text, const char **zone, ms_t *at)
{
	char midnight[sizeof("2026-11-21T00:00:00Z")];
	ms_t wall;

	if (!**zone)
		*zone = words->zone;
	if (!clock_wall(0, *zone, &wall)) /* without a look at the disk where it is the zone of before */
		*zone = "UTC";
	if (clock_parse(text, at))
		return true;
	if (!clock_date_valid(text))
		return false;
	snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", text);
	*zone = "UTC";
	return clock_parse(midnight, at);
}

static const char *catalogue(const struct words *words, const char *key, const char *otherwise)
{
	const char *word = words->text ? words->text(words->ctx, key) : NULL;

	return word ? word : otherwise;
}

static const char *calendar_word(const struct words *words, const char *kind, int n, const char *otherwise)
{
	char key[40];

	snprintf(key, sizeof(key), "calendar.%s.%d", kind, n);
	return catalogue(words, key, otherwise);
}

/* "Sat 21 Nov 2026"; in short "21 Nov". */
static void add_day(struct buf *out, const struct words *words, ms_t at, const char *zone, bool in_short)
{
	static const char *const DAYS[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[40];
	int weekday, day, month, year;

	if (!clock_format(at, zone, "%w %d %m %Y", text, sizeof(text)) ||
	    sscanf(text, "%1d %2d %2d %6d", &weekday, &day, &month, &year) != 4)
		return;
	if (!in_short)
		buf_printf(out, "%s ", calendar_word(words, "weekday", weekday, DAYS[weekday % 7]));
	buf_printf(out, "%d %s", day, calendar_word(words, "month", month, MONTHS[(month + 11) % 12]));
	if (!in_short)
		buf_printf(out, " %d", year);
}

static void add_pattern(struct buf *out, ms_t at, const char *zone, const char *pattern)
{
	char text[40];

	if (clock_format(at, zone, pattern, text, sizeof(text)))
		buf_text(out, text);
}

enum when { DAY = 1, TIME = 2, SHORT = 4 };

static void format_when(struct buf *out, const struct words *words, const char *const arg[], unsigned what)
{
	const char *zone = arg[1];
	ms_t at;

	if (!read_time(words, arg[0], &zone, &at)) {
		buf_text(out, arg[0]);
		return;
	}
	if (what & DAY)
		add_day(out, words, at, zone, what & SHORT);
	if (what == (DAY | TIME))
		buf_printf(out, "%s ", catalogue(words, "calendar.comma", ","));
	if (what & TIME)
		add_pattern(out, at, zone, "%H:%M");
}

static void format_day(struct buf *out, const struct words *words, const char *const arg[])
{
	format_when(out, words, arg, DAY);
}

static void format_day_short(struct buf *out, const struct words *words, const char *const arg[])
{
	format_when(out, words, arg, DAY | SHORT);
}

static void format_time(struct buf *out, const struct words *words, const char *const arg[])
{
	format_when(out, words, arg, TIME);
}

static void format_moment(struct buf *out, const struct words *words, const char *const arg[])
{
	format_when(out, words, arg, DAY | TIME);
}

/* "CET"; where a zone has no letters for it, "UTC+4" or "UTC+5:45". */
static void format_zone_name(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *zone = arg[1];
	char text[40];
	ms_t at, wall;
	int minutes;

	if (!read_time(words, arg[0], &zone, &at) || !clock_wall(at, zone, &wall) ||
	    !clock_format(at, zone, "%Z", text, sizeof(text)))
		return;
	if (isalpha((unsigned char)*text)) {
		buf_text(out, text);
		return;
	}
	minutes = (int)((wall - at) / MS_MINUTE);
	buf_printf(out, "UTC%c%d", minutes < 0 ? '-' : '+', abs(minutes) / 60);
	if (minutes % 60)
		buf_printf(out, ":%02d", abs(minutes) % 60);
}

/* To the minute, or as fine as the time is: what a form shows must be what it was. */
static void format_datetime_local(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *zone = arg[1];
	ms_t at;
	int ms;

	if (!read_time(words, arg[0], &zone, &at)) {
		buf_text(out, arg[0]); /* what was typed comes back as it was */
		return;
	}
	ms = (int)((at % MS_SECOND + MS_SECOND) % MS_SECOND);
	add_pattern(out, at, zone, "%Y-%m-%dT%H:%M");
	if (at % MS_MINUTE)
		add_pattern(out, at, zone, ":%S");
	if (ms)
		buf_printf(out, ".%03d", ms);
}

static void format_urlencode(struct buf *out, const struct words *words, const char *const arg[])
{
	(void)words;
	buf_url(out, arg[0], "");
}

/* One UTF-8 character; ASCII letters become capitals. */
static void add_initial(struct buf *out, const char *word)
{
	if (isascii((unsigned char)*word)) {
		buf_char(out, (char)toupper((unsigned char)*word));
		return;
	}
	buf_char(out, *word++);
	while (((unsigned char)*word & 0xC0) == 0x80)
		buf_char(out, *word++);
}

/* The first letters of the first and the last word. */
static void format_initials(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *first = arg[0] + strspn(arg[0], " "), *last = strrchr(first, ' ');

	(void)words;
	if (!*first)
		return;
	add_initial(out, first);
	if (last && last[1])
		add_initial(out, last + 1);
}

/* FNV-1a: the same text has the same colour on every machine. */
static void format_hue(struct buf *out, const struct words *words, const char *const arg[])
{
	uint32_t hash = UINT32_C(2166136261);

	(void)words;
	for (const char *p = arg[0]; *p; p++)
		hash = (hash ^ (unsigned char)*p) * UINT32_C(16777619);
	buf_printf(out, "%u", (hash >> 8) % 360U);
}

static bool right_to_left(const struct words *words)
{
	return strncmp(words->locale, "ar", 2) == 0;
}

/* A value in a text that runs from right to left stands in an isolate (U+2068, U+2069): without, "€50.00" loses its sign to the
 * other side, and a name before a number trades places with it. One that was put together itself runs as its text does (U+2067), for a
 * letter within isolates does not say which way. */
static void add_value(struct buf *out, const struct words *words, const char *value)
{
	const bool apart = *value && right_to_left(words);

	buf_text(out, !apart ? "" : strstr(value, "\u2068") ? "\u2067" : "\u2068");
	buf_text(out, value);
	buf_text(out, apart ? "\u2069" : "");
}

static void format_fill(struct buf *out, const struct words *words, const char *const arg[])
{
	for (const char *p = arg[0]; *p; p++) {
		if (p[0] == '{' && (p[1] == '1' || p[1] == '2') && p[2] == '}') {
			add_value(out, words, arg[p[1] - '0']);
			p += 2;
		} else {
			buf_char(out, *p);
		}
	}
}

/* Which of a text's forms fits n, by CLDR's cardinal rules: Arabic has six (zero, one, two, few, many, other), the
 * languages that count like English two. */
static unsigned plural_form(const struct words *words, uint64_t n)
{
	if (!right_to_left(words))
		return n != 1;
	if (n <= 2)
		return (unsigned)n;
	if (n % 100 >= 3 && n % 100 <= 10)
		return 3;
	return n % 100 >= 11 ? 4 : 5;
}

static void format_plural(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *form = arg[1], *bar;
	int64_t n = 0;

	read_int(arg[0], &n);
	for (unsigned skip = plural_form(words, n < 0 ? 0 - (uint64_t)n : (uint64_t)n); skip; skip--) {
		bar = strchr(form, '|');
		if (!bar)
			break; /* fewer forms than the language has: the last one serves */
		form = bar + 1;
	}
	for (const char *p = form; *p && *p != '|'; p++) {
		if (!strncmp(p, "{n}", 3)) {
			add_decimal(out, n, 0, true);
			p += 2;
		} else {
			buf_char(out, *p);
		}
	}
}

/* The query with name=value in place of any earlier name; an empty value takes it out. Another value than the page
 * begins at the first page again. */
static void format_query_with(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *name = arg[1], *value = arg[2], *pair = arg[0], *sep = "";
	size_t name_len = strlen(name);

	(void)words;
	while (*pair) {
		size_t len = strcspn(pair, "&");
		bool same =
			len >= name_len && !strncmp(pair, name, name_len) && (len == name_len || pair[name_len] == '=');
		bool old_page = !strncmp(pair, "page=", 5);

		if (len && !same && !old_page) {
			buf_text(out, sep);
			buf_add(out, pair, len);
			sep = "&";
		}
		pair += len + (pair[len] == '&');
	}
	if (*value) {
		buf_printf(out, "%s%s=", sep, name);
		buf_url(out, value, "");
	}
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The decoded value of a name in the query, for a filter that shows what it was set to. */
static void format_query_value(struct buf *out, const struct words *words, const char *const arg[])
{
	const char *pair = arg[0];
	size_t name_len = strlen(arg[1]);

	(void)words;
	while (*pair && (strncmp(pair, arg[1], name_len) || pair[name_len] != '=')) {
		pair += strcspn(pair, "&");
		pair += *pair == '&';
	}
	if (!*pair)
		return;
	for (const char *p = pair + name_len + 1; *p && *p != '&'; p++) {
		int high = *p == '%' ? hex_digit(p[1]) : -1, low = high < 0 ? -1 : hex_digit(p[2]);

		if (low >= 0) {
			buf_char(out, (char)(high * 16 + low));
			p += 2;
		} else {
			buf_char(out, *p == '+' ? ' ' : *p);
		}
	}
}

/* "1" when the first time comes before the second; nothing where one of them is no time. */
static void format_before(struct buf *out, const struct words *words, const char *const arg[])
{
	ms_t a, b;

	(void)words;
	if (clock_parse(arg[0], &a) && clock_parse(arg[1], &b) && a < b)
		buf_char(out, '1');
}

/* "1" when path is prefix or lies below it. */
static void format_under(struct buf *out, const struct words *words, const char *const arg[])
{
	size_t len = strlen(arg[1]);

	(void)words;
	if (!strncmp(arg[0], arg[1], len) && (!arg[0][len] || arg[0][len] == '/'))
		buf_char(out, '1');
}

/* Parts of an address are the words at whose ends its line may break. */
static void format_breakable(struct buf *out, const struct words *words, const char *const arg[])
{
	(void)words;
	for (const char *at = arg[0]; *at; at++) {
		buf_char(out, *at);
		if (strchr("./", *at) && !strchr("./ ", at[1]))
			buf_text(out, "\u200B");
	}
}

static void format_brief(struct buf *out, const struct words *words, const char *const arg[])
{
	(void)words;
	prose_line(out, arg[0], BRIEF_BYTES);
}

const struct formatter FORMATTERS[] = {
	{ "money", 2, format_money },
	{ "money_input", 2, format_money_input },
	{ "rate", 1, format_rate },
	{ "rate_input", 1, format_rate_input },
	{ "day", 2, format_day },
	{ "day_short", 2, format_day_short },
	{ "time", 2, format_time },
	{ "moment", 2, format_moment },
	{ "zone_name", 2, format_zone_name },
	{ "datetime_local", 2, format_datetime_local },
	{ "count", 1, format_count },
	{ "urlencode", 1, format_urlencode },
	{ "initials", 1, format_initials },
	{ "hue", 1, format_hue },
	{ "fill", 2, format_fill },
	{ "fill2", 3, format_fill },
	{ "plural", 2, format_plural },
	{ "query_with", 3, format_query_with },
	{ "query_value", 2, format_query_value },
	{ "under", 2, format_under },
	{ "before", 2, format_before },
	{ "breakable", 1, format_breakable },
	{ "brief", 1, format_brief },
	{ NULL, 0, NULL },
};

const struct formatter *formatter_named(const char *name)
{
	for (const struct formatter *f = FORMATTERS; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}
