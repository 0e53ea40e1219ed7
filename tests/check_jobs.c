/* Background work against a real MariaDB: who gets a job or a message, what becomes of failures,
 * the audit chain and what breaks it, what is tidied away and what stays. */
#include "base/log.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "check_database.h"
#include "jobs/jobs.h"
#include "store/audit.h"
#include "store/copy.h"
#include "store/job.h"
#include "store/outbox.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

Suite *jobs_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define DATABASE "gatehouse_check_jobs"
#define LEASE_A "0f8fad5b-d9cb-469f-a165-70867728950e"
#define LEASE_B "1f8fad5b-d9cb-469f-a165-70867728950e"

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db;

static void make_database(void)
{
	TALLOC_CTX *mem = talloc_new(NULL);

	log_threshold(LOG_ERROR_);
	check_database(mem, check_config(mem, DATABASE), "sql/migrations");
	talloc_free(mem);
}

static void clear_tables(void)
{
	check_script(
		db,
		"DELETE FROM outbox; DELETE FROM setting WHERE name = 'restored'; DELETE FROM job; DELETE FROM audit_log;"
		"UPDATE audit_chain SET seq = 0, hash = UNHEX(REPEAT('00', 32)); DELETE FROM otp; DELETE FROM guess;"
		"DELETE FROM idempotency; DELETE FROM refresh_token; DELETE FROM session; DELETE FROM account_role;"
		"DELETE FROM account");
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	config = check_config(ctx, DATABASE);
	config->migrations = "sql/migrations";
	config->sms_transport = config->mail_transport = "sandbox";
	db = db_new(ctx, config);
	db_memory(db, ctx);
	check_script(db, "DROP TRIGGER IF EXISTS job_end");
	clear_tables();
}

static void teardown(void)
{
	talloc_free(ctx);
}

static int64_t count(const char *sql)
{
	int64_t n = db_int(db, sql, no_args);

	ck_assert_msg(db_error(db) == DB_OK, "%s: %s", sql, db_message(db));
	return n;
}

/* A run of one job with all the time it wants. */
static bool run_job(bool (*job)(struct job_run *))
{
	struct job_run run = { .db = db, .config = config, .mem = ctx, .now = clock_now() };

	run.deadline = clock_monotonic() + MS_MINUTE;
	return job(&run);
}

/* Forks children that each call work with a connection of their own; what they write arrives in
 * out. */
static size_t race(int children, void (*work)(struct db *own, int pipe), int64_t *out, size_t max)
{
	size_t len = 0;
	int ends[2];
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	db_close(db);
	for (int i = 0; i < children; i++)
		if (fork() == 0) {
			struct db *own = db_new(ctx, config);

			close(ends[0]);
			alarm(30);
			db_memory(own, ctx);
			work(own, ends[1]);
			_exit(0);
		}
	close(ends[1]);
	while ((n = read(ends[0], (char *)out + len, max * sizeof(*out) - len)) > 0)
		len += (size_t)n;
	close(ends[0]);
	while (wait(NULL) > 0)
		;
	return len / sizeof(*out);
}

/* ---- the outbox ---- */

START_TEST(messages_are_sent)
{
	ms_t now = clock_now();
	struct row row;
	const struct rows *rows;

	ck_assert_int_gt(outbox_add(db, now, "sms", "+15550100001", "", "Code 123456"), 0);
	ck_assert_int_gt(outbox_add(db, now, "mail", "ann@example.org", "Grüße", "Text"), 0);
	ck_assert_int_eq(outbox_pending_age(db, now + 5000), 5000);
	ck_assert_int_eq(outbox_pending_age(db, now), 0);
	ck_assert(run_job(job_outbox));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent' AND sent_at IS NOT NULL"
			       " AND lease IS NULL AND attempts = 1"),
			 2);
	ck_assert_int_eq(outbox_pending_age(db, now + MS_DAY), 0);
	rows = outbox_latest(db, NULL, 1);
	ck_assert_uint_eq(rows->n, 1);
	row = row_at(rows, 0);
	ck_assert(row_is(&row, "recipient", "ann@example.org") && row_is(&row, "subject", "Grüße"));
	rows = outbox_latest(db, "+15550100001", 10);
	ck_assert_uint_eq(rows->n, 1);
	row = row_at(rows, 0);
	ck_assert(row_is(&row, "body", "Code 123456") && row_is(&row, "status", "sent"));
}
END_TEST

START_TEST(failures_wait_and_end)
{
	static const struct {
		int line;
		const char *channel, *to;
		int attempts;
		const char *status;
		ms_t wait; /* until the next try */
	} cases[] = {
		{ __LINE__, "sms", "+15550100001", 0, "queued", 5 * MS_SECOND },
		{ __LINE__, "sms", "+15550100001", 1, "queued", 20 * MS_SECOND },
		{ __LINE__, "sms", "+15550100001", 9, "queued", 8 * MS_HOUR },
		{ __LINE__, "sms", "+15550100001", 10, "failed", 0 },
		{ __LINE__, "mail", "nobody", 0, "failed", 0 },
		{ __LINE__, "pigeon", "nobody", 0, "failed", 0 },
	};

	config->sms_transport = "http";
	config->sms_url = "http://127.0.0.1:1/"; /* nobody listens there */
	for (size_t i = 0; i < N(cases); i++) {
		ms_t now = clock_now();
		int64_t id = outbox_add(db, now, cases[i].channel, cases[i].to, "", "x"), wait;
		const struct row *row;

		db_exec(db, "UPDATE outbox SET attempts = ? WHERE id = ?", args(cases[i].attempts, id));
		ck_assert(run_job(job_outbox));
		row = db_one(db, "SELECT * FROM outbox WHERE id = ?", args(id));
		ck_assert_msg(row_is(row, "status", cases[i].status), "line %d: %s", cases[i].line,
			      row_text(row, "status"));
		ck_assert_msg(row_int(row, "attempts") == cases[i].attempts + 1, "line %d: attempts", cases[i].line);
		ck_assert_msg(*row_text(row, "error") && row_null(row, "lease"), "line %d: error", cases[i].line);
		wait = row_time(row, "due_at") - now;
		ck_assert_msg(!cases[i].wait || (wait >= cases[i].wait && wait < cases[i].wait + 5 * MS_SECOND),
			      "line %d: again after %d ms", cases[i].line, (int)wait);
	}
	/* One that waits for its next try is nobody's delay. */
	ck_assert_int_eq(outbox_pending_age(db, clock_now()), 0);
}
END_TEST

START_TEST(a_lease_is_one_senders)
{
	ms_t now = clock_now();
	int64_t id = outbox_add(db, now, "sms", "+15550100001", "", "x");
	const struct rows *rows;

	outbox_add(db, now + 5000, "sms", "+15550100002", "", "not due yet");
	rows = outbox_claim(db, now, LEASE_A, now + 1000, 10);
	ck_assert_uint_eq(rows->n, 1);
	ck_assert_uint_eq(outbox_claim(db, now, LEASE_B, now + 1000, 10)->n, 0);
	/* A died: the lease ends, B takes over, and A's late word counts no more. */
	rows = outbox_claim(db, now + 1000, LEASE_B, now + 3000, 1);
	ck_assert_uint_eq(rows->n, 1);
	ck_assert(outbox_sent(db, &id, 1, LEASE_A, false, now + 1500));
	ck_assert(outbox_failed(db, id, LEASE_A, "late", 0, now + 1500));
	ck_assert(outbox_release(db, LEASE_A, now));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE lease = '" LEASE_B "' AND status = 'queued'"), 1);
	ck_assert(outbox_release(db, LEASE_B, now + 1500));
	/* A's try counts, B's did not happen. */
	ck_assert_int_eq(count("SELECT MAX(attempts) FROM outbox"), 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE lease IS NULL AND status = 'queued'"), 2);
}
END_TEST

static void claim_all(struct db *own, int pipe)
{
	const struct rows *rows;

	do {
		uint8_t bytes[UUID_BYTES];
		char lease[UUID_SIZE];
		ms_t now = clock_now();

		uuid_make(bytes);
		rows = outbox_claim(own, now, uuid_text(bytes, lease), now + MS_MINUTE, 3);
		for (size_t i = 0; rows && i < rows->n; i++) {
			struct row row = row_at(rows, i);
			int64_t id = row_int(&row, "id");

			if (write(pipe, &id, sizeof(id)) != sizeof(id))
				_exit(1);
		}
	} while (rows && rows->n > 0);
}

START_TEST(no_message_is_claimed_twice)
{
	int64_t ids[200];
	size_t n;

	for (int i = 0; i < 60; i++)
		outbox_add(db, clock_now(), "sms", "+15550100001", "", "x");
	n = race(4, claim_all, ids, N(ids));
	ck_assert_uint_eq(n, 60);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			ck_assert_int_ne(ids[i], ids[k]);
}
END_TEST

START_TEST(a_stopped_sender_gives_back)
{
	struct job_run run = { .db = db, .config = config, .mem = ctx };

	outbox_add(db, clock_now(), "sms", "+15550100001", "", "x");
	run.deadline = clock_monotonic();
	ck_assert(job_outbox(&run));
	ck_assert(run.more);
	ck_assert_int_eq(
		count("SELECT COUNT(*) FROM outbox WHERE status = 'queued' AND lease IS NULL AND attempts = 0"), 1);
}
END_TEST

/* ---- secrets ---- */

static int64_t add_code(const char *to, ms_t until)
{
	return outbox_put(db, clock_now(),
			  &(struct message){ .channel = strchr(to, '@') ? "mail" : "sms",
					     .to = to,
					     .subject = "",
					     .body = "Your code is 123456.",
					     .secret_until = until });
}

START_TEST(a_code_is_gone_once_it_was_sent)
{
	ms_t good = clock_now() + MS_MINUTE;

	add_code("+15550100001", good);
	outbox_add(db, clock_now(), "sms", "+15550100001", "", "Order 7 is paid.");
	ck_assert(run_job(job_outbox));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent'"), 2);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE body LIKE '%123456%'"), 0);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE body = 'Order 7 is paid.'"), 1);
	/* A demo shows everybody's, for that is how its people get them. */
	clear_tables();
	config->demo = true;
	add_code("+15550100001", good);
	ck_assert(run_job(job_outbox));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent' AND body LIKE '%123456%'"), 1);
}
END_TEST

START_TEST(a_code_that_is_over_is_not_sent_and_not_kept)
{
	const struct row *row;
	int64_t id;

	/* Before it could be sent; refused for good; and where the next try would come too late. */
	static const struct {
		int line;
		const char *to;
		ms_t good;
		const char *url, *status;
	} cases[] = {
		{ __LINE__, "+15550100001", -1, "", "failed" },
		{ __LINE__, "nobody@", MS_MINUTE, "", "failed" },
		{ __LINE__, "+15550100001", 2 * MS_SECOND, "http://127.0.0.1:1/", "failed" },
		{ __LINE__, "+15550100001", MS_MINUTE, "http://127.0.0.1:1/", "queued" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		config->sms_transport = *cases[i].url ? "http" : "sandbox";
		config->sms_url = cases[i].url;
		id = add_code(cases[i].to, clock_now() + cases[i].good);
		ck_assert(run_job(job_outbox));
		row = db_one(db, "SELECT * FROM outbox WHERE id = ?", args(id));
		ck_assert_msg(row_is(row, "status", cases[i].status), "line %d: %s", cases[i].line,
			      row_text(row, "status"));
		ck_assert_msg(!*row_text(row, "body") == !strcmp(cases[i].status, "failed"), "line %d: %s",
			      cases[i].line, row_text(row, "body"));
		ck_assert_msg(*row_text(row, "error"), "line %d", cases[i].line);
	}
}
END_TEST

START_TEST(a_message_remembers_what_it_belongs_to)
{
	struct trace trace;
	char parent[TRACEPARENT_SIZE];
	const struct row *row;

	trace_begin(&trace, NULL, NULL);
	trace_turn_to(&trace);
	outbox_add(db, clock_now(), "sms", "+15550100001", "", "x");
	trace_turn_to(NULL);
	row = db_one(db, "SELECT traceparent FROM outbox", no_args);
	ck_assert_str_eq(row_text(row, "traceparent"), trace_parent(&trace, parent));
}
END_TEST

/* ---- a copy that was restored ---- */

START_TEST(a_restored_copy_sends_nothing_until_somebody_says_so)
{
	ms_t now = clock_now();

	ck_assert_ptr_null(copy_of(db));
	outbox_add(db, now, "sms", "+15550100001", "", "before");
	ck_assert(copy_mark(db, "2026-11-26T08:00:00.000Z", now));
	ck_assert_str_eq(copy_of(db), "2026-11-26T08:00:00.000Z");
	ck_assert(run_job(job_outbox));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'queued' AND attempts = 0"), 1);
	ck_assert_int_eq(outbox_give_up_waiting(db, "Restored.", now), 1);
	ck_assert(copy_unmark(db));
	ck_assert(!copy_unmark(db));
	outbox_add(db, now, "sms", "+15550100001", "", "after");
	ck_assert(run_job(job_outbox));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent' AND body = 'after'"), 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'failed' AND body = 'before'"
			       " AND error = 'Restored.'"),
			 1);
}
END_TEST

/* ---- the table of jobs ---- */

#define AND_ONE(name, period) +1

START_TEST(due_jobs_run_once)
{
	int64_t all;

	ck_assert(jobs_due(db, config, 10000));
	all = count("SELECT COUNT(*) FROM job");
	ck_assert_int_eq(all, 0 JOBS(AND_ONE));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE ran_at IS NOT NULL AND lease IS NULL AND error IS NULL"
			       " AND due_at > ran_at"),
			 all);
	/* Nothing is due now but what is made so. */
	db_exec(db, "UPDATE job SET due_at = ?, ran_at = NULL", args(arg_time(clock_now() + MS_HOUR)));
	ck_assert(!jobs_due(db, config, 10000));
	db_exec(db, "UPDATE job SET due_at = ? WHERE name = 'seal'", args(arg_time(clock_now() - 1)));
	ck_assert(jobs_due(db, config, 10000));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE ran_at IS NOT NULL"), 1);
	db_exec(db, "UPDATE job SET due_at = ?", args(arg_time(clock_now() - 1)));
	ck_assert_msg(!jobs_due(db, config, 0), "no time, no work");
}
END_TEST

START_TEST(a_job_is_claimed_by_one)
{
	ms_t now = clock_now();

	job_add(db, "x", now);
	job_add(db, "x", now + 99999);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job"), 1);
	ck_assert(!job_claim(db, "x", now - 1, LEASE_A, now + 1000));
	ck_assert(job_claim(db, "x", now, LEASE_A, now + 1000));
	ck_assert(!job_claim(db, "x", now, LEASE_B, now + 1000));
	ck_assert(job_claim(db, "x", now + 1000, LEASE_B, now + 2000));
	job_done(db, "x", LEASE_A, now, now, "late");
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE lease = '" LEASE_B "' AND error IS NULL"), 1);
	job_done(db, "x", LEASE_B, now, now + 5000, NULL);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE lease IS NULL AND ran_at IS NOT NULL"), 1);
	ck_assert(!job_claim(db, "x", now + 4999, LEASE_A, now + 9000));
}
END_TEST

START_TEST(a_failing_job_stops_no_other)
{
	check_script(db, "RENAME TABLE outbox TO outbox_away");
	jobs_due(db, config, 10000);
	check_script(db, "RENAME TABLE outbox_away TO outbox");
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE name = 'outbox' AND error LIKE '%outbox%'"
			       " AND due_at >= ran_at + INTERVAL 10 SECOND"),
			 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE name = 'seal' AND error IS NULL AND ran_at IS NOT NULL"),
			 1);
}
END_TEST

/* As a server that is lost while a job runs answers its last word. */
static void lose_the_end(bool lost)
{
	const char *sql = lost ? "CREATE TRIGGER job_end BEFORE UPDATE ON job FOR EACH ROW IF NEW.lease IS NULL THEN"
				 " SIGNAL SQLSTATE '08S01' SET MYSQL_ERRNO = 2013; END IF"
			       : "DROP TRIGGER job_end";

	ck_assert_msg(db_exec(db, sql, no_args) >= 0, "%s", db_message(db));
}

#define SEAL_IS(condition) count("SELECT COUNT(*) FROM job WHERE name = 'seal' AND " condition)

/* Runs seal alone, and loses its end. */
static void run_without_an_end(void)
{
	db_exec(db, "UPDATE job SET due_at = ?", args(arg_time(clock_now() + MS_HOUR)));
	db_exec(db, "UPDATE job SET due_at = ?, ran_at = NULL, error = NULL WHERE name = 'seal'",
		args(arg_time(clock_now() - 1)));
	lose_the_end(true);
	ck_assert(jobs_due(db, config, 10000));
	ck_assert_int_eq(SEAL_IS("lease IS NOT NULL AND ran_at IS NULL"), 1);
}

START_TEST(an_end_that_was_lost_is_noted_when_the_database_is_back)
{
	jobs_due(db, config, 10000);
	run_without_an_end();
	/* Still away: it is not forgotten. */
	jobs_due(db, config, 10000);
	ck_assert_int_eq(SEAL_IS("lease IS NOT NULL AND ran_at IS NULL"), 1);
	lose_the_end(false);
	/* With no time to run anything it is noted all the same, and due. */
	ck_assert(!jobs_due(db, config, 0));
	ck_assert_int_eq(SEAL_IS("lease IS NULL AND ran_at IS NOT NULL AND error = 'the database was away'"), 1);
	ck_assert(jobs_due(db, config, 10000));
	ck_assert_int_eq(SEAL_IS("lease IS NULL AND error IS NULL AND due_at > ran_at"), 1);
	/* Once. */
	db_exec(db, "UPDATE job SET due_at = ?", args(arg_time(clock_now() + MS_HOUR)));
	ck_assert(!jobs_due(db, config, 10000));
	ck_assert_int_eq(SEAL_IS("error IS NULL"), 1);
}
END_TEST

START_TEST(a_lost_end_is_not_noted_over_who_took_the_job_since)
{
	jobs_due(db, config, 10000);
	run_without_an_end();
	lose_the_end(false);
	db_exec(db, "UPDATE job SET lease = '" LEASE_B "' WHERE name = 'seal'", no_args);
	ck_assert(!jobs_due(db, config, 0));
	ck_assert_int_eq(SEAL_IS("lease = '" LEASE_B "' AND ran_at IS NULL AND error IS NULL"), 1);
}
END_TEST

START_TEST(once_runs_and_ends)
{
	char *empty = check_directory(ctx);

	outbox_add(db, clock_now(), "sms", "+15550100001", "", "x");
	config->migrations = empty;
	ck_assert_int_eq(jobs_once(config), 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent'"), 0);
	rmdir(empty);
	config->migrations = "sql/migrations";
	ck_assert_int_eq(jobs_once(config), 0);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM outbox WHERE status = 'sent'"), 1);
}
END_TEST

START_TEST(jobs_end_when_told)
{
	ms_t began = clock_monotonic();
	int status;
	pid_t pid;

	config->run_dir = check_directory(ctx);
	outbox_add(db, clock_now(), "sms", "+15550100001", "", "x");
	db_close(db);
	pid = fork();
	if (pid == 0)
		_exit(jobs_run(config, &(struct origin){ NULL, NULL }));
	while (count("SELECT COUNT(*) FROM outbox WHERE status = 'queued'") > 0)
		ck_assert_int_lt(clock_monotonic() - began, 10 * MS_SECOND);
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	/* All is given back. */
	ck_assert_int_eq(count("SELECT COUNT(*) FROM job WHERE lease IS NOT NULL"), 0);
}
END_TEST

/* ---- the audit chain ---- */

static void add_audits(int n)
{
	for (int i = 0; i < n; i++) {
		struct audit_entry e = { .at = clock_now(),
					 .account_id = i % 3,
					 .role = "admin",
					 .action = "update",
					 .noun = "event",
					 .noun_id = i,
					 .before_json = i % 2 ? "{\"title\":\"Grüße \"}" : NULL,
					 .after_json = i % 5 ? "" : "{}",
					 .ip = "::1",
					 .request_id = "rq" };

		ck_assert(audit_add(db, &e));
	}
}

static bool verify(int64_t *first_bad)
{
	bool whole;

	ck_assert(db_snapshot_begin(db));
	whole = audit_verify(db, first_bad);
	db_snapshot_end(db);
	ck_assert_int_eq(db_error(db), DB_OK);
	return whole;
}

START_TEST(audit_rows_are_chained)
{
	int64_t bad;

	ck_assert(verify(&bad));
	ck_assert_int_eq(audit_seal(db), 0);
	add_audits(450); /* more than two batches */
	ck_assert(run_job(job_seal));
	ck_assert_int_eq(count("SELECT COUNT(*) FROM audit_log WHERE seq IS NULL OR hash IS NULL"), 0);
	ck_assert_int_eq(count("SELECT MAX(seq) FROM audit_log"), 450);
	ck_assert_int_eq(count("SELECT seq FROM audit_chain"), 450);
	ck_assert(verify(&bad));
	add_audits(3);
	ck_assert_msg(verify(&bad), "rows not chained yet do no harm");
	ck_assert_int_eq(audit_seal(db), 3);
	ck_assert(verify(&bad));
	ck_assert_int_eq(bad, 0);
}
END_TEST

START_TEST(tampering_is_found)
{
	static const struct {
		int line;
		const char *sql;
		int64_t first_bad;
	} cases[] = {
		{ __LINE__, "UPDATE audit_log SET after_json = '{\"x\":1}' WHERE seq = 4", 4 },
		{ __LINE__, "UPDATE audit_log SET before_json = '' WHERE seq = 3", 3 },
		{ __LINE__, "UPDATE audit_log SET after_json = NULL WHERE seq = 2", 2 },
		{ __LINE__, "UPDATE audit_log SET after_json = CONCAT(after_json, CHAR(0), 'x') WHERE seq = 2", 2 },
		{ __LINE__, "UPDATE audit_log SET account_id = 9 WHERE seq = 1", 1 },
		{ __LINE__, "UPDATE audit_log SET at = at + INTERVAL 1000 MICROSECOND WHERE seq = 5", 5 },
		{ __LINE__, "UPDATE audit_log SET role = 'support' WHERE seq = 5", 5 },
		{ __LINE__, "UPDATE audit_log SET ip = '::2' WHERE seq = 6", 6 },
		{ __LINE__, "UPDATE audit_log SET hash = UNHEX(REPEAT('00', 32)) WHERE seq = 6", 6 },
		{ __LINE__, "UPDATE audit_log SET hash = NULL WHERE seq = 6", 6 },
		{ __LINE__, "DELETE FROM audit_log WHERE seq = 3", 3 },
		{ __LINE__, "DELETE FROM audit_log WHERE seq = 1", 1 },
		{ __LINE__, "DELETE FROM audit_log WHERE seq = 6", 6 },
		{ __LINE__, "DELETE FROM audit_log", 1 },
		{ __LINE__, "UPDATE audit_log SET seq = NULL WHERE seq >= 5", 5 },
		{ __LINE__, "UPDATE audit_log SET seq = 7 WHERE seq = 6", 6 },
		{ __LINE__,
		  "UPDATE audit_log SET seq = 99 WHERE seq = 2; UPDATE audit_log SET seq = 2 WHERE seq = 3;"
		  "UPDATE audit_log SET seq = 3 WHERE seq = 99",
		  2 },
		{ __LINE__, "UPDATE audit_chain SET seq = 5", 6 },
		{ __LINE__, "UPDATE audit_chain SET seq = 7", 7 },
		{ __LINE__, "UPDATE audit_chain SET hash = UNHEX(REPEAT('00', 32))", 6 },
		{ __LINE__, "DO 0", 0 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		int64_t bad = -1;

		clear_tables();
		add_audits(6);
		ck_assert_int_eq(audit_seal(db), 6);
		check_script(db, cases[i].sql);
		ck_assert_msg(verify(&bad) == (cases[i].first_bad == 0), "line %d", cases[i].line);
		ck_assert_msg(bad == cases[i].first_bad, "line %d: at %d", cases[i].line, (int)bad);
	}
}
END_TEST

static void seal_all(struct db *own, int pipe)
{
	int sealed, idle = 0;

	/* 0 may also mean that another was first. */
	while (idle < 3) {
		sealed = audit_seal(own);
		idle = sealed > 0 ? 0 : idle + 1;
		if (sealed != 0) {
			int64_t n = sealed;

			if (write(pipe, &n, sizeof(n)) != sizeof(n) || n < 0)
				_exit(1);
		}
	}
}

START_TEST(sealers_do_not_fork_the_chain)
{
	int64_t sealed[100], sum = 0, bad;
	size_t n;

	add_audits(700);
	n = race(3, seal_all, sealed, N(sealed));
	for (size_t i = 0; i < n; i++)
		sum += sealed[i];
	ck_assert_int_eq(sum, 700);
	ck_assert(verify(&bad));
	ck_assert_int_eq(count("SELECT MAX(seq) FROM audit_log"), 700);
}
END_TEST

/* ---- tidying ---- */

/* Rows of one kind: "old" ones go, the others stay. ? is the clock. */
START_TEST(only_the_old_goes)
{
	static const char *const SQL[] = {
		"INSERT INTO account (id, uuid, name, created_at, updated_at) SELECT 1, REPEAT('a', 16), 'Ann', t, t FROM",
		"INSERT INTO account_role (account_id, role, granted_at) SELECT 1, 'customer', t FROM",
		"INSERT INTO session (id, account_id, role, role_id, created_at, seen_at, expires_at, ip, user_agent)"
		" SELECT seq, 1, 'customer', 1, t, t, t - INTERVAL IF(seq = 1, 31, 29) DAY, '', '' FROM seq_1_to_2 JOIN",
		"INSERT INTO refresh_token (hash, session_id, created_at, expires_at)"
		" SELECT REPEAT(seq, 32), 2, t, t - INTERVAL IF(seq = 1, 8, 6) DAY FROM seq_1_to_2 JOIN",
		"INSERT INTO otp (challenge, purpose, role, recipient, code_hash, created_at, expires_at)"
		" SELECT LPAD(seq, 16, '0'), 'login', 'customer', '', REPEAT('h', 32), t,"
		" t - INTERVAL IF(seq <= 1100, 25, 23) HOUR FROM seq_1_to_1101 JOIN",
		"INSERT INTO guess (name, window_start, count)"
		" SELECT REPEAT(seq, 16), t - INTERVAL IF(seq = 1, 25, 23) HOUR, 1 FROM seq_1_to_2 JOIN",
		"INSERT INTO idempotency (account_id, name, body_hash, status, created_at)"
		" SELECT seq, REPEAT('n', 32), REPEAT('h', 32), 200, t - INTERVAL IF(seq = 1, 25, 23) HOUR FROM seq_1_to_2 JOIN",
		"INSERT INTO outbox (channel, recipient, body, status, due_at, created_at)"
		" SELECT 'sms', seq, '', ELT(seq, 'sent', 'sent', 'failed', 'failed', 'queued'),"
		" t - INTERVAL ELT(seq, 8, 6, 31, 29, 99) DAY, t FROM seq_1_to_5 JOIN",
		"INSERT INTO outbox_decoy (channel, recipient, body, due_at, created_at)"
		" SELECT 'sms', seq, '', t - INTERVAL IF(seq = 1, 61, 59) MINUTE, t FROM seq_1_to_2 JOIN",
	};
	char sql[600];

	for (size_t i = 0; i < N(SQL); i++) {
		snprintf(sql, sizeof(sql), "%s (SELECT CAST(? AS DATETIME(3)) AS t) clock", SQL[i]);
		ck_assert_msg(db_exec(db, sql, args(arg_time(clock_now()))) > 0, "%zu: %s", i, db_message(db));
	}
	ck_assert(run_job(job_tidy));
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(id) = '2' FROM session"), 1);
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(LEFT(hash, 1)) = '2' FROM refresh_token"), 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM otp"), 1);
	ck_assert_int_eq(count("SELECT COUNT(*) FROM otp WHERE challenge = LPAD(1101, 16, '0')"), 1);
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(LEFT(name, 1)) = '2' FROM guess"), 1);
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(account_id) = '2' FROM idempotency"), 1);
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(recipient ORDER BY id) = '2,4,5' FROM outbox"), 1);
	ck_assert_int_eq(count("SELECT GROUP_CONCAT(recipient) = '2' FROM outbox_decoy"), 1);
}
END_TEST

Suite *jobs_suite(void)
{
	Suite *suite = suite_create("jobs");
	TCase *tests = tcase_create("jobs");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, messages_are_sent);
	tcase_add_test(tests, failures_wait_and_end);
	tcase_add_test(tests, a_lease_is_one_senders);
	tcase_add_test(tests, no_message_is_claimed_twice);
	tcase_add_test(tests, a_stopped_sender_gives_back);
	tcase_add_test(tests, a_code_is_gone_once_it_was_sent);
	tcase_add_test(tests, a_code_that_is_over_is_not_sent_and_not_kept);
	tcase_add_test(tests, a_message_remembers_what_it_belongs_to);
	tcase_add_test(tests, a_restored_copy_sends_nothing_until_somebody_says_so);
	tcase_add_test(tests, due_jobs_run_once);
	tcase_add_test(tests, a_job_is_claimed_by_one);
	tcase_add_test(tests, a_failing_job_stops_no_other);
	tcase_add_test(tests, an_end_that_was_lost_is_noted_when_the_database_is_back);
	tcase_add_test(tests, a_lost_end_is_not_noted_over_who_took_the_job_since);
	tcase_add_test(tests, once_runs_and_ends);
	tcase_add_test(tests, jobs_end_when_told);
	tcase_add_test(tests, audit_rows_are_chained);
	tcase_add_test(tests, tampering_is_found);
	tcase_add_test(tests, sealers_do_not_fork_the_chain);
	tcase_add_test(tests, only_the_old_goes);
	suite_add_tcase(suite, tests);
	return suite;
}
