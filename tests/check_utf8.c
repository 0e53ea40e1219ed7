/* Text that is UTF-8, and text that only looks like it. */
#include "base/utf8.h"
#include <check.h>
#include <string.h>

Suite *utf8_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(utf8_is_checked)
{
	static const struct {
		int line;
		const char *text;
		bool valid;
	} cases[] = {
		{ __LINE__, "", true },
		{ __LINE__, "plain text that is longer than eight bytes", true },
		{ __LINE__, "é ش € 𝄞", true },
		{ __LINE__, "\xEF\xBF\xBF", true },
		{ __LINE__, "\xF4\x8F\xBF\xBF", true },
		{ __LINE__, "\x80", false },
		{ __LINE__, "12345678\xC3", false },
		{ __LINE__, "\xC0\xAF", false },
		{ __LINE__, "\xC1\xBF", false },
		{ __LINE__, "\xE0\x9F\xBF", false },
		{ __LINE__, "\xED\xA0\x80", false },
		{ __LINE__, "\xF0\x8F\xBF\xBF", false },
		{ __LINE__, "\xF4\x90\x80\x80", false },
		{ __LINE__, "\xF5\x80\x80\x80", false },
		{ __LINE__, "\xE2\x82", false },
		{ __LINE__, "\xE2\x28\xA1", false },
		{ __LINE__, "\xF0\x9D\x84(", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(utf8_valid(cases[i].text, strlen(cases[i].text)) == cases[i].valid, "line %d",
			      cases[i].line);
}
END_TEST

START_TEST(a_prefix_ends_between_characters)
{
	static const struct {
		int line;
		const char *text;
		size_t max, len;
	} cases[] = {
		{ __LINE__, "", 4, 0 },	     { __LINE__, "abc", 4, 3 },	 { __LINE__, "abcd", 4, 4 },
		{ __LINE__, "abcde", 4, 4 }, { __LINE__, "abcé", 4, 3 }, { __LINE__, "abé", 4, 4 },
		{ __LINE__, "abéé", 4, 4 },  { __LINE__, "a𝄞", 4, 1 },	 { __LINE__, "𝄞a", 4, 4 },
		{ __LINE__, "𝄞", 3, 0 },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(utf8_prefix(cases[i].text, cases[i].max) == cases[i].len, "line %d", cases[i].line);
}
END_TEST

Suite *utf8_suite(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tests = tcase_create("utf8");

	tcase_add_test(tests, utf8_is_checked);
	tcase_add_test(tests, a_prefix_ends_between_characters);
	suite_add_tcase(suite, tests);
	return suite;
}
