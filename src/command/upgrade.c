/* `gatehouse upgrade`: what has to be done after a new version was installed, or the settings were changed, in its order. The
 * schema first, for a program serves only the schema that it was made for; then each of our processes on this node is told
 * to begin anew in its place, and waited for. Run again it only does the latter. */
#include "base/pid_file.h"
#include "command/command.h"
#include "db/migrate.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* All that may run on one node, by their pid files. */
static const char *const NAMES[] = { "serve",  "live",	 "jobs",   "jobs-2", "jobs-3", "jobs-4",
				     "jobs-5", "jobs-6", "jobs-7", "jobs-8", "jobs-9", "pictures" };

enum { N_NAMES = sizeof NAMES / sizeof *NAMES, WAIT_MS = 120000, LOOK_NS = 20000000 };

struct turn {
	const char *name;
	pid_t pid; /* 0: does not run */
	ms_t told;
};

static bool tell(const struct config *config, struct turn *turn)
{
	struct pid_words words;

	if (!pid_file_read(config->run_dir, turn->name, &words))
		return true;
	turn->told = clock_monotonic();
	if (kill(words.pid, SIGHUP)) {
		fprintf(stderr, "gatehouse: %s (pid %d) cannot be told: %s\n", turn->name, (int)words.pid,
			strerror(errno));
		return false;
	}
	turn->pid = words.pid;
	return true;
}

/* Waits until it says something after it was told. */
static bool turns(const struct config *config, const struct turn *turn, int schema, ms_t until)
{
	struct pid_words words;

	while (clock_monotonic() < until) {
		if (!pid_file_read(config->run_dir, turn->name, &words) && kill(turn->pid, 0)) {
			fprintf(stderr, "gatehouse: %s has ended: see its log\n", turn->name);
			return false;
		}
		if (words.at > turn->told && words.state == PID_READY && words.schema == schema) {
			printf("%s (pid %d) has begun anew\n", turn->name, (int)turn->pid);
			return true;
		}
		if (words.at > turn->told && words.state == PID_REFUSED) {
			fprintf(stderr,
				"gatehouse: %s (pid %d) goes on as it was, for it could not begin anew: see its log\n",
				turn->name, (int)turn->pid);
			return false;
		}
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
	}
	fprintf(stderr, "gatehouse: %s (pid %d) has not begun anew in %d s: see its log\n", turn->name, (int)turn->pid,
		WAIT_MS / 1000);
	return false;
}

int command_upgrade(const struct config *config, int argc, char **argv)
{
	struct turn turn[N_NAMES] = { { 0 } };
	ms_t until;
	bool good = true;
	int n = 0;

	if (command_migrate(config, argc, argv))
		return 1;
	fflush(stdout);
	for (size_t i = 0; i < N_NAMES; i++) {
		turn[i].name = NAMES[i];
		good = tell(config, &turn[i]) && good;
	}
	until = clock_monotonic() + WAIT_MS;
	for (size_t i = 0; i < N_NAMES; i++)
		if (turn[i].pid) {
			good = turns(config, &turn[i], migrate_latest(config->migrations), until) && good;
			n++;
		}
	if (!n && good)
		printf("nothing runs here that would have to begin anew\n");
	return good ? 0 : 1;
}
