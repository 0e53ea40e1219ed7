/* Of a million scans few are refused, and no index has them, for each scan would pay for it; the live summaries have counted them. */
#include "app/scan_log.h"
#include "store/scan_summary.h"

void scan_log_narrow(struct request *rq, struct noun_ask *ask)
{
	const char *result = field_text(rq, "result");

	if (!result || ask->search || ask->n_filters != 1)
		return;
	ask->total = scans_count(rq->db, result);
	ask->counted = true;
}
