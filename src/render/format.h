#ifndef RENDER_FORMAT_H
#define RENDER_FORMAT_H
/* Values as people read them: what the functions in templates and mails say. Pure text, no ClearSilver.
 *
 * Each takes its arguments as texts, as a template hands them over; a missing argument is "". A value that cannot be
 * read (not a time, not a number) is written as it came, or not at all, but never stops a page. Times are RFC 3339;
 * a zone is an IANA name, "" is the site's; a bare date ("2026-11-21") stays that date in any zone. */
#include "base/buf.h"

enum { FORMAT_ARGS = 3 };

/* What a formatter may know of its surroundings. */
struct words {
	const char *locale;				 /* "en", "ar", … */
	const char *zone;				 /* the site's */
	const char *(*text)(void *ctx, const char *key); /* the catalogue below t.; NULL when missing */
	void *ctx;
};

typedef void format_fn(struct buf *out, const struct words *words, const char *const arg[FORMAT_ARGS]);

struct formatter {
	const char *name;
	int n_args;
	format_fn *write;
};

/* money money_input rate rate_input day day_short time moment zone_name datetime_local count urlencode initials hue fill fill2 plural query_with
 * query_value under before breakable brief; ends with a NULL name. What each does is said in html.h. */
extern const struct formatter FORMATTERS[];

/* The formatter of that name; NULL when there is none. */
const struct formatter *formatter_named(const char *name);

#endif
