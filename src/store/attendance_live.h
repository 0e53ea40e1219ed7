#ifndef STORE_ATTENDANCE_LIVE_H
#define STORE_ATTENDANCE_LIVE_H
/* What those who watch an event of a campus are shown, and what says who may. */
#include "base/clock.h"
#include "db/db.h"
#include "store/session.h"

/* The number of the event with this UUID; 0: there is none (or the database is away). */
int64_t attendance_live_number(struct db *db, const char *uuid);
/* What says whether an account (0: nobody's) may watch an event: organizer_id, of_campus (the event's), public_counts:bool, member:bool (do
 * they belong to a campus), viewer_campus (theirs; 0: all). NULL when there is no such event (or the database is away). */
const struct row *attendance_live_facts(struct db *db, int64_t account_id, int64_t event_id);
/* The same for n who watch: see sessions_watching(). */
const struct rows *attendance_live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now);

/* The event as it is now: event_id (uuid), title, phase, fixed:bool (is its roster). NULL: there is none (or the database is away). */
const struct row *attendance_live_event(struct db *db, int64_t event_id, ms_t now);
/* How many records there are of each status and verification_status: count. */
const struct rows *attendance_live_summary(struct db *db, int64_t event_id);
/* The newest ten submitted since then, of people of the departments of this supervisor (0: of all): student__first_name, student__last_name, submitted_at,
 * verification_status. */
const struct rows *attendance_live_recent(struct db *db, int64_t event_id, int64_t supervisor_id, ms_t since);
/* How many are expected who are not excused. */
int64_t attendance_live_expected(struct db *db, int64_t event_id, bool fixed);

#endif
