#ifndef PICTURE_READER_H
#define PICTURE_READER_H
/* Between picture_read() and the one that knows the format. Inside src/picture/ only. */
#include "picture/read.h"
#include "picture/scale.h"

struct reader {
	TALLOC_CTX *ctx; /* for as long as it reads */
	const uint8_t *data;
	size_t size;
	struct picture_head head;
	unsigned width, height; /* as large as it is wanted, as coded */
	bool strict;
	struct picture *out; /* of that size; channels 0 and no pixels until reader_begin() or reader_room() */
};

/* The pixels of reader->out, of so many channels, all 0. */
uint8_t *reader_room(struct reader *reader, unsigned channels);
/* The same, filled in by the rows that come, each `width` pixels of what is `height` high: no less than is wanted. */
struct scaler *reader_begin(struct reader *reader, unsigned width, unsigned height, unsigned channels);

/* Reads all of it. False: it cannot be read. */
typedef bool reader_fn(struct reader *reader);
reader_fn jpeg_read, png_read, webp_read, gif_read;

#endif
