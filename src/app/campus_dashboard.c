/* What each role looks at first. All of it is counted as it is asked for, from sums that are kept and the rows behind them, so it is never
 * behind a record; who asks for it anew by hand is answered once in five seconds. */
#include "store/campus_dashboard.h"
#include "app/actions/campus.h"
#include "app/actions/campus_figures.h"
#include "app/attendance.h"
#include "app/campus_event.h"
#include "app/campus_figures.h"
#include "app/tell.h"
#include "base/tongue.h"
#include "rules/attendance_anomaly.h"
#include "store/anomaly.h"
#include "store/campus_home.h"
#include <math.h>

enum {
	TOP_MOST = 5,
	EVENTS_MOST = 20,
	RISK_MOST = 10,
	NEXT_MOST = 6,
	MARKS_MOST = 8,
	REFRESH_S = 5,
	DASHBOARD_DAYS = 30
};

/* ---- what is answered ---- */

static const struct field SUMMARY[] = {
	{ "total_events", F_INT, .help = "Events with anybody of your scope" },
	{ "total_attendees", F_INT, .sometimes = true, .help = "Who came: people, once an event" },
	{ "avg_attendance_rate", F_REAL, .null = true, .sometimes = true,
	  .help = "Per cent of those expected who came, over all events" },
	{ "attended", F_INT, .sometimes = true, .help = "Where you were: in time and late" },
	{ "late", F_INT, .sometimes = true, .help = "Of these late" },
	{ "absent", F_INT, .sometimes = true, .help = "Where you were not" },
	{ "excused", F_INT, .sometimes = true, .help = "Where you did not need to be" },
	{ "attendance_rate", F_REAL, .null = true, .sometimes = true, .help = "Per cent of where you were expected" },
	{ "best_possible_rate", F_REAL, .null = true, .sometimes = true,
	  .help = "The same once you were everywhere that is still to come" },
	{ "verified_count", F_INT, .help = "Of those that came, verified" },
	{ "pending_count", F_INT, .help = "Of those that came, still to be looked at" },
	{ "rejected_count", F_INT, .sometimes = true, .help = "Records that do not count" },
	FIELDS_END,
};
static const struct field TOP[] = {
	{ "department", F_TEXT, .help = "Its name" },
	{ "avg_rate", F_REAL, .help = "Per cent of those expected who came" },
	FIELDS_END,
};
static const struct field RANGE[] = {
	{ "start", F_DATE, .help = "Its first day" },
	{ "end", F_DATE, .help = "Its last day" },
	FIELDS_END,
};
static const struct field EVENT_SUMS[] = {
	{ "id", F_UUID, .help = "The event" },
	{ "title", F_TEXT, .help = "What it is called" },
	{ "start_datetime", F_TIME, .help = "When it starts" },
	{ "time_zone", F_ZONE, .help = "By whose clocks" },
	{ "expected", F_INT, .help = "On the roster, and not excused" },
	{ "attended", F_INT, .help = "Present and late" },
	{ "late", F_INT, .help = "Of these late" },
	{ "pending", F_INT, .help = "Of these still to be looked at" },
	{ "rate", F_REAL, .null = true, .help = "Per cent of those expected who came" },
	FIELDS_NAMED("dashboard_event"),
};
static const struct field AT_RISK[] = {
	{ "user_id", F_ID, .help = "The person" },
	{ "student_id", F_TEXT, .null = true, .help = "Their number" },
	{ "full_name", F_TEXT, .help = "Their name" },
	{ "department", F_TEXT, .null = true, .help = "Their department" },
	{ "expected", F_INT, .help = "Events at which they were expected" },
	{ "attended", F_INT, .help = "And came" },
	{ "rate", F_REAL, .help = "Per cent" },
	{ "threshold", F_INT, .help = "What their campus wants, per cent" },
	FIELDS_NAMED("dashboard_person"),
};
static const struct field MARK[] = {
	{ "id", F_UUID, .help = "Your record" },
	{ "title", F_TEXT, .help = "The event" },
	{ "start_datetime", F_TIME, .help = "When it started" },
	{ "time_zone", F_ZONE, .help = "By whose clocks" },
	{ "status", F_CHOICE, .choices = "present,late,absent,excused", .null = true,
	  .help = "Were you there; null: begun and not sent" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .null = true,
	  .help = "How that stands" },
	FIELDS_NAMED("dashboard_mark"),
};
static const struct field WARNING[] = {
	{ "code", F_CHOICE, .choices = "below_threshold,out_of_reach,absent_running", .help = "What it is about" },
	{ "message", F_TEXT, .help = "A sentence" },
	FIELDS_END,
};
const struct field CAMPUS_DASHBOARD[] = {
	{ "summary", F_OBJECT, .of = SUMMARY, .help = "The range in sums" },
	{ "date_range", F_OBJECT, .of = RANGE, .help = "Of which days" },
	{ "open_now", F_LIST, .of = CAMPUS_EVENT, .help = "Events of which marks are taken now" },
	{ "recent_activity", F_INT, .sometimes = true, .help = "Of who runs a campus: marks of the last 24 hours" },
	{ "top_departments", F_LIST, .of = TOP, .sometimes = true, .help = "The same: the five highest rates" },
	{ "reviews", F_INT, .sometimes = true, .help = "Of staff: what waits for your decision" },
	{ "anomalies", F_INT, .sometimes = true, .help = "The same: what is out of the ordinary and open" },
	{ "events", F_LIST, .of = EVENT_SUMS, .sometimes = true, .help = "Of supervisors and organizers: the newest" },
	{ "at_risk", F_LIST, .of = AT_RISK, .sometimes = true,
	  .help = "The same: whose rate is below what their campus wants, the lowest first" },
	{ "upcoming", F_LIST, .of = CAMPUS_EVENT, .sometimes = true, .help = "Of students: what comes" },
	{ "recent", F_LIST, .of = MARK, .sometimes = true, .help = "The same: the last marks" },
	{ "warnings", F_LIST, .of = WARNING, .sometimes = true, .help = "The same: what to mind" },
	{ "metadata", F_OBJECT, .of = FIGURES_METADATA, .help = "What was counted" },
	FIELDS_NAMED("campus_dashboard"),
};

/* ---- sums ---- */

struct sums {
	int64_t events, attended, late, absent, excused, verified, pending, rejected, expected, rated;
};

static struct sums add_up(const struct rows *days)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < days->n; i++) {
		struct row day = row_at(days, i);

		sums.events += row_int(&day, "events");
		sums.attended += row_int(&day, "attended");
		sums.late += row_int(&day, "late");
		sums.absent += row_int(&day, "absent");
		sums.excused += row_int(&day, "excused");
		sums.verified += row_int(&day, "verified");
		sums.pending += row_int(&day, "pending");
		sums.rejected += row_int(&day, "rejected");
		sums.expected += row_int(&day, "expected");
		sums.rated += row_int(&day, "rated");
	}
	return sums;
}

static void answer_sums(struct json_object *into, const struct sums *sums)
{
	answer_int(into, "total_events", sums->events);
	answer_int(into, "total_attendees", sums->attended);
	answer_add(into, "avg_attendance_rate", answer_real(figures_rate(sums->rated, sums->expected)));
	answer_int(into, "verified_count", sums->verified);
	answer_int(into, "pending_count", sums->pending);
}

/* ---- each role's own ---- */

static void answer_top(struct request *rq, const struct figures *f)
{
	const struct rows *rows = figures_departments(rq->db, &f->of);
	const struct figures_group *groups = figures_groups(rq->mem, rows, "rate");
	struct json_object *list = answer_array(rq->data, "top_departments");

	for (size_t i = 0, n = 0; i < rows->n && n < TOP_MOST && !isnan(groups[i].value); i++) {
		struct json_object *item;

		if (!row_int(&groups[i].row, "department_id"))
			continue;
		item = answer_item(list);
		answer_text(item, "department", groups[i].name);
		answer_add(item, "avg_rate", answer_real(groups[i].value));
		n++;
	}
}

static void answer_waiting(struct request *rq, const struct figures *f)
{
	const struct attendance_eye eye = attendance_eye_of(rq);
	struct row_list *waiting = attendance_reviews(rq->db, &eye);
	bool estimated = false;

	answer_int(rq->data, "reviews", waiting->count(waiting, &estimated));
	answer_int(rq->data, "anomalies", anomalies_open(rq->db, &f->of));
}

static void answer_office(struct request *rq, const struct figures *f)
{
	answer_int(rq->data, "recent_activity", dashboard_marks(rq->db, &f->of, rq->now - MS_DAY));
	answer_top(rq, f);
	answer_waiting(rq, f);
}

static void answer_maker(struct request *rq, const struct figures *f)
{
	answer_rows(rq->data, "events", figures_events(rq->db, &f->of, EVENTS_MOST));
	answer_waiting(rq, f);
	answer_rows(rq->data, "at_risk", dashboard_at_risk(rq->db, &f->of, RISK_MOST));
}

static void warn(struct request *rq, struct json_object *list, const char *code, const char *sentence)
{
	struct json_object *item = answer_item(list);

	answer_text(item, "code", code);
	answer_text(item, "message", tongue_says(rq->tongue, sentence));
}

static void answer_warnings(struct request *rq, struct json_object *into, const struct sums *sums,
			    const struct row *outlook)
{
	struct json_object *list = answer_array(into, "warnings");
	const struct person_standing standing = { .attended = sums->rated,
						  .expected = sums->expected,
						  .possible = row_int(outlook, "possible"),
						  .expected_in_all = row_int(outlook, "expected"),
						  .absent_running = row_int(outlook, "absent_running"),
						  .threshold = (double)row_int(outlook, "threshold") };
	const unsigned drops = person_drops(&standing);

	if (drops & DROP_BELOW)
		warn(rq, list, "below_threshold", SAID("Your attendance is below what your campus asks for."));
	if (drops & DROP_OUT_OF_REACH)
		warn(rq, list, "out_of_reach",
		     SAID("Even if you come to everything that is still to come, your attendance stays below what your campus asks for."));
	if (drops & DROP_ABSENT)
		warn(rq, list, "absent_running", SAID("You were absent three times or more in a row."));
}

static void answer_standing(struct request *rq, struct json_object *into, const struct figures *f,
			    const struct sums *sums)
{
	const struct row *outlook = dashboard_outlook(rq->db, rq->who.account_id, f->of.from, rq->now);
	struct json_object *summary = answer_object(into, "summary");

	if (!outlook)
		return;
	answer_int(summary, "total_events", sums->events);
	answer_int(summary, "attended", sums->attended);
	answer_int(summary, "late", sums->late);
	answer_int(summary, "absent", sums->absent);
	answer_int(summary, "excused", sums->excused);
	answer_add(summary, "attendance_rate", answer_real(figures_rate(sums->rated, sums->expected)));
	answer_add(summary, "best_possible_rate",
		   answer_real(figures_rate(row_int(outlook, "possible"), row_int(outlook, "expected"))));
	answer_int(summary, "verified_count", sums->verified);
	answer_int(summary, "pending_count", sums->pending);
	answer_int(summary, "rejected_count", sums->rejected);
	answer_warnings(rq, into, sums, outlook);
}

static void answer_student(struct request *rq, const struct figures *f, const struct sums *sums)
{
	const struct campus_eye eye = campus_eye_of(rq);

	answer_standing(rq, rq->data, f, sums);
	answer_rows(rq->data, "upcoming", campus_upcoming(rq, &eye, NEXT_MOST));
	answer_rows(rq->data, "recent", home_marks(rq->db, rq->who.account_id, MARKS_MOST));
}

/* ---- the whole ---- */

static void answer_range(struct json_object *into, const struct figures *f)
{
	struct json_object *range = answer_object(into, "date_range");

	answer_text(range, "start", f->from);
	answer_text(range, "end", f->to);
}

static void answer_dashboard(struct request *rq, const struct figures *f)
{
	const struct sums sums = add_up(figures_days(rq->db, &f->of));
	const struct campus_eye eye = campus_eye_of(rq);

	answer_range(rq->data, f);
	answer_rows(rq->data, "open_now", campus_running(rq, &eye));
	if (f->of.sight == FIGURES_OWN)
		answer_student(rq, f, &sums);
	else
		answer_sums(answer_object(rq->data, "summary"), &sums);
	if (f->of.sight == FIGURES_ALL)
		answer_office(rq, f);
	else if (f->of.sight != FIGURES_OWN)
		answer_maker(rq, f);
	figures_metadata(rq, f);
}

/* GET analytics/dashboard/. */
int campus_dashboard(struct request *rq)
{
	struct figures f;

	if (!figures_read(rq, DASHBOARD_DAYS, &f) || !db_snapshot_begin(rq->db))
		return ANSWERED;
	answer_dashboard(rq, &f);
	db_snapshot_end(rq->db);
	return ANSWERED;
}

/* GET and POST analytics/dashboard/refresh/, in a transaction, for it counts who asked: only what was answered counts. */
int campus_dashboard_refresh(struct request *rq)
{
	const char *what = talloc_asprintf(rq->mem, "campus dashboard %lld", (long long)rq->who.account_id);
	struct figures f;

	if (!figures_read(rq, DASHBOARD_DAYS, &f))
		return ANSWERED;
	if (!within_limit(rq, what, 1, REFRESH_S * MS_SECOND))
		return refuse(rq, 429, "RATE_LIMITED", "These numbers are a few seconds old. Ask again in %d seconds.",
			      rq->retry_after);
	answer_dashboard(rq, &f);
	return ANSWERED;
}

/* GET /campus: how a student stands, beside what is open. */
int campus_home_beside(struct request *rq)
{
	struct json_object *into;
	struct figures f;
	struct sums sums;

	if (rq->who.role != STUDENT || !figures_read(rq, DASHBOARD_DAYS, &f) || !db_snapshot_begin(rq->db))
		return ANSWERED;
	into = answer_object(rq->beside, "standing");
	sums = add_up(figures_days(rq->db, &f.of));
	answer_range(into, &f);
	answer_standing(rq, into, &f, &sums);
	db_snapshot_end(rq->db);
	return ANSWERED;
}
