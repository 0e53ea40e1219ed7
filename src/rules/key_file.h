#ifndef RULES_KEY_FILE_H
#define RULES_KEY_FILE_H
/* The file of the site's keys. A line a key: 64 hex digits and, behind a blank, from when it is the one in force (ISO 8601);
 * a line without a time was there from the beginning. Blank lines and those that begin with "#" are passed over. */
#include "base/clock.h"
#include <stdbool.h>
#include <stdint.h>

enum { SECRET_BYTES = 32, KEY_LINES = 8 };

struct key_line {
	uint8_t secret[SECRET_BYTES];
	ms_t from; /* 0: from the beginning */
};

struct key_lines {
	struct key_line line[KEY_LINES]; /* the newest first */
	unsigned n;
	/* Which file that was: it is always replaced, never written into. */
	uint64_t device, inode;
	ms_t changed;
};

enum key_file { KEY_FILE_READ, KEY_FILE_MISSING, KEY_FILE_BAD };

/* Reads all of it; whoever has no more use for the lines wipes them (key_file_wipe). Not KEY_FILE_READ: *error says why, a
 * literal. */
enum key_file key_file_read(const char *path, struct key_lines *lines, const char **error);
/* Is it another file than the one that was read, or looked at so before? */
bool key_file_changed(const char *path, struct key_lines *lines);
/* Makes one with a fresh key, mode 0600, unless there is one by then. False: errno says why. */
bool key_file_make(const char *path);
/* Puts these lines in its place, whole or not at all, with the owner and the mode that it has. False: errno says why. */
bool key_file_replace(const char *path, const struct key_lines *lines);
void key_file_wipe(struct key_lines *lines);

#endif
