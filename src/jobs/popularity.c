/* What a list sorts by must not be counted at each look: an event's popularity is its orders of the last week. */
#include "jobs/jobs.h"
#include "store/popularity.h"

bool job_popularity(struct job_run *run)
{
	return popularity_refresh(run->db, run->now);
}
