#ifndef PICTURE_WRITE_H
#define PICTURE_WRITE_H
/* Writes a picture that was decoded, with nothing beside what draws it. */
#include "picture/read.h"

/* Writes it to fd as kind: PICTURE_JPEG and PICTURE_WEBP (with its alpha) at quality, 1 to 100; PICTURE_PNG; PICTURE_NONE: as PNG
 * where something shows through, else as JPEG. In a JPEG white is behind what shows through. Which kind it was: *kind; how many
 * bytes: *bytes. False: there was no room. */
bool picture_write(int fd, const struct picture *picture, enum picture_kind *kind, int quality, int64_t *bytes);

#endif
