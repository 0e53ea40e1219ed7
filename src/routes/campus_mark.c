/* How people of a campus mark themselves: whoever is expected, whatever their role. */
#include "app/actions/attendance.h"
#include "routes/family.h"

const struct route ROUTES_CAMPUS_MARK[] = {
	{ "POST", AT_CAMPUS "/attendance/verify-location", mark_location, CAMPUS, RATE_USUAL, WRITES, MARK_LOCATION,
	  .answers = MARK_PLACED, .refuses = { 400, 404 }, .tells = ATTEMPT_REFUSED, .summary = "Tell where you are" },
	{ "POST", AT_CAMPUS "/attendance/submit", mark_submit, CAMPUS, RATE_USUAL, WRITES | MAKES, MARK_SUBMIT,
	  .answers = MARK_SUBMITTED, .refuses = { 400, 404 }, .tells = ATTEMPT_REFUSED, .summary = "Submit your mark" },
	{ "GET", AT_CAMPUS "/attendance/verification-feedback", mark_feedback, CAMPUS, RATE_USUAL, READS, MARK_ASKED,
	  .answers = MARK_FEEDBACK, .refuses = { 400, 404 }, .summary = "How far your mark is, and what comes next" },
	{ "POST", AT_CAMPUS "/attendance/verification-feedback", mark_feedback, CAMPUS, RATE_USUAL, WRITES, MARK_ASKED,
	  .answers = MARK_FEEDBACK, .refuses = { 400, 404 }, .summary = "The same, as old apps ask for it" },
	ROUTES_END,
};
