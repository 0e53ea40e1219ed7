/* libwebp, which scales while it decodes. One that moves is a canvas on which its first frame may cover a part. */
#include "picture/reader.h"
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

/* Where the frame lies on what is wanted. */
struct place {
	unsigned left, top, width, height;
};

static unsigned scaled(unsigned of, unsigned to, unsigned from)
{
	return (unsigned)(((uint64_t)of * to + from / 2) / from);
}

static unsigned within(unsigned n, unsigned least, unsigned most)
{
	return n < least ? least : n > most ? most : n;
}

static struct place place_of(const WebPIterator *frame, const struct reader *reader)
{
	struct place place = {
		.left = scaled((unsigned)frame->x_offset, reader->width, reader->head.width),
		.top = scaled((unsigned)frame->y_offset, reader->height, reader->head.height),
	};

	place.left = within(place.left, 0, reader->width - 1);
	place.top = within(place.top, 0, reader->height - 1);
	place.width = within(scaled((unsigned)frame->width, reader->width, reader->head.width), 1,
			     reader->width - place.left);
	place.height = within(scaled((unsigned)frame->height, reader->height, reader->head.height), 1,
			      reader->height - place.top);
	return place;
}

static bool decode(const WebPIterator *frame, struct reader *reader)
{
	struct place place = place_of(frame, reader);
	bool whole = place.width == reader->width && place.height == reader->height;
	unsigned channels = frame->has_alpha || !whole ? 4 : 3, row = reader->width * channels;
	size_t before = (size_t)place.top * row + (size_t)place.left * channels;
	WebPDecoderConfig config;

	if (!WebPInitDecoderConfig(&config) ||
	    WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input) != VP8_STATUS_OK ||
	    config.input.width != frame->width || config.input.height != frame->height)
		return false;
	config.options.use_scaling = 1;
	config.options.scaled_width = (int)place.width;
	config.options.scaled_height = (int)place.height;
	config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
	config.output.is_external_memory = 1;
	config.output.u.RGBA.rgba = reader_room(reader, channels) + before;
	config.output.u.RGBA.stride = (int)row;
	config.output.u.RGBA.size = (size_t)row * reader->height - before;
	return WebPDecode(frame->fragment.bytes, frame->fragment.size, &config) == VP8_STATUS_OK;
}

bool webp_read(struct reader *reader)
{
	WebPData data = { reader->data, reader->size };
	WebPDemuxer *demuxer = WebPDemux(&data);
	WebPIterator frame;
	bool good = false;

	if (demuxer && WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH) == reader->head.width &&
	    WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT) == reader->head.height &&
	    WebPDemuxGetFrame(demuxer, 1, &frame)) {
		good = frame.complete && decode(&frame, reader);
		WebPDemuxReleaseIterator(&frame);
	}
	WebPDemuxDelete(demuxer);
	return good;
}
