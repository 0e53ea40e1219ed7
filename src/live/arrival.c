/* Sessions are found by as many as a statement takes, watches by all of a kind. Who was asked for stands before who was not, so that some may
 * leave and others come while turns are given. */
#include "live/arrival.h"
#include "live/connection.h"
#include <stdlib.h>
#include <string.h>

void arrival_leave(struct arrival *arrival)
{
	if (arrival->waits)
		TAILQ_REMOVE(&arrival->visitor->live->arrivals, arrival, beside);
	arrival->waits = false;
}

void arrival_wait(struct arrival *arrival)
{
	arrival_leave(arrival); /* nobody stands in the list twice */
	arrival->waits = true;
	arrival->asked = false;
	TAILQ_INSERT_TAIL(&arrival->visitor->live->arrivals, arrival, beside);
}

/* ---- signing in ---- */

static struct session_ask ask_of(struct arrival *arrival, const struct exchange *x)
{
	return (struct session_ask){
		.http = x->http, .mount = x->rq.mount, .api = true, .wanted = x->rq.mount->roles, .who = &arrival->who
	};
}

/* False: the database did not answer. */
static bool find_sessions(struct live *live, struct session_ask asks[], size_t n, struct exchange *x)
{
	ms_t began = clock_monotonic();

	exchange_turn_to(x);
	sessions_find(live->db, x->rq.now, asks, n);
	if (db_error(live->db) == DB_OK)
		return true;
	database_failed(live, began);
	return false;
}

static void sign_in_some(struct live *live, struct arrival *some[], size_t n)
{
	struct exchange *x[HTTP_TOGETHER] = { NULL };
	struct session_ask asks[HTTP_TOGETHER];
	bool away;

	for (size_t i = 0; i < n; i++) {
		x[i] = visitor_asks(some[i]->visitor, "/api/live/");
		asks[i] = ask_of(some[i], x[i]);
	}
	away = live->loop.now < live->db_retry || !find_sessions(live, asks, n, x[0]);
	for (size_t i = 0; i < n; i++) {
		some[i]->away = away;
		some[i]->fault = asks[i].fault;
		some[i]->who.name = NULL; /* is the exchange's */
		exchange_end(x[i]);
	}
}

static void sign_in_all(struct live *live)
{
	struct arrival *some[HTTP_TOGETHER], *a;
	size_t n = 0;

	TAILQ_FOREACH(a, &live->arrivals, beside)
	{
		if (a->path)
			continue;
		some[n++] = a;
		if (n < HTTP_TOGETHER)
			continue;
		sign_in_some(live, some, n);
		n = 0;
	}
	if (n)
		sign_in_some(live, some, n);
}

/* ---- watching ---- */

static unsigned count(const struct live *live)
{
	const struct arrival *a;
	unsigned n = 0;

	TAILQ_FOREACH(a, &live->arrivals, beside)
	n += a->path != NULL;
	return n;
}

/* The door asks for a single one by itself. */
static void expect_all(struct live *live)
{
	unsigned most = count(live), n = 0;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct exchange **x = talloc_array(ctx, struct exchange *, most);
	int64_t *session_ids = talloc_array(ctx, int64_t, most);
	struct arrival *a;

	if (most > 1) {
		TAILQ_FOREACH(a, &live->arrivals, beside)
		{
			if (!a->path)
				continue;
			x[n] = visitor_asks(a->visitor, a->path);
			session_ids[n++] = a->session_id;
		}
		door_expect(live, x, session_ids, n);
		while (n)
			exchange_end(x[--n]);
	}
	talloc_free(ctx);
}

/* ---- all of them ---- */

void arrivals_settle(struct live *live)
{
	struct arrival *a;

	if (TAILQ_EMPTY(&live->arrivals))
		return;
	sign_in_all(live);
	expect_all(live);
	TAILQ_FOREACH(a, &live->arrivals, beside)
	a->asked = true;
	while ((a = TAILQ_FIRST(&live->arrivals)) && a->asked) {
		arrival_leave(a);
		a->turn(a);
	}
}
