/* Points as scores for a campus's platform for learning: what is to be sent (jobs/scores.c does), and what became of each. */
#include "app/report.h"
#include "store/lti.h"

/* ---- sending ---- */

bool report_lti_spread(const struct report_wish *wish, const struct report *r, int64_t number)
{
	struct row_list *list = report_points(wish, r);
	struct row_source *source = list->source(list);
	const char *maximum = report_points_possible(wish, r);
	const struct rows *rows;

	while ((rows = source->next(source)))
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);
			const struct cell *points = row_cell(&row, "points");

			if (!points->null &&
			    !lti_score_add(wish->db, number, row_int(&row, "number"),
					   talloc_asprintf(wish->mem, "%.3f", points->d), maximum, wish->now))
				return false;
		}
	talloc_free(list);
	return db_error(wish->db) == DB_OK;
}

/* ---- what became of it ---- */

void report_lti_gather(const struct report_wish *wish, struct report *r)
{
	if (r->number)
		r->rows = lti_results_count(wish->db, r->number);
	else
		report_lms_gather(wish, r);
}

void report_lti_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	report_sheet(wish, r, lti_results(wish->mem, wish->db, r->number), NULL, 0, NULL, 0, out);
	out->name = "scores";
}
