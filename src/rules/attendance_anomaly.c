/* Tails are added up from logarithms, term by term, so that what is very unlikely is still a number and not 0. */
#include "rules/attendance_anomaly.h"
#include "rules/statistics.h"
#include <math.h>
#include <string.h>

static const double TO_MAD = 0.6745, TO_MEAN = 1.253314;

static double mean_distance(const double values[], size_t n, double from)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs(values[i] - from);
	return sum / (double)n;
}

double rate_outlier(double x, const double values[], size_t n, double scratch[])
{
	double median, mad, mean;

	if (n < RATES_FEWEST)
		return NAN;
	mad = statistics_mad(values, n, scratch);
	memcpy(scratch, values, n * sizeof *values);
	median = statistics_median(scratch, n);
	if (mad > 0)
		return TO_MAD * (x - median) / mad;
	mean = mean_distance(values, n, median);
	return mean > 0 ? (x - median) / (TO_MEAN * mean) : (double)NAN;
}

size_t busiest(const int64_t at[], size_t n, size_t *first)
{
	size_t most = 0;

	*first = 0;
	for (size_t i = 0, end = 0; i < n; i++) {
		while (end < n && at[end] - at[i] < BURST_MS)
			end++;
		if (end - i > most) {
			most = end - i;
			*first = i;
		}
	}
	return most;
}

double poisson_tail(double lambda, size_t k)
{
	double tail = 0;

	if (!k)
		return 1;
	if ((double)k <= lambda) { /* the rest of what is the shorter sum */
		for (size_t i = 0; i < k; i++)
			tail += exp((double)i * log(lambda) - lambda - lgamma((double)i + 1));
		return fmax(0, 1 - tail);
	}
	for (size_t i = k;; i++) {
		const double term = exp((double)i * log(lambda) - lambda - lgamma((double)i + 1));

		tail += term;
		if (term <= tail * 1e-17)
			return fmin(1, tail);
	}
}

double binomial_tail(size_t n, double q, size_t k)
{
	double tail = 0;

	if (!k || q >= 1)
		return 1;
	if (k > n || q <= 0)
		return 0;
	for (size_t i = n + 1; i-- > k;)
		tail += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
			    (double)i * log(q) + (double)(n - i) * log1p(-q));
	return fmin(1, tail);
}

static bool below(int64_t attended, int64_t expected, double threshold)
{
	return expected > 0 && 100 * (double)attended < threshold * (double)expected;
}

unsigned person_drops(const struct person_standing *s)
{
	return (s->absent_running >= ABSENT_RUNNING ? DROP_ABSENT : 0u) |
	       (below(s->attended, s->expected, s->threshold) ? DROP_BELOW : 0u) |
	       (below(s->possible, s->expected_in_all, s->threshold) ? DROP_OUT_OF_REACH : 0u);
}

double discovery_limit(double p[], size_t n, size_t tests, double rate)
{
	statistics_sort(p, n);
	for (size_t i = n; i > 0; i--)
		if (p[i - 1] <= rate * (double)i / (double)tests)
			return p[i - 1];
	return -1;
}
