#ifndef APP_BULK_H
#define APP_BULK_H
/* What is done to many things at once is done row by row, each by itself, and answered with what became of each and why; a dry run
 * says the same and changes nothing. Here is what all such answers share: cards by their numbers (card_office.c), and the rows of
 * declared nouns (resource_bulk.c). */
#include "http/request.h"

enum { BULK_MOST = 100 };

/* The rows of a declared noun: which, or all that a search finds. */
extern const struct field BULK_IDS, BULK_ALL;
/* What became of one of them. */
extern const struct field BULK_ROW[];

/* Such an answer's fields, into out, which has room for seven: words are what may be done, row what is told of each. */
void bulk_answer(struct field *out, const char *words, const struct field *row);

/* An answer that grows. */
struct bulk_report {
	struct json_object *data, *rows;
	int64_t done;
};

/* One without rows; bulk_report_end() makes it the answer. */
struct bulk_report bulk_report_new(void);
/* Another row, with its line: the caller says the rest. done: it was done, or would be. */
struct json_object *bulk_report_row(struct bulk_report *report, bool done);
/* What was asked for, and how much of it was done. */
void bulk_report_end(struct request *rq, struct bulk_report *report, const char *action, bool dry);

#endif
