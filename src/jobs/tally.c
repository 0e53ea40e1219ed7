/* Adds up by days what was sold, so that figures over a year never read all rows. */
#include "store/tally.h"
#include "jobs/jobs.h"

bool job_tally(struct job_run *run)
{
	for (enum tally which = 0; which < TALLIES; which++) {
		bool more;

		do {
			if (job_should_stop(run)) {
				run->more = true;
				return true;
			}
			if (!tally_add(run->db, which, run->config->time_zone, run->now, &more))
				return false;
		} while (more);
	}
	return db_error(run->db) == DB_OK;
}
