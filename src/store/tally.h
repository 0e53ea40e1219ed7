#ifndef STORE_TALLY_H
#define STORE_TALLY_H
/* Sums by day, so that figures over a year never read all rows: <what>_day holds what happened before a moment, day_sum.upto, and
 * each question adds what happened since from the rows themselves. So an answer is right to the last sale, whether `jobs` keeps up
 * or not; it only takes longer. Days are those of the site's zone, each as long as its clocks make it. */
#include "store/book_figure.h"
#include "store/day.h"

enum tally {
	TALLY_SALE,	/* sale_day: by event, organizer, currency */
	TALLY_CARD,	/* card_day: by currency */
	TALLY_CUSTOMER, /* customer_day */
	TALLY_BOOK,	/* book_day: by currency, kind of account, noun, kind of transfer */
	TALLIES
};

enum {
	TALLY_OVERLAP_S = 120, /* younger rows stay with the tail: they do not commit in the order of their times */
	TALLY_STEP_DAYS = 31   /* that one call adds up at most */
};

/* ---- asking ---- */

/* Days from and to, both included, of a zone; made by tally_span(). */
struct span {
	char from[DATE_SIZE], to[DATE_SIZE];
	ms_t begins, ends; /* the moments: ends is the first that is over */
	const char *zone;
	int64_t organizer_id; /* whose sales alone; 0, as tally_span() leaves it: everybody's */
};

/* Both dates are valid. Returns into. */
struct span *tally_span(struct span *into, const char *from, const char *to, const char *zone);

/* What a statement reads of a tally: a table x with day, its keys and its sums, for "… FROM " SALE_ROWS " GROUP BY …"; its arguments are
 * tally_args(), wherever it stands, and of two statements that shall agree in one snapshot. */
enum {
	SALE_ARGS = 2 + 2 * DAY_ARGS + 4,
	CARD_ARGS = 2 + DAY_ARGS + 2,
	CUSTOMER_ARGS = 2 + DAY_ARGS + 2,
	BOOK_ARGS = 2 + DAY_ARGS + 2
};

/* Of the payment that an order o stands by: another's money came for nothing, and what goes back of that was never sold. */
#define SOLD_BY(column)                                                                                                \
	"(SELECT " column " FROM payment y WHERE y.order_id = o.id"                                                    \
	" AND y.status IN ('succeeded', 'refunding', 'refunded')"                                                      \
	" ORDER BY y.status = 'succeeded' DESC, y.id DESC LIMIT 1)"
#define SALE_FACTS_SOLD                                                                                                \
	"SELECT o.paid_at AS at, o.event_id, o.organizer_id, o.currency, 1 AS orders, o.tickets, o.subtotal AS gross," \
	" o.discount AS discounts, o.total AS sales, COALESCE(" SOLD_BY(                                               \
		"y.fee") ", 0) AS fees,"                                                                               \
			 " 0 AS refunds, 0 AS refunded, 0 AS fees_back"                                                \
			 " FROM orders o WHERE o.status IN ('paid', 'refunded') AND o.paid_at >= ? AND o.paid_at < ?"
#define SALE_FACTS_BACK                                                                                                \
	"SELECT t.at, o.event_id, o.organizer_id, o.currency, 0 AS orders, 0 AS tickets, 0 AS gross, 0 AS discounts,"  \
	" 0 AS sales, 0 AS fees, 1 AS refunds, r.amount AS refunded, r.fee AS fees_back"                               \
	" FROM ledger_transfer t JOIN payment_refund r ON r.id = t.noun_id JOIN payment p ON p.id = r.payment_id"      \
	" JOIN orders o ON o.id = p.order_id AND o.paid_at IS NOT NULL AND p.id = " SOLD_BY(                           \
		"y.id") ""                                                                                             \
			" WHERE t.kind = 'refund' AND t.noun = 'payment_refund' AND t.at >= ? AND t.at < ?"
#define SALE_SUMS "orders, tickets, gross, discounts, sales, fees, refunds, refunded, fees_back"
#define SALE_KEYS "event_id, organizer_id, currency"
#define SALE_ROWS                                                                                                      \
	"(SELECT day, " SALE_KEYS ", " SALE_SUMS " FROM sale_day WHERE day >= ? AND day <= ?"                          \
	" UNION ALL SELECT DATE(" DAY_LOCAL("f.at") "), " SALE_KEYS ", " SALE_SUMS " FROM (" SALE_FACTS_SOLD ") f"     \
						    " UNION ALL SELECT DATE(" DAY_LOCAL(                               \
							    "f.at") "), " SALE_KEYS ", " SALE_SUMS                     \
								    " FROM (" SALE_FACTS_BACK ") f) x"

#define CARD_FACTS                                                                                                     \
	"SELECT t.at, COALESCE(p.currency, h.currency) AS currency, t.kind = 'reload' AS reloads,"                     \
	" IF(t.kind = 'reload', p.amount, 0) AS reloaded, t.kind = 'charge' AS charges,"                               \
	" IF(t.kind = 'charge', h.amount, 0) AS charged, t.kind = 'reversal' AS reversals,"                            \
	" IF(t.kind = 'reversal', h.amount, 0) AS reversed"                                                            \
	" FROM ledger_transfer t LEFT JOIN payment p ON t.noun = 'payment' AND p.id = t.noun_id"                       \
	" LEFT JOIN card_charge h ON t.noun = 'charge' AND h.id = t.noun_id"                                           \
	" WHERE t.kind IN ('reload', 'charge', 'reversal') AND t.at >= ? AND t.at < ?"                                 \
	" AND (p.id IS NOT NULL OR h.id IS NOT NULL)"
#define CARD_SUMS "reloads, reloaded, charges, charged, reversals, reversed"
#define CARD_ROWS                                                                                                      \
	"(SELECT day, currency, " CARD_SUMS " FROM card_day WHERE day >= ? AND day <= ?"                               \
	" UNION ALL SELECT DATE(" DAY_LOCAL("f.at") "), currency, " CARD_SUMS " FROM (" CARD_FACTS ") f) x"

#define CUSTOMER_FACTS                                                                                                 \
	"SELECT k.created_at AS at, 1 AS customers FROM customer k WHERE k.created_at >= ? AND k.created_at < ?"
#define CUSTOMER_ROWS                                                                                                  \
	"(SELECT day, customers FROM customer_day WHERE day >= ? AND day <= ?"                                         \
	" UNION ALL SELECT DATE(" DAY_LOCAL("f.at") "), customers FROM (" CUSTOMER_FACTS ") f) x"

/* Lines of the ledger: what moved on an account, and what of that is in each of the books' figures. What asks takes days and tail apart
 * (store/finance.c), for what lies in a month that is closed is told by moments. */
#define BOOK_KEYS "currency, account, noun, transfer"
#define BOOK_SUMS "entries, amount, " FIGURE_COLUMNS
#define BOOK_FACTS                                                                                                         \
	"SELECT x.at, a.currency, a.kind AS account, x.noun, x.kind AS transfer, 1 AS entries, e.amount, " FIGURES_OF_LINE \
	", e.id AS line" FIGURE_LINES " WHERE x.at >= ? AND x.at < ?"

/* Writes the arguments for a span into values, and answers how many they are: SALE_ARGS and so on. */
size_t tally_args(struct db *db, enum tally which, const struct span *span, struct arg values[]);
/* The same where the rows alone are to be asked, whatever is added up. */
size_t tally_args_of_rows(enum tally which, const struct span *span, struct arg values[]);
/* Up to when all is in, whatever zone's days: what happened before that moment and nothing else is. */
ms_t tally_upto(struct db *db, enum tally which);

/* ---- keeping ---- */

/* Adds up what happened since the last time, and is old enough, at most TALLY_STEP_DAYS of it, in one transaction; of two at once one
 * wins and the other does nothing. zone: the site's. False on failure; *more is set where there is more. */
bool tally_add(struct db *db, enum tally which, const char *zone, ms_t now, bool *more);

/* ---- proving ---- */

/* Days whose sums are not those of their rows, at most a thousand: day, part, and in pairs each sum and what was found (orders, orders_found). NULL
 * on failure. */
const struct rows *tally_faults(struct db *db, enum tally which);
/* Are all as they should be? *bad: the first day that is not, as 20261121. */
bool tally_verify(struct db *db, int64_t *bad);
/* Inside a transaction: makes all who would add to it wait until the end. */
void tally_lock(struct db *db, enum tally which);
/* Inside that: empties it, so that the rows are asked until tally_add() has made it anew. */
void tally_reset(struct db *db, enum tally which);

#endif
