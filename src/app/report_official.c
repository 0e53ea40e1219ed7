/* The register of an event as an institution files it: what it was, who was expected or came, by name, their sums, and lines to sign; of
 * several events each on pages of its own. A code stands on it by which anybody can ask whether it was issued, and whether it is the same
 * still (app/report_verify.c). */
#include "app/campus_event.h"
#include "app/report.h"
#include "outside/files.h"
#include "rules/price.h"

/* ---- which events ---- */

/* One that the path named, or those of the days. */
static const struct rows *events_of(const struct report_wish *wish, const struct report *r)
{
	const struct campus_eye eye = campus_eye_in(wish->db, wish->role, wish->account_id);
	struct campus_event_filter filter = { .from = r->filter.from,
					      .to = r->filter.to,
					      .series = r->filter.series,
					      .uuid = r->filter.event,
					      .campus_id = r->filter.campus_id,
					      .order = campus_event_order(wish->mem, "start_datetime"),
					      .now = wish->now };
	struct row_list *list = campus_event_list(wish->db, &eye, &filter);

	return list->page(list, 1, REPORT_EVENTS + 1);
}

void report_official_gather(const struct report_wish *wish, struct report *r)
{
	r->events = events_of(wish, r);
	r->sums = talloc_zero_array(wish->mem, const struct row *, (unsigned)r->events->n + 1);
	r->rows = 0;
	r->n_events = 0;
	for (size_t i = 0; i < r->events->n; i++) {
		struct row event = row_at(r->events, i);
		const int64_t id = row_int(&event, "number");

		r->sums[i] =
			attendance_register_sums(wish->db, &r->eye, id, report_roster_fixed(wish->db, id), &r->filter);
		/* Of days, an event of which one sees nobody has no register. */
		if (r->sums[i] && !r->filter.event && !row_int(r->sums[i], "people"))
			r->sums[i] = NULL;
		if (!r->sums[i])
			continue;
		r->n_events++;
		r->rows += row_int(r->sums[i], "people");
	}
}

/* ---- what stands around the rows ---- */

static const char *said(const struct report_wish *wish, const char *english)
{
	return tongue_says(wish->tongue, english);
}

static const char *moment(const struct report_wish *wish, const struct row *event, const char *name)
{
	return tongue_moment(wish->tongue, wish->mem, row_time(event, name), row_text(event, "time_zone"));
}

enum { FACTS = 6, SUMS = 8 };

static void facts_of(const struct report_wish *wish, const struct row *event, struct fact facts[FACTS])
{
	facts[0] = (struct fact){ said(wish, SAID("Campus")), row_text(event, "campus_name") };
	facts[1] = (struct fact){ said(wish, SAID("Place")), row_text(event, "location") };
	facts[2] = (struct fact){ said(wish, SAID("Organizer")), row_text(event, "organizer_name") };
	facts[3] = (struct fact){ said(wish, SAID("Start")), moment(wish, event, "start_datetime") };
	facts[4] = (struct fact){ said(wish, SAID("End")), moment(wish, event, "end_datetime") };
	facts[5] = (struct fact){ said(wish, SAID("Course")), row_text(event, "series") };
}

static const struct {
	const char *name, *label;
} SUM_OF[SUMS] = {
	{ "people", SAID("People") },	  { "present", SAID("Present") },   { "late", SAID("Late") },
	{ "absent", SAID("Absent") },	  { "excused", SAID("Excused") },   { "missing", SAID("Not recorded") },
	{ "verified", SAID("Verified") }, { "rejected", SAID("Rejected") },
};

static void sums_of(const struct report_wish *wish, const struct row *sums, struct fact out[SUMS])
{
	for (int i = 0; i < SUMS; i++)
		out[i] = (struct fact){ said(wish, SUM_OF[i].label), report_number(wish, sums, SUM_OF[i].name) };
}

static struct row_source *rows_of(const struct report_wish *wish, const struct report *r, int64_t event_id)
{
	return report_in_order(
		attendance_register(wish->db, &r->eye, event_id, report_roster_fixed(wish->db, event_id), &r->filter));
}

/* ---- it is issued ---- */

struct issuing {
	struct db *db;
	struct report_issue issue;
	ms_t now;
};

static bool issued(void *with, int fd)
{
	struct issuing *i = with;
	char digest[FILE_NAME_SIZE];

	if (fd <= 0 || !file_digest(fd, digest))
		return false;
	i->issue.sha256 = digest;
	return report_issue(i->db, &i->issue, i->now);
}

static const char *title_of(const struct report_wish *wish, const struct report *r)
{
	for (size_t i = 0; r->n_events == 1 && i < r->events->n; i++) {
		struct row event = row_at(r->events, i);

		if (r->sums[i])
			return talloc_asprintf(wish->mem, "%s, %s", row_text(&event, "title"),
					       moment(wish, &event, "start_datetime"));
	}
	return report_days(wish, r);
}

/* Whose events they are; 0: of several campuses, or none. */
static int64_t campus_of(const struct report *r)
{
	int64_t id = 0;

	for (size_t i = 0; i < r->events->n; i++) {
		struct row event = row_at(r->events, i);

		if (r->sums[i] && id && id != row_int(&event, "campus"))
			return 0;
		if (r->sums[i])
			id = row_int(&event, "campus");
	}
	return id;
}

static const char *begin_issue(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct issuing *i = talloc_zero(wish->mem, struct issuing);
	char *code = talloc_size(i, REPORT_CODE_SIZE);

	reference_make(code, REPORT_CODE_SIZE - 1);
	i->db = wish->db;
	i->now = wish->now;
	i->issue = (struct report_issue){ .code = code,
					  .format = r->format,
					  .title = title_of(wish, r),
					  .account_id = wish->account_id,
					  .campus_id = campus_of(r),
					  .rows = r->rows };
	out->finished = issued;
	out->with = i;
	return code;
}

static const char *url_of(const struct report_wish *wish, const char *code)
{
	return talloc_asprintf(wish->mem, "%s/campus/verify/%s", wish->config->base_url, code);
}

/* ---- on paper ---- */

/* What a pen drew is drawn anew; else the small picture of it. */
static void signature(void *with, TALLOC_CTX *mem, const struct row *row, const char *name,
		      struct register_picture *out)
{
	(void)name;
	report_picture(with, mem, row_int(row, "number"), "signature", false, out);
}

static const struct register_column *columns_of(const struct report_wish *wish, const struct report *r, size_t *n)
{
	const struct register_column columns[] = {
		{ "no", said(wish, SAID("No.")), CELL_NUMBER, 0.05 },
		{ "student_id", said(wish, SAID("Number")), CELL_TEXT, r->blank ? 0.15 : 0.12 },
		{ "full_name", said(wish, SAID("Name")), CELL_TEXT, r->blank ? 0.28 : 0.2 },
		{ "department", said(wish, SAID("Department")), CELL_TEXT, r->blank ? 0.2 : 0.13 },
		{ "year_level", said(wish, SAID("Year")), CELL_NUMBER, 0.05 },
		{ "submitted_at", said(wish, SAID("Recorded")), CELL_TIME, 0.13 },
		{ "status", said(wish, SAID("Status")), CELL_WORD, 0.08 },
		{ "verification_status", said(wish, SAID("Verification")), CELL_WORD, 0.09 },
		{ "signature", said(wish, SAID("Signature")), r->blank ? CELL_EMPTY : CELL_PICTURE,
		  r->blank ? 0.27 : 0.15 },
	};
	struct register_column *out = talloc_memdup(wish->mem, columns, sizeof columns);

	*n = sizeof columns / sizeof *columns;
	if (r->blank) { /* nobody has signed it, so nothing of it is known */
		out[5] = out[8];
		*n = 6;
	}
	return out;
}

static void section_of(const struct report_wish *wish, const struct report *r, size_t i, struct register_section *out)
{
	struct row event = row_at(r->events, i);
	struct fact *facts = talloc_array(wish->mem, struct fact, FACTS + SUMS);

	facts_of(wish, &event, facts);
	sums_of(wish, r->sums[i], facts + FACTS);
	*out = (struct register_section){ .title = row_text(&event, "title"),
					  .facts = facts,
					  .n_facts = row_null(&event, "series") ? FACTS - 1 : FACTS,
					  .sums = facts + FACTS,
					  .n_sums = r->blank ? 1 : SUMS,
					  .n_rows = (size_t)row_int(r->sums[i], "people"),
					  .rows = rows_of(wish, r, row_int(&event, "number")) };
	report_logo(wish, row_int(&event, "campus"), &out->logo);
}

static void draw_pages(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct register_section *sections =
		talloc_zero_array(wish->mem, struct register_section, (unsigned)r->n_events + 1);
	struct register_paper *paper = talloc_zero(wish->mem, struct register_paper);
	const char **signers = talloc_zero_array(wish->mem, const char *, 3);

	signers[0] = said(wish, SAID("Signature of who held it"));
	signers[1] = said(wish, SAID("Place and date"));
	for (size_t i = 0; i < r->events->n; i++)
		if (r->sums[i])
			section_of(wish, r, i, &sections[paper->n++]);
	if (!paper->n)
		sections[paper->n++] =
			(struct register_section){ .title = report_days(wish, r), .rows = rows_of(wish, r, 0) };
	paper->columns = columns_of(wish, r, &paper->n_columns);
	paper->high = r->blank ? 26 : 21;
	paper->sections = sections;
	paper->signers = signers;
	paper->picture = signature;
	paper->with = talloc_memdup(wish->mem, wish, sizeof *wish);
	report_pages_drawn(wish, r, paper, out);
	paper->code = begin_issue(wish, r, out);
	paper->url = url_of(wish, paper->code);
}

/* ---- as a table ---- */

enum { LINES = FACTS + 4 };

static size_t head_lines(const struct report_wish *wish, const struct report *r, struct fact lines[LINES])
{
	size_t n = 0;

	for (size_t i = 0; r->n_events == 1 && i < r->events->n; i++) {
		struct row event = row_at(r->events, i);

		if (!r->sums[i])
			continue;
		lines[0] = (struct fact){ said(wish, SAID("Event")), row_text(&event, "title") };
		facts_of(wish, &event, lines + 1);
		n = 1 + FACTS;
	}
	if (!n)
		lines[n++] = (struct fact){ said(wish, SAID("Days")), report_days(wish, r) };
	return n;
}

static void foot_lines(const struct report_wish *wish, const struct report *r, struct fact lines[SUMS])
{
	for (int k = 0; k < SUMS; k++) {
		int64_t sum = 0;

		for (size_t i = 0; i < r->events->n; i++)
			sum += r->sums[i] ? row_int(r->sums[i], SUM_OF[k].name) : 0;
		lines[k] = (struct fact){ said(wish, SUM_OF[k].label),
					  talloc_asprintf(wish->mem, "%lld", (long long)sum) };
	}
}

static void draw_table(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct row_source **sources = talloc_array(wish->mem, struct row_source *, (unsigned)r->n_events + 1);
	struct fact *lines = talloc_array(wish->mem, struct fact, LINES + SUMS);
	size_t n = 0, n_head = head_lines(wish, r, lines);
	struct drawing issue = { .kind = DRAW_NOTHING };
	const char *code = begin_issue(wish, r, &issue);

	lines[n_head++] = (struct fact){ said(wish, SAID("Code")), code };
	lines[n_head++] = (struct fact){ said(wish, SAID("To be checked at")), url_of(wish, code) };
	foot_lines(wish, r, lines + LINES);
	for (size_t i = 0; i < r->events->n; i++) {
		struct row event = row_at(r->events, i);

		if (r->sums[i])
			sources[n++] = rows_of(wish, r, row_int(&event, "number"));
	}
	if (!n) /* the columns alone */
		sources[n++] = rows_of(wish, r, 0);
	report_sheet(wish, r, report_joined(wish->db, sources, n), lines, n_head, lines + LINES, SUMS, out);
	out->finished = issue.finished;
	out->with = issue.with;
}

void report_official_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	if (*r->format == 'p')
		draw_pages(wish, r, out);
	else
		draw_table(wish, r, out);
}
