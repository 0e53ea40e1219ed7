/* A list of people is looked at line by line when it comes, taken up, and read by jobs; who handed it in asks what became of it. hr makes
 * students by it, admins whomever. */
#include "store/campus_import.h"
#include "app/actions/campus.h"
#include "app/attendance.h"
#include "app/campus_user.h"
#include "app/csv_file.h"
#include "base/tongue.h"
#include "store/campus.h"
#include "store/report.h"

enum { LINES_MOST = 5000 };

static const struct field A_LINE[] = {
	{ "email", F_EMAIL, .required = true, .max = 254, .help = "E-mail" },
	{ "first_name", F_TEXT, .required = true, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .required = true, .max = 60, .help = "Last name" },
	{ "username", F_TEXT, .max = 60, .help = "User name" },
	{ "student_id", F_TEXT, .max = 40, .help = "Number" },
	{ "department", F_TEXT, .max = 160, .help = "Its number, code or name" },
	{ "year_level", F_INT, .min = 1, .max = 20, .help = "Year" },
	{ "role", F_CHOICE, .choices = "student,supervisor,organizer,hr,admin", .otherwise = "student",
	  .help = "Of the campus" },
	FIELDS_END,
};
const struct field CAMPUS_IMPORT[] = {
	{ "file", F_FILE, .max = CSV_FILE_BYTES, .table = true,
	  .help = "A CSV or XLSX file whose first line names the fields of members" },
	{ "members", F_LIST, .min = 1, .max = LINES_MOST, .of = A_LINE, .each = true, .help = "Or the same as a list" },
	{ "campus_id", F_ID, .help = "Their campus; left out: one's own" },
	{ "dry_run", F_BOOL, .help = "Say what would be, and change nothing" },
	FIELDS_END,
};
static const struct field LINE_ANSWER[] = {
	{ "line", F_INT, .help = "Of the file; the first is 2" },
	{ "outcome", F_CHOICE, .choices = "made,changed,same,refused", .help = "What became of it" },
	{ "user_id", F_ID, .sometimes = true, .help = "Who it is" },
	{ "errors", F_OBJECT, .sometimes = true, .help = "Why it was refused: field, and its sentences" },
	FIELDS_END,
};
const struct field CAMPUS_IMPORT_STATE[] = {
	{ "id", F_ID, .help = "Ask what became of it by this" },
	{ "status", F_CHOICE, .choices = "queued,done", .help = "Was it read" },
	{ "dry_run", F_BOOL, .help = "Does it change nothing" },
	{ "total", F_INT, .help = "Lines" },
	{ "done", F_INT, .help = "Of which were read" },
	{ "made", F_INT, .help = "New members" },
	{ "changed", F_INT, .help = "Members who are changed" },
	{ "refused", F_INT, .help = "Lines that were not taken" },
	{ "results", F_LIST, .of = LINE_ANSWER, .help = "Each line" },
	{ "status_url", F_TEXT, .help = "Where to ask again" },
	{ "created_at", F_TIME, .help = "When it came" },
	{ "done_at", F_TIME, .null = true, .help = "When it was read" },
	FIELDS_NAMED("campus_import"),
};

/* Why a line was refused is kept in English. */
static void say_why(struct request *rq, struct json_object *results)
{
	struct json_object *errors;

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		if (!json_object_object_get_ex(json_object_array_get_idx(results, i), "errors", &errors))
			continue;
		json_object_object_foreach(errors, field, sentences)
		{
			(void)field;
			for (size_t j = 0; j < json_object_array_length(sentences); j++)
				json_object_array_put_idx(
					sentences, j,
					json_object_new_string(tongue_says(
						rq->tongue,
						json_object_get_string(json_object_array_get_idx(sentences, j)))));
		}
	}
}

static int answer_import(struct request *rq, int64_t id)
{
	const struct row *row = import_get(rq->db, id, rq->who.account_id);

	if (!row)
		return refuse(rq, 404, "IMPORT_NOT_FOUND", "There is no such import.");
	answer_row(rq->data, row);
	say_why(rq, json_object_object_get(rq->data, "results"));
	answer_text(rq->data, "status_url",
		    talloc_asprintf(rq->mem, "%s/api/campus/users/import/%lld/", rq->config->base_url, (long long)id));
	return ANSWERED;
}

/* The campus that it is for: one's own, or of who has all the one that is named. */
static int64_t campus_of_import(struct request *rq)
{
	const int64_t own = campus_of_account(rq->db, rq->who.account_id);
	const int64_t id = field_given(rq, "campus_id") ? field_int(rq, "campus_id") : own;

	if (!id)
		field_fault(rq, "campus_id", "Say which campus they belong to.");
	else if ((own && own != id) || !campus_get(rq->db, id))
		field_fault(rq, "campus_id", "There is no such campus.");
	return id;
}

/* What becomes of each line is told to the audit log with it. */
static void note_import(struct request *rq, int64_t id, const struct campus_import *import)
{
	struct json_object *is = json_object_new_object();

	answer_int(is, "campus_id", import->campus_id);
	answer_int(is, "lines", import->n);
	answer_bool(is, "dry_run", import->dry_run);
	audit_change(rq, "import", "campus_import", id, NULL, is);
}

/* POST users/import/. */
int campus_import(struct request *rq)
{
	struct json_object *rows = table_of_file(rq, "file", LINES_MOST), *lines;
	struct campus_import import = { .account_id = rq->who.account_id,
					.campus_id = campus_of_import(rq),
					.dry_run = field_bool(rq, "dry_run"),
					.any_role = rq->who.role == CAMPUS_ADMIN };
	int64_t id;

	if (rows)
		field_from_file(rq, "members", rows);
	lines = field_tree(rq, "members");
	if (!lines && !has_faults(rq))
		field_fault(rq, "file", "Choose a file.");
	if (has_faults(rq))
		return refuse_fields(rq);
	import.lines = talloc_strdup(rq->mem, json_object_to_json_string_ext(lines, JSON_C_TO_STRING_PLAIN));
	import.n = (int64_t)json_object_array_length(lines);
	rq->status = 202;
	id = import_add(rq->db, &import, rq->now);
	note_import(rq, id, &import);
	return answer_import(rq, id);
}

/* GET /campus/users/import: of which campuses there can be a list, for who has several. */
int campus_import_page(struct request *rq)
{
	const struct attendance_eye eye = attendance_eye_of(rq);

	if (!campus_of_account(rq->db, rq->who.account_id))
		answer_rows(rq->data, "campuses", report_campuses(rq->db, &eye));
	return ANSWERED;
}

/* GET users/import/:id/. */
int campus_import_show(struct request *rq)
{
	return answer_import(rq, path_id(rq, "id"));
}
