/* Machine times, zones, and the two days a year on which wall clocks lie. */
#include "base/clock.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *clock_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(iso_is_written)
{
	static const struct {
		int line;
		ms_t at;
		const char *text;
	} cases[] = {
		{ __LINE__, 0, "1970-01-01T00:00:00.000Z" },
		{ __LINE__, 1, "1970-01-01T00:00:00.001Z" },
		{ __LINE__, -1, "1969-12-31T23:59:59.999Z" },
		{ __LINE__, -1000, "1969-12-31T23:59:59.000Z" },
		{ __LINE__, 1795250700123, "2026-11-21T08:45:00.123Z" },
		{ __LINE__, 253402300799999, "9999-12-31T23:59:59.999Z" },
		{ __LINE__, INT64_MAX, "9999-12-31T23:59:59.999Z" },
		{ __LINE__, INT64_MIN, "0001-01-01T00:00:00.000Z" },
	};
	char out[ISO_SIZE];

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(strcmp(clock_iso(cases[i].at, out), cases[i].text) == 0, "line %d: %s", cases[i].line,
			      out);
}
END_TEST

START_TEST(iso_is_read)
{
	static const struct {
		int line;
		const char *text, *iso; /* iso NULL: refused */
	} cases[] = {
		{ __LINE__, "2026-11-21T08:45:00Z", "2026-11-21T08:45:00.000Z" },
		{ __LINE__, "2026-11-21t08:45:00z", "2026-11-21T08:45:00.000Z" },
		{ __LINE__, "2026-11-21 08:45:00Z", "2026-11-21T08:45:00.000Z" },
		{ __LINE__, "2026-11-21T08:45:00.5Z", "2026-11-21T08:45:00.500Z" },
		{ __LINE__, "2026-11-21T08:45:00.123999Z", "2026-11-21T08:45:00.123Z" },
		{ __LINE__, "2026-11-21T08:45:00+02:30", "2026-11-21T06:15:00.000Z" },
		{ __LINE__, "2026-11-21T23:45:00-00:30", "2026-11-22T00:15:00.000Z" },
		{ __LINE__, "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z" },
		{ __LINE__, "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z" },
		{ __LINE__, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
		{ __LINE__, "2023-02-29T00:00:00Z", NULL },
		{ __LINE__, "1900-02-29T00:00:00Z", NULL },
		{ __LINE__, "2026-13-01T00:00:00Z", NULL },
		{ __LINE__, "2026-00-01T00:00:00Z", NULL },
		{ __LINE__, "2026-11-31T00:00:00Z", NULL },
		{ __LINE__, "2026-11-21T24:00:00Z", NULL },
		{ __LINE__, "2026-11-21T08:60:00Z", NULL },
		{ __LINE__, "2026-11-21T08:45:61Z", NULL },
		{ __LINE__, "2026-11-21T08:45:00", NULL },
		{ __LINE__, "2026-11-21T08:45Z", NULL },
		{ __LINE__, "2026-11-21T08:45:00.Z", NULL },
		{ __LINE__, "2026-11-21T08:45:00+0230", NULL },
		{ __LINE__, "2026-11-21T08:45:00+24:00", NULL },
		{ __LINE__, "2026-11-21T08:45:00Z ", NULL },
		{ __LINE__, " 2026-11-21T08:45:00Z", NULL },
		{ __LINE__, "2026-11-21", NULL },
		{ __LINE__, "26-11-21T08:45:00Z", NULL },
		{ __LINE__, "2026-1-21T08:45:00Z", NULL },
		{ __LINE__, "9999-12-31T23:59:59-01:00", NULL },
		{ __LINE__, "0000-01-01T00:00:00Z", NULL },
		{ __LINE__, "", NULL },
	};
	char out[ISO_SIZE];

	for (size_t i = 0; i < N(cases); i++) {
		ms_t at = 42;
		bool ok = clock_parse(cases[i].text, &at);

		ck_assert_msg(ok == (cases[i].iso != NULL), "line %d", cases[i].line);
		ck_assert_msg(ok || at == 42, "line %d: touched", cases[i].line);
		ck_assert_msg(!ok || strcmp(clock_iso(at, out), cases[i].iso) == 0, "line %d: %s", cases[i].line, out);
	}
}
END_TEST

START_TEST(zones_are_known)
{
	static const struct {
		int line;
		const char *name;
		bool known;
	} cases[] = {
		{ __LINE__, "Europe/Berlin", true },
		{ __LINE__, "America/Argentina/Buenos_Aires", true },
		{ __LINE__, "Etc/GMT+5", true },
		{ __LINE__, "UTC", true },
		{ __LINE__, "Europe", false },
		{ __LINE__, "Europe/", false },
		{ __LINE__, "Europe/Atlantis", false },
		{ __LINE__, "zone.tab", false },
		{ __LINE__, "tzdata.zi", false },
		{ __LINE__, "/usr/share/zoneinfo/UTC", false },
		{ __LINE__, "Europe/../UTC", false },
		{ __LINE__, "../zoneinfo/UTC", false },
		{ __LINE__, "posix/UTC", false },
		{ __LINE__, "right/UTC", false },
		{ __LINE__, "localtime", false },
		{ __LINE__, "CET-1CEST", false },
		{ __LINE__, ":UTC", false },
		{ __LINE__, "UTC ", false },
		{ __LINE__, "", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(clock_zone_known(cases[i].name) == cases[i].known, "line %d", cases[i].line);
	/* A machine without zone files has this one all the same. */
	setenv("TZDIR", "/nonexistent", 1);
	ck_assert(clock_zone_known("UTC"));
	ck_assert(!clock_zone_known("Europe/Berlin"));
	unsetenv("TZDIR");
}
END_TEST

START_TEST(people_read_local_time)
{
	static const struct {
		int line;
		const char *at, *zone, *text;
	} cases[] = {
		{ __LINE__, "2026-11-21T19:00:00Z", "Europe/Berlin", "2026-11-21 20:00 CET" },
		{ __LINE__, "2026-07-21T18:00:00Z", "Europe/Berlin", "2026-07-21 20:00 CEST" },
		{ __LINE__, "2026-11-21T19:00:00Z", "Asia/Kolkata", "2026-11-22 00:30 IST" },
		{ __LINE__, "2026-11-21T19:00:00Z", "America/New_York", "2026-11-21 14:00 EST" },
		{ __LINE__, "2026-11-21T19:00:00Z", "Europe/Berlin", "2026-11-21 20:00 CET" },
		{ __LINE__, "2026-11-21T19:00:00Z", "UTC", "2026-11-21 19:00 UTC" },
		{ __LINE__, "1969-12-31T23:59:59.500Z", "UTC", "1969-12-31 23:59 UTC" },
		{ __LINE__, "2026-11-21T19:00:00Z", "Europe/Atlantis", "" },
		{ __LINE__, "2026-11-21T19:00:00Z", "", "" },
	};
	char out[64], iso[ISO_SIZE];
	ms_t at = 0;

	for (size_t i = 0; i < N(cases); i++) {
		size_t len;

		ck_assert(clock_parse(cases[i].at, &at));
		len = clock_format(at, cases[i].zone, "%Y-%m-%d %H:%M %Z", out, sizeof(out));
		ck_assert_msg(strcmp(out, cases[i].text) == 0, "line %d: %s", cases[i].line, out);
		ck_assert_msg(len == strlen(out), "line %d: length", cases[i].line);
	}
	ck_assert_uint_eq(clock_format(at, "UTC", "%Y-%m-%d", out, 5), 0);
	ck_assert_uint_eq(clock_format(at, "UTC", "%Y-%m-%d", out, 0), 0);
	/* A zone in use leaves machine times alone. */
	clock_format(0, "Asia/Kolkata", "%H", out, sizeof(out));
	ck_assert_str_eq(clock_iso(0, iso), "1970-01-01T00:00:00.000Z");
	ck_assert(clock_parse("1970-01-01T00:00:00Z", &at));
	ck_assert_int_eq(at, 0);
}
END_TEST

START_TEST(wall_time_is_read)
{
	static const struct {
		int line;
		const char *text, *zone;
		enum clock_shown shown;
		const char *iso; /* NULL: no wall time, or nowhere */
	} cases[] = {
		{ __LINE__, "2026-11-21T20:00", "Europe/Berlin", CLOCK_ONCE, "2026-11-21T19:00:00.000Z" },
		{ __LINE__, "2026-07-21T20:00", "Europe/Berlin", CLOCK_ONCE, "2026-07-21T18:00:00.000Z" },
		{ __LINE__, "2026-11-21 20:00", "Europe/Berlin", CLOCK_ONCE, "2026-11-21T19:00:00.000Z" },
		{ __LINE__, "2026-11-21T20:00:30", "UTC", CLOCK_ONCE, "2026-11-21T20:00:30.000Z" },
		{ __LINE__, "2026-11-21T20:00:30.25", "UTC", CLOCK_ONCE, "2026-11-21T20:00:30.250Z" },
		{ __LINE__, "1969-12-31T23:59:59.75", "UTC", CLOCK_ONCE, "1969-12-31T23:59:59.750Z" },
		{ __LINE__, "2026-11-21T20:00", "Pacific/Kiritimati", CLOCK_ONCE, "2026-11-21T06:00:00.000Z" },
		/* Clocks go back from 3 to 2. */
		{ __LINE__, "2026-10-25T02:30", "Europe/Berlin", CLOCK_TWICE, "2026-10-25T00:30:00.000Z" },
		{ __LINE__, "2026-10-25T02:59:59.999", "Europe/Berlin", CLOCK_TWICE, "2026-10-25T00:59:59.999Z" },
		{ __LINE__, "2026-10-25T02:00", "Europe/Berlin", CLOCK_TWICE, "2026-10-25T00:00:00.000Z" },
		{ __LINE__, "2026-10-25T03:00", "Europe/Berlin", CLOCK_ONCE, "2026-10-25T02:00:00.000Z" },
		{ __LINE__, "2026-10-25T01:59", "Europe/Berlin", CLOCK_ONCE, "2026-10-24T23:59:00.000Z" },
		/* Clocks go from 2 to 3: they skip 02:30 at 01:00 UTC. */
		{ __LINE__, "2026-03-29T02:30", "Europe/Berlin", CLOCK_NEVER, "2026-03-29T01:00:00.000Z" },
		{ __LINE__, "2026-03-29T02:00", "Europe/Berlin", CLOCK_NEVER, "2026-03-29T01:00:00.000Z" },
		{ __LINE__, "2026-03-29T01:59", "Europe/Berlin", CLOCK_ONCE, "2026-03-29T00:59:00.000Z" },
		{ __LINE__, "2026-03-29T03:00", "Europe/Berlin", CLOCK_ONCE, "2026-03-29T01:00:00.000Z" },
		/* By half an hour only. */
		{ __LINE__, "2026-04-05T01:45", "Australia/Lord_Howe", CLOCK_TWICE, "2026-04-04T14:45:00.000Z" },
		{ __LINE__, "2026-10-04T02:15", "Australia/Lord_Howe", CLOCK_NEVER, "2026-10-03T15:30:00.000Z" },
		/* Samoa went over the date line and had no 30 December 2011. */
		{ __LINE__, "2011-12-30T12:00", "Pacific/Apia", CLOCK_NEVER, "2011-12-30T10:00:00.000Z" },
		{ __LINE__, "2011-12-31T00:00", "Pacific/Apia", CLOCK_ONCE, "2011-12-30T10:00:00.000Z" },
		{ __LINE__, "2011-12-29T23:59", "Pacific/Apia", CLOCK_ONCE, "2011-12-30T09:59:00.000Z" },
		{ __LINE__, "2026-11-21T20:00", "Europe/Atlantis", CLOCK_NOWHERE, NULL },
		{ __LINE__, "2026-11-21T20:00Z", NULL, 0, NULL },
		{ __LINE__, "2026-11-21T24:00", NULL, 0, NULL },
		{ __LINE__, "2026-11-31T20:00", NULL, 0, NULL },
		{ __LINE__, "2026-11-21T20", NULL, 0, NULL },
		{ __LINE__, "2026-11-21", NULL, 0, NULL },
		{ __LINE__, "", NULL, 0, NULL },
	};
	char out[ISO_SIZE];

	for (size_t i = 0; i < N(cases); i++) {
		ms_t wall = 0, at = 0, back = 0;
		bool ok = clock_parse_wall(cases[i].text, &wall);

		ck_assert_msg(ok == (cases[i].zone != NULL), "line %d", cases[i].line);
		if (!ok)
			continue;
		ck_assert_msg(clock_when(wall, cases[i].zone, &at) == cases[i].shown, "line %d", cases[i].line);
		ck_assert_msg(!cases[i].iso || strcmp(clock_iso(at, out), cases[i].iso) == 0, "line %d: %s",
			      cases[i].line, out);
		if (cases[i].shown == CLOCK_ONCE || cases[i].shown == CLOCK_TWICE) {
			ck_assert(clock_wall(at, cases[i].zone, &back));
			ck_assert_msg(back == wall, "line %d: shows another", cases[i].line);
		}
	}
}
END_TEST

START_TEST(days_are_where_they_are)
{
	static const struct {
		int line;
		const char *date, *zone, *from, *to; /* from NULL: refused */
	} cases[] = {
		{ __LINE__, "2026-11-21", "UTC", "2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z" },
		{ __LINE__, "2026-11-21", "Asia/Tokyo", "2026-11-20T15:00:00.000Z", "2026-11-21T15:00:00.000Z" },
		{ __LINE__, "2026-11-21", "America/New_York", "2026-11-21T05:00:00.000Z", "2026-11-22T05:00:00.000Z" },
		/* 25 hours, 23 hours. */
		{ __LINE__, "2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z" },
		{ __LINE__, "2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z" },
		{ __LINE__, "2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z" },
		/* In Cairo the clocks skip midnight: the day begins at one. */
		{ __LINE__, "2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z", "2026-04-24T21:00:00.000Z" },
		{ __LINE__, "2026-04-23", "Africa/Cairo", "2026-04-22T22:00:00.000Z", "2026-04-23T22:00:00.000Z" },
		/* And there they go back at midnight, to eleven, so that only the second midnight is the next day. */
		{ __LINE__, "2026-10-29", "Africa/Cairo", "2026-10-28T21:00:00.000Z", "2026-10-29T22:00:00.000Z" },
		/* The day that Samoa had not. */
		{ __LINE__, "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-30T10:00:00.000Z" },
		{ __LINE__, "2026-02-29", "UTC", NULL, NULL },
		{ __LINE__, "2026-11-21T00:00", "UTC", NULL, NULL },
		{ __LINE__, "2026-11-21", "Europe/Atlantis", NULL, NULL },
	};
	char out[ISO_SIZE], date[DATE_SIZE];
	ms_t from = 0, to = 0;

	for (size_t i = 0; i < N(cases); i++) {
		bool ok = clock_day(cases[i].date, cases[i].zone, &from, &to);

		ck_assert_msg(ok == (cases[i].from != NULL), "line %d", cases[i].line);
		if (!ok)
			continue;
		ck_assert_msg(!strcmp(clock_iso(from, out), cases[i].from), "line %d: %s", cases[i].line, out);
		ck_assert_msg(!strcmp(clock_iso(to, out), cases[i].to), "line %d: %s", cases[i].line, out);
		if (from == to)
			continue;
		ck_assert(clock_date(from, cases[i].zone, date));
		ck_assert_msg(!strcmp(date, cases[i].date), "line %d: begins on %s", cases[i].line, date);
		ck_assert(clock_date(to - 1, cases[i].zone, date));
		ck_assert_msg(!strcmp(date, cases[i].date), "line %d: ends on %s", cases[i].line, date);
		ck_assert_int_eq(clock_day_begins(from, cases[i].zone, 0), from);
		ck_assert_int_eq(clock_day_begins(to - 1, cases[i].zone, 1), to);
	}
	ck_assert_str_eq(clock_date_add("2026-02-28", 1, date), "2026-03-01");
	ck_assert_str_eq(clock_date_add("2026-03-01", -1, date), "2026-02-28");
	ck_assert(clock_day("9999-12-31", "America/New_York", &from, &to));
	ck_assert_int_eq(to, INT64_C(253402300799999)); /* the last that can be written */
	ck_assert(clock_day("0001-01-01", "Asia/Tokyo", &from, &to));
	ck_assert_int_eq(from, INT64_C(-62135596800000));
}
END_TEST

START_TEST(a_day_to_come_is_one_that_is_not_there_yet)
{
	ms_t now = 0;

	/* 21:30 in New York of the 20th, half past eleven in the morning of the 21st in Tokyo. */
	ck_assert(clock_parse("2026-11-21T02:30:00Z", &now));
	ck_assert(clock_day_to_come("2026-11-21", "America/New_York", now));
	ck_assert(!clock_day_to_come("2026-11-20", "America/New_York", now));
	ck_assert(!clock_day_to_come("2026-11-21", "Asia/Tokyo", now));
	ck_assert(clock_day_to_come("2026-11-22", "Asia/Tokyo", now));
}
END_TEST

START_TEST(shifts_are_found)
{
	static const struct {
		const char *from;
		int ahead;
	} wanted[] = { { "2026-10-25T01:00:00.000Z", 3600 },
		       { "2026-03-29T01:00:00.000Z", 7200 },
		       { "2025-10-26T01:00:00.000Z", 3600 },
		       { "2025-03-30T01:00:00.000Z", 7200 } };
	struct clock_shift shifts[N(wanted)] = { 0 };
	char out[ISO_SIZE];
	ms_t until = 0;

	ck_assert(clock_parse("2026-11-21T08:00:00Z", &until));
	ck_assert(clock_shifts(until, "Europe/Berlin", shifts, N(shifts)));
	for (size_t i = 0; i < N(wanted); i++) {
		ck_assert_str_eq(clock_iso(shifts[i].from, out), wanted[i].from);
		ck_assert_int_eq(shifts[i].ahead, wanted[i].ahead);
	}
	/* Where clocks are left alone all are the same. */
	ck_assert(clock_shifts(until, "Asia/Kolkata", shifts, N(shifts)));
	for (size_t i = 0; i < N(shifts); i++)
		ck_assert_int_eq(shifts[i].ahead, 19800);
	ck_assert(!clock_shifts(until, "Europe/Atlantis", shifts, N(shifts)));
}
END_TEST

START_TEST(dates_exist)
{
	static const struct {
		int line;
		const char *text;
		bool valid;
	} cases[] = {
		{ __LINE__, "2026-11-21", true },   { __LINE__, "2000-02-29", true },
		{ __LINE__, "2024-02-29", true },   { __LINE__, "2023-02-29", false },
		{ __LINE__, "2100-02-29", false },  { __LINE__, "2026-04-31", false },
		{ __LINE__, "2026-11-00", false },  { __LINE__, "2026-11-21 ", false },
		{ __LINE__, "2026-11-2", false },   { __LINE__, "2026/11/21", false },
		{ __LINE__, "20261121", false },    { __LINE__, "", false },
		{ __LINE__, "2026-11-211", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(clock_date_valid(cases[i].text) == cases[i].valid, "line %d", cases[i].line);
}
END_TEST

START_TEST(clocks_run)
{
	ms_t wall = clock_now(), steady = clock_monotonic(), year_2020 = 0;

	ck_assert(clock_parse("2020-01-01T00:00:00Z", &year_2020));
	ck_assert_int_gt(wall, year_2020);
	ck_assert_int_ge(clock_monotonic(), steady);
}
END_TEST

Suite *clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tests = tcase_create("clock");

	tcase_add_test(tests, iso_is_written);
	tcase_add_test(tests, iso_is_read);
	tcase_add_test(tests, zones_are_known);
	tcase_add_test(tests, people_read_local_time);
	tcase_add_test(tests, wall_time_is_read);
	tcase_add_test(tests, days_are_where_they_are);
	tcase_add_test(tests, a_day_to_come_is_one_that_is_not_there_yet);
	tcase_add_test(tests, shifts_are_found);
	tcase_add_test(tests, dates_exist);
	tcase_add_test(tests, clocks_run);
	suite_add_tcase(suite, tests);
	return suite;
}
