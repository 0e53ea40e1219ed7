#ifndef STORE_FIGURE_H
#define STORE_FIGURE_H
/* Figures that are kept beside the rows they come from, because adding up the rows at each look would cost too much: a
 * category's counters, an order's count of tickets, where a ticket is. What is kept must be what its rows say (`gatehouse
 * audit`), and where it is not, the rows are right and it is mended from them (`gatehouse repair`). */
#include "db/db.h"

struct figure {
	const char *sentence; /* the invariant */
	const char *what;     /* of what, in people's words: "category" */
	const char *noun;     /* and in the audit log's: its table */
	/* Each answers id and, in pairs, a column as it is kept and as its rows say: sold, sold_found. */
	const char *wrong; /* the first five rows that are wrong */
	const char *batch; /* all of them, a thousand at a time: a row source's */
	const char *one;   /* this row, if it is wrong and can be mended */
	const char *lock;
	const char *mend; /* takes what was found, the id, and what was kept, as its guard */
};

extern const struct figure FIGURES[]; /* ends with a NULL sentence */

/* The ids of all that is wrong, in batches. Changing rows meanwhile is fine. */
struct row_source *figure_faults(TALLOC_CTX *ctx, struct db *db, const struct figure *figure);

/* Inside a transaction: locks a row, so that whoever would move its figure waits until the end. False: it is gone, or
 * failure. */
bool figure_lock(struct db *db, const struct figure *figure, int64_t id);
/* What a row keeps and what it should be. NULL: it is right, or cannot be mended, or failure. */
const struct row *figure_look(struct db *db, const struct figure *figure, int64_t id);
/* What a column's rows say, where the row has that beside what is kept; else NULL. */
const struct cell *row_found(const struct row *row, const char *column);
/* Writes what was found by a look at a row that was locked before it. False: the database's own guards refuse it, or
 * failure. */
bool figure_mend(struct db *db, const struct figure *figure, const struct row *row);

#endif
