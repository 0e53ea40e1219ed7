/* Every message under templates/message/, in each form and language, with a hostile text in every place: an operator's file may be
 * wrong, ours may not. */
#include "base/buf.h"
#include "base/log.h"
#include "check_temp.h"
#include "render/html_letter.h"
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *letter_suite(void);

#define HOSTILE "\\\"><script>alert(1)</script>'&"
#define EVENT(title, zone)                                                                                                   \
	"{\"title\":\"" title                                                                                                \
	"\",\"venue\":\"Old Harbour\",\"city\":\"Hamburg\",\"starts_at\":\"2026-11-28T19:00:00.000Z\",\"time_zone\":\"" zone \
	"\"}"
#define TREE(text)                                                                                                                                                                                                                                 \
	"{\"name\":\"Gatehouse\",\"url\":\"https://tickets.example\",\"locale\":\"en\",\"dir\":\"ltr\",\"organizer\":{\"name\":\"" text                                                                                                            \
	"\"},\"unsubscribe\":\"https://tickets.example/unsubscribe/0f\",\"data\":{\"name\":\"" text                                                                                                                                                \
	"\",\"order\":{\"id\":7,\"reference\":\"K7QM2XPA99\"},\"amount\":1250,\"currency\":\"EUR\",\"percent\":50,\"from\":\"" text                                                                                                                \
	"\","                                                                                                                                                                                                                                      \
	"\"subject\":\"To " text "\",\"body\":\"" text "\",\"to\":\"" text "\",\"message\":\"" text                                                                                                                                                \
	"\",\"note\":\"" text "\",\"reason\":\"" text                                                                                                                                                                                              \
	"\",\"how\":\"expired\",\"what\":\"rejected\",\"status\":\"present\",\"record\":\"9f660ffb-8d9a-49f2-abf7-f7dbbfa4b8dd\",\"known\":true,\"turning\":true,\"until\":\"2026-11-27T19:00:00.000Z\",\"ticket\":{\"id\":9,\"category\":\"" text \
	"\"},"                                                                                                                                                                                                                                     \
	"\"event\":" EVENT(text, "Asia/Kathmandu") ",\"was\":" EVENT("Harbour Lights", "Europe/Berlin") "}}"

static TALLOC_CTX *mem;
static struct json_object *hostile, *plain;

static const char *templates(void)
{
	const char *root = getenv("GATEHOUSE_SRC");

	return talloc_asprintf(mem, "%s/templates", root ? root : ".");
}

static struct letters *letters_with(const char *own)
{
	const char *error = "";
	struct letters *letters = letters_new(mem, templates(), own, "UTC", &error);

	ck_assert_msg(letters, "%s", error);
	return letters;
}

static const char *write_it(struct letters *letters, const char *kind, enum letter_form form, const char *locale,
			    struct json_object *tree)
{
	struct buf *out = buf_new(mem, 1 << 20);
	const char *error = "";

	ck_assert_msg(letter_write(letters, kind, form, locale, tree, out, &error), "%s: %s", kind, error);
	return out->data;
}

static void setup(void)
{
	mem = talloc_new(NULL);
	log_threshold(LOG_ERROR_);
	hostile = json_tokener_parse(TREE(HOSTILE));
	plain = json_tokener_parse(TREE("Mira"));
	ck_assert(hostile && plain);
}

static void teardown(void)
{
	json_object_put(hostile);
	json_object_put(plain);
	talloc_free(mem);
}

static void look_at(struct letters *letters, const char *kind, const char *locale)
{
	const char *html = write_it(letters, kind, LETTER_HTML, locale, hostile), *text, *line;

	ck_assert_msg(!strstr(html, "<script"), "%s, %s: %s", kind, locale, html);
	ck_assert_msg(strstr(html, "</html>") && strstr(html, "&lt;script"), "%s, %s: %s", kind, locale, html);
	text = write_it(letters, kind, LETTER_TEXT, locale, plain);
	ck_assert_msg(strlen(text) > 60 && !strchr(text, '<') && !strstr(text, "\n\n\n"), "%s, %s: %s", kind, locale,
		      text);
	ck_assert_msg(!strstr(text, "{1}") && !strstr(text, "{2}"), "%s, %s: %s", kind, locale, text);
	line = write_it(letters, kind, LETTER_LINK, locale, plain);
	ck_assert_msg(!*line || (!strncmp(line, "https://", 8) && !strpbrk(line, " \n{")), "%s, %s: %s", kind, locale,
		      line);
	for (int form = LETTER_SUBJECT; form <= LETTER_PUSH; form++) {
		line = write_it(letters, kind, (enum letter_form)form, locale, plain);
		ck_assert_msg(strlen(line) > 3 && !strchr(line, '\n') && !strchr(line, '{'), "%s, %s: %s", kind, locale,
			      line);
	}
}

START_TEST(every_message_is_whole)
{
	struct letters *letters = letters_with("");
	DIR *dir = opendir(talloc_asprintf(mem, "%s/message", templates()));
	struct dirent *entry;
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		char *kind;

		if (!dot || strcmp(dot, ".cs"))
			continue;
		kind = talloc_strndup(mem, entry->d_name, (size_t)(dot - entry->d_name));
		look_at(letters, kind, "en");
		look_at(letters, kind, "ar");
		n++;
	}
	closedir(dir);
	ck_assert_int_gt(n, 10);
}
END_TEST

/* Its title is the subject; what a device shows is one thing, and leads to one place. */
START_TEST(a_device_is_told_the_first_of_it)
{
	struct letters *letters = letters_with("");

	ck_assert_str_eq(write_it(letters, "order-paid", LETTER_PUSH, "en", plain),
			 "Thank you. Order K7QM2XPA99 is paid: €12.50.");
	ck_assert_str_eq(write_it(letters, "order-paid", LETTER_LINK, "en", plain), "https://tickets.example/orders/7");
	ck_assert_str_eq(write_it(letters, "ticket-sent", LETTER_LINK, "en", plain), "");
	/* What somebody wrote stands where nothing else is said. */
	ck_assert_str_eq(write_it(letters, "guest-message", LETTER_PUSH, "en", plain),
			 write_it(letters, "guest-message", LETTER_PUSH, "ar", plain));
}
END_TEST

START_TEST(an_event_is_told_by_its_own_clocks)
{
	const char *text = write_it(letters_with(""), "event-moved", LETTER_TEXT, "en", plain);

	/* 19:00 UTC is 00:45 of the next day in Kathmandu, and 20:00 in Berlin. */
	ck_assert_msg(strstr(text, "00:45") && strstr(text, "(Asia/Kathmandu)"), "%s", text);
	ck_assert_msg(strstr(text, "20:00") && strstr(text, "(Europe/Berlin)"), "%s", text);
	text = write_it(letters_with(""), "event-moved", LETTER_SMS, "ar", plain);
	ck_assert_msg(strstr(text, "Asia/Kathmandu"), "%s", text);
}
END_TEST

static void put_file(const char *dir, const char *name, const char *text)
{
	FILE *file = fopen(talloc_asprintf(mem, "%s/%s", dir, name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(an_operators_file_stands_in_for_ours)
{
	char dir[CHECK_TEMP_SIZE];
	struct letters *letters;
	const char *ours, *text;

	letters = letters_with(check_temp(dir));
	ours = write_it(letters, "event-moved", LETTER_TEXT, "en", plain);
	put_file(dir, "event-moved.cs", "<?cs call:say(\"Dear \" + data.name) ?><?cs call:link(\"Look\", url) ?>");
	text = write_it(letters, "event-moved", LETTER_TEXT, "en", plain);
	ck_assert_msg(strstr(text, "Dear Mira\n\nLook: https://tickets.example\n"), "%s", text);
	ck_assert_str_ne(text, ours);
	/* One that is wrong is passed over. */
	put_file(dir, "event-moved.cs", "<?cs if:data.name ?>Dear");
	ck_assert_str_eq(write_it(letters, "event-moved", LETTER_TEXT, "en", plain), ours);
}
END_TEST

START_TEST(a_message_that_is_not_there_is_not_written)
{
	struct buf *out = buf_new(mem, 1000);
	const char *error = "";

	ck_assert(!letter_write(letters_with(""), "no-such", LETTER_TEXT, "en", plain, out, &error));
	ck_assert(*error);
}
END_TEST

Suite *letter_suite(void)
{
	Suite *suite = suite_create("letter");
	TCase *tests = tcase_create("letter");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, every_message_is_whole);
	tcase_add_test(tests, a_device_is_told_the_first_of_it);
	tcase_add_test(tests, an_event_is_told_by_its_own_clocks);
	tcase_add_test(tests, an_operators_file_stands_in_for_ours);
	tcase_add_test(tests, a_message_that_is_not_there_is_not_written);
	suite_add_tcase(suite, tests);
	return suite;
}
