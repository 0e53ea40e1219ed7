#ifndef STORE_POPULARITY_H
#define STORE_POPULARITY_H
/* Sorting events by how many want to go. */
#include "db/db.h"

/* Sets event.popularity of events to come to their orders of the last seven days. False on failure. */
bool popularity_refresh(struct db *db, ms_t now);

#endif
