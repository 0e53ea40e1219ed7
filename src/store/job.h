#ifndef STORE_JOB_H
#define STORE_JOB_H
/* The jobs' rows: when each is due and who has it. */
#include "db/db.h"

/* name, due_at of all, the most overdue first. */
const struct rows *job_list(struct db *db);
/* Adds a job's row, due at once, unless it is there. */
void job_add(struct db *db, const char *name, ms_t now);
/* Takes a due job under lease (a UUID's text) until a time, after which it is due again. False: not
 * due, another was first, or failure. */
bool job_claim(struct db *db, const char *name, ms_t now, const char *lease, ms_t until);
/* Gives it back, due again at due; error NULL when all went well. Changes nothing when the lease
 * has passed on. */
void job_done(struct db *db, const char *name, const char *lease, ms_t ran_at, ms_t due, const char *error);

#endif
