/* Every pair of a mark's steps, how far a place is, and what a mark comes to. */
#include "rules/attendance.h"
#include "rules/attendance_flag.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

Suite *attendance_suite(void);

enum { ALL = STEP_QR | STEP_LOCATION | STEP_FRONT | STEP_BACK | STEP_SIGNATURE | STEP_RESCAN };

/* Of what was done alone, in the rows, is a step taken, in the columns: where all are required, and each before it is needed. */
START_TEST(a_step_is_taken_when_all_before_it_are_done)
{
	static const enum mark_step ORDER[STEPS_N] = { STEP_QR,	   STEP_LOCATION, STEP_RESCAN,
						       STEP_FRONT, STEP_BACK,	  STEP_SIGNATURE };
	static const struct {
		int line;
		unsigned done;
		const char *may; /* qr, location, rescan, front, back, signature */
		const char *next;
	} ROWS[] = {
		{ __LINE__, 0, "100000", "verify_qr" },
		{ __LINE__, STEP_QR, "110000", "location_verification" },
		{ __LINE__, STEP_QR | STEP_LOCATION, "111000", "rescan" },
		{ __LINE__, STEP_QR | STEP_LOCATION | STEP_RESCAN, "111100", "front_photo" },
		{ __LINE__, STEP_QR | STEP_LOCATION | STEP_RESCAN | STEP_FRONT, "111110", "back_photo" },
		{ __LINE__, ALL & ~STEP_SIGNATURE, "111111", "signature" },
		{ __LINE__, ALL, "111111", "submit" },
		/* what cannot be: one done without those before it opens nothing */
		{ __LINE__, STEP_LOCATION, "100000", "verify_qr" },
		{ __LINE__, STEP_RESCAN, "100000", "verify_qr" },
		{ __LINE__, STEP_FRONT, "100000", "verify_qr" },
		{ __LINE__, STEP_BACK, "100000", "verify_qr" },
		{ __LINE__, STEP_SIGNATURE, "100000", "verify_qr" },
		{ __LINE__, STEP_QR | STEP_RESCAN, "110000", "location_verification" },
		{ __LINE__, STEP_QR | STEP_FRONT, "110000", "location_verification" },
		{ __LINE__, STEP_QR | STEP_BACK, "110000", "location_verification" },
		{ __LINE__, STEP_QR | STEP_SIGNATURE, "110000", "location_verification" },
		{ __LINE__, STEP_LOCATION | STEP_FRONT, "100000", "verify_qr" },
		{ __LINE__, STEP_LOCATION | STEP_BACK, "100000", "verify_qr" },
		{ __LINE__, STEP_LOCATION | STEP_SIGNATURE, "100000", "verify_qr" },
		{ __LINE__, STEP_FRONT | STEP_BACK, "100000", "verify_qr" },
		{ __LINE__, STEP_FRONT | STEP_SIGNATURE, "100000", "verify_qr" },
		{ __LINE__, STEP_BACK | STEP_SIGNATURE, "100000", "verify_qr" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		for (size_t k = 0; k < STEPS_N; k++)
			ck_assert_msg(step_may(ALL, ROWS[i].done, ORDER[k]) == (ROWS[i].may[k] == '1'),
				      "line %d, step %zu", ROWS[i].line, k);
		ck_assert_msg(!strcmp(next_step(ALL, ROWS[i].done), ROWS[i].next), "line %d", ROWS[i].line);
	}
	/* Every pair: the one of them needs the other when that is required and stands before it. */
	for (unsigned a = 0; a < STEPS_N; a++)
		for (unsigned b = 0; b < STEPS_N; b++) {
			const unsigned required = (unsigned)ORDER[a] | (unsigned)ORDER[b];

			ck_assert_int_eq(step_at(a), ORDER[a]);
			ck_assert_msg(step_may(required, 0, ORDER[b]) == (b <= a), "%u %u", a, b);
			ck_assert_msg(step_may(required, ORDER[a], ORDER[b]), "%u %u", a, b);
			ck_assert(step_may(ORDER[b], 0, ORDER[b]));
		}
}
END_TEST

START_TEST(what_is_not_required_is_not_waited_for)
{
	char text[STEPS_SIZE];
	const unsigned steps = steps_read("[\"qr\", \"location\", \"signature\", \"iris\"]");

	ck_assert_uint_eq(steps, STEP_QR | STEP_LOCATION | STEP_SIGNATURE);
	ck_assert_uint_eq(steps_required(steps, true, "flag", false), steps);
	ck_assert_uint_eq(steps_required(steps, false, "flag", false), STEP_QR | STEP_SIGNATURE);
	ck_assert_uint_eq(steps_required(steps, true, "off", true), STEP_QR | STEP_SIGNATURE | STEP_RESCAN);
	ck_assert_str_eq(next_step(STEP_QR | STEP_SIGNATURE, STEP_QR), "signature");
	ck_assert_str_eq(next_step(STEP_QR, STEP_QR), "submit");
	ck_assert(step_may(STEP_QR | STEP_SIGNATURE, STEP_QR, STEP_FRONT));
	ck_assert_str_eq(steps_write(STEP_SIGNATURE | STEP_QR | STEP_FRONT, text),
			 "[\"qr\",\"front_photo\",\"signature\"]");
	ck_assert_str_eq(steps_write(0, text), "[]");
	ck_assert_uint_eq(steps_read(steps_write(ALL, text)), ALL);
	ck_assert_str_eq(step_word(STEP_BACK), "back_photo");
}
END_TEST

START_TEST(distances_are_those_of_the_earth)
{
	static const struct {
		int line;
		double from[2], to[2], metres;
	} ROWS[] = {
		{ __LINE__, { 37.87622, -122.23558 }, { -9.4047, 147.1597 }, 10700471.955 },
		{ __LINE__, { 41, 29 }, { 41.0009, 29 }, 99.949 },
		{ __LINE__, { 41, 29 }, { 41, 29.0012 }, 100.962 },
		{ __LINE__, { 41, 29 }, { 41, 29 }, 0 },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		double metres = place_distance(ROWS[i].from[0], ROWS[i].from[1], ROWS[i].to[0], ROWS[i].to[1]);

		ck_assert_msg(fabs(metres - ROWS[i].metres) <= 0.001, "line %d: %.4f", ROWS[i].line, metres);
	}
}
END_TEST

START_TEST(a_place_is_judged_by_its_distance_and_how_exact_it_is)
{
	static const struct place_trust TRUST = { 100, 50 };
	static const struct {
		int line;
		double distance, radius, accuracy;
		enum place_verdict verdict;
	} ROWS[] = {
		{ __LINE__, 100, 100, 0, PLACE_INSIDE },      { __LINE__, 100.01, 100, 0, PLACE_OUTSIDE },
		{ __LINE__, 130, 100, 30, PLACE_PROBABLE },   { __LINE__, 130.01, 100, 30, PLACE_OUTSIDE },
		{ __LINE__, 150, 100, 100, PLACE_PROBABLE },  { __LINE__, 150.01, 100, 100, PLACE_OUTSIDE },
		{ __LINE__, 0, 100, 100.01, PLACE_UNUSABLE }, { __LINE__, 0, 100, 1e7, PLACE_UNUSABLE },
		{ __LINE__, 0, 10, 100, PLACE_INSIDE },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		ck_assert_msg(place_judge(ROWS[i].distance, ROWS[i].radius, ROWS[i].accuracy, &TRUST) ==
				      ROWS[i].verdict,
			      "line %d", ROWS[i].line);
	/* A sphere would have the first outside of 100 m and the second inside of 100.8. */
	ck_assert_int_eq(place_judge(place_distance(41, 29, 41.0009, 29), 100, 0, &TRUST), PLACE_INSIDE);
	ck_assert_int_eq(place_judge(place_distance(41, 29, 41, 29.0012), 100.8, 0, &TRUST), PLACE_OUTSIDE);
	for (int verdict = PLACE_INSIDE; verdict <= PLACE_UNUSABLE; verdict++)
		ck_assert_int_eq(place_of_word(place_word((enum place_verdict)verdict)), verdict);
	ck_assert_ptr_null(place_word(PLACE_NONE));
	ck_assert_int_eq(place_of_word("nowhere"), PLACE_NONE);
	ck_assert_int_eq(place_of_word(NULL), PLACE_NONE);
}
END_TEST

START_TEST(a_mark_is_verified_when_nothing_speaks_against_it)
{
	static const struct {
		int line;
		struct mark_facts facts;
		bool verified;
	} ROWS[] = {
		{ __LINE__, { ALL, ALL, PLACE_INSIDE, "flag", true, true, false }, true },
		{ __LINE__, { ALL, ALL, PLACE_PROBABLE, "require", true, true, false }, true },
		{ __LINE__, { ALL, ALL, PLACE_OUTSIDE, "flag", true, true, false }, false },
		{ __LINE__, { ALL, ALL, PLACE_UNUSABLE, "flag", true, true, false }, false },
		{ __LINE__, { ALL, ALL, PLACE_OUTSIDE, "record", true, true, false }, true },
		{ __LINE__, { STEP_QR, STEP_QR, PLACE_NONE, "flag", true, true, false }, true },
		{ __LINE__, { STEP_QR, STEP_QR, PLACE_NONE, "off", true, true, false }, true },
		{ __LINE__, { ALL, ALL & ~STEP_BACK, PLACE_INSIDE, "flag", true, true, false }, false },
		{ __LINE__, { ALL, ALL, PLACE_INSIDE, "flag", false, true, false }, false },
		{ __LINE__, { ALL, ALL, PLACE_INSIDE, "flag", true, false, false }, false },
		{ __LINE__, { ALL, ALL, PLACE_INSIDE, "flag", true, true, true }, false },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		ck_assert_msg(!strcmp(mark_verdict(&ROWS[i].facts), ROWS[i].verified ? "verified" : "pending"),
			      "line %d", ROWS[i].line);
}
END_TEST

START_TEST(each_flag_has_its_weight_and_a_sentence)
{
	static const char *const CODES[][2] = {
		{ "outside", "medium" },
		{ "unusable", "medium" },
		{ "accuracy_zero", "low" },
		{ "at_the_pin", "low" },
		{ "coordinates_identical", "high" },
		{ "impossible_speed", "high" },
		{ "device_shared", "high" },
		{ "off_network", "low" },
		{ "photo_reused", "high" },
		{ "photo_interval", "low" },
		{ "signature_replay", "high" },
		{ "late_codes", "low" },
		{ "token_relay", "high" },
		{ "typed_code", "info" },
		{ "unverified_account", "medium" },
		{ "incomplete", "medium" },
		{ "offline", "medium" },
		{ "clock", "low" },
		{ "photo_old", "medium" },
		{ "photo_elsewhere", "medium" },
		{ "unreadable", "medium" },
		{ "blank_signature", "medium" },
		{ "no_consent", "info" },
		{ "face_mismatch", "medium" },
	};

	for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
		const struct flag_kind *kind = flag_kind(CODES[i][0]);

		ck_assert_msg(kind && !strcmp(kind->severity, CODES[i][1]) && strlen(kind->sentence) > 10, "%s",
			      CODES[i][0]);
	}
	ck_assert_ptr_null(flag_kind("bad_hair"));
}
END_TEST

Suite *attendance_suite(void)
{
	Suite *suite = suite_create("attendance");
	TCase *rules = tcase_create("rules");

	tcase_add_test(rules, a_step_is_taken_when_all_before_it_are_done);
	tcase_add_test(rules, what_is_not_required_is_not_waited_for);
	tcase_add_test(rules, distances_are_those_of_the_earth);
	tcase_add_test(rules, a_place_is_judged_by_its_distance_and_how_exact_it_is);
	tcase_add_test(rules, a_mark_is_verified_when_nothing_speaks_against_it);
	tcase_add_test(rules, each_flag_has_its_weight_and_a_sentence);
	suite_add_tcase(suite, rules);
	return suite;
}
