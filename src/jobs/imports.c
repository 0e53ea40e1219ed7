/* Lists of people that a campus handed in. */
#include "jobs/jobs.h"
#include "store/campus_import.h"

bool job_imports(struct job_run *run)
{
	return import_next(run->db, run->now, &run->more);
}
