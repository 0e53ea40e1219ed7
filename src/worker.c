/* A worker answers one request at a time, or several together, and keeps nothing of them: all that they allocate hangs on
 * one context. It is replaced after some tens of thousands of requests, at a number of its own so that a pool never leaves
 * at once; what a library may leak cannot add up. */
#include "worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid.h"
#include "db/db.h"
#include "db/migrate.h"
#include "dispatch.h"
#include "jobs/jobs.h"
#include "render/html.h"
#include "reply.h"
#include "store/system_log.h"
#include "views.h"
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

enum {
	JOBS_MS = 200,	    /* how long due jobs may keep a web server's only worker from its next request */
	GIVE_WAY_MS = 5000, /* how long requests wait for another program's workers */
	GIVE_WAY_NS = 20000000
};

/* A signal handler is given nothing, so this is what it finds. */
static struct http_server *volatile serving;
static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
	if (serving)
		http_server_stop(serving);
}

/* SA_RESTART, for libfcgi's writer gives a reply up at EINTR. SIGINT is for the parent: a terminal sends it to all. */
static void heed_signals(void)
{
	struct sigaction leave = { .sa_handler = stop, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t all;

	sigemptyset(&leave.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGTERM, &leave, NULL);
	sigaction(SIGUSR1, &leave, NULL); /* the FastCGI process managers' "leave when idle" */
	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGUSR2, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}

/* The configured number, a tenth more or less; 0 stays "never". */
static int64_t requests_to_serve(int configured)
{
	uint32_t tenth = (uint32_t)configured / 10;

	if (!configured)
		return INT64_MAX;
	return configured - (int64_t)tenth + (tenth ? random_below(2 * tenth) : 0);
}

static void run_jobs(struct worker *worker, ms_t *last)
{
	ms_t now = clock_monotonic();

	if (now - *last < MS_SECOND)
		return;
	*last = now;
	db_clear(worker->db);
	if (db_schema_fits(worker->db))
		jobs_due(worker->db, worker->config, JOBS_MS);
	db_clear(worker->db);
}

/* Where the schema was made another program's, that one's workers are about to come, on the same socket. What waits there is
 * left to them, for all that we could say is 503. If they do not come we say that. */
static void give_way(struct worker *worker)
{
	ms_t since, now;

	while (!stopping && (since = shared_schema_since(worker->shared)) > 0) {
		now = clock_monotonic();
		if (shared_schema_turn(worker->shared, now)) {
			db_clear(worker->db);
			if (db_schema_fits(worker->db))
				shared_schema_back(worker->shared);
			else if (db_error(worker->db) == DB_OK)
				shared_schema_moved(worker->shared, db_schema_seen(worker->db), now);
			db_clear(worker->db);
		}
		if (worker->alone || now - since > GIVE_WAY_MS)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = GIVE_WAY_NS }, NULL);
	}
}

/* Nobody turns a web server's own workers over: they leave for those of the program that is installed by now. */
static bool outlived(const struct worker *worker)
{
	int seen = db_schema_seen(worker->db);

	return worker->alone && seen > 0 && seen != db_schema_expected(worker->db) &&
	       seen == migrate_latest(worker->config->migrations);
}

/* What this process, or the parent that started it, has to tell staff, and what was counted. The answer is sent by then. */
static void write_up(struct worker *worker, bool last)
{
	db_memory(worker->db, worker->desk);
	system_log_write(worker->db);
	views_write(shared_views(worker->shared), worker->db, clock_monotonic(), last);
	db_memory(worker->db, worker->db);
}

static void serve_requests(struct worker *worker, bool alone)
{
	int64_t left = requests_to_serve(worker->config->worker_requests);
	ms_t jobs_ran = 0;

	while (!stopping && left > 0 && !outlived(worker)) {
		TALLOC_CTX *ctx = talloc_new(worker->desk);
		struct http *http;

		give_way(worker);
		http = http_accept(worker->server, ctx);
		if (http)
			left -= dispatch(worker, http);
		talloc_free(ctx);
		if (!http)
			return;
		write_up(worker, false);
		if (alone)
			run_jobs(worker, &jobs_ran);
	}
}

int worker_run(const struct worker_place *place)
{
	const struct config *config = place->config;
	struct worker *worker = talloc_zero(NULL, struct worker);
	const char *error = NULL;

	worker->config = config;
	worker->shared = place->shared;
	worker->slot = place->slot;
	worker->pool = place->pool;
	worker->desk = talloc_pool(worker, WORKER_DESK);
	worker->alone = place->alone;
	worker->db = db_new(worker, config);
	db_expect_schema(worker->db, place->schema);
	worker->cache = cache_new(worker);
	worker->html = html_new(worker, config->templates, config->statics, config->time_zone, config->demo, &error);
	if (!worker->html) {
		log_error("templates_unusable", F("directory", config->templates), F("error", error));
		talloc_free(worker);
		return 1;
	}
	worker->server = http_server_new(worker, place->listen_fd, config);
	if (!worker->server) {
		talloc_free(worker);
		return 1;
	}
	worker->send = http_send;
	serving = worker->server;
	heed_signals();
	shared_answering(worker->shared, worker->slot);
	write_up(worker, false);
	serve_requests(worker, place->alone);
	write_up(worker, true);
	serving = NULL;
	talloc_free(worker);
	return 0;
}
