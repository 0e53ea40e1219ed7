/* A campus's events: what attendance is taken of. Who sees one is asked with the row itself (campus_eye_of()), so what is outside of
 * somebody's scope is not there; who sees it and may not change it is told so. */
#include "app/campus_event.h"
#include "app/actions/campus.h"
#include "app/attempt.h"
#include "app/live.h"
#include "store/campus.h"
#include <string.h>

/* ---- what is sent ---- */

static const struct field A_STEP[] = {
	{ .name = "",
	  .type = F_CHOICE,
	  .choices = "qr,location,front_photo,back_photo,signature",
	  .help = "What a mark needs" },
	FIELDS_END,
};
static const struct field A_PLACE[] = {
	{ "name", F_TEXT, .max = 120, .otherwise = "", .help = "What it is called" },
	{ "latitude", F_REAL, .required = true, .min = -90, .max = 90, .help = "Degrees north" },
	{ "longitude", F_REAL, .required = true, .min = -180, .max = 180, .help = "Degrees east" },
	{ "location_radius", F_INT, .min = 10, .max = 5000, .otherwise = "100", .help = "Metres" },
	FIELDS_END,
};
static const struct field A_RULE[] = {
	{ "rule", F_CHOICE, .required = true, .choices = "all,students,department,year_level,member",
	  .help = "Everybody of the campus, its students, those of a department or of a year, or one person" },
	{ "value", F_ID, .help = "The department, the year, or the person's id" },
	FIELDS_END,
};

/* clang-format off */
#define EVENT_FIELDS(needed) \
	{ "title", F_TEXT, .required = needed, .max = 200, .help = "What people read first" }, \
	{ "description", F_LONG_TEXT, .max = 10000, .help = "What it is about" }, \
	{ "location", F_TEXT, .required = needed, .max = 200, .help = "Where it is, for people: Hall A" }, \
	{ "start_datetime", F_TIME, .required = needed, .help = "When it starts; without an offset in its time zone" }, \
	{ "end_datetime", F_TIME, .required = needed, .help = "When it ends: at most 24 hours later" }, \
	{ "time_zone", F_ZONE, .help = "IANA time zone; left out: its campus's" }, \
	{ "latitude", F_REAL, .min = -90, .max = 90, .help = "Degrees north; without a place there is no such step" }, \
	{ "longitude", F_REAL, .min = -180, .max = 180, .help = "Degrees east" }, \
	{ "location_radius", F_INT, .min = 10, .max = 5000, .help = "Metres around it that are inside: 100" }, \
	{ "places", F_LIST, .max = 5, .of = A_PLACE, .help = "More venues" }, \
	{ "is_active", F_BOOL, .help = "Does it take place: true" }, \
	{ "opens_before_minutes", F_INT, .min = 0, .max = 1440, .help = "Marks are taken from so long before its start: 15" }, \
	{ "late_after_minutes", F_INT, .min = 0, .max = 1440, .help = "Late from so long after its start: 15" }, \
	{ "closes_after_minutes", F_INT, .min = 0, .max = 2880, .help = "Taken until so long after its start; left out: until its end" }, \
	{ "required_steps", F_LIST, .max = 10, .of = A_STEP, .help = "What a mark needs: all of it" }, \
	{ "location_mode", F_CHOICE, .choices = "off,record,flag,require", .help = "What follows from a place outside: flag" }, \
	{ "rescan", F_BOOL, .help = "A second, later code is asked for: false" }, \
	{ "typed_code", F_BOOL, .help = "The code may be typed: false" }, \
	{ "auto_verify", F_BOOL, .help = "A mark without a fault needs no person: true" }, \
	{ "strict_steps", F_BOOL, .help = "A mark with a step missing is not taken: false" }, \
	{ "allow_offline", F_BOOL, .help = "Marks may be made without a network: false" }, \
	{ "public_counts", F_BOOL, .help = "Anybody may see how many are here: false" }, \
	{ "qr_rotates", F_BOOL, .help = "Its code turns, and is not printed: true" }, \
	{ "qr_expires_at", F_TIME, .help = "Until when a code that does not turn is taken; left out: until it closes" }, \
	{ "audience", F_LIST, .max = AUDIENCE_MOST, .of = A_RULE, .help = "Who is expected: whoever one of these fits; its campus's students" }, \
	{ "series", F_TEXT, .max = 80, .help = "The course that it belongs to" }
#define OF_CAMPUS { "campus", F_ID, .help = "Its campus; left out: one's own" }
/* clang-format on */

const struct field CAMPUS_EVENT_NEW[] = { EVENT_FIELDS(true), OF_CAMPUS, FIELDS_END };
const struct field CAMPUS_EVENT_CHANGE[] = {
	EVENT_FIELDS(false),
	{ "version", F_INT, .min = 1, .max = INT32_MAX, .help = "As it was read: refused when it has changed since" },
	FIELDS_END,
};
const struct field CAMPUS_EVENT_LIST[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },
	{ "search", F_TEXT, .max = 100, .help = "In title, location or series" },
	{ "sort_by", F_TEXT, .max = 200, .help = "-start_datetime,title: the newest start first" },
	{ "campus", F_TEXT, .max = 160, .help = "Its number, code or name" },
	{ "date_from", F_DATE, .help = "Starts on this day or later, where it is" },
	{ "date_to", F_DATE, .help = "Starts on this day or earlier, where it is" },
	{ "is_active", F_BOOL, .help = "Does it take place" },
	{ "organizer", F_ID, .help = "Whose it is: an account's id" },
	{ "department", F_TEXT, .max = 160, .help = "In its audience: its number, code or name" },
	{ "phase", F_CHOICE, .choices = "scheduled,open,late,closed", .help = "Are marks taken now" },
	{ "series", F_TEXT, .max = 80, .help = "The course that it belongs to" },
	FIELD_FORMAT,
	FIELDS_END,
};

/* ---- what is answered ---- */

static const struct field PLACE_ANSWER[] = {
	{ "name", F_TEXT, .help = "What it is called" },
	{ "latitude", F_REAL, .help = "Degrees north" },
	{ "longitude", F_REAL, .help = "Degrees east" },
	{ "location_radius", F_INT, .help = "Metres" },
	FIELDS_END,
};
static const struct field RULE_ANSWER[] = {
	{ "rule", F_CHOICE, .choices = "all,students,department,year_level,member", .help = "Whom it fits" },
	{ "value", F_ID, .null = true, .help = "The department, the year, or the person's id" },
	FIELDS_END,
};
static const struct field MY_ATTENDANCE[] = {
	{ "id", F_UUID, .help = "The record" },
	{ "state", F_CHOICE, .choices = "started,submitted", .help = "Was it submitted" },
	{ "status", F_CHOICE, .choices = "present,late,absent,excused", .null = true, .help = "What it says" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .null = true,
	  .help = "And how it stands" },
	{ "submitted_at", F_TIME, .null = true, .help = "When" },
	FIELDS_NAMED("my_attendance"),
};
const struct field CAMPUS_EVENT[] = {
	{ "id", F_UUID, .help = "The event" },
	{ "title", F_TEXT, .help = "What people read first" },
	{ "description", F_LONG_TEXT, .help = "What it is about" },
	{ "location", F_TEXT, .help = "Where it is, for people" },
	{ "campus", F_ID, .help = "Its campus" },
	{ "campus_name", F_TEXT, .help = "That campus's name" },
	{ "organizer", F_ID, .help = "Who made it: an account" },
	{ "organizer_name", F_TEXT, .help = "That person's name" },
	{ "start_datetime", F_TIME, .help = "When it starts" },
	{ "end_datetime", F_TIME, .help = "When it ends" },
	{ "time_zone", F_ZONE, .help = "By whose clocks it has its days" },
	{ "latitude", F_REAL, .null = true, .help = "Degrees north" },
	{ "longitude", F_REAL, .null = true, .help = "Degrees east" },
	{ "location_radius", F_INT, .help = "Metres around it that are inside" },
	{ "places", F_LIST, .of = PLACE_ANSWER, .help = "More venues" },
	{ "is_active", F_BOOL, .help = "Does it take place" },
	{ "phase", F_CHOICE, .choices = "scheduled,open,late,closed", .help = "Are marks taken now" },
	{ "opens_at", F_TIME, .help = "Marks are taken from here on" },
	{ "late_at", F_TIME, .help = "From here on as late ones" },
	{ "closes_at", F_TIME, .help = "And not any more from here on" },
	{ "allows_late_attendance", F_BOOL, .help = "Can still be marked: it takes place and has not closed" },
	{ "opens_before_minutes", F_INT, .help = "Marks are taken from so long before its start" },
	{ "late_after_minutes", F_INT, .help = "Late from so long after its start" },
	{ "closes_after_minutes", F_INT, .null = true,
	  .help = "Taken until so long after its start; null: until its end" },
	{ "required_steps", F_LIST, .of = A_STEP, .help = "What a mark needs, in its order" },
	{ "location_mode", F_CHOICE, .choices = "off,record,flag,require",
	  .help = "What follows from a place outside" },
	{ "rescan", F_BOOL, .help = "A second, later code is asked for" },
	{ "typed_code", F_BOOL, .help = "The code may be typed" },
	{ "auto_verify", F_BOOL, .help = "A mark without a fault needs no person" },
	{ "strict_steps", F_BOOL, .help = "A mark with a step missing is not taken" },
	{ "allow_offline", F_BOOL, .help = "Marks may be made without a network" },
	{ "public_counts", F_BOOL, .help = "Anybody may see how many are here" },
	{ "qr_rotates", F_BOOL, .help = "Its code turns" },
	{ "qr_expires_at", F_TIME, .null = true,
	  .help = "Until when one that does not turn is taken; null: until it closes" },
	{ "audience", F_LIST, .of = RULE_ANSWER, .help = "Who is expected: whoever one of these fits; the first 200" },
	{ "series", F_TEXT, .null = true, .help = "The course that it belongs to" },
	{ "version", F_INT, .help = "One more after each change" },
	{ "created_at", F_TIME, .help = "When it was made" },
	{ "updated_at", F_TIME, .help = "When it was last changed" },
	{ "my_attendance", F_OBJECT, .of = MY_ATTENDANCE, .null = true, .sometimes = true,
	  .help = "For a student: their own record; null: they have none" },
	{ "counts", F_OBJECT, .of = ATTENDANCE_COUNTS, .sometimes = true,
	  .help = "Of one event: how it stands; for students where everybody may see that" },
	FIELDS_NAMED("campus_event"),
};
/* Of a change that came too late: both. */
const struct field CAMPUS_EVENT_STALE[] = {
	{ "current", F_OBJECT, .of = CAMPUS_EVENT, .sometimes = true, .help = "As it is now" },
	{ "yours", F_OBJECT, .sometimes = true, .help = "What was sent" },
	FIELDS_NAMED("campus_event_stale"),
};

void event_answer(struct json_object *into, const struct row *row)
{
	answer_row(into, row);
	json_object_object_del(into, "roster_at");
}

static struct json_object *as_json(const struct row *row)
{
	struct json_object *json = json_object_new_object();

	event_answer(json, row);
	return json;
}

/* ---- who sees what ---- */

struct campus_eye campus_eye_in(struct db *db, enum role role, int64_t account_id)
{
	struct campus_eye eye = { SIGHT_EXPECTED, account_id, 0 };

	switch (role) {
	case HR:
	case CAMPUS_ADMIN:
		eye.sight = SIGHT_ALL;
		break;
	case SUPERVISOR:
		eye.sight = SIGHT_CAMPUS;
		break;
	case CAMPUS_ORGANIZER:
		eye.sight = SIGHT_MADE;
		return eye;
	default:
		return eye;
	}
	eye.campus_id = campus_of_account(db, account_id);
	return eye;
}

struct campus_eye campus_eye_of(struct request *rq)
{
	return campus_eye_in(rq->db, rq->who.role, rq->who.account_id);
}

const struct row *event_or_404(struct request *rq, bool lock)
{
	const struct campus_eye eye = campus_eye_of(rq);
	uint8_t uuid[UUID_BYTES];
	const struct row *row =
		uuid_parse(path_text(rq, "id"), uuid) ? campus_event_get(rq->db, &eye, uuid, rq->now, lock) : NULL;

	if (!row)
		refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	return row;
}

const struct row *event_own(struct request *rq)
{
	const struct row *row = event_or_404(rq, true);

	if (!row || rq->who.role & (HR | CAMPUS_ADMIN) || row_int(row, "organizer") == rq->who.account_id)
		return row;
	refuse(rq, 403, "FORBIDDEN", "This event is somebody else's to change.");
	return NULL;
}

/* ---- reading ---- */

/* GET events/. */
int campus_event_index(struct request *rq)
{
	const struct campus_eye eye = campus_eye_of(rq);
	const bool is_active = field_bool(rq, "is_active");
	const char *by = field_text(rq, "sort_by");
	struct campus_event_filter filter = { .search = field_text(rq, "search"),
					      .campus = field_text(rq, "campus"),
					      .department = field_text(rq, "department"),
					      .series = field_text(rq, "series"),
					      .phase = field_text(rq, "phase"),
					      .from = field_text(rq, "date_from"),
					      .to = field_text(rq, "date_to"),
					      .is_active = field_given(rq, "is_active") ? &is_active : NULL,
					      .organizer_id = field_int(rq, "organizer"),
					      .order = by ? campus_event_order(rq->mem, by) : NULL,
					      .now = rq->now };

	if (by && !filter.order) {
		field_fault(rq, "sort_by", "This list cannot be sorted by that.");
		return refuse_fields(rq);
	}
	return answer_whole_list(rq, "events", campus_event_list(rq->db, &eye, &filter));
}

/* One event, with its numbers for programs: pages have these beside it where they show them. */
static void answer_one(struct request *rq, const struct row *row)
{
	event_answer(rq->data, row);
	if (!wants_page(rq) && (rq->who.role != STUDENT || row_bool(row, "public_counts")))
		attendance_counts(answer_object(rq->data, "counts"), rq->db, row_int(row, "number"),
				  !row_null(row, "roster_at"));
}

/* GET events/:id/. */
int campus_event_show(struct request *rq)
{
	const struct row *row = event_or_404(rq, false);

	if (row)
		answer_one(rq, row);
	return ANSWERED;
}

/* ---- making ---- */

const struct row *event_make(struct request *rq, const struct event_asked *asked)
{
	const struct campus_eye eye = { SIGHT_ALL, rq->who.account_id, 0 };
	uint8_t uuid[UUID_BYTES];
	int64_t id = campus_event_insert(rq->db, &asked->event, uuid, rq->now);
	const struct row *row;

	if (!id)
		return NULL;
	audience_set(rq->db, id, asked->audience, asked->n_audience);
	row = campus_event_get(rq->db, &eye, uuid, rq->now, false);
	if (row)
		audit_change(rq, "create", "campus_event", id, NULL, as_json(row));
	return row;
}

/* POST events/. */
int campus_event_create(struct request *rq)
{
	struct json_object *errors = json_object_new_object();
	const struct row *campus = event_campus(rq, rq->fields, errors), *row;
	struct event_asked asked;

	if (campus) {
		times_in(rq, row_text(campus, "time_zone"), NULL);
		event_read(rq, rq->fields, campus, &asked, errors);
	}
	event_faults_told(rq, errors, "");
	json_object_put(errors);
	if (has_faults(rq))
		return refuse_fields(rq);
	row = event_make(rq, &asked);
	if (row)
		answer_one(rq, row);
	return ANSWERED;
}

/* ---- changing ---- */

/* Another than they have seen: both are told. */
static bool is_stale(struct request *rq, const struct row *row)
{
	if (!field_given(rq, "version") || field_int(rq, "version") == row_int(row, "version"))
		return false;
	answer_add(rq->data, "current", as_json(row));
	answer_add(rq->data, "yours", json_object_get(rq->fields));
	refuse(rq, 409, "CHANGED_MEANWHILE",
	       "Somebody changed this event meanwhile. Look at it again and repeat your change.");
	return true;
}

/* What was sent over what there is; is any of it another? */
static bool laid_over(struct request *rq, struct json_object *whole)
{
	bool another = false;

	json_object_object_foreach(rq->fields, name, value)
	{
		if (!strcmp(name, "version"))
			continue;
		another = another || !json_object_equal(json_object_object_get(whole, name), value);
		json_object_object_add(whole, name, json_object_get(value));
	}
	return another;
}

/* Who is expected is what its audience says again, where that is another or it opens anew. */
static void keep_roster(struct request *rq, const struct row *before, const struct event_asked *asked)
{
	const int64_t id = row_int(before, "number");
	const bool sent = field_given(rq, "audience") || field_cleared(rq, "audience");

	if (sent)
		audience_set(rq->db, id, asked->audience, asked->n_audience);
	if (row_null(before, "roster_at") || (!sent && asked->event.window.opens_at <= rq->now))
		return;
	roster_loosen(rq->db, id);
	if (asked->event.window.opens_at <= rq->now)
		roster_fix(rq->db, id, rq->now);
}

static void change(struct request *rq, const struct row *before, const struct event_asked *asked)
{
	const int64_t id = row_int(before, "number");
	const struct row *after;

	campus_event_update(rq->db, id, &asked->event, rq->now);
	keep_roster(rq, before, asked);
	after = event_or_404(rq, false);
	if (after)
		audit_change(rq, "update", "campus_event", id, as_json(before), as_json(after));
}

/* Marks were judged by what was asked of them, and nobody can send more: so that stays once it is over. */
static void check_steps(struct request *rq, const struct row *before, struct json_object *whole)
{
	struct json_object *was = json_object_object_get(whole, "required_steps");

	if (field_given(rq, "required_steps") && rq->now > row_time(before, "closes_at") + EVIDENCE_AFTER &&
	    !json_object_equal(was, field_tree(rq, "required_steps")))
		field_fault(rq, "required_steps", "What an event asked for stays as it was once it is over.");
}

/* PUT PATCH events/:id/ and events/:id/update/. Only what is sent changes. */
int campus_event_change(struct request *rq)
{
	const struct row *before = event_own(rq), *campus;
	struct json_object *whole, *errors;
	struct event_asked asked;

	campus = before ? campus_get(rq->db, row_int(before, "campus")) : NULL;
	if (!campus || is_stale(rq, before))
		return ANSWERED;
	times_in(rq, field_given(rq, "time_zone") ? field_text(rq, "time_zone") : row_text(before, "time_zone"),
		 before);
	whole = as_json(before);
	json_object_object_del(whole, "audience"); /* which is not read anew where it was not sent */
	errors = json_object_new_object();
	check_steps(rq, before, whole);
	if (laid_over(rq, whole) && event_read(rq, whole, campus, &asked, errors) && !has_faults(rq))
		change(rq, before, &asked);
	event_faults_told(rq, errors, "");
	json_object_put(errors);
	json_object_put(whole);
	if (has_faults(rq))
		return refuse_fields(rq);
	return refused(rq) ? ANSWERED : campus_event_show(rq);
}

/* DELETE events/:id/ and events/:id/delete/. It is hidden, for what was recorded of it stays in reports. */
int campus_event_delete(struct request *rq)
{
	const struct row *row = event_own(rq);

	if (!row)
		return ANSWERED;
	campus_event_hide(rq->db, row_int(row, "number"), rq->now);
	audit_change(rq, "delete", "campus_event", row_int(row, "number"), as_json(row), NULL);
	answer_text(rq->data, "id", path_text(rq, "id"));
	return ANSWERED;
}
