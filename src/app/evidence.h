#ifndef APP_EVIDENCE_H
#define APP_EVIDENCE_H
/* Photos and signatures of a mark: read, checked, and kept without what a camera wrote beside them. Nothing is decoded here: that is a
 * job's (jobs/evidence.c). */
#include "app/attempt.h"

/* The fields by which they come; `names` of a photo: how clients call it. */
/* clang-format off */
#define EVIDENCE_PHOTO(name, of) { name, F_FILE, .raw = true, .help = of ": JPEG, PNG or WebP, from 240 pixels a side" }
#define EVIDENCE_SIGNATURE \
	{ "signature", F_LONG_TEXT, .max = 400000, .help = "A PNG as a data URI, or as a file: at most 200 KB and 2,000 by 1,000 pixels" }, \
	{ "strokes", F_LIST, .raw = true, .help = "Or as it was drawn: lists of points [x, y, ms, pressure], x and y from 0 to 1" }, \
	{ "typed_name", F_TEXT, .min = 2, .max = 120, .help = "Or the name as it is typed, for who cannot draw: it is made a picture that says so" }
/* clang-format on */

/* The version of the notice that the mark's page shows before the first photo or signature. */
enum { CONSENT_NOTICE = 1 };
/* What a member said of it, by the consent_version of a row: nothing, or of an older one; that they want none kept; or that they agree. */
enum consent { CONSENT_NONE, CONSENT_DECLINED, CONSENT_GIVEN };
enum consent consent_said(const struct row *row);

/* What the caller said of it, and for how long what they send is kept, into an object: said, notice, days, said_at. */
void consent_answer(struct request *rq, struct json_object *into);

/* What was kept, for the answer. */
struct evidence_kept {
	const char *uuid, *sha256; /* of what is kept; on rq->mem */
	unsigned width, height;
	int64_t bytes;
};

/* The fields of those that come along with a submit. */
#define EVIDENCE_ALONG                                                                                                 \
	EVIDENCE_PHOTO("front_photo", "Who is here"), EVIDENCE_PHOTO("selfie_image", "The same"),                      \
		EVIDENCE_PHOTO("back_photo", "Where that is"), EVIDENCE_SIGNATURE
/* Takes what came of these, in the order of the steps, which are done then. Of who has not agreed to the notice nothing is looked at or kept:
 * the mark is made without, and says so by its flag. False: refused. */
bool evidence_along(struct request *rq, struct attempt *attempt);
bool evidence_signature_sent(const struct request *rq);
/* Keeps the photo that was sent by one of these names, and raises the flags that it brings; in a transaction, whose record is locked. kind:
 * "front" or "back". False: refused (400, 413, 415). */
bool evidence_take_photo(struct request *rq, int64_t attendance_id, const char *kind, const char *const names[],
			 struct evidence_kept *kept);
/* The same of a signature, drawn or as a picture. */
bool evidence_take_signature(struct request *rq, int64_t attendance_id, struct evidence_kept *kept);

#endif
