/* Chains the audit rows that were added since. */
#include "jobs/jobs.h"
#include "store/audit.h"

bool job_seal(struct job_run *run)
{
	int sealed;

	do {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		sealed = audit_seal(run->db);
	} while (sealed > 0);
	return sealed == 0;
}
