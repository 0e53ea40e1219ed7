/* What a stranger's telephone sends is looked at by its head alone, copied without what draws nothing, and kept under the digest of what is
 * left. What it says of itself, when and where it was made, can only speak against it. */
#include "app/evidence.h"
#include "app/evidence_keep.h"
#include "outside/files.h"
#include "picture/head.h"
#include "picture/plain.h"
#include "picture/taken.h"
#include "rules/mark_doubt.h"
#include "store/attendance_flag.h"
#include "store/evidence.h"
#include "store/file.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	SIDE_LEAST = 240,
	PIXELS_MOST = 24000000,
	INTERVAL_LEAST_MS = 1000,
	ELSEWHERE_M = 500 /* beyond the radius of the nearest place */
};
static const ms_t INTERVAL_MOST = 120 * MS_SECOND, OLD = 10 * MS_MINUTE;

static const struct upload *photo_of(const struct request *rq, const char *const names[])
{
	const struct upload *empty = NULL;

	for (; *names; names++) {
		const struct upload *upload = field_file(rq, *names);

		if (upload && upload->size)
			return upload;
		empty = upload ? upload : empty;
	}
	return empty;
}

/* ---- refusals ---- */

static bool fault(struct request *rq, const char *field, const char *sentence)
{
	field_fault(rq, field, "%s", sentence);
	refuse_fields(rq);
	return false;
}

/* By its head, which is all that is read of it. */
static bool looks_well(struct request *rq, const struct upload *upload, const uint8_t *data, struct picture_head *head)
{
	enum picture_fault found = picture_look(data, (size_t)upload->size, head);

	if (picture_is_heic(data, (size_t)upload->size))
		return evidence_wrong_kind(
			rq, upload->field,
			"This is a HEIC picture, which cannot be shown. Set your camera to the most compatible format (JPEG), or take the photo here.");
	if (found == PICTURE_WRONG_KIND || head->kind == PICTURE_GIF)
		return evidence_wrong_kind(rq, upload->field, "Send a JPEG, PNG or WebP picture.");
	if (found == PICTURE_TOO_LARGE || (uint64_t)head->width * head->height > PIXELS_MOST)
		return fault(rq, upload->field, "This picture has more than 24 million pixels.");
	if (head->width < SIDE_LEAST || head->height < SIDE_LEAST)
		return fault(rq, upload->field, "This picture is smaller than 240 by 240 pixels.");
	return true;
}

/* ---- what speaks against it ---- */

/* Longer than that after it was taken, by the clocks of where the event is unless it names its own. */
static bool is_old(const struct row *of, const struct picture_taken *taken, ms_t marked_at, double *minutes)
{
	ms_t at = taken->at;

	if (!taken->timed || (!taken->zoned && clock_when(taken->at, row_text(of, "time_zone"), &at) != CLOCK_ONCE))
		return false;
	*minutes = (double)(marked_at - at) / MS_MINUTE;
	return marked_at - at > OLD;
}

/* Farther than that from each of the event's places. */
static bool is_elsewhere(struct request *rq, const struct row *of, const struct picture_taken *taken, double *metres)
{
	struct mark_nearest near;

	if (!taken->placed || row_null(of, "latitude"))
		return false;
	near = mark_nearest(rq, of, taken->latitude, taken->longitude);
	*metres = near.distance;
	return near.distance > near.radius + ELSEWHERE_M;
}

/* Longer or shorter than a person takes from one photo to the other: by when they were made, where the device says so of both, else by when
 * they came, unless that was together. */
static bool is_apart(struct request *rq, int64_t attendance_id, const struct evidence *evidence, ms_t *apart)
{
	const struct row *other = evidence_other_photo(rq->db, attendance_id, evidence->kind);

	if (!other)
		return false;
	if (evidence->claimed_at && !row_null(other, "claimed_at"))
		*apart = llabs(evidence->claimed_at - row_time(other, "claimed_at"));
	else if (row_time(other, "received_at") == rq->now)
		return false;
	else
		*apart = rq->now - row_time(other, "received_at");
	return *apart < INTERVAL_LEAST_MS || *apart > INTERVAL_MOST;
}

static void raise_flags(struct request *rq, int64_t attendance_id, const struct row *of,
			const struct evidence *evidence, const struct picture_taken *taken)
{
	const ms_t marked_at = row_is(of, "method", "offline") ? row_time(of, "qr_at") : rq->now;
	double score = 0;
	ms_t apart;

	if (evidence->claimed_at && clock_off(evidence->claimed_at, rq->now))
		flag_raise(rq->db, attendance_id, "clock", (double)(evidence->claimed_at - rq->now) / MS_SECOND, NULL,
			   rq->now);
	if (is_old(of, taken, marked_at, &score))
		flag_raise(rq->db, attendance_id, "photo_old", score, NULL, rq->now);
	if (is_elsewhere(rq, of, taken, &score))
		flag_raise(rq->db, attendance_id, "photo_elsewhere", score, NULL, rq->now);
	if (evidence_came_before(rq->db, attendance_id, false, evidence->sent_sha256))
		flag_raise(rq->db, attendance_id, "photo_reused", 0, NULL, rq->now);
	if (is_apart(rq, attendance_id, evidence, &apart))
		flag_raise(rq->db, attendance_id, "photo_interval", (double)apart / MS_SECOND, NULL, rq->now);
}

/* ---- photos ---- */

static bool keep_photo(struct request *rq, const struct upload *upload, const uint8_t *data, struct evidence *evidence,
		       struct evidence_kept *kept)
{
	const struct row *of = evidence_agreed(rq, evidence->attendance_id);
	char sent[FILE_NAME_SIZE];
	struct picture_taken taken;
	struct picture_head head;
	int64_t bytes = 0;
	bool good;
	int plain;

	if (!of || !looks_well(rq, upload, data, &head) || !file_digest(upload->fd, sent))
		return false;
	picture_taken(data, (size_t)upload->size, &taken);
	plain = picture_plain(upload->fd, upload->size, &bytes);
	evidence->sent_sha256 = talloc_strdup(rq->mem, sent);
	evidence->width = head.turn > 4 ? head.height : head.width;
	evidence->height = head.turn > 4 ? head.width : head.height;
	good = plain >= 0 && evidence_keep(rq, plain, bytes, evidence, kept);
	if (plain >= 0)
		close(plain);
	if (good)
		raise_flags(rq, evidence->attendance_id, of, evidence, &taken);
	return good;
}

bool evidence_take_photo(struct request *rq, int64_t attendance_id, const char *kind, const char *const names[],
			 struct evidence_kept *kept)
{
	const struct upload *upload = photo_of(rq, names);
	struct evidence evidence = { .attendance_id = attendance_id, .kind = kind };
	const uint8_t *data;
	bool good;

	if (!upload)
		return fault(rq, *names, "Take a photo.");
	if (!upload->size)
		return fault(rq, upload->field, "This file is empty.");
	if (upload->size > (int64_t)rq->config->photo_kb * 1024)
		return evidence_too_many_bytes(rq, upload->field, rq->config->photo_kb);
	if (field_declared(rq, "captured_at"))
		evidence.claimed_at = field_time(rq, "captured_at");
	data = mmap(NULL, (size_t)upload->size, PROT_READ, MAP_PRIVATE, upload->fd, 0);
	if (data == MAP_FAILED)
		return refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted."), false;
	good = keep_photo(rq, upload, data, &evidence, kept);
	munmap((void *)(uintptr_t)data, (size_t)upload->size);
	return good;
}

/* ---- along with a submit ---- */

static bool photo_along(struct request *rq, struct attempt *attempt, enum mark_step step, const char *kind,
			const char *const names[])
{
	struct evidence_kept kept;

	if (!photo_of(rq, names))
		return true;
	if (!evidence_take_photo(rq, attempt->id, kind, names, &kept))
		return false;
	attempt->done |= step;
	return true;
}

static const char *const ALONG_FRONT[] = { "front_photo", "selfie_image", NULL }, *const ALONG_BACK[] = { "back_photo",
													  NULL };

/* Apps that never ask for consent send evidence all the same, so it is no fault of the submit's: they go on without. */
bool evidence_along(struct request *rq, struct attempt *attempt)
{
	const bool lacks = attempt->required & ~attempt->done & (STEP_FRONT | STEP_BACK | STEP_SIGNATURE),
		   sent = photo_of(rq, ALONG_FRONT) || photo_of(rq, ALONG_BACK) || evidence_signature_sent(rq);
	const struct row *of = lacks || sent ? evidence_of(rq->db, attempt->id) : NULL;
	struct evidence_kept kept;

	if (!of)
		return db_error(rq->db) == DB_OK;
	if (consent_said(of) != CONSENT_GIVEN) {
		if (lacks && (sent || consent_said(of) == CONSENT_DECLINED))
			flag_raise(rq->db, attempt->id, "no_consent", 0, NULL, rq->now);
		return true;
	}
	if (!photo_along(rq, attempt, STEP_FRONT, "front", ALONG_FRONT) ||
	    !photo_along(rq, attempt, STEP_BACK, "back", ALONG_BACK))
		return false;
	if (evidence_signature_sent(rq)) {
		if (!evidence_take_signature(rq, attempt->id, &kept))
			return false;
		attempt->done |= STEP_SIGNATURE;
	}
	return true;
}
