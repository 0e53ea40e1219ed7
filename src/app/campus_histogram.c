/* Attendance by hours, weekdays and departments, and how long it took: bins with their values, as charts draw them. Hours and days are
 * local, so an hour that a change of the clocks repeats is one bin. */
#include "app/actions/campus_figures.h"
#include "app/campus_figures.h"
#include <stdio.h>

enum { HOURS = 24 };

static const struct field A_NUMBER[] = { { .name = "", .type = F_REAL, .null = true, .help = "A number" }, FIELDS_END };

/* clang-format off */
#define HISTOGRAM_FIELDS                                                                                               \
	{ "histogram_type", F_TEXT, .help = "Which it is" },                                                           \
	{ "bins", F_LIST, .of = A_NUMBER, .help = "What each value is of: an hour, a weekday from Monday on, a department, or seconds from which on" }, \
	{ "values", F_LIST, .of = A_NUMBER, .help = "A value a bin" },                                                 \
	{ "labels", F_LIST, .help = "A label a bin" },                                                                 \
	{ "total_samples", F_INT, .help = "Records that are in it" },                                                  \
	{ "peak_hour", F_INT, .null = true, .help = "The hour of the most, the earliest of several" },                 \
	{ "metadata", F_OBJECT, .of = FIGURES_METADATA, .help = "What was counted" }
/* clang-format on */
const struct field HISTOGRAM[] = { HISTOGRAM_FIELDS, FIELDS_NAMED("histogram") };

/* ---- parts ---- */

static void add_int(struct json_object *array, int64_t number)
{
	json_object_array_add(array, json_object_new_int64(number));
}

static void add_text(struct json_object *array, const char *text)
{
	json_object_array_add(array, json_object_new_string(text));
}

/* The first of the highest; -1 where all are 0. */
static int peak(const int64_t values[], int n)
{
	int at = -1;

	for (int i = 0; i < n; i++)
		if (values[i] > (at < 0 ? 0 : values[at]))
			at = i;
	return at;
}

static void answer_peak(struct json_object *into, const char *key, int at)
{
	if (at < 0)
		answer_null(into, key);
	else
		answer_int(into, key, at);
}

struct bars {
	struct json_object *bins, *values, *labels;
};

static struct bars begin(struct request *rq, const char *type)
{
	struct bars bars;

	answer_text(rq->data, "histogram_type", type);
	bars.bins = answer_array(rq->data, "bins");
	bars.values = answer_array(rq->data, "values");
	bars.labels = answer_array(rq->data, "labels");
	return bars;
}

static void end(struct request *rq, const struct figures *f, int64_t total, int peak_hour)
{
	answer_int(rq->data, "total_samples", total);
	answer_peak(rq->data, "peak_hour", peak_hour);
	figures_metadata(rq, f);
}

/* ---- by hours ---- */

struct week {
	int64_t n[7][HOURS], of_hour[HOURS], of_day[7], total;
};

static struct week read_week(struct request *rq, const struct figures *f)
{
	const struct rows *rows = figures_hours(rq->db, &f->of);
	struct week week = { 0 };

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		const int64_t day = row_int(&row, "weekday"), hour = row_int(&row, "hour"), n = row_int(&row, "n");

		week.n[day][hour] += n;
		week.of_day[day] += n;
		week.of_hour[hour] += n;
		week.total += n;
	}
	return week;
}

/* GET analytics/histograms/attendance-hourly/. */
int histogram_hourly(struct request *rq)
{
	struct figures f;
	struct week week;
	struct bars bars;

	if (!figures_read(rq, 7, &f))
		return ANSWERED;
	week = read_week(rq, &f);
	bars = begin(rq, "attendance_hourly");
	for (int hour = 0; hour < HOURS; hour++) {
		char label[16];

		snprintf(label, sizeof label, "%02d:00", hour);
		add_int(bars.bins, hour);
		add_int(bars.values, week.of_hour[hour]);
		add_text(bars.labels, label);
	}
	end(rq, &f, week.total, peak(week.of_hour, HOURS));
	return ANSWERED;
}

/* ---- by weekdays ---- */

static const struct field A_DAY_OF_HOURS[] = {
	{ .name = "", .type = F_LIST, .of = A_NUMBER, .help = "A number an hour" },
	FIELDS_END,
};
const struct field HISTOGRAM_WEEKLY[] = {
	HISTOGRAM_FIELDS,
	{ "rates", F_LIST, .of = A_NUMBER, .help = "Per cent of those expected who came, a weekday each" },
	{ "heatmap", F_LIST, .of = A_DAY_OF_HOURS, .help = "By the weekday of the start and the hour of the record" },
	{ "peak_day", F_INT, .null = true, .help = "The weekday of the most, the earliest of several; 0: Monday" },
	FIELDS_NAMED("histogram_weekly"),
};

static void answer_weekday_rates(struct request *rq, const struct figures *f)
{
	struct json_object *rates = answer_array(rq->data, "rates");
	const struct rows *days = figures_days(rq->db, &f->of);
	int64_t rated[7] = { 0 }, expected[7] = { 0 };

	for (size_t i = 0; i < days->n; i++) {
		struct row day = row_at(days, i);
		const int64_t at = row_int(&day, "weekday");

		rated[at] += row_int(&day, "rated");
		expected[at] += row_int(&day, "expected");
	}
	for (int day = 0; day < 7; day++)
		json_object_array_add(rates, answer_real(figures_rate(rated[day], expected[day])));
}

/* GET analytics/histograms/weekly-pattern/. */
int histogram_weekly(struct request *rq)
{
	static const char *const LABELS[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	struct json_object *heat;
	struct figures f;
	struct week week;
	struct bars bars;

	if (!figures_read(rq, 28, &f))
		return ANSWERED;
	week = read_week(rq, &f);
	bars = begin(rq, "weekly_pattern");
	heat = answer_array(rq->data, "heatmap");
	for (int day = 0; day < 7; day++) {
		struct json_object *hours = json_object_new_array();

		add_int(bars.bins, day);
		add_int(bars.values, week.of_day[day]);
		add_text(bars.labels, LABELS[day]);
		for (int hour = 0; hour < HOURS; hour++)
			add_int(hours, week.n[day][hour]);
		json_object_array_add(heat, hours);
	}
	answer_weekday_rates(rq, &f);
	answer_peak(rq->data, "peak_day", peak(week.of_day, 7));
	end(rq, &f, week.total, peak(week.of_hour, HOURS));
	return ANSWERED;
}

/* ---- by departments ---- */

const struct field HISTOGRAM_DEPARTMENTS_ASK[] = {
	FIGURES_FIELDS,
	{ "measure", F_CHOICE, .choices = "rate,attended,late,verified", .otherwise = "rate",
	  .help = "What is compared" },
	FIELDS_END,
};
static const struct field COMPARED[] = {
	{ "department_id", F_ID, .otherwise = "0", .help = "The department; 0: all others" },
	{ "department", F_TEXT, .help = "Its name" },
	{ "attended", F_INT, .help = "Present and late" },
	{ "expected", F_INT, .help = "On a roster, and not excused" },
	FIGURES_RATE,
	FIELDS_END,
};
const struct field HISTOGRAM_DEPARTMENTS[] = {
	HISTOGRAM_FIELDS,
	{ "items", F_LIST, .of = COMPARED, .help = "The departments in the order of the bins" },
	FIELDS_NAMED("histogram_departments"),
};

/* GET analytics/histograms/department-comparison/. */
int histogram_departments(struct request *rq)
{
	const struct rows *rows;
	struct json_object *items;
	struct figures_group *all;
	struct figures f;
	struct bars bars;
	int64_t total = 0;

	if (!figures_read(rq, 30, &f))
		return ANSWERED;
	rows = figures_departments(rq->db, &f.of);
	all = figures_groups(rq->mem, rows, field_text(rq, "measure"));
	bars = begin(rq, "department_comparison");
	items = answer_array(rq->data, "items");
	for (size_t i = 0; i < rows->n; i++) {
		struct json_object *item = answer_item(items);
		const struct row *row = &all[i].row;

		add_int(bars.bins, row_int(row, "department_id"));
		json_object_array_add(bars.values, answer_real(all[i].value));
		add_text(bars.labels, all[i].name);
		answer_int(item, "department_id", row_int(row, "department_id"));
		answer_text(item, "department", all[i].name);
		answer_int(item, "attended", row_int(row, "attended"));
		answer_int(item, "expected", row_int(row, "expected"));
		figures_answer_rate(item, row_int(row, "rated"), row_int(row, "expected"));
		total += row_int(row, "attended");
	}
	end(rq, &f, total, -1);
	return ANSWERED;
}
