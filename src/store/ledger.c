/* The ledger. Accounts without a balance are summed from their entries when someone asks, so that two sales never wait
 * for each other here. */
#include "store/ledger.h"
#include <string.h>

/* Providers are few and named in the program; each has a ledger account by its number. */
static int64_t provider_number(const char *provider)
{
	return strcmp(provider, "sandbox") ? 2 : 1;
}

/* What moves money and is to be entered: its id, or 0 with *done where it was entered before. */
static int64_t transfer(struct db *db, const char *kind, int64_t payment_id, ms_t now, bool *done)
{
	int64_t id = db_insert(db, "INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, 'payment', ?, ?)",
			       args(kind, payment_id, arg_time(now)));

	*done = !id && db_last(db) == DB_DUPLICATE;
	return id;
}

/* Both entries or none: none where an account is missing. */
static bool enter_sale(struct db *db, int64_t transfer_id, const struct ledger_sale *sale)
{
	return db_exec(db,
		       "INSERT INTO ledger_entry (transfer_id, account_id, amount)"
		       " SELECT ?, IF(side.seq = 1, p.id, o.id), IF(side.seq = 1, ?, ?)"
		       " FROM ledger_account p JOIN ledger_account o JOIN seq_1_to_2 side"
		       " WHERE p.kind = 'provider' AND p.owner_id = ? AND p.currency = ?"
		       " AND o.kind = 'organizer' AND o.owner_id = ? AND o.currency = ?",
		       args(transfer_id, sale->amount, -sale->amount, provider_number(sale->provider), sale->currency,
			    sale->organizer_id, sale->currency)) == 2;
}

/* Two makers at once meet in the UNIQUE key. */
static void make_accounts(struct db *db, const struct ledger_sale *sale)
{
	db_exec(db,
		"INSERT IGNORE INTO ledger_account (kind, owner_id, currency) VALUES ('provider', ?, ?), ('organizer', ?, ?)",
		args(provider_number(sale->provider), sale->currency, sale->organizer_id, sale->currency));
}

bool ledger_sale(struct db *db, const struct ledger_sale *sale, ms_t now)
{
	bool done;
	int64_t id;

	if (sale->amount == 0)
		return true;
	id = transfer(db, "sale", sale->payment_id, now, &done);
	if (!id)
		return done;
	if (enter_sale(db, id, sale))
		return true;
	make_accounts(db, sale);
	return enter_sale(db, id, sale);
}

bool ledger_refund(struct db *db, int64_t payment_id, ms_t now)
{
	bool done;
	int64_t id = transfer(db, "refund", payment_id, now, &done);

	return id ? db_exec(db,
			    "INSERT INTO ledger_entry (transfer_id, account_id, amount)"
			    " SELECT ?, e.account_id, -e.amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id"
			    " WHERE t.noun = 'payment' AND t.noun_id = ? AND t.kind = 'sale'",
			    args(id, payment_id)) >= 2
		  : done;
}
