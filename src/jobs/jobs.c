/* A plain loop: look at the table of jobs once a second, run what is due, sleep. SIGTERM and SIGINT
 * stay blocked and are looked for between the steps of a job, so none is cut in the middle; the
 * sleep is a wait for them. */
#include "jobs/jobs.h"
#include "base/log.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "db/migrate.h"
#include "store/job.h"
#include <signal.h>
#include <string.h>

/* No run takes longer than RUN and one last call to the outside; its lease ends well after that. */
#define RUN (30 * MS_SECOND)
#define LEASE (2 * MS_MINUTE)
#define LOOK (1 * MS_SECOND)
/* What failed is not tried again at once, whatever its period. */
#define AFTER_FAILURE (10 * MS_SECOND)

static const struct job {
	const char *name;
	ms_t period;
	bool (*run)(struct job_run *run);
} TABLE[] = {
/* clang-format off */
#define JOB_ROW(name, period) { #name, period, job_##name },
	/* clang-format on */
	JOBS(JOB_ROW)
#undef JOB_ROW
};

enum { N_JOBS = sizeof(TABLE) / sizeof(TABLE[0]) };

struct tally {
	int ran, failed;
	bool more; /* a job that ran has work left */
};

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

bool job_should_stop(const struct job_run *run)
{
	sigset_t pending;

	sigpending(&pending);
	return clock_monotonic() >= run->deadline || sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT);
}

static const struct job *job_named(const char *name)
{
	for (size_t i = 0; i < N_JOBS; i++)
		if (strcmp(TABLE[i].name, name) == 0)
			return &TABLE[i];
	return NULL;
}

static bool listed(const struct rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (row_is(&row, "name", name))
			return true;
	}
	return false;
}

/* All jobs' rows, the most overdue first, so that a busy one cannot starve the others. */
static const struct rows *list_all(struct db *db)
{
	const struct rows *rows = job_list(db);
	bool added = false;

	for (size_t i = 0; i < N_JOBS; i++)
		if (!listed(rows, TABLE[i].name)) {
			job_add(db, TABLE[i].name, clock_now());
			added = true;
		}
	return added ? job_list(db) : rows;
}

static void run_claimed(struct job_run *run, const struct job *job, const char *lease, struct tally *tally)
{
	const char *error = NULL;
	ms_t due;
	bool good;

	good = job->run(run) && db_error(run->db) == DB_OK;
	if (!good) {
		error = talloc_strdup(run->mem, db_error(run->db) == DB_OK ? "failed" : db_message(run->db));
		log_error("job_failed", F("job", job->name), F("error", error));
		db_clear(run->db);
	}
	due = run->now + job->period;
	if (good && run->more)
		due = run->now;
	else if (!good && job->period < AFTER_FAILURE)
		due = run->now + AFTER_FAILURE;
	job_done(run->db, job->name, lease, run->now, due, error);
	tally->ran++;
	tally->failed += !good;
	tally->more |= good && run->more;
}

/* A run is a trace of its own: what it logs, queues and calls belongs together. */
static void run_one(struct job_run *run, const struct job *job, struct tally *tally)
{
	uint8_t bytes[UUID_BYTES];
	char lease[UUID_SIZE];
	struct trace trace;

	uuid_make(bytes);
	if (!job_claim(run->db, job->name, run->now, uuid_text(bytes, lease), run->now + LEASE))
		return;
	trace_begin(&trace, NULL, NULL);
	trace_turn_to(&trace);
	run_claimed(run, job, lease, tally);
	trace_turn_to(NULL);
}

/* Each job that is due, once, at most RUN each and until in all (on the monotonic clock). False
 * when the database failed. */
static bool run_due(struct db *db, const struct config *config, ms_t until, struct tally *tally)
{
	struct job_run run = { .db = db, .config = config, .mem = talloc_new(NULL) };
	const struct rows *rows;
	bool good;

	db_memory(db, run.mem);
	rows = list_all(db);
	for (size_t i = 0; i < rows->n && db_error(db) == DB_OK; i++) {
		struct row row = row_at(rows, i);
		const struct job *job = job_named(row_text(&row, "name"));
		ms_t end = clock_monotonic() + RUN;

		run.now = clock_now();
		run.more = false;
		run.deadline = end < until ? end : until;
		if (job_should_stop(&run))
			break;
		if (job && row_time(&row, "due_at") <= run.now)
			run_one(&run, job, tally);
	}
	good = db_error(db) == DB_OK;
	db_clear(db);
	/* Nothing may be left to point into what is freed here. */
	db_memory(db, db);
	talloc_free(run.mem);
	return good;
}

bool jobs_due(struct db *db, const struct config *config, unsigned max_ms)
{
	struct tally tally = { 0 };

	run_due(db, config, clock_monotonic() + max_ms, &tally);
	return tally.ran > 0;
}

/* A schema that this program does not know is left alone. */
static bool schema_fits(struct db *db, int wanted)
{
	int version;

	db_clear(db);
	version = db_schema_version(db);
	if (version == wanted)
		return true;
	log_warn("jobs_wait_for_schema", F("wanted", wanted), F("version", version));
	db_clear(db);
	return false;
}

/* True when an ending signal came within ms. */
static bool told_to_end(const sigset_t *ending, ms_t ms)
{
	struct timespec wait = { .tv_sec = ms / MS_SECOND, .tv_nsec = ms % MS_SECOND * 1000000 };

	return sigtimedwait(ending, NULL, &wait) > 0;
}

int jobs_run(const struct config *config, bool once)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct db *db = db_new(ctx, config);
	int wanted = migrate_latest(config->migrations);
	sigset_t ending, before;
	struct tally tally;
	bool good;

	/* A server that closes a TLS connection must not end us. */
	signal(SIGPIPE, SIG_IGN);
	ending_signals(&ending);
	sigprocmask(SIG_BLOCK, &ending, &before);
	do {
		memset(&tally, 0, sizeof(tally));
		good = schema_fits(db, wanted) && run_due(db, config, clock_monotonic() + N_JOBS * RUN, &tally) &&
		       !tally.failed;
	} while (!once && !told_to_end(&ending, tally.more ? 0 : LOOK));
	talloc_free(ctx);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return once && !good;
}
