#ifndef STORE_ATTENDANCE_H
#define STORE_ATTENDANCE_H
/* Records of attendance: which of them somebody sees, one with all that belongs to it, and what people decide of it. */
#include "base/uuid.h"
#include "db/db.h"

/* Whose records there are: always one's own, and */
enum attendance_sight {
	RECORDS_OWN,	    /* no others */
	RECORDS_MADE,	    /* of events that the account made */
	RECORDS_DEPARTMENT, /* of its departments, and of events that it made */
	RECORDS_ALL	    /* of campus_id; 0: of every campus */
};
struct attendance_eye {
	enum attendance_sight sight;
	int64_t account_id, campus_id;
};

struct attendance_filter {
	const uint8_t *event; /* its uuid; NULL: any */
	int64_t user_id;      /* 0: any */
	const char *student_id, *campus, *department, *status, *verification, *method, *flag, *severity,
		*search;		  /* NULL: any. Campus and department by number, code or name */
	const char *from, *to;		  /* days of the event's start where it is, included; NULL: any */
	const char *series;		  /* the course that the event belongs to; NULL: any */
	int64_t campus_id, department_id; /* by their numbers; 0: any */
	const char *order;		  /* of attendance_order(); NULL: the newest event first */
	bool missing;			  /* of a room: only who is not there */
	int64_t exact;			  /* so many of a list are counted exactly; 0: as usual */
};

/* What a list is sorted by, as SQL: of "-submitted_at,status". On ctx; NULL: by something that it cannot be. */
const char *attendance_order(TALLOC_CTX *ctx, const char *by);
/* Records that were submitted, or written by others: id (uuid), event.id, .title, .start_datetime, student.id, .student_id, .full_name,
 * .department, status, verification_status, method, submitted_at, qr_at, verification_seconds, location_verified, distance_m, accuracy_m,
 * flags (JSON: codes, the worst first), appealed_at, notes, version. */
struct row_list *attendance_list(struct db *db, const struct attendance_eye *eye,
				 const struct attendance_filter *filter);
/* The same at one event (its number), and who is expected there and has no record: missing says so, and all of the record is null then.
 * fixed: its roster is. Who came last is first. Of the filter neither event nor days. */
struct row_list *attendance_room(struct db *db, const struct attendance_eye *eye, int64_t event_id, bool fixed,
				 const struct attendance_filter *filter);
/* Who was expected at an event (its number) or was there, by name, as a register has them: no (from 1), student_id, full_name, department,
 * year_level, submitted_at, status, verification_status (these three NULL: there is no record), event.title, event.start_datetime, and number,
 * the record's, 0: none. fixed and filter as above. */
struct row_list *attendance_register(struct db *db, const struct attendance_eye *eye, int64_t event_id, bool fixed,
				     const struct attendance_filter *filter);
/* How many these are: people, present, late, absent, excused (of those whose record is not rejected), missing (without a record), verified,
 * rejected. */
const struct row *attendance_register_sums(struct db *db, const struct attendance_eye *eye, int64_t event_id,
					   bool fixed, const struct attendance_filter *filter);
/* Points of each person for their records: of present, late, excused, absent (numbers as texts; NULL: none). A rejected record is as an absent
 * one. For Moodle: email, student_id, points; for Canvas: full_name, id, student_id, username, section, points. */
struct row_list *attendance_points(struct db *db, const struct attendance_eye *eye,
				   const struct attendance_filter *filter, bool canvas, const char *const points[4]);
/* At how many events these are. */
int64_t attendance_events(struct db *db, const struct attendance_eye *eye, const struct attendance_filter *filter);
/* The same of what waits for the eye's own decision: appeals first, then the worst flag, then who has waited longest. */
struct row_list *attendance_reviews(struct db *db, const struct attendance_eye *eye);
/* One of those that the eye sees, submitted or not, with number (the row's id), event_number, state, campus (its number), required_steps and
 * steps_done (JSON), front, back, signature (is there one to be seen), held, decided_by, decided_at, latitude, longitude, place, place_verdict,
 * location_radius, ip, user_agent besides. NULL: there is none. lock: until the transaction ends. */
const struct row *attendance_get(struct db *db, const struct attendance_eye *eye, const uint8_t uuid[UUID_BYTES],
				 bool lock);
/* Where it is: of a record's event time_zone, closes_at, event_latitude, event_longitude, location_radius, places (JSON); of itself latitude, longitude,
 * accuracy, distance, place; of its person photo (its SHA-256). */
const struct row *attendance_scene(struct db *db, int64_t attendance_id);
/* What was decided of it: act, by (an account), by_name, from_status, to_status, from_verification_status, to_verification_status, reason, at. */
const struct rows *attendance_decisions(struct db *db, int64_t attendance_id);

#endif
