#ifndef BASE_AGAIN_H
#define BASE_AGAIN_H
/* A process that takes up new settings, or a new program, begins anew in its place: it runs its own program once more,
 * and hands over what must not be closed meanwhile. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How the process was started. */
struct origin {
	const char *config_path; /* NULL: none */
	char **argv;
};

/* Begins anew, with fds kept open and text handed over. First the program is asked whether it can (`… --check`), so that
 * what cannot start changes nothing. Comes back only when it failed, which is logged; fds are close-on-exec again. */
void begin_anew(const struct origin *origin, const char *text, const int fds[], size_t n);
/* What this process' former self handed over, which it is no more afterwards; NULL: nothing. On the heap. */
char *handed_over(void);
/* The next number of a text of numbers, which *at then stands behind; -1 at its end. */
long next_number(char **at);
/* Makes fd close-on-exec, or not. */
void keep_over_exec(int fd, bool keep);

#endif
