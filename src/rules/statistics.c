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

struct spread *statistics_spread(TALLOC_CTX *ctx)
{
	struct spread *s = talloc_zero(ctx, struct spread);

	s->counts = talloc_zero_array(s, uint32_t, SPREAD_COUNTED);
	return s;
}

void statistics_spread_add(struct spread *s, int64_t value)
{
	s->least = s->n && s->least < value ? s->least : value;
	s->most = s->n && s->most > value ? s->most : value;
	s->n++;
	s->sum += (double)value;
	if (value < SPREAD_COUNTED) {
		s->counts[value]++;
		return;
	}
	if (s->n_others == s->room) {
		s->room = s->room ? 2 * s->room : 256;
		s->others = talloc_realloc(s, s->others, int64_t, (unsigned)s->room);
	}
	s->others[s->n_others++] = value;
	s->sorted = 0;
}

static int whole_ascending(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The value of an index in the order of all. */
static double spread_at(struct spread *s, size_t index)
{
	if (index >= s->n - s->n_others) {
		if (!s->sorted)
			qsort(s->others, s->n_others, sizeof *s->others, whole_ascending);
		s->sorted = 1;
		return (double)s->others[index - (s->n - s->n_others)];
	}
	for (size_t value = 0, below = 0;; below += s->counts[value++])
		if (index < below + s->counts[value])
			return (double)value;
}

double statistics_spread_quantile(struct spread *s, double p)
{
	const struct quantile_place place = statistics_quantile_place(s->n, p);
	double low;

	if (!s->n)
		return (double)NAN;
	low = spread_at(s, place.below);
	return place.part > 0 ? low + place.part * (spread_at(s, place.below + 1) - low) : low;
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
