/* What people write about their events, and what strangers would write there. */
#include "base/prose.h"
#include <check.h>
#include <string.h>
#include <time.h>

Suite *prose_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

enum { ROOM = 4 << 20 };

static const char *html(struct buf *out, const char *text)
{
	buf_clear(out);
	prose_html(out, text);
	ck_assert(!buf_over(out));
	return out->data;
}

#define P(inner) "<p dir=\"auto\">" inner "</p>\n"
#define A(address, inner) "<a href=\"" address "\" rel=\"nofollow noopener ugc\">" inner "</a>"

START_TEST(markdown_is_shown)
{
	static const struct {
		int line;
		const char *text, *html;
	} cases[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "Doors at 7 & music at 8", P("Doors at 7 &amp; music at 8") },
		/* What was written before there was Markdown: each line is one still. */
		{ __LINE__, "First line\r\nSecond line\r\n\r\nNext", P("First line<br>\nSecond line") P("Next") },
		{ __LINE__, "A line  \nand one", P("A line<br>\nand one") },
		{ __LINE__, "    indented\n      as it was", P("indented<br>  as it was") },
		{ __LINE__, "2 * 3 * 4, 5 < 6 > 4, a_b_c, 100 %", P("2 * 3 * 4, 5 &lt; 6 &gt; 4, a_b_c, 100 %") },
		{ __LINE__, "1986. A great year",
		  "<ol start=\"1986\" dir=\"auto\">\n<li dir=\"auto\">A great year\n</li>\n</ol>\n" },
		{ __LINE__, "**bold** *it* `a<b`", P("<strong>bold</strong> <em>it</em> <code>a&lt;b</code>") },
		{ __LINE__, "- one\n- two",
		  "<ul dir=\"auto\">\n<li dir=\"auto\">one\n</li>\n<li dir=\"auto\">two\n</li>\n</ul>\n" },
		{ __LINE__, "1. one\n\n2. two",
		  "<ol dir=\"auto\">\n<li dir=\"auto\">" P("one") "</li>\n<li dir=\"auto\">" P(
			  "two") "</li>\n</ol>\n" },
		{ __LINE__, "> said\n\n***", "<blockquote dir=\"auto\">\n" P("said") "</blockquote>\n<hr>\n" },
		/* Below the page's own, one step at a time. */
		{ __LINE__, "# a\n###### b\n# c\n## d\n### e\n#### f\n##### g",
		  "<h3 dir=\"auto\">a</h3>\n<h4 dir=\"auto\">b</h4>\n<h3 dir=\"auto\">c</h3>\n<h4 dir=\"auto\">d</h4>\n"
		  "<h5 dir=\"auto\">e</h5>\n<h6 dir=\"auto\">f</h6>\n<h6 dir=\"auto\">g</h6>\n" },
		{ __LINE__, "#\ntext", P("text") },
		{ __LINE__, "مرحبا *بكم*", P("مرحبا <em>بكم</em>") },
		{ __LINE__, "[ours](https://a.example/?x=1&y=\"2\")",
		  P(A("https://a.example/?x=1&amp;y=&quot;2&quot;", "ours")) },
		{ __LINE__, "<mailto:a@b.example> <HTTP://b.example>",
		  P(A("mailto:a@b.example", "mailto:a@b.example") " " A("HTTP://b.example", "HTTP://b.example")) },
		{ __LINE__, "[](http://a.example)", P(A("http://a.example", "http://a.example")) },
		{ __LINE__, "![stage](https://a.example/x.png)", P(A("https://a.example/x.png", "stage")) },
		{ __LINE__, "![](data:image/png;base64,AA)", P("") },
	};
	struct buf *out = buf_new(NULL, ROOM);

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(!strcmp(html(out, cases[i].text), cases[i].html), "line %d: %s", cases[i].line,
			      out->data);
	talloc_free(out);
}
END_TEST

START_TEST(what_is_hostile_is_not_there)
{
	static const struct {
		int line;
		const char *text, *html;
	} cases[] = {
		{ __LINE__, "a <b onclick=x>b</b> <!-- c --> <?d?> e", P("a b   e") },
		{ __LINE__, "<script>alert(1)</script>", "" },
		{ __LINE__, "<img src=x onerror=alert(1)>\n\nafter", P("after") },
		{ __LINE__, "[x](javascript:alert(1))", P("x") },
		{ __LINE__, "[x](JaVaScRiPt:alert(1)) [y](  java\tscript:a)", P("x [y](  java\tscript:a)") },
		{ __LINE__, "[x](&#106;avascript:alert(1))", P("x") },
		{ __LINE__, "[x](data:text/html,a) [y](/admin/logout) [z](//a.example) [v](vbscript:a)", P("x y z v") },
		{ __LINE__, "<javascript:alert(1)>", P("javascript:alert(1)") },
		{ __LINE__, "[x](https://a.example/\"onmouseover=\"a)",
		  P(A("https://a.example/&quot;onmouseover=&quot;a", "x")) },
		{ __LINE__, "[a]: https://b.example \"><script>\"\n\n[a]", P(A("https://b.example", "a")) },
		{ __LINE__, "![a [b](https://c.example) c](https://d.example)", P(A("https://d.example", "a b c")) },
		{ __LINE__, "[![i](https://c.example/i.png)](https://d.example)", P(A("https://d.example", "i")) },
		{ __LINE__, "&lt;script&gt; &#60;b&#62; &amp;lt;", P("&lt;script&gt; &lt;b&gt; &amp;lt;") },
		{ __LINE__, "```<script>\n</p><b>\n```", P("&lt;/p&gt;&lt;b&gt;") },
		{ __LINE__, "`<img src=x>`", P("<code>&lt;img src=x&gt;</code>") },
		{ __LINE__, "\\<b> '\"", P("&lt;b&gt; &#39;&quot;") },
		{ __LINE__, "a &#8238;b&#x2066; \u2069c&#8;&#27;&#0; d", P("a b c\xEF\xBF\xBD d") },
		{ __LINE__, "[a&#x202e;](https://a.example/&#x202e;b)", P(A("https://a.example/b", "a")) },
		{ __LINE__, "a \xff b", P("a \xEF\xBF\xBD b") },
	};
	struct buf *out = buf_new(NULL, ROOM);

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(!strcmp(html(out, cases[i].text), cases[i].html), "line %d: %s", cases[i].line,
			      out->data);
	talloc_free(out);
}
END_TEST

/* How deep elements are in each other, at most; every one that is opened is closed. */
static int deepest(const char *text)
{
	int deep = 0, most = 0;

	for (; (text = strchr(text, '<')); text++)
		if (text[1] == '/')
			deep--;
		else if (strncmp(text, "<br>", 4) != 0 && strncmp(text, "<hr>", 4) != 0 && ++deep > most)
			most = deep;
	ck_assert_int_eq(deep, 0);
	return most;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Two seconds are a hundred times what any of them takes; what goes by squares takes minutes. */
START_TEST(no_text_takes_long_or_goes_deep)
{
	static const char *const UNITS[] = {
		"[",	    "]",	 "*",
		">",	    "> ",	 "`",
		"_",	    "![",	 "[a](",
		"[a](b",    "[a](<b",	 "<",
		"</",	    "<!--",	 "<![CDATA[",
		"<?",	    "<!A ",	 "*a ",
		"**a *",    "a**b",	 "*a_ ",
		"- ",	    "1. ",	 "&",
		"&#",	    "\\",	 "[a]:",
		"[a]: b\n", "[](",	 "[x](<",
		"(",	    "`a``b```c", "<a ",
		"<a=\"",    "\n>",	 "a\n> ",
		"**x**a",   "[a][",	 "- \n",
		"* a\n ",   "[[a]",	 "[a\n]: ",
		"#\n",	    "a\n=\n",	 "**a **a",
		"\xff",	    "[![",	 "1) - > ",
		"\n\n",	    "<http:",	 "![a](http://b.example)",
	};
	struct buf *out = buf_new(NULL, ROOM);
	char *text = talloc_size(out, PROSE_BYTES + 1);

	for (size_t i = 0; i < N(UNITS); i++) {
		size_t len = 0, unit = strlen(UNITS[i]);
		double begun = seconds();

		for (; len + unit <= PROSE_BYTES; len += unit)
			memcpy(text + len, UNITS[i], unit);
		text[len] = '\0';
		ck_assert_msg(deepest(html(out, text)) <= 13, "%s", UNITS[i]);
		ck_assert_msg(seconds() - begun < 2, "%s took %f s", UNITS[i], seconds() - begun);
	}
	talloc_free(out);
}
END_TEST

START_TEST(blank_lines_below_what_is_deep_take_no_longer)
{
	struct buf *out = buf_new(NULL, ROOM), *text = buf_new(out, ROOM);
	double begun = seconds();

	for (int i = 0; i < 8000; i++)
		buf_text(text, "- + ");
	buf_text(text, "x");
	for (int i = 0; i < 15000; i++)
		buf_text(text, "\n ");
	buf_text(text, "\ny");
	ck_assert_ptr_nonnull(strstr(html(out, text->data), P("y")));
	ck_assert_msg(seconds() - begun < 2, "%f s", seconds() - begun);
	talloc_free(out);
}
END_TEST

START_TEST(deep_text_is_there_all_the_same)
{
	struct buf *out = buf_new(NULL, ROOM), *text = buf_new(out, ROOM);

	for (int i = 0; i < 40; i++)
		buf_text(text, "> ");
	buf_text(text, "low\n\nhigh <b>");
	html(out, text->data);
	ck_assert_ptr_nonnull(strstr(out->data, "low"));
	ck_assert_ptr_nonnull(strstr(out->data, P("high ")));
	ck_assert_int_eq(deepest(out->data), 12 - 1);
	talloc_free(out);
}
END_TEST

START_TEST(what_is_too_long_stays_as_it_is)
{
	struct buf *out = buf_new(NULL, ROOM);
	char *text = talloc_size(out, PROSE_BYTES + 2);

	memset(text, '*', PROSE_BYTES + 1);
	text[PROSE_BYTES + 1] = '\0';
	memcpy(text, "a\n<b>", 5);
	ck_assert_int_eq(strncmp(html(out, text), "<p dir=\"auto\">a<br>&lt;b&gt;***", 30), 0);
	talloc_free(out);
}
END_TEST

START_TEST(a_line_has_the_words_alone)
{
	static const struct {
		int line;
		size_t most;
		const char *text, *said;
	} cases[] = {
		{ __LINE__, 100, "", "" },
		{ __LINE__, 100, "# Big\n\n*Many* **words**, [here](https://a.example)\n- and\n- more",
		  "Big Many words, here and more" },
		{ __LINE__, 100, "a\n\n\n  b\tc<script>d</script>\n\n<img>\n\n![e](x)", "a b cd e" },
		{ __LINE__, 100, "& < \"", "& < \"" },
		{ __LINE__, 100, "a&#8238;b &#8; c", "ab c" },
		{ __LINE__, 11, "twelve bytes", "twelve…" },
		{ __LINE__, 12, "twelve bytes", "twelve bytes" },
		{ __LINE__, 9, "ééééééé", "ééé…" },
		{ __LINE__, 100, "<div>gone", "" },
	};
	struct buf *out = buf_new(NULL, ROOM);

	for (size_t i = 0; i < N(cases); i++) {
		buf_clear(out);
		prose_line(out, cases[i].text, cases[i].most);
		ck_assert_msg(!strcmp(out->data, cases[i].said), "line %d: %s", cases[i].line, out->data);
	}
	talloc_free(out);
}
END_TEST

Suite *prose_suite(void)
{
	Suite *s = suite_create("prose");
	TCase *tc = tcase_create("prose");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, markdown_is_shown);
	tcase_add_test(tc, what_is_hostile_is_not_there);
	tcase_add_test(tc, no_text_takes_long_or_goes_deep);
	tcase_add_test(tc, blank_lines_below_what_is_deep_take_no_longer);
	tcase_add_test(tc, deep_text_is_there_all_the_same);
	tcase_add_test(tc, what_is_too_long_stays_as_it_is);
	tcase_add_test(tc, a_line_has_the_words_alone);
	suite_add_tcase(s, tc);
	return s;
}
