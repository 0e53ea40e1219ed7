/* Tells who looks after a gate that there is something to look at: beside what scans, which waits for nothing. */
#include "app/conflict.h"
#include "jobs/jobs.h"
#include "store/conflict.h"

bool job_conflicts(struct job_run *run)
{
	const struct rows *events = conflicts_to_tell(run->db, run->now);

	for (size_t i = 0; i < events->n && db_error(run->db) == DB_OK; i++) {
		struct row event = row_at(events, i);

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		conflicts_tell(run->db, row_int(&event, "event_id"), run->now);
	}
	return db_error(run->db) == DB_OK;
}
