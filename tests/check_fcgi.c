/* What libfcgi hands us, and the headers that we hand it. */
#include "check_input.h"
#include <fcgiapp.h>

Suite *fcgi_suite(void);

/* What the web server hands us is CGI's: a client's X_Forwarded_For has the name of the proxy's X-Forwarded-For. */
START_TEST(what_came_twice_is_not_believed)
{
	static char remote[] = "REMOTE_ADDR=10.0.0.1", theirs[] = "HTTP_X_FORWARDED_FOR=6.6.6.6",
		    ours[] = "HTTP_X_FORWARDED_FOR=1.1.1.1", https[] = "HTTP_X_FORWARDED_PROTO=https",
		    http_too[] = "HTTP_X_FORWARDED_PROTO=http", other[] = "HTTP_X_FORWARDED_FORWARD=7.7.7.7";
	static const struct {
		int line;
		char *env[6];
		const char *ip;
		bool https;
	} cases[] = {
		{ __LINE__, { remote, ours, https, other }, "1.1.1.1", true },
		{ __LINE__, { remote, theirs, ours, https }, "10.0.0.1", true },
		{ __LINE__, { ours, theirs, remote }, "10.0.0.1", false },
		{ __LINE__, { remote, ours, https, http_too }, "1.1.1.1", false },
	};
	struct config config = { .proxies = "10.0.0.1" };
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		char *env[6];
		FCGX_Request request = { .envp = env };
		const struct http *http;

		memcpy(env, cases[i].env, sizeof(env));
		http = http_from_fcgi(ctx, &request, &config);
		ck_assert_msg(!strcmp(http->ip, cases[i].ip), "line %d: %s", cases[i].line, http->ip);
		ck_assert_msg(http->https == cases[i].https, "line %d", cases[i].line);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(headers_hold_one_line)
{
	struct response response = { .head = buf_new(NULL, 1000) };

	response_header(&response, "X-Name", "a\r\nSet-Cookie: b\x7F\t\xC3\xA9");
	ck_assert_str_eq(response.head->data, "X-Name: aSet-Cookie: b\xC3\xA9\r\n");
	talloc_free(response.head);
}
END_TEST

Suite *fcgi_suite(void)
{
	Suite *suite = suite_create("fcgi");
	TCase *tests = tcase_create("fcgi");

	tcase_add_test(tests, what_came_twice_is_not_believed);
	tcase_add_test(tests, headers_hold_one_line);
	suite_add_tcase(suite, tests);
	return suite;
}
