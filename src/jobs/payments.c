/* Payments nobody came back for: those the provider left unanswered are asked about, refunds that were cut off are
 * finished, and the money of cancelled events goes back. */
#include "app/credit.h"
#include "app/credit_refund.h"
#include "app/refund.h"
#include "http/request.h"
#include "jobs/jobs.h"
#include "live/hint.h"
#include "store/copy.h"
#include "store/credit.h"
#include "store/payment.h"
#include "store/refund.h"

typedef bool settle_fn(struct db *db, const struct config *config, struct sale *sale, ms_t now);

static bool ask(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	return payment_ask(db, config, sale, now, NULL) != SETTLED_FAILED;
}

static bool stop(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	return payment_stop(db, config, sale, now) != SETTLED_FAILED;
}

static bool settle_each(struct job_run *run, const struct rows *waiting, settle_fn *settle)
{
	for (size_t i = 0; i < waiting->n; i++) {
		struct row row = row_at(waiting, i);
		const struct row *credit;
		struct sale sale;

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		/* Before it is tried: what cannot be settled goes to the end of the queue, not to its head. */
		payment_tried(run->db, row_int(&row, "id"), run->now);
		if (sale_of_payment(run->db, row_int(&row, "id"), 0, run->now, &sale)) {
			settle(run->db, run->config, &sale, run->now);
			live_hint(run->config->run_dir, TOPIC_EVENT, row_int(&sale.order, "event.id"));
			live_hint(run->config->run_dir, TOPIC_ORDER, row_int(&sale.order, "id"));
		} else if ((credit = credit_of_payment(run->db, row_int(&row, "id"), 0))) {
			if (row_bool(credit, "automatic"))
				credit_auto_again(run->db, run->config, &credit, run->now);
			else
				credit_ask(run->db, run->config, &credit, run->now, NULL);
		}
		if (db_error(run->db) != DB_OK)
			return false;
	}
	return db_error(run->db) == DB_OK;
}

bool job_payments(struct job_run *run)
{
	ms_t minute_ago = run->now - MS_MINUTE;

	if (copy_of(run->db))
		return true;
	return settle_each(run, payment_waiting(run->db, "processing", minute_ago), ask) &&
	       settle_each(run, payment_overdue(run->db, run->now, minute_ago), stop) &&
	       settle_each(run, payment_waiting(run->db, "requires_action", run->now - 15 * MS_MINUTE), ask) &&
	       settle_each(run, payment_waiting(run->db, "refunding", minute_ago), payment_finish_refund) &&
	       settle_each(run, payment_of_cancelled_events(run->db), payment_give_back) &&
	       settle_each(run, refund_parts_asked(run->db), payment_give_parts);
}

/* Notices may be lost, and the provider does not send them for ever. */
bool job_desk(struct job_run *run)
{
	const struct rows *waiting;

	if (copy_of(run->db))
		return true;
	payment_look_at_desks(run->db, run->config, run->now - 3 * MS_DAY, run->now);
	waiting = refund_waiting(run->db, run->now - MS_HOUR);
	for (size_t i = 0; i < waiting->n && !job_should_stop(run); i++) {
		struct row row = row_at(waiting, i);
		const struct row *credit;
		struct sale sale;

		refund_tried(run->db, row_int(&row, "id"), run->now);
		if (sale_of_payment(run->db, row_int(&row, "id"), 0, run->now, &sale))
			payment_look_at_desk(run->db, run->config, &sale, run->now);
		else if ((credit = credit_of_payment(run->db, row_int(&row, "id"), 0)))
			credit_look_at_desk(run->db, run->config, credit, run->now);
	}
	return db_error(run->db) == DB_OK;
}
