/* Who listens on the socket answers, with a child's death too; when it goes itself in the middle, a child of our own does it. */
#include "outside/pictures.h"
#include "base/clock.h"
#include "base/local_socket.h"
#include "base/log.h"
#include "base/pass_fds.h"
#include "picture/child.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 2 * PICTURE_CHILD_MS, SAY_MS = 60 * MS_SECOND };

enum answer { TOLD, GONE, BUSY };

/* -1: nobody is there, or its queue is full (EAGAIN). */
static int connect_to(const char *run_dir)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why;

	if (fd < 0)
		return -1;
	if (local_address(run_dir, PICTURE_SOCKET, &address) &&
	    !connect(fd, (const struct sockaddr *)&address, sizeof address))
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static enum answer hear(int socket, struct picture_told *told)
{
	struct pollfd wait = { .fd = socket, .events = POLLIN };
	ms_t until = clock_monotonic() + WAIT_MS, now;
	int ready = 0;

	while (!ready && (now = clock_monotonic()) < until) {
		ready = poll(&wait, 1, (int)(until - now));
		if (ready < 0 && errno == EINTR)
			ready = 0;
	}
	if (!ready)
		return BUSY;
	return fds_receive(socket, told, sizeof *told, NULL, 0) == sizeof *told ? TOLD : GONE;
}

static enum answer ask_process(const char *run_dir, const struct picture_ask *ask, int source, int result,
			       struct picture_told *told)
{
	const int fds[] = { source, result };
	int socket = connect_to(run_dir);
	enum answer answer = GONE;

	if (socket < 0)
		return errno == EAGAIN ? BUSY : GONE;
	if (fds_send(socket, ask, sizeof *ask, fds, result < 0 ? 1 : 2))
		answer = hear(socket, told);
	close(socket);
	return answer;
}

/* Where there may be no other process of ours that is as it should be; elsewhere somebody has to start it. */
static void say_alone(const char *run_dir)
{
	static ms_t said;
	ms_t now = clock_monotonic();

	if (said && now - said < SAY_MS)
		return;
	said = now;
	log_info("pictures_away", F("run_dir", run_dir), F("socket", PICTURE_SOCKET));
}

bool pictures_ask(const char *run_dir, const struct picture_ask *ask, int source, int result, struct picture_told *told)
{
	enum answer answer = ask_process(run_dir, ask, source, result, told);

	if (answer == GONE) {
		say_alone(run_dir);
		if (result >= 0 && (ftruncate(result, 0) || lseek(result, 0, SEEK_SET)))
			*told = (struct picture_told){ .outcome = PICTURE_FAILED };
		else
			*told = picture_child_once(ask, source, result);
	}
	return answer != BUSY;
}
