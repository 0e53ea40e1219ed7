/* A language is what its file says, sorted by the English: a sentence is found in a few comparisons, and a page needs a dozen. */
#include "base/tongue.h"
#include "base/list.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SENTENCE_MAX = 2000, LINE_MAX_BYTES = 4 * SENTENCE_MAX };

struct sentence {
	const char *english, *said;
};

struct tongue {
	const char *locale;
	struct sentence *sentences;
	size_t n;
	const struct tongue *next;
};

static const struct tongue *tongues;

/* ---- one language's file ---- */

/* What is being read of a file: the pair that is not complete yet, and which of the two grows. */
struct reader {
	struct tongue *tongue;
	char pair[2][SENTENCE_MAX];
	char *grows;
	const char *fault;
};

/* The next conversion ("%.2f") from *at on, *len bytes; NULL: none is left. "%%" is none. */
static const char *conversion(const char **at, size_t *len)
{
	const char *start = *at;

	while ((start = strchr(start, '%')) && start[1] == '%')
		start += 2;
	if (!start)
		return NULL;
	*len = 1 + strspn(start + 1, "0123456789.-+#*hljztL");
	*len += start[*len] != '\0';
	*at = start + *len;
	return start;
}

static bool same_conversions(const char *english, const char *said)
{
	const char *a, *b;
	size_t n_a, n_b;

	do {
		a = conversion(&english, &n_a);
		b = conversion(&said, &n_b);
		if (!a != !b || (a && (n_a != n_b || memcmp(a, b, n_a) != 0)))
			return false;
	} while (a);
	return true;
}

static void end_pair(struct reader *r)
{
	struct tongue *tongue = r->tongue;

	if (r->pair[0][0] && r->pair[1][0]) {
		if (!same_conversions(r->pair[0], r->pair[1])) {
			r->fault = "has other conversions than its sentence";
			return;
		}
		tongue->sentences = talloc_realloc(tongue, tongue->sentences, struct sentence, (unsigned)tongue->n + 1);
		tongue->sentences[tongue->n].english = talloc_strdup(tongue, r->pair[0]);
		tongue->sentences[tongue->n++].said = talloc_strdup(tongue, r->pair[1]);
	}
	r->pair[0][0] = r->pair[1][0] = '\0';
}

/* Adds what stands in quotes to the text that grows. */
static void add_quoted(struct reader *r, const char *text)
{
	size_t len = strlen(r->grows);

	if (*text++ != '"')
		r->fault = "is no quoted text";
	for (; !r->fault && *text && *text != '"'; text++) {
		char c = *text;

		if (c == '\\' && text[1]) {
			c = *++text;
			c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
		}
		if (len + 1 >= SENTENCE_MAX)
			r->fault = "is too long";
		else
			r->grows[len++] = c;
	}
	if (!r->fault && (text[0] != '"' || text[1]))
		r->fault = "has no end, or something behind it";
	r->grows[len] = '\0';
}

static void read_line(struct reader *r, char *line)
{
	size_t len = strlen(line);

	while (len && strchr(" \t\r\n", line[len - 1]))
		line[--len] = '\0';
	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return;
	if (!strncmp(line, "msgid ", 6)) {
		end_pair(r);
		r->grows = r->pair[0];
		line += 6;
	} else if (!strncmp(line, "msgstr ", 7) && r->grows == r->pair[0]) {
		r->grows = r->pair[1];
		line += 7;
	}
	if (!r->grows)
		r->fault = "stands before any msgid";
	if (!r->fault)
		add_quoted(r, line + strspn(line, " \t"));
}

static int by_english(const void *a, const void *b)
{
	return strcmp(((const struct sentence *)a)->english, ((const struct sentence *)b)->english);
}

/* False with *error: which line is no gettext. A language without the file has no sentences. */
static bool read_file(struct tongue *tongue, const char *path, const char **error)
{
	struct reader r = { .tongue = tongue };
	char line[LINE_MAX_BYTES];
	FILE *file = fopen(path, "re");
	int number = 0;

	while (file && !r.fault && fgets(line, sizeof(line), file)) {
		number++;
		read_line(&r, line);
	}
	if (!r.fault)
		end_pair(&r);
	if (file)
		fclose(file);
	if (tongue->n)
		qsort(tongue->sentences, tongue->n, sizeof(*tongue->sentences), by_english);
	if (r.fault)
		*error = talloc_asprintf(NULL, "%s: line %d %s", path, number, r.fault);
	return !r.fault;
}

/* ---- all of them ---- */

/* Adds one to those that are on all. */
static bool add(TALLOC_CTX *all, const struct tongue **list, const char *lang, const char *locale, const char **error)
{
	struct tongue *tongue = talloc_zero(all, struct tongue);
	char *path = talloc_asprintf(tongue, "%s/%s/sentences.po", lang, locale);

	tongue->locale = talloc_strdup(tongue, locale);
	tongue->next = *list;
	*list = tongue;
	return read_file(tongue, path, error);
}

bool tongues_load(const char *templates, const char **error)
{
	static TALLOC_CTX *held; /* what tongues are on */
	TALLOC_CTX *all = talloc_new(NULL);
	const char *lang = talloc_asprintf(all, "%s/lang", templates);
	const struct tongue *list = NULL;
	DIR *directory = opendir(lang);
	const struct dirent *entry;
	bool good = directory != NULL;

	if (!good)
		*error = talloc_asprintf(NULL, "there is no directory %s", lang);
	while (good && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			good = add(all, &list, lang, entry->d_name, error);
	if (directory)
		closedir(directory);
	if (good) {
		talloc_free(held);
		held = all;
		tongues = list;
	} else {
		talloc_free(all);
	}
	return good;
}

static const struct tongue *named(const char *locale, size_t len)
{
	size_t first = 0;

	while (first < len && !strchr("-_", locale[first]))
		first++;
	for (size_t n = len;; n = first) {
		for (const struct tongue *t = tongues; t && n; t = t->next)
			if (strlen(t->locale) == n && !strncasecmp(t->locale, locale, n))
				return t;
		if (n == first)
			return NULL;
	}
}

const struct tongue *tongue_next(const struct tongue *tongue)
{
	return tongue ? tongue->next : tongues;
}

const struct tongue *tongue_named(const char *locale)
{
	return locale ? named(locale, strlen(locale)) : NULL;
}

/* The weight of one range of the header, in thousandths; what is none is refused with 0. */
static int weight_of(const char *parameter, const char *end)
{
	int weight = 0, scale = 1000;

	while (parameter < end && strchr("; \t", *parameter))
		parameter++;
	if (parameter == end)
		return scale;
	if (end - parameter < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=')
		return 0;
	for (parameter += 2; parameter < end && scale; parameter++) {
		if (*parameter == '.')
			continue;
		if (*parameter < '0' || *parameter > '9')
			break;
		weight += (*parameter - '0') * scale;
		scale /= 10;
	}
	return weight < 1000 ? weight : 1000;
}

const struct tongue *tongue_wanted(const char *header)
{
	const struct tongue *best = NULL;
	const char *range;
	int most = 0;
	size_t len;

	while (header && (range = list_next(&header, ',', &len))) {
		const char *end = range + len, *semicolon = memchr(range, ';', len);
		const char *stop = semicolon ? semicolon : end;
		const struct tongue *tongue;
		int weight = weight_of(stop, end);

		while (stop > range && strchr(" \t", stop[-1]))
			stop--;
		tongue = named(range, (size_t)(stop - range));
		if (tongue && weight > most) {
			best = tongue;
			most = weight;
		}
	}
	return best;
}

const char *tongue_locale(const struct tongue *tongue)
{
	return tongue ? tongue->locale : "en";
}

/* ---- speaking ---- */

bool tongue_right_to_left(const struct tongue *tongue)
{
	static const char *const LOCALES[] = { "ar", "fa", "he", "ur" };

	for (size_t i = 0; i < sizeof LOCALES / sizeof *LOCALES; i++)
		if (!strncmp(tongue_locale(tongue), LOCALES[i], 2))
			return true;
	return false;
}

const char *tongue_says(const struct tongue *tongue, const char *english)
{
	const struct sentence key = { .english = english }, *found = NULL;

	if (tongue && tongue->n)
		found = bsearch(&key, tongue->sentences, tongue->n, sizeof(key), by_english);
	return found ? found->said : english;
}

char *tongue_vsay(const struct tongue *tongue, TALLOC_CTX *ctx, const char *format, va_list ap)
{
	char *said = talloc_vasprintf(ctx, tongue_says(tongue, format), ap);

	if (!said)
		abort();
	return said;
}

char *tongue_say(const struct tongue *tongue, TALLOC_CTX *ctx, const char *format, ...)
{
	char *said;
	va_list ap;

	va_start(ap, format);
	said = tongue_vsay(tongue, ctx, format, ap);
	va_end(ap);
	return said;
}

char *tongue_moment(const struct tongue *tongue, TALLOC_CTX *ctx, ms_t at, const char *zone)
{
	char weekday[40], day[8], month[40], year[16], time[16];

	if (!clock_zone_known(zone))
		zone = "UTC";
	clock_format(at, zone, "%A", weekday, sizeof(weekday));
	clock_format(at, zone, "%e", day, sizeof(day));
	clock_format(at, zone, "%B", month, sizeof(month));
	clock_format(at, zone, "%Y", year, sizeof(year));
	clock_format(at, zone, "%H:%M", time, sizeof(time));
	return tongue_say(tongue, ctx, "%s, %s %s %s, %s (%s)", tongue_says(tongue, weekday), day + (*day == ' '),
			  tongue_says(tongue, month), year, time, zone);
}
