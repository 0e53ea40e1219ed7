/* Sums events up that are over, so that figures of a term read no record of theirs. */
#include "jobs/jobs.h"
#include "store/attendance_sum.h"

bool job_attendance_sums(struct job_run *run)
{
	const struct rows *due = attendance_sums_due(run->db, run->now);

	for (size_t i = 0; i < due->n; i++) {
		struct row row = row_at(due, i);

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!attendance_sum_up(run->db, row_int(&row, "event_id"), run->now))
			return false;
	}
	run->more = due->n == 200;
	return db_error(run->db) == DB_OK;
}
