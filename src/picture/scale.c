/* A new pixel is `width` / `to_width` old ones wide. Counted in parts of which an old pixel has `to_width` and a new one has
 * `width`, every border falls between two parts, so all of this is whole numbers; and so for rows. The largest sum is
 * 255² × 16,384² < 2⁶⁴. A colour counts as much as it covers: of RGBA colours are summed times their alpha. */
#include "picture/scale.h"
#include <string.h>

struct scaler {
	unsigned width, height, to_width, to_height, channels;
	unsigned came;	 /* rows */
	unsigned wanted; /* parts that the new row still lacks */
	uint8_t *to;
	uint8_t *last;	 /* the row that came last */
	uint32_t *row;	 /* that row, as wide as the new one, summed */
	uint64_t *total; /* of the new row */
};

struct scaler *scaler_new(TALLOC_CTX *ctx, unsigned width, unsigned height, unsigned to_width, unsigned to_height,
			  unsigned channels, uint8_t *to)
{
	struct scaler *s = talloc_zero(ctx, struct scaler);

	*s = (struct scaler){ .width = width,
			      .height = height,
			      .to_width = to_width,
			      .to_height = to_height,
			      .channels = channels,
			      .wanted = height,
			      .to = to };
	s->last = talloc_array(s, uint8_t, width * channels);
	memset(s->last, 255, (size_t)width * channels);
	s->row = talloc_zero_array(s, uint32_t, to_width * channels);
	s->total = talloc_zero_array(s, uint64_t, to_width * channels);
	return s;
}

static void add_pixel(uint32_t *sum, const uint8_t *pixel, unsigned channels, uint32_t parts)
{
	if (channels == 4) {
		parts *= pixel[3];
		sum[3] += parts;
	}
	sum[0] += parts * pixel[0];
	sum[1] += parts * pixel[1];
	sum[2] += parts * pixel[2];
}

/* Sums a row into s->row. */
static void narrow(struct scaler *s, const uint8_t *pixel)
{
	uint32_t *sum = s->row;
	unsigned wanted = s->width;

	memset(sum, 0, (size_t)s->to_width * s->channels * sizeof *sum);
	for (unsigned x = 0; x < s->width; x++, pixel += s->channels) {
		unsigned has = s->to_width;

		if (has >= wanted) {
			add_pixel(sum, pixel, s->channels, wanted);
			has -= wanted;
			sum += s->channels;
			wanted = s->width;
		}
		if (has) {
			add_pixel(sum, pixel, s->channels, has);
			wanted -= has;
		}
	}
}

static uint8_t mean(uint64_t sum, uint64_t of)
{
	return of ? (uint8_t)((sum + of / 2) / of) : 0;
}

static void put_row(struct scaler *s)
{
	uint64_t all = (uint64_t)s->width * s->height;
	uint64_t *sum = s->total;

	for (unsigned x = 0; x < s->to_width; x++, sum += s->channels, s->to += s->channels) {
		uint64_t of = s->channels == 4 ? sum[3] : all;

		for (unsigned c = 0; c < 3; c++)
			s->to[c] = mean(sum[c], of);
		if (s->channels == 4)
			s->to[3] = mean(sum[3], all);
	}
	memset(s->total, 0, (size_t)s->to_width * s->channels * sizeof *s->total);
}

static void add_row(struct scaler *s, unsigned parts)
{
	unsigned n = s->to_width * s->channels;

	for (unsigned i = 0; i < n; i++)
		s->total[i] += (uint64_t)s->row[i] * parts;
}

void scaler_row(struct scaler *s, const uint8_t *row)
{
	unsigned has = s->to_height;

	if (s->came == s->height)
		return;
	s->came++;
	if (row != s->last)
		memcpy(s->last, row, (size_t)s->width * s->channels);
	narrow(s, row);
	if (has >= s->wanted) {
		add_row(s, s->wanted);
		has -= s->wanted;
		put_row(s);
		s->wanted = s->height;
	}
	if (has) {
		add_row(s, has);
		s->wanted -= has;
	}
}

void scaler_finish(struct scaler *s)
{
	while (s->came < s->height)
		scaler_row(s, s->last);
}
