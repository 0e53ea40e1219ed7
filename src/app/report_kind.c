/* The kinds of reports. To add one: its row here, and what gathers and draws it. */
#include "app/report.h"
#include <assert.h>
#include <string.h>

static const struct kind {
	const char *name;
	void (*gather)(const struct report_wish *wish, struct report *report);
	void (*draw)(const struct report_wish *wish, const struct report *report, struct drawing *out);
	int64_t at_once, most; /* rows; most 0: any */
} KINDS[] = {
	{ "attendance", report_list_gather, report_list_draw, REPORT_AT_ONCE, 0 },
	{ "official-format", report_official_gather, report_official_draw, REPORT_AT_ONCE, 0 },
	{ "export-with-photos", report_list_gather, report_photos_draw, REPORT_PHOTOS_AT_ONCE, REPORT_PHOTOS_MOST },
	{ "export", report_list_gather, report_export_draw, REPORT_PHOTOS_AT_ONCE, REPORT_PHOTOS_MOST },
	{ "lms", report_lms_gather, report_lms_draw, REPORT_AT_ONCE, 0 },
	{ "lti", report_lti_gather, report_lti_draw, 0, 0 },
	{ "individual", report_person_gather, report_person_draw, REPORT_AT_ONCE, 0 },
};

static const struct kind *kind_of(const struct report *r)
{
	const struct kind *kind = KINDS, *end = KINDS + sizeof KINDS / sizeof *KINDS;

	while (kind < end && strcmp(kind->name, r->kind) != 0)
		kind++;
	assert(kind < end);
	return kind;
}

void report_gather(const struct report_wish *wish, struct report *r)
{
	kind_of(r)->gather(wish, r);
}

void report_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	kind_of(r)->draw(wish, r, out);
}

int64_t report_at_once(const struct report *r)
{
	return kind_of(r)->at_once;
}

int64_t report_most(const struct report *r)
{
	return kind_of(r)->most;
}

struct json_object *report_noted(const struct report *r)
{
	struct json_object *noted = json_object_new_object();

	answer_text(noted, "report", r->kind);
	answer_text(noted, "format", r->format);
	answer_add(noted, "filter", json_object_get(r->asked));
	answer_int(noted, "rows", r->rows);
	return noted;
}
