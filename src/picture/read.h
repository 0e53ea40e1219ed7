#ifndef PICTURE_READ_H
#define PICTURE_READ_H
/* A picture decoded, as small as it is wanted. What the libraries are given was made by strangers to break them: this is called
 * in a child of `gatehouse pictures` (child.h) and in tests, nowhere else. */
#include "picture/head.h"
#include <stdbool.h>
#include <talloc.h>

struct picture {
	unsigned width, height;
	unsigned channels; /* 3: RGB; 4: RGBA, where something shows through */
	uint8_t *pixels;   /* rows from the top, nothing between them; on the picture */
};

struct picture_wish {
	unsigned longest; /* what its longer side has at most; it never grows. 0: as large as it is */
	unsigned shape_width,
		shape_height; /* a part of it in this shape, cut out before it is made small; 0, 0: the whole */
	enum picture_part across, down; /* which part, as it is seen upright */
	bool strict;			/* a JPEG that is damaged or ends too soon is an error, not grey below */
};

/* The first picture in data, of a kind and size that picture_look() takes, upright, on ctx. Of JPEG only as much is decoded as
 * its DCT has for that size (ITU T.81, A.3.3); PNG and GIF go row by row, but for those that are interlaced, which like lossless WebP
 * are in memory as a whole: at most 4 bytes a pixel. NULL: *fault says why. */
struct picture *picture_read(TALLOC_CTX *ctx, const uint8_t *data, size_t size, const struct picture_wish *wish,
			     enum picture_fault *fault);

#endif
