#ifndef STORE_ATTENDANCE_DECISION_H
#define STORE_ATTENDANCE_DECISION_H
/* What people decide of a record, and records that they make by hand. */
#include "base/uuid.h"
#include "db/db.h"

enum { APPEAL_DAYS = 14, DECISION_REASON = 500 };

/* A decision: who, and what the record is after it. */
struct decision {
	int64_t by;
	const char *status;	  /* NULL: as it is */
	const char *verification; /* "pending" leaves an appeal open, for another than who decided before it */
};
/* What follows changes the record (its row's id) that is still of this version, and raises that. False: it is not, or it is by's own, or
 * an appeal of it waits for another; or it failed. */
bool attendance_decide(struct db *db, int64_t id, int64_t version, const struct decision *decision, ms_t now);
/* Its person objects, once, within APPEAL_DAYS of what was decided against them, or of their absence: it waits again. False: as above, or
 * there is nothing to object to any more. */
bool attendance_appeal(struct db *db, int64_t id, int64_t version, int64_t account_id, ms_t now);
/* Nothing of it is purged from now on; or as usual again. False: as above, or it is so already. */
bool attendance_hold(struct db *db, int64_t id, int64_t version, int64_t by, bool held, ms_t now);

/* What was done of a record, and why: a row that stays. What it became is what the record is now. */
struct decided {
	const char *act; /* "verify", "mark", "excuse", "appeal", "hold" */
	int64_t by;
	const char *from_status, *from_verification; /* NULL: it had none */
	const char *reason, *file_sha256;	     /* file_sha256: NULL: none */
};
void attendance_decided(struct db *db, int64_t id, const struct decided *decided, ms_t now);
/* Whom to tell of it: name, email, mobile_number, locale, event.title, event.time_zone, event.starts_at, and record (uuid), status. */
const struct row *attendance_whom(struct db *db, int64_t id);
/* The file of its last excuse that has one, as SHA-256; NULL: there is none. */
const char *attendance_excuse_file(struct db *db, int64_t id);

/* ---- by hand ---- */

/* The member of a campus whom one of these names (0 and NULL: not by that), whom a mark by hand may be made for: account_id, department_id,
 * card_status (of the card that named them), full_name. department_of: only of the departments of this supervisor (an account); 0: any. NULL: nobody. */
struct hand_person {
	int64_t user_id, campus_id, department_of;
	const char *student_id, *card_uid; /* card_uid as it is kept */
};
const struct row *hand_person(struct db *db, const struct hand_person *named);

struct hand_mark {
	const struct row *event;  /* number, campus, start_datetime */
	const struct row *person; /* of hand_person() */
	const char *status, *method;
	int64_t by; /* who decided so; 0: a card did */
};
/* Makes their record. False: there is a row of theirs (DB_DUPLICATE), or it failed. */
bool hand_insert(struct db *db, const struct hand_mark *mark, ms_t now);
/* Makes it of the row that there is: of an attempt that was not submitted, or of an absence that nobody decided. False: it is neither, or
 * not of this version; or it failed. */
bool hand_update(struct db *db, int64_t id, int64_t version, const struct hand_mark *mark, ms_t now);

#endif
