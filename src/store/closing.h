#ifndef STORE_CLOSING_H
#define STORE_CLOSING_H
/* What is written down of an event that is over: who was expected and did not come, and whose mark was never whole. */
#include "db/db.h"

/* So long after it closes nothing of it comes any more. */
#define CLOSING_AFTER (10 * MS_MINUTE)
enum { CLOSINGS_AT_ONCE = 50 };

/* Active events with a roster that closed CLOSING_AFTER ago or longer, and of which it was not written down as they are now, the oldest first, at
 * most CLOSINGS_AT_ONCE: id, campus_id, starts_at, closes_at, steps (JSON), placed, location_mode, rescan, version, roster_at. */
const struct rows *closings_due(struct db *db, ms_t now);
/* Who is on the roster of one of these and has no record, at most n: account_id, state (expected, excused), department_id, and attendance_id and
 * version of an attempt that was begun (NULL: none was). Who left the campus before it closed is not expected any more. */
const struct rows *closing_missing(struct db *db, const struct row *event, int64_t n);
/* Writes that somebody of these was absent, or excused, unless there is a record by now; in a transaction, with the change that is told of it.
 * False: there is one, or it failed. */
bool closing_record(struct db *db, const struct row *event, const struct row *person, ms_t now);
/* The marks that people made themselves and which have no flag "incomplete": id, steps_done (JSON), no_consent. */
const struct rows *closing_marks(struct db *db, int64_t event_id);
/* Locks one of them until the transaction ends. False: more was done of it meanwhile, or it failed. */
bool closing_stands(struct db *db, int64_t attendance_id, const char *steps_done);
/* All of it is written down. */
bool closing_done(struct db *db, const struct row *event, ms_t now);

#endif
