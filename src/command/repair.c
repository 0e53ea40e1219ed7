/* `gatehouse repair`: mends what can be computed again from rows that are the truth: figures that are kept beside the
 * rows they come from, and live summaries. It says each change, and each is a row of the audit log, in the transaction
 * that made it. What is left then somebody must look at: money, orders, owners and the scan log are never touched.
 *
 * It runs beside sales and scans; store/figure.c says why that is safe. */
#include "base/clock.h"
#include "command/change.h"
#include "command/command.h"
#include "db/migrate.h"
#include "store/attendance_sum.h"
#include "store/audit.h"
#include "store/conflict.h"
#include "store/figure.h"
#include "store/live.h"
#include "store/mark.h"
#include "store/scan_summary.h"
#include "store/sought.h"
#include "store/stock.h"
#include "store/tally.h"
#include "store/words.h"
#include <stdio.h>
#include <string.h>

struct repair {
	struct db *db;
	bool dry;
	unsigned mended;
};

/* One row on its way to what it should be. */
struct mending {
	struct repair *repair;
	const struct figure *figure;
	int64_t id;
	TALLOC_CTX *mem; /* of this attempt */
	char *said;	 /* what was changed, a line each */
	unsigned n;
};

static void begin(void *with)
{
	struct mending *m = with;

	talloc_free_children(m->mem);
	m->said = talloc_strdup(m->mem, "");
	m->n = 0;
}

static const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN);
}

/* Notes one change, to be said once it is committed. */
static bool note(struct mending *m, const char *noun, const char *what, const struct change *change)
{
	m->said = talloc_asprintf_append(m->said, "%s%s: %s\n", m->repair->dry ? "would mend " : "", what,
					 change_text(m->mem, change, " → "));
	m->n++;
	return m->repair->dry || audit_add(m->repair->db, &(struct audit_entry){ .at = clock_now(),
										 .role = "system",
										 .action = "repair",
										 .noun = noun,
										 .noun_id = m->id,
										 .before_json = plain(change->kept),
										 .after_json = plain(change->found),
										 .ip = "command line",
										 .request_id = "" });
}

/* Runs work on a row, and says what came of it. A row that stays busy, or whose mending the database's own guards
 * refuse, stays as it is: the audit that follows names it. */
static void mend(struct repair *repair, bool (*work)(void *), const struct figure *figure, int64_t id)
{
	struct mending m = { .repair = repair, .figure = figure, .id = id, .mem = talloc_new(NULL) };

	db_memory(repair->db, m.mem);
	if (db_transaction(repair->db, work, begin, &m)) {
		fputs(m.said, stdout);
		repair->mended += m.n;
	} else if (db_last(repair->db) != DB_OK) {
		printf("not mended, %s %lld: %s\n", figure ? figure->what : "event", (long long)id,
		       db_message(repair->db));
		db_clear(repair->db);
	}
	db_memory(repair->db, repair->db);
	talloc_free(m.mem);
}

/* ---- figures ---- */

static bool mend_figure(void *with)
{
	struct mending *m = with;
	struct db *db = m->repair->db;
	const struct row *row;

	if (!m->repair->dry && !figure_lock(db, m->figure, m->id))
		return false;
	row = figure_look(db, m->figure, m->id);
	return row && (m->repair->dry || figure_mend(db, m->figure, row)) &&
	       note(m, m->figure->noun, talloc_asprintf(m->mem, "%s %lld", m->figure->what, (long long)m->id),
		    change_of(m->mem, row));
}

/* A look that failed found nothing, which is no proof that there is nothing. */
static void say_failure(struct repair *repair, const char *sentence)
{
	if (db_error(repair->db) == DB_OK)
		return;
	printf("?  %s: %s\n", sentence, db_message(repair->db));
	db_clear(repair->db);
}

static void mend_figures(struct repair *repair, const struct figure *figure)
{
	struct row_source *faults = figure_faults(NULL, repair->db, figure);
	const struct rows *batch;

	while ((batch = faults->next(faults)))
		for (size_t i = 0; i < batch->n; i++) {
			struct row row = row_at(batch, i);

			mend(repair, mend_figure, figure, row_int(&row, "id"));
		}
	say_failure(repair, figure->sentence);
	talloc_free(faults);
}

/* ---- live summaries ---- */

static void note_logged(struct mending *m)
{
	const struct rows *counts = scan_summary_logged(m->repair->db, m->id);

	for (size_t i = 0; i < counts->n; i++) {
		struct row count = row_at(counts, i);

		note(m, "scan_log_count",
		     talloc_asprintf(m->mem, "event %lld, %s, %s, %s", (long long)m->id, row_text(&count, "result"),
				     row_text(&count, "reason"), row_text(&count, "direction")),
		     change_of(m->mem, &count));
	}
}

static void note_quarters(struct mending *m)
{
	const struct rows *quarters = scan_summary_quarters(m->repair->db, m->id);

	for (size_t i = 0; i < quarters->n; i++) {
		struct row quarter = row_at(quarters, i);

		note(m, "scan_quarter",
		     talloc_asprintf(m->mem, "event %lld, %s", (long long)m->id, row_text(&quarter, "quarter")),
		     change_of(m->mem, &quarter));
	}
}

static bool mend_summary(void *with)
{
	struct mending *m = with;
	struct db *db = m->repair->db;
	const struct rows *parts;
	const struct row *end;

	if (!m->repair->dry)
		scan_summary_lock(db, m->id);
	end = scan_summary_end(db, m->id);
	if (end)
		note(m, "scan_summary", talloc_asprintf(m->mem, "event %lld", (long long)m->id),
		     change_of(m->mem, end));
	parts = scan_summary_parts(db, m->id);
	for (size_t i = 0; i < parts->n; i++) {
		struct row part = row_at(parts, i);

		note(m, "scan_count",
		     talloc_asprintf(m->mem, "event %lld, category %lld, gate %s, %s", (long long)m->id,
				     (long long)row_int(&part, "category_id"), row_text(&part, "gate"),
				     row_text(&part, "result")),
		     change_of(m->mem, &part));
	}
	note_logged(m);
	note_quarters(m);
	if (m->n && !m->repair->dry)
		scan_summary_reset(db, m->id);
	return m->n > 0;
}

static void mend_summaries(struct repair *repair)
{
	const struct rows *events = scan_summary_faults(repair->db);

	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);
		int64_t id = row_int(&event, "event_id");

		mend(repair, mend_summary, NULL, id);
		while (!repair->dry && scan_summarise(repair->db, id, clock_now()) > 0)
			;
	}
	say_failure(repair, "the live summaries");
}

/* ---- sums of attendance ---- */

static bool mend_attendance(void *with)
{
	struct mending *m = with;
	struct db *db = m->repair->db;
	const struct rows *parts;

	if (!m->repair->dry && !attendance_sum_lock(db, m->id))
		return false;
	parts = attendance_sum_parts(db, m->id);
	for (size_t i = 0; i < parts->n; i++) {
		struct row part = row_at(parts, i);

		note(m, "attendance_sum",
		     talloc_asprintf(m->mem, "campus event %lld, %s", (long long)m->id, row_text(&part, "part")),
		     change_of(m->mem, &part));
	}
	if (m->n && !m->repair->dry)
		attendance_sum_reset(db, m->id);
	return m->n > 0;
}

/* Until they are made anew the records are asked. */
static void mend_attendances(struct repair *repair)
{
	const struct rows *events = attendance_sum_faults(repair->db);

	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);

		mend(repair, mend_attendance, NULL, row_int(&event, "event_id"));
	}
	say_failure(repair, "sums of attendance");
}

/* ---- sums by day ---- */

static bool mend_tally(void *with)
{
	struct mending *m = with;
	struct db *db = m->repair->db;
	enum tally which = (enum tally)m->id;
	const struct rows *rows;

	if (!m->repair->dry)
		tally_lock(db, which);
	rows = tally_faults(db, which);
	for (size_t i = 0; rows && i < rows->n; i++) {
		struct row row = row_at(rows, i);

		note(m, "day_sum", talloc_asprintf(m->mem, "%s, %s", row_text(&row, "day"), row_text(&row, "part")),
		     change_of(m->mem, &row));
	}
	if (m->n && !m->repair->dry)
		tally_reset(db, which);
	return m->n > 0;
}

/* Until they are made anew the rows are asked. */
static void mend_tallies(struct repair *repair)
{
	for (enum tally which = 0; which < TALLIES; which++)
		mend(repair, mend_tally, NULL, which);
	say_failure(repair, "sums by day");
}

/* ---- marks of long tables ---- */

/* They say nothing that the rows do not say. */
static void mend_marks(struct repair *repair)
{
	const struct rows *rows;

	for (size_t i = 0; (rows = marks_faults(repair->db, i)); i++)
		if (rows->n) {
			struct row row = row_at(rows, 0);

			printf("%s the marks of %s\n", repair->dry ? "would make" : "made", row_text(&row, "what"));
			repair->mended++;
			if (!repair->dry)
				marks_reset(repair->db, row_text(&row, "what"));
		}
	say_failure(repair, "the marks of long tables");
}

/* ---- entries that met ---- */

static bool mend_conflicts_of(void *with)
{
	struct mending *m = with;
	struct db *db = m->repair->db;
	const struct row *row;

	if (!m->repair->dry && !db_one(db, "SELECT id FROM ticket WHERE id = ? FOR UPDATE", args(m->id)))
		return false;
	row = conflicts_look(db, m->id);
	return row && row_int(row, "conflicts") != row_int(row, "conflicts_found") &&
	       (m->repair->dry || conflicts_review(db, m->id, clock_now())) &&
	       note(m, "scan_conflict", talloc_asprintf(m->mem, "ticket %lld", (long long)m->id),
		    change_of(m->mem, row));
}

static void mend_conflicts(struct repair *repair)
{
	const struct rows *tickets = conflicts_untold(repair->db);

	for (size_t i = 0; i < tickets->n; i++) {
		struct row ticket = row_at(tickets, i);

		mend(repair, mend_conflicts_of, NULL, row_int(&ticket, "ticket_id"));
	}
	say_failure(repair, "entries that met");
}

/* ---- the words of texts ---- */

/* They say nothing that the text does not say, so they are no change that the audit log keeps. */
static void mend_words(struct repair *repair)
{
	int64_t made = words_make(repair->db, WORDS_WRONG, repair->dry);

	if (made > 0) {
		printf("%s the words of %lld texts\n", repair->dry ? "would make" : "made", (long long)made);
		repair->mended += (unsigned)made;
	}
	say_failure(repair, "the words of texts");
}

/* ---- whom a word finds ---- */

static bool reset_sought(void *with)
{
	sought_reset(with);
	return true;
}

static bool make_sought(struct db *db)
{
	bool more = true;

	while (more)
		if (!sought_add(db, clock_now(), &more))
			return false;
	return true;
}

/* It is made anew at once, for until then each search looks at everybody. */
static void mend_sought(struct repair *repair)
{
	int64_t bad = 0;

	if (sought_verify(repair->db, &bad) || !bad)
		return;
	printf("%s the index of words anew: account %lld was not found by all of its own\n",
	       repair->dry ? "would make" : "made", (long long)bad);
	repair->mended++;
	if (!repair->dry && (!db_transaction(repair->db, reset_sought, NULL, repair->db) || !make_sought(repair->db)))
		say_failure(repair, "the index of words");
}

/* ---- the whole ---- */

/* Again until there is nothing left to do: a counter may only fit once another was mended. */
static void mend_all(struct repair *repair)
{
	unsigned before;

	do {
		before = repair->mended;
		if (!repair->dry && stock_open_sales(repair->db) < 0)
			say_failure(repair, "what was paid for");
		for (const struct figure *f = FIGURES; f->sentence; f++)
			mend_figures(repair, f);
		mend_conflicts(repair);
		mend_summaries(repair);
		mend_attendances(repair);
		mend_tallies(repair);
		mend_marks(repair);
		mend_words(repair);
		mend_sought(repair);
	} while (repair->mended > before && !repair->dry);
}

int command_repair(const struct config *config, int argc, char **argv)
{
	struct repair repair = { .db = db_new(NULL, config), .dry = argc == 1 && !strcmp(argv[0], "--dry-run") };
	unsigned n = 0, failed = 1;

	if (argc > repair.dry) {
		fprintf(stderr, "usage: gatehouse repair [--dry-run]\n");
		talloc_free(repair.db);
		return 2;
	}
	db_patient(repair.db);
	db_expect_schema(repair.db, migrate_latest(config->migrations));
	if (db_connect(repair.db))
		mend_all(&repair);
	db_clear(repair.db);
	if (audit_look(repair.db, NULL, true, &n, &failed))
		printf("%u %s, %u of %u invariants hold\n", repair.mended, repair.dry ? "to mend" : "mended",
		       n - failed, n);
	talloc_free(repair.db);
	return failed ? 1 : 0;
}
