/* Makes reports that were too long to be answered at once. One is drawn into a file that has no name, then stored, named and told to the audit
 * log in one transaction: a process that dies before leaves a row that says it is running, and whoever comes next makes it anew. Its day is
 * over: the row goes, and the file with it. */
#include "app/report.h"
#include "app/upload.h"
#include "base/log.h"
#include "jobs/jobs.h"
#include "outside/files.h"
#include "render/dialect.h"
#include "render/renderer.h"
#include "store/audit.h"
#include "store/file.h"

enum { BATCH = 50, TRIES = 3 };

/* One, as it is made. */
struct making {
	struct job_run *run;
	struct report report;
	int64_t number, account_id, rows, total;
	const char *role;
	int64_t told; /* the per cent of its rows that was said last */
	bool stopped;
	int fd;
	size_t bytes;
};

/* ---- how far it is ---- */

/* The process ends: it is begun anew by who comes next. How long it takes is no reason to stop. */
static bool ends(const struct job_run *run)
{
	struct job_run patient = *run;

	patient.deadline = INT64_MAX;
	return job_should_stop(&patient);
}

/* Stands before a source, and counts. */
struct counted {
	struct row_source source;
	struct row_source *of;
	struct making *making;
};

/* At each per cent: a hundred times at most, however long it is. */
static const struct rows *next_counted(struct row_source *source)
{
	struct counted *c = (struct counted *)(void *)source;
	struct making *m = c->making;
	const struct rows *rows;

	m->stopped = m->stopped || ends(m->run);
	rows = m->stopped ? NULL : c->of->next(c->of);
	if (rows)
		m->rows += (int64_t)rows->n;
	if (rows && m->total > 0 && 100 * m->rows / m->total > m->told) {
		report_progress(m->run->db, m->number, m->rows);
		m->told = 100 * m->rows / m->total;
	}
	return rows;
}

static struct row_source *counted(struct making *m, struct row_source *of)
{
	struct counted *c = talloc(m->run->mem, struct counted);

	*c = (struct counted){ { next_counted }, of, m };
	return &c->source;
}

/* Of a table its rows, of pages those of each section. */
static void count_rows(struct making *m, struct drawing *drawing)
{
	struct register_section *sections;
	struct archive_paper *archive;
	struct register_paper *paper;
	struct sheet *sheet;

	if (drawing->kind == DRAW_ARCHIVE) {
		archive = talloc_memdup(m->run->mem, drawing->what, sizeof *archive);
		archive->again = counted(m, archive->again);
		drawing->what = archive;
		return;
	}
	if (drawing->kind == DRAW_ROWS) {
		sheet = talloc_memdup(m->run->mem, drawing->what, sizeof *sheet);
		sheet->rows = counted(m, sheet->rows);
		drawing->what = sheet;
		return;
	}
	paper = talloc_memdup(m->run->mem, drawing->what, sizeof *paper);
	sections = talloc_memdup(m->run->mem, paper->sections, paper->n * sizeof *sections);
	for (size_t i = 0; i < paper->n; i++)
		sections[i].rows = counted(m, sections[i].rows);
	paper->sections = sections;
	drawing->what = paper;
}

/* ---- making ---- */

static bool keep(void *with)
{
	struct making *m = with;
	struct job_run *run = m->run;
	struct json_object *noted;
	char name[FILE_NAME_SIZE];
	bool good;

	noted = report_noted(&m->report);
	good = file_digest(m->fd, name) && file_bring(run->db, name, NULL, (int64_t)m->bytes, 0, run->now) &&
	       report_done(run->db, m->number, name, (int64_t)m->bytes, m->report.rows, clock_now()) &&
	       audit_add(run->db, &(struct audit_entry){ .at = run->now,
							 .account_id = m->account_id,
							 .role = m->role,
							 .action = "export",
							 .noun = "report",
							 .noun_id = m->number,
							 .after_json = json_object_to_json_string(noted),
							 .ip = "",
							 .request_id = "" }) &&
	       file_store(run->config->files, m->fd, name);
	json_object_put(noted);
	return good;
}

static bool draw(struct making *m, const struct report_wish *wish)
{
	struct drawing drawing;
	struct drawn drawn;

	report_gather(wish, &m->report);
	report_draw(wish, &m->report, &drawing);
	count_rows(m, &drawing);
	if (!drawing_draw(wish->mem, &drawing, "", &drawn) || m->stopped || db_error(wish->db) != DB_OK)
		return false;
	/* A list that is counted by an estimate has as many rows as came. */
	if (drawing.kind == DRAW_ROWS)
		m->report.rows = m->rows;
	m->fd = drawn.fd;
	m->bytes = drawn.len;
	return true;
}

static bool make(struct job_run *run, const struct row *row)
{
	const struct report_wish wish = { .db = run->db,
					  .config = run->config,
					  .mem = run->mem,
					  .tongue = tongue_named(row_text(row, "locale")),
					  .dialect = &DIALECT_BARE,
					  .account_id = row_int(row, "account_id"),
					  .role = role_named(row_text(row, "role")),
					  .now = run->now };
	struct making *m = talloc_zero(run->mem, struct making);
	struct json_object *asked = report_kept(run->mem, json_tokener_parse(row_text(row, "asked")));

	m->run = run;
	m->number = row_int(row, "number");
	m->account_id = wish.account_id;
	m->role = row_text(row, "role");
	m->total = row_int(row, "rows_total");
	if (!report_begin(run->db, m->number))
		return db_error(run->db) == DB_OK;
	report_read(&wish, row_text(row, "kind"), row_text(row, "format"), asked, &m->report);
	m->report.number = m->number;
	if (draw(m, &wish))
		return db_transaction(run->db, keep, NULL, m) || db_error(run->db) == DB_OK;
	if (m->stopped || db_error(run->db) != DB_OK)
		return db_error(run->db) == DB_OK;
	log_error("report_failed", F("report_id", m->number));
	return true;
}

static bool make_next(struct job_run *run)
{
	const struct row *row = report_next(run->db, run->now);

	if (!row)
		return db_error(run->db) == DB_OK;
	run->more = true;
	if (row_int(row, "tries") >= TRIES)
		return report_failed(run->db, row_int(row, "number"), run->now);
	return make(run, row);
}

/* ---- going ---- */

static bool drop_expired(struct job_run *run)
{
	const struct rows *rows = report_expired(run->db, BATCH, run->now);

	for (size_t i = 0; i < rows->n && !job_should_stop(run); i++) {
		struct row row = row_at(rows, i);

		if (report_drop(run->db, row_int(&row, "number")) && !row_null(&row, "file_sha256")) {
			file_let_go(run->db, row_text(&row, "file_sha256"), run->now);
			upload_take_away(run->db, run->config->files, row_text(&row, "file_sha256"), run->now + 1);
		}
	}
	run->more = run->more || rows->n == BATCH;
	return db_error(run->db) == DB_OK;
}

bool job_reports(struct job_run *run)
{
	return drop_expired(run) && make_next(run);
}
