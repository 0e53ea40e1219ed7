/* What is out of the ordinary, against numbers that were worked out by hand. */
#include "rules/attendance_anomaly.h"
#include <check.h>
#include <math.h>

Suite *anomaly_suite(void);

static void near(double is, double should, double within, int line)
{
	ck_assert_msg(fabs(is - should) <= within, "line %d: %.12g, not %.12g", line, is, should);
}

/* Of 80 82 84 86 88 90 92 94 the median is 87; the distances 7 5 3 1 1 3 5 7 have 4 in their middle. */
START_TEST(a_rate_is_held_against_those_before)
{
	const double values[] = { 94, 80, 92, 82, 90, 84, 88, 86 };
	double scratch[8];

	near(rate_outlier(66, values, 8, scratch), 0.6745 * -21 / 4, 1e-9, __LINE__); /* -3.541125 */
	near(rate_outlier(87, values, 8, scratch), 0, 0, __LINE__);
	ck_assert(isnan(rate_outlier(66, values, 7, scratch)));
	ck_assert(fabs(rate_outlier(66.24, values, 8, scratch)) > OUTLIER_LIMIT); /* -3.500655 */
	ck_assert(fabs(rate_outlier(66.25, values, 8, scratch)) < OUTLIER_LIMIT); /* -3.498969 */
}
END_TEST

/* Five of eight are 90, so the MAD is 0; the mean distance is (10 + 0·5 + 5 + 5) ÷ 8 = 2.5. */
START_TEST(where_most_are_the_same_the_mean_distance_counts)
{
	const double values[] = { 80, 90, 90, 90, 90, 90, 95, 85 }, same[] = { 90, 90, 90, 90, 90, 90, 90, 90 };
	double scratch[8];

	near(rate_outlier(78, values, 8, scratch), -12 / (1.253314 * 2.5), 1e-9, __LINE__); /* -3.829847 */
	near(rate_outlier(100, values, 8, scratch), 10 / (1.253314 * 2.5), 1e-9, __LINE__);
	ck_assert(isnan(rate_outlier(10, same, 8, scratch)));
}
END_TEST

START_TEST(the_busiest_minute_is_half_open)
{
	const int64_t at[] = { 0, 30000, 59999, 60000, 100000, 119998 }, apart[] = { 0, 30000, 59999, 60000, 119999 };
	size_t first;

	ck_assert_uint_eq(busiest(at, 6, &first), 4); /* from 59,999 ms on */
	ck_assert_uint_eq(first, 2);
	ck_assert_uint_eq(busiest(apart, 5, &first), 3); /* the last is a whole minute behind the third */
	ck_assert_uint_eq(busiest(at, 3, &first), 3);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(busiest(at, 0, &first), 0);
	ck_assert_uint_eq(busiest((const int64_t[]){ 0, 60000 }, 2, &first), 1);
}
END_TEST

/* 1 − e^−λ Σ λ^i ÷ i!: of 0.1, four: 1 − 0.904837418 · 1.105166667; of 2, three: 1 − 5·e^−2. */
START_TEST(many_at_once_have_a_tail)
{
	near(poisson_tail(0.1, 0), 1, 0, __LINE__);
	near(poisson_tail(0.1, 1), 0.0951625819640, 1e-12, __LINE__);
	near(poisson_tail(0.1, 4), 3.84684e-6, 1e-10, __LINE__);
	near(poisson_tail(2, 3), 0.323323583817, 1e-11, __LINE__);
	near(poisson_tail(2, 2), 0.593994150290, 1e-11, __LINE__);
	ck_assert(poisson_tail(0.1, 4) < BURST_P && poisson_tail(0.1, 3) > BURST_P);
	ck_assert(poisson_tail(0.1, 40) > 0);
	/* Four marks, where so many are usual that this is just below 0.0001, or not. */
	ck_assert(poisson_tail(0.2315, 4) < BURST_P && poisson_tail(0.2325, 4) > BURST_P);
}
END_TEST

/* Of 10 at one half, 8 or more: (45 + 10 + 1) ÷ 1024; of 3 at 0.1, 2 or more: 3 · 0.01 · 0.9 + 0.001. */
START_TEST(two_together_have_a_tail)
{
	near(binomial_tail(10, 0.5, 8), 56.0 / 1024, 1e-12, __LINE__);
	near(binomial_tail(3, 0.1, 2), 0.028, 1e-12, __LINE__);
	near(binomial_tail(12, 0.01, 12), 1e-24, 1e-34, __LINE__);
	near(binomial_tail(12, 0.3, 0), 1, 0, __LINE__);
	near(binomial_tail(12, 1, 12), 1, 0, __LINE__);
	near(binomial_tail(12, 0, 1), 0, 0, __LINE__);
}
END_TEST

START_TEST(who_stays_away_is_told_by_three_things)
{
	static const struct {
		int line;
		struct person_standing standing;
		unsigned drops;
	} ROWS[] = {
		{ __LINE__, { 7, 10, 9, 12, 2, 70 }, 0 },
		{ __LINE__, { 7, 10, 9, 12, 3, 70 }, DROP_ABSENT },
		{ __LINE__, { 69, 100, 100, 131, 0, 70 }, DROP_BELOW },
		{ __LINE__, { 5, 10, 6, 11, 0, 70 }, DROP_BELOW | DROP_OUT_OF_REACH },
		{ __LINE__, { 0, 0, 0, 0, 0, 70 }, 0 },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		ck_assert_msg(person_drops(&ROWS[i].standing) == ROWS[i].drops, "line %d: %u", ROWS[i].line,
			      person_drops(&ROWS[i].standing));
}
END_TEST

/* Of ten tests at 0.05 the i-th may be as high as 0.005·i: 0.001, 0.008, 0.039 > 0.015, 0.041 > 0.02 … */
START_TEST(of_many_tests_few_are_believed)
{
	double p[] = { 0.041, 0.001, 0.008, 0.039 }, late[] = { 0.016, 0.014, 0.0149 }, none[] = { 0.2, 0.03 };

	near(discovery_limit(p, 4, 10, 0.05), 0.008, 0, __LINE__);
	/* Only together: 0.016 > 0.015, 0.0149 > 0.01 of ten; of nine 0.016 ≤ 0.05 · 3 ÷ 9. */
	ck_assert(discovery_limit(late, 3, 10, 0.05) < 0);
	near(discovery_limit(late, 3, 9, 0.05), 0.016, 0, __LINE__);
	ck_assert(discovery_limit(none, 2, 2, 0.05) < 0);
	ck_assert(discovery_limit(none, 0, 5, 0.05) < 0);
}
END_TEST

Suite *anomaly_suite(void)
{
	Suite *suite = suite_create("anomaly");
	TCase *tests = tcase_create("anomaly");

	tcase_add_test(tests, a_rate_is_held_against_those_before);
	tcase_add_test(tests, where_most_are_the_same_the_mean_distance_counts);
	tcase_add_test(tests, the_busiest_minute_is_half_open);
	tcase_add_test(tests, many_at_once_have_a_tail);
	tcase_add_test(tests, two_together_have_a_tail);
	tcase_add_test(tests, who_stays_away_is_told_by_three_things);
	tcase_add_test(tests, of_many_tests_few_are_believed);
	suite_add_tcase(suite, tests);
	return suite;
}
