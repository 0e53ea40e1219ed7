/* Text as it is searched: what is the same, and what is not. */
#include "base/utf8.h"
#include "rules/words.h"
#include <check.h>
#include <string.h>

Suite *words_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(words_have_one_form)
{
	static const struct {
		int line;
		const char *text, *words;
	} cases[] = {
		{ __LINE__, "", "" },
		{ __LINE__, " \t ", "" },
		{ __LINE__, "%_'\"!", "" },
		{ __LINE__, "Mira  Castellanos ", "mira castellanos" },
		{ __LINE__, "O'Brien", "obrien" },
		{ __LINE__, "O’Brien O`Brien O´Brien Oʼbrien", "obrien obrien obrien obrien" },
		{ __LINE__, "Rene\u0301e", "renee" },
		{ __LINE__, "Renée", "renee" },
		{ __LINE__, "Straße", "strasse" },
		{ __LINE__, "STRASSE", "strasse" },
		{ __LINE__, "Łódź Ørsted Þór Æsir Œuvre Đặng", "lodz orsted thor aesir oeuvre dang" },
		{ __LINE__, "İstanbul ısı", "istanbul isi" },
		{ __LINE__, "ΟΔΟΣ οδός", "οδοσ οδοσ" },
		{ __LINE__, "ёж", "еж" },
		{ __LINE__, "Jean-Luc", "jean luc jeanluc" },
		{ __LINE__, "3/4 am 5.6.", "3 4 am 5 6 34 56" },
		{ __LINE__, "４２ ٤٢ ۴۲ ४२", "42 42 42 42" },
		{ __LINE__, "Ｍｉｙｕ ﬁn", "miyu fin" },
		{ __LINE__, "مُحَمَّد", "محمد" },
		{ __LINE__, "الكـــريم", "الكريم" },
		{ __LINE__, "أحمد إحمد آحمد ٱحمد", "احمد احمد احمد احمد" },
		{ __LINE__, "فاطمة هدى مؤمن", "فاطمه هدي مومن" },
		{ __LINE__, "کریم", "كريم" },
		{ __LINE__, "שָׁלוֹם", "שלום" },
		{ __LINE__, "a\u200Db\u00ADc\uFEFFd", "abcd" },
		{ __LINE__, "हिन्दी", "हिन्दी" },
		{ __LINE__, "が か", "か\u3099 か" },
		{ __LINE__, "東京　ドーム", "東京 ト\u3099ーム" },
		{ __LINE__, "Party 🎉 €5", "party 🎉 €5" },
		{ __LINE__, "a@b.example +49", "a b example 49 abexample" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		const char *words = words_of(NULL, cases[i].text, LINE_WORDS);

		ck_assert_msg(!strcmp(words, cases[i].words), "line %d: \"%s\"", cases[i].line, words);
		talloc_free((void *)(uintptr_t)words);
	}
}
END_TEST

/* What fits a name makes words that fit their column, whatever it decomposes to. */
START_TEST(words_fit_their_column)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = talloc_strdup(ctx, "");

	for (int i = 0; i < 120; i++)
		text = talloc_strdup_append(text, "\uFDFA"); /* eighteen letters */
	ck_assert_uint_le(strlen(words_of(ctx, text, LINE_WORDS)), LINE_WORDS);
	for (size_t max = 1; max < 40; max++) {
		const char *words = words_of(ctx, "مرحبا-東京", max);

		ck_assert_uint_le(strlen(words), max);
		ck_assert(utf8_valid(words, strlen(words)));
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(what_is_sought_is_told_apart)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct sought *s = words_sought(ctx, "4P58GMXH-8254");

	ck_assert_uint_eq(s->n, 2);
	ck_assert_str_eq(s->words[0], "4p58gmxh");
	ck_assert_str_eq(s->words[1], "8254");
	ck_assert_str_eq(s->joined, "4p58gmxh8254");
	ck_assert_ptr_null(s->number);
	s = words_sought(ctx, "+44 (0)20 7946-0018");
	ck_assert_str_eq(s->number, "442079460018");
	s = words_sought(ctx, "٠١٧١ / ١٢٣ ٤٥");
	ck_assert_str_eq(s->number, "17112345");
	ck_assert_str_eq(s->words[0], "0171");
	ck_assert_str_eq(s->digits[0], "171");
	s = words_sought(ctx, "0049");
	ck_assert_str_eq(s->digits[0], "49");
	ck_assert_ptr_null(s->joined);
	s = words_sought(ctx, "0");
	ck_assert_str_eq(s->digits[0], "0");
	ck_assert_uint_eq(words_sought(ctx, "-- %")->n, 0);
	s = words_sought(ctx, "a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii jj");
	ck_assert_uint_eq(s->n, SOUGHT_MAX);
	ck_assert_str_eq(s->words[0], "iiiiiiiii");
	ck_assert_str_eq(s->words[SOUGHT_MAX - 1], "bb");
	talloc_free(ctx);
}
END_TEST

/* ASCII is read without the tables, and reads the same: a letter beyond it, in a word of its own, has all of the text go through
 * them. */
START_TEST(ascii_has_the_same_words_beside_another_letter)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char text[8], beside[16], beyond[16];

	for (int first = 1; first < 0x80; first++)
		for (int second = 1; second < 0x80; second++) {
			snprintf(text, sizeof text, "x%c%cY", first, second);
			snprintf(beside, sizeof beside, "z %s", text);
			snprintf(beyond, sizeof beyond, "ź %s", text);
			ck_assert_str_eq(words_of(ctx, beside, LINE_WORDS), words_of(ctx, beyond, LINE_WORDS));
			talloc_free_children(ctx);
		}
	talloc_free(ctx);
}
END_TEST

Suite *words_suite(void)
{
	Suite *suite = suite_create("words");
	TCase *tests = tcase_create("words");

	tcase_add_test(tests, words_have_one_form);
	tcase_add_test(tests, ascii_has_the_same_words_beside_another_letter);
	tcase_add_test(tests, words_fit_their_column);
	tcase_add_test(tests, what_is_sought_is_told_apart);
	suite_add_tcase(suite, tests);
	return suite;
}
