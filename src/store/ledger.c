/* The ledger. Accounts without a balance are summed from their entries when someone asks, so that two sales never wait
 * for each other here. */
#include "store/ledger.h"
#include <string.h>

/* Providers are few and named in the program; each has a ledger account by its number. */
static int64_t provider_number(const char *provider)
{
	return strcmp(provider, "sandbox") ? 2 : 1;
}

/* Finds or makes the account; two makers at once meet in the UNIQUE key. */
static int64_t account(struct db *db, const char *kind, int64_t owner, const char *currency)
{
	int64_t id = db_int(db, "SELECT id FROM ledger_account WHERE kind = ? AND owner_id = ? AND currency = ?",
			    args(kind, owner, currency));

	if (id)
		return id;
	db_exec(db, "INSERT IGNORE INTO ledger_account (kind, owner_id, currency) VALUES (?, ?, ?)",
		args(kind, owner, currency));
	return db_int(db, "SELECT id FROM ledger_account WHERE kind = ? AND owner_id = ? AND currency = ?",
		      args(kind, owner, currency));
}

static bool transfer(struct db *db, const char *kind, int64_t payment_id, int64_t debit, int64_t credit, int64_t amount,
		     ms_t now)
{
	int64_t id;

	if (amount == 0)
		return true;
	id = db_insert(db, "INSERT INTO ledger_transfer (kind, noun, noun_id, at) VALUES (?, 'payment', ?, ?)",
		       args(kind, payment_id, arg_time(now)));
	if (!id)
		return db_last(db) == DB_DUPLICATE;
	return db_exec(db, "INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (?, ?, ?), (?, ?, ?)",
		       args(id, debit, amount, id, credit, -amount)) == 2;
}

bool ledger_sale(struct db *db, int64_t payment_id, const char *provider, int64_t organizer_id, int64_t amount,
		 const char *currency, ms_t now)
{
	return transfer(db, "sale", payment_id, account(db, "provider", provider_number(provider), currency),
			account(db, "organizer", organizer_id, currency), amount, now);
}

bool ledger_refund(struct db *db, int64_t payment_id, const char *provider, int64_t organizer_id, int64_t amount,
		   const char *currency, ms_t now)
{
	return transfer(db, "refund", payment_id, account(db, "organizer", organizer_id, currency),
			account(db, "provider", provider_number(provider), currency), amount, now);
}
