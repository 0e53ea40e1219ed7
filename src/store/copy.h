#ifndef STORE_COPY_H
#define STORE_COPY_H
/* Is this database a copy that was restored, and has nobody said yet that it is the site? Then it sends no message and lets no
 * payment provider be called: what waits in it was done elsewhere, perhaps, and who tries a backup out means nobody. */
#include "db/db.h"

/* A condition that is true where it is none, for a statement that takes up what goes out. */
#define NOT_A_COPY "NOT EXISTS (SELECT 1 FROM setting WHERE name = 'restored')"

/* of: what it was restored from, for people. False on failure. */
bool copy_mark(struct db *db, const char *of, ms_t now);
/* What it was restored from; NULL: it is none. */
const char *copy_of(struct db *db);
/* It is the site from now on. False: it was none, or failure. */
bool copy_unmark(struct db *db);

#endif
