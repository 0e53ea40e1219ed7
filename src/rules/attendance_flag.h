#ifndef RULES_ATTENDANCE_FLAG_H
#define RULES_ATTENDANCE_FLAG_H
/* What may speak against a mark. A flag sends it to a person and never rejects it, and each has a sentence that whose mark it is may
 * read. */
struct flag_kind {
	const char *code, *severity; /* "info", "low", "medium", "high" */
	const char *sentence;	     /* English */
	const char *mend;	     /* English: what whose mark it is can do about it; NULL: nothing */
};
/* The one of that code; NULL: there is none. */
const struct flag_kind *flag_kind(const char *code);

#endif
