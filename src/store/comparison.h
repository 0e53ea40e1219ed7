#ifndef STORE_COMPARISON_H
#define STORE_COMPARISON_H
/* How events sold, to be laid beside each other. */
#include "store/tally.h"

enum { COMPARED_MAX = 4 };

/* event_id, day (of the site's zone) and tickets, sales: what an organizer sold of these events (1 to COMPARED_MAX) on it, whatever became
 * of that, the first day of each first. span: by tally_span(), of all their days. From sums, and right to the last sale. */
const struct rows *comparison_days(struct db *db, const struct span *span, int64_t organizer_id, const int64_t ids[],
				   size_t n);

#endif
