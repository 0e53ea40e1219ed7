/* What people decide of a record. Nobody decides of their own, and each decision says why: in the record's history, to the audit log, to
 * those who watch, and to whose record it is. Who may is asked with the row, and that nobody came first by the one statement that
 * changes it (store/attendance_decision.c). */
#include "app/attendance_judge.h"
#include "app/actions/attendance.h"
#include "app/attendance.h"
#include "app/tell.h"
#include "app/upload.h"
#include "outside/files.h"
#include "store/attendance_change.h"
#include "store/attendance_decision.h"
#include "store/attendance_flag.h"
#include "store/attendance_sum.h"
#include <string.h>

enum { AT_ONCE = 200 };

/* clang-format off */
#define REASON { "reason", F_LONG_TEXT, .required = true, .min = 3, .max = DECISION_REASON, .help = "Why; whose record it is reads it" }
#define VERSION { "version", F_INT, .min = 1, .max = INT32_MAX, .help = "As it was read: refused when it has changed since" }
#define DECISION(needed) { "decision", F_CHOICE, .required = needed, .choices = "verified,rejected,pending", .help = "Is it so" }
/* clang-format on */

static const struct field A_RECORD[] = {
	{ .name = "", .type = F_UUID, .help = "A record" },
	FIELDS_END,
};
static const struct field SKIPPED[] = {
	{ "id", F_UUID, .help = "The record" },
	{ "code", F_TEXT, .help = "Why: not_found, own_record, decided_before, not_submitted or twice" },
	FIELDS_END,
};
const struct field ATTENDANCE_VERIFY[] = {
	DECISION(false),
	{ "verification_status", F_CHOICE, .choices = "verified,rejected,pending", .help = "The same" },
	{ "status", F_CHOICE, .choices = "present,late,absent,excused", .help = "Left out: as it is" },
	REASON,
	VERSION,
	FIELDS_END,
};
const struct field ATTENDANCE_VERIFY_MANY[] = {
	{ "ids", F_LIST, .required = true, .min = 1, .max = AT_ONCE, .of = A_RECORD, .help = "Records" },
	DECISION(true),
	REASON,
	FIELDS_END,
};
const struct field ATTENDANCE_VERIFIED_MANY[] = {
	{ "done", F_INT, .help = "How many were decided" },
	{ "skipped", F_LIST, .of = SKIPPED, .help = "Those that were not" },
	FIELDS_END,
};
const struct field ATTENDANCE_EXCUSE[] = {
	REASON,
	{ "file", F_FILE, .max = UPLOAD_PICTURE_BYTES, .help = UPLOAD_PICTURE_HELP },
	VERSION,
	FIELDS_END,
};
const struct field ATTENDANCE_APPEAL[] = { REASON, VERSION, FIELDS_END };
const struct field ATTENDANCE_HOLD[] = {
	{ "held", F_BOOL, .otherwise = "1", .help = "false: it is purged as others are" },
	REASON,
	VERSION,
	FIELDS_END,
};
/* Of a decision that came too late. */
const struct field ATTENDANCE_STALE[] = {
	{ "current", F_OBJECT, .of = ATTENDANCE_RECORD, .sometimes = true, .help = "As it is now" },
	FIELDS_NAMED("attendance_stale"),
};

/* ---- what may be decided ---- */

static const char *text_or_null(const struct row *row, const char *column)
{
	return row_null(row, column) ? NULL : row_text(row, column);
}

/* Does an appeal wait for another than the caller? */
static bool waits_for_another(const struct request *rq, const struct row *row)
{
	return !row_null(row, "appealed_at") && !row_null(row, "decided_by") &&
	       row_int(row, "decided_by") == rq->who.account_id &&
	       row_time(row, "decided_at") <= row_time(row, "appealed_at");
}

/* Why the caller may not decide of it; NULL: they may. */
static const char *hindrance(const struct request *rq, const struct row *row)
{
	if (row_int(row, "student.id") == rq->who.account_id)
		return "OWN_RECORD";
	if (row_is(row, "state", "started"))
		return "NOT_SUBMITTED";
	return waits_for_another(rq, row) ? "DECIDED_BEFORE" : NULL;
}

bool record_may_decide(const struct request *rq, const struct row *row)
{
	return !hindrance(rq, row);
}

static bool went_against(const struct row *row)
{
	return row_is(row, "verification_status", "rejected") || row_is(row, "status", "absent") ||
	       row_is(row, "status", "late");
}

ms_t record_appeal_until(const struct row *row)
{
	return row_time(row, row_null(row, "decided_at") ? "submitted_at" : "decided_at") + APPEAL_DAYS * MS_DAY;
}

bool record_may_appeal(const struct request *rq, const struct row *row)
{
	return row_int(row, "student.id") == rq->who.account_id && row_null(row, "appealed_at") &&
	       row_is(row, "state", "submitted") && went_against(row) &&
	       (!row_null(row, "decided_at") || row_is(row, "method", "auto")) && rq->now <= record_appeal_until(row);
}

static int refuse_hindered(struct request *rq, const char *code)
{
	if (!strcmp(code, "OWN_RECORD"))
		return refuse(rq, 403, "FORBIDDEN", "Nobody decides of their own record.");
	if (!strcmp(code, "DECIDED_BEFORE"))
		return refuse(rq, 403, "FORBIDDEN",
			      "You decided this, and it was appealed: now another person decides.");
	return refuse(rq, 400, "NOT_SUBMITTED", "This mark was not submitted yet.");
}

/* The version that shall be changed; 0 after a refusal: it is another than was read. */
static int64_t version_of(struct request *rq, const struct row *row)
{
	const int64_t version = row_int(row, "version");

	if (!field_given(rq, "version") || field_int(rq, "version") == version)
		return version;
	record_answer(rq, answer_object(rq->data, "current"), row);
	refuse(rq, 409, "CHANGED_MEANWHILE",
	       "Somebody changed this record meanwhile. Look at it again and repeat your decision.");
	return 0;
}

/* ---- what follows ---- */

struct judgement {
	const char *act, *told; /* told: as the message has it; NULL: nobody is */
	const char *reason, *file;
};

static void tell_whom(struct request *rq, int64_t id, const char *told, const char *reason)
{
	const struct row *whom = attendance_whom(rq->db, id);
	struct json_object *data;
	char record[UUID_SIZE];

	if (!whom)
		return;
	data = json_object_new_object();
	tell_event(data, "event", whom);
	answer_text(data, "what", told);
	answer_text(data, "status", row_text(whom, "status"));
	answer_text(data, "reason", reason);
	answer_text(data, "record", uuid_text((const uint8_t *)row_cell(whom, "record")->s, record));
	tell(rq->db, rq->now, &(struct telling){ .kind = "attendance-decided", .to = whom, .data = data });
}

static struct json_object *standing(const struct row *row, const char *reason)
{
	struct json_object *json = json_object_new_object();

	answer_text(json, "status", text_or_null(row, "status"));
	answer_text(json, "verification_status", text_or_null(row, "verification_status"));
	answer_bool(json, "held", row_bool(row, "held"));
	if (reason)
		answer_text(json, "reason", reason);
	return json;
}

static bool differs(const struct row *before, const struct row *after, const char *column)
{
	return strcmp(row_text(before, column), row_text(after, column)) != 0;
}

/* Of a record that was changed (before, as it was read): its history, the audit log, who watches and who is told. */
static void follow(struct request *rq, const struct row *before, const struct judgement *j)
{
	const int64_t id = row_int(before, "number");
	const struct attendance_eye any = { RECORDS_ALL, rq->who.account_id, 0 };
	const char *status = text_or_null(before, "status"),
		   *verification = text_or_null(before, "verification_status");
	const struct row *after;

	attendance_decided(rq->db, id,
			   &(struct decided){ j->act, rq->who.account_id, status, verification, j->reason, j->file },
			   rq->now);
	after = attendance_get(rq->db, &any, record_uuid(before), false);
	if (!after)
		return;
	if (differs(before, after, "status") || differs(before, after, "verification_status")) {
		attendance_changed(rq->db, id, &(struct attendance_before){ status, verification }, NULL, rq->now);
		topic_changed(rq, TOPIC_CAMPUS, row_int(before, "event_number"));
	} else { /* when it was decided is in them */
		attendance_sum_reset(rq->db, row_int(before, "event_number"));
	}
	audit_change(rq, j->act, "attendance", id, standing(before, NULL), standing(after, j->reason));
	if (j->told)
		tell_whom(rq, id, j->told, j->reason);
}

void record_made_by_hand(struct request *rq, int64_t id, const struct attendance_before *before, const char *reason,
			 const char *reader)
{
	struct json_object *after = json_object_new_object();
	const struct row *whom = attendance_whom(rq->db, id);

	attendance_decided(rq->db, id,
			   &(struct decided){ .act = "mark",
					      .by = rq->who.account_id,
					      .from_status = before->status,
					      .from_verification = before->verification_status,
					      .reason = reason ? reason : "" },
			   rq->now);
	attendance_changed(rq->db, id, before, reader, rq->now);
	answer_text(after, "status", whom ? row_text(whom, "status") : NULL);
	if (reason)
		answer_text(after, "reason", reason);
	audit_change(rq, "mark", "attendance", id, NULL, after);
	if (reason)
		tell_whom(rq, id, "marked", reason);
}

/* The statement found another row than was read: said so where that was asked for, else it is all read anew. */
static int came_late(struct request *rq)
{
	if (db_error(rq->db) == DB_OK)
		db_conflict(rq->db);
	return ANSWERED;
}

static int answer_record(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);

	if (row)
		record_answer(rq, rq->data, row);
	return ANSWERED;
}

/* ---- verified, rejected, or pending again ---- */

static bool judge(struct request *rq, const struct row *row, int64_t version, const char *verification,
		  const char *status)
{
	const struct decision decision = { rq->who.account_id, status, verification };

	if (!attendance_decide(rq->db, row_int(row, "number"), version, &decision, rq->now))
		return false;
	flags_resolve(rq->db, row_int(row, "number"), verification);
	follow(rq, row, &(struct judgement){ "verify", verification, field_text(rq, "reason"), NULL });
	return true;
}

/* POST attendance/:id/verify/. */
int attendance_verify(struct request *rq)
{
	const char *verification =
		field_given(rq, "decision") ? field_text(rq, "decision") : field_text(rq, "verification_status");
	const struct row *row = record_or_404(rq, false);
	const char *hindered = row ? hindrance(rq, row) : NULL;
	int64_t version;

	if (!row)
		return ANSWERED;
	if (hindered)
		return refuse_hindered(rq, hindered);
	if (!verification) {
		field_fault(rq, "decision", "Say what you decide.");
		return refuse_fields(rq);
	}
	version = version_of(rq, row);
	if (!version)
		return ANSWERED;
	if (!judge(rq, row, version, verification, field_text(rq, "status")))
		return came_late(rq);
	return answer_record(rq);
}

static void skip(struct json_object *skipped, const char *id, const char *code)
{
	struct json_object *one = answer_item(skipped);

	answer_text(one, "id", id);
	answer_text(one, "code", code);
}

/* Was this one named before the i-th? */
static bool named_before(struct json_object *ids, size_t i)
{
	const char *id = json_object_get_string(json_object_array_get_idx(ids, i));

	for (size_t k = 0; k < i; k++)
		if (!strcasecmp(json_object_get_string(json_object_array_get_idx(ids, k)), id))
			return true;
	return false;
}

/* Decides of one of many. The code of why not; NULL: it did. */
static const char *judge_one(struct request *rq, const struct attendance_eye *eye, const char *id)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *row = uuid_parse(id, uuid) ? attendance_get(rq->db, eye, uuid, true) : NULL;
	const char *hindered = row ? hindrance(rq, row) : "NOT_FOUND";

	if (hindered)
		return !strcmp(hindered, "OWN_RECORD")	     ? "own_record"
		       : !strcmp(hindered, "DECIDED_BEFORE") ? "decided_before"
		       : !strcmp(hindered, "NOT_SUBMITTED")  ? "not_submitted"
							     : "not_found";
	if (!judge(rq, row, row_int(row, "version"), field_text(rq, "decision"), NULL))
		came_late(rq);
	return NULL;
}

/* POST attendance/bulk-verify/. */
int attendance_verify_many(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	struct json_object *ids = field_tree(rq, "ids"), *skipped = json_object_new_array();
	int64_t done = 0;

	for (size_t i = 0; i < json_object_array_length(ids); i++) {
		const char *id = json_object_get_string(json_object_array_get_idx(ids, i));
		const char *code = named_before(ids, i) ? "twice" : judge_one(rq, &eye, id);

		if (code)
			skip(skipped, id, code);
		else
			done++;
	}
	answer_int(rq->data, "done", done);
	answer_add(rq->data, "skipped", skipped);
	return ANSWERED;
}

/* ---- excused ---- */

/* POST attendance/:id/excuse/. */
int attendance_excuse(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);
	const char *hindered = row ? hindrance(rq, row) : NULL, *file;
	const struct decision decision = { rq->who.account_id, "excused", "verified" };
	int64_t version;

	if (!row)
		return ANSWERED;
	if (hindered)
		return refuse_hindered(rq, hindered);
	version = version_of(rq, row);
	file = version ? upload_picture(rq, "file") : NULL;
	if (!version || refused(rq))
		return ANSWERED;
	if (!attendance_decide(rq->db, row_int(row, "number"), version, &decision, rq->now))
		return came_late(rq);
	flags_resolve(rq->db, row_int(row, "number"), decision.verification);
	follow(rq, row, &(struct judgement){ "excuse", "excused", field_text(rq, "reason"), file });
	return answer_record(rq);
}

/* GET attendance/:id/excuse/. A look at it is told to the audit log, as at a photo. */
int attendance_excuse_show(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);
	const char *name = row ? attendance_excuse_file(rq->db, row_int(row, "number")) : NULL, *type = NULL, *path;
	struct json_object *what;

	path = name ? file_find(rq->mem, rq->config->files, name, &type) : NULL;
	if (!row || !path)
		return row ? refuse(rq, 404, "EVIDENCE_NOT_FOUND", "There is no such photo or signature.") : ANSWERED;
	what = json_object_new_object();
	answer_text(what, "kind", "excuse");
	answer_int(what, "account_id", row_int(row, "student.id"));
	audit_change(rq, "look", "attendance_evidence", row_int(row, "number"), NULL, what);
	answer_file(rq, path, type);
	return ANSWERED;
}

/* ---- appealed ---- */

/* POST attendance/:id/appeal/. */
int attendance_appealed(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);
	int64_t version;

	if (!row)
		return ANSWERED;
	if (row_int(row, "student.id") != rq->who.account_id)
		return refuse(rq, 403, "FORBIDDEN", "Only whose record it is can appeal.");
	if (!row_null(row, "appealed_at"))
		return refuse(rq, 400, "APPEALED", "You have appealed already.");
	version = version_of(rq, row);
	if (!version)
		return ANSWERED;
	if (!attendance_appeal(rq->db, row_int(row, "number"), version, rq->who.account_id, rq->now)) {
		const struct row *now = record_or_404(rq, true);

		if (!now)
			return ANSWERED;
		if (row_int(now, "version") != version)
			return came_late(rq);
		return refuse(rq, 400, "NO_APPEAL",
			      "There is nothing to appeal: a decision against you, at most 14 days old.");
	}
	flags_resolve(rq->db, row_int(row, "number"), "pending");
	follow(rq, row, &(struct judgement){ "appeal", NULL, field_text(rq, "reason"), NULL });
	return answer_record(rq);
}

/* ---- held ---- */

/* POST attendance/:id/hold/. */
int attendance_hold_set(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);
	int64_t version;

	if (!row)
		return ANSWERED;
	if (row_int(row, "student.id") == rq->who.account_id)
		return refuse_hindered(rq, "OWN_RECORD");
	version = version_of(rq, row);
	if (!version || row_bool(row, "held") == field_bool(rq, "held"))
		return version ? answer_record(rq) : ANSWERED;
	if (!attendance_hold(rq->db, row_int(row, "number"), version, rq->who.account_id, field_bool(rq, "held"),
			     rq->now))
		return came_late(rq);
	follow(rq, row, &(struct judgement){ "hold", NULL, field_text(rq, "reason"), NULL });
	return answer_record(rq);
}
