/* Records of attendance: who was where, what speaks against it, and what people decided of it. */
#include "app/actions/attendance.h"
#include "routes/family.h"

#define JUDGES (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)

/* clang-format off */
#define DECIDES(path, action, who, fields, of) \
	{ "POST", AT_CAMPUS "/attendance/:id:word" path, action, who, RATE_USUAL, WRITES, fields, .answers = ATTENDANCE_RECORD, \
	  .tells = ATTENDANCE_STALE, .refuses = { 400, 409 }, .summary = of }
/* clang-format on */

const struct route ROUTES_CAMPUS_RECORD[] = {
	{ "GET", AT_CAMPUS "/attendance", attendance_index, CAMPUS, RATE_USUAL, READS, ATTENDANCE_LIST,
	  .items = ATTENDANCE_ROW, .summary = "Records of attendance that you see" },
	{ "GET", AT_CAMPUS "/attendance/reviews", attendance_review_index, JUDGES, RATE_USUAL, READS,
	  ATTENDANCE_REVIEWS, .items = ATTENDANCE_ROW,
	  .summary = "What waits for your decision: appeals, then what has the worst flags" },
	{ "GET", AT_CAMPUS "/attendance/:id:word", attendance_show, CAMPUS, RATE_USUAL, WRITES,
	  .answers = ATTENDANCE_RECORD, .summary = "One record, with what proves it and what was decided" },
	{ "GET", AT_CAMPUS "/events/:id:word/attendance", attendance_of_event, CAMPUS, RATE_USUAL, READS,
	  ATTENDANCE_OF_EVENT, .items = ATTENDANCE_OR_MISSING,
	  .summary = "Records of an event, and who is missing there" },
	DECIDES("/verify", attendance_verify, JUDGES, ATTENDANCE_VERIFY, "Decide whether a record is so"),
	DECIDES("/excuse", attendance_excuse, JUDGES, ATTENDANCE_EXCUSE, "Excuse somebody"),
	{ "GET", AT_CAMPUS "/attendance/:id:word/excuse", attendance_excuse_show, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  .media = "image/jpeg,image/png,image/webp,image/gif", .summary = "The file that somebody was excused by" },
	DECIDES("/appeal", attendance_appealed, CAMPUS, ATTENDANCE_APPEAL, "Object to a decision on one's own record"),
	DECIDES("/hold", attendance_hold_set, HR | CAMPUS_ADMIN, ATTENDANCE_HOLD, "Keep a record from being purged"),
	{ "POST", AT_CAMPUS "/attendance/bulk-verify", attendance_verify_many, JUDGES, RATE_USUAL, WRITES,
	  ATTENDANCE_VERIFY_MANY, .answers = ATTENDANCE_VERIFIED_MANY, .summary = "Decide of many records" },
	{ "POST", AT_CAMPUS "/events/:id:word/mark", attendance_by_hand, JUDGES, RATE_USUAL, WRITES | MAKES,
	  ATTENDANCE_HAND, .answers = ATTENDANCE_RECORD, .tells = ATTEMPT_REFUSED, .refuses = { 400, 404 },
	  .summary = "Mark somebody by hand, or by their card" },
	ROUTES_END,
};
