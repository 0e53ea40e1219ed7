/* The process stays the same one, so whoever started it need not know. What is handed over stands in the environment, behind
 * the process' number: what a child would inherit of it is not meant for that. */
#include "base/again.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HANDED_OVER "GATEHOUSE_SOCKETS"

enum { CHECK_MS = 20000, LOOK_NS = 10000000, ARGUMENTS_MAX = 16 };

void keep_over_exec(int fd, bool keep)
{
	if (fd >= 0)
		fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

long next_number(char **at)
{
	char *end;
	long number = strtol(*at, &end, 10);

	if (end == *at || number < 0)
		return -1;
	*at = end;
	return number;
}

char *handed_over(void)
{
	const char *text = getenv(HANDED_OVER);
	char *copy = text ? strdup(text) : NULL, *at = copy, *rest = NULL;

	unsetenv(HANDED_OVER);
	if (copy && next_number(&at) == getpid())
		rest = strdup(at);
	free(copy);
	return rest;
}

/* The child's whole life. */
static void ask_program(char **argv)
{
	char *asked[ARGUMENTS_MAX + 2];
	size_t n = 0;
	sigset_t none;

	for (; argv[n] && n < ARGUMENTS_MAX; n++)
		asked[n] = argv[n];
	asked[n++] = (char *)(uintptr_t) "--check";
	asked[n] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(asked[0], asked);
	_exit(127);
}

/* Waits for that child alone, and not for ever. */
static bool ends_well(pid_t pid)
{
	ms_t until = clock_monotonic() + CHECK_MS;
	int status;
	pid_t ended;

	while (!(ended = waitpid(pid, &status, WNOHANG)) && clock_monotonic() < until) {
		notify_alive();
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
	}
	if (!ended) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return false;
	}
	return ended == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool can_start(const struct origin *origin)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		ask_program(origin->argv);
	if (pid > 0 && ends_well(pid))
		return true;
	log_error("reload_refused", F("program", origin->argv[0]),
		  F("why", pid < 0 ? strerror(errno) : "it could not start so; what it said stands above"));
	return false;
}

void begin_anew(const struct origin *origin, const char *text, const int fds[], size_t n)
{
	static char whole[64 << 10];

	if (!can_start(origin))
		return;
	snprintf(whole, sizeof whole, "%d %s", (int)getpid(), text);
	log_info("reload", F("program", origin->argv[0]));
	notify_reloading();
	setenv(HANDED_OVER, whole, 1);
	for (size_t i = 0; i < n; i++)
		keep_over_exec(fds[i], true);
	execvp(origin->argv[0], origin->argv);
	log_error("reload_failed", F("program", origin->argv[0]), F("error", strerror(errno)));
	for (size_t i = 0; i < n; i++)
		keep_over_exec(fds[i], false);
	unsetenv(HANDED_OVER);
}
