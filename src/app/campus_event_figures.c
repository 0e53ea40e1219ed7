/* An event in numbers, of whom the reader sees there: the same sums as everywhere, and what only makes sense of one event. */
#include "app/actions/campus_figures.h"
#include "app/campus_event.h"
#include "app/campus_figures.h"
#include "base/tongue.h"
#include "rules/attendance_flag.h"
#include "store/event_figures.h"

static const struct field GROUP[] = {
	{ "department_id", F_ID, .otherwise = "0", .help = "The department; 0: all others" },
	{ "department", F_TEXT, .help = "Its name" },
	{ "expected", F_INT, .help = "On the roster, and not excused" },
	{ "attended", F_INT, .help = "Present and late" },
	FIGURES_RATE,
	FIELDS_END,
};
static const struct field MINUTE[] = {
	{ "minute", F_TIME, .help = "When it begins" },
	{ "n", F_INT, .help = "How many marked in it" },
	FIELDS_END,
};
static const struct field PLACES[] = {
	{ "inside", F_INT, .help = "Within the radius" },
	{ "probable", F_INT, .help = "Within it but for the error of their devices" },
	{ "outside", F_INT, .help = "Outside of it" },
	{ "unusable", F_INT, .help = "Known too badly" },
	{ "none", F_INT, .help = "Not known" },
	FIELDS_END,
};
const struct field CAMPUS_EVENT_FIGURES[] = {
	{ "event_id", F_UUID, .help = "The event" },
	{ "title", F_TEXT, .help = "What it is called" },
	{ "expected", F_INT, .help = "On the roster, and not excused" },
	{ "attended", F_INT, .help = "Present and late" },
	{ "present", F_INT, .help = "In time" },
	{ "late", F_INT, .help = "Late" },
	{ "absent", F_INT, .help = "Not there" },
	{ "excused", F_INT, .help = "Excused" },
	{ "attendance_rate", F_REAL, .null = true, .help = "Per cent of those expected who came" },
	{ "verified", F_INT, .help = "Of those that attended" },
	{ "pending", F_INT, .help = "Of those that attended, still to be looked at" },
	{ "rejected", F_INT, .help = "Records that do not count" },
	{ "by_department", F_LIST, .of = GROUP, .help = "The departments beside one another" },
	{ "by_minute", F_LIST, .of = MINUTE, .help = "When they came; minutes without anybody are left out" },
	{ "verification_time", F_OBJECT, .of = FIGURES_TIMES, .help = "From the first good code to the submission" },
	{ "location", F_OBJECT, .of = PLACES, .help = "Where they were" },
	{ "flags", F_OBJECT, .help = "What speaks against records: how many have each flag" },
	{ "first_at", F_TIME, .null = true, .help = "When the first came" },
	{ "last_at", F_TIME, .null = true, .help = "When the last came" },
	FIELDS_NAMED("campus_event_figures"),
};

/* The departments, and what they add up to. */
static void answer_departments(struct request *rq, const struct figures_of *of)
{
	static const char *const SUMS[] = { "expected", "attended", "present", "late",	   "absent",
					    "excused",	"verified", "pending", "rejected", "rated" };
	enum { SUMS_N = sizeof SUMS / sizeof *SUMS, RATED = SUMS_N - 1 };
	const struct rows *rows = figures_departments(rq->db, of);
	struct json_object *list = json_object_new_array();
	int64_t sums[SUMS_N] = { 0 };

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item = answer_item(list);

		answer_int(item, "department_id", row_int(&row, "department_id"));
		answer_text(item, "department", row_text(&row, "department"));
		answer_int(item, "expected", row_int(&row, "expected"));
		answer_int(item, "attended", row_int(&row, "attended"));
		figures_answer_rate(item, row_int(&row, "rated"), row_int(&row, "expected"));
		for (size_t k = 0; k < SUMS_N; k++)
			sums[k] += row_int(&row, SUMS[k]);
	}
	for (size_t k = 0; k < RATED; k++)
		answer_int(rq->data, SUMS[k], sums[k]);
	answer_add(rq->data, "attendance_rate", answer_real(figures_rate(sums[RATED], sums[0])));
	answer_add(rq->data, "by_department", list);
}

static void answer_marks(struct request *rq, const struct event_marks *of)
{
	const struct row *places = event_marks_places(rq->db, of);
	const struct rows *flags = event_marks_flags(rq->db, of);
	struct json_object *location = answer_object(rq->data, "location"), *counts;

	answer_rows(rq->data, "by_minute", event_marks_minutes(rq->db, of));
	counts = answer_object(rq->data, "flags");
	for (size_t i = 0; i < flags->n; i++) {
		struct row flag = row_at(flags, i);

		answer_int(counts, row_text(&flag, "code"), row_int(&flag, "n"));
	}
	if (!places)
		return;
	answer_row(location, places);
	answer_add(rq->data, "first_at", json_object_get(json_object_object_get(location, "first_at")));
	answer_add(rq->data, "last_at", json_object_get(json_object_object_get(location, "last_at")));
	json_object_object_del(location, "first_at");
	json_object_object_del(location, "last_at");
}

/* GET events/:id/analytics/. */
int campus_event_figures(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);
	struct figures_of of = { .zone = "UTC", .now = rq->now };
	uint8_t uuid[UUID_BYTES];

	if (!event || !uuid_parse(path_text(rq, "id"), uuid))
		return ANSWERED;
	figures_scope(rq, &of);
	of.event = uuid;
	of.from = row_time(event, "start_datetime");
	of.to = of.from + 1;
	if (!db_snapshot_begin(rq->db))
		return ANSWERED;
	answer_text(rq->data, "event_id", path_text(rq, "id"));
	answer_text(rq->data, "title", row_text(event, "title"));
	answer_departments(rq, &of);
	answer_marks(rq, &(struct event_marks){ row_int(event, "number"), of.sight, of.account_id });
	figures_answer_times(rq, answer_object(rq->data, "verification_time"), &of, SPAN_SELF);
	db_snapshot_end(rq->db);
	return ANSWERED;
}

/* GET /campus/events/:id/analytics: the event, and what each flag says. */
int campus_event_figures_beside(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);
	struct json_object *list;

	if (!event)
		return ANSWERED;
	event_answer(answer_object(rq->beside, "event"), event);
	list = answer_array(rq->beside, "flags");
	json_object_object_foreach(json_object_object_get(rq->data, "flags"), code, n)
	{
		const struct flag_kind *kind = flag_kind(code);
		struct json_object *item = kind ? answer_item(list) : NULL;

		if (!item)
			continue;
		answer_text(item, "sentence", tongue_says(rq->tongue, kind->sentence));
		answer_text(item, "severity", kind->severity);
		answer_int(item, "n", json_object_get_int64(n));
	}
	return ANSWERED;
}
