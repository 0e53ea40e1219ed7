/* The service worker that keeps opened tickets on the device. It is served from below /tickets/, for a browser lets a worker watch
 * over no more than what lies beside it. */
#include "app/actions/customer.h"
#include <stdio.h>

enum { WORKER_MAX = 32 * 1024 };

/* GET /tickets/sw.js: static/tickets.js. */
int ticket_worker(struct request *rq)
{
	char *text = talloc_size(rq->mem, WORKER_MAX);
	FILE *file = fopen(talloc_asprintf(rq->mem, "%s/tickets.js", rq->config->statics), "r");
	size_t len = file ? fread(text, 1, WORKER_MAX, file) : 0;

	if (file)
		fclose(file);
	if (!len || len == WORKER_MAX)
		return refuse(rq, 404, "NOT_FOUND", "There is nothing at this address.");
	answer_bytes(rq, "text/javascript; charset=utf-8", text, len);
	return ANSWERED;
}
