#ifndef BASE_CHRONICLE_H
#define BASE_CHRONICLE_H
/* What of this process's log belongs into the system log, which staff read. log_write() hands over every line; those that the table
 * in chronicle.c names are kept here, a few, until somebody with a database writes them down (store/system_log.h). What
 * repeats meanwhile is one that is counted. It takes no memory and cannot fail; what there is no room for stands in the process's
 * log alone. */
#include "base/clock.h"
#include "base/log.h"

enum { CHRONICLE_SUBJECT = 200, CHRONICLE_DETAIL = 1200, CHRONICLE_NAME = 64 };

struct chronicle_entry {
	const char *event, *kind, *severity; /* literals */
	char subject[CHRONICLE_SUBJECT];     /* by which its likes are told: "outbox" of job_failed */
	char detail[CHRONICLE_DETAIL];	     /* what else was said of the first, a JSON object */
	ms_t at, last_at;
	int times;
};

/* What this process is called there: "serve". Borrowed. */
void chronicle_process(const char *name);
const char *chronicle_process_name(void);
/* This machine's name. */
const char *chronicle_node(void);
/* A line that is being logged, whatever its level. Also to be called for what belongs there and is not logged. */
void chronicle_heed(const char *event, const struct log_field *fields);
/* The oldest of those that are kept; NULL: there is none. It stays until it is dropped. */
const struct chronicle_entry *chronicle_first(void);
void chronicle_drop(void);
/* Of a process that forked: who takes them down is the other now. */
void chronicle_forget(void);

/* chronicle_note("restored", F("of", when)): not logged, only kept. */
/* clang-format off */
#define chronicle_note(event, ...) chronicle_heed(event, (const struct log_field[]){ __VA_ARGS__, { NULL, { 0 } } })
/* clang-format on */

#endif
