/* A message that was cut, or came with more descriptors than there is room for, is nobody's of ours: the kernel closes what it
 * could not hand over. */
#include "base/pass_fds.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union beside {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int) * PASS_FDS_MAX)];
};

bool fds_send(int socket, const void *bytes, size_t len, const int *fds, size_t n)
{
	struct iovec words = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
	union beside beside = { .room = { 0 } };
	struct msghdr message = { .msg_iov = &words, .msg_iovlen = 1 };
	ssize_t sent;

	if (n > PASS_FDS_MAX)
		n = PASS_FDS_MAX;
	if (n) {
		message.msg_control = beside.room;
		message.msg_controllen = CMSG_SPACE(sizeof *fds * n);
		beside.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof *fds * n),
						.cmsg_level = SOL_SOCKET,
						.cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&beside.head), fds, sizeof *fds * n);
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len;
}

/* Takes over what came with the message. */
static void take(const struct msghdr *message, int *fds, size_t n)
{
	const struct cmsghdr *head = message->msg_controllen >= sizeof *head ? message->msg_control : NULL;
	int came[PASS_FDS_MAX];
	size_t n_came;

	if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
		return;
	n_came = (head->cmsg_len - CMSG_LEN(0)) / sizeof *came;
	memcpy(came, CMSG_DATA(head), n_came * sizeof *came);
	for (size_t i = 0; i < n_came; i++)
		if (i < n)
			fds[i] = came[i];
		else
			close(came[i]);
}

ssize_t fds_receive(int socket, void *bytes, size_t len, int *fds, size_t n)
{
	struct iovec words = { .iov_base = bytes, .iov_len = len };
	union beside beside = { .room = { 0 } };
	struct msghdr message = {
		.msg_iov = &words, .msg_iovlen = 1, .msg_control = beside.room, .msg_controllen = sizeof beside.room
	};
	ssize_t got;

	for (size_t i = 0; i < n; i++)
		fds[i] = -1;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		take(&message, fds, n);
	return got;
}
