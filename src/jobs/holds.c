/* Gives back the stock of lapsed holds. A booking that needs it does so itself; this keeps the counters near the truth
 * for those who only look. */
#include "jobs/jobs.h"
#include "store/order.h"

bool job_holds(struct job_run *run)
{
	while (order_reap(run->db, run->now) > 0)
		if (job_should_stop(run)) {
			run->more = true;
			break;
		}
	return db_error(run->db) == DB_OK;
}
