/* How long attendance takes people: from the code on the wall to the submission, and from there to the decision of somebody of staff.
 * The middle and the tails are exact, for each time is looked at; none is kept. */
#include "app/actions/campus_figures.h"
#include "app/campus_figures.h"
#include "rules/statistics.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct field A_NUMBER[] = { { .name = "", .type = F_REAL, .help = "A number" }, FIELDS_END };
const struct field FIGURES_TIMES[] = {
	{ "n", F_INT, .help = "How many" },
	{ "mean", F_REAL, .null = true, .help = "Seconds: their mean" },
	{ "median", F_REAL, .null = true, .help = "Half took no longer" },
	{ "p90", F_REAL, .null = true, .help = "Nine of ten took no longer" },
	{ "p95", F_REAL, .null = true, .help = "Nineteen of twenty took no longer" },
	{ "min", F_REAL, .null = true, .help = "The shortest" },
	{ "max", F_REAL, .null = true, .help = "The longest" },
	FIELDS_END,
};
const struct field HISTOGRAM_TIME_ASK[] = {
	FIGURES_FIELDS,
	{ "of", F_CHOICE, .choices = "self,manual", .otherwise = "self",
	  .help = "self: from the first good code to the submission; manual: from there to the decision" },
	FIELDS_END,
};
const struct field HISTOGRAM_TIME[] = {
	{ "histogram_type", F_TEXT, .help = "verification_time" },
	{ "bins", F_LIST, .of = A_NUMBER, .help = "Seconds from which on; each ends where the next begins" },
	{ "values", F_LIST, .of = A_NUMBER, .help = "A value a bin" },
	{ "labels", F_LIST, .help = "A label a bin" },
	{ "total_samples", F_INT, .help = "Records that are in it" },
	{ "peak_hour", F_INT, .null = true, .help = "Always null: these are no hours" },
	{ "metadata", F_OBJECT, .of = FIGURES_METADATA, .help = "What was counted" },
	{ "stats", F_OBJECT, .of = FIGURES_TIMES, .help = "In seconds" },
	FIELDS_NAMED("histogram_time"),
};

/* ---- bins ---- */

enum { EDGES_MOST = 10 };

struct edges {
	const char *labels[EDGES_MOST];
	ms_t at[EDGES_MOST]; /* n of them */
	int n;
};

static const struct edges EDGES[] = {
	[SPAN_SELF] = { { "0 s", "15 s", "30 s", "45 s", "60 s", "90 s", "2 min", "3 min", "5 min", "10 min" },
			{ 0, 15 * MS_SECOND, 30 * MS_SECOND, 45 * MS_SECOND, 60 * MS_SECOND, 90 * MS_SECOND,
			  120 * MS_SECOND, 180 * MS_SECOND, 300 * MS_SECOND, 600 * MS_SECOND },
			10 },
	[SPAN_MANUAL] = { { "0", "5 min", "15 min", "1 h", "4 h", "1 d", "3 d", "7 d" },
			  { 0, 5 * MS_MINUTE, 15 * MS_MINUTE, MS_HOUR, 4 * MS_HOUR, MS_DAY, 3 * MS_DAY, 7 * MS_DAY, 0,
			    0 },
			  8 },
};

struct spent {
	const struct edges *edges;
	int64_t of[EDGES_MOST];
	struct spread *all;
};

static void add_time(void *with, ms_t ms)
{
	struct spent *spent = with;
	int bin = spent->edges->n - 1;

	while (bin && ms < spent->edges->at[bin])
		bin--;
	spent->of[bin]++;
	statistics_spread_add(spent->all, ms);
}

static struct spent read_times(struct request *rq, const struct figures_of *of, enum figures_span span)
{
	struct spent spent = { .edges = &EDGES[span], .all = statistics_spread(rq->mem) };

	figures_times(rq->db, of, span, add_time, &spent);
	return spent;
}

/* ---- stats ---- */

static void answer_seconds(struct json_object *into, const char *key, double ms)
{
	answer_add(into, key, answer_real(round(ms) / 1000));
}

static void answer_stats(struct json_object *into, struct spread *all)
{
	const double none = (double)NAN;

	answer_int(into, "n", (int64_t)all->n);
	answer_seconds(into, "mean", all->n ? all->sum / (double)all->n : none);
	answer_seconds(into, "median", statistics_spread_quantile(all, 0.5));
	answer_seconds(into, "p90", statistics_spread_quantile(all, 0.9));
	answer_seconds(into, "p95", statistics_spread_quantile(all, 0.95));
	answer_seconds(into, "min", all->n ? (double)all->least : none);
	answer_seconds(into, "max", all->n ? (double)all->most : none);
}

void figures_answer_times(struct request *rq, struct json_object *into, const struct figures_of *of,
			  enum figures_span span)
{
	const struct spent spent = read_times(rq, of, span);

	answer_stats(into, spent.all);
}

/* GET analytics/histograms/verification-time/. */
int histogram_time(struct request *rq)
{
	struct json_object *bins, *values, *labels;
	enum figures_span span;
	struct figures f;
	struct spent spent;

	if (!figures_read(rq, 30, &f))
		return ANSWERED;
	span = strcmp(field_text(rq, "of"), "manual") != 0 ? SPAN_SELF : SPAN_MANUAL;
	if (!db_snapshot_begin(rq->db))
		return ANSWERED;
	spent = read_times(rq, &f.of, span);
	answer_text(rq->data, "histogram_type", "verification_time");
	bins = answer_array(rq->data, "bins");
	values = answer_array(rq->data, "values");
	labels = answer_array(rq->data, "labels");
	for (int i = 0; i < EDGES[span].n; i++) {
		json_object_array_add(bins, json_object_new_int64(EDGES[span].at[i] / MS_SECOND));
		json_object_array_add(values, json_object_new_int64(spent.of[i]));
		json_object_array_add(labels, json_object_new_string(EDGES[span].labels[i]));
	}
	answer_int(rq->data, "total_samples", (int64_t)spent.all->n);
	answer_null(rq->data, "peak_hour");
	answer_stats(answer_object(rq->data, "stats"), spent.all);
	db_snapshot_end(rq->db);
	figures_metadata(rq, &f);
	return ANSWERED;
}
