/* What a list sorts by must not be counted at each look: an event's popularity is its orders of the last week. */
#include "store/popularity.h"
#include "jobs/jobs.h"

bool job_popularity(struct job_run *run)
{
	return popularity_refresh(run->db, run->now);
}
