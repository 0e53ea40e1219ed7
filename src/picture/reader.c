/* Where what is read goes. */
#include "picture/reader.h"

uint8_t *reader_room(struct reader *reader, unsigned channels)
{
	struct picture *out = reader->out;

	out->channels = channels;
	out->pixels = talloc_zero_size(out, (size_t)out->width * out->height * channels);
	return out->pixels;
}

struct scaler *reader_begin(struct reader *reader, unsigned width, unsigned height, unsigned channels)
{
	return scaler_new(reader->ctx, width, height, reader->width, reader->height, channels,
			  reader_room(reader, channels));
}
