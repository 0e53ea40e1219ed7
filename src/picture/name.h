#ifndef PICTURE_NAME_H
#define PICTURE_NAME_H
/* A name that was typed, as a picture. */
#include <stdbool.h>
#include <stdint.h>

/* The name, of any script that there is a font for, as large as it fits, and a caption below it, black on white; written to fd as a PNG of
 * that size. *bytes: how many. False: there was no room. */
bool name_draw(int fd, const char *name, const char *caption, unsigned width, unsigned height, int64_t *bytes);

#endif
