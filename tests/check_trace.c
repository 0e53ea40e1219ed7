/* Trace Context: what is taken up from a sender and what is not, and what goes on to others. */
#include "base/trace.h"
#include <check.h>
#include <string.h>

Suite *trace_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define ID "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"

START_TEST(a_senders_trace_goes_on)
{
	static const struct {
		int line;
		const char *parent, *flags;
	} cases[] = {
		{ __LINE__, "00-" ID "-" SPAN "-01", "01" },
		{ __LINE__, "00-" ID "-" SPAN "-00", "00" },
		{ __LINE__, "00-" ID "-" SPAN "-ff", "ff" },
		{ __LINE__, "cc-" ID "-" SPAN "-01", "01" },
		{ __LINE__, "cc-" ID "-" SPAN "-01-what the future holds", "01" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct trace trace;
		char out[TRACEPARENT_SIZE];

		trace_begin(&trace, cases[i].parent, "congo=t61rcWkgMzE,rojo=00f0");
		ck_assert_msg(!strcmp(trace.id, ID), "line %d: %s", cases[i].line, trace.id);
		ck_assert_msg(strcmp(trace.span, SPAN) && strlen(trace.span) == 16,
			      "line %d: our part has its own name", cases[i].line);
		ck_assert_msg(!strcmp(trace.state, "congo=t61rcWkgMzE,rojo=00f0"), "line %d", cases[i].line);
		trace_parent(&trace, out);
		ck_assert_uint_eq(strlen(out), TRACEPARENT_SIZE - 1);
		ck_assert_msg(!strncmp(out, "00-" ID "-", 36) && !strncmp(out + 36, trace.span, 16) &&
				      !strcmp(out + 53, cases[i].flags),
			      "line %d: %s", cases[i].line, out);
	}
}
END_TEST

START_TEST(what_cannot_be_read_begins_a_new_one)
{
	static const struct {
		int line;
		const char *parent;
	} cases[] = {
		{ __LINE__, NULL },
		{ __LINE__, "" },
		{ __LINE__, "00-" ID "-" SPAN },
		{ __LINE__, "00-" ID "-" SPAN "-1" },
		{ __LINE__, "00-" ID "-" SPAN "-01-more" },
		{ __LINE__, "00-" ID "-" SPAN "-01." },
		{ __LINE__, "cc-" ID "-" SPAN "-01.more" },
		{ __LINE__, "ff-" ID "-" SPAN "-01" },
		{ __LINE__, "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01" },
		{ __LINE__, "00-00000000000000000000000000000000-" SPAN "-01" },
		{ __LINE__, "00-" ID "-0000000000000000-01" },
		{ __LINE__, "00-4bf92f3577b34da6a3ce929d0e0e473g-" SPAN "-01" },
		{ __LINE__, "00-" ID "_" SPAN "-01" },
		{ __LINE__, " 00-" ID "-" SPAN "-01" },
		{ __LINE__, "00-" ID "-" SPAN "-01, 00-" ID "-" SPAN "-01" },
		{ __LINE__, "00-" ID "-" SPAN "-0\n" },
	};
	struct trace before = { .id = "" };

	for (size_t i = 0; i < N(cases); i++) {
		struct trace trace;

		trace_begin(&trace, cases[i].parent, "congo=1");
		ck_assert_msg(strcmp(trace.id, ID) && strcmp(trace.id, before.id), "line %d: %s", cases[i].line,
			      trace.id);
		ck_assert_msg(strlen(trace.id) == 32 && strspn(trace.id, "0123456789abcdef") == 32, "line %d: %s",
			      cases[i].line, trace.id);
		ck_assert_msg(!*trace.state && !strcmp(trace.flags, "00"), "line %d: what came with it goes no further",
			      cases[i].line);
		before = trace;
	}
}
END_TEST

START_TEST(a_state_that_breaks_a_header_goes_no_further)
{
	char long_one[TRACESTATE_SIZE + 1];
	const char *states[] = { NULL, "", "a=1\r\nX-Evil: 1", "a=\x7f", "a=\xc3\xbc", long_one };
	struct trace trace;

	memset(long_one, 'a', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	for (size_t i = 0; i < N(states); i++) {
		trace_begin(&trace, "00-" ID "-" SPAN "-01", states[i]);
		ck_assert_msg(!*trace.state, "%zu: %s", i, trace.state);
		ck_assert_str_eq(trace.id, ID);
	}
	long_one[TRACESTATE_SIZE - 1] = '\0';
	trace_begin(&trace, "00-" ID "-" SPAN "-01", long_one);
	ck_assert_str_eq(trace.state, long_one);
}
END_TEST

Suite *trace_suite(void)
{
	Suite *suite = suite_create("trace");
	TCase *tests = tcase_create("trace");

	tcase_add_test(tests, a_senders_trace_goes_on);
	tcase_add_test(tests, what_cannot_be_read_begins_a_new_one);
	tcase_add_test(tests, a_state_that_breaks_a_header_goes_no_further);
	suite_add_tcase(suite, tests);
	return suite;
}
