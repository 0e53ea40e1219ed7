/* The lock says that somebody lives, the text who. A reader who finds the file locked by nobody believes nothing of it. */
#include "base/pid_file.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_MAX_BYTES = 512, TRIES = 5, BETWEEN_NS = 20000000 };

static const char *const STATES[PID_STATES] = { "starting", "ready", "refused" };

static void path_of(char path[PATH_MAX_BYTES], const char *dir, const char *name, const char *ending)
{
	snprintf(path, PATH_MAX_BYTES, "%s/%s.%s", dir, name, ending);
}

/* Whoever reads one holds it for an instant. */
static bool lock(int fd)
{
	for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB); tries++) {
		if (errno != EWOULDBLOCK || tries == TRIES)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = BETWEEN_NS }, NULL);
	}
	return true;
}

bool pid_file_take(struct pid_file *file, const char *dir, const char *name, const char **error)
{
	char path[PATH_MAX_BYTES];
	int fd;

	*file = (struct pid_file){ .fd = -1, .dir = dir, .name = name };
	if (mkdir(dir, 0750) && errno != EEXIST) {
		*error = strerror(errno);
		return false;
	}
	path_of(path, dir, name, "pid");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || !lock(fd) || ftruncate(fd, 0) || dprintf(fd, "%d\n", (int)getpid()) < 0) {
		*error = strerror(errno);
		if (fd >= 0)
			close(fd);
		return false;
	}
	file->fd = fd;
	return true;
}

void pid_file_keep(struct pid_file *file, const char *dir, const char *name, int fd)
{
	*file = (struct pid_file){ .fd = fd, .dir = dir, .name = name };
}

/* By a new file in the place of the old one, for somebody may be reading. */
void pid_file_say(const struct pid_file *file, enum pid_state state, int schema)
{
	char path[PATH_MAX_BYTES], fresh[PATH_MAX_BYTES];
	FILE *out;
	bool good;

	if (file->fd < 0)
		return;
	path_of(path, file->dir, file->name, "state");
	path_of(fresh, file->dir, file->name, "state.new");
	out = fopen(fresh, "we");
	if (!out)
		return;
	good = fprintf(out, "%d %s %d %" PRId64 "\n", (int)getpid(), STATES[state], schema, clock_monotonic()) > 0;
	if (fclose(out) || !good || rename(fresh, path))
		unlink(fresh);
}

bool pid_file_lost(const struct pid_file *file)
{
	char path[PATH_MAX_BYTES];
	struct stat ours, there;

	if (file->fd < 0 || fstat(file->fd, &ours))
		return false;
	path_of(path, file->dir, file->name, "pid");
	return stat(path, &there) || there.st_ino != ours.st_ino || there.st_dev != ours.st_dev;
}

bool pid_file_again(struct pid_file *file)
{
	struct pid_file fresh;
	const char *error;

	if (!pid_file_take(&fresh, file->dir, file->name, &error))
		return false;
	close(file->fd);
	file->fd = fresh.fd;
	return true;
}

static bool is_held(const char *dir, const char *name)
{
	char path[PATH_MAX_BYTES];
	bool held;
	int fd;

	path_of(path, dir, name, "pid");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return held;
}

bool pid_file_read(const char *dir, const char *name, struct pid_words *words)
{
	char path[PATH_MAX_BYTES], state[16];
	FILE *in;
	int n;

	*words = (struct pid_words){ 0 };
	path_of(path, dir, name, "state");
	in = is_held(dir, name) ? fopen(path, "re") : NULL;
	if (!in)
		return false;
	n = fscanf(in, "%d %15s %d %" SCNd64, &words->pid, state, &words->schema, &words->at);
	fclose(in);
	while (n == 4 && words->state < PID_STATES && strcmp(STATES[words->state], state) != 0)
		words->state++;
	return n == 4 && words->state < PID_STATES;
}
