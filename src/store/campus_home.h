#ifndef STORE_CAMPUS_HOME_H
#define STORE_CAMPUS_HOME_H
/* What somebody of a campus sees first: their own marks. */
#include "db/db.h"

/* The last marks of an account, the newest event first, at most n: id, title, start_datetime, time_zone, status, verification_status,
 * both null where an attempt was begun and not sent. */
const struct rows *home_marks(struct db *db, int64_t account_id, int64_t n);
/* What this account did at those events that are open: id (the event's uuid), status and verification_status, null as above. */
const struct rows *home_marks_open(struct db *db, int64_t account_id, ms_t now);

#endif
