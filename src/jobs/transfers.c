/* Ends the offers of tickets that nobody took before the event began. */
#include "app/transfer.h"
#include "jobs/jobs.h"
#include "store/transfer.h"

struct ending {
	struct job_run *run;
	int64_t id;
};

static bool end_one(void *with)
{
	struct ending *e = with;

	return transfer_expire(e->run->db, e->id, e->run->now);
}

bool job_transfers(struct job_run *run)
{
	const struct rows *over = transfers_over(run->db, run->now);

	for (size_t i = 0; i < over->n; i++) {
		struct row row = row_at(over, i);
		struct ending ending = { run, row_int(&row, "id") };

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		db_transaction(run->db, end_one, NULL, &ending);
		if (db_error(run->db) != DB_OK)
			return false;
	}
	run->more = over->n == 100;
	return db_error(run->db) == DB_OK;
}
