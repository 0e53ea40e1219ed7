/* The ledger. */
#include "store/ledger.h"
#include <string.h>

/* Providers are few and named in the program. */
int64_t ledger_provider(const char *provider)
{
	return strcmp(provider, "sandbox") ? 2 : 1;
}

static bool is_card(const struct ledger_leg *leg)
{
	return !strcmp(leg->kind, "card");
}

/* ---- cards ---- */

/* tests/race builds this file once more without the guard, to show that its race would overdraw. */
#ifdef NO_GUARD
#define ENOUGH "(a.balance >= ? OR 1)"
#else
#define ENOUGH "a.balance >= ?"
#endif

/* What is paid with a card is taken from its balance by the one statement that looks at it. Its account is made by what is
 * first put on it. */
static bool move_balance(struct db *db, const struct ledger_transfer *t, const struct ledger_leg *leg)
{
	if (leg->amount > 0)
		return db_exec(db,
			       "UPDATE ledger_account a JOIN nfc_card n ON n.id = a.owner_id SET a.balance = a.balance - ?"
			       " WHERE a.kind = 'card' AND a.owner_id = ? AND a.currency = ? AND " ENOUGH
			       " AND n.status = ?",
			       args(leg->amount, leg->owner_id, t->currency, leg->amount,
				    t->of_lost ? "lost" : "active")) == 1;
	return db_exec(db,
		       "INSERT INTO ledger_account (kind, owner_id, currency, balance) VALUES ('card', ?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance)",
		       args(leg->owner_id, t->currency, -leg->amount)) > 0;
}

/* By ascending card, so that two who pay each other at once do not wait in a circle. */
static bool move_balances(struct db *db, const struct ledger_transfer *t)
{
	int64_t last = 0;

	for (;;) {
		const struct ledger_leg *next = NULL;

		for (const struct ledger_leg *leg = t->legs; leg->kind; leg++)
			if (is_card(leg) && leg->amount && leg->owner_id > last &&
			    (!next || leg->owner_id < next->owner_id))
				next = leg;
		if (!next)
			return true;
		if (!move_balance(db, t, next))
			return false;
		last = next->owner_id;
	}
}

/* ---- entries ---- */

/* Two makers at once meet in the UNIQUE key. */
static void make_accounts(struct db *db, const struct ledger_transfer *t)
{
	for (const struct ledger_leg *leg = t->legs; leg->kind; leg++)
		if (leg->amount && !is_card(leg))
			db_exec(db, "INSERT IGNORE INTO ledger_account (kind, owner_id, currency) VALUES (?, ?, ?)",
				args(leg->kind, leg->owner_id, t->currency));
}

#define OF_LEG "a.kind = ? AND a.owner_id = ?"
#define FROM_ACCOUNTS " END FROM ledger_account a WHERE a.currency = ? AND (" OF_LEG
#define ENTRIES "INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT ?, a.id, CASE"
#define AMOUNT " WHEN " OF_LEG " THEN ?"

/* An entry for each leg whose account is there. Returns how many. */
static int64_t enter(struct db *db, int64_t transfer_id, const struct ledger_transfer *t, size_t n)
{
	static const char *const INTO[] = {
		ENTRIES AMOUNT AMOUNT FROM_ACCOUNTS " OR " OF_LEG ")",
		ENTRIES AMOUNT AMOUNT AMOUNT FROM_ACCOUNTS " OR " OF_LEG " OR " OF_LEG ")",
		ENTRIES AMOUNT AMOUNT AMOUNT AMOUNT FROM_ACCOUNTS " OR " OF_LEG " OR " OF_LEG " OR " OF_LEG ")",
	};
	struct arg values[2 + 5 * LEDGER_LEGS];
	size_t k = 0;

	values[k++] = arg(transfer_id);
	for (const struct ledger_leg *leg = t->legs; leg->kind; leg++)
		if (leg->amount) {
			values[k++] = arg(leg->kind);
			values[k++] = arg(leg->owner_id);
			values[k++] = arg(leg->amount);
		}
	values[k++] = arg(t->currency);
	for (const struct ledger_leg *leg = t->legs; leg->kind; leg++)
		if (leg->amount) {
			values[k++] = arg(leg->kind);
			values[k++] = arg(leg->owner_id);
		}
	return db_exec(db, INTO[n - 2], (struct args){ k, values });
}

static bool enter_all(struct db *db, int64_t transfer_id, const struct ledger_transfer *t, size_t n)
{
	int64_t entered = enter(db, transfer_id, t, n);

	if (entered == (int64_t)n)
		return true;
	/* Whose account is new has it from now on. What was entered beside it nobody has seen. */
	if (entered > 0)
		db_exec(db, "DELETE FROM ledger_entry WHERE transfer_id = ?", args(transfer_id));
	make_accounts(db, t);
	return enter(db, transfer_id, t, n) == (int64_t)n;
}

/* Months are closed an hour after they are over at the earliest, so who posts at their clock meets none (app/finance.c). */
#define INTO_OPEN_MONTH                                                                                                \
	" FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM finance_month m"                                                   \
	" WHERE m.status = 'closed' AND m.begins_at <= ? AND m.ends_at > ?)"

enum ledger_posted ledger_post(struct db *db, const struct ledger_transfer *t, ms_t now)
{
	size_t n = 0;
	int64_t id;

	for (const struct ledger_leg *leg = t->legs; leg->kind; leg++)
		n += leg->amount != 0;
	if (!n)
		return LEDGER_POSTED;
	id = db_insert(db, "INSERT INTO ledger_transfer (kind, noun, noun_id, at) SELECT ?, ?, ?, ?" INTO_OPEN_MONTH,
		       args(t->kind, t->noun, t->noun_id, arg_time(now), arg_time(now), arg_time(now)));
	if (!id)
		return db_last(db) == DB_DUPLICATE ? LEDGER_BEFORE : LEDGER_FAILED;
	if (!move_balances(db, t))
		return db_error(db) == DB_OK ? LEDGER_SHORT : LEDGER_FAILED;
	return enter_all(db, id, t, n) ? LEDGER_POSTED : LEDGER_FAILED;
}

enum ledger_posted ledger_reverse(struct db *db, const char *noun, int64_t noun_id, const char *kind, const char *back,
				  ms_t now)
{
	const struct rows *entries =
		db_query(db,
			 "SELECT a.kind, a.owner_id, a.currency, e.amount FROM ledger_transfer t"
			 " JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id"
			 " WHERE t.noun = ? AND t.noun_id = ? AND t.kind = ? ORDER BY e.id",
			 args(noun, noun_id, kind));
	struct ledger_transfer t = { .noun = noun, .kind = back, .noun_id = noun_id };

	if (entries->n < 2 || entries->n > LEDGER_LEGS)
		return LEDGER_FAILED;
	for (size_t i = 0; i < entries->n; i++) {
		struct row entry = row_at(entries, i);

		t.currency = row_text(&entry, "currency");
		t.legs[i] = (struct ledger_leg){ row_text(&entry, "kind"), row_int(&entry, "owner_id"),
						 -row_int(&entry, "amount") };
	}
	return ledger_post(db, &t, now);
}
