#ifndef BASE_MAINTENANCE_H
#define BASE_MAINTENANCE_H
/* The site is closed for a maintenance while a file is there: [paths] maintenance, of each node its own. `gatehouse maintenance`
 * makes it and takes it away; an empty one, made by hand, does as well. Its text says when the end is expected. */
#include "base/clock.h"

/* Is it closed? *until gets when it is expected to open, 0: nobody said. */
bool maintenance_on(const char *path, ms_t *until);
/* Closes it, until a time that is expected (0: not known); it stays closed when that has come. False: errno says why. */
bool maintenance_begin(const char *path, ms_t until);
/* Opens it. False: errno says why, ENOENT: it was open. */
bool maintenance_end(const char *path);
/* In how many seconds to come again. */
int maintenance_retry_after(ms_t until, ms_t now);

#endif
