#ifndef STORE_GUESS_H
#define STORE_GUESS_H
/* How often something was tried lately: passwords for an account, codes sent to a number; or how much of it. What is counted is named by a
 * text ("password 17") and stored as its keyed hash, so the table tells nobody's number. A span is kept in ten buckets, so
 * what was counted falls out one bucket at a time, never earlier than a span later. */
#include "db/db.h"

/* Counts one more, then answers how many there are, this one included; -1 on failure. The bucket's row stays locked until
 * the transaction ends: those who count the same thing at once count one after another. */
int64_t guess_count(struct db *db, const char *what, ms_t now, ms_t span);
/* The same for n of it. */
int64_t guess_add(struct db *db, const char *what, int64_t n, ms_t now, ms_t span);
/* Takes one back that guess_count() counted, or n that guess_add() added, with the same now. */
void guess_take_back(struct db *db, const char *what, ms_t now, ms_t span);
void guess_take_off(struct db *db, const char *what, int64_t n, ms_t now, ms_t span);
/* How many there are, none added. */
int64_t guess_sum(struct db *db, const char *what, ms_t now, ms_t span);
/* Seconds until the oldest of them falls out; at least 1. */
int guess_wait(struct db *db, const char *what, ms_t now, ms_t span);

#endif
