/* Records of attendance: who was where, what speaks against it, and what people decided of it. */
#include "app/actions/attendance.h"
#include "routes/family.h"

#define JUDGES (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)

const struct route ROUTES_CAMPUS_RECORD[] = {
	{ "GET", AT_CAMPUS "/attendance", attendance_index, CAMPUS, RATE_USUAL, READS, ATTENDANCE_LIST,
	  .items = ATTENDANCE_ROW, .summary = "Records of attendance that you see" },
	{ "GET", AT_CAMPUS "/attendance/reviews", attendance_review_index, JUDGES, RATE_USUAL, READS,
	  ATTENDANCE_REVIEWS, .items = ATTENDANCE_ROW,
	  .summary = "What waits for your decision: appeals, then what has the worst flags" },
	{ "GET", AT_CAMPUS "/attendance/:id:word", attendance_show, CAMPUS, RATE_USUAL, READS,
	  .answers = ATTENDANCE_RECORD, .summary = "One record, with what proves it and what was decided" },
	{ "GET", AT_CAMPUS "/events/:id:word/attendance", attendance_of_event, CAMPUS, RATE_USUAL, READS,
	  ATTENDANCE_OF_EVENT, .items = ATTENDANCE_ROW, .summary = "Records of an event" },
	ROUTES_END,
};
