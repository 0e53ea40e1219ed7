#ifndef BASE_PID_FILE_H
#define BASE_PID_FILE_H
/* run_dir/NAME.pid of a process that runs long: its number, and beside it in NAME.state how it is. The first is locked as
 * long as the process lives, through a re-exec too, so a number that is left in one after a crash is nobody's. */
#include "base/clock.h"
#include <stdbool.h>
#include <sys/types.h>

enum pid_state {
	PID_STARTING, /* or beginning anew */
	PID_READY,
	PID_REFUSED, /* it was told to begin anew, and goes on as it was */
	PID_STATES
};

struct pid_file {
	int fd; /* close-on-exec; -1: none */
	const char *dir, *name;
};

/* What stands in them. */
struct pid_words {
	pid_t pid;
	enum pid_state state;
	int schema; /* the last number of its migrations */
	ms_t at;    /* when that was said, on clock_monotonic() */
};

/* Takes dir/name.pid, making dir where it is missing; dir and name are borrowed. False: *error (a literal, or
 * strerror's) says why; where another process has it that is EWOULDBLOCK's. */
bool pid_file_take(struct pid_file *file, const char *dir, const char *name, const char **error);
/* Writes how this process is. */
void pid_file_say(const struct pid_file *file, enum pid_state state, int schema);
/* The same of the process that a re-exec kept: fd is the file, locked. */
void pid_file_keep(struct pid_file *file, const char *dir, const char *name, int fd);
/* Is the file gone, or another's? */
bool pid_file_lost(const struct pid_file *file);
/* Takes what was lost once more. False: it cannot, and all is as it was. */
bool pid_file_again(struct pid_file *file);
/* What dir/name.pid and .state say of a process that lives. False: there is none. */
bool pid_file_read(const char *dir, const char *name, struct pid_words *words);

#endif
