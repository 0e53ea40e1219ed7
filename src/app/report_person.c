/* How one person stands: what they were expected at and where they came, by course, and what is possible still; and their records as a
 * file. */
#include "app/campus_figures.h"
#include "app/report.h"
#include <math.h>

enum sum { EXPECTED, ATTENDED, PRESENT, LATE, ABSENT, EXCUSED, VERIFIED, PENDING, REJECTED, REMAINING, SUMS };

static const struct {
	const char *name, *label;
} SUM_OF[SUMS] = {
	{ "expected", SAID("Expected") }, { "attended", SAID("Attended") },   { "present", SAID("Present") },
	{ "late", SAID("Late") },	  { "absent", SAID("Absent") },	      { "excused", SAID("Excused") },
	{ "verified", SAID("Verified") }, { "pending", SAID("Not decided") }, { "rejected", SAID("Rejected") },
	{ "remaining", SAID("To come") },
};

void report_person_gather(const struct report_wish *wish, struct report *r)
{
	r->person = report_person(wish->db, &r->eye, r->filter.user_id);
	report_list_gather(wish, r);
}

/* ---- sums ---- */

static void add_sums(const struct row *row, int64_t sums[SUMS])
{
	for (int i = 0; i < SUMS; i++)
		sums[i] += row_int(row, SUM_OF[i].name);
}

/* Who comes to all that is still to come. */
static double best_rate(const int64_t sums[SUMS])
{
	return figures_rate(sums[ATTENDED] + sums[REMAINING], sums[EXPECTED] + sums[REMAINING]);
}

static void answer_sums(struct json_object *into, const int64_t sums[SUMS])
{
	for (int i = 0; i < SUMS; i++)
		answer_int(into, SUM_OF[i].name, sums[i]);
	answer_add(into, "attendance_rate", answer_real(figures_rate(sums[ATTENDED], sums[EXPECTED])));
	answer_add(into, "best_possible_rate", answer_real(best_rate(sums)));
}

static const struct rows *read_sums(const struct report_wish *wish, const struct report *r, int64_t all[SUMS])
{
	const struct rows *rows = report_person_sums(wish->db, &r->eye, r->filter.user_id, &r->filter, wish->now);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		add_sums(&row, all);
	}
	return rows;
}

void report_person_answer(const struct report_wish *wish, const struct report *r, struct json_object *into)
{
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);
	struct json_object *series;
	int64_t all[SUMS] = { 0 };
	const struct rows *rows = read_sums(wish, r, all);

	answer_row(answer_object(into, "user"), r->person);
	answer_sums(answer_object(into, "summary"), all);
	series = answer_array(into, "by_series");
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *one = answer_item(series);
		int64_t sums[SUMS] = { 0 };

		answer_text(one, "series", row_null(&row, "series") ? NULL : row_text(&row, "series"));
		add_sums(&row, sums);
		answer_sums(one, sums);
	}
	answer_rows(into, "records", list->page(list, 1, REPORT_AT_ONCE));
	answer_int(into, "records_total", r->rows);
	answer_time(into, "generated_at", wish->now);
}

void report_own_sums(const struct report_wish *wish, const char *from, const char *to, struct json_object *into)
{
	const struct report own = {
		.eye = { RECORDS_OWN, wish->account_id, 0 },
		.filter = { .user_id = wish->account_id, .from = from, .to = to },
	};
	int64_t all[SUMS] = { 0 };

	read_sums(wish, &own, all);
	answer_sums(into, all);
}

/* ---- as a file ---- */

static const char *per_cent(const struct report_wish *wish, double rate)
{
	return isnan(rate) ? "" : talloc_asprintf(wish->mem, "%.2f %%", rate);
}

enum { FACTS = 5, FOOT = SUMS + 2 };

static void facts_of(const struct report_wish *wish, const struct report *r, struct fact facts[FACTS])
{
	const struct row *p = r->person; /* NULL: they went out of scope since it was asked for */

	facts[0] = (struct fact){ tongue_says(wish->tongue, "Name"), p ? row_text(p, "full_name") : "" };
	facts[1] = (struct fact){ tongue_says(wish->tongue, "Number"), p ? row_text(p, "student_id") : "" };
	facts[2] = (struct fact){ tongue_says(wish->tongue, "Department"), p ? row_text(p, "department") : "" };
	facts[3] = (struct fact){ tongue_says(wish->tongue, "Days"), report_days(wish, r) };
	facts[4] = (struct fact){ tongue_says(wish->tongue, "Times of"), r->zone };
}

static void foot_of(const struct report_wish *wish, const struct report *r, struct fact foot[FOOT])
{
	int64_t all[SUMS] = { 0 };

	read_sums(wish, r, all);
	for (int i = 0; i < SUMS; i++)
		foot[i] = (struct fact){ tongue_says(wish->tongue, SUM_OF[i].label),
					 talloc_asprintf(wish->mem, "%lld", (long long)all[i]) };
	foot[SUMS] = (struct fact){ tongue_says(wish->tongue, "Attendance"),
				    per_cent(wish, figures_rate(all[ATTENDED], all[EXPECTED])) };
	foot[SUMS + 1] = (struct fact){ tongue_says(wish->tongue, "Best possible"), per_cent(wish, best_rate(all)) };
}

static void draw_pages(const struct report_wish *wish, const struct report *r, const struct fact facts[FACTS],
		       const struct fact foot[FOOT], struct drawing *out)
{
	struct register_section *section = talloc_zero(wish->mem, struct register_section);
	struct register_paper *paper = talloc_zero(wish->mem, struct register_paper);
	const struct register_column columns[] = {
		{ "event.title", tongue_says(wish->tongue, "Event"), CELL_TEXT, 0.42 },
		{ "event.start_datetime", tongue_says(wish->tongue, "Start"), CELL_TIME, 0.17 },
		{ "submitted_at", tongue_says(wish->tongue, "Recorded"), CELL_TIME, 0.17 },
		{ "status", tongue_says(wish->tongue, "Status"), CELL_WORD, 0.12 },
		{ "verification_status", tongue_says(wish->tongue, "Verification"), CELL_WORD, 0.12 },
	};

	*section = (struct register_section){
		.title = tongue_says(wish->tongue, "Attendance of a person"),
		.facts = facts,
		.sums = foot,
		.n_facts = FACTS,
		.n_sums = FOOT,
		.n_rows = (size_t)r->rows,
		.rows = report_in_order(attendance_list(wish->db, &r->eye, &r->filter)),
	};
	paper->columns = talloc_memdup(wish->mem, columns, sizeof columns);
	paper->n_columns = sizeof columns / sizeof *columns;
	paper->high = 17;
	paper->sections = section;
	paper->n = 1;
	report_pages_drawn(wish, r, paper, out);
}

void report_person_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct fact *facts = talloc_array(wish->mem, struct fact, FACTS + FOOT);
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);

	facts_of(wish, r, facts);
	foot_of(wish, r, facts + FACTS);
	if (*r->format == 'p') {
		draw_pages(wish, r, facts, facts + FACTS, out);
		return;
	}
	report_sheet(wish, r, list->source(list), facts, FACTS, facts + FACTS, FOOT, out);
}
