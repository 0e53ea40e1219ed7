#ifndef RENDER_ZIP_H
#define RENDER_ZIP_H
/* An archive (PKWARE's ZIP, deflated, below 4 GiB) that is written from its beginning to its end into one file. A step that
 * fails is remembered and those behind it do nothing, so a writer asks once, at the end, and for long archives now and then. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

struct zip;

/* An archive on ctx, into the empty file fd, which stays the caller's. */
struct zip *zip_new(TALLOC_CTX *ctx, int fd);
/* A new part of that name; the one before is over. More than 65,535 of them it does not hold: EFBIG. */
void zip_part(struct zip *zip, const char *name);
/* More of the part. */
void zip_add(struct zip *zip, const void *bytes, size_t len);
/* Bytes of the part until here, as they were given. */
uint64_t zip_part_size(const struct zip *zip);
/* Has all gone well until here? False: errno says what has not. */
bool zip_good(const struct zip *zip);
/* Ends it. Its bytes, all of which are in the file; 0: errno says what failed. */
size_t zip_end(struct zip *zip);

#endif
