/* Digits of all scripts, and what readers type on keyboards of other layouts. */
#include "base/digits.h"
#include "rules/keyboard.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unictype.h>
#include <unistr.h>

Suite *typed_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(a_digit_is_one_in_any_script)
{
	size_t len, n = 0, wrong = 0;

	for (ucs4_t c = 1; c < 0x110000; c++) {
		char text[8] = "";
		int digit;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		text[u8_uctomb((uint8_t *)text, c, 6)] = '\0';
		digit = digit_at(text, &len);
		wrong += digit != uc_decimal_value(c) || len != strlen(text);
		n += digit >= 0;
		if (digit >= 0)
			wrong += digits_plain(text)[0] != '0' + digit || text[1];
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_ge(n, 600);
	ck_assert_int_eq(digit_at("", &len), -1);
	ck_assert_ptr_null(digits_plain(NULL));
	ck_assert_ptr_null(number_plain(NULL));
}
END_TEST

START_TEST(numbers_have_their_signs)
{
	static const struct {
		int line;
		const char *typed, *code, *number;
	} cases[] = {
		{ __LINE__, "", "", "" },
		{ __LINE__, "12.50", "12.50", "12.50" },
		{ __LINE__, "Saal ٣", "Saal 3", "Saal 3" },
		{ __LINE__, "१२३४५६", "123456", "123456" },
		{ __LINE__, "۱۲٫۵", "12٫5", "12.5" },
		{ __LINE__, "１２．５", "12．5", "12.5" },
		{ __LINE__, "−٥", "−5", "-5" },
		{ __LINE__, "＋４９１７１", "＋49171", "+49171" },
		{ __LINE__, "\u200F٩\u200E\u061C٩", "99", "99" },
		{ __LINE__, "١٬٢٣٤", "1٬234", "1234" },
		{ __LINE__, "١٬٢٣٤٬٥٦٧٫٨٩", "1٬234٬567٫89", "1234567.89" },
		{ __LINE__,
		  "1\x1F"
		  "234",
		  "1\x1F"
		  "234",
		  "1\x1F"
		  "234" },
		{ __LINE__, "١٬٢٣", "1٬23",
		  "1\x1F"
		  "23" },
		{ __LINE__, "٬١٢٣", "٬123",
		  "\x1F"
		  "123" },
		{ __LINE__, "١٫٢٣٤٬٥٦٧", "1٫234٬567",
		  "1.234\x1F"
		  "567" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		char *copy = talloc_strdup(NULL, cases[i].typed);

		ck_assert_msg(!strcmp(digits_plain(copy), cases[i].code), "line %d: %s", cases[i].line, copy);
		talloc_free(copy);
		copy = talloc_strdup(NULL, cases[i].typed);
		ck_assert_msg(!strcmp(number_plain(copy), cases[i].number), "line %d: %s", cases[i].line, copy);
		talloc_free(copy);
	}
}
END_TEST

START_TEST(a_number_reads_back_as_itself)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 0.1, "0.1" },
		{ 87.58, "87.58" },
		{ -16.188, "-16.188" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 5.2144509672335714e-33, "5.2144509672335714e-33" },
	};
	char text[REAL_SIZE];

	for (size_t i = 0; i < N(cases); i++) {
		ck_assert_str_eq(real_text(cases[i].number, text), cases[i].text);
		ck_assert(strtod(text, NULL) == cases[i].number);
	}
}
END_TEST

/* Counts how often it is asked, and says yes to one text. */
struct wanted {
	const char *text;
	unsigned asked;
};

static bool is_wanted(const char *text, void *with)
{
	struct wanted *wanted = with;

	wanted->asked++;
	return !strcmp(text, wanted->text);
}

START_TEST(keyboards_are_undone)
{
	static const struct {
		int line;
		const char *typed, *meant;
	} cases[] = {
		{ __LINE__, "GH1.zY_-", "gh1.Zy_-" },	    /* caps lock */
		{ __LINE__, "GH1.yZzY?ß", "GH1.zYyZ_-" },   /* QWERTZ */
		{ __LINE__, "gh1.YzZy", "GH1.zYyZ" },	    /* and caps lock there */
		{ __LINE__, "GH&:q,?aZ°)", "GH1.amMqW_-" }, /* AZERTY */
		{ __LINE__, "à&é\"'(-è_ç", "0123456789" },
		{ __LINE__, "§!", "68" }, /* Belgium */
		{ __LINE__, "لأأ1زشؤ_-", "GH1.ac_-" },
		{ __LINE__, "\uFEF7أ١ز\uFEFB", "GH1.b" },
		{ __LINE__, "لالا", "bb" },
		{ __LINE__, "لالا", "ghb" },
		{ __LINE__, "لالا", "bgh" },
		{ __LINE__, "لالا", "ghgh" },
		{ __LINE__, "لالألآ", "ghgHgN" },
		{ __LINE__, "لالألآلإ", "ghgHgNgY" },
		{ __LINE__, "لالالألالآلالإ", "ghbgHbgNbgY" },
		{ __LINE__, "لأ", "gH" },
		{ __LINE__, "ل", "g" },
	};
	struct wanted nothing = { "\x02", 0 };

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(keyboard_undo(cases[i].typed, is_wanted, &(struct wanted){ cases[i].meant, 0 }),
			      "line %d", cases[i].line);
	ck_assert(!keyboard_undo("abc", is_wanted, &nothing));
	ck_assert(!keyboard_undo("", is_wanted, &nothing));
}
END_TEST

/* What anybody can send costs little, however many readings it has. */
START_TEST(readings_are_few)
{
	struct wanted nothing = { "\x02", 0 };
	char *text = talloc_strdup(NULL, "");

	for (int i = 0; i < 24; i++)
		text = talloc_strdup_append(text, "لا");
	ck_assert(!keyboard_undo(text, is_wanted, &nothing));
	ck_assert_uint_le(nothing.asked, 1600);
	nothing.asked = 0;
	for (int i = 0; i < 1000; i++)
		text = talloc_strdup_append(text, "لا");
	ck_assert(!keyboard_undo(text, is_wanted, &nothing));
	ck_assert_uint_eq(nothing.asked, 0);
	talloc_free(text);
}
END_TEST

Suite *typed_suite(void)
{
	Suite *suite = suite_create("typed");
	TCase *tests = tcase_create("typed");

	tcase_add_test(tests, a_digit_is_one_in_any_script);
	tcase_add_test(tests, numbers_have_their_signs);
	tcase_add_test(tests, a_number_reads_back_as_itself);
	tcase_add_test(tests, keyboards_are_undone);
	tcase_add_test(tests, readings_are_few);
	suite_add_tcase(suite, tests);
	return suite;
}
