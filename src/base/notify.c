/* The protocol is a few lines of text in one datagram, so it needs no library. */
#include "base/notify.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* False: there is nobody to tell. A name that begins with @ is one without a file. */
static bool address_of(struct sockaddr_un *to, socklen_t *size)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name ? strlen(name) : 0;

	if (!len || (*name != '/' && *name != '@') || len >= sizeof to->sun_path)
		return false;
	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(to->sun_path, name, len);
	if (*name == '@')
		to->sun_path[0] = '\0';
	*size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return true;
}

/* with: a descriptor that goes along; -1: none. surely: waits a second for it to be taken; whom anything else does not reach at once would
 * be told in vain again. */
static void tell_with(char *text, int with, bool surely)
{
	static const struct timeval a_second = { .tv_sec = 1 };
	struct sockaddr_un to;
	struct iovec words = { .iov_base = text, .iov_len = strlen(text) };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} beside = { .room = { 0 } };
	struct msghdr message = { .msg_name = &to, .msg_iov = &words, .msg_iovlen = 1 };
	int fd;

	if (!address_of(&to, &message.msg_namelen))
		return;
	if (with >= 0) {
		message.msg_control = beside.room;
		message.msg_controllen = sizeof beside.room;
		beside.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof with),
						.cmsg_level = SOL_SOCKET,
						.cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&beside.head), &with, sizeof with);
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | (surely ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return;
	if (surely)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &a_second, sizeof a_second);
	(void)!sendmsg(fd, &message, MSG_NOSIGNAL);
	close(fd);
}

static void tell(const char *text)
{
	char copy[256];

	snprintf(copy, sizeof copy, "%s", text);
	tell_with(copy, -1, false);
}

void notify_ready(const char *status)
{
	char text[256];

	snprintf(text, sizeof text, "READY=1\nSTATUS=%s", status);
	tell(text);
}

void notify_reloading(void)
{
	char text[64];

	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic() * 1000);
	tell(text);
}

void notify_stopping(void)
{
	tell("STOPPING=1");
}

ms_t notify_pace(void)
{
	const char *every = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
	long long usec = every ? strtoll(every, NULL, 10) : 0;

	if (usec <= 0 || (whose && strtoll(whose, NULL, 10) != getpid()))
		return -1;
	return usec / 4000 > 0 ? usec / 4000 : 1;
}

void notify_alive(void)
{
	static ms_t told;
	ms_t now = clock_monotonic(), pace = notify_pace();

	if (pace < 0 || (told && now - told < pace))
		return;
	told = now;
	tell("WATCHDOG=1");
}

/* ---- what is kept for us ---- */

enum { FIRST_KEPT = 3, KEPT_MAX = 16, NAME_MAX_BYTES = 64 };

/* What we were handed or gave to be kept. */
static struct {
	bool read;
	unsigned n;
	struct {
		int fd; /* handed and not taken yet; else -1 */
		char name[NAME_MAX_BYTES];
	} one[KEPT_MAX];
} kept;

bool notify_keeps(void)
{
	struct sockaddr_un to;
	socklen_t size;

	return address_of(&to, &size);
}

static void note(const char *name, size_t len, int fd)
{
	if (kept.n == KEPT_MAX)
		return;
	kept.one[kept.n].fd = fd;
	snprintf(kept.one[kept.n].name, NAME_MAX_BYTES, "%.*s", (int)len, name);
	kept.n++;
}

/* Numbers from 3 on, and their names with colons between. A child of ours is not meant. */
static void read_kept(void)
{
	const char *whose = getenv("LISTEN_PID"), *number = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");
	long n = whose && number && strtol(whose, NULL, 10) == getpid() ? strtol(number, NULL, 10) : 0;

	if (kept.read)
		return;
	kept.read = true;
	for (long i = 0; names && i < n; i++) {
		size_t len = strcspn(names, ":");

		fcntl(FIRST_KEPT + (int)i, F_SETFD, FD_CLOEXEC);
		note(names, len, FIRST_KEPT + (int)i);
		names = names[len] ? names + len + 1 : NULL;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static unsigned kept_named(const char *name)
{
	unsigned i = 0;

	read_kept();
	while (i < kept.n && strcmp(kept.one[i].name, name) != 0)
		i++;
	return i;
}

static void forget(const char *name)
{
	char text[128];

	snprintf(text, sizeof text, "FDSTOREREMOVE=1\nFDNAME=%s", name);
	tell_with(text, -1, true);
}

void notify_keep(int fd, const char *name)
{
	char text[128];

	if (kept_named(name) == kept.n)
		note(name, strlen(name), -1);
	forget(name);
	snprintf(text, sizeof text, "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", name);
	tell_with(text, fd, true);
}

int notify_kept(const char *name)
{
	unsigned i = kept_named(name);
	int fd = i < kept.n ? kept.one[i].fd : -1;

	if (i < kept.n)
		kept.one[i].fd = -1;
	return fd;
}

void notify_keep_nothing(void)
{
	read_kept();
	for (unsigned i = 0; i < kept.n; i++)
		forget(kept.one[i].name);
}
