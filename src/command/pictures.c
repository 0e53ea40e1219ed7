/* `gatehouse pictures`: strangers' pictures, decoded where nothing can come of it (picture/child.h). This parent has the settings, but
 * neither database nor keys, and passes on what is asked over RUN_DIR/picture.sock; the pictures themselves go from who asks to a
 * child as open files, past it. */
#include "base/local_socket.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/pid_file.h"
#include "command/command.h"
#include "db/migrate.h"
#include "picture/ask.h"
#include "picture/child.h"
#include "picture/desk.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LOOK_MS = 1000,				/* between looks at what lies in run_dir */
	SHUT_MS = PICTURE_CHILD_MS + MS_SECOND, /* what those have who wait when we end or begin anew */
	CHILDREN_MAX = 4,
	TAKE_A_TURN = 16
};

struct pictures {
	const struct config *config;
	const struct origin *origin;
	struct pid_file pid;
	struct own_socket listener;
	struct desk *desk;
	int signals, schema;
	int refused_for; /* that schema's program could not start */
	bool stopping, renewing;
	ms_t shut, looked;
};

/* ---- beginning ---- */

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

/* Takes over what our former self handed over: the pid file and the socket. */
static bool take_over(struct pictures *p)
{
	char *text = handed_over(), *at = text;
	int pid = text ? (int)next_number(&at) : -1, listener = text ? (int)next_number(&at) : -1;
	bool mine = is_socket_named(listener, PICTURE_SOCKET);

	free(text);
	if (!mine)
		return false;
	keep_over_exec(pid, false);
	keep_over_exec(listener, false);
	pid_file_keep(&p->pid, p->config->run_dir, "pictures", pid);
	own_socket_keep(&p->listener, listener);
	return true;
}

static bool take_place(struct pictures *p)
{
	const char *error = NULL;

	if (!pid_file_take(&p->pid, p->config->run_dir, "pictures", &error)) {
		log_error("already_running", F("run_dir", p->config->run_dir), F("pid_file", "pictures.pid"),
			  F("error", error));
		return false;
	}
	if (own_socket_open(&p->listener, &error))
		return true;
	log_error("cannot_listen", F("socket", PICTURE_SOCKET), F("run_dir", p->config->run_dir), F("error", error));
	return false;
}

static unsigned children(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return processors < 1 ? 1 : processors > CHILDREN_MAX ? CHILDREN_MAX : (unsigned)processors;
}

static bool start(struct pictures *p)
{
	p->signals = open_signals();
	if (p->signals < 0 || (!take_over(p) && !take_place(p)))
		return false;
	fcntl(p->listener.fd, F_SETFL, O_NONBLOCK);
	return true;
}

/* ---- running ---- */

static void say_state(struct pictures *p, enum pid_state state)
{
	pid_file_say(&p->pid, state, p->schema);
	notify_ready(state == PID_REFUSED ? "a reload was refused" : "making pictures small");
}

static void read_signals(struct pictures *p)
{
	struct signalfd_siginfo info;

	while (read(p->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGHUP)
			p->renewing = true;
		else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			p->stopping = true;
		else
			log_info("signal_means_nothing", F("signal", info.ssi_signo));
	}
}

static void take_clients(struct pictures *p)
{
	for (int i = 0; i < TAKE_A_TURN && desk_has_room(p->desk); i++) {
		int fd = accept4(p->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0)
			return;
		desk_take(p->desk, fd);
	}
}

/* Nobody new is let in; true as soon as nobody waits any more. */
static bool door_is_shut(struct pictures *p)
{
	ms_t now = clock_monotonic();

	if (!p->shut)
		p->shut = now;
	return desk_is_idle(p->desk) || now - p->shut >= SHUT_MS;
}

/* Comes back only when it failed. Who comes meanwhile waits in the socket's queue. */
static void begin_again(struct pictures *p)
{
	int fds[] = { p->pid.fd, p->listener.fd };
	char text[64];

	snprintf(text, sizeof text, "%d %d", fds[0], fds[1]);
	begin_anew(p->origin, text, fds, 2);
	p->renewing = false;
	p->shut = 0;
	say_state(p, PID_REFUSED);
}

/* Where another version was installed, that is to run. There is no database here that would say whether its schema is there yet; but
 * nor does anything here depend on that. */
static void follow_version(struct pictures *p)
{
	int latest = access(p->config->migrations, R_OK | X_OK) ? 0 : migrate_latest(p->config->migrations);

	if (latest <= 0 || latest == p->schema || latest == p->refused_for)
		return;
	p->refused_for = latest;
	p->renewing = true;
}

/* Opens anew what was removed from run_dir: nobody new finds the old one. */
static void find_lost(struct pictures *p)
{
	const char *error = NULL;
	int old = p->listener.fd;

	if (pid_file_lost(&p->pid) && pid_file_again(&p->pid))
		say_state(p, PID_READY);
	if (!own_socket_lost(&p->listener) || !own_socket_open(&p->listener, &error))
		return;
	log_warn("socket_was_lost", F("socket", PICTURE_SOCKET), F("run_dir", p->config->run_dir));
	fcntl(p->listener.fd, F_SETFL, O_NONBLOCK);
	close(old);
}

static void look_around(struct pictures *p)
{
	ms_t now = clock_monotonic();

	if (p->shut || now - p->looked < LOOK_MS)
		return;
	p->looked = now;
	find_lost(p);
	follow_version(p);
}

static int until_due(const struct pictures *p)
{
	ms_t wait = desk_until_due(p->desk), pace = notify_pace();

	if (wait < 0 || wait > LOOK_MS)
		wait = LOOK_MS;
	return (int)(pace >= 0 && pace < wait ? pace : wait);
}

static void turn(struct pictures *p)
{
	struct pollfd fds[DESK_FDS + 2] = { { .fd = p->signals, .events = POLLIN },
					    { .fd = p->shut || !desk_has_room(p->desk) ? -1 : p->listener.fd,
					      .events = POLLIN } };
	unsigned n = desk_fds(p->desk, fds + 2);

	if (poll(fds, n + 2, until_due(p)) < 0)
		n = 0;
	read_signals(p);
	if (fds[1].fd >= 0)
		take_clients(p);
	desk_turn(p->desk, fds + 2, n);
	look_around(p);
	notify_alive();
}

static void run(struct pictures *p)
{
	while (!p->stopping || !door_is_shut(p)) {
		turn(p);
		if (p->stopping && !p->shut)
			notify_stopping();
		if (p->renewing && !p->stopping && door_is_shut(p))
			begin_again(p);
	}
}

int command_pictures(const struct config *config, const struct origin *origin)
{
	struct pictures *p = talloc_zero(NULL, struct pictures);
	int status = 1;

	p->config = config;
	p->origin = origin;
	p->schema = migrate_latest(config->migrations);
	p->listener =
		(struct own_socket){ .fd = -1, .dir = config->run_dir, .name = PICTURE_SOCKET, .type = SOCK_SEQPACKET };
	if (!command_pictures_check() && start(p)) {
		p->desk = desk_new(p, children());
		log_info("pictures_started", F("children", (int)children()));
		say_state(p, PID_READY);
		run(p);
		log_info("pictures_stopped", F("idle", desk_is_idle(p->desk)));
		own_socket_close(&p->listener);
		status = 0;
	}
	talloc_free(p);
	return status;
}

/* One child that is confined and answers shows that all can be. */
int command_pictures_check(void)
{
	if (picture_child_works())
		return 0;
	fprintf(stderr, "gatehouse: no child answers that could decode pictures\n");
	return 1;
}
