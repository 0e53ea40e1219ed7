/* One descriptor a process, opened at the first hint and never connected: `live` may start, stop and start again behind
 * it. Where nobody listens or its queue is full, the hint is lost, and the look that `live` takes each second makes up
 * for it. */
#include "live/hint.h"
#include "base/local_socket.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int hint_fd = -1;
static pid_t hint_owner;

void live_hint(const char *run_dir, const char *kind, int64_t id)
{
	struct sockaddr_un address;
	char text[HINT_SIZE];
	int len = snprintf(text, sizeof text, "%s %lld\n", kind, (long long)id);

	if (hint_fd < 0 || hint_owner != getpid()) {
		hint_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		hint_owner = getpid();
	}
	if (hint_fd >= 0 && local_address(run_dir, "hint.sock", &address))
		sendto(hint_fd, text, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address,
		       sizeof address);
}

/* A positive number and nothing behind it; else 0. */
static int64_t number(const char *text)
{
	char *end;
	long long n;

	if (*text < '1' || *text > '9')
		return 0;
	errno = 0;
	n = strtoll(text, &end, 10);
	return *end || errno ? 0 : n;
}

bool hint_read(const char *text, size_t len, struct hint *hint)
{
	char copy[HINT_SIZE];
	size_t word;

	if (!len || len >= sizeof copy || text[len - 1] != '\n')
		return false;
	memcpy(copy, text, len - 1);
	copy[len - 1] = '\0';
	word = strspn(copy, "abcdefghijklmnopqrstuvwxyz_");
	if (!word || word >= sizeof hint->kind || copy[word] != ' ' || strlen(copy) < len - 1)
		return false;
	memcpy(hint->kind, copy, word);
	hint->kind[word] = '\0';
	hint->id = number(copy + word + 1);
	return hint->id > 0;
}
