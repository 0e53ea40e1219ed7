/* Passes on what became of events to all who have tickets for them, some at a time. */
#include "jobs/jobs.h"
#include "store/notice.h"

enum { AT_ONCE = 200 };

bool job_notices(struct job_run *run)
{
	const struct row *notice;
	bool done;

	while ((notice = notice_next(run->db))) {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!notice_pass_on(run->db, notice, AT_ONCE, run->now, &done))
			return false;
	}
	return db_error(run->db) == DB_OK;
}
