#ifndef RULES_ATTENDANCE_ANOMALY_H
#define RULES_ATTENDANCE_ANOMALY_H
/* What is out of the ordinary in attendance, beyond what speaks against one mark (mark_doubt.h). Each is a number that a person can work out
 * again, and none of them decides anything. Pure; arrays are the caller's. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- a rate against those before it ---- */

/* How far x is out of the values: 0.6745 (x − median) ÷ MAD (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993; NIST/SEMATECH
 * e-Handbook, 1.3.5.17); where the MAD is 0, (x − median) ÷ (1.253314 · their mean distance from the median). NAN where that is 0 too,
 * and of fewer than RATES_FEWEST. scratch: room for n. */
enum { RATES_FEWEST = 8, RATES_MOST = 12 };
#define OUTLIER_LIMIT 3.5
double rate_outlier(double x, const double values[], size_t n, double scratch[]);

/* ---- many marks at once ---- */

#define BURST_MS (60 * 1000)
#define BURST_P 1e-4
#define BURST_LAMBDA_LEAST 0.1
enum { BURST_FEWEST = 4 };
/* The most times (ms, ascending) of any BURST_MS, a half-open span; *first: the index at which that begins, the earliest of several. */
size_t busiest(const int64_t at[], size_t n, size_t *first);
/* P(Poisson(lambda) ≥ k). */
double poisson_tail(double lambda, size_t k);

/* ---- two who always come together ---- */

#define PAIR_MS (5 * 1000)
enum { PAIR_FEWEST = 10 };
/* P(Bin(n, q) ≥ k). */
double binomial_tail(size_t n, double q, size_t k);

/* ---- one who stays away ---- */

struct person_standing {
	int64_t attended, expected;	   /* so far */
	int64_t possible, expected_in_all; /* once they were everywhere that is still to come */
	int64_t absent_running;		   /* the last so many */
	double threshold;		   /* per cent */
};
enum { ABSENT_RUNNING = 3 };
enum drop { DROP_ABSENT = 1 << 0, DROP_BELOW = 1 << 1, DROP_OUT_OF_REACH = 1 << 2 };
/* A set of enum drop. */
unsigned person_drops(const struct person_standing *standing);

/* ---- which of many p-values to believe ---- */

#define DISCOVERIES 0.05
/* Benjamini and Hochberg's step-up procedure (Journal of the Royal Statistical Society B 57 (1995), 289): the largest p-value of the n that is
 * believed at that rate of false discoveries among so many tests, n or more (of those whose p-value is not among the n it is taken to be 1);
 * every one up to it is believed. Below 0: none. p is sorted. */
double discovery_limit(double p[], size_t n, size_t tests, double rate);

#endif
