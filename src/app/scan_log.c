/* Of a million scans, how many came to a result is no index's to count: the live summaries have. The page itself is found by the index of
 * reasons, or soon met on the way. */
#include "app/scan_log.h"
#include "store/scan_summary.h"

static const char *asked(struct request *rq, const char *name, size_t *n)
{
	const char *text = field_given(rq, name) ? field_text(rq, name) : NULL;

	*n += text != NULL;
	return text;
}

void scan_log_narrow(struct request *rq, struct noun_ask *ask)
{
	size_t n = 0;
	struct scans_of of = { .result = asked(rq, "result", &n),
			       .reason = asked(rq, "reason", &n),
			       .direction = asked(rq, "direction", &n) };

	if (field_given(rq, "event_id")) {
		of.event_id = field_int(rq, "event_id");
		n++;
	}
	if (ask->search || !n || n != ask->n_filters)
		return;
	ask->total = scans_logged(rq->db, &of);
	ask->counted = true;
}
