#ifndef BASE_PASS_FDS_H
#define BASE_PASS_FDS_H
/* Messages between our processes that bring open files along (SCM_RIGHTS, unix(7)), over sockets that keep messages apart
 * (SOCK_SEQPACKET): what is in a file goes from one process to another without being copied. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PASS_FDS_MAX = 4 };

/* Sends len bytes, and n descriptors, which stay the sender's as well. Waits where the socket does. False: errno says why. */
bool fds_send(int socket, const void *bytes, size_t len, const int *fds, size_t n);
/* Receives a message of at most len bytes, and at most n descriptors, close-on-exec; those that did not come are -1, more than
 * n are closed. How many bytes came, 0 when the other side is gone, -1: errno says why. */
ssize_t fds_receive(int socket, void *bytes, size_t len, int *fds, size_t n);

#endif
