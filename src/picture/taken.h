#ifndef PICTURE_TAKEN_H
#define PICTURE_TAKEN_H
/* When and where a camera says that it took a picture (Exif 2.32), before that is cut out. Claimed by whoever sends it: it can
 * speak against somebody, never for them. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct picture_taken {
	bool timed, zoned, placed; /* zoned: the time came with its zone */
	ms_t at; /* zoned: the moment; else what the camera's clock showed (a wall time, base/clock.h) */
	double latitude, longitude; /* degrees north and east; finite and on earth */
};

/* Of a JPEG, PNG or WebP of size bytes. What cannot be read is as if it were not there. */
void picture_taken(const uint8_t *data, size_t size, struct picture_taken *taken);

#endif
