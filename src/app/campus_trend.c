/* Attendance over time, and a department beside the other. Periods are added up from days; one in which there was no event is no point of
 * the trend, and one in which nobody was expected is one without a rate, which neither the limits nor the slope know of. */
#include "app/actions/campus_figures.h"
#include "app/campus_figures.h"
#include "rules/statistics.h"
#include "store/trend.h"
#include <math.h>
#include <string.h>

static const struct field POINT[] = {
	{ "period_start", F_DATE, .help = "Its first day: a week's Monday, a month's first" },
	{ "events", F_INT, .help = "Events that started in it" },
	{ "expected", F_INT, .help = "On their rosters, and not excused" },
	{ "attended", F_INT, .help = "Present and late" },
	{ "late", F_INT, .help = "Of these the late ones" },
	FIGURES_RATE,
	{ "verified", F_INT, .help = "Of those that attended" },
	{ "pending", F_INT, .help = "Of those that attended, still to be looked at" },
	{ "rejected", F_INT, .help = "Records that do not count" },
	{ "ewma", F_REAL, .null = true, .help = "The rate's exponentially weighted mean; null below 8 rates" },
	{ "control_low", F_REAL, .null = true, .help = "Below this it is out of the ordinary" },
	{ "control_high", F_REAL, .null = true, .help = "And above this" },
	FIELDS_NAMED("attendance_point"),
};
static const struct field CHANGE[] = {
	{ "previous_rate", F_REAL, .null = true, .help = "Of as many days before" },
	{ "difference", F_REAL, .null = true, .help = "This range's rate less that, in points" },
	FIELDS_END,
};
const struct field ATTENDANCE_TRENDS_ASK[] = {
	FIGURES_FIELDS,
	{ "group_by", F_CHOICE, .choices = "day,week,month", .otherwise = "day", .help = "How long a period is" },
	FIELDS_END,
};
const struct field ATTENDANCE_TRENDS[] = {
	{ "points", F_LIST, .of = POINT, .help = "Periods in which there were events, the oldest first" },
	{ "slope_per_period", F_REAL, .null = true,
	  .help = "The median of all pairwise slopes, points a period; null below 8 rates" },
	{ "change", F_OBJECT, .of = CHANGE, .help = "Beside as many days before" },
	{ "metadata", F_OBJECT, .of = FIGURES_METADATA, .help = "What was counted" },
	FIELDS_NAMED("attendance_trends"),
};

static const char *const SUMS[] = { "events", "expected", "attended", "late", "verified", "pending", "rejected" };
enum { SUMS_N = sizeof SUMS / sizeof *SUMS };

struct point {
	char day[DATE_SIZE];
	int64_t sums[SUMS_N], rated, expected;
	struct ewma ewma; /* NAN: none */
};

/* Days put together to periods. At most as many as there are rows. */
static size_t put_together(const struct rows *days, enum grain grain, struct point points[])
{
	size_t n = 0;

	for (size_t i = 0; i < days->n; i++) {
		struct row row = row_at(days, i);
		char day[DATE_SIZE];

		trend_period(row_text(&row, "day"), grain, day);
		if (!n || strcmp(points[n - 1].day, day) != 0) {
			points[n] = (struct point){ .ewma = { NAN, NAN, NAN } };
			memcpy(points[n++].day, day, DATE_SIZE);
		}
		for (size_t k = 0; k < SUMS_N; k++)
			points[n - 1].sums[k] += row_int(&row, SUMS[k]);
		points[n - 1].rated += row_int(&row, "rated");
		points[n - 1].expected += row_int(&row, "expected");
	}
	return n;
}

/* Their means and limits, where there are rates enough; the slope of the rates. */
static double follow(struct request *rq, struct point points[], size_t n)
{
	double *rates = talloc_array(rq->mem, double, 2 * (unsigned)n + 1);
	struct ewma *means = talloc_array(rq->mem, struct ewma, (unsigned)n + 1);
	size_t n_rates = 0;

	for (size_t i = 0; i < n; i++)
		if (points[i].expected > 0)
			rates[n_rates++] = figures_rate(points[i].rated, points[i].expected);
	if (!statistics_ewma(rates, n_rates, means, rates + n_rates))
		return NAN;
	for (size_t i = 0, k = 0; i < n; i++)
		if (points[i].expected > 0)
			points[i].ewma = means[k++];
	return statistics_slope(rates, n_rates);
}

static void answer_points(struct json_object *list, const struct point points[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = answer_item(list);

		answer_text(item, "period_start", points[i].day);
		for (size_t k = 0; k < SUMS_N; k++)
			answer_int(item, SUMS[k], points[i].sums[k]);
		figures_answer_rate(item, points[i].rated, points[i].expected);
		answer_add(item, "ewma", answer_real(figures_rounded(points[i].ewma.mean)));
		answer_add(item, "control_low", answer_real(figures_rounded(points[i].ewma.low)));
		answer_add(item, "control_high", answer_real(figures_rounded(points[i].ewma.high)));
	}
}

static double rate_of(const struct rows *days)
{
	int64_t rated = 0, expected = 0;

	for (size_t i = 0; i < days->n; i++) {
		struct row row = row_at(days, i);

		rated += row_int(&row, "rated");
		expected += row_int(&row, "expected");
	}
	return figures_rate(rated, expected);
}

/* GET analytics/attendance-trends/. */
int attendance_trends(struct request *rq)
{
	const char *word;
	const struct rows *days, *before;
	struct json_object *change;
	struct figures f;
	struct figures_of earlier;
	struct point *points;
	double slope;
	size_t n;

	if (!figures_read(rq, 30, &f))
		return ANSWERED;
	word = field_text(rq, "group_by");
	figures_before(&f, &earlier);
	if (!trend_open(rq->db))
		return ANSWERED;
	days = figures_days(rq->db, &f.of);
	before = figures_days(rq->db, &earlier);
	trend_close(rq->db);
	points = talloc_array(rq->mem, struct point, (unsigned)days->n + 1);
	n = put_together(days,
			 !strcmp(word, "day")	 ? GRAIN_DAY
			 : !strcmp(word, "week") ? GRAIN_WEEK
						 : GRAIN_MONTH,
			 points);
	slope = follow(rq, points, n);
	answer_points(answer_array(rq->data, "points"), points, n);
	answer_add(rq->data, "slope_per_period", answer_real(figures_rounded(slope)));
	change = answer_object(rq->data, "change");
	answer_add(change, "previous_rate", answer_real(rate_of(before)));
	answer_add(change, "difference", answer_real(figures_rounded(rate_of(days) - rate_of(before))));
	figures_metadata(rq, &f);
	return ANSWERED;
}

/* ---- departments ---- */

const struct field DEPARTMENT_SUMMARY_ASK[] = { FIGURES_FIELDS, FIELD_FORMAT, FIELDS_END };
const struct field DEPARTMENT_SUMMARY[] = {
	{ "department_id", F_ID, .otherwise = "0", .help = "The department; 0: all others" },
	{ "department", F_TEXT, .help = "Its name" },
	{ "events", F_INT, .help = "Events that its people were expected at, or at" },
	{ "expected", F_INT, .help = "On a roster, and not excused" },
	{ "attended", F_INT, .help = "Present and late" },
	{ "present", F_INT, .help = "In time" },
	{ "late", F_INT, .help = "Late" },
	{ "absent", F_INT, .help = "Not there" },
	{ "excused", F_INT, .help = "Excused" },
	{ "rate", F_REAL, .null = true, .help = "Per cent of those expected who came" },
	{ "verified", F_INT, .help = "Of those that attended" },
	{ "pending", F_INT, .help = "Of those that attended, still to be looked at" },
	{ "rejected", F_INT, .help = "Records that do not count" },
	{ "below_threshold", F_BOOL, .help = "Is the rate below what its campus wants" },
	FIELDS_NAMED("department_summary"),
};

/* GET analytics/department-summary/. */
int department_summary(struct request *rq)
{
	struct figures f;

	if (!figures_read(rq, 30, &f))
		return ANSWERED;
	return answer_whole_list(rq, "departments", rows_list(rq->mem, figures_departments(rq->db, &f.of)));
}
