/* Photos and signatures of attendance: taken, and seen. */
#include "app/actions/attendance.h"
#include "routes/family.h"

/* 20,000 points of a signature, each with its numbers. */
enum { STROKES_KB = 1024 };

/* clang-format off */
#define TAKES(path, action, fields, of) \
	{ "POST", AT_CAMPUS path, action, CAMPUS, RATE_USUAL, WRITES | MAKES, fields, .answers = EVIDENCE_ANSWER, .tells = ATTEMPT_REFUSED, \
	  .refuses = { 400, 404 }, .body_kb = STROKES_KB, .summary = of }
/* clang-format on */

const struct route ROUTES_CAMPUS_EVIDENCE[] = {
	TAKES("/attendance/upload-front-photo", evidence_front, FRONT_PHOTO, "Send the photo of who is here"),
	TAKES("/attendance/upload-back-photo", evidence_back, BACK_PHOTO, "Send the photo of where that is"),
	TAKES("/attendance/capture-signature", evidence_signature, SIGNATURE, "Sign"),
	{ "GET", AT_CAMPUS "/attendance/:id:word/photos/:kind:word", evidence_show, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  EVIDENCE_SIZE, .media = "image/jpeg,image/png,image/webp,image/svg+xml",
	  .summary = "Photo or signature of a record" },
	{ "GET", AT_CAMPUS "/auth/consent", consent_show, CAMPUS, RATE_USUAL, READS | OWN, .answers = CONSENT_STATE,
	  .summary = "What you said of photos and signatures" },
	{ "POST", AT_CAMPUS "/auth/consent", consent_give, CAMPUS, RATE_USUAL, WRITES, CONSENT,
	  .answers = CONSENT_ANSWER, .summary = "Agree that photos and signatures are kept" },
	{ "DELETE", AT_CAMPUS "/auth/consent", consent_withdraw, CAMPUS, RATE_USUAL, WRITES,
	  .summary = "Agree no more: what is kept goes within a day" },
	ROUTES_END,
};
