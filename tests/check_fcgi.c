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
	struct config config = { .proxies = "10.0.0.1", .base_url = "http://tickets.example" };
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

/* Whose request it is, is known of who is named, and of who came straight over TLS to a web server of the site. */
START_TEST(who_stands_between_is_noticed)
{
	static char mapped[] = "REMOTE_ADDR=::ffff:127.0.0.1", inner[] = "REMOTE_ADDR=127.0.0.1",
		    outer[] = "REMOTE_ADDR=192.0.2.1", tls[] = "HTTPS=on", other[] = "HTTP_X_FORWARDED_FOR=1.1.1.1",
		    https[] = "HTTP_X_FORWARDED_PROTO=https";
	static const struct {
		int line;
		const char *base_url, *proxies;
		char *env[4];
		bool https, relayed;
	} cases[] = {
		/* a site on https, whoever takes the TLS off, and whether or not they say so */
		{ __LINE__, "https://t.example", "", { inner }, true, true },
		{ __LINE__, "https://t.example", "", { outer }, true, true },
		{ __LINE__, "https://t.example", "", { inner, other, https }, true, true },
		{ __LINE__, "https://t.example", "", { outer, tls }, true, false },
		{ __LINE__, "https://t.example", "", { inner, tls }, true, false },
		{ __LINE__, "https://t.example", "", { inner, tls, other }, true, true },
		/* what a stranger says of themselves is no proxy's word */
		{ __LINE__, "https://t.example", "", { outer, tls, other }, true, false },
		{ __LINE__, "https://t.example", "127.0.0.1", { inner, other, https }, true, false },
		{ __LINE__, "https://t.example", "127.0.0.1", { inner }, true, false },
		{ __LINE__, "https://t.example", "10.0.0.1", { inner }, true, false },
		{ __LINE__, "https://t.example", "10.0.0.1", { inner, other }, true, true },
		/* a site on http */
		{ __LINE__, "http://t.example", "", { inner }, false, false },
		{ __LINE__, "http://t.example", "", { outer, other }, false, false },
		{ __LINE__, "http://t.example", "", { inner, other }, false, true },
		{ __LINE__, "http://t.example", "", { inner, https }, false, true },
		{ __LINE__, "http://t.example", "127.0.0.1", { inner, https }, true, false },
		{ __LINE__, "http://t.example", "127.0.0.1", { mapped, https }, true, false },
		{ __LINE__, "http://t.example", "", { mapped, https }, false, true },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		struct config config = { .proxies = cases[i].proxies, .base_url = cases[i].base_url };
		char *env[4];
		FCGX_Request request = { .envp = env };
		const struct http *http;

		memcpy(env, cases[i].env, sizeof(env));
		http = http_from_fcgi(ctx, &request, &config);
		ck_assert_msg(http->https == cases[i].https, "line %d: https", cases[i].line);
		ck_assert_msg(http->relayed == cases[i].relayed, "line %d: relayed", cases[i].line);
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
	tcase_add_test(tests, who_stands_between_is_noticed);
	tcase_add_test(tests, headers_hold_one_line);
	suite_add_tcase(suite, tests);
	return suite;
}
