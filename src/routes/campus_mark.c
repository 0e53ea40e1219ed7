/* The code on the wall, and how people of a campus mark themselves by it: whoever is expected, whatever their role. What a
 * whole lecture hall asks at once has workers of its own, which no photo and no list can hold. */
#include "app/actions/attendance.h"
#include "routes/family.h"

/* Fifty signatures as they were drawn. */
enum { SYNC_KB = 4096 };

const struct route ROUTES_CAMPUS_MARK[] = {
	{ "GET", AT_CAMPUS "/events/:id:word/qr", campus_code_show, SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN,
	  RATE_USUAL, READS | SECRET, .answers = CAMPUS_CODE, .media = "image/png,image/svg+xml",
	  .summary = "The code on an event's wall, as it is now" },
	{ "POST", AT_CAMPUS "/events/:id:word/qr/refresh", campus_code_raise,
	  SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN, RATE_USUAL, WRITES | SECRET, .answers = CAMPUS_CODE,
	  .summary = "Make every code of an event before now dead" },
	{ "POST", AT_CAMPUS "/attendance/verify-qr", mark_code, CAMPUS, RATE_USUAL, WRITES, MARK_CODE,
	  .by = BY(POOL_MARK), .answers = MARK_BEGUN, .refuses = { 400, 403 }, .tells = MARK_CODE_REFUSED,
	  .summary = "Show a code: a mark begins" },
	{ "GET", AT_CAMPUS "/attendance/student-autofill", mark_autofill, CAMPUS, RATE_USUAL, READS, STUDENT_ASKED,
	  .answers = STUDENT_FILLED, .refuses = { 404 }, .summary = "What is known of you" },
	{ "POST", AT_CAMPUS "/attendance/verify-location", mark_location, CAMPUS, RATE_USUAL, WRITES, MARK_LOCATION,
	  .by = BY(POOL_MARK), .answers = MARK_PLACED, .refuses = { 400, 404 }, .tells = ATTEMPT_REFUSED,
	  .summary = "Tell where you are" },
	{ "POST", AT_CAMPUS "/attendance/submit", mark_submit, CAMPUS, RATE_USUAL, WRITES | MAKES, MARK_SUBMIT,
	  .by = BY(POOL_MARK), .answers = MARK_SUBMITTED, .body_kb = 1024, .refuses = { 400, 404 },
	  .tells = ATTEMPT_REFUSED, .summary = "Submit your mark" },
	{ "POST", AT_CAMPUS "/attendance/sync", mark_sync, CAMPUS, RATE_USUAL, WRITES, MARK_SYNC,
	  .answers = MARKS_SYNCED, .body_kb = SYNC_KB, .summary = "Send marks that were made without a network" },
	{ "GET", AT_CAMPUS "/attendance/verification-feedback", mark_feedback, CAMPUS, RATE_USUAL, READS, MARK_ASKED,
	  .answers = MARK_FEEDBACK, .refuses = { 400, 404 }, .summary = "How far your mark is, and what comes next" },
	{ "POST", AT_CAMPUS "/attendance/verification-feedback", mark_feedback, CAMPUS, RATE_USUAL, WRITES, MARK_ASKED,
	  .answers = MARK_FEEDBACK, .refuses = { 400, 404 }, .summary = "The same, as old apps ask for it" },
	ROUTES_END,
};
