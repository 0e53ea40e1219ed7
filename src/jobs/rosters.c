/* Who is expected at an event is fixed when it opens: who is in its audience then, and who joins while it is open. */
#include "jobs/jobs.h"
#include "store/campus_event.h"

bool job_rosters(struct job_run *run)
{
	return rosters_keep(run->db, run->now, &run->more);
}
