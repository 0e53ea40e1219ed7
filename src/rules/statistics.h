#ifndef RULES_STATISTICS_H
#define RULES_STATISTICS_H
/* The few figures that attendance is judged by. Values are finite; arrays are the caller's and stay as they are, but where it is said
 * that they are sorted. No figure is given where there is nothing to give it from: NAN, then. */
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* Sorts ascending. */
void statistics_sort(double values[], size_t n);
/* The quantile p (0 to 1) of sorted values: linear between order statistics, type 7 of Hyndman and Fan, Sample Quantiles in
 * Statistical Packages, The American Statistician 50 (1996), 361. NAN of none. */
double statistics_quantile(const double sorted[], size_t n, double p);
/* Where that quantile is of n values in their order: part of the way from the value of index below (from 0) to the next. Of none, at the first. */
struct quantile_place {
	size_t below;
	double part;
};
struct quantile_place statistics_quantile_place(size_t n, double p);
/* Whole numbers from 0 on, millions of them, as they come: those below SPREAD_COUNTED are counted, each by itself, and only the others kept. */
enum { SPREAD_COUNTED = 600000 };
struct spread {
	size_t n;
	double sum;
	int64_t least, most; /* 0 of none */
	/* private */
	uint32_t *counts;
	int64_t *others;
	size_t n_others, room;
	_Bool sorted;
};
/* Empty, on ctx. */
struct spread *statistics_spread(TALLOC_CTX *ctx);
void statistics_spread_add(struct spread *spread, int64_t value);
/* The quantile of all that were added, as statistics_quantile(). NAN of none. */
double statistics_spread_quantile(struct spread *spread, double p);
/* The median; sorts them. NAN of none. */
double statistics_median(double values[], size_t n);
/* The median of distances from the median (MAD). NAN of none. scratch: room for n. */
double statistics_mad(const double values[], size_t n, double scratch[]);

/* An interval of a share, both ends 0 to 1. */
struct interval {
	double low, high;
};
/* Wilson's 95 % interval of hits among n, with z = 1.959964: Probable Inference, Journal of the American Statistical Association
 * 22 (1927), 209. Both NAN where n is 0. */
struct interval statistics_wilson(int64_t hits, int64_t n);

/* An exponentially weighted mean and its control limits, a point each (NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4), with
 * λ = 0.3: E₀ = μ, Eₜ = 0.3·xₜ + 0.7·Eₜ₋₁; μ ± 3σ√(0.3/1.7 · (1 − 0.7²ᵗ)), where μ is the median and σ = 1.4826 · MAD. */
struct ewma {
	double mean, low, high;
};
/* out has room for n; false, and nothing is written, below STATISTICS_FEWEST. scratch: room for n. */
enum { STATISTICS_FEWEST = 8 };
_Bool statistics_ewma(const double values[], size_t n, struct ewma out[], double scratch[]);
/* The slope per step: the median of those of all pairs (Theil 1950; Sen, Journal of the American Statistical Association 63 (1968),
 * 1379). NAN below STATISTICS_FEWEST values, and where there is no memory. */
double statistics_slope(const double values[], size_t n);

#endif
