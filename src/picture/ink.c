/* A round pen, three points wide, is set down at each point of a line's way. */
#include "picture/ink.h"
#include "picture/write.h"
#include <math.h>
#include <string.h>

enum { RGB = 3 };

static void dot(struct picture *to, double x, double y)
{
	long left = lround(x), top = lround(y);

	for (long row = top - 1; row <= top + 1; row++)
		for (long col = left - 1; col <= left + 1; col++)
			if (row >= 0 && col >= 0 && row < (long)to->height && col < (long)to->width)
				memset(to->pixels + ((size_t)row * to->width + (size_t)col) * RGB, 0, RGB);
}

static void line(struct picture *to, const double *from, const double *until)
{
	double width = to->width - 1, height = to->height - 1;
	double x = from[0] * width, y = from[1] * height, across = until[0] * width - x, down = until[1] * height - y;
	int steps = (int)ceil(fmax(fabs(across), fabs(down)));

	for (int i = 0; i <= steps; i++)
		dot(to, x + (steps ? across * i / steps : 0), y + (steps ? down * i / steps : 0));
}

bool ink_draw(int fd, const double *at, const bool *begins, size_t n, unsigned width, unsigned height, int64_t *bytes)
{
	struct picture *picture = talloc_zero(NULL, struct picture);
	enum picture_kind kind = PICTURE_PNG;
	bool good;

	*picture = (struct picture){ .width = width, .height = height, .channels = RGB };
	picture->pixels = talloc_array(picture, uint8_t, width * height * RGB);
	memset(picture->pixels, 255, (size_t)width * height * RGB);
	for (size_t i = 0; i < n; i++)
		line(picture, at + 2 * (begins[i] ? i : i - 1), at + 2 * i);
	good = picture_write(fd, picture, &kind, 0, bytes);
	talloc_free(picture);
	return good;
}
