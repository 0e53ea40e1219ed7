#ifndef BASE_FILE_H
#define BASE_FILE_H
/* What the kernel does in pieces, done whole. */
#include <stdbool.h>
#include <stddef.h>

/* Writes all of it, however often it takes. False: errno says why. */
bool write_all(int fd, const void *bytes, size_t len);
/* A new file without a name, for reading and writing, which goes with its descriptor: in directory, or in /tmp where that
 * is NULL or takes none. -1: errno says why. */
int open_nameless(const char *directory);

#endif
