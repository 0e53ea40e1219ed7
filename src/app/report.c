/* Reports of attendance. What is short is answered at once, what is long is taken up and made by jobs; both are told to the audit log with
 * what was asked for and how many rows it has. Who asks is answered of what they see, and what they name outside of that is not there. */
#include "app/report.h"
#include "app/actions/attendance.h"
#include "app/actions/report.h"
#include "app/attendance.h"
#include "app/tell.h"
#include "app/webhook.h"
#include <string.h>

#define STATUSES "present,late,absent,excused"
#define VERDICTS "pending,verified,rejected"

/* clang-format off */
#define FORMAT(words, usual) \
	{ "format", F_CHOICE, .choices = words, .otherwise = usual, .help = "As which file; json: none, a page of it" }
#define DAYS_FIELDS \
	{ "date_from", F_DATE, .help = "Events that start on this day or later, where they are" }, \
	{ "date_to", F_DATE, .help = "Events that start on this day or earlier, where they are" }
#define OF_FIELDS \
	{ "event_id", F_UUID, .names = true, .help = "Of this event alone" }, \
	DAYS_FIELDS, \
	{ "campus_id", F_ID, .names = true, .help = "Of events of this campus alone" }, \
	{ "department_id", F_ID, .names = true, .help = "Of people of this department alone" }
/* clang-format on */

const struct field REPORT_ATTENDANCE[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },
	OF_FIELDS,
	{ "user_id", F_ID, .names = true, .help = "Of this person alone: an account's id" },
	{ "status", F_CHOICE, .choices = STATUSES, .help = "Were they there" },
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .help = "Is that so" },
	FORMAT("json,csv,xlsx,pdf", "json"),
	FIELDS_END,
};
const struct field REPORT_ATTENDANCE_FILE[] = {
	OF_FIELDS,
	{ "status", F_CHOICE, .choices = STATUSES, .help = "Were they there" },
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .help = "Is that so" },
	FORMAT("csv,xlsx,pdf", "csv"),
	FIELDS_END,
};
const struct field REPORT_PHOTOS[] = {
	OF_FIELDS,
	{ "user_id", F_ID, .names = true, .help = "Of this person alone: an account's id" },
	{ "status", F_CHOICE, .choices = STATUSES, .help = "Were they there" },
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .help = "Is that so" },
	{ "signatures", F_BOOL, .help = "With signatures, too" },
	FORMAT("pdf,xlsx,zip", "pdf"),
	FIELDS_END,
};
static const struct field POINTS[] = {
	{ "present", F_REAL, .min = 0, .max = 1000, .help = "For who was in time; without it 1" },
	{ "late", F_REAL, .min = 0, .max = 1000, .help = "For who was late; without it 0.5" },
	{ "excused", F_REAL, .min = 0, .max = 1000, .help = "For who was excused; without it nothing" },
	{ "absent", F_REAL, .min = 0, .max = 1000, .help = "For who was not there; without it 0" },
	FIELDS_END,
};
const struct field REPORT_LMS[] = {
	{ "target", F_CHOICE, .choices = "moodle,canvas", .required = true, .help = "Which program reads it" },
	OF_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	{ "item", F_TEXT, .max = 120, .help = "What the points are for there; without it the course, or attendance" },
	{ "points", F_OBJECT, .of = POINTS, .help = "Points for a record" },
	FIELDS_END,
};
const struct field REPORT_LTI[] = {
	{ "target", F_CHOICE, .choices = "lti", .required = true, .help = "The campus's platform for learning" },
	OF_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	{ "line_item", F_TEXT, .max = 1000, .rule = webhook_url_rule,
	  .help = "What the scores are for there: its address; without it the platform's usual one" },
	{ "points", F_OBJECT, .of = POINTS,
	  .help = "Points for a record; the highest score is that for having been in time at all" },
	FIELDS_END,
};
const struct field REPORT_INDIVIDUAL_FILE[] = {
	DAYS_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	FORMAT("csv,xlsx,pdf", "pdf"),
	FIELDS_END,
};
const struct field REPORT_NUMBERED_FILE[] = {
	{ "student_id", F_TEXT, .max = 40, .required = true, .help = "Whose: their number" },
	DAYS_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	FORMAT("csv,xlsx,pdf", "pdf"),
	FIELDS_END,
};
const struct field REPORT_OFFICIAL[] = {
	OF_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	{ "blank", F_BOOL, .help = "Without what is recorded: to be signed by hand" },
	FORMAT("pdf,xlsx,csv", "pdf"),
	FIELDS_END,
};
const struct field REPORT_INDIVIDUAL[] = {
	DAYS_FIELDS,
	{ "series", F_TEXT, .max = 80, .help = "Of events of this course alone" },
	FORMAT("json,csv,xlsx,pdf", "json"),
	FIELDS_END,
};

const struct field REPORT_LATER[] = {
	{ "report_id", F_UUID, .help = "What was taken up" },
	{ "status", F_CHOICE, .choices = "queued,running,done,failed", .help = "How far it is" },
	{ "status_url", F_TEXT, .help = "Where to ask how far it is" },
	{ "download_url", F_TEXT, .help = "Where it will be" },
	FIELDS_NAMED("report_later"),
};

/* clang-format off */
#define SUM_FIELDS \
	{ "expected", F_INT, .help = "Events that are over, or marked, at which they were expected and not excused" }, \
	{ "attended", F_INT, .help = "Present and late" }, \
	{ "present", F_INT, .help = "In time" }, \
	{ "late", F_INT, .help = "Late" }, \
	{ "absent", F_INT, .help = "Recorded as absent" }, \
	{ "excused", F_INT, .help = "Recorded as excused" }, \
	{ "verified", F_INT, .help = "Of those attended, verified" }, \
	{ "pending", F_INT, .help = "Of those attended, not decided" }, \
	{ "rejected", F_INT, .help = "Records that were rejected" }, \
	{ "remaining", F_INT, .help = "Events to come, and open ones" }, \
	{ "attendance_rate", F_REAL, .null = true, .help = "Per cent of those expected" }, \
	{ "best_possible_rate", F_REAL, .null = true, .help = "The same, if they come to all that is to come" }
/* clang-format on */
static const struct field PERSON_SUMS[] = { SUM_FIELDS, FIELDS_NAMED("report_sums") };
static const struct field COURSE_SUMS[] = {
	{ "series", F_TEXT, .null = true, .help = "The course; null: none" },
	SUM_FIELDS,
	FIELDS_NAMED("report_course"),
};
const struct field REPORT_PERSON[] = {
	{ "user.id", F_ID, .help = "The person: an account" },
	{ "user.student_id", F_TEXT, .null = true, .help = "Number of a student, or of staff" },
	{ "user.full_name", F_TEXT, .help = "Name" },
	{ "user.department", F_TEXT, .null = true, .help = "Their department's name" },
	{ "user.year_level", F_INT, .null = true, .help = "Year" },
	{ "summary", F_OBJECT, .of = PERSON_SUMS, .help = "All of it" },
	{ "by_series", F_LIST, .of = COURSE_SUMS, .help = "By course" },
	{ "records", F_LIST, .of = ATTENDANCE_ROW, .help = "Their records, the newest first; 1,000 at most" },
	{ "records_total", F_INT, .help = "How many there are" },
	{ "generated_at", F_TIME, .help = "When this was counted" },
	FIELDS_NAMED("report_individual"),
};

/* ---- asking ---- */

static struct json_object *asked_of(const struct request *rq)
{
	return report_kept(rq->mem, request_asked(rq));
}

/* As a file, now or later. */
static int answer_file_of(struct request *rq, const struct report_wish *wish, const struct report *r)
{
	struct drawing drawing;

	if (*r->format == 'p' && r->rows > REPORT_ON_PAPER)
		return refuse(rq, 400, "REPORT_TOO_LONG",
			      "More than %d rows do not go on paper. Take it as csv or xlsx.", REPORT_ON_PAPER);
	if (report_most(r) && r->rows > report_most(r))
		return refuse(rq, 400, "REPORT_TOO_LONG",
			      "More than %lld rows with photos do not go into one file. Ask for fewer days.",
			      (long long)report_most(r));
	if (r->rows > report_at_once(r)) {
		report_take_up(rq, r);
		return ANSWERED;
	}
	report_draw(wish, r, &drawing);
	audit_change(rq, "export", "report", 0, NULL, report_noted(r));
	answer_drawing(rq, &drawing);
	return ANSWERED;
}

/* Reads what was asked for and finds it; false after refusing. */
static bool begin(struct request *rq, const char *kind, struct json_object *asked, const struct report_wish *wish,
		  struct report *r)
{
	report_read(wish, kind, field_declared(rq, "format") ? field_text(rq, "format") : "csv", asked, r);
	if (!report_scope_or_404(rq, r))
		return false;
	report_gather(wish, r);
	return true;
}

/* GET reports/attendance/. */
int report_attendance(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct report r;

	if (!begin(rq, "attendance", asked_of(rq), &wish, &r))
		return ANSWERED;
	if (list_format(rq))
		return answer_file_of(rq, &wish, &r);
	audit_change(rq, "export", "report", 0, NULL, report_noted(&r));
	return answer_whole_list(rq, "attendance", attendance_list(rq->db, &r.eye, &r.filter));
}

/* GET reports/export-with-photos/. */
int report_photos(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct report r;

	if (!begin(rq, "export-with-photos", asked_of(rq), &wish, &r))
		return ANSWERED;
	return answer_file_of(rq, &wish, &r);
}

/* GET reports/lms/. */
int report_lms(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct report r;

	if (!begin(rq, "lms", asked_of(rq), &wish, &r))
		return ANSWERED;
	return answer_file_of(rq, &wish, &r);
}

/* POST reports/lms/. Points go to the campus's platform, one by one and by jobs; what becomes of each is the report. */
int report_lti(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct report r;

	if (!begin(rq, "lti", asked_of(rq), &wish, &r))
		return ANSWERED;
	return report_lti_queue(rq, &wish, &r);
}

/* GET reports/official-format/. */
int report_official(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct report r;

	if (!field_given(rq, "event_id") && !field_given(rq, "date_from") && !field_given(rq, "date_to")) {
		field_fault(rq, "event_id", "Name an event, or days.");
		return refuse_fields(rq);
	}
	if (!begin(rq, "official-format", asked_of(rq), &wish, &r))
		return ANSWERED;
	if (r.n_events > REPORT_EVENTS) {
		field_fault(rq, "date_from", "Ask for fewer days: these have more than %d events.", REPORT_EVENTS);
		return refuse_fields(rq);
	}
	return answer_file_of(rq, &wish, &r);
}

/* GET auth/export/: all that is held on who asks. It reads much, so it is had once a day. */
int report_export(struct request *rq)
{
	const struct report_wish wish = report_wish_of(rq);
	struct json_object *asked = report_kept(rq->mem, json_object_new_object());
	struct report r;

	if (!within_limit(rq, talloc_asprintf(rq->mem, "export of %lld", (long long)rq->who.account_id), 1, MS_DAY))
		return refuse(rq, 429, "RATE_LIMITED", "This can be had once a day.");
	answer_int(asked, "user_id", rq->who.account_id);
	report_read(&wish, "export", "zip", asked, &r);
	report_gather(&wish, &r);
	return answer_file_of(rq, &wish, &r);
}

static int individual_of(struct request *rq, int64_t user_id)
{
	const struct report_wish wish = report_wish_of(rq);
	struct json_object *asked = asked_of(rq);
	struct report r;

	answer_int(asked, "user_id", user_id);
	if (!begin(rq, "individual", asked, &wish, &r))
		return ANSWERED;
	if (!r.person) /* gone, or the database is, since they were looked for */
		return refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	if (list_format(rq))
		return answer_file_of(rq, &wish, &r);
	audit_change(rq, "export", "report", 0, NULL, report_noted(&r));
	report_person_answer(&wish, &r, rq->data);
	return ANSWERED;
}

/* GET reports/individual/:user_id/. */
int report_individual(struct request *rq)
{
	return individual_of(rq, path_id(rq, "user_id"));
}

/* The same of who is named by their number. */
int report_numbered(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	const int64_t user_id = report_person_numbered(rq->db, &eye, field_text(rq, "student_id"));

	if (!user_id)
		return refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	return individual_of(rq, user_id);
}
