#ifndef RENDER_HTML_H
#define RENDER_HTML_H
/* Pages through ClearSilver, with HTML escaping always on. The only user of ClearSilver.
 *
 * A page is templates/layout.html with templates/<page> inside. Each is parsed once a worker and kept; in demo mode it
 * is parsed again when the mtime of any file that it was made of changes. The page renders first and may set page.title
 * and more for the layout; the head of layout.html says how to write a page. The macros of templates/parts/macros.html
 * are there in every page. The texts come from templates/lang/<locale>/<noun>.hdf as t.<noun>.…, and from en/ where that has none;
 * the tree of the answer is under its own names (a tree that is an array: under "items"), the page's frame under page.…
 * (see html_render). Booleans are "1" and "0", null is absent, array items are numbered from 0. A member whose name is
 * not letters, digits, "_", "-" and dots is left out; dots nest.
 *
 * Functions that templates may call: money(minor, currency) for reading · money_input(minor, currency) for form
 * controls · rate(points) ("2.5 %" of 250 basis points) · rate_input(points) for form controls · day(iso, zone) · day_short(iso, zone) ("21 Nov") · time(iso, zone) · moment(iso, zone) (day and time) ·
 * zone_name(iso, zone) ("CET", "UTC+4") · datetime_local(iso, zone) for form controls · count(n) with thousands separators · asset(name) the hashed path of a
 * static file · urlencode(text) · initials(name) · hue(text) a number 0-359 from a text · fill(text, a) and fill2(text,
 * a, b) put a and b for {1} and {2} · plural(n, forms) picks from "one|other" (or a language's own forms) and puts n
 * for {n} · query_with(query, name, value) the query with one value changed, at its first page unless name is "page" ·
 * query_value(query, name) a decoded value of it · under(path, prefix) "1" when path is prefix or below it ·
 * before(iso, iso) "1" when the first is earlier · breakable(text) may end a line after its dots and slashes · once() a fresh UUID, a form's idempotency key · content() the page,
 * in layout.html only · brief(markdown) its words in a line of a hundred or two. Their results are escaped like any value; prose(markdown)
 * alone writes what base/prose.h makes of it. */
#include "base/buf.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <talloc.h>

struct html;

/* One a worker. templates and statics are directories; zone is the site's time zone, which templates have as site.zone; reload: look at mtimes at every render. NULL: *error says why. */
struct html *html_new(TALLOC_CTX *ctx, const char *templates, const char *statics, const char *zone, bool reload,
		      const char **error);

/* Renders page ("event/show.html") in locale into out. The members of tree (an object; NULL: none) are the names that
 * templates see; our pages' are
 * data: the answer, as the API has it; beside: what the page alone shows with it; page: what the layout needs, which is
 * name (site), portal, path, query, retry (path, where asking again is a link), csrf, locale, dir (ltr, rtl),
 * signed_in, who{name, role}, demo, status, message, code, errors{field → first sentence}, form{field → what was
 * typed}, now (ISO), request_id, locales[] (languages to offer in the foot), controls (form_controls() of the page's
 * form).
 * False: *error says what ClearSilver said (valid until the next call); out is then not to be sent. */
bool html_render(struct html *html, const char *page, const char *locale, struct json_object *tree, struct buf *out,
		 const char **error);
/* Can that template, a page or a part, be read and parsed? False: *error says why (valid until the next call). */
bool html_reads(struct html *html, const char *page, const char **error);
/* "/static/style.3fa9c1d20b77.css" for "style.css": twelve digits of its content's hash in its name. NULL when there
 * is no such file. Valid until the file changes. */
const char *html_asset(struct html *html, const char *name);

#endif
