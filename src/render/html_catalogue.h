#ifndef RENDER_HTML_CATALOGUE_H
#define RENDER_HTML_CATALOGUE_H
/* The texts of the pages, by language and noun: lang/<locale>/<noun>.hdf holds what pages read as t.<noun>.<name>. {1} and {2}
 * in a text are put in by fill(), {n} and the forms between | are picked by plural() ("one|other"). Text only, never HTML:
 * it is escaped. For render/html*.c only, whose library it brings. */
#include <ClearSilver.h>
#include <stdbool.h>
#include <talloc.h>

struct language {
	const char *locale;
	HDF *texts; /* all of it below "t"; and what people choose zones from, below "zones" */
	struct language *next;
};

struct catalogue;

/* Of the directory lang/ in templates; nothing is read yet. reload: catalogue_fresh() looks at the files' times. */
struct catalogue *catalogue_new(TALLOC_CTX *ctx, const char *templates, bool reload);
/* Reads all languages unless that was done and, with reload, nothing has changed since. False: *error (on catalogue) says
 * why, and the next call tries again. */
bool catalogue_fresh(struct catalogue *catalogue, char **error);
/* "ar-EG" is served by "ar"; a language that is not there, and NULL, by English. After a catalogue_fresh() that was true. */
const struct language *catalogue_language(const struct catalogue *catalogue, const char *locale);

#endif
