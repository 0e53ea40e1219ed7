/* Points for attendance, as programs for learning read them: Moodle's import of grades, and Canvas's gradebook. */
#include "app/report.h"
#include <stdio.h>
#include <string.h>

enum { POINTS = 4 };

static const char *const WORDS[POINTS] = { "present", "late", "excused", "absent" };
static const char *const USUAL[POINTS] = { "1", "0.5", NULL, "0" };

/* A member that is null, or of which nothing was said where others were, is as usual. */
static void read_points(const struct report_wish *wish, const struct report *r, const char *points[POINTS])
{
	struct json_object *asked = json_object_object_get(r->asked, "points"), *one;

	for (int i = 0; i < POINTS; i++) {
		points[i] = USUAL[i];
		one = json_object_object_get(asked, WORDS[i]);
		if (one)
			points[i] = talloc_asprintf(wish->mem, "%.3f", json_object_get_double(one));
	}
}

static bool is_canvas(const struct report *r)
{
	return !strcmp(json_object_get_string(json_object_object_get(r->asked, "target")), "canvas");
}

struct row_list *report_points(const struct report_wish *wish, const struct report *r)
{
	const char *points[POINTS];

	read_points(wish, r, points);
	return attendance_points(wish->db, &r->eye, &r->filter, is_canvas(r), points);
}

void report_lms_gather(const struct report_wish *wish, struct report *r)
{
	struct row_list *list = report_points(wish, r);

	r->rows = (int64_t)list->page(list, 1, REPORT_AT_ONCE + 1)->n;
}

/* What the points are for: the event, the course, or attendance. */
static const char *item_of(const struct report_wish *wish, const struct report *r)
{
	const char *item = json_object_get_string(json_object_object_get(r->asked, "item"));

	if (item)
		return item;
	return r->filter.series ? r->filter.series : tongue_says(wish->tongue, "Attendance");
}

double report_points_each(const struct report_wish *wish, const struct report *r)
{
	const char *points[POINTS];
	double each = 0;

	read_points(wish, r, points);
	sscanf(points[0], "%lf", &each);
	return each;
}

const char *report_points_possible(const struct report_wish *wish, const struct report *r)
{
	return talloc_asprintf(wish->mem, "%.15g",
			       report_points_each(wish, r) * (double)attendance_events(wish->db, &r->eye, &r->filter));
}

void report_lms_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	const char *const moodle[] = { "Email address", "ID number", item_of(wish, r), NULL };
	const char *const canvas[] = {
		"Student", "ID", "SIS User ID", "SIS Login ID", "Section", item_of(wish, r), NULL
	};
	const char *const under[] = { "    Points Possible", "", "", "", "", report_points_possible(wish, r), NULL };
	struct row_list *list = report_points(wish, r);
	struct sheet *sheet = talloc_zero(wish->mem, struct sheet);

	sheet->rows = list->source(list);
	sheet->name = r->kind;
	sheet->dialect = wish->dialect;
	if (is_canvas(r)) {
		sheet->headings = talloc_memdup(wish->mem, canvas, sizeof canvas);
		sheet->under = talloc_memdup(wish->mem, under, sizeof under);
	} else {
		sheet->headings = talloc_memdup(wish->mem, moodle, sizeof moodle);
	}
	*out = (struct drawing){ .kind = DRAW_ROWS, .what = sheet, .name = r->kind, .form = "csv" };
}
