/* Figures against numbers that were worked out by hand, or stand in the places that the header names. */
#include "rules/statistics.h"
#include <check.h>
#include <math.h>

Suite *statistics_suite(void);

static void near(double is, double should, int line)
{
	ck_assert_msg(fabs(is - should) < 5e-7, "line %d: %.9f, not %.9f", line, is, should);
}

START_TEST(quantiles_lie_between_order_statistics)
{
	double values[] = { 60, 10, 30, 20 }, one[] = { 7 };

	statistics_sort(values, 4);
	near(statistics_quantile(values, 4, 0), 10, __LINE__);
	near(statistics_quantile(values, 4, 0.5), 25, __LINE__);
	near(statistics_quantile(values, 4, 0.9), 51, __LINE__); /* 30 + 0.7 · 30 */
	near(statistics_quantile(values, 4, 0.95), 55.5, __LINE__);
	near(statistics_quantile(values, 4, 1), 60, __LINE__);
	near(statistics_quantile(one, 1, 0.95), 7, __LINE__);
	ck_assert(isnan(statistics_quantile(values, 0, 0.5)) && isnan(statistics_median(values, 0)) &&
		  isnan(statistics_mad(values, 0, one)));
}
END_TEST

/* The same of numbers that come one by one, on both sides of what is counted. */
START_TEST(a_spread_has_the_quantiles_of_its_numbers)
{
	const int64_t come[] = { SPREAD_COUNTED + 9, 5, SPREAD_COUNTED - 1, SPREAD_COUNTED, 5, 0, SPREAD_COUNTED + 3 };
	double sorted[7];
	struct spread *spread = statistics_spread(NULL);

	ck_assert(isnan(statistics_spread_quantile(spread, 0.5)));
	for (size_t i = 0; i < 7; i++) {
		statistics_spread_add(spread, come[i]);
		sorted[i] = (double)come[i];
	}
	statistics_sort(sorted, 7);
	for (double p = 0; p <= 1; p += 0.125)
		near(statistics_spread_quantile(spread, p), statistics_quantile(sorted, 7, p), __LINE__);
	ck_assert(spread->n == 7 && spread->least == 0 && spread->most == SPREAD_COUNTED + 9);
	near(spread->sum, 4.0 * SPREAD_COUNTED + 21, __LINE__);
	statistics_spread_add(spread, SPREAD_COUNTED + 1);
	near(statistics_spread_quantile(spread, 1), SPREAD_COUNTED + 9, __LINE__);
	talloc_free(spread);
}
END_TEST

START_TEST(distances_from_the_middle_have_a_middle)
{
	double values[] = { 1, 1, 2, 2, 4, 6, 9 }, scratch[7];

	near(statistics_mad(values, 7, scratch), 1, __LINE__);
	near(values[6], 9, __LINE__);
}
END_TEST

/* By hand: of 8 of 10, p = 0.8, z² = 3.841459; the rest is the formula's. */
START_TEST(a_share_has_an_interval)
{
	static const struct {
		int line;
		int64_t hits, n;
		double low, high;
	} ROWS[] = {
		{ __LINE__, 8, 10, 0.4901624, 0.9433178 },
		{ __LINE__, 0, 10, 0, 0.2775327 },
		{ __LINE__, 10, 10, 0.7224673, 1 },
		{ __LINE__, 1, 1, 0.2065493, 1 },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct interval is = statistics_wilson(ROWS[i].hits, ROWS[i].n);

		ck_assert_msg(fabs(is.low - ROWS[i].low) < 1e-6 && fabs(is.high - ROWS[i].high) < 1e-6,
			      "line %d: %.7f %.7f", ROWS[i].line, is.low, is.high);
	}
	ck_assert(isnan(statistics_wilson(0, 0).low));
}
END_TEST

/* The median of these is 70, their MAD 10, so σ = 14.826 and 3σ√(0.3/1.7) = 18.684497; after one point √(1 − 0.49) of that. */
START_TEST(a_series_has_limits)
{
	const double values[] = { 60, 80, 70, 90, 50, 60, 80, 70 };
	double scratch[8];
	struct ewma out[8];

	ck_assert(statistics_ewma(values, 8, out, scratch));
	near(out[0].mean, 67, __LINE__);
	near(out[1].mean, 70.9, __LINE__);
	near(out[0].low, 70 - 13.3434, __LINE__);
	near(out[0].high, 70 + 13.3434, __LINE__);
	near(out[7].high, 70 + 18.653424406, __LINE__);
	ck_assert(!statistics_ewma(values, 7, out, scratch));
}
END_TEST

START_TEST(a_slope_is_that_of_most_pairs)
{
	const double straight[] = { 1, 3, 5, 7, 9, 11, 13, 15 }, astray[] = { 1, 3, 5, 7, 9, 11, 13, 500 },
		     even[] = { 4, 4, 4, 4, 4, 4, 4, 4 };

	near(statistics_slope(straight, 8), 2, __LINE__);
	near(statistics_slope(astray, 8), 2, __LINE__);
	near(statistics_slope(even, 8), 0, __LINE__);
	ck_assert(isnan(statistics_slope(straight, 7)));
}
END_TEST

Suite *statistics_suite(void)
{
	Suite *suite = suite_create("statistics");
	TCase *tcase = tcase_create("all");

	tcase_add_test(tcase, quantiles_lie_between_order_statistics);
	tcase_add_test(tcase, a_spread_has_the_quantiles_of_its_numbers);
	tcase_add_test(tcase, distances_from_the_middle_have_a_middle);
	tcase_add_test(tcase, a_share_has_an_interval);
	tcase_add_test(tcase, a_series_has_limits);
	tcase_add_test(tcase, a_slope_is_that_of_most_pairs);
	suite_add_tcase(suite, tcase);
	return suite;
}
