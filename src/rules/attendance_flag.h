#ifndef RULES_ATTENDANCE_FLAG_H
#define RULES_ATTENDANCE_FLAG_H
/* What may speak against a mark. A flag sends it to a person and never rejects it, and each has a sentence that whose mark it is may
 * read. */
#include <stdbool.h>

struct flag_kind {
	const char *code, *severity; /* "info", "low", "medium", "high" */
	const char *sentence;	     /* English */
	bool mends;		     /* whose mark it is can do something about it */
};
/* The one of that code; NULL: there is none. */
const struct flag_kind *flag_kind(const char *code);

#endif
