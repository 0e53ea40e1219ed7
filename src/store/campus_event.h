#ifndef STORE_CAMPUS_EVENT_H
#define STORE_CAMPUS_EVENT_H
/* Events that attendance is taken of, who is expected at them, and which of them somebody sees. */
#include "base/uuid.h"
#include "db/db.h"
#include "rules/campus_event.h"

/* Where an event e stands by the clock, as SQL. Its "?": now, three times. */
#define EVENT_PHASE                                                                                                    \
	"CASE WHEN ? < e.opens_at THEN 'scheduled' WHEN ? < e.late_at THEN 'open'"                                     \
	" WHEN ? < e.closes_at THEN 'late' ELSE 'closed' END"

/* Whose events there are. */
enum campus_sight {
	SIGHT_EXPECTED, /* active ones where the account is expected, and those that it has a record of */
	SIGHT_MADE,	/* those that it made */
	SIGHT_CAMPUS,	/* of campus_id, and those that it made */
	SIGHT_ALL	/* of campus_id; 0: of every campus */
};
struct campus_eye {
	enum campus_sight sight;
	int64_t account_id, campus_id;
};

struct campus_event_filter {
	const char *search, *campus, *department, *series,
		*phase;	       /* NULL: any. Campus and department by number, code or name */
	const char *from, *to; /* days of its start where it is, included; NULL: any */
	const bool *is_active; /* NULL: any */
	const uint8_t *uuid;   /* this one alone; NULL: any */
	int64_t campus_id;     /* by its number; 0: any */
	int64_t organizer_id;  /* 0: any */
	bool running;	       /* those alone that take place and of which marks are taken now */
	const char *order;     /* of campus_event_order(); NULL: the newest start first */
	ms_t now;
};

/* What a list is sorted by, as SQL: of "-start_datetime,title". On ctx; NULL: by something that it cannot be. */
const char *campus_event_order(TALLOC_CTX *ctx, const char *by);
/* Events: id (uuid), title, description, location, campus (its number), campus_name, organizer (its account), organizer_name,
 * start_datetime, end_datetime, time_zone, latitude, longitude, location_radius, places (JSON), is_active, phase ("scheduled", "open",
 * "late", "closed"), opens_at, late_at, closes_at, allows_late_attendance, opens_before_minutes, late_after_minutes,
 * closes_after_minutes, required_steps (JSON), location_mode, rescan, typed_code, auto_verify, strict_steps, allow_offline,
 * public_counts, qr_rotates, qr_expires_at, audience (JSON), series, version, created_at, updated_at; of SIGHT_EXPECTED my_attendance too (JSON: id, state,
 * status, verification_status, submitted_at; NULL: it began none). */
struct row_list *campus_event_list(struct db *db, const struct campus_eye *eye,
				   const struct campus_event_filter *filter);
/* One of those that the eye sees, with number (the row's id) and roster_at besides; NULL: there is none. lock: until the transaction
 * ends. */
const struct row *campus_event_get(struct db *db, const struct campus_eye *eye, const uint8_t uuid[UUID_BYTES],
				   ms_t now, bool lock);

/* One as it shall be. */
struct campus_event {
	int64_t organizer_id, campus_id;
	const char *title, *description, *location, *time_zone, *series, *location_mode; /* series: NULL: none */
	struct campus_times times;
	struct campus_window window;
	char starts_on[DATE_SIZE];
	bool is_active, placed; /* placed: it has latitude and longitude */
	double latitude, longitude;
	int64_t radius;
	const char *places, *steps; /* JSON; places may be NULL */
	bool rescan, typed_code, auto_verify, strict_steps, allow_offline, public_counts, qr_rotates;
	ms_t qr_expires_at; /* 0: when it closes */
};

/* Its id, 0 on failure; uuid is made. */
int64_t campus_event_insert(struct db *db, const struct campus_event *event, uint8_t uuid[UUID_BYTES], ms_t now);
/* Makes it so, but for whose it is and where, and raises its version. False on failure. */
bool campus_event_update(struct db *db, int64_t id, const struct campus_event *event, ms_t now);
/* Nobody sees it any more. */
void campus_event_hide(struct db *db, int64_t id, ms_t now);

/* ---- who is expected ---- */

struct audience_rule {
	const char *rule; /* "all", "students", "department", "year_level", "member" */
	int64_t value;
};
/* Replaces its rules by n others. */
void audience_set(struct db *db, int64_t event_id, const struct audience_rule rules[], size_t n);
/* Can the rule be one at this campus: is the department there, or the account a member? */
bool audience_fits(struct db *db, int64_t campus_id, const struct audience_rule *rule);
/* Is an account expected at an event, by its roster or its rules? */
bool campus_event_expects(struct db *db, int64_t event_id, int64_t account_id);
/* Events whose codes may be typed, which are open now and at which the account is expected, at most 20: uuid, qr_generation, qr_rotates. */
const struct rows *campus_events_typed(struct db *db, int64_t account_id, ms_t now);
/* Events that take marks which were made without a network, at which the account is expected, of this hour and the coming week, at most 50:
 * id, title, location, starts_at, time_zone, opens_at, closes_at, steps (JSON), location_mode, latitude, longitude, location_radius. */
const struct rows *campus_events_later(struct db *db, int64_t account_id, ms_t now);
/* The roster, by name: user_id, student_id, full_name, state, and unless names_alone email, department, department_id, year_level; by the
 * rules until it is fixed. event_id 0: of no event. */
struct row_list *roster_list(struct db *db, int64_t event_id, bool fixed, bool names_alone);
/* The account of the member of this campus, or of all, whom a number or an e-mail names; 0: nobody. */
int64_t roster_member(struct db *db, int64_t campus_id, const char *name);
/* How many are on it. */
int64_t roster_size(struct db *db, int64_t event_id, bool fixed);
/* From now on it is fixed who is expected: whom the rules fit now. */
void roster_fix(struct db *db, int64_t event_id, ms_t now);
/* The rules say again, until it is fixed anew; who was excused stays so. */
void roster_loosen(struct db *db, int64_t event_id);
/* Fixes what has opened and is not fixed, and adds to open ones whom a campus has got since. False on failure; *more: there are more. */
bool rosters_keep(struct db *db, ms_t now, bool *more);

#endif
