/* Deletes what has served its time, so that tables of codes and tokens stay as small as what is
 * alive in them. */
#include "store/tidy.h"
#include "jobs/jobs.h"

bool job_tidy(struct job_run *run)
{
	for (int kind = 0; kind < tidy_kinds(); kind++) {
		bool more = true;

		while (more) {
			if (job_should_stop(run)) {
				run->more = true;
				return true;
			}
			if (!tidy_batch(run->db, kind, run->now, &more))
				return false;
		}
	}
	return true;
}
