#ifndef OUTSIDE_FILES_H
#define OUTSIDE_FILES_H
/* Uploaded files under the SHA-256 of what they hold, two levels of directories deep: dir/3f/a9/3fa9…. What is stored once
 * is never changed; the same file stored twice is one. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

enum { FILE_NAME_SIZE = 65, PICTURE_PIXELS = 40000000 };

enum file_outcome { FILE_STORED, FILE_WRONG_KIND, FILE_TOO_LARGE, FILE_FAILED /* logged */ };

/* Stores the picture that fd holds from its start (size bytes): JPEG (ITU T.81) or PNG by its first bytes, whatever it was
 * called, of at most PICTURE_PIXELS. name gets the digest in hex. */
enum file_outcome picture_store(const char *dir, int fd, int64_t size, char name[FILE_NAME_SIZE]);
/* Where a stored file is, on ctx; NULL when name is no digest or nothing is there. *type gets its media type (a literal). */
const char *file_find(TALLOC_CTX *ctx, const char *dir, const char *name, const char **type);

#endif
