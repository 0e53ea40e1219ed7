/* A range of days is the local one of a campus, so that "today" is the day that its people have. What is asked for beyond one's scope is
 * not refused: nothing of it is there. */
#include "app/campus_figures.h"
#include "app/actions/campus_figures.h"
#include "rules/statistics.h"
#include "store/campus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct field FIGURES_ASK[] = { FIGURES_FIELDS, FIELDS_END };

const struct field FIGURES_METADATA[] = {
	{ "date_range", F_TEXT, .help = "Last 7 days, or its first and last day" },
	{ "date_from", F_DATE, .help = "Its first day" },
	{ "date_to", F_DATE, .help = "Its last day" },
	{ "time_zone", F_ZONE, .help = "By whose clocks there are hours and days" },
	{ "campus_filter", F_ID, .null = true, .help = "The campus that was asked for" },
	{ "generated_at", F_TIME, .help = "When this was counted" },
	FIELDS_NAMED("figures_metadata"),
};

/* ---- whose ---- */

static void read_scope(struct request *rq, struct figures_of *of, int64_t own_campus)
{
	of->account_id = rq->who.account_id;
	switch (rq->who.role) {
	case HR:
	case CAMPUS_ADMIN:
		of->sight = FIGURES_ALL;
		of->campus_id = own_campus;
		break;
	case SUPERVISOR:
		of->sight = FIGURES_THEIRS;
		break;
	case CAMPUS_ORGANIZER:
		of->sight = FIGURES_MADE;
		break;
	default:
		of->sight = FIGURES_OWN;
	}
}

void figures_scope(struct request *rq, struct figures_of *of)
{
	read_scope(rq, of, campus_of_account(rq->db, rq->who.account_id));
}

static void read_filters(struct request *rq, struct figures_of *of)
{
	const char *event = field_text(rq, "event_id");
	uint8_t *uuid = talloc_array(rq->mem, uint8_t, UUID_BYTES);

	of->campus = field_int(rq, "campus_id");
	of->department = field_int(rq, "department_id");
	of->series = field_text(rq, "series");
	of->verified_only = field_bool(rq, "verified_only");
	if (event && uuid_parse(event, uuid))
		of->event = uuid;
}

/* ---- when ---- */

static const char *zone_of(struct request *rq, const struct figures_of *of, int64_t own_campus)
{
	const int64_t id = of->campus ? of->campus : own_campus;
	const struct row *campus = id ? campus_get(rq->db, id) : NULL;

	if (of->campus && !campus)
		field_fault(rq, "campus_id", "There is no such campus.");
	if (field_given(rq, "time_zone"))
		return field_text(rq, "time_zone");
	return campus && clock_zone_known(row_text(campus, "time_zone")) ? row_text(campus, "time_zone")
									 : rq->config->time_zone;
}

static int64_t days_between(const char *from, const char *to)
{
	ms_t begins = 0, ends = 0, unused;

	clock_day(from, "UTC", &begins, &unused);
	clock_day(to, "UTC", &unused, &ends);
	return (ends - begins) / MS_DAY;
}

static void read_range(struct request *rq, int usual_days, struct figures *f)
{
	const bool dated = field_given(rq, "date_from") || field_given(rq, "date_to");
	const int64_t days = field_given(rq, "days") ? field_int(rq, "days") : usual_days;
	ms_t unused;

	if (dated && field_given(rq, "days")) {
		field_fault(rq, "days", "Ask for days, or for dates.");
		return;
	}
	if (field_given(rq, "date_to"))
		memcpy(f->to, field_text(rq, "date_to"), DATE_SIZE);
	else if (!clock_date(rq->now, f->of.zone, f->to))
		clock_date(rq->now, "UTC", f->to);
	if (field_given(rq, "date_from"))
		memcpy(f->from, field_text(rq, "date_from"), DATE_SIZE);
	else
		clock_date_add(f->to, 1 - (int)days, f->from);
	f->days = dated ? 0 : days;
	if (days_between(f->from, f->to) < 1)
		field_fault(rq, field_given(rq, "date_to") ? "date_to" : "date_from",
			    "The last day is before the first.");
	else if (days_between(f->from, f->to) > FIGURES_DAYS)
		field_fault(rq, "date_from", "Ask for 366 days at most.");
	else if (!clock_day(f->from, f->of.zone, &f->of.from, &unused) ||
		 !clock_day(f->to, f->of.zone, &unused, &f->of.to))
		field_fault(rq, "date_from", "There is no such day.");
}

/* ---- the whole ---- */

/* A group that is told among others only cannot be asked for by itself. */
static bool is_hidden(struct request *rq, const struct figures_of *of)
{
	struct row row;

	return of->department && (of->sight == FIGURES_MADE || of->sight == FIGURES_THEIRS) &&
	       !row_with_id(figures_departments(rq->db, of), "department_id", of->department, &row);
}

bool figures_read(struct request *rq, int usual_days, struct figures *out)
{
	const int64_t own_campus = campus_of_account(rq->db, rq->who.account_id);

	*out = (struct figures){ .of.now = rq->now };
	read_scope(rq, &out->of, own_campus);
	read_filters(rq, &out->of);
	out->of.zone = zone_of(rq, &out->of, own_campus);
	read_range(rq, usual_days, out);
	if (has_faults(rq))
		return refuse_fields(rq), false;
	if (is_hidden(rq, &out->of))
		out->of.to = out->of.from;
	return true;
}

void figures_before(const struct figures *f, struct figures_of *out)
{
	char first[DATE_SIZE];
	ms_t unused;

	*out = f->of;
	out->to = f->of.from;
	clock_date_add(f->from, -(int)days_between(f->from, f->to), first);
	if (!clock_day(first, f->of.zone, &out->from, &unused) || f->of.from == f->of.to)
		out->from = out->to;
}

void figures_metadata(struct request *rq, const struct figures *f)
{
	struct json_object *into = answer_object(rq->data, "metadata");

	answer_text(into, "date_range",
		    f->days == 1 ? "Last day"
		    : f->days	 ? talloc_asprintf(rq->mem, "Last %lld days", (long long)f->days)
				 : talloc_asprintf(rq->mem, "%s to %s", f->from, f->to));
	answer_text(into, "date_from", f->from);
	answer_text(into, "date_to", f->to);
	answer_text(into, "time_zone", f->of.zone);
	if (f->of.campus)
		answer_int(into, "campus_filter", f->of.campus);
	else
		answer_null(into, "campus_filter");
	answer_time(into, "generated_at", rq->now);
}

/* ---- rates ---- */

double figures_rounded(double value)
{
	return round(value * 100) / 100;
}

static int64_t at_most(int64_t attended, int64_t expected)
{
	return attended < expected ? attended : expected;
}

double figures_rate(int64_t attended, int64_t expected)
{
	return expected > 0 ? figures_rounded(100.0 * (double)at_most(attended, expected) / (double)expected)
			    : (double)NAN;
}

void figures_answer_rate(struct json_object *into, int64_t attended, int64_t expected)
{
	const struct interval ci = statistics_wilson(at_most(attended, expected), expected);

	answer_add(into, "rate", answer_real(figures_rate(attended, expected)));
	answer_add(into, "ci_low", answer_real(figures_rounded(100 * ci.low)));
	answer_add(into, "ci_high", answer_real(figures_rounded(100 * ci.high)));
}

/* ---- groups beside one another ---- */

static int by_value(const void *a, const void *b)
{
	const struct figures_group *x = a, *y = b;

	if (isnan(x->value) != isnan(y->value))
		return isnan(x->value) ? 1 : -1;
	if (!isnan(x->value) && x->value < y->value)
		return 1;
	if (!isnan(x->value) && x->value > y->value)
		return -1;
	return strcmp(x->name, y->name);
}

struct figures_group *figures_groups(TALLOC_CTX *ctx, const struct rows *rows, const char *measure)
{
	struct figures_group *all = talloc_array(ctx, struct figures_group, (unsigned)rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		struct figures_group *one = &all[i];

		one->row = row_at(rows, i);
		one->name = row_text(&one->row, "department");
		one->value = strcmp(measure, "rate") != 0
				     ? (double)row_int(&one->row, measure)
				     : figures_rate(row_int(&one->row, "rated"), row_int(&one->row, "expected"));
	}
	qsort(all, rows->n, sizeof *all, by_value);
	return all;
}
