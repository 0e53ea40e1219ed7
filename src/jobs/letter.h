#ifndef JOBS_LETTER_H
#define JOBS_LETTER_H
/* What a message of the outbox says: as it stands there, or written from its template. */
#include "jobs/jobs.h"

struct letter {
	const char *subject, *text; /* of an SMS: text alone; of a push its title and what it says */
	const char *link;	    /* of a push: an address, or "" */
	const char *html;	    /* NULL: there is none */
	const char *reply_to;	    /* NULL: the sender */
	const char *unsubscribe;    /* an address; NULL: none */
};

enum letter_outcome { LETTER_WRITTEN, LETTER_DECLINED, LETTER_FAILED };

/* message: a row of outbox_claim(). On run->mem. LETTER_DECLINED: its reader wants no such mail. LETTER_FAILED: *error says why
 * its template cannot be filled. */
enum letter_outcome letter_of(struct job_run *run, const struct row *message, struct letter *letter,
			      const char **error);

#endif
