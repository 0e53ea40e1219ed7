#ifndef APP_UPLOADED_BATCH_H
#define APP_UPLOADED_BATCH_H
/* A batch of scans that a device kept: as it was sent, and what becomes of each. */
#include "app/actions/gate.h"
#include "store/uploaded.h"

/* One log of the batch. */
struct item {
	struct json_object *sent;
	const char *fault; /* it is at fault itself: a sentence */
	struct item *twin; /* an earlier one with its scan_id, which is settled for both */
	struct uploaded log;
	const struct row *logged; /* what the log says of it in the end; NULL: nothing */
	struct row found;	  /* its place */
};

struct batch {
	struct request *rq;
	struct uploader by;
	ms_t offset;
	ms_t opens; /* when the event's gates could open: nothing was done before */
	struct item *items;
	size_t n;
	struct item **sorted; /* those that are to be settled */
	size_t n_sorted;
};

/* Reads what was sent into b, of which rq, by, offset and opens are set. sorted has those of no fault and no twin, by their scan_id. */
void uploaded_read(struct batch *b, struct json_object *logs);
/* qsort()'s: items by their scan_id, the one first that is settled for those that share it. */
int uploaded_by_scan_id(const void *a, const void *b);

#endif
