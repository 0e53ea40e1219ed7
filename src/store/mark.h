#ifndef STORE_MARK_H
#define STORE_MARK_H
/* Where the rows of long tables stand, so that page 1,000 of a list, and how many rows it has, cost what page 1 costs: no index of
 * InnoDB's counts. Each MARK_STEP-th row is marked with its place among all; between two marks, and behind the last, the rows are
 * counted themselves. So what is answered is right to the last row, whether `jobs` keeps up or not; it only takes longer. For tables that
 * no row is ever deleted of. */
#include "db/db.h"

enum {
	MARK_STEP = 512,
	MARK_OVERLAP_S = 120, /* younger rows are not marked: they do not commit in the order of their ids */
	MARK_TAIL = 10000     /* rows behind the last mark that are still counted */
};

/* Has it marks? Of such a table alone the others may be asked. */
bool marked(const char *table);
/* The column that tells when a row was made, "created_at"; NULL: none does. */
const char *marks_moment(const char *table);

/* How many rows there are. -1: nobody knows, for more than MARK_TAIL are not marked yet, or the database failed. */
int64_t marks_count(struct db *db, const char *table);
/* The rows from one place on, n of them at most: they and no others have ids between these two, both included. Places count from 1, by
 * ascending id. False: there are none. */
bool marks_range(struct db *db, const char *table, int64_t place, int64_t n, int64_t *first, int64_t *last);
/* Between which ids, both included, all rows of a span are: made from a moment on (0: whenever), and before another (0: the same). */
void marks_between(struct db *db, const char *table, ms_t from, ms_t to, int64_t *first, int64_t *last);

/* ---- keeping ---- */

/* Marks what was there long enough, at most 200 marks of one table. False on failure; *more is set where there is more. */
bool marks_add(struct db *db, ms_t now, bool *more);
/* Marks all that there is, however young: for a database that nobody else writes. False on failure. */
bool marks_add_all(struct db *db);
/* Are all where they should be? *bad: the place of the first that is not. */
bool marks_verify(struct db *db, int64_t *bad);
/* Of one table the marks that are not: what (the table), place, id, id_found (of the row that stands there; NULL: none does), at most a
 * thousand. NULL: there is no n-th table. */
const struct rows *marks_faults(struct db *db, size_t nth);
/* Forgets a table's marks, so that they are made anew. */
void marks_reset(struct db *db, const char *table);

#endif
