/* The file that closes the site: by whom it was made, what it says, and when to come again. */
#include "base/maintenance.h"
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Suite *maintenance_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static char path[64];

static void setup(void)
{
	snprintf(path, sizeof path, "/tmp/check_maintenance.%d", (int)getpid());
	unlink(path);
}

static void teardown(void)
{
	unlink(path);
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(it_is_closed_while_the_file_is_there)
{
	const ms_t end = INT64_C(1795680000000);
	ms_t until = 1;

	ck_assert(!maintenance_on(path, &until));
	ck_assert_int_eq(until, 0);
	ck_assert(!maintenance_end(path));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert(maintenance_begin(path, end));
	ck_assert(maintenance_on(path, &until));
	ck_assert_int_eq(until, end);
	ck_assert(maintenance_begin(path, 0));
	ck_assert(maintenance_on(path, &until));
	ck_assert_int_eq(until, 0);
	ck_assert(maintenance_end(path));
	ck_assert(!maintenance_on(path, &until));
	ck_assert(!maintenance_begin("/nonexistent/maintenance", 0));
}
END_TEST

START_TEST(one_made_by_hand_does_too)
{
	static const struct {
		int line;
		const char *text;
		ms_t until;
	} cases[] = {
		{ __LINE__, "", 0 },
		{ __LINE__, "\n", 0 },
		{ __LINE__, "back soon\n", 0 },
		{ __LINE__, "1970-01-02T00:00:00Z\n", MS_DAY },
		{ __LINE__, "1970-01-02T00:00:00.000Z", MS_DAY },
		{ __LINE__, "something that is much longer than any time that anybody could write here", 0 },
	};

	for (size_t i = 0; i < N(cases); i++) {
		ms_t until = 1;

		write_file(cases[i].text);
		ck_assert_msg(maintenance_on(path, &until), "line %d", cases[i].line);
		ck_assert_msg(until == cases[i].until, "line %d: %lld", cases[i].line, (long long)until);
	}
}
END_TEST

START_TEST(when_to_come_again)
{
	static const struct {
		int line;
		ms_t left;
		int seconds;
	} cases[] = {
		{ __LINE__, 20 * MS_MINUTE, 1200 }, { __LINE__, 20 * MS_MINUTE - 1, 1200 }, { __LINE__, MS_SECOND, 60 },
		{ __LINE__, -MS_HOUR, 60 },	    { __LINE__, 5 * MS_HOUR, 3600 },
	};
	const ms_t now = INT64_C(1795680000000);

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(maintenance_retry_after(now + cases[i].left, now) == cases[i].seconds, "line %d",
			      cases[i].line);
	ck_assert_int_eq(maintenance_retry_after(0, now), 60);
}
END_TEST

Suite *maintenance_suite(void)
{
	Suite *suite = suite_create("maintenance");
	TCase *tests = tcase_create("maintenance");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, it_is_closed_while_the_file_is_there);
	tcase_add_test(tests, one_made_by_hand_does_too);
	tcase_add_test(tests, when_to_come_again);
	suite_add_tcase(suite, tests);
	return suite;
}
