/* The parent does nothing but keep its workers alive, so there is little in it that could fail. It waits for signals
 * only; a worker that died is replaced, at a growing distance when it died young.
 *
 * On SIGHUP the parent runs its own program anew and hands over the listening sockets, the lock and the workers' pids in
 * GATEHOUSE_SOCKETS. So new settings and a new binary are taken up the same way. The old workers leave only when the new
 * ones have stood for a moment, and meanwhile the sockets' queues stay open: no request is dropped. */
#include "serve.h"
#include "base/clock.h"
#include "base/local_socket.h"
#include "base/log.h"
#include "base/tongue.h"
#include "shared.h"
#include "worker.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANDED_OVER "GATEHOUSE_SOCKETS"

enum { LEAVING_MAX = 2 * SHARED_SLOTS };
enum {
	YOUNG_MS = 1000,     /* a worker that dies earlier is replaced with delay */
	DELAY_MS = 100,	     /* the first such delay; it doubles … */
	DELAY_MAX_MS = 5000, /* … up to this */
	STANDS_MS = 500,     /* how long new workers must live before the old ones leave */
	STOP_MS = 30000,     /* what SIGTERM allows a request under way */
	RELOAD_MS = 300000   /* what SIGHUP allows it */
};

struct place {
	enum pool pool;
	pid_t pid; /* 0: empty */
	ms_t started, due, delay;
};

struct leaving {
	pid_t pid;
	ms_t deadline; /* 0: not told yet */
};

struct parent {
	const struct config *config;
	const char *config_path;
	char **argv;
	struct shared *shared;
	int lock, listener[POOLS];
	unsigned n_places, n_leaving;
	struct place place[SHARED_SLOTS];
	struct leaving leaving[LEAVING_MAX];
	sigset_t signals;
};

/* ---- starting ---- */

/* Holds run_dir/serve.pid locked as long as this program runs, through a re-exec too. */
static bool take_lock(struct parent *p)
{
	char path[512];

	if (mkdir(p->config->run_dir, 0750) && errno != EEXIST) {
		log_error("run_dir_missing", F("path", p->config->run_dir), F("error", strerror(errno)));
		return false;
	}
	snprintf(path, sizeof path, "%s/serve.pid", p->config->run_dir);
	p->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (p->lock < 0 || flock(p->lock, LOCK_EX | LOCK_NB)) {
		log_error("already_running", F("pid_file", path), F("error", strerror(errno)));
		return false;
	}
	if (ftruncate(p->lock, 0) || dprintf(p->lock, "%d\n", (int)getpid()) < 0)
		log_warn("pid_file_unwritable", F("pid_file", path), F("error", strerror(errno)));
	return true;
}

/* Those that were not taken over. */
static bool open_listeners(struct parent *p)
{
	for (int i = 0; i < POOLS; i++) {
		const char *error = NULL;

		if (p->listener[i] >= 0)
			continue;
		p->listener[i] = local_socket(p->config->run_dir, POOL[i].socket, SOCK_STREAM, &error);
		if (p->listener[i] < 0) {
			log_error("cannot_listen", F("socket", POOL[i].socket), F("run_dir", p->config->run_dir),
				  F("error", error));
			return false;
		}
	}
	return true;
}

/* The next number of a blank-separated list; -1 at its end. */
static long next_number(char **at)
{
	char *end;
	long number = strtol(*at, &end, 10);

	if (end == *at || number < 0)
		return -1;
	*at = end;
	return number;
}

static void keep_over_exec(const struct parent *p, bool keep)
{
	int flag = keep ? 0 : FD_CLOEXEC;

	fcntl(p->lock, F_SETFD, flag);
	for (int i = 0; i < POOLS; i++)
		if (p->listener[i] >= 0)
			fcntl(p->listener[i], F_SETFD, flag);
}

/* The pool whose socket fd is; POOLS: none of ours. */
static enum pool pool_of_listener(int fd)
{
	struct sockaddr_un address = { 0 };
	socklen_t len = sizeof address - 1;
	enum pool pool = POOLS;
	const char *name;

	if (fd < 0 || !is_listening(fd) || getsockname(fd, (struct sockaddr *)&address, &len))
		return POOLS;
	name = strrchr(address.sun_path, '/');
	for (pool = 0; name && pool < POOLS && strcmp(POOL[pool].socket, name + 1); pool++)
		;
	return name ? pool : POOLS;
}

/* Takes over what our former self left in the environment: the lock, its listeners, its workers. Believed only when it is
 * for this pid and really ours. Of another version's self a pool may be missing; that is opened anew. */
static bool take_over(struct parent *p)
{
	const char *text = getenv(HANDED_OVER);
	char *copy = text ? strdup(text) : NULL, *at = copy;
	long number = -1;
	enum pool pool;
	bool mine = false;

	for (pool = 0; pool < POOLS; pool++)
		p->listener[pool] = -1;
	unsetenv(HANDED_OVER);
	if (copy && next_number(&at) == getpid()) {
		p->lock = (int)next_number(&at);
		number = next_number(&at);
	}
	/* A worker's pid may happen to be the number of a listener that was named before. */
	while ((pool = pool_of_listener((int)number)) < POOLS && p->listener[pool] < 0) {
		p->listener[pool] = (int)number;
		number = next_number(&at);
		mine = true;
	}
	for (; mine && number > 0 && p->n_leaving < LEAVING_MAX; number = next_number(&at))
		p->leaving[p->n_leaving++].pid = (pid_t)number;
	free(copy);
	if (mine)
		keep_over_exec(p, false);
	return mine;
}

/* ---- workers ---- */

/* The child's whole life. The parent's other sockets and its lock are not its business. */
static int be_worker(const struct parent *p, unsigned slot, pid_t parent)
{
	enum pool pool = p->place[slot].pool;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 0;
	close(p->lock);
	for (enum pool other = 0; other < POOLS; other++)
		if (other != pool)
			close(p->listener[other]);
	return worker_run(&(struct worker_place){
		.config = p->config, .shared = p->shared, .listen_fd = p->listener[pool], .slot = slot, .pool = pool });
}

static void start_worker(struct parent *p, unsigned slot)
{
	struct place *place = &p->place[slot];
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(be_worker(p, slot, parent));
	place->started = clock_monotonic();
	if (pid < 0) {
		log_error("cannot_fork", F("error", strerror(errno)));
		place->due = place->started + MS_SECOND;
		return;
	}
	place->pid = pid;
	shared_slot(p->shared, slot, place->pool, pid);
	log_debug("worker_started", F("pool", POOL[place->pool].name), F("worker", pid));
}

static void worker_ended(struct parent *p, unsigned slot, int status)
{
	struct place *place = &p->place[slot];
	ms_t now = clock_monotonic();
	bool left = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (!left) {
		shared_count_event(p->shared, "worker_died");
		log_error("worker_died", F("pool", POOL[place->pool].name), F("worker", place->pid),
			  F("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
			  F("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	}
	if (now - place->started >= YOUNG_MS)
		place->delay = 0;
	else
		place->delay = place->delay ? place->delay * 2 : DELAY_MS;
	if (place->delay > DELAY_MAX_MS)
		place->delay = DELAY_MAX_MS;
	place->due = now + place->delay;
	place->pid = 0;
	shared_slot(p->shared, slot, place->pool, 0);
}

static void reap(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (unsigned i = 0; i < p->n_places; i++)
			if (p->place[i].pid == pid)
				worker_ended(p, i, status);
		for (unsigned i = 0; i < p->n_leaving; i++)
			if (p->leaving[i].pid == pid)
				p->leaving[i] = p->leaving[--p->n_leaving];
	}
}

static void start_due(struct parent *p)
{
	ms_t now = clock_monotonic();

	for (unsigned i = 0; i < p->n_places; i++)
		if (!p->place[i].pid && p->place[i].due <= now)
			start_worker(p, i);
}

/* ---- leaving ---- */

static bool new_ones_stand(const struct parent *p, ms_t now)
{
	for (unsigned i = 0; i < p->n_places; i++)
		if (!p->place[i].pid || now - p->place[i].started < STANDS_MS)
			return false;
	return true;
}

/* Tells old workers to leave once they are not needed, and ends those that do not. */
static void see_off(struct parent *p)
{
	ms_t now = clock_monotonic();
	bool stand = p->n_leaving && new_ones_stand(p, now);

	for (unsigned i = 0; i < p->n_leaving; i++) {
		struct leaving *old = &p->leaving[i];

		if (!old->deadline && stand) {
			kill(old->pid, SIGTERM);
			old->deadline = now + RELOAD_MS;
		} else if (old->deadline && old->deadline <= now) {
			log_warn("worker_killed", F("worker", old->pid));
			kill(old->pid, SIGKILL);
			old->deadline = now + MS_SECOND;
		}
	}
}

/* Milliseconds until something is due without a signal; -1: nothing. */
static ms_t until_due(const struct parent *p)
{
	ms_t now = clock_monotonic(), wait = -1;

	for (unsigned i = 0; i < p->n_places; i++) {
		ms_t left = p->place[i].due > now ? p->place[i].due - now : 0;

		if (!p->place[i].pid && (wait < 0 || left < wait))
			wait = left;
	}
	if (p->n_leaving && (wait < 0 || wait > 100))
		wait = 100;
	return wait;
}

/* The signal that came, 0 when wait ms (-1: for ever) passed. */
static int next_signal(const struct parent *p, ms_t wait)
{
	struct timespec time = { .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 };
	int number = sigtimedwait(&p->signals, NULL, wait < 0 ? NULL : &time);

	return number > 0 ? number : 0;
}

static unsigned signal_all(const struct parent *p, int number)
{
	unsigned n = 0;

	for (unsigned i = 0; i < p->n_places; i++)
		if (p->place[i].pid) {
			kill(p->place[i].pid, number);
			n++;
		}
	for (unsigned i = 0; i < p->n_leaving; i++, n++)
		kill(p->leaving[i].pid, number);
	return n;
}

static int stop(struct parent *p)
{
	ms_t deadline = clock_monotonic() + STOP_MS, now;
	unsigned left = signal_all(p, SIGTERM);
	struct sockaddr_un address;

	log_info("serve_stopping", F("workers", left));
	while (left && (now = clock_monotonic()) < deadline) {
		next_signal(p, deadline - now);
		reap(p);
		left = signal_all(p, 0);
	}
	if (left) {
		log_warn("workers_killed", F("workers", left));
		signal_all(p, SIGKILL);
	}
	for (int i = 0; i < POOLS; i++) {
		if (local_address(p->config->run_dir, POOL[i].socket, &address))
			unlink(address.sun_path);
		close(p->listener[i]);
	}
	log_info("serve_stopped", F("killed", left));
	return 0;
}

/* ---- reloading ---- */

/* Comes back only when it failed; then all goes on as before. */
static void reload(struct parent *p)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct buf *text = buf_new(ctx, 64 << 10);
	const char *error = NULL;
	const struct config *config = config_load(ctx, p->config_path, &error);

	/* What would keep the new program from starting keeps the old one. */
	if (!config || !tongues_load(config->templates, &error)) {
		log_error("reload_refused", F("error", error));
		talloc_free(ctx);
		return;
	}
	buf_printf(text, "%d %d", (int)getpid(), p->lock);
	for (int i = 0; i < POOLS; i++)
		buf_printf(text, " %d", p->listener[i]);
	for (unsigned i = 0; i < p->n_places; i++)
		if (p->place[i].pid)
			buf_printf(text, " %d", (int)p->place[i].pid);
	for (unsigned i = 0; i < p->n_leaving; i++)
		buf_printf(text, " %d", (int)p->leaving[i].pid);
	log_info("reload", F("program", p->argv[0]));
	setenv(HANDED_OVER, text->data, 1);
	keep_over_exec(p, true);
	execvp(p->argv[0], p->argv);
	log_error("reload_failed", F("program", p->argv[0]), F("error", strerror(errno)));
	keep_over_exec(p, false);
	unsetenv(HANDED_OVER);
	talloc_free(ctx);
}

/* ---- the parent ---- */

static int supervise(struct parent *p)
{
	for (;;) {
		int number;

		start_due(p);
		see_off(p);
		number = next_signal(p, until_due(p));
		reap(p);
		if (number == SIGTERM || number == SIGINT)
			return stop(p);
		if (number == SIGHUP)
			reload(p);
	}
}

static bool lay_out(struct parent *p)
{
	for (enum pool pool = 0; pool < POOLS; pool++)
		for (int n = pool_workers(p->config, pool); n > 0; n--) {
			if (p->n_places == SHARED_SLOTS) {
				log_error("too_many_workers", F("most", SHARED_SLOTS));
				return false;
			}
			p->place[p->n_places++].pool = pool;
		}
	return true;
}

static int serve_alone(const struct config *config)
{
	struct worker_place place = { .config = config, .shared = shared_new(config), .alone = true };

	shared_slot(place.shared, 0, POOL_WEB, getpid());
	return worker_run(&place);
}

int serve(const struct config *config, const char *config_path, char **argv)
{
	struct parent *p;
	int status = 1;

	if (is_listening(0))
		return serve_alone(config);
	p = talloc_zero(NULL, struct parent);
	p->config = config;
	p->config_path = config_path;
	p->argv = argv;
	sigemptyset(&p->signals);
	sigaddset(&p->signals, SIGCHLD);
	sigaddset(&p->signals, SIGTERM);
	sigaddset(&p->signals, SIGINT);
	sigaddset(&p->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &p->signals, NULL);
	if (lay_out(p) && (take_over(p) || take_lock(p)) && open_listeners(p)) {
		p->shared = shared_new(config);
		log_info("serve_started", F("workers", p->n_places), F("taken_over", p->n_leaving));
		status = supervise(p);
	}
	talloc_free(p);
	return status;
}
