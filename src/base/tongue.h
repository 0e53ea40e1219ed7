#ifndef BASE_TONGUE_H
#define BASE_TONGUE_H
/* The languages that people are spoken to in. The program's own sentences are English, as they stand in the source, and that is
 * their key: a translation is lang/<locale>/sentences.po beside the templates, in gettext's form, which translators' programs
 * read. What it lacks is said in English; tests/check-sentences tells that. A translation has the sentence's own conversions in
 * their own order ("Only %lld left of %s."), or it is not taken.
 *
 * They are read once, before a process forks, and shared from there on: a tongue lives as long as the process, and where none
 * were read all is English. */
#include "base/clock.h"
#include <stdarg.h>
#include <stdbool.h>
#include <talloc.h>

struct tongue;

/* Reads all of lang/ in templates; again: in place of what was read before, of which nothing may be held. False: *error (for ever)
 * says why, and what was read before stays. */
bool tongues_load(const char *templates, const char **error);
/* Each of them in turn: after NULL the first, after the last NULL. */
const struct tongue *tongue_next(const struct tongue *tongue);
/* "ar-EG" is served by "ar"; NULL: no such language. */
const struct tongue *tongue_named(const char *locale);
/* The first that an Accept-Language wants, by its weights (RFC 9110, 12.5.4); NULL: it names none that is there. header may be NULL. */
const struct tongue *tongue_wanted(const char *header);
/* "ar"; "en" for NULL. */
const char *tongue_locale(const struct tongue *tongue);
/* Is it read from right to left? */
bool tongue_right_to_left(const struct tongue *tongue);
/* The sentence in the language; the English itself where there is none. A format keeps its conversions. */
const char *tongue_says(const struct tongue *tongue, const char *english) __attribute__((format_arg(2)));
/* The same with its values, on ctx. */
char *tongue_say(const struct tongue *tongue, TALLOC_CTX *ctx, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
char *tongue_vsay(const struct tongue *tongue, TALLOC_CTX *ctx, const char *format, va_list ap)
	__attribute__((format(printf, 3, 0)));
/* "Saturday, 21 November 2026, 20:00 (Europe/Berlin)", on ctx; in UTC where the zone is not known. */
char *tongue_moment(const struct tongue *tongue, TALLOC_CTX *ctx, ms_t at, const char *zone);
/* Marks a sentence that is said later, by tongue_says(), said_to() or "%s" of refuse(), for tests/check-sentences. */
#define SAID(sentence) sentence

#endif
