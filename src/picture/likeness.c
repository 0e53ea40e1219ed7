/* Both ask how light a point is, on white: the luma of ITU-R BT.601. */
#include "picture/likeness.h"

enum { ACROSS = 9, DOWN = 8, DARK = 192 };

static unsigned lightness(const struct picture *picture, unsigned x, unsigned y)
{
	const uint8_t *pixel = picture->pixels + ((size_t)y * picture->width + x) * picture->channels;
	unsigned luma = (299u * pixel[0] + 587u * pixel[1] + 114u * pixel[2] + 500) / 1000;

	return picture->channels == 4 ? (luma * pixel[3] + 255 * (255u - pixel[3]) + 127) / 255 : luma;
}

/* The mean of one of the means' fields, times 256; of at least one point, however small the picture. */
static uint64_t mean(const struct picture *picture, unsigned col, unsigned row)
{
	unsigned left = picture->width * col / ACROSS, right = picture->width * (col + 1) / ACROSS;
	unsigned top = picture->height * row / DOWN, bottom = picture->height * (row + 1) / DOWN;
	uint64_t sum = 0, n;

	right += right == left;
	bottom += bottom == top;
	for (unsigned y = top; y < bottom; y++)
		for (unsigned x = left; x < right; x++)
			sum += lightness(picture, x, y);
	n = (uint64_t)(right - left) * (bottom - top);
	return sum * 256 / n;
}

uint64_t likeness_hash(const struct picture *picture)
{
	uint64_t hash = 0;

	for (unsigned row = 0; row < DOWN; row++) {
		uint64_t left = mean(picture, 0, row);

		for (unsigned col = 1; col < ACROSS; col++) {
			uint64_t right = mean(picture, col, row);

			hash = hash << 1 | (left < right);
			left = right;
		}
	}
	return hash;
}

uint32_t likeness_ink(const struct picture *picture)
{
	uint64_t ink = 0;

	for (unsigned y = 0; y < picture->height; y++)
		for (unsigned x = 0; x < picture->width; x++)
			ink += lightness(picture, x, y) < DARK;
	return (uint32_t)(ink * 1000000 / ((uint64_t)picture->width * picture->height));
}
