/* Records of attendance as a file: all that a filter finds, in the columns that they are listed by. */
#include "app/report.h"

void report_list_gather(const struct report_wish *wish, struct report *r)
{
	bool estimated = false;
	struct row_list *list;

	/* On paper they are read by name. */
	r->filter.order = *r->format == 'p' ? attendance_order(wish->mem, "-start_datetime,full_name") : NULL;
	r->filter.exact = *r->format == 'p' ? REPORT_ON_PAPER + 1 : 0;
	list = attendance_list(wish->db, &r->eye, &r->filter);
	r->rows = list->count(list, &estimated);
}

static const struct fact *facts_of(const struct report_wish *wish, const struct report *r, size_t *n)
{
	struct fact *facts = talloc_array(wish->mem, struct fact, 3);

	facts[0] = (struct fact){ tongue_says(wish->tongue, "Days"), report_days(wish, r) };
	facts[1] = (struct fact){ tongue_says(wish->tongue, "Times of"), r->zone };
	facts[2] = (struct fact){ tongue_says(wish->tongue, "Records"),
				  talloc_asprintf(wish->mem, "%lld", (long long)r->rows) };
	*n = 3;
	return facts;
}

/* On paper they stand in the order in which one reads them; a table is read by a program, which sorts it as it likes. */
void report_list_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);
	struct register_section *section;
	struct register_paper *paper;
	const struct register_column columns[] = {
		{ "event.title", tongue_says(wish->tongue, "Event"), CELL_TEXT, 0.19 },
		{ "event.start_datetime", tongue_says(wish->tongue, "Start"), CELL_TIME, 0.13 },
		{ "student.student_id", tongue_says(wish->tongue, "Number"), CELL_TEXT, 0.11 },
		{ "student.full_name", tongue_says(wish->tongue, "Name"), CELL_TEXT, 0.17 },
		{ "student.department", tongue_says(wish->tongue, "Department"), CELL_TEXT, 0.12 },
		{ "submitted_at", tongue_says(wish->tongue, "Recorded"), CELL_TIME, 0.13 },
		{ "status", tongue_says(wish->tongue, "Status"), CELL_WORD, 0.07 },
		{ "verification_status", tongue_says(wish->tongue, "Verification"), CELL_WORD, 0.08 },
	};

	if (*r->format != 'p') {
		report_sheet(wish, r, list->source(list), NULL, 0, NULL, 0, out);
		return;
	}
	section = talloc_zero(wish->mem, struct register_section);
	section->title = tongue_says(wish->tongue, "Records of attendance");
	section->facts = facts_of(wish, r, &section->n_facts);
	section->n_rows = (size_t)r->rows;
	section->rows = report_in_order(list);
	paper = talloc_zero(wish->mem, struct register_paper);
	paper->columns = talloc_memdup(wish->mem, columns, sizeof columns);
	paper->n_columns = sizeof columns / sizeof *columns;
	paper->high = 17;
	paper->sections = section;
	paper->n = 1;
	report_pages_drawn(wish, r, paper, out);
}
