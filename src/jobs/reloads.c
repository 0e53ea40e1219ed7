/* Cards that reload themselves: where less is on one than its holder wants, the provider's card that they chose is charged. One
 * that is declined is not tried again; its holder is told. Cards that are being chosen are asked about, for whoever chose one may
 * not come back, and those that nothing needs any more are let go. */
#include "app/credit.h"
#include "app/keep.h"
#include "app/refund.h"
#include "jobs/jobs.h"
#include "store/copy.h"
#include "store/credit.h"
#include "store/keep.h"

typedef void each_fn(struct job_run *run, const struct row *row);

static void reload(struct job_run *run, const struct row *row)
{
	credit_auto(run->db, run->config, row_int(row, "id"), run->now);
}

static void ask(struct job_run *run, const struct row *row)
{
	const struct row *keep = keep_get(run->db, row_int(row, "id"));

	/* Before it is asked about: what does not answer goes to the end of the queue. */
	keep_asked(run->db, row_int(row, "id"), run->now);
	if (keep)
		keep_ask(run->db, run->config, keep, run->now);
}

static void let_go(struct job_run *run, const struct row *row)
{
	const struct payment_provider *provider = payment_reach(run->db, row_text(row, "provider"));

	if (!provider || !provider->let_go || provider->let_go(run->config, row_text(row, "token")))
		keep_gone(run->db, row_int(row, "id"), run->now);
}

/* False: time is up, or the database failed. */
static bool each(struct job_run *run, const struct rows *rows, each_fn *does)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (job_should_stop(run)) {
			run->more = true;
			return false;
		}
		does(run, &row);
		if (db_error(run->db) != DB_OK)
			return false;
	}
	return db_error(run->db) == DB_OK;
}

bool job_reloads(struct job_run *run)
{
	if (copy_of(run->db))
		return true;
	return (each(run, credit_auto_due(run->db, run->config->payment_provider), reload) &&
		each(run, keep_waiting(run->db, run->now - MS_MINUTE), ask) &&
		each(run, keep_leaving(run->db), let_go)) ||
	       db_error(run->db) == DB_OK;
}
