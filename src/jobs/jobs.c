/* A plain loop: look at the table of jobs once a second, run what is due, sleep. SIGTERM, SIGINT and SIGHUP
 * stay blocked and are looked for between the steps of a job, so none is cut in the middle; the
 * sleep is a wait for them. */
#include "jobs/jobs.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/pid_file.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "db/migrate.h"
#include "jobs/webhook_air.h"
#include "store/job.h"
#include "store/system_log.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No run takes longer than RUN and one last call to the outside; its lease ends well after that. */
#define RUN (30 * MS_SECOND)
#define LEASE (2 * MS_MINUTE)
#define LOOK (1 * MS_SECOND)
/* What failed is not tried again at once, whatever its period. */
#define AFTER_FAILURE (10 * MS_SECOND)
/* What calls that are under way are waited for before a process ends: as long as one may take; and by a lone worker. */
enum { FINISH_MS = 12000, FINISH_ALONE_MS = 2000 };

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
	sigaddset(set, SIGHUP);
}

bool job_should_stop(const struct job_run *run)
{
	sigset_t pending;

	notify_alive();
	sigpending(&pending);
	return clock_monotonic() >= run->deadline || sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT) ||
	       sigismember(&pending, SIGHUP);
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

/* A run whose end could not be noted, for the database was away by then: it is noted once that is back, else its job would wait for
 * the end of its lease. One at most, for nothing is claimed meanwhile. */
static struct {
	const char *name;
	char lease[UUID_SIZE];
	ms_t ran_at;
} unnoted;

static void note_late(struct db *db)
{
	if (!unnoted.name)
		return;
	job_done(db, unnoted.name, unnoted.lease, unnoted.ran_at, clock_now(), "the database was away");
	if (db_error(db) == DB_OK)
		unnoted.name = NULL;
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
	if (db_error(run->db) != DB_OK) {
		unnoted.name = job->name;
		snprintf(unnoted.lease, sizeof unnoted.lease, "%s", lease);
		unnoted.ran_at = run->now;
	}
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
	note_late(db);
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
	system_log_write(db);
	/* Nothing may be left to point into what is freed here. */
	db_memory(db, db);
	talloc_free(run.mem);
	return good;
}

bool jobs_due(struct db *db, const struct config *config, unsigned max_ms)
{
	struct tally tally = { 0 };

	run_due(db, config, clock_monotonic() + max_ms, &tally);
	/* Who knows when a lone worker is asked again. */
	air_finish(db, config, FINISH_ALONE_MS);
	db_clear(db);
	return tally.ran > 0;
}

/* ---- the process ---- */

enum { PID_FILES = 9 };

struct process {
	const struct config *config;
	const struct origin *origin;
	struct db *db;
	struct pid_file pid;
	char name[16];
	int number;	 /* of those on this node */
	int refused_for; /* that schema's program could not start */
	pid_t pictures;	 /* the process that was seen last */
};

/* A schema that this program does not know is left alone. */
static bool schema_fits(struct db *db)
{
	bool fits;

	db_clear(db);
	fits = db_schema_fits(db);
	if (!fits)
		log_warn("jobs_wait_for_schema", F("wanted", db_schema_expected(db)), F("version", db_schema_seen(db)));
	db_clear(db);
	return fits;
}

static struct db *jobs_database(TALLOC_CTX *ctx, const struct config *config)
{
	struct db *db = db_new(ctx, config);
	int latest = migrate_latest(config->migrations);

	/* A server that closes a TLS connection must not end us. */
	signal(SIGPIPE, SIG_IGN);
	db_expect_schema(db, latest > 0 ? latest : -1);
	return db;
}

/* All that is due, once; false when something went wrong. */
static bool one_turn(struct db *db, const struct config *config, bool *more)
{
	struct tally tally = { 0 };
	bool good = schema_fits(db) && run_due(db, config, clock_monotonic() + N_JOBS * RUN, &tally);

	*more = tally.more;
	return good && !tally.failed;
}

int jobs_once(const struct config *config)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	sigset_t ending, before;
	struct db *db;
	bool more, good;

	ending_signals(&ending);
	sigdelset(&ending, SIGHUP); /* there is nothing to begin anew */
	sigprocmask(SIG_BLOCK, &ending, &before);
	db = jobs_database(ctx, config);
	good = one_turn(db, config, &more);
	air_finish(db, config, FINISH_MS);
	talloc_free(ctx);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !good;
}

/* Of several on one node each has a file of its own. Where none is to be had they work all the same. */
static void take_pid_file(struct process *p)
{
	char *text = handed_over(), *at = text;
	long fd = text ? next_number(&at) : -1, n = fd >= 0 ? next_number(&at) : -1;
	const char *error = NULL;
	bool taken = false;

	free(text);
	for (int i = n > 0 ? (int)n : 1; i <= PID_FILES && !taken; i++) {
		snprintf(p->name, sizeof p->name, i > 1 ? "jobs-%d" : "jobs", i);
		p->number = i;
		if (fd >= 0) {
			pid_file_keep(&p->pid, p->config->run_dir, p->name, (int)fd);
			keep_over_exec((int)fd, false);
			return;
		}
		taken = pid_file_take(&p->pid, p->config->run_dir, p->name, &error);
	}
	if (!taken)
		log_warn("no_pid_file", F("run_dir", p->config->run_dir), F("error", error));
}

static void say(struct process *p, enum pid_state state)
{
	pid_file_say(&p->pid, state, db_schema_expected(p->db));
	notify_ready(state == PID_REFUSED ? "a reload was refused" : "doing what is due");
}

static void reload(struct process *p)
{
	char text[64];

	snprintf(text, sizeof text, "%d %d", p->pid.fd, p->number);
	air_finish(p->db, p->config, FINISH_MS);
	db_clear(p->db);
	db_close(p->db);
	begin_anew(p->origin, text, &p->pid.fd, 1);
	say(p, PID_REFUSED);
}

/* Has somebody migrated to the program that is installed by now? */
static bool outlived(struct process *p)
{
	int seen = db_schema_seen(p->db);

	if (seen <= 0 || seen == db_schema_expected(p->db) || seen == p->refused_for ||
	    seen != migrate_latest(p->config->migrations))
		return false;
	p->refused_for = seen;
	return true;
}

/* `pictures` has no database, so what it cannot write down itself is written here: that it began. */
static void look_for_pictures(struct process *p)
{
	struct pid_words words;
	char subject[24];
	ms_t began;

	if (!pid_file_read(p->config->run_dir, "pictures", &words) || words.state != PID_READY ||
	    words.pid == p->pictures)
		return;
	p->pictures = words.pid;
	began = clock_now() - (clock_monotonic() - words.at);
	snprintf(subject, sizeof subject, "%d", (int)words.pid);
	if (!system_log_has(p->db, "pictures_seen", subject, began - MS_MINUTE) && db_error(p->db) == DB_OK)
		log_info("pictures_seen", F("process_id", (int)words.pid), F("began_at", arg_time(began)));
	db_clear(p->db);
}

/* Waits until there is something to do. True when it is to end. */
static bool told_to_end(struct process *p, const sigset_t *ending, ms_t ms)
{
	ms_t pace = notify_pace();
	struct timespec wait;
	int number;

	if (pace >= 0 && pace < ms)
		ms = pace;
	wait = (struct timespec){ .tv_sec = ms / MS_SECOND, .tv_nsec = ms % MS_SECOND * 1000000 };
	number = sigtimedwait(ending, NULL, &wait);
	notify_alive();
	if (number == SIGHUP || (number < 0 && outlived(p)))
		reload(p);
	if (pid_file_lost(&p->pid) && pid_file_again(&p->pid))
		pid_file_say(&p->pid, PID_READY, db_schema_expected(p->db));
	return number == SIGTERM || number == SIGINT;
}

int jobs_run(const struct config *config, const struct origin *origin)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct process p = { .config = config, .origin = origin };
	sigset_t ending;
	bool more;

	ending_signals(&ending);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	p.db = jobs_database(ctx, config);
	take_pid_file(&p);
	say(&p, PID_READY);
	log_info("jobs_started", F("number", p.number));
	do {
		look_for_pictures(&p);
		one_turn(p.db, config, &more);
	} while (!told_to_end(&p, &ending, more ? 0 : LOOK));
	notify_stopping();
	air_finish(p.db, config, FINISH_MS);
	log_info("jobs_stopping", F("number", p.number));
	system_log_write(p.db);
	talloc_free(ctx);
	return 0;
}
