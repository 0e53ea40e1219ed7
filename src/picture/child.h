#ifndef PICTURE_CHILD_H
#define PICTURE_CHILD_H
/* The process in which strangers' pictures are decoded. It is the program run anew, so nothing of whoever wants the picture is in
 * its memory: no key, no password, no connection. It has one socket and what comes over it, may use so much memory and processor,
 * and makes no other system call than these need (seccomp). A picture that breaks a decoder has broken into an empty room. */
#include "picture/ask.h"
#include <stdbool.h>
#include <sys/types.h>

enum {
	PICTURE_CHILD_MS = 5000,	  /* what one picture may take; then whoever waits ends the child */
	PICTURE_CHILD_PICTURES = 2000,	  /* after which a child goes */
	PICTURE_CHILD_MEMORY = 512 << 20, /* of addresses */
	PICTURE_CHILD_PROCESSOR_S = 1200,
	PICTURE_CHILD_CANNOT = 3,     /* its status when it could not be confined */
	PICTURE_CHILD_FILE = 64 << 20 /* of what it writes */
};

/* Do these arguments of the program mean that it is such a child? */
bool picture_is_child(int argc, char **argv);
/* Its whole life: answers what comes over descriptor 0 until that ends. The program's status: 0, or
 * PICTURE_CHILD_CANNOT. */
int picture_child(void);
/* Did one that ended so (waitpid) come to nothing, for it could not begin? Else the picture that it had ended it. */
bool picture_child_came_to_nothing(int status);
/* Starts one. Its socket, close-on-exec, which ends it when it is closed; *pid is to be waited for. -1: errno says why. */
int picture_child_start(pid_t *pid);
/* One picture by a child of its own, which ends with it: for where no `gatehouse pictures` runs. source and result as in ask.h;
 * result -1: none. */
struct picture_told picture_child_once(const struct picture_ask *ask, int source, int result);
/* Does such a child do its work here, with a picture of one point? */
bool picture_child_works(void);

#endif
