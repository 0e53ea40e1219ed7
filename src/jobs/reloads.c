/* Cards that reload themselves: where less is on one than its holder wants, the provider's card that they chose is charged. One
 * that is declined is not tried again; its holder is told. */
#include "app/credit.h"
#include "base/tongue.h"
#include "jobs/jobs.h"
#include "store/copy.h"
#include "store/credit.h"
#include "store/outbox.h"

static void tell(struct job_run *run, const struct row *card)
{
	const struct tongue *theirs = tongue_named(row_text(card, "locale")),
			    *tongue = theirs ? theirs : tongue_named(run->config->locale);

	outbox_add(run->db, run->now, "sms", row_text(card, "mobile_number"), "",
		   tongue_say(tongue, run->mem,
			      "Your card %s could not be reloaded: the payment was declined. %s/nfc-cards/%lld",
			      row_text(card, "uid"), run->config->base_url, (long long)row_int(card, "id")));
}

static void reload(struct job_run *run, const struct row *card)
{
	const struct row *payment =
		credit_start_auto(run->db, row_int(card, "id"), run->config->payment_provider, run->now);
	const struct credit_call call = {
		.db = run->db, .config = run->config, .token = row_text(card, "token"), .now = run->now
	};
	struct payment_answer answer;

	if (!payment || credit_charge(&call, &payment, &answer) != SETTLED_DECLINED)
		return;
	credit_auto_failed(run->db, row_int(card, "id"), run->now);
	tell(run, card);
}

bool job_reloads(struct job_run *run)
{
	const struct rows *due = copy_of(run->db) ? NULL : credit_auto_due(run->db);

	for (size_t i = 0; due && i < due->n; i++) {
		struct row card = row_at(due, i);

		if (job_should_stop(run)) {
			run->more = true;
			break;
		}
		reload(run, &card);
		if (db_error(run->db) != DB_OK)
			return false;
	}
	return db_error(run->db) == DB_OK;
}
