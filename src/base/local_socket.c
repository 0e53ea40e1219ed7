/* A Unix socket's file outlives its process, so the file alone says nothing: only somebody who answers does. */
#include "base/local_socket.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel cuts it to net.core.somaxconn. */
enum { BACKLOG = 4096 };

bool local_address(const char *dir, const char *name, struct sockaddr_un *address)
{
	int len;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	len = snprintf(address->sun_path, sizeof address->sun_path, "%s/%s", dir, name);
	return len > 0 && (size_t)len < sizeof address->sun_path;
}

/* A full backlog (EAGAIN) is an answer too. */
static bool somebody_answers(const struct sockaddr_un *address, int type)
{
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answers;

	if (fd < 0)
		return false;
	answers = !connect(fd, (const struct sockaddr *)address, sizeof *address) || errno == EAGAIN;
	close(fd);
	return answers;
}

int local_socket(const char *dir, const char *name, int type, const char **error)
{
	struct sockaddr_un address;
	mode_t mask;
	int fd, bound;

	if (!local_address(dir, name, &address)) {
		*error = "the path is too long for a socket";
		return -1;
	}
	if (somebody_answers(&address, type)) {
		*error = "another process answers there";
		return -1;
	}
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | (type == SOCK_DGRAM ? SOCK_NONBLOCK : 0), 0);
	if (fd < 0) {
		*error = "no socket to be had";
		return -1;
	}
	unlink(address.sun_path);
	mask = umask(0117);
	bound = bind(fd, (struct sockaddr *)&address, sizeof address);
	umask(mask);
	if (bound || (type == SOCK_STREAM && listen(fd, BACKLOG))) {
		*error = errno == ENOENT ? "the directory is missing" : "it cannot be made there";
		close(fd);
		return -1;
	}
	return fd;
}

bool is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof listening;

	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) && listening;
}
