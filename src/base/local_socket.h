#ifndef BASE_LOCAL_SOCKET_H
#define BASE_LOCAL_SOCKET_H
/* Unix sockets of our processes, all in config's run_dir. Mode 0660: the web server's group is the only stranger. */
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* The address of dir/name; false when it is longer than a socket's address can be. */
bool local_address(const char *dir, const char *name, struct sockaddr_un *address);
/* Listens (SOCK_STREAM, SOCK_SEQPACKET) or receives (SOCK_DGRAM) at dir/name, close-on-exec. A file that a dead process left is
 * replaced; one on which somebody answers is not. The descriptor, or -1 with *error saying why (a literal). */
int local_socket(const char *dir, const char *name, int type, const char **error);
/* Is fd a socket that listens? */
bool is_listening(int fd);
/* Is fd a socket that was bound to a file of that name, in whatever directory? */
bool is_socket_named(int fd, const char *name);

/* A socket of this process, and the file by which others find it. */
struct own_socket {
	int fd; /* -1: not open */
	const char *dir, *name;
	int type;
	dev_t device;
	ino_t file; /* 0: it had none when it was taken over */
};

/* The one that whoever started us has kept for us over a restart; else local_socket(), of socket's dir, name and type, which is then
 * kept for the next (base/notify.h). False: *error. */
bool own_socket_open(struct own_socket *socket, const char **error);
/* Takes over one that is open, and has it kept for the next process. */
void own_socket_keep(struct own_socket *socket, int fd);
/* Is its file gone, or another's? Then nobody new finds it; it has to be opened anew. */
bool own_socket_lost(const struct own_socket *socket);
/* Closes it. Its file is removed, if that is still its own and nobody keeps the socket for the next process. */
void own_socket_close(struct own_socket *socket);

#endif
