/* The books by month. */
#include "store/finance.h"
#include "store/tally.h"

/* ---- figures ---- */

#define SUM_NAMED(condition, sign, name) "CAST(SUM(y." name ") AS SIGNED) AS `" name ":money`"
#define SUM_OF_DAYS(condition, sign, name) "SUM(d." name ") AS " name
#define FIRST_OF_MONTH(day) "CAST(DATE_FORMAT(" day ", '%Y-%m-01') AS DATE) AS month"

/* A month that is closed is as it was kept; the ledger says the same (invariant_books.h), only later. Of others days that are
 * added up, and lines since. */
static const char MONTHS[] = "SELECT y.month, LAST_DAY(y.month) AS last_day, y.currency, y.closed AS `closed:bool`, " FIGURE_EACH(
	SUM_NAMED,
	", ") " FROM (SELECT m.month, s.currency, TRUE AS closed, s.sales, s.refunds, s.taxes, s.fees, s.expenses, s.profit, s.payouts,"
	      " s.deposits FROM finance_month m JOIN finance_month_sum s ON s.month_id = m.id"
	      " WHERE m.status = 'closed' AND m.month >= ? AND m.month < ?"
	      " UNION ALL SELECT " FIRST_OF_MONTH("d.day") ", d.currency, FALSE, " FIGURE_EACH(
		      SUM_OF_DAYS,
		      ", ") " FROM book_day d WHERE d.day >= ? AND d.day <= ? AND NOT EXISTS (SELECT 1 FROM finance_month c"
			    " WHERE c.status = 'closed' AND c.month <= d.day AND c.month > d.day - INTERVAL 1 MONTH) GROUP BY month, d.currency"
			    " UNION ALL SELECT " FIRST_OF_MONTH(DAY_LOCAL(
				    "x.at")) ", a.currency, FALSE, " FIGURE_SUMS FIGURE_LINES
					     " WHERE x.at >= ? AND x.at < ? AND NOT EXISTS (SELECT 1 FROM finance_month c"
					     " WHERE c.status = 'closed' AND c.begins_at <= x.at AND c.ends_at > x.at) GROUP BY month, a.currency"
					     ") y WHERE (? IS NULL OR y.currency = ?) GROUP BY y.month, y.currency, y.closed ORDER BY y.month DESC, y.currency";

static bool begins_at(const char *day, const char *zone, ms_t at)
{
	ms_t from = 0, to;

	return clock_day(day, zone, &from, &to) && from == at;
}

/* Do the months that are closed begin and end where a zone's do? A site that moved to another closed the older ones by other clocks. */
static bool closed_by_days(struct db *db, const struct finance_range *range)
{
	const struct rows *closed =
		db_query(db,
			 "SELECT month, month + INTERVAL 1 MONTH AS next, begins_at, ends_at FROM finance_month"
			 " WHERE status = 'closed' AND ends_at > ? AND begins_at < ?",
			 args(arg_time(range->begins), arg_time(range->ends)));

	for (size_t i = 0; i < closed->n; i++) {
		struct row month = row_at(closed, i);

		if (!begins_at(row_text(&month, "month"), range->zone, row_time(&month, "begins_at")) ||
		    !begins_at(row_text(&month, "next"), range->zone, row_time(&month, "ends_at")))
			return false;
	}
	return true;
}

static const struct rows *months(struct db *db, const struct finance_range *range, const char *currency)
{
	struct arg values[2 + BOOK_ARGS + 2];
	struct span span;
	char last[DATE_SIZE];
	size_t n = 0;

	tally_span(&span, range->first, clock_date_add(range->next, -1, last), range->zone);
	values[n++] = arg_text(range->first);
	values[n++] = arg_text(range->next);
	n += closed_by_days(db, range) ? tally_args(db, TALLY_BOOK, &span, values + n)
				       : tally_args_of_rows(TALLY_BOOK, &span, values + n);
	values[n++] = arg_text(currency);
	values[n++] = arg_text(currency);
	return db_query(db, MONTHS, (struct args){ n, values });
}

#define OF_HOUSE_ACCOUNTS(kind) kind " IN ('provider', 'bank', 'platform', 'capital')"

static const struct rows *balances(struct db *db)
{
	ms_t upto = tally_upto(db, TALLY_BOOK);

	return db_query(
		db,
		"SELECT y.account, y.currency,"
		" CAST(SUM(IF(y.account IN ('provider', 'bank'), y.amount, -y.amount)) AS SIGNED) AS `balance:money` FROM ("
		"SELECT account, currency, SUM(amount) AS amount FROM book_day WHERE " OF_HOUSE_ACCOUNTS(
			"account") " GROUP BY account, currency"
				   " UNION ALL SELECT a.kind, a.currency, SUM(e.amount)" FIGURE_LINES
				   " WHERE x.at >= ? AND " OF_HOUSE_ACCOUNTS(
					   "a.kind") " GROUP BY a.kind, a.currency) y"
						     " GROUP BY y.account, y.currency"
						     " ORDER BY FIELD(y.account, 'bank', 'provider', 'platform', 'capital'), y.currency",
		args(arg_time(upto)));
}

/* Where sums by day end and what they are is one thing only in one snapshot. */
bool finance_books(struct db *db, const struct finance_range *range, const char *currency, struct finance_books *books)
{
	if (!db_snapshot_begin(db))
		return false;
	books->months = months(db, range, currency);
	books->balances = balances(db);
	db_snapshot_end(db);
	return db_error(db) == DB_OK;
}

/* ---- where the ledger's lines are ---- */

enum { FEW_LINES = 20000, FEW_ACCOUNTS = 50, FEW_TRANSFERS = 5000 };

/* Between which words they lie, for one text of a statement whatever is asked for, and for the index. */
struct between {
	const char *kind, *last_kind, *currency, *last_currency, *noun, *last_noun, *transfer, *last_transfer;
};

static struct between between_of(const struct ledger_of *of)
{
	const char *last = "zzzzzzzzzzzz"; /* as their collation sorts, signs before letters */

	return (struct between){ .kind = of->kind ? of->kind : "",
				 .last_kind = of->kind ? of->kind : last,
				 .currency = of->currency ? of->currency : "",
				 .last_currency = of->currency ? of->currency : last,
				 .noun = of->noun ? of->noun : "",
				 .last_noun = of->noun ? of->noun : last,
				 .transfer = of->transfer ? of->transfer : "",
				 .last_transfer = of->transfer ? of->transfer : last };
}

#define BETWEEN_WORDS(account, currency, noun, transfer)                                                               \
	account " BETWEEN ? AND ? AND " currency " BETWEEN ? AND ? AND " noun " BETWEEN ? AND ? AND " transfer         \
		" BETWEEN ? AND ?"
#define BETWEEN_ARGS(b)                                                                                                \
	(b).kind, (b).last_kind, (b).currency, (b).last_currency, (b).noun, (b).last_noun, (b).transfer,               \
		(b).last_transfer
#define DAYS_OF " FROM book_day WHERE " BETWEEN_WORDS("account", "currency", "noun", "transfer")
/* Lines posted from a moment on, which stands between two parts. */
#define LINES_SINCE                                                                                                    \
	" FROM ledger_transfer x STRAIGHT_JOIN ledger_entry e ON e.transfer_id = x.id"                                 \
	" STRAIGHT_JOIN ledger_account a ON a.id = e.account_id WHERE x.at >= "
#define AMONG_THESE " AND " BETWEEN_WORDS("a.kind", "a.currency", "x.noun", "x.kind")

void ledger_lines_of(struct db *db, const struct ledger_of *of, int64_t *first, int64_t *last)
{
	const struct between b = between_of(of);
	/* Asked for first: what is added up meanwhile only says too little of what is bounded. */
	const ms_t upto = tally_upto(db, TALLY_BOOK);
	const struct row *days =
		db_one(db, "SELECT MIN(first_id) AS first, MAX(last_id) AS last" DAYS_OF, args(BETWEEN_ARGS(b)));

	*first = 1;
	*last = INT64_MAX;
	if (!days || !row_int(days, "last") ||
	    db_one(db, "SELECT 1" LINES_SINCE "?" AMONG_THESE " LIMIT 1", args(arg_time(upto), BETWEEN_ARGS(b))))
		return;
	*first = row_int(days, "first");
	*last = row_int(days, "last");
}

/* Up to where days are added up is read in the same statement, which sees one moment. */
int64_t ledger_lines_count(struct db *db, const struct ledger_of *of)
{
	const struct between b = between_of(of);

	return db_int(db,
		      "SELECT (SELECT COALESCE(SUM(entries), 0)" DAYS_OF ") + (SELECT COUNT(*)" LINES_SINCE
		      "COALESCE((SELECT upto FROM day_sum WHERE what = 'book'), '1000-01-01')" AMONG_THESE ")",
		      args(BETWEEN_ARGS(b), BETWEEN_ARGS(b)));
}

int64_t ledger_account_of(struct db *db, const struct ledger_of *of, bool *few)
{
	const struct between b = between_of(of);
	const struct rows *accounts =
		db_query(db,
			 "SELECT id FROM ledger_account WHERE kind BETWEEN ? AND ? AND owner_id BETWEEN ? AND ?"
			 " AND currency BETWEEN ? AND ? LIMIT ?",
			 args(b.kind, b.last_kind, of->owned ? of->owner_id : 0, of->owned ? of->owner_id : INT64_MAX,
			      b.currency, b.last_currency, (int)FEW_ACCOUNTS + 1));
	int64_t lines = 0;

	for (size_t i = 0; accounts->n <= FEW_ACCOUNTS && i < accounts->n && lines <= FEW_LINES; i++) {
		struct row account = row_at(accounts, i);

		lines += db_int(db, "SELECT COUNT(*) FROM (SELECT 1 FROM ledger_entry WHERE account_id = ? LIMIT ?) n",
				args(row_int(&account, "id"), (int)FEW_LINES + 1));
	}
	*few = accounts->n <= FEW_ACCOUNTS && lines <= FEW_LINES;
	if (accounts->n == 1) {
		struct row account = row_at(accounts, 0);

		return row_int(&account, "id");
	}
	return 0;
}

bool ledger_transfers_few(struct db *db, const char *kind, const char *noun)
{
	return db_int(db,
		      kind ? "SELECT COUNT(*) FROM (SELECT 1 FROM ledger_transfer WHERE kind = ? LIMIT ?) n"
			   : "SELECT COUNT(*) FROM (SELECT 1 FROM ledger_transfer WHERE noun = ? LIMIT ?) n",
		      args(kind ? kind : noun, (int)FEW_TRANSFERS + 1)) <= FEW_TRANSFERS;
}

/* A day more on either side, whatever zone the days are of. What is not in a day is asked for itself. */
void ledger_between(struct db *db, ms_t from, ms_t to, ms_t now, int64_t *first, int64_t *last)
{
	ms_t upto = tally_upto(db, TALLY_BOOK);
	int64_t id;

	*first = 1;
	*last = INT64_MAX;
	if (to && to <= upto) {
		id = db_int(db, "SELECT MAX(last_id) FROM book_day WHERE day <= DATE(?) + INTERVAL 1 DAY",
			    args(arg_time(to)));
		/* none: nothing happened until then, unless the sums were emptied meanwhile */
		if (id || tally_upto(db, TALLY_BOOK) == upto)
			*last = id;
	}
	if (from && from <= upto && now - upto < MS_DAY) {
		id = db_int(
			db,
			"SELECT MIN(d.id) FROM (SELECT MIN(first_id) AS id FROM book_day WHERE day >= DATE(?) - INTERVAL 1 DAY"
			" UNION ALL SELECT MIN(e.id) FROM ledger_transfer x"
			" JOIN ledger_entry e ON e.transfer_id = x.id WHERE x.at >= ?) d",
			args(arg_time(from), arg_time(upto)));
		*first = id ? id : *first;
	}
}

/* ---- months that are closed ---- */

static int64_t row_of(struct db *db, const struct finance_month *month)
{
	return db_int(db, "SELECT id FROM finance_month WHERE month = ?", args(month->month));
}

int64_t finance_month_row(struct db *db, const struct finance_month *month, ms_t now)
{
	int64_t id = row_of(db, month);

	if (id)
		return id;
	/* two at once meet in the UNIQUE key */
	db_exec(db,
		"INSERT IGNORE INTO finance_month (month, begins_at, ends_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
		args(month->month, arg_time(month->begins), arg_time(month->ends), arg_time(now), arg_time(now)));
	return row_of(db, month);
}

bool finance_month_open(struct db *db, const struct finance_month *month, ms_t now)
{
	const struct row *row;

	if (!finance_month_row(db, month, now))
		return false;
	row = db_one(db, "SELECT status FROM finance_month WHERE month = ? LOCK IN SHARE MODE", args(month->month));
	return row && row_is(row, "status", "open");
}

void finance_month_lock(struct db *db, int64_t id)
{
	db_one(db, "SELECT id FROM finance_month WHERE id = ? FOR UPDATE", args(id));
}

/* Whoever was waited for may have come later than who closes it: it is closed no sooner than what is in it. */
#define LAST_OF(table, day)                                                                                            \
	"COALESCE((SELECT MAX(x.created_at) FROM " table " x WHERE x." day " >= m.month AND x." day                    \
	" < m.month + INTERVAL 1 MONTH), m.ends_at)"

bool finance_month_sign(struct db *db, int64_t id, int64_t account_id, ms_t before, ms_t now)
{
	if (db_exec(db,
		    "UPDATE finance_month m SET m.closed_by = ?, m.updated_at = ?,"
		    " m.closed_at = GREATEST(CAST(? AS DATETIME(3)), " LAST_OF("expense", "spent_on") ", " LAST_OF(
			    "deposit", "date") ")"
					       " WHERE m.id = ? AND m.status = 'open' AND m.ends_at <= ?",
		    args(account_id, arg_time(now), arg_time(now), id, arg_time(before))) != 1)
		return false;
	finance_month_forget(db, id);
	return db_exec(db,
		       "INSERT INTO finance_month_sum (month_id, currency, " FIGURE_COLUMNS ")"
		       " SELECT m.id, a.currency, " FIGURE_SUMS
		       " FROM finance_month m JOIN ledger_transfer x ON x.at >= m.begins_at AND x.at < m.ends_at"
		       " JOIN ledger_entry e ON e.transfer_id = x.id JOIN ledger_account a ON a.id = e.account_id"
		       " WHERE m.id = ? GROUP BY m.id, a.currency",
		       args(id)) >= 0;
}

bool finance_month_close(struct db *db, int64_t id)
{
	return db_exec(db, "UPDATE finance_month SET status = 'closed' WHERE id = ? AND status = 'open'", args(id)) ==
	       1;
}

void finance_month_forget(struct db *db, int64_t id)
{
	db_exec(db, "DELETE FROM finance_month_sum WHERE month_id = ?", args(id));
}
