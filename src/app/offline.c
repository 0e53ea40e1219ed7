/* The service workers, which keep opened tickets, the page of marks that come later, and the gate's app, on the device, and show what people are told. Each is served from
 * below the pages that it keeps, for a browser lets a worker watch over no more than what lies beside it. */
#include "app/actions/attendance.h"
#include "app/actions/customer.h"
#include "app/actions/gate.h"
#include <stdio.h>

enum { WORKER_MAX = 32 * 1024 };

static int answer_worker(struct request *rq, const char *name)
{
	char *text = talloc_size(rq->mem, WORKER_MAX);
	FILE *file = fopen(talloc_asprintf(rq->mem, "%s/%s", rq->config->statics, name), "r");
	size_t len = file ? fread(text, 1, WORKER_MAX, file) : 0;

	if (file)
		fclose(file);
	if (!len || len == WORKER_MAX)
		return refuse(rq, 404, "NOT_FOUND", "There is nothing at this address.");
	answer_bytes(rq, "text/javascript; charset=utf-8", text, len);
	return ANSWERED;
}

/* GET /tickets/sw.js: static/tickets.js. */
int ticket_worker(struct request *rq)
{
	return answer_worker(rq, "tickets.js");
}

/* GET /push/sw.js: static/told.js. It watches over no page, for none lies below /push/. */
int push_worker(struct request *rq)
{
	return answer_worker(rq, "told.js");
}

/* GET /campus/sw.js: static/marks.js. */
int mark_worker(struct request *rq)
{
	return answer_worker(rq, "marks.js");
}

/* GET /gate/sw.js: static/gate/sw.js, with what it keeps. */
int gate_worker(struct request *rq)
{
	static const char *const SHELL[] = { "layout.html", "parts/nav.html", "gate/app.html", "lang/en/gate.hdf",
					     NULL };

	answer_keeper(rq, "gate/sw.js", SHELL, "gate");
	return ANSWERED;
}
