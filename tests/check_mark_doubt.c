/* What speaks against a mark, by numbers worked out by hand. */
#include "base/address.h"
#include "rules/mark_doubt.h"
#include <check.h>
#include <math.h>

Suite *mark_doubt_suite(void);

START_TEST(a_speed_is_what_both_places_leave)
{
	static const struct {
		int line;
		double distance, accuracy, other;
		ms_t apart;
		double speed;
		bool impossible;
	} ROWS[] = {
		/* 10,000 m in 100 s are 100 m/s; less 2,000 and 1,000 they are 70, which is not more than 70 */
		{ __LINE__, 10000, 0, 0, 100000, 100, true },
		{ __LINE__, 10000, 2000, 1000, 100000, 70, false },
		{ __LINE__, 10000, 2000, 999, 100000, 70.01, true },
		{ __LINE__, 10000, 0, 0, -100000, 100, true },
		{ __LINE__, 2000, 0, 0, 1000, 2000, false },
		{ __LINE__, 2001, 0, 0, 1000, 2001, true },
		{ __LINE__, 9000, 5000, 5000, 1000, 0, false },
		{ __LINE__, 3000, 0, 0, 0, 3000000, true },
		/* Berlin to Los Angeles, 9,300 km: in a day 107.6, in two 53.8 */
		{ __LINE__, 9300000, 0, 0, MS_DAY, 107.638889, true },
		{ __LINE__, 9300000, 0, 0, 2 * MS_DAY, 53.819444, false },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		double speed = -1;

		ck_assert_msg(speed_impossible(ROWS[i].distance, ROWS[i].accuracy, ROWS[i].other, ROWS[i].apart,
					       &speed) == ROWS[i].impossible,
			      "line %d", ROWS[i].line);
		ck_assert_msg(fabs(speed - ROWS[i].speed) < 1e-6, "line %d: %f", ROWS[i].line, speed);
	}
}
END_TEST

/* 41.0000010 is a millionth from 41.0000000 and from 41.0000020, which are two apart. */
START_TEST(spots_are_the_same_to_a_millionth)
{
	static const struct mark_spot SPOTS[] = { { 41.0000000, 29 },	{ 41.0000010, 29 },	    { 41.0000020, 29 },
						  { 41.0000010, 29.1 }, { 41.0000010, 29.0000011 }, { -41, -29 } };
	static const unsigned OTHERS[] = { 1, 2, 1, 0, 0, 0 };
	unsigned others[6];

	spots_same(SPOTS, 6, others);
	for (size_t i = 0; i < 6; i++)
		ck_assert_msg(others[i] == OTHERS[i], "%zu: %u", i, others[i]);
	spots_same(SPOTS, 0, others);
}
END_TEST

START_TEST(four_of_five_are_most)
{
	ck_assert(mostly_inside(4, 5));
	ck_assert(mostly_inside(80, 100));
	ck_assert(!mostly_inside(79, 100));
	ck_assert(!mostly_inside(3, 4));
	ck_assert(!mostly_inside(0, 0));
}
END_TEST

/* n = 9: a width is 4.3301 ÷ 3 = 1.443367 s, and three of them 4.3301 s. n = 8, 3 widths: 3 · 4.3301 ÷ 2.828427 = 4.592765 s. */
START_TEST(codes_are_late_beyond_three_widths)
{
	ck_assert(fabs(codes_late_by(11830.1, 9, 7500) - 3) < 1e-9);
	ck_assert(!codes_late(11830.1, 9, 7500));
	ck_assert(codes_late(11830.2, 9, 7500));
	ck_assert(!codes_late(12092, 8, 7500));
	ck_assert(codes_late(12093, 8, 7500));
	ck_assert(!codes_late(20000, 7, 7500));
	/* a slow network is everybody's */
	ck_assert(!codes_late(14000, 9, 11000));
	ck_assert(!codes_late(1000, 60, 7500));
}
END_TEST

START_TEST(two_signs_are_a_relay)
{
	for (unsigned set = 0; set < 16; set++) {
		const struct relay_signs signs = { set & 1, set & 2, set & 4, set & 8 };

		ck_assert_int_eq(relay_likely(&signs), __builtin_popcount(set) >= 2);
	}
}
END_TEST

START_TEST(a_clock_is_off_beyond_two_minutes)
{
	ck_assert(!clock_off(1000000, 1000000 + 2 * MS_MINUTE));
	ck_assert(clock_off(1000000, 1000001 + 2 * MS_MINUTE));
	ck_assert(!clock_off(1000000 + 2 * MS_MINUTE, 1000000));
	ck_assert(clock_off(1000001 + 2 * MS_MINUTE, 1000000));
}
END_TEST

START_TEST(an_address_lies_in_its_network)
{
	static const struct {
		int line;
		const char *network, *address;
		bool has;
	} ROWS[] = {
		{ __LINE__, "192.0.2.0/24", "192.0.2.255", true },
		{ __LINE__, "192.0.2.0/24", "192.0.3.0", false },
		{ __LINE__, "192.0.2.128/25", "192.0.2.127", false },
		{ __LINE__, "192.0.2.128/25", "192.0.2.128", true },
		{ __LINE__, "192.0.2.7", "192.0.2.7", true },
		{ __LINE__, "192.0.2.7", "192.0.2.8", false },
		{ __LINE__, "0.0.0.0/0", "203.0.113.9", true },
		{ __LINE__, "0.0.0.0/0", "2001:db8::1", false },
		{ __LINE__, "2001:db8:1::/48", "2001:db8:1:ffff::1", true },
		{ __LINE__, "2001:db8:1::/48", "2001:db8:2::1", false },
		{ __LINE__, "192.0.2.0/24", "::ffff:192.0.2.9", true },
		{ __LINE__, "192.0.2.0/24", "unix:", false },
		{ __LINE__, "192.0.2.0/24", "", false },
		{ __LINE__, "nothing", "192.0.2.1", false },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		ck_assert_msg(network_has(ROWS[i].network, ROWS[i].address) == ROWS[i].has, "line %d", ROWS[i].line);
}
END_TEST

Suite *mark_doubt_suite(void)
{
	Suite *suite = suite_create("mark_doubt");
	TCase *tests = tcase_create("mark_doubt");

	tcase_add_test(tests, a_speed_is_what_both_places_leave);
	tcase_add_test(tests, spots_are_the_same_to_a_millionth);
	tcase_add_test(tests, four_of_five_are_most);
	tcase_add_test(tests, codes_are_late_beyond_three_widths);
	tcase_add_test(tests, two_signs_are_a_relay);
	tcase_add_test(tests, a_clock_is_off_beyond_two_minutes);
	tcase_add_test(tests, an_address_lies_in_its_network);
	suite_add_tcase(suite, tests);
	return suite;
}
