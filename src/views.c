/* A word holds an event's id and its count, so that adding is one compare and swap, and taking out one exchange: none is lost between
 * the two, whoever dies. An event may have two places for a while; their counts are added up where they are written. */
#include "views.h"
#include "db/db.h"
#include "dispatch.h"
#include "exchange.h"
#include "http/http.h"
#include "routes/routes.h"
#include "session.h"
#include "store/event_view.h"
#include <string.h>

enum { COUNT_BITS = 24, TRIES = 16 };

#define COUNT_MAX ((UINT64_C(1) << COUNT_BITS) - 1)

static bool add_at(atomic_uint_fast64_t *place, uint64_t event_id, uint64_t n)
{
	uint_fast64_t was = atomic_load(place);

	do {
		if (was && was >> COUNT_BITS != event_id)
			return false;
		if ((was & COUNT_MAX) + n > COUNT_MAX)
			return true;
	} while (!atomic_compare_exchange_weak(place, &was, (event_id << COUNT_BITS) | ((was & COUNT_MAX) + n)));
	return true;
}

static void add(struct views *views, uint64_t event_id, uint64_t n)
{
	for (uint64_t i = 0; i < TRIES; i++)
		if (add_at(&views->of[(event_id + i) % VIEWS_EVENTS], event_id, n))
			break;
	atomic_store(&views->any, true);
}

void views_add(struct views *views, int64_t event_id)
{
	add(views, (uint64_t)event_id, 1);
}

bool views_take(struct views *views, unsigned place, int64_t *event_id, int64_t *n)
{
	uint_fast64_t was = atomic_load(&views->of[place]) ? atomic_exchange(&views->of[place], 0) : 0;

	*event_id = (int64_t)(was >> COUNT_BITS);
	*n = (int64_t)(was & COUNT_MAX);
	return was != 0;
}

/* ---- who looked ---- */

/* Programs name themselves by one of these. Who does not is taken for a person. */
static bool is_program(const char *agent)
{
	static const char *const WORDS[] = { "bot",	 "crawl", "spider", "slurp",  "preview",  "facebookexternalhit",
					     "monitor",	 "curl/", "wget/",  "python", "headless", "lighthouse",
					     "archiver", NULL };

	for (const char *const *word = WORDS; agent && *word; word++)
		if (strcasestr(agent, *word))
			return true;
	return !agent || !*agent;
}

/* Browsers load pages that nobody has asked for yet. */
static bool is_ahead(const struct http *http)
{
	const char *purpose = http_header(http, "Sec-Purpose");

	purpose = purpose ? purpose : http_header(http, "Purpose");
	return purpose && strcasestr(purpose, "prefetch");
}

/* A cookie of their portal is taken for it, alive or not: to look it up would cost every page a question. */
static bool runs_events(const struct http *http)
{
	char name[40];

	return http_cookie(http, session_cookie_name(ORGANIZER, http->https, name, sizeof name)) ||
	       http_cookie(http, session_cookie_name(SUPERADMIN, http->https, name, sizeof name));
}

bool views_look(const struct exchange *x)
{
	const struct request *rq = &x->rq;

	return rq->route && rq->route->flags & VIEWED && !strcmp(x->http->method, "GET") &&
	       !is_program(rq->user_agent) && !is_ahead(x->http) && !runs_events(x->http);
}

void views_count(const struct exchange *x)
{
	if (x->looks && x->rq.status == 200)
		views_add(shared_views(x->worker->shared), path_id(&x->rq, "event_id"));
}

/* ---- writing ---- */

static bool is_time(struct views *views, ms_t now, bool last)
{
	int_fast64_t written = atomic_load(&views->written);

	if (!atomic_load(&views->any) || (!last && now - written < VIEWS_WRITE_MS && now >= written))
		return false;
	return atomic_compare_exchange_strong(&views->written, &written, now);
}

void views_write(struct views *views, struct db *db, ms_t now, bool last)
{
	struct event_views taken[VIEWS_EVENTS];
	size_t n = 0;

	if (!is_time(views, now, last))
		return;
	db_clear(db);
	if (!db_schema_fits(db))
		return;
	atomic_store(&views->any, false);
	for (unsigned i = 0; i < VIEWS_EVENTS; i++)
		if (views_take(views, i, &taken[n].event_id, &taken[n].views))
			n++;
	if (n && !event_views_add(db, taken, n, clock_now()))
		for (size_t i = 0; i < n; i++)
			add(views, (uint64_t)taken[i].event_id, (uint64_t)taken[i].views);
	db_clear(db);
}
