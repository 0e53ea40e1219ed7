/* Heads as strangers and proxies send them: paths, addresses, request ids, cookies. */
#include "base/uuid.h"
#include "check_input.h"

Suite *head_suite(void);

START_TEST(paths_are_decoded_once)
{
	static const struct {
		int line;
		const char *uri, *path;
	} cases[] = {
		{ __LINE__, "/", "/" },
		{ __LINE__, "/a/b?c=d", "/a/b" },
		{ __LINE__, "/a%20b/%C3%A9", "/a b/é" },
		{ __LINE__, "/a+b", "/a+b" },
		{ __LINE__, "/%2541", "/%41" },
		{ __LINE__, "http://host/a?b", "/a" },
		{ __LINE__, "HTTPS://host:8080/a", "/a" },
		{ __LINE__, "http://host", NULL },
		{ __LINE__, "", NULL },
		{ __LINE__, "*", NULL },
		{ __LINE__, "a/b", NULL },
		{ __LINE__, "/%", NULL },
		{ __LINE__, "/%4", NULL },
		{ __LINE__, "/%g0", NULL },
		{ __LINE__, "/%00", NULL },
		{ __LINE__, "/%0a", NULL },
		{ __LINE__, "/%7f", NULL },
		{ __LINE__, "/%FF", NULL },
		{ __LINE__, "/\xC0\xAF", NULL },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		const char *path = head_path(ctx, cases[i].uri);

		ck_assert_msg(!path == !cases[i].path && (!path || !strcmp(path, cases[i].path)), "line %d: %s",
			      cases[i].line, path);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(strangers_cannot_choose_their_address)
{
	static const struct {
		int line;
		const char *remote, *forwarded, *ip;
	} cases[] = {
		{ __LINE__, "9.9.9.9", NULL, "9.9.9.9" },
		{ __LINE__, "9.9.9.9", "1.1.1.1", "9.9.9.9" },
		{ __LINE__, "10.0.0.1", NULL, "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "", "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "1.1.1.1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6,1.1.1.1 , ::1", "1.1.1.1" },
		{ __LINE__, "10.0.0.1", "::1,10.0.0.1", "::1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1" },
		{ __LINE__, "10.0.0.1", "6.6.6.6, nonsense, ::1", "::1" },
		{ __LINE__, "10.0.0.1", ",,,", "10.0.0.1" },
		{ __LINE__, "::1", "2001:DB8:0:0::1", "2001:db8::1" },
		{ __LINE__, "::ffff:9.9.9.9", NULL, "9.9.9.9" },
		{ __LINE__, "::FFFF:10.0.0.1", "6.6.6.6, ::ffff:1.1.1.1", "1.1.1.1" },
		{ __LINE__, "::9.9.9.9", NULL, "::9.9.9.9" },
		{ __LINE__, "", "1.1.1.1", "" },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < N(cases); i++) {
		const char *ip = head_client(ctx, cases[i].remote, cases[i].forwarded, "10.0.0.1, ::1");

		ck_assert_msg(!strcmp(ip, cases[i].ip), "line %d: %s", cases[i].line, ip);
	}
	talloc_free(ctx);
}
END_TEST

START_TEST(inner_addresses_are_told_apart)
{
	static const struct {
		int line;
		const char *ip;
		bool inner;
	} cases[] = {
		{ __LINE__, "127.0.0.1", true },
		{ __LINE__, "10.9.8.7", true },
		{ __LINE__, "172.16.0.1", true },
		{ __LINE__, "172.31.255.255", true },
		{ __LINE__, "172.32.0.1", false },
		{ __LINE__, "192.168.1.1", true },
		{ __LINE__, "192.169.1.1", false },
		{ __LINE__, "8.8.8.8", false },
		{ __LINE__, "::1", true },
		{ __LINE__, "fd00::1", true },
		{ __LINE__, "fe80::1", true },
		{ __LINE__, "2001:db8::1", false },
		{ __LINE__, "::ffff:10.0.0.1", true },
		{ __LINE__, "::ffff:8.8.8.8", false },
		{ __LINE__, "", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(head_inner(cases[i].ip) == cases[i].inner, "line %d", cases[i].line);
}
END_TEST

START_TEST(request_ids_are_told_or_made)
{
	static const struct {
		int line;
		const char *theirs;
		bool told;
	} cases[] = {
		{ __LINE__, NULL, false },
		{ __LINE__, "", false },
		{ __LINE__, "1", true },
		{ __LINE__, "req_1:2.3-4", true },
		{ __LINE__, "1 ", false },
		{ __LINE__, "a/b", false },
		{ __LINE__, "Az09-_.x", true },
		{ __LINE__, "1234567 ", false },
		{ __LINE__, "1234567\n", false },
		{ __LINE__, "12345<b>", false },
		{ __LINE__, "1234567é", false },
		{ __LINE__, "0123456789012345678901234567890123456789012345678901234567890123", true },
		{ __LINE__, "01234567890123456789012345678901234567890123456789012345678901234", false },
	};

	for (size_t i = 0; i < N(cases); i++) {
		char id[HTTP_ID_SIZE];
		uint8_t uuid[UUID_BYTES];

		http_request_id(cases[i].theirs, id);
		if (cases[i].told)
			ck_assert_str_eq(id, cases[i].theirs);
		else
			ck_assert_msg(uuid_parse(id, uuid), "line %d: %s", cases[i].line, id);
	}
}
END_TEST

START_TEST(cookies_are_read)
{
	static const struct {
		int line;
		const char *header, *tree;
	} cases[] = {
		{ __LINE__, NULL, "{}" },
		{ __LINE__, "", "{}" },
		{ __LINE__, "a=b", "{\"a\":\"b\"}" },
		{ __LINE__, "a=b; c=d=e;f=", "{\"a\":\"b\",\"c\":\"d=e\",\"f\":\"\"}" },
		{ __LINE__, "a=1; a=2", "{\"a\":\"1\"}" },
		{ __LINE__, ";; =x; y; a=1", "{\"a\":\"1\"}" },
		{ __LINE__, "a=\xFF; b=2", "{\"b\":\"2\"}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *tree = head_cookies(cases[i].header);

		ck_assert_msg(!strcmp(plain(tree), cases[i].tree), "line %d: %s", cases[i].line, plain(tree));
		json_object_put(tree);
	}
}
END_TEST

START_TEST(cookies_are_bounded)
{
	struct buf *header = buf_new(NULL, 100000);
	struct json_object *tree;

	for (int i = 0; i < 5000; i++)
		buf_printf(header, "c%d=1;", i);
	tree = head_cookies(header->data);
	ck_assert_int_eq(json_object_object_length(tree), 100);
	json_object_put(tree);
	talloc_free(header);
}
END_TEST

Suite *head_suite(void)
{
	Suite *suite = suite_create("head");
	TCase *tests = tcase_create("head");

	tcase_add_test(tests, paths_are_decoded_once);
	tcase_add_test(tests, strangers_cannot_choose_their_address);
	tcase_add_test(tests, inner_addresses_are_told_apart);
	tcase_add_test(tests, request_ids_are_told_or_made);
	tcase_add_test(tests, cookies_are_read);
	tcase_add_test(tests, cookies_are_bounded);
	suite_add_tcase(suite, tests);
	return suite;
}
