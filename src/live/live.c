/* One process, one thread, one epoll: nothing here waits but epoll itself and a query. Signals are read like any other
 * input, so none can interrupt a write, which libfcgi would take for a dead client. */
#include "live/live.h"
#include "access.h"
#include "base/local_socket.h"
#include "base/log.h"
#include "live/connection.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
	BATCH = 256,
	SPARE_FDS = 64,		 /* descriptors that are no connections … */
	CONNECTIONS_MAX = 20000, /* … and the most of these, whatever the limit */
	HINTS_A_TURN = 1024,
	DB_TIMEOUT_S = 3 /* of a query here, for all wait for it */
};

static const char LISTENER[] = "live.sock", HINTS[] = "hint.sock";

/* ---- starting ---- */

static int open_socket(struct live *live, const char *name, int type)
{
	const char *error = NULL;
	int fd = local_socket(live->config.run_dir, name, type, &error);

	if (fd < 0)
		log_error("cannot_listen", F("socket", name), F("run_dir", live->config.run_dir), F("error", error));
	return fd;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
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

static bool watch(struct live *live, int *fd)
{
	struct epoll_event wanted = { .events = EPOLLIN, .data.ptr = fd };

	return !epoll_ctl(live->epoll, EPOLL_CTL_ADD, *fd, &wanted);
}

static bool start(struct live *live)
{
	/* libfcgi waits this long (ms) for a peer's close; 2 s are its own choice. */
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
	live->epoll = epoll_create1(EPOLL_CLOEXEC);
	live->signals = open_signals();
	live->listener = open_socket(live, LISTENER, SOCK_STREAM);
	live->hints = live->listener < 0 ? -1 : open_socket(live, HINTS, SOCK_DGRAM);
	if (live->hints < 0 || FCGX_Init())
		return false;
	fcntl(live->listener, F_SETFL, O_NONBLOCK);
	live->heeds = true;
	live->max_connections = room();
	live->now = clock_monotonic();
	return live->epoll >= 0 && live->signals >= 0 && watch(live, &live->listener) && watch(live, &live->hints) &&
	       watch(live, &live->signals);
}

/* ---- running ---- */

static void read_hints(struct live *live)
{
	char text[HINT_SIZE + 1];
	struct hint hint;

	for (int i = 0; i < HINTS_A_TURN; i++) {
		ssize_t len = recv(live->hints, text, sizeof text, 0);

		if (len < 0)
			return;
		if (hint_read(text, (size_t)len, &hint))
			topic_hint(live, &hint);
	}
}

/* While a hint could tell nothing new, for nobody waits or all that is watched will be looked at anyway, hints wake
 * nobody: their queue stands full, and a worker that sends one more is told so at once. What the queue held is read at the
 * next turn; the look that each second brings makes up for the rest. */
static void heed_hints(struct live *live)
{
	bool wanted = topics_unaware(live);
	struct epoll_event event = { .events = wanted ? EPOLLIN : 0, .data.ptr = &live->hints };

	if (wanted == live->heeds)
		return;
	epoll_ctl(live->epoll, EPOLL_CTL_MOD, live->hints, &event);
	live->heeds = wanted;
}

static void read_signals(struct live *live)
{
	struct signalfd_siginfo info;

	while (read(live->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGHUP) {
			access_reopen();
			log_info("live_keeps_settings", F("why", "restart it to take up new ones"));
		} else {
			live->stopping = true;
		}
	}
}

static void turn_to(struct connection *c, uint32_t what)
{
	if (c->gone)
		return;
	if (c->watcher.topic || !(what & EPOLLIN))
		connection_drop(c);
	else if (connection_read(c))
		door_open(c);
	else if (what & EPOLLRDHUP) /* the rest will not come */
		connection_drop(c);
}

/* Deadlines, heartbeats, rights, forgetting; at most every SWEEP_MS. */
static void sweep(struct live *live)
{
	if (live->now - live->swept < SWEEP_MS)
		return;
	live->swept = live->now;
	rights_ask(live);
	door_recheck(live);
	connections_sweep(live, false);
	topics_sweep(live);
}

/* Milliseconds until there is something to do; -1: nothing. */
static int until_due(const struct live *live)
{
	bool any;
	ms_t at = topics_due(live, &any), now = clock_monotonic();

	if (!any && !live->n_connections)
		return -1;
	if (live->swept + SWEEP_MS < at)
		at = live->swept + SWEEP_MS;
	return at <= now ? 0 : (int)(at - now);
}

static void run(struct live *live)
{
	struct epoll_event events[BATCH];

	while (!live->stopping) {
		int n = epoll_wait(live->epoll, events, BATCH, until_due(live));

		live->now = clock_monotonic();
		read_hints(live);
		for (int i = 0; i < n; i++) {
			void *what = events[i].data.ptr;

			if (what == &live->signals)
				read_signals(live);
			else if (what == &live->listener)
				connections_accept(live);
			else if (what != &live->hints)
				turn_to(what, events[i].events);
		}
		topics_read_due(live);
		sweep(live);
		connections_free_gone(live);
		heed_hints(live);
	}
}

static void stop(struct live *live)
{
	struct sockaddr_un address;

	log_info("live_stopping", F("watchers", live->n_connections));
	if (local_address(live->config.run_dir, LISTENER, &address))
		unlink(address.sun_path);
	if (local_address(live->config.run_dir, HINTS, &address))
		unlink(address.sun_path);
	topics_stop(live);
	connections_sweep(live, true);
	connections_free_gone(live);
	close(live->listener);
	close(live->hints);
}

int live_run(const struct config *config)
{
	struct live *live = talloc_zero(NULL, struct live);
	int status = 1;

	live->config = *config;
	if (live->config.db_timeout_s > DB_TIMEOUT_S)
		live->config.db_timeout_s = DB_TIMEOUT_S;
	live->kinds = LIVE_KINDS;
	live->db = db_new(live, &live->config);
	live->worker = (struct worker){
		.config = &live->config, .db = live->db, .send = connection_send, .shared = shared_new(&live->config)
	};
	if (start(live)) {
		log_info("live_started", F("most_watchers", live->max_connections));
		run(live);
		stop(live);
		status = 0;
	}
	talloc_free(live);
	return status;
}
