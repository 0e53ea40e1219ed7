/* Who sees the photos and the signature of a record, and each look is told to the audit log; and whether somebody agrees that they are kept. */
#include "app/actions/attendance.h"
#include "app/evidence.h"
#include "outside/files.h"
#include "rules/strokes.h"
#include "store/evidence.h"
#include <string.h>

/* Of the most points that are taken. */
enum { SVG_MAX = STROKES_MOST * 16 };

const struct field EVIDENCE_SIZE[] = {
	{ "size", F_CHOICE, .choices = "thumb,svg",
	  .help = "thumb: small, its longer side at most 320 pixels; svg: a signature that was drawn, as lines" },
	FIELDS_END,
};
const struct field CONSENT[] = {
	{ "version", F_INT, .required = true, .min = 1, .max = 1000000,
	  .help = "Of the notice that was read, which is that of now" },
	FIELDS_END,
};
const struct field CONSENT_ANSWER[] = {
	{ "consent_at", F_TIME, .help = "Since when" },
	{ "version", F_INT, .help = "To which notice" },
	FIELDS_NAMED("consent"),
};

const struct field CONSENT_STATE[] = {
	{ "said", F_CHOICE, .choices = "none,given,declined",
	  .help = "What was said of the notice as it is now: nothing, that one agrees, or that one does not" },
	{ "notice", F_INT, .help = "Which notice that is: send it back to agree" },
	{ "days", F_INT, .help = "So many days photos and signatures are kept" },
	{ "said_at", F_TIME, .null = true, .help = "When something was said last" },
	FIELDS_NAMED("consent_state"),
};

static enum evidence_sight sight_of(const struct request *rq)
{
	switch (rq->who.role) {
	case HR:
	case CAMPUS_ADMIN:
		return EVIDENCE_CAMPUS;
	case SUPERVISOR:
		return EVIDENCE_DEPARTMENT;
	case CAMPUS_ORGANIZER:
		return EVIDENCE_OWN_EVENTS;
	default:
		return EVIDENCE_OWN;
	}
}

/* "front", "back", "signature"; NULL of anything else. */
static const char *kind_of(const char *word)
{
	static const char *const KINDS[] = { "front", "back", "signature" };

	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (!strcmp(KINDS[i], word))
			return KINDS[i];
	return NULL;
}

/* A look that is no change says what was looked at. */
static void note_look(struct request *rq, const struct row *row, const char *kind)
{
	struct json_object *what = json_object_new_object();

	answer_text(what, "kind", kind);
	answer_int(what, "account_id", row_int(row, "account_id"));
	audit_change(rq, "look", "attendance_evidence", row_int(row, "attendance_id"), NULL, what);
}

/* A signature that was drawn, as lines. False: it was not. */
static bool answer_lines(struct request *rq, const struct row *row)
{
	struct json_object *json = row_null(row, "strokes") ? NULL : json_tokener_parse(row_text(row, "strokes"));
	struct strokes strokes;
	struct buf *svg;
	bool good = json && strokes_read(rq->mem, json, &strokes) == STROKES_GOOD;

	json_object_put(json);
	if (!good)
		return false;
	svg = buf_new(rq->mem, SVG_MAX);
	strokes_svg(&strokes, svg);
	answer_bytes(rq, "image/svg+xml", svg->data, svg->len);
	return true;
}

/* GET attendance/:id/photos/:kind/. */
int evidence_show(struct request *rq)
{
	const char *kind = kind_of(path_text(rq, "kind")), *size = field_text(rq, "size"), *type = NULL, *path = NULL;
	const struct row *row = NULL;
	uint8_t uuid[UUID_BYTES];

	if (kind && uuid_parse(path_text(rq, "id"), uuid))
		row = evidence_seen(rq->db, sight_of(rq), rq->who.account_id, uuid, kind);
	if (row && size && !strcmp(size, "svg") && answer_lines(rq, row)) {
		note_look(rq, row, kind);
		return ANSWERED;
	}
	if (row && size && !row_null(row, "thumb"))
		path = file_find(rq->mem, rq->config->files, row_text(row, "thumb"), &type);
	if (row && !path)
		path = file_find(rq->mem, rq->config->files, row_text(row, "file_sha256"), &type);
	if (!path)
		return refuse(rq, 404, "EVIDENCE_NOT_FOUND", "There is no such photo or signature.");
	note_look(rq, row, kind);
	answer_file(rq, path, type);
	return ANSWERED;
}

void consent_answer(struct request *rq, struct json_object *into)
{
	const struct row *row = consent_get(rq->db, rq->who.account_id);
	static const char *const WORDS[] = {
		[CONSENT_NONE] = "none", [CONSENT_DECLINED] = "declined", [CONSENT_GIVEN] = "given"
	};

	answer_text(into, "said", WORDS[row ? consent_said(row) : CONSENT_NONE]);
	answer_int(into, "notice", CONSENT_NOTICE);
	answer_int(into, "days", row ? row_int(row, "days") : 0);
	answer_time(into, "said_at", row && !row_null(row, "said_at") ? row_time(row, "said_at") : 0);
}

/* GET auth/consent/. */
int consent_show(struct request *rq)
{
	consent_answer(rq, rq->data);
	return ANSWERED;
}

/* POST auth/consent/. */
int consent_give(struct request *rq)
{
	const int64_t version = field_int(rq, "version");
	struct json_object *after;

	if (version != CONSENT_NOTICE) {
		field_fault(rq, "version",
			    "This is not the notice of now, which is version %d. Read that one, and agree to it.",
			    CONSENT_NOTICE);
		return refuse_fields(rq);
	}
	after = json_object_new_object();
	if (!consent_set(rq->db, rq->who.account_id, version, rq->now)) {
		json_object_put(after);
		return refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	}
	answer_int(after, "version", version);
	audit_change(rq, "consent", "campus_member", rq->who.account_id, NULL, after);
	answer_time(rq->data, "consent_at", rq->now);
	answer_int(rq->data, "version", version);
	return ANSWERED;
}

/* DELETE auth/consent/. What is kept of them goes by a job (jobs/evidence.c); nothing is taken from now on. */
int consent_withdraw(struct request *rq)
{
	struct json_object *after = json_object_new_object();

	if (!consent_set(rq->db, rq->who.account_id, 0, rq->now)) {
		json_object_put(after);
		return refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	}
	answer_int(after, "version", 0);
	audit_change(rq, "withdraw", "campus_member", rq->who.account_id, NULL, after);
	return ANSWERED;
}
