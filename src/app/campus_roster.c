/* Who is expected at an event. An audience of rules says it, and a roster that is handed in is one too, of people: so what was fixed when
 * the event opened, and what is worked out before that, have one source. */
#include "app/actions/campus.h"
#include "app/campus_event.h"
#include "app/csv_file.h"
#include <string.h>

enum { ROSTER_MOST = 5000, ROSTER_AGAIN = 20 };

static const struct field A_MEMBER[] = {
	{ .name = "", .type = F_ID, .help = "A user's id" },
	FIELDS_END,
};
const struct field CAMPUS_ROSTER_SET[] = {
	{ "members", F_LIST, .max = ROSTER_MOST, .of = A_MEMBER, .help = "Users: nobody else is expected" },
	{ "file", F_FILE, .max = CSV_FILE_BYTES, .table = true,
	  .help = "Or a CSV or XLSX file with a column student_id or email" },
	FIELDS_END,
};
const struct field CAMPUS_ROSTER[] = {
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },
	{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field CAMPUS_EXPECTED[] = {
	{ "user_id", F_ID, .help = "The account" },
	{ "student_id", F_TEXT, .null = true, .help = "Number of a student, or of staff" },
	{ "full_name", F_TEXT, .help = "Who it is" },
	{ "email", F_EMAIL, .null = true, .sometimes = true, .help = "E-mail; not for organizers" },
	{ "department", F_TEXT, .null = true, .sometimes = true, .help = "Its name; not for organizers" },
	{ "department_id", F_ID, .null = true, .sometimes = true, .help = "The department; not for organizers" },
	{ "year_level", F_INT, .null = true, .sometimes = true, .help = "Year; not for organizers" },
	{ "state", F_CHOICE, .choices = "expected,excused", .help = "Must they come" },
	FIELDS_NAMED("campus_expected"),
};
const struct field CAMPUS_ROSTER_MADE[] = {
	{ "event_id", F_UUID, .help = "The event" },
	{ "expected", F_INT, .help = "How many are on it" },
	FIELDS_END,
};

/* Who may change an event sees who is expected there. */
static bool roster_is_own(const struct request *rq, const struct row *event)
{
	return rq->who.role & (HR | CAMPUS_ADMIN) || row_int(event, "organizer") == rq->who.account_id;
}

static const struct row *event_of_roster(struct request *rq)
{
	const struct row *row = event_or_404(rq, false);

	if (!row || roster_is_own(rq, row))
		return row;
	refuse(rq, 403, "FORBIDDEN", "This event's roster is somebody else's.");
	return NULL;
}

/* A form that is shown again has no pages: its first is enough. */
static int answer_roster(struct request *rq, const struct row *event, int64_t number)
{
	struct row_list *list =
		roster_list(rq->db, number, !row_null(event, "roster_at"), !(rq->who.role & (HR | CAMPUS_ADMIN)));
	bool estimated = false;

	if (list_paged(rq))
		return answer_whole_list(rq, "roster", list);
	answer_list(rq, list->page(list, 1, ROSTER_AGAIN), list->count(list, &estimated), estimated);
	return ANSWERED;
}

/* GET events/:id/roster/. */
int campus_roster(struct request *rq)
{
	const struct row *event = event_of_roster(rq);

	return event ? answer_roster(rq, event, row_int(event, "number")) : ANSWERED;
}

/* GET /campus/events/:id/roster: of an event of somebody else nobody is told. */
int campus_roster_show(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);

	return event ? answer_roster(rq, event, roster_is_own(rq, event) ? row_int(event, "number") : 0) : ANSWERED;
}

/* Of which event, and may the reader change who is expected there? */
int campus_roster_beside(struct request *rq)
{
	const struct row *event = event_or_404(rq, false);

	if (!event)
		return ANSWERED;
	answer_text(rq->beside, "title", row_text(event, "title"));
	answer_text(rq->beside, "id", path_text(rq, "id"));
	answer_bool(rq->beside, "own", roster_is_own(rq, event));
	return ANSWERED;
}

/* The people who were named, each of whom must be one whom it can expect. */
static size_t members_named(struct request *rq, const struct row *event, struct audience_rule rules[ROSTER_MOST])
{
	struct json_object *list = field_tree(rq, "members");
	const size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		rules[i] =
			(struct audience_rule){ "member", json_object_get_int64(json_object_array_get_idx(list, i)) };
		if (!audience_fits(rq->db, row_int(event, "campus"), &rules[i]))
			field_fault(rq, talloc_asprintf(rq->mem, "members.%zu", i), "There is no such member.");
	}
	return n;
}

/* The same by what a file calls them. */
static size_t members_in_file(struct request *rq, const struct row *event, struct audience_rule rules[ROSTER_MOST])
{
	struct json_object *rows = table_of_file(rq, "file", ROSTER_MOST);
	const size_t n = rows ? json_object_array_length(rows) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		const char *name =
			tree_text(row, "student_id") ? tree_text(row, "student_id") : tree_text(row, "email");
		const int64_t id = name ? roster_member(rq->db, row_int(event, "campus"), name) : 0;

		rules[i] = (struct audience_rule){ "member", id };
		if (!id)
			field_fault(rq, talloc_asprintf(rq->mem, "file.%zu", i), "There is no such member.");
	}
	json_object_put(rows);
	return n;
}

static size_t members_of(struct request *rq, const struct row *event, struct audience_rule rules[ROSTER_MOST])
{
	if ((field_tree(rq, "members") != NULL) == (field_file(rq, "file") != NULL)) {
		field_fault(rq, "members", "Send members, or a file.");
		return 0;
	}
	return field_tree(rq, "members") ? members_named(rq, event, rules) : members_in_file(rq, event, rules);
}

/* PUT events/:id/roster/. */
int campus_roster_set(struct request *rq)
{
	const struct row *event = event_own(rq);
	struct audience_rule *rules = talloc_array(rq->mem, struct audience_rule, ROSTER_MOST);
	struct json_object *is = json_object_new_object();
	int64_t id;
	size_t n;

	if (!event)
		return ANSWERED;
	id = row_int(event, "number");
	n = members_of(rq, event, rules);
	if (has_faults(rq))
		return refuse_fields(rq);
	audience_set(rq->db, id, rules, n);
	roster_loosen(rq->db, id);
	if (row_time(event, "opens_at") <= rq->now)
		roster_fix(rq->db, id, rq->now);
	answer_text(rq->data, "event_id", path_text(rq, "id"));
	answer_int(rq->data, "expected", roster_size(rq->db, id, row_time(event, "opens_at") <= rq->now));
	answer_int(is, "members", (int64_t)n);
	audit_change(rq, "roster", "campus_event", id, NULL, is);
	return ANSWERED;
}
