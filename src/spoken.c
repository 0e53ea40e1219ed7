/* Between an answer and its mount's dialect: what the dialect is told of it, and what of that is said by a status or in the head. */
#include "spoken.h"
#include "http/http.h"
#include "routes/routes.h"
#include <string.h>

struct spoken spoken_of(struct exchange *x)
{
	struct request *rq = &x->rq;
	const char *path = rq->route ? rq->route->path : "", *last = strrchr(path, '/');
	const char *theirs = http_header(x->http, "X-Timestamp");
	ms_t clock;

	return (struct spoken){ .status = rq->status,
				.data = rq->data,
				.entire = rq->route && rq->route->flags & ENTIRE,
				.list = last && last[1] && last[1] != ':' ? last + 1 : NULL,
				.declared = !rq->route	       ? NULL
					    : rq->route->items ? rq->route->items
							       : rq->route->answers,
				.code = rq->code,
				.message = rq->message,
				.errors = rq->errors,
				.ignored = x->ignored,
				/* What no gate refused was shown a token of another kind. */
				.token_sent = x->open || http_header(x->http, "Authorization") != NULL,
				.request_id = rq->id,
				.site = rq->config->base_url,
				.path = rq->path,
				.query = rq->query,
				.now = rq->now,
				.skew = theirs && clock_parse(theirs, &clock) ? clock - rq->now : 0 };
}

/* The names that are not known, as a list of tokens (RFC 9110): what may not stand in one is %XX, and a name that is nothing is
 * left out. */
static void ignored_header(struct exchange *x, struct response *out)
{
	struct buf *names = buf_new(x->rq.mem, 8000);

	for (size_t i = 0; i < json_object_array_length(x->ignored); i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(x->ignored, i));

		if (*name && names->len)
			buf_text(names, ", ");
		buf_url(names, name, "");
	}
	if (names->len)
		response_header(out, "X-Ignored-Fields", names->data);
}

void spoken_headers(struct exchange *x, struct response *out)
{
	const struct dialect *dialect = x->rq.mount->dialect;

	if (x->ignored && dialect->ignored_in_head)
		ignored_header(x, out);
	if (x->rq.status == 401 && dialect->challenge)
		response_header(out, "WWW-Authenticate", dialect->challenge);
}

/* Was it done already, or on something that is another by now? So a client may look, and ask again. */
static bool overtaken(const char *code)
{
	return code && (!strcmp(code, "CHANGED_MEANWHILE") || !strncmp(code, "IDEMPOTENCY_", 12));
}

/* Fields at fault, and what does not fit how things stand, have statuses of the mount's own. */
static void settle_status(struct exchange *x)
{
	struct request *rq = &x->rq;
	const struct dialect *dialect = rq->mount->dialect;

	if (x->api && rq->status == 422)
		rq->status = dialect->fault;
	if (x->api && rq->status == 409 && dialect->unfit && !overtaken(rq->code))
		rq->status = dialect->unfit;
}

/* What is gone is told of as the dialect has it. Where that is no body, the row's status says so. */
static void settle_deletion(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (x->api && !strcmp(rq->method, "DELETE") && rq->status < 400 &&
	    rq->mount->dialect->deletion == DELETION_TELLS_NOTHING)
		answer_set(rq, json_object_new_object());
}

void spoken_settle(struct exchange *x)
{
	settle_status(x);
	settle_deletion(x);
}
