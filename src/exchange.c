/* One request and its answer, from the head that came to the reply that goes. */
#include "exchange.h"
#include "base/log.h"
#include "db/db.h"
#include "routes/mounts.h"
#include "routes/routes.h"
#include <string.h>

/* What was chosen here before, or else what the browser or app says; until there is a session, then the site's own. */
static void choose_tongue(struct exchange *x)
{
	struct request *rq = &x->rq;

	rq->tongue = tongue_named(http_cookie(x->http, "gh_locale"));
	if (!rq->tongue)
		rq->tongue = tongue_wanted(http_header(x->http, "Accept-Language"));
	rq->tongue_asked = rq->tongue != NULL;
	if (!rq->tongue)
		rq->tongue = tongue_named(rq->config->locale);
	x->http->tongue = rq->tongue;
}

static int release_trees(struct exchange *x)
{
	struct request *rq = &x->rq;

	json_object_put(rq->data);
	json_object_put(rq->beside);
	json_object_put(rq->errors);
	json_object_put(rq->audits);
	json_object_put(rq->fields);
	json_object_put(rq->params);
	json_object_put(x->ignored);
	return 0;
}

static int account_rate(const struct request *rq, int64_t account_id)
{
	const struct exchange *x = rq->outer;

	return shared_rate_account(x->worker->shared, rq->route->rate, account_id, rq->now);
}

/* An app has a header for it, a browser the cookie that a mark gave it. */
static const char *device_of(const struct http *http)
{
	const char *named = http_header(http, "X-Device-ID");

	return named && *named ? named : http_cookie(http, "gh_device");
}

struct exchange *exchange_new(struct worker *worker, struct http *http)
{
	struct exchange *x = talloc_zero(http, struct exchange);
	struct request *rq = &x->rq;
	const char *agent = http_header(http, "User-Agent"), *accept = http_header(http, "Accept");

	talloc_set_destructor(x, release_trees);
	x->worker = worker;
	x->http = http;
	x->began = clock_monotonic();
	trace_begin(&x->trace, http_header(http, "Traceparent"), http_header(http, "Tracestate"));
	rq->mem = talloc_new(x);
	rq->method = http->method;
	rq->path = http->path ? http->path : "/";
	rq->query = http->query;
	rq->id = http_request_id(http_header(http, "X-Request-ID"), talloc_array(x, char, HTTP_ID_SIZE));
	rq->ip = http->ip;
	rq->relayed = http->relayed;
	rq->user_agent = agent ? talloc_strndup(x, agent, utf8_prefix(agent, 200)) : "";
	rq->accept = accept ? accept : "";
	rq->device = device_of(http);
	rq->config = worker->config;
	rq->now = clock_now();
	rq->db = worker->db;
	rq->http = http;
	rq->outer = x;
	rq->status = 200;
	rq->data = json_object_new_object();
	rq->fields = json_object_new_object();
	rq->account_rate = account_rate;
	rq->mounts = MOUNTS;
	rq->mount = mount_find(MOUNTS, rq->path, &x->below_api);
	x->api = x->below_api;
	choose_tongue(x);
	return x;
}

void exchange_turn_to(struct exchange *x)
{
	db_clear(x->rq.db);
	db_memory(x->rq.db, x->rq.mem);
	log_request_id(x->rq.id);
	trace_turn_to(&x->trace);
}

void exchange_known(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (rq->tongue_asked || !rq->who.tongue)
		return;
	rq->tongue = rq->who.tongue;
	x->http->tongue = rq->tongue;
}

void exchange_reset(struct exchange *x)
{
	struct request *rq = &x->rq;

	json_object_put(rq->data);
	json_object_put(rq->beside);
	json_object_put(rq->errors);
	json_object_put(rq->audits);
	rq->data = json_object_new_object();
	rq->beside = rq->errors = rq->audits = NULL;
	rq->status = route_success(rq->route);
	rq->code = rq->message = rq->redirect = NULL;
	rq->keep = rq->alone = false;
	rq->mend = NULL;
	rq->afterwards = NULL;
	rq->retry_after = 0;
	rq->drawing = (struct drawing){ .kind = DRAW_NOTHING };
	rq->n_changed = 0;
	rq->cookie_value = rq->plain_cookie = NULL;
}
