/* Robust figures where there is a choice: one strange lecture must move neither the middle nor the limits. */
#include "rules/statistics.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double Z = 1.959964;      /* of 95 % */
static const double TO_SIGMA = 1.4826; /* a normal distribution's standard deviation over its MAD */
static const double LAMBDA = 0.3;

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void statistics_sort(double values[], size_t n)
{
	if (n > 1)
		qsort(values, n, sizeof *values, ascending);
}

struct quantile_place statistics_quantile_place(size_t n, double p)
{
	const double at = n ? (double)(n - 1) * p : 0, below = floor(at);

	return (struct quantile_place){ (size_t)below, at - below };
}

double statistics_quantile(const double sorted[], size_t n, double p)
{
	const struct quantile_place at = statistics_quantile_place(n, p);

	if (!n)
		return NAN;
	return at.below + 1 < n ? sorted[at.below] + at.part * (sorted[at.below + 1] - sorted[at.below])
				: sorted[n - 1];
}

double statistics_median(double values[], size_t n)
{
	statistics_sort(values, n);
	return statistics_quantile(values, n, 0.5);
}

double statistics_mad(const double values[], size_t n, double scratch[])
{
	double median;

	if (!n)
		return NAN;
	memcpy(scratch, values, n * sizeof *values);
	median = statistics_median(scratch, n);
	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(values[i] - median);
	return statistics_median(scratch, n);
}

struct interval statistics_wilson(int64_t hits, int64_t n)
{
	const double count = (double)n, p = n ? (double)hits / count : (double)NAN, over = 1 + Z * Z / count;
	const double centre = (p + Z * Z / (2 * count)) / over;
	const double half = Z * sqrt(p * (1 - p) / count + Z * Z / (4 * count * count)) / over;

	if (!n)
		return (struct interval){ NAN, NAN };
	/* Of none and of all an end is exact, and rounding must not carry it over. */
	return (struct interval){ hits ? fmax(0, centre - half) : 0, hits < n ? fmin(1, centre + half) : 1 };
}

_Bool statistics_ewma(const double values[], size_t n, struct ewma out[], double scratch[])
{
	double middle, sigma, mean, decay = 1;

	if (n < STATISTICS_FEWEST)
		return 0;
	sigma = TO_SIGMA * statistics_mad(values, n, scratch);
	memcpy(scratch, values, n * sizeof *values);
	middle = mean = statistics_median(scratch, n);
	for (size_t i = 0; i < n; i++) {
		double wide;

		mean = LAMBDA * values[i] + (1 - LAMBDA) * mean;
		decay *= (1 - LAMBDA) * (1 - LAMBDA);
		wide = 3 * sigma * sqrt(LAMBDA / (2 - LAMBDA) * (1 - decay));
		out[i] = (struct ewma){ mean, middle - wide, middle + wide };
	}
	return 1;
}

double statistics_slope(const double values[], size_t n)
{
	double *slopes, slope;
	size_t k = 0;

	if (n < STATISTICS_FEWEST)
		return NAN;
	slopes = malloc(n * (n - 1) / 2 * sizeof *slopes);
	if (!slopes)
		return NAN;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			slopes[k++] = (values[j] - values[i]) / (double)(j - i);
	slope = statistics_median(slopes, k);
	free(slopes);
	return slope;
}
