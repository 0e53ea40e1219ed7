/* Keeps the index of words by which people are found. */
#include "store/sought.h"
#include "jobs/jobs.h"

bool job_sought(struct job_run *run)
{
	bool more;

	do {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!sought_add(run->db, run->now, &more))
			return false;
	} while (more);
	return db_error(run->db) == DB_OK;
}
