#ifndef RULES_ATTENDANCE_FLAG_H
#define RULES_ATTENDANCE_FLAG_H
/* What may speak against a mark. A flag sends it to a person and never rejects it, and each has a sentence that whose mark it is may
 * read. */
#include <stdbool.h>
#include <stddef.h>

struct flag_kind {
	const char *code, *severity; /* "info", "low", "medium", "high" */
	const char *sentence;	     /* English */
	bool mends;		     /* whose mark it is can do something about it */
};
/* All of them; *n. */
const struct flag_kind *flag_kinds(size_t *n);
/* The one of that code; NULL: there is none. */
const struct flag_kind *flag_kind(const char *code);
/* Does a mark with it need a person? */
bool flag_is_high(const struct flag_kind *kind);

#endif
