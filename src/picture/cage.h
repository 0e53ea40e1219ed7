#ifndef PICTURE_CAGE_H
#define PICTURE_CAGE_H
/* Confines this process for good. Inside src/picture/ and src/face/ only. */
#include <stdbool.h>
#include <stddef.h>

struct cage {
	size_t memory; /* bytes of addresses */
	unsigned processor_s;
	size_t file; /* bytes that a file may grow to */
};

/* From here on this process has no more than that, gets no new rights, leaves no core, and is ended by the first system call
 * that is not one of those which reading, computing, writing and answering over a socket that is open need: it opens nothing,
 * connects to nothing, starts nothing. Built with sanitizers, which need more, it has only the limits on files. False: the kernel
 * does not do it; errno says why. */
bool cage_enter(const struct cage *cage);

#endif
