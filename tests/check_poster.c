/* Posters: the same event has the same one for ever, another event another; a title is text, whatever it says. */
#include "render/poster.h"
#include <check.h>
#include <string.h>

Suite *poster_suite(void);

static const char *drawn(TALLOC_CTX *mem, int64_t id, const char *title, const char *category)
{
	struct buf *out = buf_new(mem, 64 << 10);

	ck_assert(poster_svg(out, id, title, category));
	ck_assert_msg(strncmp(out->data, "<svg ", 5) == 0 && strcmp(out->data + out->len - 6, "</svg>") == 0, "%s",
		      out->data);
	return out->data;
}

START_TEST(says_the_same_again)
{
	static const char *const CATEGORIES[] = { "music", "theatre", "sport",	"conference", "family",
						  "food",  "art",     "comedy", "opera",      "" };
	TALLOC_CTX *mem = talloc_new(NULL);

	for (size_t c = 0; c < sizeof CATEGORIES / sizeof *CATEGORIES; c++)
		for (int64_t id = 1; id <= 40; id++) {
			const char *one = drawn(mem, id, "Title", CATEGORIES[c]);

			ck_assert_str_eq(one, drawn(mem, id, "Title", CATEGORIES[c]));
			ck_assert_str_ne(one, drawn(mem, id + 1, "Title", CATEGORIES[c]));
		}
	talloc_free(mem);
}
END_TEST

START_TEST(kinds_differ)
{
	TALLOC_CTX *mem = talloc_new(NULL);

	ck_assert_str_ne(drawn(mem, 1, "T", "theatre"), drawn(mem, 1, "T", "food"));
	talloc_free(mem);
}
END_TEST

START_TEST(title_is_text)
{
	static const struct {
		int line;
		const char *title, *written;
	} CASES[] = {
		{ __LINE__, "Winter Strings", "<title>Winter Strings</title>" },
		{ __LINE__, "</title><script>alert(1)</script>\"&",
		  "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;</title>" },
		{ __LINE__,
		  "a\x01"
		  "b\nc",
		  "<title>abc</title>" },
		{ __LINE__, "ليلة العود", "<title>ليلة العود</title>" },
		{ __LINE__, "", "<title></title>" },
	};
	TALLOC_CTX *mem = talloc_new(NULL);

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg(strstr(drawn(mem, 7, CASES[i].title, "art"), CASES[i].written), "line %d", CASES[i].line);
	talloc_free(mem);
}
END_TEST

START_TEST(too_long_is_refused)
{
	TALLOC_CTX *mem = talloc_new(NULL);

	ck_assert(!poster_svg(buf_new(mem, 300), 1, "Title", "food"));
	talloc_free(mem);
}
END_TEST

Suite *poster_suite(void)
{
	Suite *s = suite_create("poster");
	TCase *t = tcase_create("poster");

	tcase_add_test(t, says_the_same_again);
	tcase_add_test(t, kinds_differ);
	tcase_add_test(t, title_is_text);
	tcase_add_test(t, too_long_is_refused);
	suite_add_tcase(s, t);
	return s;
}
