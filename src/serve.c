/* The parent does nothing but keep its workers alive, so there is little in it that could fail. It waits for signals, and
 * looks once a second whether its sockets are still where others look for them.
 *
 * On SIGHUP the parent runs its own program anew and hands over the listening sockets, the lock and the workers' pids. So new
 * settings and a new binary are taken up the same way. The old workers leave only when the new ones have stood for a
 * moment, and meanwhile the sockets' queues stay open: no request is dropped. */
#include "serve.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/pid_file.h"
#include "crew.h"
#include "db/migrate.h"
#include "render/html.h"
#include "worker.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STOP_MS = 30000,    /* what SIGTERM allows a request under way */
	LOOK_MS = 1000,	    /* between looks at what lies in run_dir */
	COMPLAIN_MS = 60000 /* between complaints of what cannot be mended there */
};

struct parent {
	const struct config *config;
	const struct origin *origin;
	struct pid_file pid;
	struct own_socket listener[POOLS];
	struct crew crew;
	sigset_t signals;
	bool ready;	 /* said so */
	int refused_for; /* that schema's program could not start */
	ms_t looked, complained;
};

/* ---- starting ---- */

static bool take_lock(struct parent *p)
{
	const char *error = NULL;

	if (pid_file_take(&p->pid, p->config->run_dir, "serve", &error))
		return true;
	log_error("already_running", F("run_dir", p->config->run_dir), F("pid_file", "serve.pid"), F("error", error));
	return false;
}

/* Those that were not taken over. */
static bool open_listeners(struct parent *p)
{
	for (int i = 0; i < POOLS; i++) {
		const char *error = NULL;

		if (p->listener[i].fd >= 0 || own_socket_open(&p->listener[i], &error))
			continue;
		log_error("cannot_listen", F("socket", POOL[i].socket), F("run_dir", p->config->run_dir),
			  F("error", error));
		return false;
	}
	return true;
}

/* The pool whose socket fd is; POOLS: none of ours. */
static enum pool pool_of_listener(int fd)
{
	enum pool pool = 0;

	if (fd < 0 || !is_listening(fd))
		return POOLS;
	while (pool < POOLS && !is_socket_named(fd, POOL[pool].socket))
		pool++;
	return pool;
}

/* Takes over what our former self handed over: the lock, its listeners, its workers. Believed only when it is really ours.
 * Of another version's self a pool may be missing; that is opened anew. */
static bool take_over(struct parent *p)
{
	char *text = handed_over(), *at = text;
	long number = -1;
	enum pool pool;
	bool mine = false;

	if (text) {
		pid_file_keep(&p->pid, p->config->run_dir, "serve", (int)next_number(&at));
		number = next_number(&at);
	}
	/* A worker's pid may happen to be the number of a listener that was named before. */
	while ((pool = pool_of_listener((int)number)) < POOLS && p->listener[pool].fd < 0) {
		own_socket_keep(&p->listener[pool], (int)number);
		keep_over_exec((int)number, false);
		number = next_number(&at);
		mine = true;
	}
	for (; mine && number > 0; number = next_number(&at))
		crew_see_off_also(&p->crew, (pid_t)number);
	free(text);
	if (mine)
		keep_over_exec(p->pid.fd, false);
	return mine;
}

/* ---- running ---- */

static void say_state(const struct parent *p, enum pid_state state)
{
	char status[160];

	snprintf(status, sizeof status, "%u workers, schema %d%s", p->crew.n_places, p->crew.schema,
		 state == PID_REFUSED ? "; a reload was refused" : "");
	pid_file_say(&p->pid, state, p->crew.schema);
	notify_ready(status);
}

/* Comes back only when it failed; then all goes on as before. */
static void reload(struct parent *p)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *text = buf_new(ctx, 64 << 10);
	int fds[POOLS + 1] = { p->pid.fd };

	buf_printf(text, "%d", p->pid.fd);
	for (int i = 0; i < POOLS; i++) {
		fds[i + 1] = p->listener[i].fd;
		buf_printf(text, " %d", p->listener[i].fd);
	}
	for (unsigned i = 0; i < p->crew.n_places; i++)
		if (p->crew.place[i].pid)
			buf_printf(text, " %d", (int)p->crew.place[i].pid);
	for (unsigned i = 0; i < p->crew.n_leaving; i++)
		buf_printf(text, " %d", (int)p->crew.leaving[i].pid);
	begin_anew(p->origin, text->data, fds, POOLS + 1);
	talloc_free(ctx);
	say_state(p, PID_REFUSED);
}

/* Opens anew what was removed. Workers have the old socket, so others come for the new one, and they leave. */
static void find_lost(struct parent *p)
{
	ms_t now = clock_monotonic();
	bool whole = true;

	if (pid_file_lost(&p->pid)) {
		whole = pid_file_again(&p->pid);
		if (whole && p->ready)
			pid_file_say(&p->pid, PID_READY, p->crew.schema);
	}
	for (enum pool pool = 0; pool < POOLS; pool++) {
		struct own_socket *socket = &p->listener[pool];
		const char *error = NULL;
		int old = socket->fd;

		if (!own_socket_lost(socket))
			continue;
		if (own_socket_open(socket, &error)) {
			log_warn("socket_was_lost", F("socket", socket->name), F("run_dir", socket->dir));
			close(old);
			crew_renew(&p->crew, pool);
		} else {
			whole = false;
		}
	}
	if (!whole && now - p->complained >= COMPLAIN_MS) {
		log_error("run_dir_lost", F("run_dir", p->config->run_dir));
		p->complained = now;
	}
}

/* Where somebody has migrated to the program that is installed by now, that is to run. */
static void follow_schema(struct parent *p)
{
	int seen = shared_schema_seen(p->crew.shared);

	if (seen <= 0 || seen == p->crew.schema || seen == p->refused_for ||
	    seen != migrate_latest(p->config->migrations))
		return;
	p->refused_for = seen;
	reload(p);
}

static void look_around(struct parent *p)
{
	ms_t now = clock_monotonic();

	if (now - p->looked < LOOK_MS)
		return;
	p->looked = now;
	find_lost(p);
	follow_schema(p);
}

static int stop(struct parent *p)
{
	ms_t deadline = clock_monotonic() + STOP_MS, now;
	unsigned left = crew_signal(&p->crew, SIGTERM);

	notify_stopping();
	log_info("serve_stopping", F("workers", left));
	while (left && (now = clock_monotonic()) < deadline) {
		struct timespec wait = { .tv_sec = (deadline - now) / 1000,
					 .tv_nsec = (deadline - now) % 1000 * 1000000 };

		sigtimedwait(&p->signals, NULL, &wait);
		crew_reap(&p->crew);
		left = crew_signal(&p->crew, 0);
	}
	if (left) {
		log_warn("workers_killed", F("workers", left));
		crew_signal(&p->crew, SIGKILL);
	}
	for (int i = 0; i < POOLS; i++)
		own_socket_close(&p->listener[i]);
	log_info("serve_stopped", F("killed", left));
	return 0;
}

/* ---- the parent ---- */

/* The signal that came, 0 when it is time for something else. */
static int next_signal(const struct parent *p)
{
	ms_t wait = crew_until_due(&p->crew), pace = notify_pace();
	struct timespec time;
	int number;

	if (wait < 0 || wait > LOOK_MS)
		wait = LOOK_MS;
	if (pace >= 0 && pace < wait)
		wait = pace;
	time = (struct timespec){ .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 };
	number = sigtimedwait(&p->signals, NULL, &time);
	return number > 0 ? number : 0;
}

static int supervise(struct parent *p)
{
	for (;;) {
		int number;

		crew_start_due(&p->crew);
		if (crew_see_off(&p->crew) && !p->ready) {
			p->ready = true;
			say_state(p, PID_READY);
		}
		notify_alive();
		number = next_signal(p);
		crew_reap(&p->crew);
		if (p->crew.cannot_start) {
			fprintf(stderr, "gatehouse: its workers end before they can answer: the log says why\n");
			stop(p);
			return 1;
		}
		if (number == SIGTERM || number == SIGINT)
			return stop(p);
		if (number == SIGHUP)
			reload(p);
		else if (number == SIGUSR1 || number == SIGUSR2)
			log_info("signal_means_nothing", F("signal", number));
		look_around(p);
	}
}

static int serve_alone(const struct config *config)
{
	struct worker_place place = { .config = config,
				      .shared = shared_new(config),
				      .schema = migrate_latest(config->migrations),
				      .alone = true };

	shared_slot(place.shared, 0, POOL_WEB, getpid());
	return worker_run(&place);
}

/* ClearSilver tells the way to what is wrong first, which is for who reads its source. */
static const char *last_line(TALLOC_CTX *ctx, const char *text)
{
	size_t len = strlen(text), start;

	while (len && text[len - 1] == '\n')
		len--;
	for (start = len; start && text[start - 1] != '\n'; start--)
		;
	return talloc_strndup(ctx, text + start, len - start);
}

int serve_check(const struct config *config)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *error = NULL;
	int status = 0;

	if (migrate_latest(config->migrations) <= 0) {
		fprintf(stderr, "gatehouse: %s: there are no migrations, or they cannot be read\n", config->migrations);
		status = 1;
	}
	if (!html_new(ctx, config->templates, config->statics, config->time_zone, config->demo, &error)) {
		fprintf(stderr, "gatehouse: %s: %s\n", config->templates, last_line(ctx, error));
		status = 1;
	}
	talloc_free(ctx);
	return status;
}

static void wait_for_signals(struct parent *p)
{
	static const int HEEDED[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };

	sigemptyset(&p->signals);
	for (size_t i = 0; i < sizeof HEEDED / sizeof *HEEDED; i++)
		sigaddset(&p->signals, HEEDED[i]);
	sigprocmask(SIG_BLOCK, &p->signals, NULL);
}

int serve(const struct config *config, const struct origin *origin)
{
	struct parent *p;
	int status = 1;

	if (is_listening(0))
		return serve_alone(config);
	p = talloc_zero(NULL, struct parent);
	p->config = config;
	p->origin = origin;
	p->crew.config = config;
	p->crew.schema = migrate_latest(config->migrations);
	p->crew.lock = &p->pid.fd;
	p->crew.listener = p->listener;
	for (enum pool pool = 0; pool < POOLS; pool++)
		p->listener[pool] = (struct own_socket){
			.fd = -1, .dir = config->run_dir, .name = POOL[pool].socket, .type = SOCK_STREAM
		};
	wait_for_signals(p);
	if (crew_lay_out(&p->crew) && (take_over(p) || (!serve_check(config) && take_lock(p))) && open_listeners(p)) {
		p->crew.shared = shared_new(config);
		pid_file_say(&p->pid, PID_STARTING, p->crew.schema);
		log_info("serve_started", F("workers", p->crew.n_places), F("taken_over", p->crew.n_leaving));
		status = supervise(p);
	}
	talloc_free(p);
	return status;
}
