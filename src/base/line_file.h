#ifndef BASE_LINE_FILE_H
#define BASE_LINE_FILE_H
/* A file to which many processes add lines, and which somebody may move away at any time: the next line after that, a second
 * later at most, goes into a new file of the old name. So a rotation needs no signal, and loses nothing. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct line_file {
	const char *path; /* borrowed */
	int fd;		  /* -1: not open */
	dev_t device;
	ino_t file;
	ms_t looked;
};

/* Opens path for adding, and makes it (0640) where it is missing. False: errno says why. */
bool line_file_open(struct line_file *to, const char *path);
/* Adds a line, which ends with its newline, in one write(2). False: it could not be stored. */
bool line_file_add(struct line_file *to, const char *line, size_t len);

#endif
