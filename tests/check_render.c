/* The pages, envelopes, exports and codes that leave the program: hostile values must come out harmless, and what is
 * kept or compared byte for byte must come out the same each time. */
#include "base/row.h"
#include "check_temp.h"
#include "render/asset.h"
#include "render/csv.h"
#include "render/dialect.h"
#include "render/form.h"
#include "render/format.h"
#include "render/html.h"
#include "render/json.h"
#include "render/qr.h"
#include "render/renderer.h"
#include <check.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef SRCDIR
#define SRCDIR "."
#endif

Suite *render_suite(void);

#define HOSTILE "<script>\"'&=\nx\r= y</script>"
#define HARMLESS "&lt;script&gt;&quot;&#39;&amp;=\nx= y&lt;/script&gt;"

static TALLOC_CTX *mem;
static char *root;

static const char *at(const char *path)
{
	return talloc_asprintf(mem, "%s/%s", root, path);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(at(path), "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* Templates small enough to see what each test means. */
static void set_up(void)
{
	mem = talloc_new(NULL);
	root = check_temp(talloc_array(mem, char, CHECK_TEMP_SIZE));
	ck_assert_int_eq(mkdir(at("parts"), 0700), 0);
	ck_assert_int_eq(mkdir(at("lang"), 0700), 0);
	ck_assert_int_eq(mkdir(at("lang/en"), 0700), 0);
	ck_assert_int_eq(mkdir(at("lang/ar"), 0700), 0);
	write_file("parts/macros.html", "\n\n<?cs def:bold(text) ?><b><?cs var:text ?></b><?cs /def ?>\n");
	write_file("layout.html", "<?cs var:page.title ?>|<?cs var:page.name ?>|<?cs var:content() ?>|end");
	write_file("page.html", "<?cs set:page.title = thing.name ?><?cs call:bold(thing.name) ?>");
	write_file("lang/en/word.hdf", "hello = Hello\nonly_english = Only\ncount = {n} day|{n} days\n");
	write_file("lang/en/calendar.hdf", "month {\n\t11 = November\n}\n");
	write_file("lang/ar/word.hdf", "hello = مرحبا\ncount = صفر|واحد|اثنان|{n} أيام|{n} يوما|{n} يوم\n");
	write_file("style.css", "body{}");
}

static void tear_down(void)
{
	static const char *const FILES[] = {
		"parts/macros.html", "layout.html",	 "page.html", "lang/en/word.hdf", "lang/en/calendar.hdf",
		"lang/en/other.hdf", "lang/ar/word.hdf", "style.css", "other.html",	  "part.html"
	};

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++)
		unlink(at(FILES[i]));
	rmdir(at("parts"));
	rmdir(at("lang/en"));
	rmdir(at("lang/ar"));
	rmdir(at("lang"));
	ck_assert_int_eq(rmdir(root), 0);
	talloc_free(mem);
}

static struct html *html_of(bool reload)
{
	const char *error = NULL;
	struct html *html = html_new(mem, root, root, "UTC", reload, &error);

	ck_assert_msg(html != NULL, "%s", error ? error : "");
	return html;
}

/* Renders page with its tree, but for the frame, given as JSON text. */
static const char *rendered(struct html *html, const char *page, const char *locale, const char *json)
{
	struct json_object *tree = json_tokener_parse(json), *frame = json_object_new_object();
	struct buf *out = buf_new(mem, 1 << 20);
	const char *error = NULL;

	json_object_object_add(frame, "name", json_object_new_string("Site"));
	json_object_object_add(frame, "locale", json_object_new_string(locale));
	json_object_object_add(tree, "page", frame);
	ck_assert_msg(html_render(html, page, locale, tree, out, &error), "%s", error ? error : "");
	json_object_put(tree);
	return out->data;
}

/* What one template says about one answer, without the layout around it. */
static const char *said(const char *template, const char *locale, const char *json)
{
	const char *text, *start;

	write_file("other.html", template);
	text = rendered(html_of(false), "other.html", locale, json);
	start = strstr(text, "|Site|");
	ck_assert_ptr_nonnull(start);
	start += strlen("|Site|");
	return talloc_strndup(mem, start, strlen(start) - strlen("|end"));
}

START_TEST(hostile_text)
{
	struct json_object *data = json_object_new_object(), *thing = json_object_new_object();
	struct json_object *frame = json_object_new_object(), *list = json_object_new_array();
	struct buf *out = buf_new(mem, 1 << 20);
	const char *error = NULL;
	struct html *html = html_of(false);

	write_file("other.html", "<?cs set:page.title = thing.name ?><a title=\"<?cs var:thing.name ?>\"><?cs "
				 "call:bold(thing.name) ?><?cs each:i = list ?>[<?cs var:i ?>]<?cs /each ?><?cs "
				 "var:initials(thing.name) ?><?cs var:fill(thing.name, thing.name) ?>");
	json_object_object_add(thing, "name", json_object_new_string(HOSTILE));
	json_object_array_add(list, json_object_new_string(HOSTILE));
	json_object_object_add(data, "thing", thing);
	json_object_object_add(data, "list", list);
	/* Keys that would be paths, or would end a line of HDF: left out, not believed. */
	json_object_object_add(data, "a b = c\n", json_object_new_string("bad key"));
	json_object_object_add(frame, "name", json_object_new_string(HOSTILE));
	json_object_object_add(data, "page", frame);
	ck_assert_msg(html_render(html, "other.html", "en", data, out, &error), "%s", error ? error : "");
	ck_assert_str_eq(out->data, HARMLESS "|" HARMLESS "|<a title=\"" HARMLESS "\"><b>" HARMLESS "</b>[" HARMLESS
					     "]&lt;Y" HARMLESS "|end");
	json_object_put(data);
}
END_TEST

START_TEST(tree_becomes_values)
{
	static const struct {
		int line;
		const char *template, *json, *want;
	} CASES[] = {
		{ __LINE__, "<?cs var:a.b.c ?>", "{\"a\":{\"b\":{\"c\":5}}}", "5" },
		{ __LINE__, "<?cs var:a.0 ?><?cs var:a.1.x ?>", "{\"a\":[\"p\",{\"x\":\"q\"}]}", "pq" },
		{ __LINE__, "<?cs var:subcount(a) ?>", "{\"a\":[]}", "0" },
		{ __LINE__, "<?cs each:i = a ?><?cs var:i ?>,<?cs /each ?>", "{\"a\":[1,2,3]}", "1,2,3," },
		{ __LINE__, "<?cs each:i = items ?><?cs var:i ?>,<?cs /each ?>", "{\"items\":[7,8]}", "7,8," },
		{ __LINE__, "<?cs if:y ?>Y<?cs /if ?><?cs if:!n ?>N<?cs /if ?><?cs if:?z ?>Z<?cs /if ?>",
		  "{\"y\":true,\"n\":false,\"z\":null}", "YN" },
		{ __LINE__, "<?cs var:big ?>", "{\"big\":9007199254740993}", "9007199254740993" },
		{ __LINE__, "<?cs var:errors.items.0.quantity ?>", "{\"errors\":{\"items.0.quantity\":\"few\"}}",
		  "few" },
		{ __LINE__, "<?cs var:subcount(o) ?>",
		  "{\"o\":{\"a b\":1,\"a=b\":1,\"\":1,\"..\":1,\".x\":1,\"ok\":1}}", "1" },
		{ __LINE__, "[<?cs var:nothing.at.all ?>][<?cs var:t.no.such.text ?>]", "{}", "[][]" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		ck_assert_msg(!strcmp(said(CASES[i].template, "en", CASES[i].json), CASES[i].want), "line %d: %s",
			      CASES[i].line, said(CASES[i].template, "en", CASES[i].json));
}
END_TEST

START_TEST(functions)
{
	static const struct {
		int line;
		const char *call, *want;
	} CASES[] = {
		{ __LINE__, "money(123450, \"EUR\")", "€1,234.50" },
		{ __LINE__, "money(\"-5\", \"EUR\")", "-€0.05" },
		{ __LINE__, "money(1500, \"JPY\")", "1,500 JPY" },
		{ __LINE__, "money(1500, \"KWD\")", "1.500 KWD" },
		{ __LINE__, "money(\"9223372036854775807\", \"AED\")", "92,233,720,368,547,758.07 AED" },
		{ __LINE__, "money(missing, \"EUR\")", "" },
		{ __LINE__, "money_input(123450, \"EUR\")", "1234.50" },
		{ __LINE__, "money_input(\"12,5x\", \"EUR\")", "12,5x" },
		{ __LINE__, "rate(250)", "2.5\u00A0%" },
		{ __LINE__, "rate(0)", "0\u00A0%" },
		{ __LINE__, "rate(1)", "0.01\u00A0%" },
		{ __LINE__, "rate(1900)", "19\u00A0%" },
		{ __LINE__, "rate(10000)", "100\u00A0%" },
		{ __LINE__, "rate(\"abc\")", "abc" },
		{ __LINE__, "rate(missing)", "" },
		{ __LINE__, "rate_input(250)", "2.5" },
		{ __LINE__, "rate_input(1000)", "10" },
		{ __LINE__, "rate_input(\"2,5x\")", "2,5x" },
		{ __LINE__, "rate_input(\"\")", "" },
		{ __LINE__, "count(1234567)", "1,234,567" },
		{ __LINE__, "count(\"-999\")", "-999" },
		{ __LINE__, "day(\"2026-11-21T23:30:00.000Z\", \"Europe/Berlin\")", "Sun 22 November 2026" },
		{ __LINE__, "day(\"2026-02-01\", \"America/New_York\")", "Sun 1 Feb 2026" },
		{ __LINE__, "day_short(\"2026-11-21T23:30:00.000Z\", \"Europe/Berlin\")", "22 November" },
		{ __LINE__, "day_short(\"2026-02-01\", \"America/New_York\")", "1 Feb" },
		{ __LINE__, "time(\"2026-11-21T23:30:00.000Z\", \"Europe/Berlin\")", "00:30" },
		{ __LINE__, "moment(\"2026-07-01T18:00:00Z\", \"Europe/Lisbon\")", "Wed 1 Jul 2026, 19:00" },
		{ __LINE__, "moment(\"2026-07-01T18:00:00Z\", \"No/Where\")", "Wed 1 Jul 2026, 18:00" },
		{ __LINE__, "moment(\"soon\", \"Europe/Lisbon\")", "soon" },
		{ __LINE__, "datetime_local(\"2026-07-01T18:00:00Z\", \"Europe/Lisbon\")", "2026-07-01T19:00" },
		{ __LINE__, "datetime_local(\"2026-07-01T20:15\", \"Europe/Lisbon\")", "2026-07-01T20:15" },
		{ __LINE__, "datetime_local(\"2026-07-01T18:00:30Z\", \"Europe/Lisbon\")", "2026-07-01T19:00:30" },
		{ __LINE__, "datetime_local(\"2026-07-01T18:00:00.25Z\", \"Europe/Lisbon\")",
		  "2026-07-01T19:00:00.250" },
		{ __LINE__, "datetime_local(\"1969-12-31T23:59:59.999Z\", \"UTC\")", "1969-12-31T23:59:59.999" },
		{ __LINE__, "moment(\"2026-07-01T18:00:00Z\", \"\")", "Wed 1 Jul 2026, 18:00" },
		{ __LINE__, "zone_name(\"2026-07-01T18:00:00Z\", \"Europe/Berlin\")", "CEST" },
		{ __LINE__, "zone_name(\"2026-12-01T18:00:00Z\", \"Europe/Berlin\")", "CET" },
		{ __LINE__, "zone_name(\"2026-07-01T18:00:00Z\", \"Asia/Dubai\")", "UTC+4" },
		{ __LINE__, "zone_name(\"2026-07-01T18:00:00Z\", \"Asia/Kathmandu\")", "UTC+5:45" },
		{ __LINE__, "zone_name(\"2026-07-01T18:00:00Z\", \"America/Sao_Paulo\")", "UTC-3" },
		{ __LINE__, "zone_name(\"2026-07-01T18:00:00Z\", \"\")", "UTC" },
		{ __LINE__, "zone_name(\"soon\", \"Europe/Berlin\")", "" },
		{ __LINE__, "urlencode(\"a b&c/ü\")", "a%20b%26c%2F%C3%BC" },
		{ __LINE__, "initials(\"ada king lovelace\")", "AL" },
		{ __LINE__, "initials(\"øre\")", "ø" },
		{ __LINE__, "initials(\"\")", "" },
		{ __LINE__, "breakable(\"https://a.example/b. C\")", "https://\u200Ba.\u200Bexample/\u200Bb. C" },
		{ __LINE__, "breakable(\"And so on...\")", "And so on..." },
		{ __LINE__, "hue(\"Night Trains\")", "93" },
		{ __LINE__, "fill(\"a {1} b {2}\", \"X\")", "a X b " },
		{ __LINE__, "fill2(\"{2}-{1}-{3}\", \"X\", \"Y\")", "Y-X-{3}" },
		{ __LINE__, "plural(1, t.word.count)", "1 day" },
		{ __LINE__, "plural(0, t.word.count)", "0 days" },
		{ __LINE__, "plural(1200, t.word.count)", "1,200 days" },
		{ __LINE__, "query_with(\"search=x&page=3\", \"status\", \"a b\")", "search=x&amp;status=a%20b" },
		{ __LINE__, "query_with(\"page=3&search=x\", \"page\", 4)", "search=x&amp;page=4" },
		{ __LINE__, "query_with(\"search=x&searches=y\", \"search\", \"\")", "searches=y" },
		{ __LINE__, "query_value(\"a=1&q=%3Cb%3E+x\", \"q\")", "&lt;b&gt; x" },
		{ __LINE__, "query_value(\"a=1&q=%4\", \"q\")", "%4" },
		{ __LINE__, "query_value(\"qq=1\", \"q\")", "" },
		{ __LINE__, "under(\"/admin/events/7\", \"/admin/events\")", "1" },
		{ __LINE__, "under(\"/admin/eventsx\", \"/admin/events\")", "" },
		{ __LINE__, "before(\"2026-11-21T09:59:59.999Z\", \"2026-11-21T12:00:00+02:00\")", "1" },
		{ __LINE__, "before(\"2026-11-21T10:00:00Z\", \"2026-11-21T12:00:00+02:00\")", "" },
		{ __LINE__, "before(\"\", \"2026-11-21T10:00:00Z\")", "" },
		{ __LINE__, "asset(\"nothing.css\")", "/static/missing" },
		{ __LINE__, "asset(\"../style.css\")", "/static/missing" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *got = said(talloc_asprintf(mem, "<?cs var:%s ?>", CASES[i].call), "en", "{}");

		ck_assert_msg(!strcmp(got, CASES[i].want), "line %d: %s", CASES[i].line, got);
	}
}
END_TEST

START_TEST(once_differs)
{
	const char *got = said("<?cs var:once() ?> <?cs var:once() ?>", "en", "{}");

	ck_assert_uint_eq(strlen(got), 2 * 36 + 1);
	ck_assert(strncmp(got, got + 37, 36) != 0);
}
END_TEST

START_TEST(languages)
{
	static const struct {
		int line;
		const char *locale, *template, *want;
	} CASES[] = {
		{ __LINE__, "en", "<?cs var:t.word.hello ?>", "Hello" },
		{ __LINE__, "ar", "<?cs var:t.word.hello ?>", "مرحبا" },
		{ __LINE__, "ar-EG", "<?cs var:t.word.hello ?>", "مرحبا" },
		{ __LINE__, "xx", "<?cs var:t.word.hello ?>", "Hello" },
		{ __LINE__, "", "<?cs var:t.word.hello ?>", "Hello" },
		{ __LINE__, "ar", "<?cs var:t.word.only_english ?>", "Only" },
		{ __LINE__, "ar", "<?cs var:plural(0, t.word.count) ?>", "صفر" },
		{ __LINE__, "ar", "<?cs var:plural(2, t.word.count) ?>", "اثنان" },
		{ __LINE__, "ar", "<?cs var:plural(103, t.word.count) ?>", "103 أيام" },
		{ __LINE__, "ar", "<?cs var:plural(11, t.word.count) ?>", "11 يوما" },
		{ __LINE__, "ar", "<?cs var:plural(100, t.word.count) ?>", "100 يوم" },
		{ __LINE__, "ar", "<?cs var:fill(\"ادفع {1}\", \"€50.00\") ?>", "ادفع \u2068€50.00\u2069" },
		{ __LINE__, "ar-EG", "<?cs var:fill2(\"{1} من {2}\", \"2\", \"\") ?>", "\u20682\u2069 من " },
		{ __LINE__, "ar", "<?cs var:fill2(\"{1} ({2})\", fill2(\"{1} – {2}\", \"سبت\", \"أحد\"), \"UTC\") ?>",
		  "\u2067\u2068سبت\u2069 – \u2068أحد\u2069\u2069 (\u2068UTC\u2069)" },
		{ __LINE__, "en", "<?cs var:fill(\"Pay {1}\", \"€50.00\") ?>", "Pay €50.00" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *got = said(CASES[i].template, CASES[i].locale, "{}");

		ck_assert_msg(!strcmp(got, CASES[i].want), "line %d: %s", CASES[i].line, got);
	}
}
END_TEST

/* One render must not leave anything for the next: the tree is kept, the values are not. */
START_TEST(renders_are_apart)
{
	struct html *html = html_of(false);

	ck_assert_str_eq(rendered(html, "page.html", "en", "{\"thing\":{\"name\":\"One\"}}"),
			 "One|Site|<b>One</b>|end");
	ck_assert_str_eq(rendered(html, "page.html", "ar", "{}"), "|Site|<b></b>|end");
	ck_assert_str_eq(rendered(html, "page.html", "en", "{\"thing\":{\"name\":\"<2>\"}}"),
			 "&lt;2&gt;|Site|<b>&lt;2&gt;</b>|end");
}
END_TEST

/* The macros are lent to every page; a page may add its own, which no other page sees. */
START_TEST(macros_of_a_page)
{
	struct html *html = html_of(true);
	struct buf *out = buf_new(mem, 1 << 20);
	const char *error = NULL;

	write_file("other.html", "<?cs def:mine(x) ?>(<?cs call:bold(x) ?>)<?cs /def ?><?cs call:mine(thing) ?>");
	write_file("part.html", "<?cs call:mine(thing) ?>");
	ck_assert_str_eq(rendered(html, "other.html", "en", "{\"thing\":\"<\"}"), "|Site|(<b>&lt;</b>)|end");
	ck_assert(!html_render(html, "part.html", "en", NULL, out, &error));
	ck_assert_ptr_nonnull(strstr(error, "mine"));
	write_file("other.html", "<?cs call:bold(thing) ?> again");
	ck_assert_str_eq(rendered(html, "other.html", "en", "{\"thing\":\"<\"}"), "|Site|<b>&lt;</b> again|end");
}
END_TEST

static void set_mtime(const char *path, time_t seconds)
{
	struct timeval times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

	ck_assert_int_eq(utimes(at(path), times), 0);
}

START_TEST(reload_sees_changes)
{
	struct html *watching, *keeping;
	const char *style;

	write_file("part.html", "one");
	write_file("other.html", "<?cs include:\"part.html\" ?> <?cs var:t.word.hello ?>");
	set_mtime("part.html", 1000);
	set_mtime("lang/en/word.hdf", 1000);
	watching = html_of(true);
	keeping = html_of(false);
	ck_assert_str_eq(rendered(watching, "other.html", "en", "{}"), "|Site|one Hello|end");
	ck_assert_str_eq(rendered(keeping, "other.html", "en", "{}"), "|Site|one Hello|end");
	write_file("part.html", "two");
	write_file("lang/en/word.hdf", "hello = Hullo\n");
	ck_assert_str_eq(rendered(watching, "other.html", "en", "{}"), "|Site|two Hullo|end");
	ck_assert_str_eq(rendered(keeping, "other.html", "en", "{}"), "|Site|one Hello|end");

	/* A noun that is new, and one that is gone. */
	write_file("other.html", "<?cs var:t.word.hello ?> <?cs var:t.other.hello ?>");
	ck_assert_str_eq(rendered(watching, "other.html", "ar", "{}"), "|Site|مرحبا |end");
	write_file("lang/en/other.hdf", "hello = Hi\n");
	ck_assert_str_eq(rendered(watching, "other.html", "ar", "{}"), "|Site|مرحبا Hi|end");
	unlink(at("lang/ar/word.hdf"));
	ck_assert_str_eq(rendered(watching, "other.html", "ar", "{}"), "|Site|Hullo Hi|end");

	write_file("parts/macros.html", "<?cs def:bold(text) ?><i><?cs var:text ?></i><?cs /def ?>");
	ck_assert_str_eq(rendered(watching, "page.html", "en", "{\"thing\":{\"name\":\"x\"}}"), "x|Site|<i>x</i>|end");
	ck_assert_str_eq(rendered(keeping, "page.html", "en", "{\"thing\":{\"name\":\"x\"}}"), "x|Site|<b>x</b>|end");

	style = talloc_strdup(mem, html_asset(watching, "style.css"));
	ck_assert_int_eq(strncmp(style, "/static/style.", 14), 0);
	ck_assert_uint_eq(strlen(style), strlen("/static/style.0123456789ab.css"));
	ck_assert_str_eq(html_asset(keeping, "style.css"), style);
	write_file("style.css", "body{color:red}");
	ck_assert_str_ne(html_asset(watching, "style.css"), style);
	ck_assert_str_eq(html_asset(keeping, "style.css"), style);
	ck_assert_ptr_null(html_asset(keeping, "none.css"));
	ck_assert_ptr_null(html_asset(keeping, "lang"));
}
END_TEST

/* A template that is wrong is an error in words, never a half page, and mends itself when the file is mended. */
START_TEST(broken_templates)
{
	struct html *html = html_of(true);
	struct buf *out = buf_new(mem, 1 << 20);
	const char *error = NULL;

	write_file("other.html", "<?cs if:x ?>");
	ck_assert(!html_render(html, "other.html", "en", NULL, out, &error));
	ck_assert_ptr_nonnull(strstr(error, "other.html"));
	ck_assert(!html_render(html, "none.html", "en", NULL, out, &error));
	ck_assert_ptr_nonnull(strstr(error, "none.html"));
	write_file("other.html", "fine");
	ck_assert(html_render(html, "other.html", "en", NULL, out, &error));
	write_file("lang/en/word.hdf", "no value\n");
	ck_assert(!html_render(html, "other.html", "en", NULL, out, &error));
	write_file("lang/en/word.hdf", "hello = Again\n");
	ck_assert(html_render(html, "other.html", "en", NULL, out, &error));
	unlink(at("layout.html"));
	ck_assert_ptr_null(html_new(mem, root, root, "UTC", false, &error));
	ck_assert_ptr_nonnull(strstr(error, "layout.html"));
}
END_TEST

START_TEST(page_too_large)
{
	struct html *html = html_of(false);
	struct buf *out = buf_new(mem, 40);
	struct json_object *data = json_tokener_parse("{\"thing\":{\"name\":\"a name of some length\"}}");
	const char *error = NULL;

	ck_assert(!html_render(html, "page.html", "en", data, out, &error));
	ck_assert_ptr_nonnull(strstr(error, "larger than 40"));
	json_object_put(data);
}
END_TEST

/* The program's own templates: each macro file and the frame parse, and the refusals' page says what it must. */
START_TEST(own_templates)
{
	const char *error = NULL;
	struct html *html = html_new(mem, SRCDIR "/templates", SRCDIR "/static", "UTC", false, &error);
	static const struct {
		int line;
		const char *frame, *want;
	} CASES[] = {
		{ __LINE__, "{\"status\":404,\"locale\":\"en\"}", "No such seat" },
		{ __LINE__, "{\"status\":500,\"locale\":\"en\",\"request_id\":\"id-7\"}", "id-7" },
		{ __LINE__, "{\"status\":503,\"locale\":\"en\",\"message\":\"inside\"}", "Back in a moment" },
		{ __LINE__, "{\"status\":418,\"locale\":\"en\"}", "That did not work" },
		{ __LINE__, "{\"status\":403,\"locale\":\"en\",\"portal\":\"admin\"}", "/admin/sign-in" },
		{ __LINE__, "{\"status\":429,\"locale\":\"ar\",\"dir\":\"rtl\"}", "dir=\"rtl\"" },
	};

	ck_assert_msg(html != NULL, "%s", error ? error : "");
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct json_object *frame = json_tokener_parse(CASES[i].frame), *locale = NULL;
		struct json_object *tree = json_object_new_object();
		struct buf *out = buf_new(mem, 1 << 20);

		json_object_object_get_ex(frame, "locale", &locale);
		json_object_object_add(tree, "page", json_object_get(frame));
		ck_assert_msg(html_render(html, "error.html", json_object_get_string(locale), tree, out, &error),
			      "line %d: %s", CASES[i].line, error);
		ck_assert_msg(strstr(out->data, CASES[i].want) != NULL, "line %d: %s", CASES[i].line, out->data);
		ck_assert_int_eq(strncmp(out->data, "<!doctype html>", 15), 0);
		ck_assert_ptr_null(strstr(out->data, " style="));
		ck_assert_ptr_null(strstr(out->data, "/static/missing"));
		ck_assert_ptr_null(strstr(out->data, "inside"));
		json_object_put(frame);
		json_object_put(tree);
	}
}
END_TEST

START_TEST(csv_cells)
{
	static const struct {
		int line;
		const char *text, *want;
	} CASES[] = {
		{ __LINE__, "plain", "plain" },
		{ __LINE__, "", "" },
		{ __LINE__, "a,b", "\"a,b\"" },
		{ __LINE__, "a \"b\"", "\"a \"\"b\"\"\"" },
		{ __LINE__, "two\nlines", "\"two\nlines\"" },
		{ __LINE__, "=1+1", "'=1+1" },
		{ __LINE__, "=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\"" },
		{ __LINE__, "@SUM(A1)", "'@SUM(A1)" },
		{ __LINE__, "+cmd", "'+cmd" },
		{ __LINE__, "-cmd", "'-cmd" },
		{ __LINE__, "-12.50", "-12.50" },
		{ __LINE__, "+15550100001", "+15550100001" },
		{ __LINE__, "-1+2", "'-1+2" },
		{ __LINE__, "-", "'-" },
		{ __LINE__, "-1.", "'-1." },
		{ __LINE__, "\tx", "\"'\tx\"" },
		{ __LINE__, "\rx", "\"'\rx\"" },
		{ __LINE__, "سلام", "سلام" },
		/* a blank before it, and the signs of other widths */
		{ __LINE__, " =1+1", "' =1+1" },
		{ __LINE__, "\u00a0=1+1", "'\u00a0=1+1" },
		{ __LINE__, "\ufeff\u3000 @SUM(A1)", "'\ufeff\u3000 @SUM(A1)" },
		{ __LINE__, "\uff1d1+1", "'\uff1d1+1" },
		{ __LINE__, "\uff0b1", "'\uff0b1" },
		{ __LINE__, "\uff0dcmd", "'\uff0dcmd" },
		{ __LINE__, "\uff20SUM(A1)", "'\uff20SUM(A1)" },
		{ __LINE__, "\ufe661+1", "'\ufe661+1" },
		{ __LINE__, "\u2212cmd", "'\u2212cmd" },
		{ __LINE__, "a=1", "a=1" },
		{ __LINE__, "a - b", "a - b" },
		{ __LINE__, "\uff01", "\uff01" },
		/* where one that separates by other signs, and so takes no quotes for quotes, begins a cell */
		{ __LINE__, "a;b", "\"a;b\"" },
		{ __LINE__, "a\tb", "\"a\tb\"" },
		{ __LINE__, "a;=1+1", "\"a;'=1+1\"" },
		{ __LINE__, "a; \uff1d1+1;b", "\"a;' \uff1d1+1;b\"" },
		{ __LINE__, "a;\"=1+1\"", "\"a;'\"\"=1+1\"\"\"" },
		{ __LINE__, "a\t@b", "\"a\t'@b\"" },
		{ __LINE__, "a\r\n=1", "\"a\r\n'=1\"" },
		{ __LINE__, "\"=1", "\"'\"\"=1\"" },
		{ __LINE__, "1;-2.5;+3", "\"1;-2.5;+3\"" },
		{ __LINE__, "a,=1", "\"a,=1\"" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct buf *out = buf_new(mem, 1000);

		csv_text(out, CASES[i].text, strlen(CASES[i].text));
		ck_assert_msg(!strcmp(out->data, CASES[i].want), "line %d: %s", CASES[i].line, out->data);
	}
}
END_TEST

START_TEST(csv_of_rows)
{
	static const struct column COLUMNS[] = { { "id", COL_INT },	    { "paid", COL_BOOL },
						 { "rate", COL_REAL },	    { "venue.name", COL_TEXT },
						 { "starts_at", COL_TIME }, { "born", COL_DATE },
						 { "uuid", COL_UUID },	    { "card", COL_HEX },
						 { "labels", COL_JSON } };
	static const struct cell CELLS[] = {
		{ .i = -5 },
		{ .i = 1 },
		{ .d = 0.25 },
		{ .s = "=x", .len = 2 },
		{ .i = 0 },
		{ .s = "2026-11-21", .len = 10 },
		{ .s = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", .len = 16 },
		{ .s = "\xde\xad", .len = 2 },
		{ .s = "[\"a\"]", .len = 5 },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
		{ .null = true },
	};
	struct rows rows = { .n = 2, .n_columns = 9, .columns = COLUMNS, .cells = CELLS };
	struct buf *out = buf_new(mem, 1000);

	csv_head(out, &rows, &DIALECT_WRAPPED);
	csv_rows(out, &rows);
	ck_assert_str_eq(out->data, "\uFEFFid,paid,rate,venue.name,starts_at,born,uuid,card,labels\r\n"
				    "-5,true,0.25,'=x,1970-01-01T00:00:00.000Z,2026-11-21,"
				    "01020304-0506-0708-090a-0b0c0d0e0f10,dead,\"[\"\"a\"\"]\"\r\n,,,,,,,,\r\n");
}
END_TEST

START_TEST(csv_of_rates)
{
	static const struct column COLUMNS[] = { { "rate", COL_RATE }, { "owner.rate", COL_RATE }, { "id", COL_INT } };
	static const struct cell CELLS[] = { { .i = 250 },   { .i = 1 },       { .i = 1 },
					     { .i = 10000 }, { .null = true }, { .i = 2 } };
	struct rows rows = { .n = 2, .n_columns = 3, .columns = COLUMNS, .cells = CELLS };
	struct buf *out = buf_new(mem, 1000);

	csv_head(out, &rows, &DIALECT_WRAPPED);
	csv_rows(out, &rows);
	ck_assert_str_eq(out->data, "\uFEFFrate,owner.rate,id\r\n2.5%,0.01%,1\r\n100%,,2\r\n");
}
END_TEST

/* As people read them, by the currency beside them: of a row within the row, its own before the whole row's. */
START_TEST(csv_of_money)
{
	static const struct column COLUMNS[] = { { "total", COL_MONEY },
						 { "currency", COL_TEXT },
						 { "card.left", COL_MONEY },
						 { "card.currency", COL_TEXT } };
	static const struct cell CELLS[] = {
		{ .i = 123450 }, { .s = "EUR", .len = 3 }, { .i = 1500 },    { .s = "KWD", .len = 3 },
		{ .i = 1200 },	 { .s = "JPY", .len = 3 }, { .i = 5 },	     { .null = true },
		{ .i = -5 },	 { .s = "USD", .len = 3 }, { .i = 0 },	     { .s = "USD", .len = 3 },
		{ .i = 700 },	 { .null = true },	   { .null = true }, { .s = "EUR", .len = 3 },
	};
	struct rows rows = { .n = 4, .n_columns = 4, .columns = COLUMNS, .cells = CELLS };
	struct buf *out = buf_new(mem, 1000);

	csv_rows(out, &rows);
	ck_assert_str_eq(out->data, "1234.50,EUR,1.500,KWD\r\n1200,JPY,5,\r\n-0.05,USD,0.00,USD\r\n700,,,EUR\r\n");
}
END_TEST

static unsigned png_number(const struct buf *png, size_t offset)
{
	const unsigned char *p = (const unsigned char *)png->data + offset;

	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3];
}

/* The dark pixels of a PNG, read by libpng itself. */
static size_t png_dark(const struct buf *png)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	png_bytep pixels;
	size_t dark = 0;

	ck_assert(png_image_begin_read_from_memory(&image, png->data, png->len));
	image.format = PNG_FORMAT_GRAY;
	pixels = talloc_size(mem, PNG_IMAGE_SIZE(image));
	ck_assert(png_image_finish_read(&image, NULL, pixels, 0, NULL));
	for (size_t i = 0; i < PNG_IMAGE_SIZE(image); i++)
		dark += pixels[i] == 0;
	return dark;
}

/* The dark modules of an SVG: its path's runs, "h7v1h-7z". */
static size_t svg_dark(const struct buf *svg)
{
	size_t dark = 0;

	for (const char *run = strstr(svg->data, "v1h-"); run; run = strstr(run + 1, "v1h-"))
		dark += strtoul(run + 4, NULL, 10);
	return dark;
}

START_TEST(qr_codes)
{
	struct buf *svg = buf_new(mem, 1 << 20), *again = buf_new(mem, 1 << 20), *png = buf_new(mem, 1 << 20);
	struct buf *uri = buf_new(mem, 1 << 20), *small = buf_new(mem, 50);
	char *long_text = talloc_zero_size(mem, 4000);

	/* 14 bytes at level M are version 1 (21 modules), 15 need version 2; four modules of quiet on each side. */
	ck_assert(qr_svg(svg, "abcdefghijklmn"));
	ck_assert_ptr_nonnull(strstr(svg->data, "viewBox=\"0 0 29 29\""));
	ck_assert_ptr_nonnull(strstr(svg->data, "d=\"M4 4h7v1h-7z"));
	ck_assert(qr_svg(again, "abcdefghijklmn"));
	ck_assert_str_eq(svg->data, again->data);
	buf_clear(again);
	ck_assert(qr_svg(again, "abcdefghijklmno"));
	ck_assert_ptr_nonnull(strstr(again->data, "viewBox=\"0 0 33 33\""));

	ck_assert(qr_png(png, "abcdefghijklmn", 5));
	ck_assert_int_eq(memcmp(png->data, "\x89PNG\r\n\x1a\n", 8), 0);
	ck_assert_uint_eq(png_number(png, 16), 29 * 5);
	ck_assert_uint_eq(png_number(png, 20), 29 * 5);
	ck_assert_uint_gt(svg_dark(svg), 3 * 33); /* its three corners, and what it says */
	ck_assert_uint_eq(png_dark(png), svg_dark(svg) * 25);
	ck_assert(qr_data_uri(uri, "abcdefghijklmn", 5));
	ck_assert_int_eq(strncmp(uri->data, "data:image/png;base64,iVBORw0KGgo", 33), 0);

	memset(long_text, 'x', 3999);
	ck_assert(!qr_svg(again, long_text));
	ck_assert(!qr_png(again, "", 5));
	ck_assert(!qr_png(again, "x", 0));
	ck_assert(!qr_data_uri(again, "", 5));
	ck_assert(!qr_svg(small, "abc"));
	ck_assert(!qr_png(small, "abc", 4));
}
END_TEST

/* The first form that fits is drawn: the one the client's Accept begins with, else named values in a tree. */
START_TEST(a_drawing_takes_the_form_that_is_asked_for)
{
	static const struct {
		int line;
		const char *accept, *type, *begins;
	} CASES[] = {
		{ __LINE__, "image/png", "image/png", "\x89PNG" },
		{ __LINE__, "image/png, */*;q=0.1", "image/png", "\x89PNG" },
		{ __LINE__, "image/svg+xml", "image/svg+xml", "<svg " },
		{ __LINE__, "text/html, image/png", NULL, NULL },
		{ __LINE__, "image/png;q=0", NULL, NULL },
		{ __LINE__, "image/png; q=0.000, image/svg+xml", "image/svg+xml", "<svg " },
		{ __LINE__, "image/png;q=0.1, image/svg+xml ; q=0.9", "image/svg+xml", "<svg " },
		{ __LINE__, "image/png;q=0.5, text/html", NULL, NULL },
		{ __LINE__, "IMAGE/PNG", "image/png", "\x89PNG" },
		{ __LINE__, "image/pngx", NULL, NULL },
		{ __LINE__, "image/pn", NULL, NULL },
		{ __LINE__, "image/png;q=x", NULL, NULL },
		{ __LINE__, "image/png;level=1", "image/png", "\x89PNG" },
		{ __LINE__, "image/*, image/png", NULL, NULL },
		{ __LINE__, "", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct json_object *tree = json_object_new_object();
		const struct qr_code code = { .text = "a text", .into = tree };
		const struct drawing drawing = { .kind = DRAW_QR, .what = &code };
		struct drawn drawn;

		ck_assert_msg(drawing_draw(mem, &drawing, CASES[i].accept, &drawn), "line %d", CASES[i].line);
		ck_assert_pstr_eq(drawn.type, CASES[i].type);
		ck_assert_int_eq(json_object_object_length(tree), CASES[i].type ? 0 : 3);
		ck_assert_msg(!CASES[i].begins || !memcmp(drawn.bytes, CASES[i].begins, strlen(CASES[i].begins)),
			      "line %d", CASES[i].line);
		ck_assert_ptr_null(drawn.name);
		json_object_put(tree);
	}
}
END_TEST

START_TEST(what_cannot_be_drawn_is_told)
{
	const struct qr_code nothing = { .text = "" };
	struct drawn drawn;

	ck_assert(!drawing_draw(mem, &(struct drawing){ .kind = DRAW_QR, .what = &nothing }, "image/png", &drawn));
	ck_assert(!drawing_draw(mem, &(struct drawing){ .kind = DRAW_QR, .what = &nothing }, "", &drawn));
}
END_TEST

static const struct column NUMBERED[] = { { "id", COL_INT }, { "name", COL_TEXT } };

/* Two batches of two rows, then the end. */
struct two {
	struct row_source source;
	struct cell cells[4];
	int given;
};

static const struct rows *next_of_two(struct row_source *source)
{
	struct two *two = (struct two *)(void *)source;
	static struct rows rows;

	if (two->given == 2)
		return NULL;
	for (int i = 0; i < 2; i++) {
		two->cells[2 * i] = (struct cell){ .i = 2 * two->given + i };
		two->cells[2 * i + 1] = (struct cell){ .s = "=x", .len = 2 };
	}
	two->given++;
	rows = (struct rows){ .n = 2, .n_columns = 2, .columns = NUMBERED, .cells = two->cells };
	return &rows;
}

/* What a file that was drawn holds. */
static const char *file_of(const struct drawn *drawn)
{
	char *text = talloc_zero_size(mem, drawn->len + 1);

	ck_assert_int_gt(drawn->fd, 0);
	ck_assert_int_eq(pread(drawn->fd, text, drawn->len, 0), (ssize_t)drawn->len);
	ck_assert_int_eq(lseek(drawn->fd, 0, SEEK_END), (off_t)drawn->len);
	return text;
}

START_TEST(rows_become_a_file)
{
	struct two two = { .source = { next_of_two } };
	const struct sheet sheet = { .rows = &two.source, .name = "things", .dialect = &DIALECT_WRAPPED };
	const struct drawing drawing = { .kind = DRAW_ROWS, .what = &sheet, .name = "things", .form = "csv" };
	struct drawn drawn;

	ck_assert(drawing_draw(mem, &drawing, "text/html", &drawn));
	ck_assert_str_eq(drawn.name, "things.csv");
	ck_assert_int_eq(strncmp(drawn.type, "text/csv", 8), 0);
	ck_assert_str_eq(file_of(&drawn), "\uFEFFid,name\r\n0,'=x\r\n1,'=x\r\n2,'=x\r\n3,'=x\r\n");
}
END_TEST

/* What is in one, tests/api/sheets.test.mjs reads. */
START_TEST(rows_become_a_spreadsheet)
{
	struct two two = { .source = { next_of_two } };
	const struct sheet sheet = { .rows = &two.source,
				     .name = "logs/of [all] these things, and 'more'",
				     .dialect = &DIALECT_WRAPPED };
	const struct drawing drawing = { .kind = DRAW_ROWS, .what = &sheet, .name = "things", .form = "xlsx" };
	struct drawn drawn;

	ck_assert(drawing_draw(mem, &drawing, "", &drawn));
	ck_assert_str_eq(drawn.name, "things.xlsx");
	ck_assert_int_eq(memcmp(file_of(&drawn), "PK\3\4", 4), 0);
	two.given = 2; /* not even columns: something failed */
	ck_assert(!drawing_draw(mem, &drawing, "", &drawn));
}
END_TEST

START_TEST(a_file_needs_somewhere_to_be)
{
	static const char *const FORMS[] = { "csv", "xlsx" };
	struct rlimit was, none;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
		struct two two = { .source = { next_of_two } };
		const struct sheet sheet = { .rows = &two.source, .name = "things", .dialect = &DIALECT_WRAPPED };
		const struct drawing drawing = { .kind = DRAW_ROWS, .what = &sheet, .form = FORMS[i] };
		struct drawn drawn;

		ck_assert_msg(!drawing_draw(mem, &drawing, "", &drawn), "%s", FORMS[i]);
	}
	setrlimit(RLIMIT_NOFILE, &was);
}
END_TEST

START_TEST(json_envelopes)
{
	struct json_object *data = json_tokener_parse("{\"a\":\"<\\/b>\",\"n\":1}"),
			   *page = json_tokener_parse("{\"page\":2}");
	struct json_object *ignored = json_tokener_parse("[\"x\"]"), *errors = json_tokener_parse("{\"f\":[\"no\"]}");
	struct buf *out = buf_new(mem, 10000);
	const char *text;
	size_t len;

	text = json_data(data, &len);
	ck_assert_str_eq(text, "{\"a\":\"</b>\",\"n\":1}");
	ck_assert_uint_eq(len, strlen(text));
	json_success(out, text, len, "Do\"ne", "r1", 0, page, ignored);
	ck_assert_str_eq(out->data,
			 "{\"success\":true,\"data\":{\"a\":\"</b>\",\"n\":1},\"message\":\"Do\\\"ne\",\"meta\":{"
			 "\"request_id\":\"r1\",\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"pagination\":{"
			 "\"page\":2},\"ignored\":[\"x\"]}}");
	buf_clear(out);
	text = json_data(NULL, &len);
	json_success(out, text, len, NULL, "r2", 1500, NULL, NULL);
	ck_assert_str_eq(out->data,
			 "{\"success\":true,\"data\":null,\"message\":\"OK\",\"meta\":{\"request_id\":\"r2\","
			 "\"timestamp\":\"1970-01-01T00:00:01.500Z\"}}");
	buf_clear(out);
	json_refusal(out, 409, "SOLD_OUT", "Only 2\nleft.", errors, "r3", 0, page);
	ck_assert_str_eq(out->data,
			 "{\"success\":false,\"error\":{\"code\":\"SOLD_OUT\",\"message\":\"Only 2\\nleft.\"},"
			 "\"message\":\"Only 2\\nleft.\",\"status_code\":409,\"errors\":{\"f\":[\"no\"]},"
			 "\"data\":{\"page\":2},\"meta\":{\"request_id\":\"r3\","
			 "\"timestamp\":\"1970-01-01T00:00:00.000Z\"}}");
	buf_clear(out);
	json_object_object_del(page, "page");
	json_refusal(out, 404, "NOT_FOUND", "None.", NULL, "r4", 0, page);
	ck_assert_ptr_null(strstr(out->data, "errors"));
	ck_assert_ptr_null(strstr(out->data, "data"));
	json_object_put(data);
	json_object_put(page);
	json_object_put(ignored);
	json_object_put(errors);
}
END_TEST

START_TEST(controls_of_fields)
{
	static const struct field VENUE[] = { { "name", F_TEXT, .required = true, .max = 160 }, FIELDS_END };
	static const struct field FIELDS[] = {
		{ "title", F_TEXT, .required = true, .min = 2, .max = 200, .help = "Title" },
		{ "price", F_MONEY, .max = 100 },
		{ "status", F_CHOICE, .choices = "draft,published", .otherwise = "draft" },
		{ "venue", F_OBJECT, .of = VENUE },
		{ "items", F_LIST, .of = VENUE },
		{ "rate", F_REAL, .required = false },
		{ "share", F_RATE, .required = true },
		FIELDS_END
	};
	struct json_object *controls = form_controls(FIELDS, NULL);

	ck_assert_str_eq(
		json_object_to_json_string_ext(controls, JSON_C_TO_STRING_PLAIN),
		"{\"title\":{\"name\":\"title\",\"error_key\":\"title\",\"control\":\"text\",\"required\":true,"
		"\"min\":2,\"max\":200,\"help\":\"Title\"},\"price\":{\"name\":\"price\",\"error_key\":\"price\","
		"\"control\":\"money\",\"required\":false},\"status\":{\"name\":\"status\",\"error_key\":"
		"\"status\",\"control\":\"select\",\"required\":false,\"choices\":[\"draft\",\"published\"],"
		"\"otherwise\":\"draft\"},\"venue_name\":{\"name\":\"venue[name]\",\"error_key\":\"venue.name\","
		"\"control\":\"text\",\"required\":true,\"min\":0,\"max\":160},\"rate\":{\"name\":\"rate\","
		"\"error_key\":\"rate\",\"control\":\"real\",\"required\":false},\"share\":{\"name\":\"share\",\"error_key\":\"share\",\"control\":\"rate\",\"required\":true}}");
	json_object_put(controls);
}
END_TEST

Suite *render_suite(void)
{
	Suite *suite = suite_create("render");
	TCase *html = tcase_create("html"), *others = tcase_create("others");

	tcase_add_checked_fixture(html, set_up, tear_down);
	tcase_add_test(html, hostile_text);
	tcase_add_test(html, tree_becomes_values);
	tcase_add_test(html, functions);
	tcase_add_test(html, once_differs);
	tcase_add_test(html, languages);
	tcase_add_test(html, renders_are_apart);
	tcase_add_test(html, macros_of_a_page);
	tcase_add_test(html, reload_sees_changes);
	tcase_add_test(html, broken_templates);
	tcase_add_test(html, page_too_large);
	tcase_add_test(html, own_templates);
	suite_add_tcase(suite, html);
	tcase_add_checked_fixture(others, set_up, tear_down);
	tcase_add_test(others, csv_cells);
	tcase_add_test(others, csv_of_rows);
	tcase_add_test(others, csv_of_money);
	tcase_add_test(others, csv_of_rates);
	tcase_add_test(others, qr_codes);
	tcase_add_test(others, a_drawing_takes_the_form_that_is_asked_for);
	tcase_add_test(others, what_cannot_be_drawn_is_told);
	tcase_add_test(others, rows_become_a_file);
	tcase_add_test(others, rows_become_a_spreadsheet);
	tcase_add_test(others, a_file_needs_somewhere_to_be);
	tcase_add_test(others, json_envelopes);
	tcase_add_test(others, controls_of_fields);
	suite_add_tcase(suite, others);
	return suite;
}
