/* Records of attendance, as they are read. Which of them somebody sees is asked with the rows themselves (attendance_eye_of()), so what is
 * outside of their scope is not there. Where somebody stood exactly, and from which address, is for who runs the campus alone. */
#include "app/attendance.h"
#include "app/actions/attendance.h"
#include "app/campus_event.h"
#include "rules/attendance.h"
#include "store/attendance_flag.h"
#include "store/campus.h"
#include <string.h>

/* ---- what is sent ---- */

#define STATUSES "present,late,absent,excused"
#define VERDICTS "pending,verified,rejected"
#define METHODS "self,manual,card,offline,auto"
#define SEVERITIES "info,low,medium,high"

/* clang-format off */
#define PAGE_FIELDS \
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" }, \
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" }
#define FILTER_FIELDS \
	PAGE_FIELDS, \
	{ "search", F_TEXT, .max = 100, .help = "In a name, a number or the event's title" }, \
	{ "sort_by", F_TEXT, .max = 200, .help = "-submitted_at,status: the newest event first" }, \
	{ "user_id", F_ID, .help = "Whose: an account's id" }, \
	{ "student_id", F_TEXT, .max = 40, .help = "Whose: a student's number" }, \
	{ "department", F_TEXT, .max = 160, .help = "Of people of this department: its number, code or name" }, \
	{ "status", F_CHOICE, .choices = STATUSES, .help = "Were they there" }, \
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .help = "Is that so" }, \
	{ "method", F_CHOICE, .choices = METHODS, .help = "How it was recorded" }, \
	{ "flag", F_TEXT, .max = 24, .help = "With this flag" }, \
	{ "severity", F_CHOICE, .choices = SEVERITIES, .help = "With a flag that weighs so" }, \
	FIELD_FORMAT
/* clang-format on */

const struct field ATTENDANCE_LIST[] = {
	FILTER_FIELDS,
	{ "event", F_UUID, .help = "Of this event" },
	{ "campus", F_TEXT, .max = 160, .help = "Of events of this campus: its number, code or name" },
	{ "date_from", F_DATE, .help = "The event starts on this day or later, where it is" },
	{ "date_to", F_DATE, .help = "The event starts on this day or earlier, where it is" },
	FIELDS_END,
};
const struct field ATTENDANCE_MINE[] = {
	PAGE_FIELDS,
	{ "search", F_TEXT, .max = 100, .help = "In the event's title" },
	{ "status", F_CHOICE, .choices = STATUSES, .help = "Was I there" },
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .help = "Is that so" },
	{ "date_from", F_DATE, .help = "The event starts on this day or later, where it is" },
	{ "date_to", F_DATE, .help = "The event starts on this day or earlier, where it is" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field ATTENDANCE_OF_EVENT[] = {
	FILTER_FIELDS,
	{ "include", F_CHOICE, .choices = "missing,only_missing,nobody",
	  .help = "missing: who is expected and not here, too; only_missing: nobody else" },
	FIELDS_END,
};
const struct field ATTENDANCE_REVIEWS[] = { PAGE_FIELDS, FIELD_FORMAT, FIELDS_END };

/* ---- what is answered ---- */

static const struct field FLAG_CODE[] = {
	{ .name = "", .type = F_TEXT, .help = "A flag's code" },
	FIELDS_END,
};
static const struct field STEP_ANSWER[] = {
	{ "step", F_TEXT, .help = "What the event asks for" },
	{ "status", F_CHOICE, .choices = "done,missing", .help = "Was it done" },
	FIELDS_END,
};
static const struct field FLAG_ANSWER[] = {
	{ "code", F_TEXT, .help = "Which flag" },
	{ "severity", F_CHOICE, .choices = SEVERITIES, .help = "How much it weighs" },
	{ "score", F_REAL, .null = true, .help = "The number that raised it" },
	{ "detail", F_OBJECT, .null = true, .help = "The numbers that it follows from" },
	{ "resolution", F_CHOICE, .choices = "confirmed,dismissed", .null = true,
	  .help = "What came of it; null: open" },
	{ "created_at", F_TIME, .help = "When it was raised" },
	FIELDS_END,
};
static const struct field DECISION_ANSWER[] = {
	{ "act", F_CHOICE, .choices = "submit,verify,mark,excuse,appeal,flag,close,hold", .help = "What was done" },
	{ "by", F_ID, .null = true, .help = "Who did: an account; null: the program" },
	{ "by_name", F_TEXT, .null = true, .help = "That person's name" },
	{ "from_status", F_CHOICE, .choices = STATUSES, .null = true, .help = "Before it" },
	{ "to_status", F_CHOICE, .choices = STATUSES, .null = true, .help = "After it" },
	{ "from_verification_status", F_CHOICE, .choices = VERDICTS, .null = true, .help = "Before it" },
	{ "to_verification_status", F_CHOICE, .choices = VERDICTS, .null = true, .help = "After it" },
	{ "reason", F_TEXT, .help = "Why" },
	{ "at", F_TIME, .help = "When" },
	FIELDS_END,
};

/* clang-format off */
#define ROW_ANSWER(unsent, missing) \
	{ "id", F_UUID, .null = missing, .help = "The record" }, \
	{ "event.id", F_UUID, .help = "The event" }, \
	{ "event.title", F_TEXT, .help = "Its title" }, \
	{ "event.start_datetime", F_TIME, .help = "When it starts" }, \
	{ "event.time_zone", F_ZONE, .help = "In which its times are shown" }, \
	{ "student.id", F_ID, .help = "Whose it is: an account" }, \
	{ "student.student_id", F_TEXT, .null = true, .help = "Number of a student, or of staff" }, \
	{ "student.full_name", F_TEXT, .help = "That person's name" }, \
	{ "student.department", F_TEXT, .null = true, .help = "Their department's name" }, \
	{ "status", F_CHOICE, .choices = STATUSES, .null = unsent, .help = "Were they there" }, \
	{ "verification_status", F_CHOICE, .choices = VERDICTS, .null = unsent, .help = "Is that so" }, \
	{ "method", F_CHOICE, .choices = METHODS, .null = missing, .help = "How it was recorded" }, \
	{ "submitted_at", F_TIME, .null = unsent, .help = "When it was" }, \
	{ "qr_at", F_TIME, .null = true, .help = "When the first good code was shown" }, \
	{ "verification_seconds", F_INT, .null = true, .help = "From that code until it was submitted" }, \
	{ "location_verified", F_BOOL, .help = "Was the place right" }, \
	{ "distance_m", F_REAL, .null = true, .help = "Metres to the nearest of the event's places" }, \
	{ "accuracy_m", F_REAL, .null = true, .help = "Metres by which that may be wrong" }, \
	{ "appealed_at", F_TIME, .null = true, .help = "When its student objected to a decision" }, \
	{ "notes", F_TEXT, .null = true, .help = "What was written with it" }, \
	{ "version", F_INT, .null = missing, .help = "One more after each change" }
/* clang-format on */

const struct field ATTENDANCE_ROW[] = {
	ROW_ANSWER(false, false),
	{ "flags", F_LIST, .of = FLAG_CODE, .help = "What speaks against it, the worst first" },
	FIELDS_NAMED("attendance_row"),
};
const struct field ATTENDANCE_OR_MISSING[] = {
	ROW_ANSWER(true, true),
	{ "flags", F_LIST, .of = FLAG_CODE, .help = "What speaks against it, the worst first" },
	{ "missing", F_BOOL, .sometimes = true, .help = "Expected, and not here: there is no record" },
	FIELDS_NAMED("attendance_or_missing"),
};
const struct field ATTENDANCE_RECORD[] = {
	ROW_ANSWER(true, false),
	{ "state", F_CHOICE, .choices = "started,submitted", .help = "Is it finished" },
	{ "steps", F_LIST, .of = STEP_ANSWER, .help = "What its event asks for, in that order" },
	{ "photos.front_url", F_TEXT, .null = true, .help = "Address of the photo; null: there is none to be seen" },
	{ "photos.back_url", F_TEXT, .null = true, .help = "The same of the room's" },
	{ "signature_url", F_TEXT, .null = true, .help = "The same of the signature" },
	{ "flags", F_LIST, .of = FLAG_ANSWER, .help = "What speaks against it, the worst first" },
	{ "decisions", F_LIST, .of = DECISION_ANSWER, .help = "What was decided of it, in that order" },
	{ "held", F_BOOL, .help = "Nothing of it is purged" },
	{ "place", F_TEXT, .null = true, .help = "The nearest of the event's places" },
	{ "place_verdict", F_CHOICE, .choices = "inside,probable,outside,unusable", .null = true,
	  .help = "Was the place right" },
	{ "location_radius", F_INT, .help = "Metres around that place that are inside" },
	{ "latitude", F_REAL, .null = true, .sometimes = true, .help = "Degrees north; for hr and admins" },
	{ "longitude", F_REAL, .null = true, .sometimes = true, .help = "Degrees east; for hr and admins" },
	{ "ip", F_TEXT, .null = true, .sometimes = true, .help = "Address it came from; for hr and admins" },
	{ "user_agent", F_TEXT, .null = true, .sometimes = true, .help = "What it was sent with; for hr and admins" },
	FIELDS_NAMED("attendance_record"),
};

/* ---- who sees what ---- */

struct attendance_eye attendance_eye_in(struct db *db, enum role role, int64_t account_id)
{
	struct attendance_eye eye = { RECORDS_OWN, account_id, 0 };

	switch (role) {
	case HR:
	case CAMPUS_ADMIN:
		eye.sight = RECORDS_ALL;
		eye.campus_id = campus_of_account(db, account_id);
		break;
	case SUPERVISOR:
		eye.sight = RECORDS_DEPARTMENT;
		break;
	case CAMPUS_ORGANIZER:
		eye.sight = RECORDS_MADE;
		break;
	default:
		break;
	}
	return eye;
}

struct attendance_eye attendance_eye_of(struct request *rq)
{
	return attendance_eye_in(rq->db, rq->who.role, rq->who.account_id);
}

const struct row *record_or_404(struct request *rq, bool lock)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	uint8_t uuid[UUID_BYTES];
	const struct row *row = uuid_parse(path_text(rq, "id"), uuid) ? attendance_get(rq->db, &eye, uuid, lock) : NULL;

	if (!row)
		refuse(rq, 404, "NOT_FOUND", "There is no such record.");
	return row;
}

/* ---- lists ---- */

/* The filter as it was sent; false after refusing. */
static bool filter_read(struct request *rq, struct attendance_filter *f)
{
	const char *by = field_text(rq, "sort_by");

	*f = (struct attendance_filter){ .user_id = field_int(rq, "user_id"),
					 .student_id = field_text(rq, "student_id"),
					 .department = field_text(rq, "department"),
					 .status = field_text(rq, "status"),
					 .verification = field_text(rq, "verification_status"),
					 .method = field_text(rq, "method"),
					 .flag = field_text(rq, "flag"),
					 .severity = field_text(rq, "severity"),
					 .search = field_text(rq, "search"),
					 .order = by ? attendance_order(rq->mem, by) : NULL };
	if (!by || f->order)
		return true;
	field_fault(rq, "sort_by", "This list cannot be sorted by that.");
	refuse_fields(rq);
	return false;
}

/* GET attendance/. */
int attendance_index(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	struct attendance_filter filter;
	uint8_t event[UUID_BYTES];

	if (!filter_read(rq, &filter))
		return ANSWERED;
	if (field_given(rq, "event") && uuid_parse(field_text(rq, "event"), event))
		filter.event = event;
	filter.campus = field_text(rq, "campus");
	filter.from = field_text(rq, "date_from");
	filter.to = field_text(rq, "date_to");
	return answer_whole_list(rq, "attendance", attendance_list(rq->db, &eye, &filter));
}

/* GET /campus/my-attendance: one's own, whatever one sees of others. */
int attendance_mine(struct request *rq)
{
	const struct attendance_eye own = { RECORDS_OWN, rq->who.account_id, 0 };
	const struct attendance_filter filter = { .search = field_text(rq, "search"),
						  .status = field_text(rq, "status"),
						  .verification = field_text(rq, "verification_status"),
						  .from = field_text(rq, "date_from"),
						  .to = field_text(rq, "date_to") };

	return answer_whole_list(rq, "attendance", attendance_list(rq->db, &own, &filter));
}

/* GET attendance/reviews/. */
int attendance_review_index(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);

	return answer_whole_list(rq, "reviews", attendance_reviews(rq->db, &eye));
}

/* GET events/:id/attendance/. */
int attendance_of_event(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);
	const struct attendance_eye eye = attendance_eye_of(rq);
	struct attendance_filter filter;
	uint8_t uuid[UUID_BYTES];

	if (!event || !filter_read(rq, &filter) || !uuid_parse(path_text(rq, "id"), uuid))
		return ANSWERED;
	filter.missing = field_text(rq, "include") && !strcmp(field_text(rq, "include"), "only_missing");
	if (field_text(rq, "include") && strcmp(field_text(rq, "include"), "nobody") != 0)
		return answer_whole_list(rq, "attendance",
					 attendance_room(rq->db, &eye, row_int(event, "number"),
							 !row_null(event, "roster_at"), &filter));
	filter.event = uuid;
	return answer_whole_list(rq, "attendance", attendance_list(rq->db, &eye, &filter));
}

/* ---- one ---- */

static void answer_steps(struct json_object *into, const struct row *row)
{
	const unsigned required = steps_required(steps_read(row_text(row, "required_steps")), row_bool(row, "placed"),
						 row_text(row, "location_mode"), row_bool(row, "rescan"));
	const unsigned done = steps_read(row_text(row, "steps_done"));
	struct json_object *steps = answer_array(into, "steps"), *one;

	for (unsigned i = 0; i < STEPS_N; i++) {
		if (!(required & step_at(i)))
			continue;
		one = answer_item(steps);
		answer_text(one, "step", step_word(step_at(i)));
		answer_text(one, "status", done & step_at(i) ? "done" : "missing");
	}
}

const uint8_t *record_uuid(const struct row *row)
{
	return (const uint8_t *)row_cell(row, "id")->s;
}

static void answer_picture(struct request *rq, struct json_object *into, const char *key, const struct row *row,
			   const char *kind)
{
	char id[UUID_SIZE];

	answer_text(into, key,
		    row_bool(row, kind) ? talloc_asprintf(rq->mem, "/api/campus/attendance/%s/photos/%s/",
							  uuid_text(record_uuid(row), id), kind)
					: NULL);
}

/* Where exactly somebody was, and from which address. */
static bool sees_exact(const struct request *rq)
{
	return rq->who.role & (HR | CAMPUS_ADMIN);
}

void record_look(struct request *rq, const struct row *row)
{
	struct json_object *what;

	if (!sees_exact(rq) || (row_null(row, "latitude") && row_null(row, "ip")))
		return;
	what = json_object_new_object();
	answer_text(what, "kind", "place");
	answer_int(what, "account_id", row_int(row, "student.id"));
	audit_change(rq, "look", "attendance", row_int(row, "number"), NULL, what);
}

void record_answer(struct request *rq, struct json_object *into, const struct row *row)
{
	static const char *const OURS[] = { "number",	 "event_number",  "campus",    "required_steps", "steps_done",
					    "placed",	 "location_mode", "rescan",    "front",		 "back",
					    "signature", "decided_by",	  "decided_at" };
	static const char *const EXACT[] = { "latitude", "longitude", "ip", "user_agent" };
	struct json_object *photos;

	answer_row(into, row);
	for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++)
		json_object_object_del(into, OURS[i]);
	for (size_t i = 0; !sees_exact(rq) && i < sizeof EXACT / sizeof *EXACT; i++)
		json_object_object_del(into, EXACT[i]);
	answer_steps(into, row);
	photos = answer_object(into, "photos");
	answer_picture(rq, photos, "front_url", row, "front");
	answer_picture(rq, photos, "back_url", row, "back");
	answer_picture(rq, into, "signature_url", row, "signature");
	answer_rows(into, "flags", flags_of(rq->db, row_int(row, "number")));
	answer_rows(into, "decisions", attendance_decisions(rq->db, row_int(row, "number")));
}

/* GET attendance/:id/. */
int attendance_show(struct request *rq)
{
	const struct row *row = record_or_404(rq, false);

	if (!row)
		return ANSWERED;
	record_look(rq, row);
	record_answer(rq, rq->data, row);
	return ANSWERED;
}
