#ifndef PICTURE_INK_H
#define PICTURE_INK_H
/* Lines that a pen drew, as a picture. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* n points, x and y of each from 0 to 1 in at, joined by black lines on white but for those that begin one anew; written to fd as a PNG
 * of that size. *bytes: how many. False: there was no room. */
bool ink_draw(int fd, const double *at, const bool *begins, size_t n, unsigned width, unsigned height, int64_t *bytes);

#endif
