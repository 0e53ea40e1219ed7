#ifndef STORE_FINANCE_H
#define STORE_FINANCE_H
/* The house's books by month, and the months that are closed: what one was is kept then, and nothing is posted or dated into it. */
#include "store/day.h"

/* Months of the site's clocks: from the first day of one, included, to the first day of another, which is not. */
struct finance_range {
	const char *first, *next, *zone;
	ms_t begins, ends;
};

struct finance_books {
	/* by month, the newest first, and currency: month, last_day, currency, closed, and the figures of store/book_figure.h; of a
	 * month that is closed as they were kept */
	const struct rows *months;
	/* what lies on the house's own accounts now: account (its kind), currency, balance: what there is, or is owed to the
	 * house, is positive */
	const struct rows *balances;
};

/* The months of a range, whose zone is the site's, and the balances, in one snapshot, from sums by day and the lines since
 * (store/tally.h). currency NULL: months of each. False on failure. */
bool finance_books(struct db *db, const struct finance_range *range, const char *currency, struct finance_books *books);

/* What the ledger's list is of; NULL and 0: any. */
struct ledger_of {
	const char *kind, *currency; /* of the account */
	const char *noun, *transfer; /* what caused it, and the kind of transfer */
	int64_t owner_id;
	bool owned; /* owner_id says whose */
};

/* The one account that it is of; 0: there are several, or none. *few: all of them together have few lines. */
int64_t ledger_account_of(struct db *db, const struct ledger_of *of, bool *few);
/* Between which lines, by their ids, all of them are, whoever's account it is; 1 and INT64_MAX where the sums by day do not tell. */
void ledger_lines_of(struct db *db, const struct ledger_of *of, int64_t *first, int64_t *last);
/* How many lines these are, whoever's. */
int64_t ledger_lines_count(struct db *db, const struct ledger_of *of);
/* Are there few transfers of a kind, or, where kind is NULL, of a noun? */
bool ledger_transfers_few(struct db *db, const char *kind, const char *noun);
/* Between which lines, by their ids, all are that were posted from a moment on and before another, either 0: any. As far as days
 * that are added up say: *first is 1 and *last INT64_MAX where they say nothing. */
void ledger_between(struct db *db, ms_t from, ms_t to, ms_t now, int64_t *first, int64_t *last);

/* A month: its first day and its moments. */
struct finance_month {
	const char *month;
	ms_t begins, ends;
};

/* Is the month open that a day is in? Then it stays so until the transaction ends. In a transaction. */
bool finance_month_open(struct db *db, const struct finance_month *month, ms_t now);
/* The month's row, open, made where there was none: its id; 0 on failure. */
int64_t finance_month_row(struct db *db, const struct finance_month *month, ms_t now);
/* Whoever dates into a month has done so, or waits until the transaction ends. */
void finance_month_lock(struct db *db, int64_t id);
/* Of an open month that was over before a moment: notes who closes it, and keeps its figures. False: it is closed already, or is not over.
 * In a transaction, before its status moves. */
bool finance_month_sign(struct db *db, int64_t id, int64_t account_id, ms_t before, ms_t now);
/* Moves the status of one that is signed. */
bool finance_month_close(struct db *db, int64_t id);
/* Forgets the figures of one, for it is opened again. */
void finance_month_forget(struct db *db, int64_t id);

#endif
