#ifndef BASE_LOCAL_SOCKET_H
#define BASE_LOCAL_SOCKET_H
/* Unix sockets of our processes, all in config's run_dir. Mode 0660: the web server's group is the only stranger. */
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The address of dir/name; false when it is longer than a socket's address can be. */
bool local_address(const char *dir, const char *name, struct sockaddr_un *address);
/* Listens (SOCK_STREAM) or receives (SOCK_DGRAM) at dir/name, close-on-exec. A file that a dead process left is
 * replaced; one on which somebody answers is not. The descriptor, or -1 with *error saying why (a literal). */
int local_socket(const char *dir, const char *name, int type, const char **error);
/* Is fd a socket that listens? */
bool is_listening(int fd);

#endif
