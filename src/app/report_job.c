/* Reports that jobs make: how far each is, and the file, for who asked for it alone and for a day. */
#include "app/actions/report.h"
#include "app/report.h"
#include "outside/files.h"
#include <string.h>

enum { JOBS_MOST = 100 };

#define REPORT_FIELDS                                                                                                  \
	{ "report_id", F_UUID, .help = "The report" }, { "kind", F_TEXT, .help = "Which it is" },                      \
		{ "format", F_CHOICE, .choices = "csv,xlsx,pdf,zip", .help = "As which file" },                        \
		{ "status", F_CHOICE, .choices = "queued,running,done,failed", .help = "How far it is" },              \
		{ "progress", F_INT, .help = "Per cent of its rows that are there" },                                  \
		{ "rows", F_INT, .help = "How many rows it has; until it is done, as they were counted" },             \
		{ "created_at", F_TIME, .help = "When it was asked for" },                                             \
		{ "expires_at", F_TIME, .help = "When it goes" },                                                      \
		{ "status_url", F_TEXT, .help = "Where to ask again" },                                                \
	{                                                                                                              \
		"download_url", F_TEXT, .null = true, .help = "Where the file is; null: it is not there yet"           \
	}

const struct field REPORT_JOB[] = { REPORT_FIELDS, FIELDS_NAMED("report_job") };
const struct field REPORT_JOBS[] = {
	{ "reports", F_LIST, .of = REPORT_JOB, .help = "Those that you asked for, the newest first; 100 at most" },
	FIELDS_NAMED("report_jobs"),
};

static bool is_done(const struct row *row)
{
	return row_is(row, "status", "done");
}

static void answer_job(struct request *rq, struct json_object *into, const struct row *row)
{
	char id[UUID_SIZE];
	const char *url;

	uuid_text((const uint8_t *)row_cell(row, "report_id")->s, id);
	url = talloc_asprintf(rq->mem, "%s/api/campus/reports/jobs/%s/", rq->config->base_url, id);
	answer_row(into, row);
	json_object_object_del(into, "number");
	json_object_object_del(into, "file_sha256");
	answer_text(into, "status_url", url);
	answer_text(into, "download_url", is_done(row) ? talloc_asprintf(rq->mem, "%sdownload/", url) : NULL);
}

static const struct row *job_or_404(struct request *rq)
{
	uint8_t uuid[UUID_BYTES];
	const struct row *row =
		uuid_parse(path_text(rq, "id"), uuid) ? report_get(rq->db, uuid, rq->who.account_id, rq->now) : NULL;

	if (!row)
		refuse(rq, 404, "NOT_FOUND", "There is no such report.");
	return row;
}

/* GET reports/jobs/:id/. */
int report_job_show(struct request *rq)
{
	const struct row *row = job_or_404(rq);

	if (row)
		answer_job(rq, rq->data, row);
	return ANSWERED;
}

/* GET reports/jobs/. */
int report_job_index(struct request *rq)
{
	const struct rows *rows = report_list(rq->db, rq->who.account_id, JOBS_MOST, rq->now);
	struct json_object *reports = answer_array(rq->data, "reports");

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		answer_job(rq, answer_item(reports), &row);
	}
	return ANSWERED;
}

static void note_download(struct request *rq, const struct row *row)
{
	struct json_object *what = json_object_new_object();

	answer_text(what, "report", row_text(row, "kind"));
	answer_text(what, "format", row_text(row, "format"));
	answer_int(what, "rows", row_int(row, "rows"));
	audit_change(rq, "download", "report", row_int(row, "number"), NULL, what);
}

/* GET reports/jobs/:id/download/. */
int report_job_download(struct request *rq)
{
	static const struct {
		const char *format, *type;
	} TYPES[] = {
		{ "csv", "text/csv; charset=utf-8; header=present" },
		{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		{ "pdf", "application/pdf" },
		{ "zip", "application/zip" },
	};
	const struct row *row = job_or_404(rq);
	char path[FILE_PATH_SIZE];
	size_t i = 0;

	if (!row)
		return ANSWERED;
	if (!is_done(row))
		return refuse(rq, 404, "NOT_READY", "This report is not ready.");
	while (i + 1 < sizeof TYPES / sizeof *TYPES && !row_is(row, "format", TYPES[i].format))
		i++;
	file_path(rq->config->files, row_text(row, "file_sha256"), path);
	answer_file(rq, talloc_strdup(rq->mem, path), TYPES[i].type);
	rq->drawing.name = talloc_asprintf(rq->mem, "%s.%s", row_text(row, "kind"), TYPES[i].format);
	note_download(rq, row);
	return ANSWERED;
}
