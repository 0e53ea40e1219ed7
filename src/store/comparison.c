/* Sums by day (store/tally.h) of a few events. */
#include "store/comparison.h"

const struct rows *comparison_days(struct db *db, const struct span *span, int64_t organizer_id, const int64_t ids[],
				   size_t n)
{
	struct arg values[SALE_ARGS + 1 + COMPARED_MAX];
	size_t k = tally_args(db, TALLY_SALE, span, values);

	values[k++] = arg_int(organizer_id);
	for (size_t i = 0; i < COMPARED_MAX; i++)
		values[k++] = arg_int(ids[i < n ? i : 0]);
	return db_query(db,
			"SELECT x.event_id, x.day, CAST(SUM(x.tickets) AS SIGNED) AS tickets,"
			" CAST(SUM(x.sales) AS SIGNED) AS `sales:money` FROM " SALE_ROWS
			" WHERE x.organizer_id = ? AND x.event_id IN (?, ?, ?, ?)"
			" GROUP BY x.event_id, x.day ORDER BY x.event_id, x.day LIMIT 9000",
			(struct args){ k, values });
}
