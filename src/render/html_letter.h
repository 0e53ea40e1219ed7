#ifndef RENDER_HTML_LETTER_H
#define RENDER_HTML_LETTER_H
/* Messages through ClearSilver: what templates/message/<kind>.cs says, in one of six forms. A kind calls macros (say, fact,
 * event, link, …), which each form has in templates/message/form/<form>.cs in its own way, so that one file makes subject, SMS,
 * what a device shows and opens, plain text and HTML. The head of form/html.cs says how one is written. A file of the same name in a directory of the
 * operator's stands in for ours, and is read anew at each message; where it does not parse, ours is taken, and the log says so.
 *
 * Templates see data (what happened), name (the site's), url (its address), locale, dir, organizer{name, email},
 * unsubscribe (an address, or absent), the texts as t.…, and the formatters of pages (render/html.h). */
#include "base/buf.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <talloc.h>

struct letters;
enum letter_form { LETTER_SUBJECT, LETTER_SMS, LETTER_PUSH, LETTER_LINK, LETTER_TEXT, LETTER_HTML };

/* On ctx, with the texts of all languages, which are read once. templates: a directory; own: the operator's, "" for none; zone:
 * the site's. NULL: *error, on ctx, says why. */
struct letters *letters_new(TALLOC_CTX *ctx, const char *templates, const char *own, const char *zone,
			    const char **error);
/* Writes kind ("order-paid") into out: subject, SMS, push and link as one line (the link may be empty), texts with at most one blank line between two. tree: an
 * object, what templates see. False: *error, good until the next call, says why; out is not to be sent. */
bool letter_write(struct letters *letters, const char *kind, enum letter_form form, const char *locale,
		  struct json_object *tree, struct buf *out, const char **error);

#endif
