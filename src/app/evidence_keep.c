/* What photos and signatures have in common: how they are refused, and how they are kept. */
#include "app/evidence_keep.h"
#include "outside/files.h"
#include "store/file.h"

bool evidence_wrong_kind(struct request *rq, const char *field, const char *sentence)
{
	field_fault(rq, field, "%s", sentence);
	refuse(rq, 415, "UNSUPPORTED_TYPE", "%s", sentence);
	return false;
}

bool evidence_too_many_bytes(struct request *rq, const char *field, int kb)
{
	field_fault(rq, field, "Send a file of at most %lld KB.", (long long)kb);
	refuse(rq, 413, "TOO_LARGE", "Send a file of at most %lld KB.", (long long)kb);
	return false;
}

bool evidence_keep(struct request *rq, int fd, int64_t bytes, struct evidence *evidence, struct evidence_kept *kept)
{
	uint8_t uuid[UUID_BYTES];
	char name[FILE_NAME_SIZE], text[UUID_SIZE];

	if (!file_digest(fd, name) || !file_bring(rq->db, name, NULL, bytes, rq->who.account_id, rq->now) ||
	    !file_store(rq->config->files, fd, name)) {
		if (db_error(rq->db) == DB_OK)
			refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted.");
		return false;
	}
	evidence->file_sha256 = name;
	evidence->bytes = bytes;
	if (!evidence_put(rq->db, evidence, uuid, rq->now)) {
		if (db_error(rq->db) == DB_OK)
			refuse(rq, 400, "STEP_LIMIT",
			       "This step was done as often as it may be. Go on with the next one.");
		return false;
	}
	*kept = (struct evidence_kept){ .uuid = talloc_strdup(rq->mem, uuid_text(uuid, text)),
					.sha256 = talloc_strdup(rq->mem, name),
					.width = evidence->width,
					.height = evidence->height,
					.bytes = bytes };
	return true;
}

enum consent consent_said(const struct row *row)
{
	if (row_null(row, "consent_version"))
		return CONSENT_NONE;
	if (row_int(row, "consent_version") >= CONSENT_NOTICE)
		return CONSENT_GIVEN;
	return row_int(row, "consent_version") ? CONSENT_NONE : CONSENT_DECLINED;
}

const struct row *evidence_agreed(struct request *rq, int64_t attendance_id)
{
	const struct row *of = evidence_of(rq->db, attendance_id);

	if (!of || consent_said(of) == CONSENT_GIVEN)
		return of;
	refuse(rq, 400, "NO_CONSENT",
	       "You have not agreed to photos and signatures. Go on without them, or agree first.");
	return NULL;
}
