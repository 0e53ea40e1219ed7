#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H
/* Background work. Many processes may offer to do it; each job is claimed by one guarded UPDATE with a
 * lease, so one at a time does it, and a process that dies in the middle is replaced when its lease
 * ends.
 *
 * To add a job: one line in JOBS, and bool job_<name>(struct job_run *run) in src/jobs/<name>.c. */
#include "base/again.h"
#include "base/config.h"
#include "db/db.h"

struct job_run {
	struct db *db;
	const struct config *config;
	TALLOC_CTX *mem; /* freed after the run; db answers on it */
	ms_t now;	 /* the run's clock */
	ms_t deadline;	 /* on clock_monotonic(): see job_should_stop */
	bool more;	 /* set by the job: work is left, so it is due again at once */
};

/* name, period in milliseconds */
#define JOBS(JOB)                                                                                                      \
	JOB(outbox, MS_SECOND)                                                                                         \
	JOB(notices, 2 * MS_SECOND)                                                                                    \
	JOB(webhooks, 2 * MS_SECOND)                                                                                   \
	JOB(guest_messages, 2 * MS_SECOND)                                                                             \
	JOB(conflicts, 2 * MS_SECOND)                                                                                  \
	JOB(transfers, 30 * MS_SECOND)                                                                                 \
	JOB(imports, 2 * MS_SECOND)                                                                                    \
	JOB(scores, 2 * MS_SECOND)                                                                                     \
	JOB(reports, 2 * MS_SECOND)                                                                                    \
	JOB(rosters, 10 * MS_SECOND)                                                                                   \
	JOB(doubts, 5 * MS_SECOND)                                                                                     \
	JOB(closings, 10 * MS_SECOND)                                                                                  \
	JOB(holds, 30 * MS_SECOND)                                                                                     \
	JOB(payments, 30 * MS_SECOND)                                                                                  \
	JOB(desk, 10 * MS_MINUTE)                                                                                      \
	JOB(invoices, 5 * MS_SECOND)                                                                                   \
	JOB(reloads, 10 * MS_SECOND)                                                                                   \
	JOB(seal, 2 * MS_SECOND)                                                                                       \
	JOB(summary, 10 * MS_SECOND)                                                                                   \
	JOB(attendance_sums, 30 * MS_SECOND)                                                                           \
	JOB(anomalies, 30 * MS_SECOND)                                                                                 \
	JOB(tally, 30 * MS_SECOND)                                                                                     \
	JOB(marks, 30 * MS_SECOND)                                                                                     \
	JOB(sought, 30 * MS_SECOND)                                                                                    \
	JOB(popularity, 5 * MS_MINUTE)                                                                                 \
	JOB(tidy, 5 * MS_MINUTE)                                                                                       \
	JOB(covers, 5 * MS_SECOND)                                                                                     \
	JOB(evidence, 2 * MS_SECOND)                                                                                   \
	JOB(purges, 10 * MS_MINUTE)                                                                                    \
	JOB(thumbs, MS_HOUR)                                                                                           \
	JOB(certificate, MS_HOUR)                                                                                      \
	JOB(files, MS_HOUR)

/* True when all went well; false: the database's message is kept in the job's row. A job does its
 * work in small transactions and asks job_should_stop between them. */
#define JOB_PROTOTYPE(name, period) bool job_##name(struct job_run *run);
JOBS(JOB_PROTOTYPE)

/* The run's time is up, or the process was told to end. */
bool job_should_stop(const struct job_run *run);

/* `gatehouse jobs`: runs what is due until SIGTERM or SIGINT, which it heeds between jobs; at SIGHUP, and where the schema was
 * brought to what is installed by now, it begins anew. Returns the exit status. */
int jobs_run(const struct config *config, const struct origin *origin);
/* `gatehouse jobs --once`: what is due now, for cron. */
int jobs_once(const struct config *config);

/* Runs what is due on db, starting nothing new after max_ms milliseconds: for a worker that is
 * alone on its host. One cheap query when nothing is due. True when a job ran. Leaves db without a
 * failure. */
bool jobs_due(struct db *db, const struct config *config, unsigned max_ms);

#endif
