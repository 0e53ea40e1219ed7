/* Marks where the rows of long tables stand, so that pages far down a list are found at once. */
#include "jobs/jobs.h"
#include "store/mark.h"

bool job_marks(struct job_run *run)
{
	bool more = true;

	while (more && !job_should_stop(run))
		if (!marks_add(run->db, run->now, &more))
			return false;
	run->more = more;
	return true;
}
