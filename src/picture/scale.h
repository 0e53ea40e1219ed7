#ifndef PICTURE_SCALE_H
#define PICTURE_SCALE_H
/* Makes a picture smaller row by row, each new pixel the mean of what it stands for, so that of a large picture no more than a
 * row has to be in memory. Inside src/picture/ only. */
#include <stdint.h>
#include <talloc.h>

struct scaler;

/* From `width` × `height` pixels to `to_width` × `to_height`, none of which is larger, all at least 1, the first two at most
 * 16,384; of 3 (RGB) or 4 (RGBA, not premultiplied) bytes each. The rows are written to `to`, from the top. On ctx. */
struct scaler *scaler_new(TALLOC_CTX *ctx, unsigned width, unsigned height, unsigned to_width, unsigned to_height,
			  unsigned channels, uint8_t *to);
/* The next row, from the top. More rows than there are mean nothing. */
void scaler_row(struct scaler *scaler, const uint8_t *row);
/* Rows that never came are as the last one was (white, if none came). */
void scaler_finish(struct scaler *scaler);

#endif
