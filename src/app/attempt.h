#ifndef APP_ATTEMPT_H
#define APP_ATTEMPT_H
/* What the steps of a mark have in common: whose attempt it is, whether it still runs, and what comes next. */
#include "base/uuid.h"
#include "http/request.h"
#include "rules/attendance.h"
#include "store/attendance_change.h"

enum {
	ATTEMPT_LASTS = 10 * MS_MINUTE, /* from its last good code on */
	EVIDENCE_AFTER =
		10 * MS_MINUTE, /* what is missing of a submitted one still comes so long after the event closes */
};

/* A mark that was made without a network and comes later: when the device says that its code was scanned, and what its clock showed as it
 * was sent. */
struct mark_claim {
	ms_t scanned_at, device_time;
	ms_t at; /* the moment that counts, once its code was judged */
};

struct attempt {
	const struct mark_claim *claim; /* NULL: it is made now */
	const struct row *event;	/* as attempt_event() has it */
	const struct row *row;		/* as attempt_lock() has it, when it was opened */
	int64_t id, version;		/* as it is now */
	uint8_t uuid[UUID_BYTES];
	unsigned required, done; /* sets of enum mark_step */
	bool submitted;		 /* what is sent now was missing then */
	ms_t expires_at;	 /* until when steps are taken */
};

/* Names of what a step is for: event_id, event or attendance_id. Put first among its fields. */
/* clang-format off */
#define ATTEMPT_FIELDS                                                                                                 \
	{ "event_id", F_UUID, .help = "The event; or" },                                                               \
	{ "event", F_UUID, .help = "the same by its old name; or" },                                                   \
	{ "attendance_id", F_UUID, .help = "the record that its code was answered with" }
/* clang-format on */
/* What a refusal of a step tells besides. */
extern const struct field ATTEMPT_REFUSED[];

/* The caller's own attempt at the event that the request names, running or not, its row locked until the transaction ends. False after a
 * refusal: 404; 400 QR_REQUIRED, for there is none. */
bool attempt_find(struct request *rq, struct attempt *out);
/* The same without a refusal: false where there is none, or no event is named. */
bool attempt_seek(struct request *rq, struct attempt *out);
/* The event that the request names, as it was sent; NULL: it names none. */
const char *attempt_names_event(const struct request *rq);
/* The code that came along with a step, if any is: it begins the attempt, or its ten minutes, in the same transaction; a mark that was submitted stays
 * as it is. claim: it is judged by the time that is claimed, which is stored in it; NULL: by now. The event is named from here on. False after a refusal, or a conflict. */
bool mark_code_along(struct request *rq, struct mark_claim *claim);
/* Submits what came, as POST attendance/submit/ does, in a transaction: a code that came along begins the attempt, and what else came is done
 * first. What is claimed (NULL: it is made now) has the code judged by its own time, is pending whatever it holds, and takes the place of
 * an absence that nobody but the program has written. The answer is the record's. False after a refusal, or a conflict. */
bool mark_make(struct request *rq, struct mark_claim *claim);
/* Were both latitude and longitude sent, or neither? False after a refusal. */
bool mark_place_whole(struct request *rq);
/* The nearest of an event's own place and its others to a position (degrees). event: a row with its latitude, longitude, location_radius, location
 * and places (JSON), which has a place. */
struct mark_nearest {
	double distance, radius; /* metres: to it, and its own */
	const char *name;	 /* on rq->mem, or the row's */
};
struct mark_nearest mark_nearest(struct request *rq, const struct row *event, double latitude, double longitude);
/* What is said of a place. */
const char *mark_place_sentence(enum place_verdict verdict);
/* Is it one that still takes the step (0: the submit)? False after a refusal: 400 QR_REQUIRED (no code was scanned within ten minutes),
 * CLOSED, DUPLICATE. */
bool attempt_runs(struct request *rq, unsigned step, const struct attempt *attempt);
/* Both, and the step is one that may be taken now, else 400 STEP_ORDER with next_step beside it. */
bool attempt_open(struct request *rq, enum mark_step step, struct attempt *out);
/* The step is done: stores that and answers next_step ("complete" where nothing is missing of what was submitted). What was missing of a
 * submitted record and is there now has it judged again, unless a person has decided. False: it failed. */
bool attempt_step_done(struct request *rq, struct attempt *attempt, enum mark_step step);
/* The record is what its row says now: kept for those who watch, and hinted to them after the commit. */
void attempt_told(struct request *rq, const struct attempt *attempt, const struct attendance_before *before);
/* What comes next of it. */
const char *attempt_next(const struct attempt *attempt);
/* Judges it as it stands: "verified" or "pending". */
const char *attempt_verdict(struct request *rq, const struct attempt *attempt);

#endif
