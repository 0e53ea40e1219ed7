#ifndef STORE_BOOKS_H
#define STORE_BOOKS_H
/* What came of an event's sales, and whose it is. */
#include "db/db.h"

/* Of what an organizer sold for an event: gross (what was paid less what went back), fees and taxes in it, net. NULL on failure. */
const struct row *books_of_event(struct db *db, int64_t organizer_id, int64_t event_id);

#endif
