/* How long attendance takes people: from the code on the wall to the submission, and from there to the decision of somebody of staff.
 * The middle and the tails are exact, by the times at their ranks: nothing is read but the bins and these. */
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

struct edges {
	const char *labels[FIGURES_EDGES];
	ms_t at[FIGURES_EDGES]; /* those beyond n are never reached */
	int n;
};

#define NEVER INT64_MAX
static const struct edges EDGES[] = {
	[SPAN_SELF] = { { "0 s", "15 s", "30 s", "45 s", "60 s", "90 s", "2 min", "3 min", "5 min", "10 min" },
			{ 0, 15 * MS_SECOND, 30 * MS_SECOND, 45 * MS_SECOND, 60 * MS_SECOND, 90 * MS_SECOND,
			  120 * MS_SECOND, 180 * MS_SECOND, 300 * MS_SECOND, 600 * MS_SECOND },
			10 },
	[SPAN_MANUAL] = { { "0", "5 min", "15 min", "1 h", "4 h", "1 d", "3 d", "7 d" },
			  { 0, 5 * MS_MINUTE, 15 * MS_MINUTE, MS_HOUR, 4 * MS_HOUR, MS_DAY, 3 * MS_DAY, 7 * MS_DAY,
			    NEVER, NEVER },
			  8 },
};

struct spent {
	int64_t n, of[FIGURES_EDGES];
	ms_t sum, least, most;
};

static struct spent read_times(struct request *rq, const struct figures_of *of, enum figures_span span)
{
	const struct rows *rows = figures_times(rq->db, of, span, EDGES[span].at);
	struct spent spent = { .least = INT64_MAX };

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		const int64_t bin = row_int(&row, "bin") - 1, n = row_int(&row, "n");
		const ms_t least = row_int(&row, "least"), most = row_int(&row, "most");

		if (bin < 0)
			continue;
		spent.of[bin] = n;
		spent.n += n;
		spent.sum += row_int(&row, "ms");
		spent.least = least < spent.least ? least : spent.least;
		spent.most = most > spent.most ? most : spent.most;
	}
	return spent;
}

/* ---- stats ---- */

static double at_rank(const struct rows *rows, int64_t rank)
{
	struct row row;

	return row_with_id(rows, "place", rank, &row) ? (double)row_int(&row, "ms") : (double)NAN;
}

static void answer_seconds(struct json_object *into, const char *key, double ms)
{
	answer_add(into, key, answer_real(round(ms) / 1000));
}

static void answer_stats(struct request *rq, struct json_object *into, const struct figures_of *of,
			 enum figures_span span, const struct spent *spent)
{
	static const struct {
		const char *key;
		double p;
	} AT[] = { { "median", 0.5 }, { "p90", 0.9 }, { "p95", 0.95 } };
	struct quantile_place places[3];
	int64_t ranks[FIGURES_RANKS];
	const struct rows *rows = NULL;

	for (size_t i = 0; i < 3; i++) {
		places[i] = statistics_quantile_place((size_t)spent->n, AT[i].p);
		ranks[2 * i] = (int64_t)places[i].below + 1;
		ranks[2 * i + 1] = ranks[2 * i] + 1;
	}
	if (spent->n)
		rows = figures_time_ranks(rq->db, of, span, ranks);
	answer_int(into, "n", spent->n);
	answer_seconds(into, "mean", spent->n ? (double)spent->sum / (double)spent->n : (double)NAN);
	for (size_t i = 0; i < 3; i++) {
		const double low = rows ? at_rank(rows, ranks[2 * i]) : (double)NAN;
		const double high = places[i].part > 0 ? at_rank(rows, ranks[2 * i + 1]) : low;

		answer_seconds(into, AT[i].key, low + places[i].part * (high - low));
	}
	answer_seconds(into, "min", spent->n ? (double)spent->least : (double)NAN);
	answer_seconds(into, "max", spent->n ? (double)spent->most : (double)NAN);
}

void figures_answer_times(struct request *rq, struct json_object *into, const struct figures_of *of,
			  enum figures_span span)
{
	const struct spent spent = read_times(rq, of, span);

	answer_stats(rq, into, of, span, &spent);
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
	answer_int(rq->data, "total_samples", spent.n);
	answer_null(rq->data, "peak_hour");
	answer_stats(rq, answer_object(rq->data, "stats"), &f.of, span, &spent);
	db_snapshot_end(rq->db);
	figures_metadata(rq, &f);
	return ANSWERED;
}
