/* The protocol is a few lines of text in one datagram, so it needs no library. */
#include "base/notify.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* Whom it does not reach would be told in vain again. */
static void tell(const char *text)
{
	struct sockaddr_un to;
	socklen_t size;
	int fd;

	if (!address_of(&to, &size))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to, size);
	close(fd);
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
