/* The steps of a mark that bring a photo or a signature. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "app/evidence.h"

/* clang-format off */
#define PHOTO_FIELDS(of, first, second) \
	ATTEMPT_FIELDS, EVIDENCE_PHOTO("photo", of), EVIDENCE_PHOTO("image", "The same"), EVIDENCE_PHOTO(first, "The same"), \
	EVIDENCE_PHOTO(second, "The same"), { "captured_at", F_TIME, .help = "When the device says that it was taken" }, FIELDS_END
/* clang-format on */

const struct field FRONT_PHOTO[] = { PHOTO_FIELDS("Who is here", "front_photo", "selfie_image") };
const struct field BACK_PHOTO[] = { PHOTO_FIELDS("Where that is", "back_photo", "back_image") };
const struct field SIGNATURE[] = { ATTEMPT_FIELDS, EVIDENCE_SIGNATURE, FIELDS_END };
const struct field EVIDENCE_ANSWER[] = {
	{ "evidence_id", F_UUID, .help = "What was kept" },
	{ "sha256", F_TEXT, .help = "Of the bytes that are kept" },
	{ "width", F_INT, .help = "Pixels" },
	{ "height", F_INT, .help = "Pixels" },
	{ "bytes", F_INT, .help = "Of what is kept" },
	{ "next_step", F_TEXT, .help = "What comes next" },
	FIELDS_NAMED("evidence_kept"),
};

static int done(struct request *rq, struct attempt *attempt, enum mark_step step, const struct evidence_kept *kept)
{
	if (!attempt_step_done(rq, attempt, step))
		return ANSWERED;
	answer_text(rq->data, "evidence_id", kept->uuid);
	answer_text(rq->data, "sha256", kept->sha256);
	answer_int(rq->data, "width", kept->width);
	answer_int(rq->data, "height", kept->height);
	answer_int(rq->data, "bytes", kept->bytes);
	return ANSWERED;
}

static int take_photo(struct request *rq, enum mark_step step, const char *kind, const char *const names[])
{
	struct attempt attempt;
	struct evidence_kept kept;

	if (!attempt_open(rq, step, &attempt) || !evidence_take_photo(rq, attempt.id, kind, names, &kept))
		return ANSWERED;
	return done(rq, &attempt, step, &kept);
}

/* POST attendance/upload-front-photo/. */
int evidence_front(struct request *rq)
{
	static const char *const NAMES[] = { "photo", "image", "front_photo", "selfie_image", NULL };

	return take_photo(rq, STEP_FRONT, "front", NAMES);
}

/* POST attendance/upload-back-photo/. */
int evidence_back(struct request *rq)
{
	static const char *const NAMES[] = { "photo", "image", "back_photo", "back_image", NULL };

	return take_photo(rq, STEP_BACK, "back", NAMES);
}

/* POST attendance/capture-signature/. */
int evidence_signature(struct request *rq)
{
	struct attempt attempt;
	struct evidence_kept kept;

	if (!attempt_open(rq, STEP_SIGNATURE, &attempt) || !evidence_take_signature(rq, attempt.id, &kept))
		return ANSWERED;
	return done(rq, &attempt, STEP_SIGNATURE, &kept);
}
