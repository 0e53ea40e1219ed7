#ifndef STORE_BOOK_FIGURE_H
#define STORE_BOOK_FIGURE_H
/* The figures of the house's books, each a sum of ledger lines: which lines, as conditions over an entry's account (a) and transfer (x).
 * What asks for one, by month or line by line, asks by these, so that a figure and the list that it leads to are one thing.
 *
 * Lines are debits where they are positive (ledger.h), so what the house earns or owes is their sum the other way round. */

#define OF_HOUSE "a.kind = 'platform' AND a.owner_id = 0"

/* What buyers paid, with fees and taxes in it, and what went back to them of it: money put on a card, or taken off it, is neither. */
#define IN_SALES "(x.kind IN ('sale', 'fee') AND a.kind IN ('provider', 'card'))"
#define IN_REFUNDS "(x.kind = 'refund' AND a.kind IN ('organizer', 'tax', 'platform'))"
/* Each less what of it went back. */
#define IN_TAXES "(a.kind = 'tax')"
#define IN_FEES "(" OF_HOUSE " AND x.kind IN ('sale', 'fee', 'refund'))"
/* Less what was withdrawn, as deposits. */
#define IN_EXPENSES "(" OF_HOUSE " AND x.noun = 'expense')"
/* What is left to the house before it is shared out. */
#define IN_PROFIT "(" OF_HOUSE " AND x.kind <> 'share')"
#define IN_PAYOUTS "(a.kind = 'bank' AND x.noun = 'payout')"
#define IN_DEPOSITS "(a.kind = 'bank' AND x.noun = 'deposit')"

#define FIGURE_WORDS "sales,refunds,taxes,fees,expenses,profit,payouts,deposits"
#define FIGURE_COLUMNS "sales, refunds, taxes, fees, expenses, profit, payouts, deposits"
/* Is the line one of the figure that is named? One "?". */
#define IN_FIGURE                                                                                                      \
	"CASE ? WHEN 'sales' THEN " IN_SALES " WHEN 'refunds' THEN " IN_REFUNDS " WHEN 'taxes' THEN " IN_TAXES         \
	" WHEN 'fees' THEN " IN_FEES " WHEN 'expenses' THEN " IN_EXPENSES " WHEN 'profit' THEN " IN_PROFIT             \
	" WHEN 'payouts' THEN " IN_PAYOUTS " WHEN 'deposits' THEN " IN_DEPOSITS " ELSE FALSE END"

#define FIGURE_SUM(condition, amount) "CAST(COALESCE(SUM(IF(" condition ", " amount ", 0)), 0) AS SIGNED)"
/* Each: its condition, the sign of what is debited in it, its name; s stands between them. */
#define FIGURE_EACH(X, s)                                                                                              \
	X(IN_SALES, "", "sales")                                                                                       \
	s X(IN_REFUNDS, "", "refunds") s X(IN_TAXES, "-", "taxes") s X(IN_FEES, "-", "fees") s X(IN_EXPENSES, "",      \
												 "expenses") s         \
	X(IN_PROFIT, "-", "profit") s                                                                                  \
	X(IN_PAYOUTS, "-", "payouts") s                                                                                \
	X(IN_DEPOSITS, "", "deposits")
#define FIGURE_SUM_NAMED(condition, sign, name) FIGURE_SUM(condition, sign "e.amount") " AS " name
#define FIGURE_LINE_NAMED(condition, sign, name) "IF(" condition ", " sign "e.amount, 0) AS " name
/* All of them over entries e; and of each entry by itself. */
#define FIGURE_SUMS FIGURE_EACH(FIGURE_SUM_NAMED, ", ")
#define FIGURES_OF_LINE FIGURE_EACH(FIGURE_LINE_NAMED, ", ")
/* The lines of them. */
#define FIGURE_LINES                                                                                                   \
	" FROM ledger_transfer x JOIN ledger_entry e ON e.transfer_id = x.id JOIN ledger_account a ON a.id = e.account_id"

#endif
