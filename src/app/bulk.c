/* The report of what was done to many. */
#include "app/bulk.h"

static const struct field ID[] = {
	{ "", F_ID, .help = "Of a row" },
	FIELDS_END,
};
const struct field BULK_IDS = { "ids", F_LIST, .max = BULK_MOST, .of = ID, .help = "The rows, at most 100" };
const struct field BULK_ALL = { "all", F_BOOL,
				.help = "Instead of ids: all that the search finds, where that is at most 500" };
const struct field BULK_ROW[] = {
	{ "line", F_INT, .help = "Which one, from 1" },
	{ "id", F_ID, .help = "The row" },
	{ "title", F_TEXT, .null = true, .help = "What names it to people; null: there is none of that id" },
	{ "result", F_CHOICE, .choices = "done,refused", .help = "done: it was done, or, in a dry run, would be" },
	{ "code", F_TEXT, .null = true, .help = "Why not, as the refusal of the single act has it" },
	{ "message", F_TEXT, .null = true, .help = "The same as a sentence" },
	FIELDS_NAMED("bulk_row"),
};

void bulk_answer(struct field *out, const char *words, const struct field *row)
{
	*out++ = (struct field){ "action", F_CHOICE, .choices = words, .help = "What was asked for" };
	*out++ = (struct field){ "dry_run", F_BOOL, .help = "true: nothing was changed" };
	*out++ = (struct field){ "total", F_INT, .help = "Rows that were meant" };
	*out++ = (struct field){ "done", F_INT, .help = "Of them done, or, in a dry run, those that would be" };
	*out++ = (struct field){ "left", F_INT, .help = "The others" };
	*out++ = (struct field){ "rows", F_LIST, .of = row, .help = "What became of each, in their order" };
	*out = (struct field)FIELDS_END;
}

struct bulk_report bulk_report_new(void)
{
	struct json_object *data = json_object_new_object();

	return (struct bulk_report){ .data = data, .rows = answer_array(data, "rows") };
}

struct json_object *bulk_report_row(struct bulk_report *report, bool done)
{
	struct json_object *row = answer_item(report->rows);

	report->done += done;
	answer_int(row, "line", (int64_t)json_object_array_length(report->rows));
	return row;
}

void bulk_report_end(struct request *rq, struct bulk_report *report, const char *action, bool dry)
{
	int64_t total = (int64_t)json_object_array_length(report->rows);

	answer_text(report->data, "action", action);
	answer_bool(report->data, "dry_run", dry);
	answer_int(report->data, "total", total);
	answer_int(report->data, "done", report->done);
	answer_int(report->data, "left", total - report->done);
	answer_set(rq, report->data);
}
