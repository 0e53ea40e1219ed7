/* One descriptor a process, opened at the first hint and never connected: `live` may start, stop and start again behind
 * it. Where nobody listens or its queue is full, the hint is lost, and the look that `live` takes each second makes up
 * for it. */
#include "live/hint.h"
#include "base/local_socket.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int hint_fd = -1;
static pid_t hint_owner;

void live_hint(const char *run_dir, int64_t event_id)
{
	struct sockaddr_un address;
	char text[HINT_SIZE];
	int len = snprintf(text, sizeof text, "event %lld\n", (long long)event_id);

	if (hint_fd < 0 || hint_owner != getpid()) {
		hint_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		hint_owner = getpid();
	}
	if (hint_fd >= 0 && local_address(run_dir, "hint.sock", &address))
		sendto(hint_fd, text, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address,
		       sizeof address);
}

int64_t hint_read(const char *text, size_t len)
{
	char copy[HINT_SIZE], *end;
	long long id;

	if (len < 8 || len >= sizeof copy || memcmp(text, "event ", 6) || text[len - 1] != '\n')
		return 0;
	memcpy(copy, text, len);
	copy[len - 1] = '\0';
	if (copy[6] < '1' || copy[6] > '9')
		return 0;
	id = strtoll(copy + 6, &end, 10);
	return *end ? 0 : id;
}
