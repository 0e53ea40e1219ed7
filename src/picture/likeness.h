#ifndef PICTURE_LIKENESS_H
#define PICTURE_LIKENESS_H
/* What a decoded picture is known by. */
#include "picture/read.h"

/* 64 bits that a copy of the picture has too, or nearly, however large or bright it is: of 9 by 8 means, is each darker than its right
 * neighbour? (dHash) */
uint64_t likeness_hash(const struct picture *picture);
/* How many millionths of it are ink: darker than its light ground. What shows through is white. */
uint32_t likeness_ink(const struct picture *picture);

#endif
