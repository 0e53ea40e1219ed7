/* Sums scans up, so that live counts never read all rows. */
#include "jobs/jobs.h"
#include "store/scan_summary.h"

bool job_summary(struct job_run *run)
{
	const struct rows *events = scan_events_to_summarise(run->db, run->now);

	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);
		int64_t moved;

		do {
			if (job_should_stop(run)) {
				run->more = true;
				return true;
			}
			moved = scan_summarise(run->db, row_int(&event, "id"), run->now);
		} while (moved == SCAN_STEP);
		if (moved < 0)
			return false;
	}
	return db_error(run->db) == DB_OK;
}
