/* Codes of the wall: those of this site are read, however they come, and nothing else is; when they are good. */
#include "check_temp.h"
#include "rules/campus_code.h"
#include "rules/keys.h"
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define OURS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

Suite *campus_code_suite(void);

static char directory[CHECK_TEMP_SIZE], path[CHECK_TEMP_SIZE + 8];
static const struct campus_code CODE = { { 1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16 },
					 0x0102,
					 118654321 };

static void load(const char *key)
{
	const char *error = NULL;
	FILE *file;

	unlink(path);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(key, file), 0);
	ck_assert_int_eq(fchmod(fileno(file), 0600), 0);
	fclose(file);
	ck_assert_msg(keys_load(path, false, &error), "%s", error);
}

static void setup(void)
{
	check_temp(directory);
	snprintf(path, sizeof path, "%s/key", directory);
	load(OURS);
}

static void teardown(void)
{
	unlink(path);
	rmdir(directory);
	memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
}

static bool reads(const char *text)
{
	struct campus_code read;

	if (!campus_code_read(text, &read))
		return false;
	ck_assert_mem_eq(read.event, CODE.event, UUID_BYTES);
	ck_assert_uint_eq(read.generation, CODE.generation);
	ck_assert_uint_eq(read.step, CODE.step);
	return true;
}

START_TEST(a_code_is_read_as_it_is_and_from_its_address)
{
	char code[CAMPUS_CODE_SIZE], text[200];
	static const char *const FORMS[] = { "%s", "https://gate.example/campus/m/%s",
					     "http://127.0.0.1:8080/campus/m/%s/", "/campus/m/%s" };

	campus_code_make(&CODE, code);
	ck_assert_uint_eq(strlen(code), 56);
	for (size_t i = 0; i < N(FORMS); i++) {
		snprintf(text, sizeof text, FORMS[i], code);
		ck_assert_msg(reads(text), "%s", text);
	}
}
END_TEST

START_TEST(nothing_else_is_a_code)
{
	char code[CAMPUS_CODE_SIZE], text[200], *longest = malloc(10241);
	static const char *const FORMS[] = { " %s", "%s ", "%sA", "https://gate.example/m/%s", "%s?x=1", "%s//" };

	campus_code_make(&CODE, code);
	for (size_t i = 0; i < N(FORMS); i++) {
		snprintf(text, sizeof text, FORMS[i], code);
		ck_assert_msg(!reads(text), "%s", text);
	}
	for (size_t i = 0; code[i]; i++) {
		const char was = code[i];

		code[i] = was == 'A' ? 'B' : 'A';
		ck_assert_msg(!reads(code), "at %zu", i);
		code[i] = was;
	}
	ck_assert(reads(code));
	for (size_t i = 0; code[i]; i++)
		text[i] = (char)(code[i] >= 'A' && code[i] <= 'Z' ? code[i] + 32 : code[i]);
	text[strlen(code)] = '\0';
	ck_assert(!reads(text));
	code[strlen(code) - 1] = '\0';
	ck_assert(!reads(code));
	memset(longest, 'A', 10240);
	longest[10240] = '\0';
	memcpy(longest, "GHA1.", 5);
	ck_assert(!reads(longest) && !reads("") && !reads("GHA1."));
	free(longest);
}
END_TEST

START_TEST(another_site_has_other_codes)
{
	char code[CAMPUS_CODE_SIZE], typed[CAMPUS_TYPED_SIZE];

	campus_code_make(&CODE, code);
	campus_code_typed(&CODE, typed);
	load(OTHER);
	ck_assert(!reads(code));
	ck_assert(!campus_code_typed_fits(&CODE, typed));
}
END_TEST

START_TEST(a_typed_code_is_forgiving_and_of_its_step_alone)
{
	struct campus_code next = CODE, raised = CODE;
	char typed[CAMPUS_TYPED_SIZE], read[CAMPUS_TYPED_SIZE], loose[20];

	campus_code_typed(&CODE, typed);
	ck_assert_uint_eq(strspn(typed, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), CAMPUS_TYPED);
	ck_assert(campus_code_typed_fits(&CODE, typed));
	next.step++;
	raised.generation++;
	ck_assert(!campus_code_typed_fits(&next, typed) && !campus_code_typed_fits(&raised, typed));
	snprintf(loose, sizeof loose, "%.4s-%s ", typed, typed + 4);
	for (size_t i = 0; loose[i]; i++)
		loose[i] = (char)(loose[i] >= 'A'   ? loose[i] + 32
				  : loose[i] == '0' ? 'o'
				  : loose[i] == '1' ? 'l'
						    : loose[i]);
	ck_assert(campus_code_typed_read(loose, read));
	ck_assert_str_eq(read, typed);
	ck_assert(!campus_code_typed_read("1234567", read) && !campus_code_typed_read("123456789", read) &&
		  !campus_code_typed_read("1234567U", read) && !campus_code_typed_read("", read) &&
		  !campus_code_typed_fits(&CODE, "1234"));
}
END_TEST

START_TEST(a_code_is_good_for_its_time)
{
	const ms_t begins = (ms_t)CODE.step * 15000;
	static const struct {
		int line;
		uint32_t step;
		uint16_t generation;
		bool rotates;
		ms_t after; /* its step began */
		enum code_verdict verdict;
	} ROWS[] = {
		{ __LINE__, 118654321, 0x0102, true, 0, CODE_GOOD },
		{ __LINE__, 118654321, 0x0102, true, 19999, CODE_GOOD },
		{ __LINE__, 118654321, 0x0102, true, 20000, CODE_EXPIRED },
		{ __LINE__, 118654321, 0x0102, true, MS_DAY, CODE_EXPIRED },
		{ __LINE__, 118654321, 0x0102, true, -5000, CODE_GOOD },
		{ __LINE__, 118654321, 0x0102, true, -5001, CODE_INVALID },
		{ __LINE__, 118654321, 0x0103, true, 0, CODE_INVALID },
		{ __LINE__, 118654321, 0x0102, false, 0, CODE_INVALID },
		{ __LINE__, CAMPUS_CODE_PRINTED, 0x0102, true, 0, CODE_INVALID },
		{ __LINE__, CAMPUS_CODE_PRINTED, 0x0102, false, 59999, CODE_GOOD },
		{ __LINE__, CAMPUS_CODE_PRINTED, 0x0102, false, 60000, CODE_EXPIRED },
	};

	for (size_t i = 0; i < N(ROWS); i++) {
		struct campus_code code = CODE;

		code.step = ROWS[i].step;
		ck_assert_msg(campus_code_judge(&code, ROWS[i].generation, ROWS[i].rotates, begins + 60000,
						begins + ROWS[i].after, 5000) == ROWS[i].verdict,
			      "line %d", ROWS[i].line);
	}
	ck_assert_uint_eq(campus_code_step(begins), CODE.step);
	ck_assert_uint_eq(campus_code_step(begins - 1), CODE.step - 1);
	ck_assert_int_eq(campus_code_age(&CODE, begins + 7000), 7000);
	ck_assert_int_eq(campus_code_age(&CODE, begins - 1), 0);
}
END_TEST

/* What a device says of when it scanned a code without a network, against the code's own time. */
START_TEST(what_comes_later_is_for_the_time_of_its_code)
{
	const ms_t begins = (ms_t)118654321 * CAMPUS_STEP_MS, now = begins + 2 * MS_DAY - MS_HOUR;
	static const struct {
		int line;
		uint32_t step;
		ms_t said, now; /* from the beginning of the step on */
		enum claim_verdict verdict;
		ms_t at;
	} ROWS[] = {
		{ __LINE__, 118654321, 7000, MS_HOUR, CLAIM_GOOD, 7000 },
		{ __LINE__, 118654321, -30000, MS_HOUR, CLAIM_GOOD, 0 },
		{ __LINE__, 118654321, -30001, MS_HOUR, CLAIM_APART, -30001 },
		{ __LINE__, 118654321, 17000, MS_HOUR, CLAIM_GOOD, 17000 },
		{ __LINE__, 118654321, 44999, MS_HOUR, CLAIM_GOOD, 19999 },
		{ __LINE__, 118654321, 45000, MS_HOUR, CLAIM_APART, 45000 },
		{ __LINE__, 118654321, 7000, 7000, CLAIM_GOOD, 7000 },
		{ __LINE__, 118654321, 7001, 7000, CLAIM_FUTURE, 7001 },
		{ __LINE__, 118654321, -9000, -8000, CLAIM_FUTURE, 0 }, /* its step has not begun */
		{ __LINE__, 118654321, 7000, 2 * MS_DAY + 7000, CLAIM_GOOD, 7000 },
		{ __LINE__, 118654321, 7000, 2 * MS_DAY + 7001, CLAIM_OLD, 7000 },
		{ __LINE__, CAMPUS_CODE_PRINTED, -MS_DAY, MS_HOUR, CLAIM_GOOD, -MS_DAY },
		{ __LINE__, CAMPUS_CODE_PRINTED, -2 * MS_DAY, MS_HOUR, CLAIM_OLD, -2 * MS_DAY },
		{ __LINE__, CAMPUS_CODE_PRINTED, MS_HOUR + 1, MS_HOUR, CLAIM_FUTURE, MS_HOUR + 1 },
	};
	struct campus_code code = CODE;
	ms_t at;

	for (size_t i = 0; i < N(ROWS); i++) {
		code.step = ROWS[i].step;
		ck_assert_msg(campus_code_claim(&code, begins + ROWS[i].said, begins + ROWS[i].now, 5000, &at) ==
				      ROWS[i].verdict,
			      "line %d", ROWS[i].line);
		ck_assert_msg(at == begins + ROWS[i].at, "line %d: %lld", ROWS[i].line, (long long)(at - begins));
	}
	code = CODE;
	ck_assert(campus_code_claim(&code, begins, now, 5000, &at) == CLAIM_GOOD);
	ck_assert(campus_code_was(&code, 0x0102));
	ck_assert(campus_code_was(&code, 0x0103));
	ck_assert(!campus_code_was(&code, 0x0101));
	code.generation = UINT16_MAX;
	ck_assert(campus_code_was(&code, 3));
}
END_TEST

Suite *campus_code_suite(void)
{
	Suite *suite = suite_create("campus_code");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_code_is_read_as_it_is_and_from_its_address);
	tcase_add_test(tcase, nothing_else_is_a_code);
	tcase_add_test(tcase, another_site_has_other_codes);
	tcase_add_test(tcase, a_typed_code_is_forgiving_and_of_its_step_alone);
	tcase_add_test(tcase, a_code_is_good_for_its_time);
	tcase_add_test(tcase, what_comes_later_is_for_the_time_of_its_code);
	suite_add_tcase(suite, tcase);
	return suite;
}
