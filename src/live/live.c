/* One process, one thread, one epoll: nothing here waits but epoll itself and a query. Signals are read like any other
 * input, so none can interrupt a write, which libfcgi would take for a dead client. */
#include "live/live.h"
#include "base/log.h"
#include "base/notify.h"
#include "db/db.h"
#include "db/migrate.h"
#include "live/attendance.h"
#include "live/connection.h"
#include "live/feed.h"
#include "live/realtime.h"
#include "store/system_log.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	KEEP = 16 << 20, /* of memory for who comes back, which is all who were told just now */
	BATCH = 256,
	SPARE_FDS = 64,		 /* descriptors that are no connections … */
	CONNECTIONS_MAX = 20000, /* … and the most of these, whatever the limit */
	HINTS_A_TURN = 1024,
	LOOK_AROUND_MS = 1000,
	SHUT_MS = 1000,	  /* what those have who are half in when we begin anew */
	DB_TIMEOUT_S = 3, /* of a query here, for all wait for it */
	HANDED = 4	  /* descriptors, when we begin anew */
};

static const char LISTENER[] = "live.sock", HINTS[] = "hint.sock", RT[] = "rt.sock";

/* ---- starting ---- */

static bool open_socket(struct own_socket *socket)
{
	const char *error = NULL;

	if (socket->fd < 0 && !own_socket_open(socket, &error)) {
		log_error("cannot_listen", F("socket", socket->name), F("run_dir", socket->dir), F("error", error));
		return false;
	}
	fcntl(socket->fd, F_SETFL, O_NONBLOCK);
	return true;
}

/* Takes over what our former self handed over: the pid file and the sockets. One of before rt.sock hands over no such. */
static bool take_over(struct live *live)
{
	char *text = handed_over(), *at = text;
	int fds[HANDED];
	bool mine, rt;

	for (int i = 0; i < HANDED; i++)
		fds[i] = text ? (int)next_number(&at) : -1;
	mine = is_socket_named(fds[1], LISTENER) && is_socket_named(fds[2], HINTS);
	rt = is_socket_named(fds[3], RT);
	free(text);
	if (!mine)
		return false;
	for (int i = 0; i < (rt ? HANDED : HANDED - 1); i++)
		keep_over_exec(fds[i], false);
	pid_file_keep(&live->pid, live->config.run_dir, "live", fds[0]);
	own_socket_keep(&live->listener, fds[1]);
	own_socket_keep(&live->hints, fds[2]);
	if (rt)
		own_socket_keep(&live->rt, fds[3]);
	return true;
}

static bool take_pid_file(struct live *live)
{
	const char *error = NULL;

	if (pid_file_take(&live->pid, live->config.run_dir, "live", &error))
		return true;
	log_error("already_running", F("run_dir", live->config.run_dir), F("pid_file", "live.pid"), F("error", error));
	return false;
}

static int open_signals(void)
{
	static const int HEEDED[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof HEEDED / sizeof *HEEDED; i++)
		sigaddset(&set, HEEDED[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static unsigned room(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 512;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur <= 2 * SPARE_FDS)
		return SPARE_FDS;
	return limit.rlim_cur - SPARE_FDS < CONNECTIONS_MAX ? (unsigned)limit.rlim_cur - SPARE_FDS : CONNECTIONS_MAX;
}

/* ---- running ---- */

static void take_hint(struct live *live, const struct hint *hint)
{
	topic_hint(live, hint);
	if (!strcmp(hint->kind, TOPIC_CAMPUS))
		feed_hint(live);
}

static void read_hints(struct live *live)
{
	char text[HINT_SIZE + 1];
	struct hint hint;

	for (int i = 0; i < HINTS_A_TURN; i++) {
		ssize_t len = recv(live->hints.fd, text, sizeof text, 0);

		if (len < 0)
			return;
		if (hint_read(text, (size_t)len, &hint))
			take_hint(live, &hint);
	}
}

/* While a hint could tell nothing new, for nobody waits or all that is watched will be looked at anyway, hints wake
 * nobody: their queue stands full, and a worker that sends one more is told so at once. What the queue held is read at the
 * next turn; the look that each second brings makes up for the rest. */
static void heed_hints(struct live *live)
{
	bool wanted = topics_unaware(live) || feed_unaware(live);
	struct epoll_event event = { .events = wanted ? EPOLLIN : 0, .data.ptr = &live->hinted };

	if (wanted == live->heeds)
		return;
	epoll_ctl(live->loop.epoll, EPOLL_CTL_MOD, live->hints.fd, &event);
	live->heeds = wanted;
}

static void read_signals(struct live *live)
{
	struct signalfd_siginfo info;

	while (read(live->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGHUP)
			live->renewing = true;
		else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			live->stopping = true;
		else
			log_info("signal_means_nothing", F("signal", info.ssi_signo));
	}
}

static void turn_to(struct source *source, uint32_t what)
{
	struct connection *c = LOOP_OF(source, struct connection, source);

	if (c->gone)
		return;
	if (c->watcher.topic || !(what & EPOLLIN))
		connection_drop(c);
	else if (connection_read(c))
		door_open(c);
	else if (what & EPOLLRDHUP) /* the rest will not come */
		connection_drop(c);
}

static void accept_connections(struct source *source, uint32_t what)
{
	(void)what;
	connections_accept(LOOP_OF(source, struct live, listening));
}

static void take_signals(struct source *source, uint32_t what)
{
	(void)what;
	read_signals(LOOP_OF(source, struct live, signalled));
}

static void nothing(struct source *source, uint32_t what)
{
	(void)source;
	(void)what;
}

static bool start(struct live *live)
{
	/* libfcgi waits this long (ms) for a peer's close; 2 s are its own choice. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
	live->loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	live->signals = open_signals();
	if (!take_over(live) && !take_pid_file(live))
		return false;
	if (!open_socket(&live->listener) || !open_socket(&live->hints) || !open_socket(&live->rt) || FCGX_Init())
		return false;
	live->heeds = true;
	live->max_connections = room();
	live->loop.now = clock_monotonic();
	live->turn_to = turn_to;
	live->listening.turn = accept_connections;
	live->hinted.turn = nothing; /* hints are read in each turn */
	live->signalled.turn = take_signals;
	return live->loop.epoll >= 0 && live->signals >= 0 &&
	       loop_watch(&live->loop, live->listener.fd, EPOLLIN, &live->listening) &&
	       loop_watch(&live->loop, live->hints.fd, EPOLLIN, &live->hinted) &&
	       loop_watch(&live->loop, live->signals, EPOLLIN, &live->signalled) && realtime_open(live);
}

/* Deadlines, heartbeats, rights, forgetting; at most every SWEEP_MS. */
static void sweep(struct live *live)
{
	if (live->loop.now - live->swept < SWEEP_MS)
		return;
	live->swept = live->loop.now;
	rights_ask(live);
	door_recheck(live);
	connections_sweep(live, false);
	topics_sweep(live);
	attendance_sweep(live);
}

/* ---- beginning anew ---- */

static void say_state(struct live *live, enum pid_state state)
{
	pid_file_say(&live->pid, state, db_schema_expected(live->db));
	notify_ready(state == PID_REFUSED ? "a reload was refused" : "holding who waits");
}

/* Nobody new is let in; true as soon as none is half in. */
static bool door_is_shut(struct live *live)
{
	if (!live->shut) {
		epoll_ctl(live->loop.epoll, EPOLL_CTL_DEL, live->listener.fd, NULL);
		realtime_shut(live);
		live->shut = live->loop.now;
	}
	return LIST_EMPTY(&live->opening) || live->loop.now - live->shut >= SHUT_MS;
}

/* Comes back only when it failed. Who waits has been answered and comes again, into the socket's queue. */
static void begin_again(struct live *live)
{
	int fds[HANDED] = { live->pid.fd, live->listener.fd, live->hints.fd, live->rt.fd };
	char text[64];

	realtime_stop(live);
	topics_stop(live);
	connections_sweep(live, true);
	connections_free_gone(live);
	db_close(live->db);
	snprintf(text, sizeof text, "%d %d %d %d", fds[0], fds[1], fds[2], fds[3]);
	begin_anew(live->origin, text, fds, HANDED);
	live->renewing = false;
	live->shut = 0;
	loop_watch(&live->loop, live->listener.fd, EPOLLIN, &live->listening);
	realtime_open(live);
	say_state(live, PID_REFUSED);
}

/* Where somebody has migrated to the program that is installed by now, that is to run. */
static void follow_schema(struct live *live)
{
	int seen;

	if (topic_next(live, NULL) && !live->db_away) {
		db_schema_fits(live->db);
		db_clear(live->db);
	}
	seen = db_schema_seen(live->db);
	if (seen <= 0 || seen == db_schema_expected(live->db) || seen == live->refused_for ||
	    seen != migrate_latest(live->config.migrations))
		return;
	live->refused_for = seen;
	live->renewing = true;
}

/* Opens anew what was removed: nobody new finds the old one. */
static bool find_lost(struct live *live, struct own_socket *socket)
{
	const char *error = NULL;
	int old = socket->fd;

	if (live->shut || !own_socket_lost(socket) || !own_socket_open(socket, &error))
		return false;
	log_warn("socket_was_lost", F("socket", socket->name), F("run_dir", socket->dir));
	fcntl(socket->fd, F_SETFL, O_NONBLOCK);
	close(old);
	return true;
}

static void find_sockets(struct live *live)
{
	if (find_lost(live, &live->listener))
		loop_watch(&live->loop, live->listener.fd, EPOLLIN, &live->listening);
	if (find_lost(live, &live->hints)) {
		loop_watch(&live->loop, live->hints.fd, EPOLLIN, &live->hinted);
		live->heeds = true;
	}
	if (find_lost(live, &live->rt))
		realtime_listen(live);
}

/* At what lies in run_dir, at most every LOOK_AROUND_MS. */
static void look_around(struct live *live)
{
	if (live->loop.now - live->looked < LOOK_AROUND_MS)
		return;
	live->looked = live->loop.now;
	if (pid_file_lost(&live->pid) && pid_file_again(&live->pid))
		say_state(live, PID_READY);
	find_sockets(live);
	follow_schema(live);
	system_log_write(live->db);
}

/* ---- the loop ---- */

/* Milliseconds until there is something to do. */
static int until_due(const struct live *live)
{
	bool any;
	ms_t at = topics_due(live, &any), now = clock_monotonic(), pace = notify_pace(),
	     alarm = alarms_due(&live->loop);

	if (realtime_hurries(live))
		return 0;
	if (feed_due(live) < at)
		at = feed_due(live);
	if (alarm < at)
		at = alarm;
	if ((any || live->n_connections) && live->swept + SWEEP_MS < at)
		at = live->swept + SWEEP_MS;
	if (live->looked + LOOK_AROUND_MS < at)
		at = live->looked + LOOK_AROUND_MS;
	if (pace >= 0 && now + pace < at)
		at = now + pace;
	return at <= now ? 0 : (int)(at - now);
}

static void run(struct live *live)
{
	struct epoll_event events[BATCH];

	while (!live->stopping) {
		int n = epoll_wait(live->loop.epoll, events, BATCH, until_due(live));

		live->loop.now = clock_monotonic();
		read_hints(live);
		for (int i = 0; i < n; i++) {
			struct source *source = events[i].data.ptr;

			source->turn(source, events[i].events);
		}
		alarms_ring(&live->loop);
		realtime_settle(live);
		feed_read_due(live);
		topics_read_due(live);
		sweep(live);
		connections_free_gone(live);
		realtime_free_gone(live);
		look_around(live);
		heed_hints(live);
		notify_alive();
		if (live->renewing && !live->stopping && door_is_shut(live))
			begin_again(live);
	}
}

static void stop(struct live *live)
{
	log_info("live_stopping", F("watchers", live->n_connections));
	system_log_write(live->db);
	notify_stopping();
	realtime_stop(live);
	topics_stop(live);
	connections_sweep(live, true);
	connections_free_gone(live);
	own_socket_close(&live->listener);
	own_socket_close(&live->hints);
	own_socket_close(&live->rt);
}

int live_run(const struct config *config, const struct origin *origin)
{
	struct live *live;
	int status = 1, latest = migrate_latest(config->migrations);

	mallopt(M_TRIM_THRESHOLD, KEEP);
	live = talloc_zero(NULL, struct live);
	live->config = *config;
	live->origin = origin;
	live->listener = (struct own_socket){ .fd = -1, .dir = config->run_dir, .name = LISTENER, .type = SOCK_STREAM };
	live->rt = (struct own_socket){ .fd = -1, .dir = config->run_dir, .name = RT, .type = SOCK_STREAM };
	live->hints = (struct own_socket){ .fd = -1, .dir = config->run_dir, .name = HINTS, .type = SOCK_DGRAM };
	if (live->config.db_timeout_s > DB_TIMEOUT_S)
		live->config.db_timeout_s = DB_TIMEOUT_S;
	live->kinds = LIVE_KINDS;
	live->db = db_new(live, &live->config);
	db_expect_schema(live->db, latest > 0 ? latest : -1);
	live->worker = (struct worker){ .config = &live->config,
					.db = live->db,
					.send = connection_send,
					.shared = shared_new(&live->config),
					.desk = talloc_pool(live, WORKER_DESK) };
	if (start(live)) {
		log_info("live_started", F("most_watchers", live->max_connections));
		say_state(live, PID_READY);
		run(live);
		stop(live);
		status = 0;
	}
	talloc_free(live);
	return status;
}
