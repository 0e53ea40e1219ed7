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

/* A page on which a card is chosen is open for half an hour: whoever knows nothing of one by then will not. */
#define GIVEN_UP (2 * MS_DAY)

/* False: who was asked does not answer, so the others wait. */
typedef bool each_fn(struct job_run *run, const struct row *row);

static bool reload(struct job_run *run, const struct row *row)
{
	credit_auto(run->db, run->config, row_int(row, "id"), run->now);
	return true;
}

static bool ask(struct job_run *run, const struct row *row)
{
	const struct row *keep = keep_get(run->db, row_int(row, "id"));

	/* Before it is asked about: what does not answer goes to the end of the queue. */
	keep_asked(run->db, row_int(row, "id"), run->now);
	if (!keep || keep_ask(run->db, run->config, keep, run->now) != PAY_UNKNOWN)
		return true;
	if (run->now - row_time(keep, "created_at") > GIVEN_UP)
		keep_fail(run->db, row_int(row, "id"), run->now);
	return false;
}

static bool is_gone(struct job_run *run, const struct payment_provider *provider, const struct row *row)
{
	if (row_bool(row, "erase"))
		return !provider->forget || provider->forget(run->config, row_text(row, "payer"));
	return !provider->let_go || provider->let_go(run->config, row_text(row, "token"));
}

static bool let_go(struct job_run *run, const struct row *row)
{
	const struct payment_provider *provider = payment_reach(run->db, row_text(row, "provider"));

	if (!provider) /* none of that name any more, or a copy */
		return true;
	keep_asked(run->db, row_int(row, "id"), run->now);
	if (!is_gone(run, provider, row))
		return false;
	keep_gone(run->db, row_int(row, "id"), run->now);
	return true;
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
		if (!does(run, &row))
			break;
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
