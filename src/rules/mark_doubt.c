/* Plain formulas, each with its own threshold beside it. */
#include "rules/mark_doubt.h"
#include <math.h>

/* Metres a second, as an airliner does not fly near the ground; metres. */
#define SPEED_MOST 70.0
#define DISTANCE_LEAST 2000.0
/* Degrees; what is written with so many digits is a little off. */
#define SAME 1.0000001e-6
#define LATE_MOST 3.0
/* Milliseconds: 15 s ÷ √12. */
#define WIDTH 4330.1
static const ms_t CLOCK_MOST = 2 * MS_MINUTE;

bool speed_impossible(double distance, double accuracy, double other_accuracy, ms_t apart, double *speed)
{
	const double way = fmax(0, distance - accuracy - other_accuracy);
	const double seconds = fmax(0.001, fabs((double)apart) / MS_SECOND);

	*speed = way / seconds;
	return distance > DISTANCE_LEAST && *speed > SPEED_MOST;
}

void spots_same(const struct mark_spot spots[], size_t n, unsigned others[])
{
	for (size_t i = 0; i < n; i++)
		others[i] = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++)
			if (fabs(spots[i].latitude - spots[k].latitude) <= SAME &&
			    fabs(spots[i].longitude - spots[k].longitude) <= SAME) {
				others[i]++;
				others[k]++;
			}
}

bool mostly_inside(size_t inside, size_t n)
{
	return n > 0 && inside * 5 >= n * 4;
}

double codes_late_by(double mean, size_t n, double median)
{
	return (mean - median) * sqrt((double)n) / WIDTH;
}

bool codes_late(double mean, size_t n, double median)
{
	return n >= CODES_FEWEST && codes_late_by(mean, n, median) > LATE_MOST;
}

bool relay_likely(const struct relay_signs *s)
{
	return s->late_codes + s->outside + s->off_network + s->device_shared >= 2;
}

bool clock_off(ms_t device, ms_t ours)
{
	const ms_t off = device > ours ? device - ours : ours - device;

	return off > CLOCK_MOST;
}
