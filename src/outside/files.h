#ifndef OUTSIDE_FILES_H
#define OUTSIDE_FILES_H
/* Uploaded files under the SHA-256 of what they hold, two levels of directories deep: dir/3f/a9/3fa9…. What is stored once
 * is never changed; the same file stored twice is one. Which there are, and who names them, says the index (store/file.h). */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum { FILE_NAME_SIZE = 65, FILE_PATH_SIZE = 700 };

/* The digest of what fd holds from its start, in hex: the name under which it is stored. False: it could not be read. */
bool file_digest(int fd, char name[FILE_NAME_SIZE]);
/* Stores what fd holds under its digest, anew where it is there already. False: it could not be stored, which is logged. */
bool file_store(const char *dir, int fd, const char *name);
/* Where a stored picture is, on ctx; NULL when name is no digest or no picture is there. *type gets its media type (a literal). */
const char *file_find(TALLOC_CTX *ctx, const char *dir, const char *name, const char **type);
bool file_is_name(const char *name);
/* dir, at most 500 bytes, and a file's place below it. */
void file_path(const char *dir, const char *name, char out[FILE_PATH_SIZE]);

/* ---- taking away (files_away.c) ---- */

/* A file is set aside while it is not yet certain that it goes: it can be put back, and in case nobody does, files_tidy() will.
 * The bytes under a name are always the same, so putting back does no harm, whoever stored them anew meanwhile. */
bool file_set_aside(const char *dir, const char *name); /* false: there is none */
void file_put_back(const char *dir, const char *name);
void file_forget(const char *dir, const char *name); /* what was set aside is gone */

/* A file of a directory. */
struct stored {
	char name[FILE_NAME_SIZE];
	int64_t bytes;
	ms_t written;
};
enum { FILE_SHARDS = 256 };
/* The files in one of the FILE_SHARDS directories (0x3f: dir/3f), those of one directory below it together, on ctx, sizes and
 * times not filled in. */
size_t files_in(TALLOC_CTX *ctx, const char *dir, unsigned shard, struct stored **files);
/* Fills in a file's size and time. False: it is not there any more. */
bool file_look_at(const char *dir, struct stored *file);
/* Removes half-written files from before then, and puts back what was set aside by a process that died. */
void files_tidy(const char *dir, ms_t before);

/* What the files at the top of dir are called before they have their place, and after: a random word, a digest behind it. */
#define FILE_HALF "new."
#define FILE_ASIDE "gone."

#endif
