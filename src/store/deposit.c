/* Deposits. */
#include "store/deposit.h"
#include <string.h>

int64_t deposit_make(struct db *db, const struct deposit_new *d, ms_t now)
{
	bool capital = !strcmp(d->source, "capital");
	int64_t id =
		db_insert(db,
			  "INSERT INTO deposit (source, amount, currency, date, reference, note, made_by, created_at,"
			  " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			  args(d->source, d->amount, d->currency, d->date, d->reference, d->note, d->account_id,
			       arg_time(now), arg_time(now)));

	if (!id)
		return 0;
	return ledger_post(db,
			   &(struct ledger_transfer){
				   .noun = "deposit",
				   .kind = "deposit",
				   .noun_id = id,
				   .currency = d->currency,
				   .legs = { { "bank", 0, d->amount },
					     { capital ? "capital" : "provider",
					       capital ? 0 : ledger_provider(d->provider), -d->amount } } },
			   now) == LEDGER_POSTED
		       ? id
		       : 0;
}

enum ledger_posted deposit_post_back(struct db *db, int64_t id, ms_t now)
{
	return ledger_reverse(db, "deposit", id, "deposit", "deposit_back", now);
}
