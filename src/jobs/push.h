#ifndef JOBS_PUSH_H
#define JOBS_PUSH_H
/* Messages of the outbox that go to a device, by Web Push. */
#include "jobs/jobs.h"
#include "jobs/letter.h"
#include "outside/push.h"

/* message: a row of outbox_claim(). What a browser shows is JSON: {title, body, url, tag, lang}. The url is a path of this site; by the
 * tag a message that comes twice is one. A device whose browser wants nothing any more is forgotten; of one that is, and of one that was taken off, the answer is gone. error gets
 * a sentence. */
struct push_answer push_hand_out(struct job_run *run, const struct row *message, const struct letter *letter,
				 char *error, size_t size);

#endif
