/* When marks are taken, and the days of what repeats. */
#include "rules/campus_event.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *campus_event_suite(void);

static ms_t at(const char *text)
{
	ms_t ms = 0;

	ck_assert_msg(clock_parse(text, &ms), "%s", text);
	return ms;
}

START_TEST(marks_are_taken_from_before_the_start_until_the_end)
{
	static const struct {
		int line;
		int64_t before, late, closes;
		const char *opens_at, *late_at, *closes_at;
	} ROWS[] = {
		{ __LINE__, 15, 15, -1, "2026-11-25T08:45:00Z", "2026-11-25T09:15:00Z", "2026-11-25T10:30:00Z" },
		{ __LINE__, 0, 0, 30, "2026-11-25T09:00:00Z", "2026-11-25T09:00:00Z", "2026-11-25T09:30:00Z" },
		{ __LINE__, 60, 45, 30, "2026-11-25T08:00:00Z", "2026-11-25T09:30:00Z", "2026-11-25T09:30:00Z" },
		{ __LINE__, 15, 600, -1, "2026-11-25T08:45:00Z", "2026-11-25T10:30:00Z", "2026-11-25T10:30:00Z" },
		{ __LINE__, 15, 15, 120, "2026-11-25T08:45:00Z", "2026-11-25T09:15:00Z", "2026-11-25T11:00:00Z" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct campus_window w =
			campus_window(&(struct campus_times){ at("2026-11-25T09:00:00Z"), at("2026-11-25T10:30:00Z"),
							      ROWS[i].before, ROWS[i].late, ROWS[i].closes });

		ck_assert_msg(w.opens_at == at(ROWS[i].opens_at) && w.late_at == at(ROWS[i].late_at) &&
				      w.closes_at == at(ROWS[i].closes_at),
			      "line %d", ROWS[i].line);
	}
}
END_TEST

/* The days as a text, and a time of day that is the first's. */
static const char *days_of(const struct recurrence *rule, const char *first)
{
	static char text[400];
	ms_t walls[12];
	size_t n = recurrence_walls(rule, at(first), walls, 12), len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && i < 12; i++) {
		char iso[ISO_SIZE];

		clock_iso(walls[i], iso);
		ck_assert_str_eq(iso + 10, "T10:30:00.250Z");
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%.5s", i ? " " : "", iso + 5);
	}
	if (n > 12)
		snprintf(text + len, sizeof text - len, " …");
	return text;
}

START_TEST(what_repeats_has_its_days)
{
	static const struct {
		int line;
		struct recurrence rule;
		const char *days;
	} ROWS[] = {
		/* 25 November 2026 is a Wednesday. */
		{ __LINE__, { false, 1, 0, 3, NULL }, "11-25 11-26 11-27" },
		{ __LINE__, { false, 2, 0, 0, "2026-11-29" }, "11-25 11-27 11-29" },
		{ __LINE__, { true, 1, 0, 3, NULL }, "11-25 12-02 12-09" },
		{ __LINE__, { true, 1, 1 | 4, 4, NULL }, "11-25 11-30 12-02 12-07" },
		{ __LINE__, { true, 2, 1 | 4, 4, NULL }, "11-25 12-07 12-09 12-21" },
		/* the first is no Monday, so it is none */
		{ __LINE__, { true, 1, 1, 2, NULL }, "11-30 12-07" },
		{ __LINE__, { true, 1, 64, 0, "2026-12-06" }, "11-29 12-06" },
		{ __LINE__, { false, 1, 1 | 2 | 4 | 8 | 16, 4, NULL }, "11-25 11-26 11-27 11-30" },
		{ __LINE__, { true, 1, 0, 0, "2026-11-24" }, "" },
		{ __LINE__,
		  { false, 1, 0, 0, "9999-12-31" },
		  "11-25 11-26 11-27 11-28 11-29 11-30 12-01 12-02 12-03 12-04 12-05 12-06 …" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		ck_assert_msg(!strcmp(days_of(&ROWS[i].rule, "2026-11-25T10:30:00.250Z"), ROWS[i].days), "line %d: %s",
			      ROWS[i].line, days_of(&ROWS[i].rule, "2026-11-25T10:30:00.250Z"));
}
END_TEST

Suite *campus_event_suite(void)
{
	Suite *suite = suite_create("campus_event");
	TCase *tests = tcase_create("campus_event");

	tcase_add_test(tests, marks_are_taken_from_before_the_start_until_the_end);
	tcase_add_test(tests, what_repeats_has_its_days);
	suite_add_tcase(suite, tests);
	return suite;
}
