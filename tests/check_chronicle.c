/* What of the process's log is kept for the system log: which lines, what of them, and how many. */
#include "base/chronicle.h"
#include <check.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

Suite *chronicle_suite(void);

static void setup(void)
{
	chronicle_forget();
	log_threshold(LOG_ERROR_ + 1);
}

static void teardown(void)
{
	chronicle_forget();
	log_threshold(LOG_INFO_);
}

static const char *member(const struct chronicle_entry *e, struct json_object **tree, const char *name)
{
	*tree = json_tokener_parse(e->detail);
	ck_assert_msg(*tree != NULL, "no JSON: %s", e->detail);
	return json_object_get_string(json_object_object_get(*tree, name));
}

START_TEST(what_is_named_is_kept_whatever_the_level_is)
{
	const struct chronicle_entry *e;
	struct json_object *tree;

	log_info("request", F("path", "/"));
	ck_assert_ptr_null(chronicle_first());
	log_error("job_failed", F("job", "outbox"), F("error", "no \"room\"\n\\ left"));
	e = chronicle_first();
	ck_assert_ptr_nonnull(e);
	ck_assert_str_eq(e->event, "job_failed");
	ck_assert_str_eq(e->kind, "job");
	ck_assert_str_eq(e->severity, "error");
	ck_assert_str_eq(e->subject, "outbox");
	ck_assert_str_eq(member(e, &tree, "error"), "no 'room'?? left");
	json_object_put(tree);
	chronicle_drop();
	ck_assert_ptr_null(chronicle_first());
	chronicle_drop();
}
END_TEST

START_TEST(a_thousand_alike_are_one)
{
	for (int i = 0; i < 1000; i++)
		log_error("job_failed", F("job", i % 2 ? "outbox" : "seal"), F("error", i));
	/* or of two, where a minute ended meanwhile */
	int entries = 0, times = 0;

	for (const struct chronicle_entry *e; (e = chronicle_first()); chronicle_drop(), entries++)
		times += e->times;
	ck_assert_int_eq(times, 1000);
	ck_assert_int_ge(entries, 2);
	ck_assert_int_le(entries, 4);
}
END_TEST

START_TEST(more_than_there_is_room_for_are_left_out)
{
	char job[20];
	int entries = 0;

	for (int i = 0; i < 1000; i++) {
		snprintf(job, sizeof job, "job %d", i);
		log_error("job_failed", F("job", job), F("error", ""));
	}
	for (; chronicle_first(); chronicle_drop())
		ck_assert_int_lt(entries++, 100);
	ck_assert_int_gt(entries, 10);
}
END_TEST

/* Whatever is logged, an entry is JSON of whole UTF-8, and holds nothing of the database's own words. */
START_TEST(long_and_broken_values_do_no_harm)
{
	char longest[4000];
	const struct chronicle_entry *e;
	struct json_object *tree;

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	memcpy(longest + 295, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 10);
	log_error("job_failed", F("job", longest), F("error", longest), F("a", longest), F("b", longest),
		  F("c", longest));
	log_error("db_broken", F("code", 1064), F("message", "Duplicate entry 'ann@example.org'"));
	log_warn("payment_provider", F("path", "\xff\xfe\x01"), F("status", 500), F("error", "api_error"),
		 F("code", ""));
	e = chronicle_first();
	ck_assert_uint_lt(strlen(e->subject), CHRONICLE_SUBJECT);
	ck_assert_ptr_nonnull(member(e, &tree, "job"));
	json_object_put(tree);
	chronicle_drop();
	ck_assert_ptr_null(strstr(chronicle_first()->detail, "ann@"));
	chronicle_drop();
	ck_assert_str_eq(member(chronicle_first(), &tree, "path"), "\?\?\?");
	json_object_put(tree);
	ck_assert_str_eq(chronicle_first()->subject, "500 api_error ");
}
END_TEST

Suite *chronicle_suite(void)
{
	Suite *suite = suite_create("chronicle");
	TCase *tests = tcase_create("chronicle");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_is_named_is_kept_whatever_the_level_is);
	tcase_add_test(tests, a_thousand_alike_are_one);
	tcase_add_test(tests, more_than_there_is_room_for_are_left_out);
	tcase_add_test(tests, long_and_broken_values_do_no_harm);
	suite_add_tcase(suite, tests);
	return suite;
}
