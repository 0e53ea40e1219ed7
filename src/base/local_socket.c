/* A Unix socket's file outlives its process, so the file alone says nothing: only somebody who answers does. */
#include "base/local_socket.h"
#include "base/notify.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
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
	if (bound || (type != SOCK_DGRAM && listen(fd, BACKLOG))) {
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

bool is_socket_named(int fd, const char *name)
{
	struct sockaddr_un address = { 0 };
	socklen_t len = sizeof address - 1;
	const char *slash;

	if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &len) || address.sun_family != AF_UNIX)
		return false;
	slash = strrchr(address.sun_path, '/');
	return slash && !strcmp(slash + 1, name);
}

static bool file_of(const struct own_socket *socket, struct stat *st)
{
	struct sockaddr_un address;

	return local_address(socket->dir, socket->name, &address) && !stat(address.sun_path, st);
}

/* What our predecessor had, whose queue whoever started us kept open. */
static bool take_kept(struct own_socket *own)
{
	int fd = notify_kept(own->name);

	if (fd < 0)
		return false;
	own_socket_keep(own, fd);
	if (is_socket_named(fd, own->name) && !own_socket_lost(own))
		return true;
	close(fd);
	own->fd = -1;
	return false;
}

bool own_socket_open(struct own_socket *socket, const char **error)
{
	int fd;

	if (take_kept(socket))
		return true;
	fd = local_socket(socket->dir, socket->name, socket->type, error);
	if (fd < 0)
		return false;
	own_socket_keep(socket, fd);
	return true;
}

void own_socket_keep(struct own_socket *socket, int fd)
{
	struct stat st;
	bool there = file_of(socket, &st);

	socket->fd = fd;
	socket->device = there ? st.st_dev : 0;
	socket->file = there ? st.st_ino : 0;
	if (notify_keeps())
		notify_keep(fd, socket->name);
}

bool own_socket_lost(const struct own_socket *socket)
{
	struct stat st;

	return !socket->file || !file_of(socket, &st) || st.st_ino != socket->file || st.st_dev != socket->device;
}

void own_socket_close(struct own_socket *socket)
{
	struct sockaddr_un address;

	if (socket->fd < 0)
		return;
	if (!notify_keeps() && !own_socket_lost(socket) && local_address(socket->dir, socket->name, &address))
		unlink(address.sun_path);
	close(socket->fd);
	socket->fd = -1;
}
