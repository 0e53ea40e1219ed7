#ifndef PICTURE_PLAIN_H
#define PICTURE_PLAIN_H
/* A picture as it is kept: what draws it, and nothing that a camera or a program wrote beside that. */
#include <stdint.h>

/* A copy of the picture in fd (size bytes; of a kind that picture_look() takes) without places, times, names, thumbnails and
 * whatever else draws nothing, in a file without a name; *bytes is its size. Of how a JPEG is to be turned the copy says as much.
 * A picture that has nothing beside it is copied byte by byte. -1: errno says why. */
int picture_plain(int fd, int64_t size, int64_t *bytes);

#endif
