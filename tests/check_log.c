/* Log lines are read back with json-c: whatever went in, a line must be one valid object. */
#include "base/clock.h"
#include "base/log.h"
#include "base/trace.h"
#include <check.h>
#include <json-c/json.h>
#include <string.h>
#include <unistd.h>

Suite *log_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static int kept_stderr, reader;
static char captured[32768];

static void capture(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	kept_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	reader = ends[0];
}

/* What was logged since capture(); lines stay far below a pipe's 64 KB, so nobody waits. */
static const char *logged(void)
{
	size_t len = 0;
	ssize_t n;

	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	while ((n = read(reader, captured + len, sizeof(captured) - 1 - len)) > 0)
		len += (size_t)n;
	close(reader);
	captured[len] = '\0';
	return captured;
}

/* The one line that was logged, parsed; the caller puts it. */
static struct json_object *logged_object(void)
{
	struct json_tokener *tokener = json_tokener_new();
	const char *line = logged();
	size_t len = strlen(line);
	struct json_object *object;

	ck_assert_uint_gt(len, 0);
	ck_assert_uint_le(len, 8192);
	ck_assert_ptr_eq(strchr(line, '\n'), line + len - 1);
	for (size_t i = 0; i < len - 1; i++)
		ck_assert_msg((unsigned char)line[i] >= 0x20, "a control character: %s", line);
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, line, (int)len - 1);
	if (!object)
		object = json_tokener_parse_ex(tokener, "", 1);
	ck_assert_msg(json_object_is_type(object, json_type_object), "no object: %s", line);
	json_tokener_free(tokener);
	return object;
}

static const char *text_in(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

START_TEST(a_line_has_all_fields)
{
	const uint8_t code[] = { 0x00, 0xab };
	struct json_object *o;
	ms_t at;

	capture();
	log_request_id("r-1");
	log_info("scan", F("status", 200), F("path", "/x"), F("code", arg_bytes(code, 2)), F("when", arg_time(1)),
		 F("who", arg_null()), F("low", INT64_MIN));
	log_request_id(NULL);
	o = logged_object();
	ck_assert(clock_parse(text_in(o, "at"), &at));
	ck_assert_str_eq(text_in(o, "level"), "info");
	ck_assert_str_eq(text_in(o, "event"), "scan");
	ck_assert_str_eq(text_in(o, "request_id"), "r-1");
	ck_assert_int_eq(json_object_get_int64(json_object_object_get(o, "pid")), getpid());
	ck_assert_int_eq(json_object_get_int64(json_object_object_get(o, "status")), 200);
	ck_assert_int_eq(json_object_get_int64(json_object_object_get(o, "low")), INT64_MIN);
	ck_assert_str_eq(text_in(o, "path"), "/x");
	ck_assert_str_eq(text_in(o, "code"), "00ab");
	ck_assert_str_eq(text_in(o, "when"), "1970-01-01T00:00:00.001Z");
	ck_assert(json_object_object_get_ex(o, "who", NULL));
	ck_assert_ptr_null(json_object_object_get(o, "who"));
	ck_assert(!json_object_object_get_ex(o, "cut", NULL));
	json_object_put(o);
}
END_TEST

START_TEST(a_line_says_what_it_belongs_to)
{
	struct json_object *o;
	struct trace trace;

	trace_begin(&trace, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", NULL);
	capture();
	trace_turn_to(&trace);
	log_info("scan", F("status", 200));
	trace_turn_to(NULL);
	o = logged_object();
	ck_assert_str_eq(text_in(o, "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
	ck_assert_str_eq(text_in(o, "span_id"), trace.span);
	json_object_put(o);
	capture();
	log_info("scan", F("status", 200));
	o = logged_object();
	ck_assert(!json_object_object_get_ex(o, "trace_id", NULL));
	json_object_put(o);
}
END_TEST

START_TEST(a_key_stands_once)
{
	const char *line;

	capture();
	log_info("worker_start", F("pid", 77));
	line = logged();
	ck_assert_ptr_nonnull(strstr(line, "\"pid\":77"));
	ck_assert_ptr_null(strstr(strstr(line, "\"pid\"") + 1, "\"pid\""));
	ck_assert_ptr_null(strstr(line, "request_id"));
}
END_TEST

START_TEST(nothing_forges_a_line)
{
	static const struct {
		int line;
		const char *in, *out;
	} cases[] = {
		{ __LINE__, "a\nb\r\t\x01\x7f", "a\nb\r\t\x01\x7f" },
		{ __LINE__, "\"},{\"level\":\"error", "\"},{\"level\":\"error" },
		{ __LINE__, "back\\slash", "back\\slash" },
		{ __LINE__, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8e\xab",
		  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8e\xab" },
		{ __LINE__, "\xff", "\xef\xbf\xbd" },
		{ __LINE__, "\xc3", "\xef\xbf\xbd" },
		{ __LINE__, "\xc3\"", "\xef\xbf\xbd\"" },
		{ __LINE__, "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ __LINE__, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ __LINE__, "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ __LINE__, "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *o;

		capture();
		log_warn("test", F("text", cases[i].in));
		o = logged_object();
		ck_assert_msg(strcmp(text_in(o, "text"), cases[i].out) == 0, "line %d", cases[i].line);
		ck_assert_str_eq(text_in(o, "level"), "warn");
		json_object_put(o);
	}
}
END_TEST

START_TEST(long_values_are_cut)
{
	static char big[20000], quotes[20000];
	struct json_object *o;

	memset(big, 'x', sizeof(big) - 1);
	memset(quotes, '"', sizeof(quotes) - 1);
	capture();
	log_error("test", F("big", big), F("bytes", arg_bytes(big, sizeof(big))), F("last", 5));
	o = logged_object();
	ck_assert_uint_ge(strlen(text_in(o, "big")), 1000);
	ck_assert_int_eq(json_object_get_int(json_object_object_get(o, "last")), 5);
	ck_assert(json_object_get_boolean(json_object_object_get(o, "cut")));
	json_object_put(o);

	capture();
	log_error("test", F("a", quotes), F("b", quotes), F("c", big), F("d", big), F("e", quotes), F("f", 6));
	o = logged_object();
	ck_assert(json_object_get_boolean(json_object_object_get(o, "cut")));
	json_object_put(o);
}
END_TEST

START_TEST(levels_are_kept)
{

	capture();
	log_debug("quiet", F("x", 1));
	log_threshold(LOG_ERROR_);
	log_warn("quiet", F("x", 1));
	log_error("loud", F("x", 1));
	log_threshold(LOG_DEBUG_);
	log_debug("loud", F("x", 1));
	log_threshold(LOG_INFO_);
	logged();
	ck_assert_ptr_null(strstr(captured, "quiet"));
	ck_assert_ptr_nonnull(strstr(captured, "\"level\":\"error\",\"event\":\"loud\""));
	ck_assert_ptr_nonnull(strstr(captured, "\"level\":\"debug\",\"event\":\"loud\""));
}
END_TEST

Suite *log_suite(void)
{
	Suite *suite = suite_create("log");
	TCase *tests = tcase_create("log");

	tcase_add_test(tests, a_line_has_all_fields);
	tcase_add_test(tests, a_line_says_what_it_belongs_to);
	tcase_add_test(tests, a_key_stands_once);
	tcase_add_test(tests, nothing_forges_a_line);
	tcase_add_test(tests, long_values_are_cut);
	tcase_add_test(tests, levels_are_kept);
	suite_add_tcase(suite, tests);
	return suite;
}
