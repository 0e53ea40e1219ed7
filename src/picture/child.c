/* One picture after the other, each with what it took of memory given back. What a message lacks, or says too much of, is
 * answered all the same: who sent it waits. */
#include "picture/child.h"
#include "base/pass_fds.h"
#include "picture/cage.h"
#include "picture/likeness.h"
#include "picture/write.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char COMMAND[] = "pictures", CHILD[] = "--child";

enum { SOCKET = 0, SOURCE = 0, RESULT = 1, FILES = 2, BLOCK = 256 << 10, CANNOT_RUN = 127 };

bool picture_is_child(int argc, char **argv)
{
	return argc == 3 && !strcmp(argv[1], COMMAND) && !strcmp(argv[2], CHILD);
}

/* ---- its work ---- */

static bool makes_sense(const struct picture_ask *ask, ssize_t len, const int fd[FILES])
{
	return len == sizeof *ask && ask->form == PICTURE_ASK && fd[SOURCE] >= 0 && ask->size > 0 &&
	       ask->size <= PICTURE_CHILD_FILE && ask->longest <= PICTURE_LONGEST_MAX &&
	       ask->shape_width <= UINT16_MAX && ask->shape_height <= UINT16_MAX && ask->quality <= 100 &&
	       ask->across < PICTURE_PARTS && ask->down < PICTURE_PARTS && (ask->only_read || fd[RESULT] >= 0);
}

static void write_out(const struct picture_ask *ask, int fd, const struct picture *picture, struct picture_told *told)
{
	enum picture_kind kind = ask->kind;

	told->width = picture->width;
	told->height = picture->height;
	told->outcome = PICTURE_MADE;
	if (ask->likeness) {
		told->hash = likeness_hash(picture);
		told->ink = likeness_ink(picture);
	}
	if (ask->only_read)
		return;
	if (!picture_write(fd, picture, &kind, (int)ask->quality, &told->bytes))
		told->outcome = PICTURE_FAILED;
	told->kind = kind;
}

static void make(const struct picture_ask *ask, const int fd[FILES], struct picture_told *told)
{
	const struct picture_wish wish = { .longest = ask->longest,
					   .shape_width = ask->shape_width,
					   .shape_height = ask->shape_height,
					   .across = ask->across,
					   .down = ask->down,
					   .strict = ask->strict };
	const uint8_t *data = mmap(NULL, (size_t)ask->size, PROT_READ, MAP_PRIVATE, fd[SOURCE], 0);
	TALLOC_CTX *ctx = talloc_new(NULL);
	enum picture_fault fault = PICTURE_GOOD;
	struct picture *picture;

	if (data == MAP_FAILED)
		return;
	picture = picture_read(ctx, data, (size_t)ask->size, &wish, &fault);
	told->outcome = PICTURE_REFUSED;
	told->fault = fault;
	if (picture)
		write_out(ask, fd[RESULT], picture, told);
	talloc_free(ctx);
	munmap((void *)(uintptr_t)data, (size_t)ask->size);
}

/* False: nobody asks any more. */
static bool answer_one(void)
{
	struct picture_ask ask;
	struct picture_told told = { .outcome = PICTURE_FAILED };
	int fd[FILES];
	ssize_t len = fds_receive(SOCKET, &ask, sizeof ask, fd, FILES);

	if (len <= 0)
		return false;
	if (makes_sense(&ask, len, fd))
		make(&ask, fd, &told);
	for (int i = 0; i < FILES; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	return fds_send(SOCKET, &told, sizeof told, NULL, 0);
}

int picture_child(void)
{
	static const struct cage CAGE = { .memory = PICTURE_CHILD_MEMORY,
					  .processor_s = PICTURE_CHILD_PROCESSOR_S,
					  .file = PICTURE_CHILD_FILE };

	prctl(PR_SET_NAME, "picture");
	/* Large pieces go back to the kernel at once: a picture's memory is not the child's. */
	mallopt(M_MMAP_THRESHOLD, BLOCK);
	mallopt(M_TRIM_THRESHOLD, BLOCK);
	if (!cage_enter(&CAGE)) {
		fprintf(stderr,
			"gatehouse: pictures cannot be decoded, for the kernel does not confine who would: %s\n",
			strerror(errno));
		return PICTURE_CHILD_CANNOT;
	}
	for (int n = 0; n < PICTURE_CHILD_PICTURES && answer_one(); n++)
		;
	_exit(0);
}

/* ---- its beginning ---- */

bool picture_child_came_to_nothing(int status)
{
	return WIFEXITED(status) && (WEXITSTATUS(status) == PICTURE_CHILD_CANNOT || WEXITSTATUS(status) == CANNOT_RUN);
}

/* In the child, between fork and exec: only what a signal handler may do. */
static _Noreturn void become(int socket, pid_t parent)
{
	static char *const NOTHING[] = { NULL };
	char *argv[] = { (char *)(uintptr_t) "gatehouse", (char *)(uintptr_t)COMMAND, (char *)(uintptr_t)CHILD, NULL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (socket == SOCKET ? fcntl(SOCKET, F_SETFD, 0) : dup2(socket, SOCKET) < 0)
		_exit(CANNOT_RUN);
	close_range(STDERR_FILENO + 1, ~0u, 0);
	execve("/proc/self/exe", argv, NOTHING);
	_exit(CANNOT_RUN);
}

int picture_child_start(pid_t *pid)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	*pid = fork();
	if (!*pid)
		become(pair[1], parent);
	close(pair[1]);
	if (*pid > 0)
		return pair[0];
	close(pair[0]);
	return -1;
}

/* ---- one for one picture ---- */

/* What it said within PICTURE_CHILD_MS. */
static bool hear(int socket, struct picture_told *told)
{
	struct pollfd wait = { .fd = socket, .events = POLLIN };
	int ready;

	do
		ready = poll(&wait, 1, PICTURE_CHILD_MS);
	while (ready < 0 && errno == EINTR);
	return ready > 0 && fds_receive(socket, told, sizeof *told, NULL, 0) == sizeof *told;
}

struct picture_told picture_child_once(const struct picture_ask *ask, int source, int result)
{
	struct picture_told told = { .outcome = PICTURE_FAILED };
	const int fds[] = { source, result };
	int status = 0, socket;
	pid_t pid;

	socket = picture_child_start(&pid);
	if (socket < 0)
		return told;
	if (!fds_send(socket, ask, sizeof *ask, fds, result < 0 ? 1 : 2) || !hear(socket, &told)) {
		kill(pid, SIGKILL);
		told = (struct picture_told){ .outcome = PICTURE_DIED, .fault = PICTURE_UNREADABLE };
	}
	close(socket);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (told.outcome == PICTURE_DIED && picture_child_came_to_nothing(status))
		told.outcome = PICTURE_FAILED;
	return told;
}

bool picture_child_works(void)
{
	static const char POINT[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
	const struct picture_ask ask = { .form = PICTURE_ASK, .only_read = 1, .size = sizeof POINT - 1 };
	int fd = memfd_create("point", MFD_CLOEXEC);
	struct picture_told told = { .outcome = PICTURE_FAILED };

	if (fd >= 0 && write(fd, POINT, sizeof POINT - 1) == sizeof POINT - 1)
		told = picture_child_once(&ask, fd, -1);
	if (fd >= 0)
		close(fd);
	return told.outcome == PICTURE_MADE && told.width == 1 && told.height == 1;
}
